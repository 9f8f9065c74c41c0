"""Status changes: mitigate, resolve, close, reopen, withdraw. Closing is guarded by the policy."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from bot.database import ledger, live_notices, manager_updates, queries
from bot.database.change import Change
from bot.database.people import is_slack_id
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import NotFound
from bot.models.clocks import ClockKind
from bot.models.tracked_message import TrackedMessage, TrackedMessageKind
from bot.policy.decide import promises
from bot.policy.decide.lifecycle import (
    Move,
    Obstacle,
    Refusal,
    Refused,
    refusals,
    refusals_of_closing,
    refusals_to_close,
    refusals_to_resolve,
    refusals_to_undo,
    require,
)
from bot.policy.model.programmes import Consent
from bot.policy.model.verification import masked
from bot.policy.plan.schedule import plan
from bot.policy.plan.timers import TimerKind
from bot.policy.record.announcements.closing import (
    Closed,
    KeptOpen,
    Mitigated,
    Reopened,
    Resolved,
    Undone,
    Withdrawn,
)
from bot.policy.record.customer_questions import QuestionKind
from bot.policy.record.ending import CorrectiveActionFacts, Review, UndoneResolution
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts, PageCause, Status
from bot.policy.record.feed_lines import (
    ClosedLine,
    MitigatedLine,
    ReopenedLine,
    ResolvedLine,
    UndoneLine,
    WithdrawnLine,
)
from bot.services.incidents.incidents import redraw_incident
from bot.services.levels import pending_level_requests
from bot.services.mail.customer_questions import put, was_asked
from bot.services.paging import pages
from bot.services.paging.acknowledgements import acknowledge
from bot.services.patterns import case_reviews, recurring
from bot.services.patterns.causes import note_cause
from bot.services.programmes import carrying, consents, proposals
from bot.services.reviews import parts, reviews
from bot.services.reviews.parts import ReviewPart
from bot.services.teams import teams
from bot.services.waiting import waits
from bot.services.watch import watches

_NOTHING_BEFORE: Final[Mapping[str, Any]] = MappingProxyType({"status": "open", "customer": None, "internal": None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The values of the resolve form. What is on record already may be left out."""

    fixed: str
    cause: str | None = None
    confirmed_by: str | None = None
    confirmed_how: str | None = None
    evidence: str | None = None
    review_url: str | None = None
    actions: Sequence[CorrectiveActionFacts] = ()


@dataclass(frozen=True, slots=True)
class RatingRequest:
    """A mail that asks the customer how satisfied they are: to which address, in which words."""

    to: str
    words: str


