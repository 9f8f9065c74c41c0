"""The review as a document in Markdown: what people wrote, and what the record says. Nothing else is in it.

A canvas and a file show the same text. Times are in the zone of the policy's business calendar, and named.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.policy.decide.dropped_clocks import was_dropped
from bot.policy.decide.lifecycle import sign_off_is_needed, whom_to_ask
from bot.policy.model.rules import Policy
from bot.policy.record import sla
from bot.policy.record.escalation import EscalationFacts, role_title
from bot.policy.record.promises import PromiseFacts
from bot.policy.record.reviews import EACH_END, Debrief, ReviewRecord, ReviewState, WrittenReview
from bot.policy.record.sla import ClockFacts, ClockState
from bot.policy.record.updates import PostedUpdate
from bot.views.kit import labels
from bot.views.kit.text import length, one_line, plain_day, plain_moment, without_keys
from bot.views.reviews import markdown, milestones, story
from bot.views.reviews.markdown import bullets, escape, table

_UPDATE: Final = 500
_LINE: Final = 300
BLAMELESS: Final = "Blameless: we look for the gap in the process or the system, not for a person at fault."
_ID: Final = re.compile(r"\b[UW][A-Z0-9]{2,}\b")
_NOTHING: Final = "_Not written yet._"


def title(facts: EscalationFacts) -> str:
    """Return the document's title, without markup."""
    return f"Post-incident review: {facts.key}, {one_line(facts.account.name)}"


def draw(facts: EscalationFacts, policy: Policy, written: WrittenReview, record: ReviewRecord) -> str:
    """Return the whole document."""
    parts = (markdown.with_names(part, record.names) for part in _parts(facts, policy, written, record))
    return "\n\n".join(parts) + "\n"


def _parts(facts: EscalationFacts, policy: Policy, written: WrittenReview, record: ReviewRecord) -> Iterator[str]:
    words = written.words
    yield f"# {escape(title(facts))}"
    yield f"_{BLAMELESS}_"
    yield standing(facts, policy, written, record)
    yield "## What happened"
    yield markdown.paragraphs(words.story if words.story is not None else story.draft(facts, record))
    yield "## Times"
    yield table(("Step", "When", "Target", "Result"), _times(facts, policy))
    yield "## Why this severity"
    yield from _severity(facts, policy, record)
    yield "## People"
    yield table(("Role", "Who"), _people(facts, record))
    yield "## Promises to the customer"
    yield from _promises(record, policy)
    yield "## Five whys"
    yield markdown.numbered(words.whys) if words.whys else _NOTHING
    cause = facts.cause and f"Cause: {escape(facts.cause)}"
    factor = next((one.label for one in policy.reviews.factors if one.key == words.contributing), words.contributing)
    named = [f"Contributing: {escape(factor)}" if factor else None, cause]
    if any(named):
        yield bullets(line for line in named if line)
    yield "## Lessons"
    for heading, said in (
        ("What went well", words.went_well),
        ("What didn't", words.went_wrong),
        ("Where we were lucky", words.lucky),
    ):
        yield f"### {heading}"
        yield markdown.paragraphs(said) if said else _NOTHING
    yield "## Debriefs"
    yield bullets(
        (
            f"With the customer: {_debrief(words.customer_debrief)}",
            f"With the team: {_debrief(words.team_debrief)}",
        )
    )
    yield "## Follow-ups"
    yield from _follow_ups(facts, record)
    yield "## Timeline"
    yield from _timeline(policy, record)
    yield "## Updates"
    yield from _updates(policy, record)


def standing(facts: EscalationFacts, policy: Policy, written: WrittenReview, record: ReviewRecord) -> str:
    """Return where the review stands, and who has to act, in one line of Markdown."""
    review, zone = facts.review, str(policy.zone)
    by = _name(review.state_by, record)
    if review.state is ReviewState.SIGNED and review.state_at is not None:
        return f"**Read and signed off** by {by}, {plain_moment(review.state_at, zone)}."
    writer = f"written by {_name(written.written_by, record)}" if written.written_by else "drafted from the record"
    if review.state is ReviewState.ASKED:
        signers = [_name(who, record) for who in whom_to_ask(facts, policy.guards.sign_off)]
        return f"**Waiting for a sign-off** by {' or '.join(signers)}, {writer}."
    if review.state is ReviewState.RETURNED and written.comment:
        return f"**Returned** by {by}: {escape(written.comment)}"
    needed = " Not signed off yet." if sign_off_is_needed(facts, policy) else ""
    return f"**Draft**, {writer}.{needed}"


def _times(facts: EscalationFacts, policy: Policy) -> Iterator[tuple[str, str, str, str]]:
    zone = str(policy.zone)
    ended = facts.closure.at if facts.closure else None
    steps: tuple[tuple[str, datetime | None, ClockFacts | None], ...] = (
        ("Reported by the customer", facts.reported_at, None),
        ("Detected", facts.detected_at, None),
        ("Declared", facts.declared_at, None),
        ("Acknowledged", _stopped(facts.response) or facts.acknowledged_at, facts.response),
        ("Impact stopped", facts.mitigated_at, facts.resolution),
        ("Resolved", facts.resolved_at, None),
        ("Closed", ended, None),
        ("Reopened", facts.reopened_at, None),
    )
    for what, at, clock in steps:
        if at is None and clock is None:
            continue
        if clock is not None and was_dropped(clock, facts):
            yield what, "not needed", "", ""
            continue
        target, result = _against(clock, policy, at) if clock is not None else ("", "")
        yield what, _dated(at, zone) if at is not None else "not yet", target, result


