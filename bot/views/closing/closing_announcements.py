"""Channel messages about mitigating, resolving, closing and reopening."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import ButtonElement

from bot.policy.addresses import is_web_address
from bot.policy.decide.issue_summary import summary_due_at, summary_owner
from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.review_due import review_due_at
from bot.policy.record.announcements.closing import (
    Closed,
    ClosingAnnouncement,
    ConfirmationWaived,
    ExitCriteriaWritten,
    KeptOpen,
    Mitigated,
    Reopened,
    Resolved,
    Reviewed,
    Undone,
    Withdrawn,
)
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, Message
from bot.views.closing import end_words, exit_criteria
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, paragraphs, section, text_message
from bot.views.kit.text import all_of, ended, escape, link, moment, person, times

# The longest name of a status that is shown.
_STATUS: Final = 40
_EVIDENCE: Final = 600
_SAID = {"mitigated": "impact stopped", "resolved": "resolved", "open": "open"}


def draw(  # noqa: C901 - one case for each class
    told: ClosingAnnouncement, facts: EscalationFacts, policy: Policy, watched: Sequence[str]
) -> Message:
    """Draw one announcement. `watched` are the sentences about the watch after the resolution."""
    match told:
        case Mitigated():
            return _mitigated(told, facts, policy)
        case Undone():
            return _undone(told, facts)
        case Resolved():
            return _resolved(told, facts, policy, watched)
        case Reviewed():
            return _reviewed(told, facts, policy)
        case Closed():
            return _closed(told, facts, policy)
        case KeptOpen():
            return text_message(f":open_file_folder: {person(told.by)} keeps this channel open. We won't archive it.")
        case ExitCriteriaWritten():
            return exit_criteria.draw(told)
        case Withdrawn():
            return _withdrawn(told, facts, policy)
        case Reopened():
            return _reopened(told, facts, policy)
        case ConfirmationWaived():
            return _waived(told, facts, policy)


def _mitigated(told: Mitigated, facts: EscalationFacts, policy: Policy) -> Message:
    note = f" {escape(told.note)}" if told.note else ""
    if told.undone_by is not None:
        said = ended(f"Impact stopped, noted by {person(told.by)}.{note}")
        return text_message(f":leftwards_arrow_with_hook: {said} Undone by {person(told.undone_by)}.")
    clock = " Resolution clock stopped." if facts.resolution.terms is not None else ""
    text = f":adhesive_bandage: Impact stopped, noted by {person(told.by)}.{clock}{note}"
    due_at = review_due_at(facts, policy)
    is_confirmed = facts.confirmation is not None or facts.waiver is not None
    ask = "" if is_confirmed else " and ask the customer to confirm"
    small = [f"To resolve it, verify the fix{ask}."]
    if due_at is not None:
        small.append(f"The review is due {moment(due_at, str(policy.zone))}.")
    return _undoable(text_message(text, *small), facts)


def _undoable(message: Message, facts: EscalationFacts) -> Message:
    """Add the buttons: what undoes the step that a message tells, and the review, if one is drafted."""
    number = str(facts.number)
    review = [button("Review", ids.PRESS_REVIEW, number)] if facts.review.state is not None else []
    return Message(message.text, (*message.blocks, actions(button("Undo", ids.PRESS_UNDO, number), *review)))


def _undone(told: Undone, facts: EscalationFacts) -> Message:
    what, status = (escape(_SAID.get(word, word), _STATUS) for word in (told.ended, told.status))
    if facts.status.value == told.status:
        # As the card calls it: an open one is acknowledged.
        status = labels.status_words(facts)
    return text_message(f":leftwards_arrow_with_hook: {person(told.by)} undid “{what}”. Status: {status}.")


def _resolved(told: Resolved, facts: EscalationFacts, policy: Policy, watched: Sequence[str]) -> Message:
    said = f"Resolved by {person(told.by)}: {escape(told.fixed)}"
    if told.undone_by is not None:
        return text_message(f":leftwards_arrow_with_hook: {ended(said)} Undone by {person(told.undone_by)}.")
    text = f":white_check_mark: {said}"
    if facts.confirmation is not None:
        how = f" ({escape(facts.confirmation.how)})" if facts.confirmation.how else ""
        small = [f"{escape(facts.confirmation.by)} confirmed for the customer{how}."]
        if facts.confirmation.evidence:
            small.append(evidence(facts.confirmation.evidence))
    else:
        small = ["The customer's confirmation was waived."] if facts.waiver is not None else []
    due_at = review_due_at(facts, policy)
    # The message stays as it is: the card has the next step, which changes.
    if due_at is not None and facts.review.finished_on is None:
        small.append(f"The review is due {moment(due_at, str(policy.zone))}.")
    return _undoable(text_message(text, *small, *watched, *end_words.before_closing(facts, policy)), facts)


def evidence(words: str) -> str:
    """Return the evidence of a confirmation: a link, or the customer's words."""
    return link(words, "Where they said it") if is_web_address(words) else f"“{escape(words, _EVIDENCE)}”"


