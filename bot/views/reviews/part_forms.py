"""The forms of the parts of a review, which lie on its form: lessons, debriefs, a link. And that which returns one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from slack_sdk.models.blocks import DatePickerElement, UrlInputElement

from bot.policy.decide.lifecycle import sign_off_is_needed
from bot.policy.decide.review_edits import DEBRIEFS, seen_in
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.reviews import Debrief, ReviewWords, WrittenReview
from bot.ports.workspace import Block, View
from bot.views.kit import ids
from bot.views.kit.form_stack import KEEP
from bot.views.kit.parts import modal, question, text_input
from bot.views.reviews import review_form

_LESSON: Final = 1500
_WHO: Final = 300
_COMMENT: Final = 1000
_LESSONS: Final = (
    ("went_well", "What went well"),
    ("went_wrong", "What didn't"),
    ("lucky", "Where we were lucky"),
)
_DEBRIEFS: Final = (("customer_debrief", "With the customer"), ("team_debrief", "With the team"))


def lessons(facts: EscalationFacts, policy: Policy, written: WrittenReview) -> View:
    """Draw the form of what was learned."""
    blocks = [
        question(
            field,
            label,
            text_input(field, initial=str(getattr(written.words, field)), multiline=True, limit=_LESSON),
            optional=True,
        )
        for field, label in _LESSONS
    ]
    kept = {review_form.SEEN: seen_in(written.words, review_form.LESSONS)}
    return _form(ids.REVIEW_LESSONS, "Lessons", (facts, policy), blocks, kept)


def debriefs(facts: EscalationFacts, policy: Policy, written: WrittenReview) -> View:
    """Draw the form that notes the debriefs with the customer and with the team (S4)."""
    blocks = [block for field, label in _DEBRIEFS for block in _debrief(field, label, written.words)]
    kept = {review_form.SEEN: seen_in(written.words, DEBRIEFS)}
    return _form(ids.REVIEW_DEBRIEFS, "Debriefs", (facts, policy), blocks, kept)


def elsewhere(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form that links a review which is kept elsewhere."""
    field = UrlInputElement(action_id="review_url", initial_value=facts.review.url)
    blocks = [question("review_url", "Link to the review", field)]
    if not (facts.review.exists or sign_off_is_needed(facts, policy)):
        blocks.append(review_form.finished_on(facts))
    return _form(ids.REVIEW_LINK, "Kept elsewhere", (facts, policy), blocks)


def send_back(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form that returns a review."""
    blocks = [
        review_form.heading(facts, policy),
        question("comment", "What's missing?", text_input("comment", multiline=True, limit=_COMMENT)),
    ]
    metadata = json.dumps({"number": facts.number})
    return modal(ids.RETURN_REVIEW, "Return the review", blocks, submit="Return", metadata=metadata)


def _debrief(field: str, label: str, words: ReviewWords) -> Iterator[Block]:
    found: Debrief | None = getattr(words, field)
    picker = DatePickerElement(action_id=f"{field}_on", initial_date=found.on.isoformat() if found else None)
    yield question(f"{field}_on", label, picker, optional=True)
    who = text_input(f"{field}_who", initial=found.who if found else None, limit=_WHO)
    yield question(f"{field}_who", "Who took part", who, optional=True)


def _form(
    callback_id: str,
    title: str,
    about: tuple[EscalationFacts, Policy],
    blocks: Sequence[Block],
    kept: Mapping[str, Any] | None = None,
) -> View:
    facts, policy = about
    metadata = json.dumps({"number": facts.number, **({KEEP: kept} if kept is not None else {})})
    return modal(callback_id, title, [review_form.heading(facts, policy), *blocks], submit="Save", metadata=metadata)
