"""Post-incident reviews that are written here: drafted when the impact stops, saved by fields, signed off."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from bot.database.change import Change
from bot.database.people import People
from bot.database.records import Records
from bot.errors import EscalateError, FormError
from bot.models.review_document import ReviewDocument
from bot.models.timeline import TimelineEntry
from bot.policy.decide.lifecycle import (
    Move,
    refusals,
    refusals_by_guard,
    refusals_to_sign_off,
    require,
    review_of,
    whom_to_ask,
)
from bot.policy.decide.review_edits import DEBRIEFS, FIELDS, ReviewEdit, written_digest
from bot.policy.decide.review_end import ReviewEnd, review_end
from bot.policy.model.levels import Requirement
from bot.policy.model.rules import Policy
from bot.policy.model.verification import masked
from bot.policy.record.announcements.closing import Reviewed
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.reviews import ReviewReturnedNotice, ReviewToSignNotice
from bot.policy.record.reviews import (
    NOT_WRITTEN,
    NOTHING_WRITTEN,
    Debrief,
    ReviewRecord,
    ReviewState,
    ReviewWords,
    WrittenReview,
)
from bot.policy.wording.why_prompts import WhyQuery, queries
from bot.services.reviews import parts, review_records
from bot.services.reviews.parts import ReviewPart

_WRITTEN: Final = "review written"
_ADDED: Final = "reviewed"


@dataclass(frozen=True, slots=True)
class ReviewDraft:
    """A review with everything it is drawn from. `may_sign` is true if the viewer may sign it off now."""

    facts: EscalationFacts
    policy: Policy
    written: WrittenReview
    record: ReviewRecord
    may_sign: bool = False


class ChangedMeanwhile(EscalateError):
    """Somebody else has changed a field since the form was opened: who, the field, and what it says now."""

    def __init__(self, field: str, by: str | None, words: str, digest: str) -> None:
        super().__init__(f"{field} has changed")
        self.field = field
        self.by = by
        self.words = words
        self.digest = digest


@dataclass(frozen=True)
class PostIncidentReviews:
    """Read, write, sign off and return reviews."""

    records: Records
    people: People

    def open_to(self, number: int, *, by: str) -> ReviewDraft:
        """Return the review that somebody may see. Raises NotFound, and Refused if it can't be changed now."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            require(refusals(change.facts, Move.REVIEW))
            return self._draft(change, by)

    def for_closing(self, number: int, *, by: str) -> tuple[ReviewWords, ReviewEnd | None]:
        """Return what people have written in the review, and when its record ends, in the zone of `by`.

        None if the record doesn't say. Raises NotFound.
        """
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            row = change.tx.session.get(ReviewDocument, change.row.id)
            words = row.written() if row is not None else NOTHING_WRITTEN
            zone = self.people.zone(tx, by) or change.policy.zone
            written_at = row.written_at if row is not None else None
            return words, review_end(change.facts, words, zone, written_at=written_at, linked_at=_linked_at(change))

    def to_sign(self, number: int, *, by: str) -> ReviewDraft:
        """Return the review that somebody may sign off or return. Raises NotFound, Refused."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            self._must_sign(change, by)
            return self._draft(change, by)

    def queries(self, number: int, text: str, *, by: str) -> tuple[WhyQuery, ...]:
        """Return what to ask about words that stop at a person. Raises NotFound."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            facts = change.facts
            named = {facts.declared_by, *(holder.person for holder in facts.holders.values())}
            named |= {invitee.person for invitee in facts.invitees} | {action.owner for action in facts.review.actions}
            names = {*self.people.names(tx, named).values(), *self.people.named_in(tx, text)}
            return queries(text, change.policy.reviews.whys, names=sorted(names))

    def save(self, number: int, edit: ReviewEdit, part: ReviewPart, *, asks: bool = False, by: str) -> EscalationFacts:
        """Store what somebody has changed, and with `asks` ask for the sign-off.

        Raises Refused, FormError, and ChangedMeanwhile if a field that they changed isn't any more what they saw.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.REVIEW))
            if not edit.values and part.is_empty and not asks:
                raise FormError("story", "Nothing has changed yet.")
            parts.check(change, part, by)
            _check_debriefs(change, edit, by)
            if edit.values:
                self._write(change, edit, by)
            if not part.is_empty:
                self._add(change, part, by)
            if asks:
                self._ask(change, by)
            change.redraw_review()
            return change.facts

    def sign_off(self, number: int, *, by: str) -> EscalationFacts:
        """Sign the review off: it is finished today. Raises Refused."""
        with self.records.changing(number, by=by) as change:
            self._must_sign(change, by)
            _document(change)
            _set(change, ReviewState.SIGNED, by)
            change.row.review_finished_on = _today(change, by)
            change.record("review signed off", by=by)
            change.redraw_review()
            return change.facts

    def send_back(self, number: int, comment: str, *, by: str) -> EscalationFacts:
        """Return the review with a comment; who wrote it is notified. Raises Refused."""
        with self.records.changing(number, by=by) as change:
            self._must_sign(change, by)
            row = _document(change)
            row.comment = masked(comment)
            _set(change, ReviewState.RETURNED, by)
            change.record("review returned", by=by, reason=row.comment)
            writer = row.written_by
            if writer is not None and writer != by:
                change.notify(ReviewReturnedNotice(by=by, comment=row.comment), writer)
            change.redraw_review()
            return change.facts

    def _must_sign(self, change: Change, by: str) -> None:
        require(refusals_to_sign_off(change.facts, change.policy, self.people.identities(change.tx, by)))

    def _draft(self, change: Change, by: str | None) -> ReviewDraft:
        facts, policy = change.facts, change.policy
        may_sign = False
        if by is not None and facts.review.state is ReviewState.ASKED:
            who = self.people.identities(change.tx, by)
            may_sign = not refusals_by_guard(facts, Move.SIGN_OFF, policy.guards.sign_off, who)
        written = _written(change)
        record = review_records.of(change.tx, facts, self.people, written.words)
        return ReviewDraft(facts, policy, written, record, may_sign)

    def _write(self, change: Change, edit: ReviewEdit, by: str) -> None:
        row = _document(change)
        words = row.written()
        for field in edit.values:
            stored = written_digest(words, field)
            if stored != edit.seen.get(field, "") and stored != edit.digest(field):
                raise ChangedMeanwhile(field, _who_wrote(change, field), FIELDS[field](words), stored)
        for field, value in edit.values.items():
            _assign(row, field, value)
        was = change.facts.review.state
        row.written_by, row.written_at = by, change.tx.now
        if was is not ReviewState.ASKED:  # those who were asked read the document as it is then
            _set(change, ReviewState.WRITTEN, by)
        if was is ReviewState.SIGNED:
            # What is read and signed is the text of that time.
            change.row.review_finished_on = None
        change.record(_WRITTEN, by=by, after={"fields": sorted(edit.values)})

    def _add(self, change: Change, part: ReviewPart, by: str) -> None:
        parts.add(change, part, by)
        finished = part.finished_on and part.finished_on.isoformat()
        after = {"url": part.url, "actions": [action.what for action in part.actions], "finished_on": finished}
        change.record(_ADDED, by=by, after=after)
        change.announce(Reviewed(by=by, url=part.url, actions=len(part.actions), finished_on=part.finished_on))

    def _ask(self, change: Change, by: str) -> None:
        row, facts = _document(change), change.facts
        if not row.whys and not facts.review.url:
            raise FormError("whys", "Write the whys first, or link a review that has them.")
        signers = whom_to_ask(facts, change.policy.guards.sign_off)
        if not signers:
            raise FormError("ready", "The policy names no one who signs off. Ask its owner.")
        if row.written_by is None:
            row.written_by, row.written_at = by, change.tx.now
        _set(change, ReviewState.ASKED, by)
        change.record("review ready", by=by, after={"people": list(signers)})
        for person in signers:
            change.notify(ReviewToSignNotice(by=by), change.present(person))


def begin(change: Change) -> None:
    """Draft the review of an escalation whose impact has stopped, unless the policy has none for it."""
    if review_of(change.facts, change.policy)[0] is Requirement.NONE or change.row.review_state is not None:
        return
    _document(change)
    change.row.review_state, change.row.review_state_at = ReviewState.DRAFT, change.tx.now
    change.record("review drafted")


def begin_again(change: Change) -> None:
    """Take back the sign-off of a review whose escalation is reopened; what was written stays."""
    if change.row.review_state in (ReviewState.ASKED, ReviewState.SIGNED, ReviewState.RETURNED):
        change.row.review_state, change.row.review_state_at = ReviewState.WRITTEN, change.tx.now
    change.redraw_review()


def _set(change: Change, state: ReviewState, by: str) -> None:
    change.row.review_state, change.row.review_state_by = state, by
    change.row.review_state_at = change.tx.now


def _document(change: Change) -> ReviewDocument:
    """Return the review's row, which is made when it is first needed."""
    row = change.tx.session.get(ReviewDocument, change.row.id)
    if row is None:
        row = ReviewDocument(escalation_id=change.row.id, drafted_at=change.tx.now)
        row.whys = row.went_well = row.went_wrong = row.lucky = ""
        change.tx.session.add(row)
        change.tx.session.flush()  # so that it is found again
    return row


