"""Lists of learnings: planned as timers of no escalation, composed from the record when they fire, posted once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import func, select

from bot.database import outbox, personal_mails, timetable
from bot.database.outbox import NewEffect
from bot.database.policies import Policies
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.account import Account
from bot.models.escalation import Escalation
from bot.models.outcomes import OutcomeRow
from bot.models.review import CorrectiveAction
from bot.models.review_document import ReviewDocument
from bot.models.work import EffectKind
from bot.policy.model.reviews import LearningsRule
from bot.policy.plan import learnings
from bot.policy.plan.learnings import Learning, LearningsKind, LearningsPage
from bot.policy.plan.timers import Planned, TimerKind
from bot.policy.record.ending import FollowUpState
from bot.policy.record.reviews import ReviewState
from bot.services.reviews.success_packs import SuccessPacks

SHOWN: Final = 15
# What the thread of mails is called.
_THREAD: Final = "success-pack"
_LEFT: Final = (FollowUpState.OPEN, FollowUpState.IN_PROGRESS)
# What others may read: neither confidential nor withdrawn.
_OPENLY: Final = (Escalation.is_private.is_(False), Escalation.withdrawn_reason.is_(None))


@dataclass(frozen=True)
class Learnings:
    """Plan and compose lists of learnings."""

    records: Records
    policies: Policies
    success_packs: SuccessPacks

    def plan(self) -> None:
        """Ensure that the next of each list is planned, and no other."""
        with self.records.database.transaction() as tx:
            self._plan(tx)

    def fire(self, key: str) -> tuple[str, ...]:
        """Queue the list of a timer, and plan the next. A timer locked by another worker is skipped."""
        with self.records.database.transaction() as tx:
            timer = timetable.take_due(tx, key, TimerKind.LEARNINGS)
            if timer is None:
                return ()
            self._queue(tx, key, timer.data)
            self._plan(tx)
            return (TimerKind.LEARNINGS,)

    def _queue(self, tx: Transaction, key: str, data: Mapping[str, Any]) -> None:
        if data["kind"] != LearningsKind.SUCCESS:
            outbox.put_all(tx, None, NewEffect(EffectKind.LEARNINGS, dict(data), lane="learnings", coalesce=key))
            return
        for csm in self.success_packs.csms(tx):
            effect = NewEffect(EffectKind.SUCCESS_PACK, {"to": csm, "on": data["on"]})
            outbox.put_all(tx, None, *personal_mails.in_place_of(tx, effect, _THREAD))

    def channel(self, kind: LearningsKind) -> str | None:
        """Return where a list is posted; None if the policy has none any more."""
        rule = learnings.rule_of(kind, self.policies.current)
        return rule.channel if isinstance(rule, LearningsRule) else None

    def compose(self, kind: LearningsKind, on: date) -> LearningsPage | None:
        """Return the list of a day; None if the policy has none any more."""
        policy = self.policies.current
        rule = learnings.rule_of(kind, policy)
        if rule is None:
            return None
        first, last = (learnings.moment_of(day, rule, policy) for day in (learnings.since(kind, on), on))
        since, until = first.astimezone(UTC), last.astimezone(UTC)
        with self.records.database.reading() as tx:
            factors = {one.key: one.label for one in policy.reviews.factors}
            found = [*_reviewed(tx, since, until, factors), *_noted(tx, since, until)]
            counts = (_late(tx), _open(tx)) if kind is LearningsKind.MONTHLY else (None, None)
            owner = learnings.owner_of(kind, policy)
            more = max(0, len(found) - SHOWN)
            return LearningsPage(kind, since, until, owner, tuple(found[:SHOWN]), more, *counts)

    def _plan(self, tx: Transaction) -> None:
        wanted = [
            Planned(
                f"{TimerKind.LEARNINGS}:{kind}:{on.isoformat()}",
                TimerKind.LEARNINGS,
                at.astimezone(UTC),
                {"kind": kind.value, "on": on.isoformat()},
            )
            for kind, on, at in learnings.next_times(tx.now, self.policies.current)
        ]
        timetable.keep_only(tx, TimerKind.LEARNINGS, wanted)


def _reviewed(tx: Transaction, since: datetime, until: datetime, factors: dict[str, str]) -> list[Learning]:
    """Return the reviews that were signed off within a time: the last why is what was learned."""
    signed = (Escalation.review_state == ReviewState.SIGNED, Escalation.review_state_at >= since)
    rows = tx.session.execute(
        select(
            Escalation.id,
            Account.name,
            Escalation.cause,
            Escalation.review_link,
            Escalation.review_url,
            Escalation.declared_by,
            ReviewDocument.whys,
            ReviewDocument.contributing,
            ReviewDocument.written_by,
        )
        .join(Account, Account.id == Escalation.account_id)
        .join(ReviewDocument, ReviewDocument.escalation_id == Escalation.id)
        .where(*_OPENLY, *signed, Escalation.review_state_at < until)
        .order_by(Escalation.id)
    )
    return [
        Learning(
            number=row.id,
            account=row.name,
            words=next((line for line in reversed(row.whys.split("\n")) if line.strip()), row.cause or ""),
            owner=row.written_by or row.declared_by,
            link=row.review_link or row.review_url,
            factor=factors.get(row.contributing, row.contributing),
        )
        for row in rows
    ]


def _noted(tx: Transaction, since: datetime, until: datetime) -> list[Learning]:
    """Return what was noted within a time under "What we learned", if it says what to try first (S3)."""
    rows = tx.session.execute(
        select(Escalation.id, Account.name, OutcomeRow.to_try, OutcomeRow.by)
        .join(Account, Account.id == Escalation.account_id)
        .join(OutcomeRow, OutcomeRow.escalation_id == Escalation.id)
        .where(*_OPENLY, OutcomeRow.at >= since, OutcomeRow.at < until, OutcomeRow.to_try.is_not(None))
        .order_by(Escalation.id)
    )
    return [Learning(number=row.id, account=row.name, words=f"Try first: {row.to_try}", owner=row.by) for row in rows]


def _late(tx: Transaction) -> int:
    late = (Escalation.review_due_at < tx.now, Escalation.review_finished_on.is_(None), Escalation.closed_at.is_(None))
    return tx.session.scalars(select(func.count()).select_from(Escalation).where(*_OPENLY, *late)).one()


def _open(tx: Transaction) -> int:
    left = select(func.count()).select_from(CorrectiveAction)
    mine = left.join(Escalation, Escalation.id == CorrectiveAction.escalation_id)
    return tx.session.scalars(mine.where(*_OPENLY, CorrectiveAction.state.in_(_LEFT))).one()
