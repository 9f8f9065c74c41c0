"""The history of an account, as input of an evaluation."""

from datetime import timedelta
from typing import Final

from bot.database import queries
from bot.database.transaction import Transaction
from bot.policy.model.facts import History
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import Status

_LOOKING_BACK: Final = timedelta(days=366)


def history_of(tx: Transaction, policy: Policy, account_id: int | None, *, but: int | None = None) -> History:
    """Return the history of an account's escalations of the past year, as input of an evaluation.

    `but` is the escalation being evaluated again: it isn't part of its own history.
    """
    if account_id is None:
        return History()
    found = queries.declarations_of(tx.session, account_id, tx.now - _LOOKING_BACK, but=but)
    return History(
        declared_on=tuple(at.astimezone(policy.zone).date() for at, _ in found),
        open_now=sum(status is not Status.CLOSED for _, status in found),
    )
