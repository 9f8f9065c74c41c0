"""The conditions of an end: ticked if they hold, with a button for each thing that has a form of its own."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from bot.policy.decide.contract import Term, TermState
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.reviews import ReviewState
from bot.ports.workspace import Block
from bot.views.kit import ids
from bot.views.kit.parts import actions, button, section
from bot.views.kit.text import day, escape, link, one_line, person, times

_CLIP: Final = 150
# The menu's entry whose form clears a term, and its words.
CONFIRM, WAIVE, REVIEW, FOLLOW_UPS = "confirm", "waive", "review", "followups"
PLAN, CONSENTS = "plan", "consents"
_WORDS: Final = {
    CONFIRM: "Ask the customer",
    WAIVE: "Waive",
    REVIEW: "Review",
    FOLLOW_UPS: "Follow-ups",
    PLAN: "Action items",
    CONSENTS: "Consents",
}
_MISSING: Final = {
    Term.CONFIRMATION: "The customer's confirmation",
    Term.REVIEW: "The review, or a link to it",
    Term.FOLLOW_UP: "A follow-up with an owner and a date",
    Term.FINISHED_REVIEW: "The finished review",
    Term.CAUSE: "The cause",
    Term.STAKEHOLDERS: "The stakeholders' consent",
    Term.SUCCESS_CRITERIA: "The success criteria",
    Term.ACTION_ITEMS: "The action items",
}
_CLEARED_BY: Final = {
    Term.CONFIRMATION: (CONFIRM, WAIVE),
    Term.REVIEW: (REVIEW,),
    Term.FOLLOW_UP: (FOLLOW_UPS,),
    Term.FINISHED_REVIEW: (REVIEW,),
    Term.ACTION_ITEMS: (PLAN,),
    Term.STAKEHOLDERS: (CONSENTS,),
    Term.SUCCESS_CRITERIA: (CONSENTS,),
}


def draw(
    conditions: Sequence[TermState], facts: EscalationFacts, ways: Collection[str], criteria: str = ""
) -> Iterator[Block]:
    """Yield the conditions, and the buttons for those that are missing; `ways` are the entries the viewer may use.

    `criteria` are the success criteria of a programme.
    """
    if not conditions:
        return
    lines = [
        f":white_check_mark: {_held(one.term, facts, criteria)}"
        if one.holds
        else f":white_large_square: {_missing(one.term, facts, criteria)}"
        for one in conditions
    ]
    yield section("\n".join(lines))
    offered = dict.fromkeys(
        way for one in conditions if not one.holds for way in _CLEARED_BY.get(one.term, ()) if way in ways
    )
    if offered:
        number = str(facts.number)
        yield actions(*(button(_WORDS[way], f"{ids.PRESS_CLEAR}{way}", number) for way in offered))


def _missing(term: Term, facts: EscalationFacts, criteria: str) -> str:
    if term is Term.ACTION_ITEMS:
        many = len(facts.open_items)
        return f"{many} action item{'s' if many != 1 else ''} unfinished"
    if term is Term.SUCCESS_CRITERIA and criteria:
        return f"Success criteria met: {escape(one_line(criteria), _CLIP)}"
    return _MISSING[term]


def _held(term: Term, facts: EscalationFacts, criteria: str) -> str:
    review = facts.review
    match term:
        case Term.CONFIRMATION if facts.confirmation is not None:
            how = f" ({escape(facts.confirmation.how, _CLIP)})" if facts.confirmation.how else ""
            return f"{escape(facts.confirmation.by, _CLIP)} confirmed{how}"
        case Term.CONFIRMATION if facts.waiver is not None:
            return f"Confirmation waived by {person(facts.waiver.by)}: {escape(facts.waiver.reason, _CLIP)}"
        case Term.REVIEW if review.address:
            return link(review.address, "Review")
        case Term.REVIEW if review.is_written:
            return "Review"
        case Term.FOLLOW_UP:
            return times(len(review.standing), "follow-up")
        case Term.FINISHED_REVIEW if review.state is ReviewState.SIGNED and review.state_by:
            return f"Review signed off by {person(review.state_by)}"
        case Term.FINISHED_REVIEW if review.finished_on is not None:
            return f"Review finished {day(review.finished_on)}"
        case Term.CAUSE if facts.cause:
            return f"Cause: {escape(facts.cause, _CLIP)}"
        case Term.SUCCESS_CRITERIA if criteria:
            return _missing(term, facts, criteria)
    return _MISSING[term]
