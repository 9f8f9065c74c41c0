"""The words for what is outstanding once an escalation is acknowledged: a late update, a missed target, a request."""

from typing import Final

from bot.policy.record.escalation import EscalationFacts, PageCause, PageReason
from bot.views.kit.text import all_of

ON_IT: Final = "I'm on it"


def short(facts: EscalationFacts) -> str | None:
    """Return what is wrong although it's acknowledged: "its customer update is overdue". None if nothing is."""
    if not facts.is_acknowledged:
        return None
    found = [_words(reason, facts) for reason in facts.page_reasons]
    return all_of(list(dict.fromkeys(words for words in found if words is not None))) or None


def sentence(facts: EscalationFacts) -> str | None:
    """Return it as a sentence: "ESC-1 is acknowledged, but its customer update is overdue.", or None."""
    words = short(facts)
    return f"{facts.key} is acknowledged, but {words}." if words is not None else None


def wants_update(facts: EscalationFacts) -> bool:
    """Return True if people are paged for a missed update."""
    return any(reason.cause is PageCause.MISSED_UPDATE for reason in facts.page_reasons)


def request(facts: EscalationFacts) -> str:
    """Return what is asked of people then."""
    return "Can you post the update?" if wants_update(facts) else "Can you help?"


def _words(reason: PageReason, facts: EscalationFacts) -> str | None:
    match reason.cause:
        case PageCause.MISSED_UPDATE:
            return f"its {_kind(reason, facts)}update is overdue"
        case PageCause.RESOLUTION_BREACH:
            return "it missed its resolution target"
        case PageCause.ASKED:
            return "someone asked for help"
        case PageCause.OPENING | PageCause.RESPONSE_BREACH:
            return None  # over once it's acknowledged


def _kind(reason: PageReason, facts: EscalationFacts) -> str:
    """Return which update it is: only what the record shows."""
    if reason.due_at == facts.customer_update_due_at:
        return "customer "
    return "internal " if reason.due_at == facts.internal_update_due_at else ""
