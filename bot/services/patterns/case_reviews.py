"""Case reviews: opened when an account has escalated too often, once per window, and finished with findings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from bot.database import queries
from bot.database.change import Change
from bot.database.locks import advisory_lock
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import FormError, NoEscalation, NotFound
from bot.models.case_review import CaseReview
from bot.models.escalation import Escalation
from bot.models.work import EffectKind
from bot.policy.decide.case_reviews import CaseReviewFacts
from bot.policy.decide.routing import NOBODY_NAMED
from bot.policy.model.facts import ISSUE, History
from bot.policy.model.patterns import Repeats, case_review_is_due
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.patterns import CaseReviewFinished
from bot.policy.record.escalation import RELATIONSHIP_OWNER, SENIOR_SUPPORT, EscalationFacts
from bot.policy.record.mails import RepeatedMail
from bot.policy.record.notices.patterns import CaseReviewNotice
from bot.ports.workspace import Posted
from bot.services.teams import routes

# The newest escalations of the window that are loaded whole, to be listed; the others are counted.
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class CaseReviewState:
    """A case review with the escalation whose channel it is in, and where its message is, once it is posted."""

    review: CaseReviewFacts
    facts: EscalationFacts
    policy: Policy
    posted: Posted | None


@dataclass(frozen=True)
class CaseReviews:
    """Read and finish case reviews."""

    records: Records

    def current(self, review: int) -> CaseReviewState:
        """Return a case review as its channel may see it. Raises NotFound."""
        with self.records.database.transaction() as tx:
            row = tx.session.get(CaseReview, review)
            if row is None:
                raise NotFound("There is no such case review.")
            return self._state(self._read(tx, row.escalation_id), row)

    def open_to(self, number: int, review: int, *, by: str) -> CaseReviewState:
        """Return the case review of an escalation that somebody may see. Raises NotFound."""
        with self.records.database.transaction() as tx:
            with self.records.named_to(tx, number, by):
                change = self._read(tx, number)
            self.records.people.must_see(tx, change.facts, change.policy, by)
            return self._state(change, _of(change, review))

    def finish(self, number: int, review: int, *, by: str, findings: str) -> None:
        """Store the findings. Raises NotFound, and FormError if somebody else has finished it."""
        with self.records.changing(number, by=by) as change:
            row = _of(change, review)
            if row.finished_at is not None:
                raise FormError("findings", "Someone already finished it. See the channel.")
            row.findings, row.finished_by, row.finished_at = findings, by, change.tx.now
            change.row.case_review = None
            change.record("case review finished", by=by, after={"review": review}, reason=findings)
            change.announce(CaseReviewFinished(by=by, findings=findings))
            _draw(change, review)

    def posted(self, tx: Transaction, review: int, at: Posted) -> None:
        """Record where the message of a case review is."""
        row = tx.session.get_one(CaseReview, review)
        row.message_channel, row.message_ts = at.channel, at.ts

    def _read(self, tx: Transaction, number: int) -> Change:
        row = queries.escalation(tx.session, number)
        if row is None:
            raise NoEscalation(number)
        return self.records.of(tx, row)

    def _state(self, change: Change, row: CaseReview) -> CaseReviewState:
        window = _window(change, row.opened_on)
        seen = [one.id for one in window if not one.is_private or one.id == row.escalation_id]
        found = queries.escalations(change.tx.session, seen[-_SHOWN:])
        history = self.records.policies.readable(other for _, other in sorted(found.items()))
        earlier = len(seen) - len(found)
        review = CaseReviewFacts(
            id=row.id,
            owner=row.owner,
            opened_on=row.opened_on,
            due_at=row.due_at,
            history=tuple(history),
            earlier=earlier,
            hidden=len(window) - earlier - len(history),
            findings=row.findings,
            finished_by=row.finished_by,
            finished_at=row.finished_at,
        )
        posted = Posted(row.message_channel, row.message_ts) if row.message_channel and row.message_ts else None
        return CaseReviewState(review, change.facts, change.policy, posted)


class _Declared(NamedTuple):
    """The columns read of each escalation of a window: an account may have had many."""

    id: int
    declared_at: datetime
    is_private: bool


def open_if_due(change: Change) -> None:
    """Open a case review if an escalation is one too many for its account (docs/policy.md#three-in-thirty)."""
    repeats, row = change.policy.patterns.repeats, change.row
    if repeats is None:
        return
    advisory_lock(change.tx, f"case review {row.account_id}")
    today = row.declared_at.astimezone(change.policy.zone).date()
    window = _window(change, today)
    others = tuple(_day(change, one) for one in window if one.id != row.id)
    reviewed = change.tx.session.scalars(select(CaseReview.opened_on).where(CaseReview.account_id == row.account_id))
    if case_review_is_due(repeats, History(declared_on=others), reviewed, today):
        _open(change, repeats, today, [f"ESC-{one.id}" for one in window])


def _open(change: Change, repeats: Repeats, today: date, keys: list[str]) -> None:
    owner = _reviewer(change)
    due_at = change.policy.business.add(change.tx.now, repeats.due)
    review = CaseReview(
        account_id=change.row.account_id, escalation_id=change.row.id, opened_on=today, due_at=due_at, owner=owner
    )
    change.tx.session.add(review)
    change.tx.session.flush()
    change.row.case_review = {"id": review.id, "owner": owner, "due_at": due_at.isoformat()}
    change.record("case review opened", after={"review": review.id, "owner": owner, "escalations": keys})
    change.invite(owner)
    if routes.may_be_informed(change, repeats.team):
        routes.mail_only(change, RepeatedMail(team=repeats.team, review=review.id))
    notice = CaseReviewNotice(count=len(keys), days=repeats.within_days, due=due_at, review=review.id)
    change.notify(notice, owner, in_channel=True)


def _reviewer(change: Change) -> str:
    """Return who reviews: senior support (S3) if somebody is named for it, else the customer owner.

    Only people of its own hear of what is confidential, so there the customer owner reviews.
    """
    senior = change.facts.holder(SENIOR_SUPPORT)
    is_in_policy = any(slot.key == SENIOR_SUPPORT for slot in change.policy.slots)
    if senior is None and is_in_policy and not change.row.is_private:
        found = change.find(SENIOR_SUPPORT)
        senior = change.present(found.person) if found is not None and found.how != NOBODY_NAMED else None
    return senior or change.facts.holder(RELATIONSHIP_OWNER) or change.row.declared_by


def post(change: Change) -> None:
    """Post the unfinished case review in its channel: the impact has stopped, so there is time for it."""
    if change.row.case_review is not None:
        _draw(change, change.row.case_review["id"])


def redraw_case_reviews(change: Change) -> None:
    """Redraw case reviews in other channels that may name the escalation."""
    others = (CaseReview.account_id == change.row.account_id, CaseReview.escalation_id != change.row.id)
    for review in change.tx.session.scalars(select(CaseReview).where(*others).order_by(CaseReview.id)).all():
        change.after_cards.append((review.escalation_id, _drawn(review.id)))


def _draw(change: Change, review: int) -> None:
    change.after_cards.append((change.row.id, _drawn(review)))


def _drawn(review: int) -> NewEffect:
    key = f"case-review-{review}"
    return NewEffect(EffectKind.CASE_REVIEW, {"review": review}, lane=key, coalesce=key)


def _of(change: Change, review: int) -> CaseReview:
    row = change.tx.session.get(CaseReview, review)
    if row is None or row.escalation_id != change.row.id:
        raise NotFound("There is no such case review.")
    return row


def _window(change: Change, last: date) -> Sequence[_Declared]:
    """Return the account's escalations up to this one within the window, without withdrawn ones.

    A programme doesn't count: it is itself a review of the whole account.
    """
    repeats = change.policy.patterns.repeats
    if repeats is None:
        return []
    first = last - timedelta(days=repeats.within_days - 1)
    found = change.tx.session.execute(
        select(Escalation.id, Escalation.declared_at, Escalation.is_private)
        .where(
            Escalation.account_id == change.row.account_id,
            Escalation.id <= change.row.id,
            Escalation.kind == ISSUE,
            Escalation.withdrawn_reason.is_(None),
            # A day more than the window: the day is decided in the policy's zone.
            Escalation.declared_at > change.row.declared_at - timedelta(days=repeats.within_days + 1),
        )
        .order_by(Escalation.id)
    )
    declared = [_Declared(*each) for each in found if isinstance(each.declared_at, datetime)]
    return [one for one in declared if first <= _day(change, one) <= last]


def _day(change: Change, row: _Declared) -> date:
    return row.declared_at.astimezone(change.policy.zone).date()
