"""The customer's clock after something that told them came back: it runs as if that had never been sent."""

from datetime import datetime
from typing import Final

from sqlalchemy import select

from bot.database import ledger, manager_updates
from bot.database.change import Change
from bot.models.customer_questions import CustomerQuestion
from bot.models.customer_text import CustomerText
from bot.policy.record.escalation import Status
from bot.policy.record.promises import Audience

# While the customer is owed updates.
OWING: Final = (Status.OPEN, Status.MITIGATED)


def take_back(change: Change, told_at: datetime, *, due_before: datetime | None, last_before: datetime | None) -> None:
    """Take back that the customer was told at a time; `due_before` and `last_before` are how it was before.

    If they were told again since, only what is known of that is corrected. Once nothing is owed any more, nothing is
    owed because of it.
    """
    row = change.row
    if row.last_customer_update_at != told_at:
        _relink(change, told_at, due_before=due_before, last_before=last_before)
        return
    row.last_customer_update_at = last_before
    manager_updates.not_told(change, at=told_at)
    if row.status in OWING and row.carried_to_id is None:
        ledger.unanswer(change, Audience.CUSTOMER, due_before, answered_at=told_at)
    else:
        ledger.void(change, Audience.CUSTOMER, answered_at=told_at)


def _relink(change: Change, told_at: datetime, *, due_before: datetime | None, last_before: datetime | None) -> None:
    """Correct what the next text or question knows of how it was before it."""
    texts = select(CustomerText).where(CustomerText.escalation_id == change.row.id, CustomerText.last_before == told_at)
    asked = (CustomerQuestion.escalation_id == change.row.id, CustomerQuestion.last_before == told_at)
    session = change.tx.session
    for later in (*session.scalars(texts), *session.scalars(select(CustomerQuestion).where(*asked))):
        later.due_before, later.last_before = due_before, last_before
