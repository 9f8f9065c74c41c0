"""Labelled texts for customers: the half on which the rules are tuned, and the half on which they are judged."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OTHERS = ("Globex", "Initech", "Umbrella Health")


@dataclass(frozen=True)
class Labelled:
    """A text, and the rules that should find something in it; none in a text that may be sent."""

    text: str
    rules: frozenset[str]


def read(name: str) -> Iterator[Labelled]:
    """Yield the texts of a half, `tuned` or `held_out`."""
    for line in (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            rules, _, text = line.partition(" | ")
            wanted = frozenset() if rules == "ok" else frozenset(rules.split(","))
            yield Labelled(text.replace("\\n", "\n").replace("\\t", "\t"), wanted)
