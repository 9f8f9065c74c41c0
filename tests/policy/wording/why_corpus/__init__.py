"""Labelled lines of five whys: the half on which the prompts are tuned, and the half on which they are judged."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NAMES = ("Dana Kim", "Ana Ruiz", "Eli Stone", "Will Tran")


@dataclass(frozen=True)
class LabelledWhy:
    """A line, and whether it stops at a person."""

    text: str
    stops: bool


def read(name: str) -> Iterator[LabelledWhy]:
    """Yield the lines of a half, `tuned` or `held_out`."""
    for line in (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            label, _, text = line.partition(" | ")
            yield LabelledWhy(text, label == "ask")
