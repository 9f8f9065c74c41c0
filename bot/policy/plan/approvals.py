"""When the approval of a text for the customer ends without an answer (`sending.approve_within`)."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.record.customer_texts import TextState
from bot.policy.record.escalation import EscalationFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalLapses:
    """Nobody approved a text in time: it is a draft again."""

    text: int


def plan(facts: EscalationFacts) -> Iterator[Planned]:
    """Yield a timer for the text that waits for approval."""
    text = facts.open_text
    if text is not None and text.state is TextState.ASKED and text.expires_at is not None:
        key = f"{facts.key}:approval:{text.id}:{stamp(text.expires_at)}"
        yield Planned(key, TimerKind.APPROVAL, text.expires_at, {"text": text.id})
