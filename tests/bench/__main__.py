"""`make bench`: measures, prints one JSON line per figure on stdout and progress on stderr."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import structlog

from tests.bench import (
    acknowledging,
    backlog,
    crowd,
    deciding,
    delivering,
    examining,
    opening,
    reading,
    reporting,
    running,
    starting,
    ticking,
    wording,
)
from tests.bench.figures import Figure, say
from tests.bench.world import Bench

MEASUREMENTS: Mapping[str, Callable[[Bench], Iterator[Figure]]] = {
    "opening": opening.figures,
    "crowd": crowd.figures,
    "acknowledging": acknowledging.figures,
    "deciding": deciding.figures,
    "wording": wording.figures,
    "ticking": ticking.figures,
    "delivering": delivering.figures,
    "starting": starting.figures,
    "reading": reading.figures,
    "reporting": reporting.figures,
    "running": running.figures,
    "backlog": backlog.figures,
    "examining": examining.figures,
}


def main() -> None:
    """Measure what was requested; the exit status says whether it could be measured, not how good it is."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=list(MEASUREMENTS), help="measure this alone; may be repeated"
    )
    parser.add_argument(
        "--quick", action="store_true", help="repeat less often, on smaller tables: a look, not a proof"
    )
    asked = parser.parse_args()
    # Figures alone go to stdout.
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        bench = Bench(Path(folder), quick=asked.quick)
        try:
            for name in asked.only or MEASUREMENTS:
                for figure in MEASUREMENTS[name](bench):
                    sys.stdout.write(f"{figure.line()}\n")
                    sys.stdout.flush()
        finally:
            bench.close()
    say(f"bench: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
