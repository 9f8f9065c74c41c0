"""The renewals of a time, beside the repeats of their customers."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select

from bot.database.transaction import Transaction
from bot.models.account import Account
from bot.models.measures import MeasureRow
from bot.models.renewals import Renewal
from bot.policy.decide.numbers import Period
from bot.policy.decide.renewals import BEFORE, RenewalOutcome, RenewalShares, renewal_shares


def of_period(tx: Transaction, period: Period) -> RenewalShares:
    """Return the renewals that were due in a period, up to today, and the customers that left in it."""
    first = period.since.astimezone(period.zone).date()
    ends = min(period.until, tx.now + timedelta(days=1)).astimezone(period.zone).date()
    renewed = select(Renewal.account_id, Renewal.due_on).where(Renewal.due_on >= first, Renewal.due_on < ends)
    left = select(Account.id, Account.churned_on).where(Account.churned_on >= first, Account.churned_on < ends)
    outcomes = [RenewalOutcome(account, on, is_renewed=True) for account, on in tx.session.execute(renewed)]
    outcomes += [RenewalOutcome(account, on, is_renewed=False) for account, on in tx.session.execute(left) if on]
    if not outcomes:
        return RenewalShares()
    earliest = datetime.combine(min(one.on for one in outcomes) - BEFORE, time(), UTC) - timedelta(days=1)
    mine = (MeasureRow.account_id.in_({one.account for one in outcomes}), MeasureRow.counts.is_(True))
    found = select(MeasureRow.account_id, MeasureRow.declared_at).where(*mine, MeasureRow.declared_at >= earliest)
    declared: dict[int, list[date]] = defaultdict(list)
    for account, at in tx.session.execute(found):
        declared[account].append(at.astimezone(period.zone).date())
    return renewal_shares(outcomes, declared)
