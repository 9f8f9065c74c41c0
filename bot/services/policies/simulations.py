"""An account's history for simulations. Anybody may simulate any account, so nothing confidential counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from bot.database.transaction import Database
from bot.models.case_review import CaseReview
from bot.models.escalation import Escalation
from bot.policy.model.facts import ISSUE, History
from bot.policy.model.rules import Policy
from bot.policy.preview.simulation import AccountHistory, RecordedCause
from bot.policy.record.escalation import Status

_LOOKING_BACK = timedelta(days=366)


@dataclass(frozen=True)
class Simulations:
    """Read the input of a simulation besides the policy. Read only."""

    database: Database

    def past(self, account_id: int | None, policy: Policy) -> AccountHistory:
        """Return an account's history; days are those of the policy's zone."""
        if account_id is None:
            return AccountHistory()
        with self.database.transaction() as tx:
            rows = tx.session.scalars(
                select(Escalation).where(
                    Escalation.account_id == account_id,
                    Escalation.is_private.is_(False),
                    Escalation.withdrawn_reason.is_(None),
                    Escalation.declared_at >= tx.now - _LOOKING_BACK,
                )
            ).all()
            reviews = select(CaseReview.opened_on).where(CaseReview.account_id == account_id)
            return AccountHistory(
                history=_history(rows, policy),
                issues=_history([row for row in rows if row.kind == ISSUE], policy),
                reviewed_on=tuple(tx.session.scalars(reviews)),
                causes=tuple(
                    RecordedCause(row.cause, row.level, row.resolved_at.astimezone(policy.zone).date())
                    for row in rows
                    if row.cause is not None and row.resolved_at is not None
                ),
            )


def _history(rows: Sequence[Escalation], policy: Policy) -> History:
    return History(
        declared_on=tuple(row.declared_at.astimezone(policy.zone).date() for row in rows),
        open_now=sum(row.status is not Status.CLOSED for row in rows),
    )
