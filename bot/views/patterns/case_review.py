"""A case review: the message with its history and questions, its form, and its notices."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import ButtonElement

from bot.policy.decide.case_reviews import CaseReviewFacts
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.patterns import CaseReviewFinished
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.patterns import CaseReviewNotice
from bot.ports.workspace import Block, Message, View
from bot.views.kit import ids, labels
from bot.views.kit.parts import (
    actions,
    asking,
    button,
    context,
    modal,
    paragraphs,
    question,
    quote,
    section,
    text_input,
    text_message,
)
from bot.views.kit.text import day, escape, moment, person, times
from bot.views.teams import team_messages

_SHOWN = 10


def draw(review: CaseReviewFacts, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the review in its present state."""
    return Message(_title(review, facts, policy), tuple(_blocks(review, facts, policy)))


def form(review: CaseReviewFacts, facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form that finishes it; if it is finished, show it."""
    heading = section(_title(review, facts, policy))
    if review.finished_by is not None:
        return modal(ids.CASE_REVIEW, "Case review", [heading, *_finished(review, policy)], close="Close")
    known = [section("\n".join(_history(review))), *_asked(review, facts, policy)]
    findings = question(
        "findings",
        "What do they have in common, and what will you do?",
        text_input("findings", multiline=True, limit=2500),
        hint="Posted in the channel. This finishes the review.",
    )
    metadata = json.dumps({"number": facts.number, "review": review.id})
    return modal(ids.CASE_REVIEW, "Case review", [heading, *known, findings], submit="Finish", metadata=metadata)


def review_of(view: Mapping[str, Any]) -> int:
    """Return the form's case review."""
    return int(json.loads(view["private_metadata"])["review"])


def over(facts: EscalationFacts) -> Message:
    """Draw what is left of a reminder of a review that is finished."""
    return text_message(
        f":repeat: The case review of {escape(facts.account.name)} ({labels.where(facts)}) is finished."
    )


def finished(told: CaseReviewFinished, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the channel's message when it is finished."""
    text = f":repeat: {person(told.by)} finished the case review: {escape(told.findings)}"
    return Message(text, paragraphs(text))


def directly(notice: CaseReviewNotice, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the message to its owner."""
    text = (
        f":repeat: {escape(facts.account.name)} has escalated {times(notice.count, 'time')} in "
        f"{times(notice.days, 'day')}. You own the case review: {labels.where(facts)}"
    )
    by = moment(notice.due, str(policy.zone))
    then = f"Note your findings by {by}. The channel sees the review once the impact has stopped."
    if notice.review is None:
        return Message(text, (section(text), context(then)))
    return asking(text, then, note_button(facts.number, notice.review))


def on_the_card(facts: EscalationFacts, policy: Policy) -> str | None:
    """Return the card's line about an unfinished case review."""
    review = facts.case_review
    if review is None:
        return None
    return (
        f":repeat: Case review of the account by {person(review.owner)}, due {moment(review.due_at, str(policy.zone))}"
    )


def note_button(number: int, review: int) -> ButtonElement:
    """Return the button that opens the form."""
    return button("Note the findings…", ids.PRESS_CASE_REVIEW, f"{number}:{review}", style="primary")


def _title(review: CaseReviewFacts, facts: EscalationFacts, policy: Policy) -> str:
    repeats = policy.patterns.repeats
    within = f" in {repeats.within_days} days" if repeats else ""
    return f":repeat: *Case review:* {escape(facts.account.name)} has escalated {times(review.count, 'time')}{within}."


def _blocks(review: CaseReviewFacts, facts: EscalationFacts, policy: Policy) -> Iterator[Block]:
    yield section(_title(review, facts, policy))
    yield section("\n".join(_history(review)))
    if review.finished_by is not None:
        yield from _finished(review, policy)
        return
    yield from _asked(review, facts, policy)
    yield actions(note_button(facts.number, review.id))


def _asked(review: CaseReviewFacts, facts: EscalationFacts, policy: Policy) -> Iterator[Block]:
    """Yield the policy's questions and steps, and who owns the review."""
    repeats = policy.patterns.repeats
    if repeats is None:
        return
    if repeats.questions:
        yield section(_list("Questions", repeats.questions))
    if repeats.steps:
        yield section(_list("What to do", repeats.steps))
    yield context(
        f"Owner: {person(review.owner)}, together with {team_messages.reached(policy.team(repeats.team), facts)}. "
        f"Due {moment(review.due_at, str(policy.zone))}."
    )


def _history(review: CaseReviewFacts) -> Iterator[str]:
    shown = review.history[-_SHOWN:]
    earlier = review.earlier + len(review.history) - len(shown)
    if earlier:
        yield f"• {earlier} earlier"
    for facts, policy in shown:
        level = policy.level(facts.level)
        category = f" · {escape(policy.category(facts.category).label)}" if facts.category else ""
        on = facts.declared_at.astimezone(policy.zone).date()
        yield (
            f"• {facts.key} · {day(on)} · {level.emoji} {escape(level.label)}{category} · "
            f"{labels.status_words(facts).lower()} · {labels.where(facts)}: {labels.summary(facts, 80)}"
        )
    if review.hidden:
        yield f"• {review.hidden} more, confidential"


def _finished(review: CaseReviewFacts, policy: Policy) -> Iterator[Block]:
    yield from paragraphs(f"*Findings*\n{quote(escape(review.findings or ''))}")
    if review.finished_by is not None and review.finished_at is not None:
        when = moment(review.finished_at, str(policy.zone))
        yield context(f":white_check_mark: Finished by {person(review.finished_by)} {when}")


def _list(title: str, lines: Sequence[str]) -> str:
    return f"*{title}*\n" + "\n".join(f"• {escape(line)}" for line in lines)