def _reviewed(told: Reviewed, facts: EscalationFacts, policy: Policy) -> Message:
    said: list[str] = []
    if told.url:
        said.append(f"linked {link(told.url, 'the review')}")
    if told.actions:
        many = told.actions
        said.append(f"added {many} follow-up{'s' if many != 1 else ''}")
    if told.finished_on:
        said.append("finished the review")
    return text_message(f":mag: {person(told.by)} {all_of(said) or 'saved the review without changes'}.")


def _closed(told: Closed, facts: EscalationFacts, policy: Policy) -> Message:
    text = f":checkered_flag: {facts.key} closed by {person(told.by)}.\n{escape(told.summary)}"
    left, due_at = end_words.after_closing(facts, policy), summary_due_at(facts, policy)
    again = ["If it comes back, reopen it from the card."]
    if due_at is not None:
        when = moment(due_at, str(policy.zone))
        again.insert(
            0, f"{person(summary_owner(facts))} sends the issue summary by {when}. The channel stays until then."
        )
    said = [section(left)] if left else []
    number = str(facts.number)
    after = [
        button("Follow-up call", ids.PRESS_CALL, number),
        button("Issue summary", ids.PRESS_SUMMARY, number),
        button("What we learned", ids.PRESS_LEARNED, number),
    ]
    return Message(text, (*paragraphs(text), *said, *_until_archived(told.archives_at, facts, policy, after, *again)))


def _until_archived(
    at: datetime | None, facts: EscalationFacts, policy: Policy, after: Sequence[ButtonElement], *small: str
) -> Iterator[Block]:
    """Yield small lines and buttons: when the channel is archived, what keeps it open, and what comes `after`."""
    if at is None or facts.kept_open_by is not None:
        yield context(*small)
        if after:
            yield actions(*after)
        return
    when = moment(at, str(policy.zone))
    yield context(f"We'll archive this channel {when}; its history stays searchable.", *small)
    yield actions(*after, button("Keep open", ids.PRESS_KEEP_OPEN, str(facts.number)))


def _withdrawn(told: Withdrawn, facts: EscalationFacts, policy: Policy) -> Message:
    known = told.duplicate_of not in told.left_out
    duplicate = f" It is a duplicate of ESC-{told.duplicate_of}." if told.duplicate_of and known else ""
    text = f":no_entry_sign: {facts.key} withdrawn by {person(told.by)}: {ended(escape(told.reason))}{duplicate}"
    small = "It counts in no SLA and needs no review."
    return Message(text, (*paragraphs(text), *_until_archived(told.archives_at, facts, policy, (), small)))


def _reopened(told: Reopened, facts: EscalationFacts, policy: Policy) -> Message:
    text = f":leftwards_arrow_with_hook: {facts.key} reopened by {person(told.by)}: {escape(told.reason)}"
    small = [f"{labels.owners(facts)}.", labels.promise(facts, policy)]
    if facts.previous_channel_id:
        small.append(f"Earlier messages: {labels.before(facts)}.")
    return text_message(text, *small)


def _waived(told: ConfirmationWaived, facts: EscalationFacts, policy: Policy) -> Message:
    who = person(told.by)
    small = [f"{times(told.count, 'waiver')} by {who} in 90 days."] if told.count else []
    return text_message(
        f":ballot_box_with_check: {who} waived the customer's confirmation: {escape(told.reason)}", *small
    )