def _linked_at(change: Change) -> datetime | None:
    """Return when the link to a review that is kept elsewhere was added: in the form of the review, or in *Resolve*."""
    if change.facts.review.url is None:
        return None
    entries = (
        select(TimelineEntry)
        .where(TimelineEntry.escalation_id == change.row.id, TimelineEntry.event == _ADDED)
        .order_by(TimelineEntry.id.desc())
    )
    linked = (one.at for one in change.tx.session.scalars(entries) if one.after and one.after.get("url"))
    return next(linked, change.facts.resolved_at)


def _who_wrote(change: Change, field: str) -> str | None:
    """Return who changed a field last, as the timeline has it: another may have written other fields since."""
    entries = (
        select(TimelineEntry)
        .where(TimelineEntry.escalation_id == change.row.id, TimelineEntry.event == _WRITTEN)
        .order_by(TimelineEntry.id.desc())
    )
    written = (one for one in change.tx.session.scalars(entries) if one.after and field in one.after.get("fields", ()))
    return next((one.actor for one in written), None)


def _written(change: Change) -> WrittenReview:
    row = change.tx.session.get(ReviewDocument, change.row.id)
    return written_in(row) if row is not None else NOT_WRITTEN


def written_in(row: ReviewDocument) -> WrittenReview:
    """Return what people wrote, as facts."""
    return WrittenReview(words=row.written(), written_by=row.written_by, written_at=row.written_at, comment=row.comment)


def _assign(row: ReviewDocument, field: str, value: str | Debrief | None) -> None:
    if field in ("customer_debrief", "team_debrief"):
        debrief = value if isinstance(value, Debrief) else None
        setattr(row, f"{field}_on", debrief.on if debrief else None)
        setattr(row, f"{field}_who", masked(debrief.who) if debrief else None)
    elif field == "contributing":
        row.contributing = value if isinstance(value, str) else None
    else:
        setattr(row, field, masked(value) if isinstance(value, str) else "")


def _today(change: Change, by: str) -> date:
    zone = change.people.zone(change.tx, by) or change.policy.zone
    return change.tx.now.astimezone(zone).date()


def _check_debriefs(change: Change, edit: ReviewEdit, by: str) -> None:
    for field in DEBRIEFS:
        value = edit.values.get(field)
        if isinstance(value, Debrief) and value.on > _today(change, by):
            raise FormError(f"{field}_on", "That day hasn't come yet. Add it after the debrief.")