def _dated(at: datetime, zone: str) -> str:
    """Return a moment with its year: a review is read long after."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{plain_day(local.date())} {local:%-I:%M %p %Z}"


def _stopped(clock: ClockFacts) -> datetime | None:
    return clock.spans[-1].stopped_at if clock.spans else None


def _against(clock: ClockFacts, policy: Policy, at: datetime | None) -> tuple[str, str]:
    """Return a clock's target, and how it was kept."""
    stopped_at = _stopped(clock)
    now = stopped_at or at
    if clock.terms is None or now is None:
        return ("", "")
    due_at = sla.due_at(clock, policy.calendars)
    zone = str(policy.zone_of(clock.terms.calendar))
    target = f"by {plain_moment(due_at, zone)}" if due_at is not None else clock.terms.target.in_words()
    took = length(sla.elapsed(clock, policy.calendars, now))
    match sla.state(clock, policy.calendars, now):
        case ClockState.MET:
            return target, f"met, in {took}"
        case ClockState.BREACHED if due_at is not None:
            return target, f"{length(now - due_at)} late, in {took}"
        case _:
            return target, ""


def _severity(facts: EscalationFacts, policy: Policy, record: ReviewRecord) -> Iterator[str]:
    known = {level.code: level.label for level in policy.levels}
    said = [f"{known.get(facts.level, facts.level)} at the end"]
    if facts.chosen_level != facts.level:
        said.append(f"{known.get(facts.chosen_level, facts.chosen_level)} was chosen")
    if facts.highest_level != facts.level:
        said.append(f"{known.get(facts.highest_level, facts.highest_level)} at its highest")
    yield escape(f"{', '.join(said)}.")
    if facts.trace:
        yield bullets(escape(_named(without_keys(line), record)) for line in facts.trace)
    if facts.override is not None:
        yield f"Set by hand: {escape(facts.override.reason)}"


def _people(facts: EscalationFacts, record: ReviewRecord) -> Iterator[tuple[str, str]]:
    for role, holder in facts.holders.items():
        yield escape(role_title(role)), _name(holder.person, record)
    yield "Declared by", _name(facts.declared_by, record)
    if facts.acknowledged_by is not None:
        yield "Acknowledged by", _name(facts.acknowledged_by, record)


def _promises(record: ReviewRecord, policy: Policy) -> Iterator[str]:
    if not record.tally.total:
        yield "None was due."
        return
    yield f"{labels.promises(record.tally)}."
    if record.promises:
        yield bullets(_promise(one, record, policy) for one in record.promises)
    if record.promises_left_out:
        yield f"{record.promises_left_out} more are in the export."


def _promise(promise: PromiseFacts, record: ReviewRecord, policy: Policy) -> str:
    due = plain_moment(promise.due_at, str(policy.zone))
    how = f"{length(promise.late_by)} late" if promise.late_by is not None else "missed"
    return f"Due {due}, owed by {_name(promise.owner, record)}: {how}"


def _debrief(debrief: Debrief | None) -> str:
    return f"{plain_day(debrief.on)}, {escape(debrief.who)}" if debrief is not None else "not noted"


def _follow_ups(facts: EscalationFacts, record: ReviewRecord) -> Iterator[str]:
    if not facts.review.actions:
        yield "_None yet._"
        return
    rows = (
        (escape(one.what), _name(one.owner, record), plain_day(one.due_on), one.state.value)
        for one in facts.review.actions
    )
    yield table(("What", "Owner", "Due", "State"), rows)


def _timeline(policy: Policy, record: ReviewRecord) -> Iterator[str]:
    zone = str(policy.zone)
    lines = [f"{plain_moment(line.at, zone)}: {milestones.draw(line, policy, record.names)}" for line in record.events]
    yield bullets(_with_gap(lines, record.events_left_out))


def _updates(policy: Policy, record: ReviewRecord) -> Iterator[str]:
    if not record.updates:
        yield "_None was posted._"
        return
    zone = str(policy.zone)
    yield bullets(_with_gap([_update(one, record, zone) for one in record.updates], record.updates_left_out))


def _update(update: PostedUpdate, record: ReviewRecord, zone: str) -> str:
    said = f"{plain_moment(update.at, zone)}, {_name(update.by, record)}"
    if update.customer_text:
        told = "To the customer" if update.is_for_customer else "For the customer, not sent"
        said += f". {told}: {escape(update.customer_text, _UPDATE)}"
    if update.note:
        said += f" Note: {escape(update.note, _LINE)}"
    return said


def _with_gap(lines: list[str], left_out: int) -> list[str]:
    if not left_out:
        return lines
    return [*lines[:EACH_END], f"_{left_out} more are in the export._", *lines[EACH_END:]]


def _named(line: str, record: ReviewRecord) -> str:
    """Return a line of the record with names in place of ids."""
    return _ID.sub(lambda found: record.names.get(found[0], found[0]), line)


def _name(identity: str | None, record: ReviewRecord) -> str:
    return escape(record.names.get(identity, identity)) if identity else "no one"