@dataclass(frozen=True)
class Closures:
    """Change the status of escalations."""

    records: Records

    def mitigate(self, number: int, *, by: str, note: str) -> EscalationFacts:
        """Record that the impact has stopped. Stops the resolution clock. Raises Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.MITIGATE))
            waits.end(change, by=by, why="ended")
            _note_before(change)
            _mitigate(change, by)
            ledger.owe(change, promises.after_event(change.facts, change.policy, change.tx.now))
            change.record("mitigated", by=by, reason=note or None)
            change.announce(Mitigated(by=by, note=note))
            change.tell_feed(MitigatedLine(by=by))
            return change.facts

    def resolve(self, number: int, resolution: Resolution, *, by: str) -> EscalationFacts:
        """Record the resolution and the customer's agreement. Raises Refused with everything that is missing."""
        with self.records.changing(number, by=by) as change:
            facts, row = change.facts, change.row
            review = replace(
                facts.review,
                url=resolution.review_url or facts.review.url,
                actions=(*facts.review.actions, *resolution.actions),
            )
            confirmed = bool(resolution.confirmed_by) or facts.confirmation is not None
            require(refusals_to_resolve(facts, change.policy, confirmed=confirmed, review=review))
            added = ReviewPart(url=resolution.review_url, actions=resolution.actions)
            parts.check(change, added, by)
            waits.end(change, by=by, why="ended")
            _note_before(change)
            if row.status is Status.OPEN:
                _mitigate(change, by)
            if resolution.confirmed_by:
                row.confirmed_by, row.confirmed_how = resolution.confirmed_by, resolution.confirmed_how
                row.confirmed_at, row.confirmation_recorded_by = change.tx.now, by
                row.confirmed_evidence = resolution.evidence and masked(resolution.evidence)
            parts.add(change, added, by)
            row.status, row.resolved_at, row.fixed = Status.RESOLVED, change.tx.now, resolution.fixed
            row.watch_health = row.account.health
            if row.customer_update_due_at is not None and row.customer_update_due_at < change.tx.now:
                row.customer_update_missed_at = row.customer_update_due_at
            ledger.owe(change, promises.NOTHING)
            manager_updates.end(change)
            pages.end(change, tuple(PageCause), by=by)
            pending_level_requests.supersede(change)
            change.redraw_review()
            change.record("resolved", by=by, after={"confirmed_by": row.confirmed_by, "how": row.confirmed_how})
            change.announce(Resolved(by=by, fixed=resolution.fixed))
            change.tell_feed(ResolvedLine(by=by))
            note_cause(change, resolution.cause, by=by)
            recurring.note(change)
            teams.settle(change)
            return change.facts

    def undone(self, number: int, *, viewer: str) -> UndoneResolution:
        """Return what an undone resolution was given, for its form. Raises NotFound."""
        with self.records.database.transaction() as tx:
            return self.records.seen(tx, number, by=viewer).row.undone_resolution()

    def undo(self, number: int, *, by: str) -> EscalationFacts:
        """Undo a mitigation or a resolution, within ten minutes, as if it hadn't been. Raises Refused.

        The acknowledgement, the review and the named cause stay; what else was given is offered again.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals_to_undo(change.facts, change.tx.now))
            row, ended = change.row, change.row.status
            ended_at = row.resolved_at if ended is Status.RESOLVED else row.mitigated_at
            live_notices.undone(row, ended.value, ended_at or change.tx.now, by)
            before = row.before_end or _NOTHING_BEFORE
            row.status, undone = Status(before["status"]), row.undone_resolution()
            if ended is Status.RESOLVED:
                owed = promises.NextUpdates(_moment(before["customer"]), _moment(before["internal"]))
                ledger.restore(change, owed, ended_at=row.resolved_at)
                manager_updates.restore(change, ended_at=row.resolved_at)
                undone = UndoneResolution(row.fixed or "")
                if row.confirmed_at == row.resolved_at:
                    # It came with the form. What the customer said before that, they said.
                    undone = UndoneResolution(undone.fixed, row.confirmed_by, row.confirmed_how, row.confirmed_evidence)
                    row.confirmed_by = row.confirmed_how = row.confirmed_at = row.confirmation_recorded_by = None
                    row.confirmed_evidence = None
                row.resolved_at = row.fixed = None
            row.before_end = {**_NOTHING_BEFORE, "undone": asdict(undone)}
            if row.status is Status.OPEN:
                change.continue_clock(ClockKind.RESOLUTION, stopped_at=row.mitigated_at)
                row.mitigated_at = None
            watches.remove_buttons(change)
            redraw_incident(change)
            change.record("undone", by=by, before={"status": ended}, after={"status": row.status})
            teams.settle(change)
            change.announce(Undone(by=by, ended=ended.value, status=row.status.value))
            change.tell_feed(UndoneLine(by=by, ended=ended.value))
            return change.facts

    def close(
        self,
        number: int,
        *,
        by: str,
        summary: str,
        finished_on: date | None,
        given: Mapping[Consent, str] = MappingProxyType({}),
        cause: str | None = None,
        rating: RatingRequest | None = None,
        review_url: str | None = None,
    ) -> EscalationFacts:
        """Close it: the summary is posted, and the channel is archived after the configured time.

        `given` are consents other than the customer's, each with who agreed and how. Raises Refused, also for a person
        the policy doesn't let close it.
        """
        with self.records.changing(number, by=by) as change:
            facts, row = change.facts, change.row
            who = change.people.identities(change.tx, by)
            require((*refusals(facts, Move.CLOSE), *refusals_of_closing(facts, change.policy, who)))
            parts.check(change, ReviewPart(url=review_url, finished_on=finished_on), by)
            finished = facts.review.finished_on or finished_on
            review: Review = replace(facts.review, finished_on=finished, url=review_url or facts.review.url)
            consents.give(change, given, by=by)
            agreed, known = consents.on_record(change), facts.cause or cause
            require(refusals_to_close(facts, change.policy, review=review, cause=known, agreed=agreed))
            row.review_finished_on, row.review_url = finished, review.url
            row.status, row.closed_at, row.closed_by = Status.CLOSED, change.tx.now, by
            row.closing_summary = summary
            pages.end(change, tuple(PageCause), by=by)
            if facts.cause is None:
                note_cause(change, cause, by=by)
            carrying.settle_later(change)
            change.record("closed", by=by, reason=summary)
            change.redraw_review()
            change.announce(Closed(by=by, summary=summary, archives_at=_archives_at(change)))
            if rating is not None and not was_asked(change, QuestionKind.SATISFIED):
                put(change, QuestionKind.SATISFIED, rating.to, rating.words, by=by)
            change.tell_feed(ClosedLine(by=by))
            return change.facts

    def withdraw(self, number: int, *, by: str, reason: str, duplicate_of: int | None) -> EscalationFacts:
        """Withdraw a mistaken declaration. It counts in no SLA and needs no review. Raises Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.WITHDRAW))
            if duplicate_of is not None:
                _check_duplicate(self.records, change, duplicate_of, by=by)
            waits.end(change, by=by, why="ended")
            row = change.row
            row.withdrawn_reason, row.duplicate_of = reason, duplicate_of
            row.status, row.closed_at, row.closed_by = Status.CLOSED, change.tx.now, by
            ledger.owe(change, promises.NOTHING)
            manager_updates.end(change)
            teams.settle(change)
            for kind in ClockKind:
                change.stop_clock(kind)
            pages.end(change, tuple(PageCause), by=by)
            pending_level_requests.supersede(change)
            watches.remove_buttons(change)
            carrying.settle_later(change)
            change.record("withdrawn", by=by, reason=reason, after={"duplicate_of": duplicate_of})
            redraw_incident(change)
            change.redraw_review()
            if change.tx.session.get(TrackedMessage, (number, TrackedMessageKind.VERIFICATION)) is not None:
                change.draw_tracked_message(TrackedMessageKind.VERIFICATION)
            names = (duplicate_of,) if duplicate_of is not None else ()
            at = _archives_at(change)
            told = Withdrawn(by=by, reason=reason, duplicate_of=duplicate_of, names=names, archives_at=at)
            change.announce(told)
            proposals.redraw(change)
            change.tell_feed(WithdrawnLine(by=by))
            return change.facts

    def keep_open(self, number: int, *, by: str) -> None:
        """Keep the channel open after closing. Raises Refused, and NotFound if it is archived already."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.KEEP_OPEN))
            if change.row.channel_archived_at is not None:
                raise NotFound("The channel is archived already. Reopen the escalation to continue.")
            if change.row.kept_open_by is None:
                change.row.kept_open_by = by
                change.record("kept open", by=by)
                change.announce(KeptOpen(by=by))

    def reopen(self, number: int, *, by: str, reason: str) -> EscalationFacts:
        """Reopen it. The resolution clock resumes; an archived channel gets a successor. Raises Refused."""
        with self.records.changing(number, by=by) as change:
            reopen(change, by=by, reason=reason)
            return change.facts


def reopen(change: Change, *, by: str, reason: str) -> None:
    """Reopen an escalation under change, for a person or for a customer who said that it isn't solved.

    Raises Refused.
    """
    require(refusals(change.facts, Move.REOPEN))
    row, before = change.row, change.row.status
    waited = row.acknowledged_at is None and _stopped_last(change, ClockKind.RESPONSE) == row.closed_at
    row.status, row.reopened_at = Status.OPEN, change.tx.now
    row.mitigated_at = row.resolved_at = row.closed_at = row.closed_by = None
    row.withdrawn_reason = row.duplicate_of = row.before_end = None
    row.confirmed_by = row.confirmed_how = row.confirmed_at = row.confirmation_recorded_by = None
    row.waived_by = row.waived_reason = row.waived_at = row.confirmed_evidence = None
    row.review_finished_on = row.watch_finished_at = row.kept_open_by = row.watch_health = None
    row.call_at = row.call_owner = row.call_note = row.call_noted_at = None
    row.issue_summary = row.summary_by = row.summary_sent_at = None
    # What an update promised before is over; the next one says when they hear again.
    row.last_update_id = None
    change.start_clock(ClockKind.RESOLUTION)
    if waited:
        change.start_clock(ClockKind.RESPONSE)
    # A met response stays met, but somebody has to say that they are on it now.
    row.acknowledged_at = row.acknowledged_by = None
    reviews.begin_again(change)
    ledger.owe(change, promises.after_reopening(change.facts, change.policy, change.tx.now))
    if row.has_begun:
        manager_updates.begin(change)
    watches.remove_buttons(change)
    change.record("reopened", by=by, before={"status": before}, reason=reason)
    redraw_incident(change)
    if proposals.propose_again(change, by=by):
        return
    if row.channel_archived_at is not None or row.channel_trouble is not None:
        change.replace_channel()
    if is_slack_id(by):
        change.invite(by)
    teams.settle(change)
    change.announce(Reopened(by=by, reason=reason))
    change.tell_feed(ReopenedLine(by=by))
    if change.policy.is_top(row.level) and change.facts.awaits_acknowledgement:
        pages.start(change, PageCause.OPENING, FIX_OWNER, due_at=change.tx.now)


def _archives_at(change: Change) -> datetime | None:
    """Return when the channel of something that was just closed is archived; None if it isn't."""
    wait = change.service_settings.archive_after
    planned = plan(change.facts, change.policy, archive_after=wait)
    return next((timer.due_at for timer in planned if timer.kind is TimerKind.ARCHIVE), None)


