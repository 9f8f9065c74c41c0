"""The time of checking a text for a customer: pages of the corpus, and texts made to take long."""

import time
from collections.abc import Iterator
from itertools import cycle

from bot.policy.model.wording import Wording
from bot.policy.wording.check import check
from tests.bench.figures import Figure, median, say
from tests.bench.world import Bench
from tests.policy.wording.corpus import read

_LENGTH = 3000
_CHECKS = 50


def _page(parts: list[str]) -> str:
    """Return as many parts as a page has, one after another."""
    text = ""
    for part in cycle(parts):
        if len(text) >= _LENGTH:
            return text[:_LENGTH]
        text += f"{part} "
    raise ValueError("no parts")


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure texts that may be sent, texts in which nearly every sentence is a finding, and a hostile one."""
    labelled = [*read("tuned"), *read("held_out")]
    texts = {
        "may be sent": _page([each.text for each in labelled if not each.rules]),
        "a finding in every sentence": _page([each.text for each in labelled if each.rules]),
        "hostile": _page(["should soon by tomorrow fixed within monday"]),
    }
    for name, text in texts.items():
        say(f"wording: {_LENGTH} characters, {name}")
        times = [_time(text) for _ in range(bench.times(9))]
        yield Figure("time of checking 3,000 characters", median(times) * 1e3, "ms", 1, {"text": name})


def _time(text: str) -> float:
    wording = Wording()
    check(text, wording)
    began = time.process_time()
    for _ in range(_CHECKS):
        check(text, wording)
    return (time.process_time() - began) / _CHECKS
