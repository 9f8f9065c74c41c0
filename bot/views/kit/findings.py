"""Findings of the wording guard, drawn in the form that has the text."""

from collections.abc import Sequence
from typing import Final

from bot.policy.wording.check import WordingFinding
from bot.ports.workspace import Block
from bot.views.kit.parts import question, section, text_input
from bot.views.kit.text import escape

REASON: Final = "wording_reason"
FINDINGS: Final = "wording"
_MOST: Final = 5
_MOST_AT_A_FIELD: Final = 3


def refusal(refused: Sequence[WordingFinding], whom: Sequence[str] = ()) -> str:
    """Return the error at a field whose text can't be sent. `whom` are the names of some who may send it."""
    said = [f"“{one.text}”: {one.why}\nBetter: {one.better}" for one in refused[:_MOST_AT_A_FIELD]]
    return "\n".join([*said, f"Or ask {_named(whom)} to send it."])


def _named(whom: Sequence[str]) -> str:
    return " or ".join(whom) or "a manager"


def listed(findings: Sequence[WordingFinding], *, can_be_sent: bool = True, whom: Sequence[str] = ()) -> Block:
    """Return the findings, each with what would be better."""
    lines = [f"• “{escape(one.text)}”: {escape(one.why)}\nBetter: _{escape(one.better)}_" for one in findings[:_MOST]]
    if len(findings) > _MOST:
        lines.append(f"• and {len(findings) - _MOST} more")
    if not can_be_sent:
        lines.append(f"Change it, or ask {escape(_named(whom))} to send it.")
    return section("\n".join(["*Not sent yet. Look at this first:*", *lines]), block_id=FINDINGS)


def reason() -> Block:
    """Return the question for the reason to send a refused text."""
    field = text_input(REASON, limit=300, placeholder="One line. It's recorded with your name")
    return question(REASON, "Why send it as it is?", field, optional=True)