def _stopped_last(change: Change, kind: ClockKind) -> datetime | None:
    """Return when a clock was last stopped; None if it wasn't."""
    return next((span.stopped_at for span in reversed(change.row.spans) if span.kind is kind), None)


def _note_before(change: Change) -> None:
    """Note what an end can be undone to."""
    row = change.row
    customer, internal = row.customer_update_due_at, row.internal_update_due_at
    row.before_end = {
        "status": row.status.value,
        "customer": customer.isoformat() if customer else None,
        "internal": internal.isoformat() if internal else None,
        "undone": asdict(row.undone_resolution()),
    }


def _moment(stored: str | None) -> datetime | None:
    return datetime.fromisoformat(stored) if stored else None


def _mitigate(change: Change, by: str) -> None:
    acknowledge(change, by=by, aloud=False)
    change.row.status, change.row.mitigated_at = Status.MITIGATED, change.tx.now
    change.stop_clock(ClockKind.RESOLUTION)
    pages.end(change, (PageCause.RESOLUTION_BREACH, PageCause.ASKED), by=by)
    case_reviews.post(change)
    reviews.begin(change)
    pages.resolve_outside(change)


def _check_duplicate(records: Records, change: Change, number: int, *, by: str) -> None:
    """Raise Refused for a duplicate of itself, and of an escalation the person can't see."""
    if number == change.row.id or not _is_there(records, change.tx, number, by):
        raise Refused([Refusal(Obstacle.NO_SUCH_ESCALATION, Move.WITHDRAW, change.row.status)])


def _is_there(records: Records, tx: Transaction, number: int, by: str) -> bool:
    row = queries.escalation(tx.session, number)
    if row is None:
        return False
    try:
        with records.named_to(tx, number, by):
            found = records.policies.read(row)
    except NotFound:
        return False
    return records.people.may_see(tx, *found, by)
