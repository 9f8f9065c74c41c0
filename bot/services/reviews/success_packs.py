"""The pack for success reviews: for each CSM with Enterprise customers, from the measures, once a month."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import Final

from sqlalchemy import func, or_, select

from bot.database.people import People
from bot.database.policies import Policies
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.account import Account
from bot.models.measures import MeasureRow
from bot.policy.decide import report_words
from bot.policy.decide.numbers import Period
from bot.policy.members import Admission
from bot.policy.plan import learnings
from bot.policy.plan.learnings import LearningsKind
from bot.policy.plan.success import CustomerMonth, SuccessPackPage
from bot.services.reports.reports import Reports

_KIND: Final = LearningsKind.SUCCESS
_ENTERPRISE: Final = "enterprise"
# As `AccountFacts.enterprise_mark` has it.
_IS_ENTERPRISE: Final = or_(
    func.lower(Account.plan) == _ENTERPRISE,
    func.lower(Account.tier) == _ENTERPRISE,
    Account.vip.is_(True),
    Account.dedicated_csm.is_(True),
)


@dataclass(frozen=True)
class SuccessPacks:
    """Compose packs."""

    records: Records
    policies: Policies
    people: People
    reports: Reports

    def csms(self, tx: Transaction) -> Sequence[str]:
        """Return everyone who is an Enterprise customer's CSM and can be reached."""
        named = tx.session.scalars(select(Account.csm).where(_IS_ENTERPRISE, Account.csm.is_not(None)).distinct())
        known = self.people.resolve(tx, [who for who in named if who]).values()
        sends = self.records.service_settings.sends_mail
        return sorted({who for who in known if self.people.is_reached(tx, who, sends_mail=sends)})

    def compose(self, csm: str, on: date) -> SuccessPackPage | None:
        """Return the pack of a day; None if the policy has none any more, or they may not use Escalate."""
        policy = self.policies.current
        if learnings.rule_of(_KIND, policy) is None:
            return None
        days = (learnings.since(_KIND, on), on)
        since, until = (report_words.day_begins(day, policy.zone).astimezone(UTC) for day in days)
        self.reports.catch_up()
        with self.records.database.reading() as tx:
            csm = self.people.resolved(tx, csm)
            if self.people.admission(tx, csm) is Admission.REFUSED:
                return None
            own = sorted(self.people.identities(tx, csm))
            rows = tx.session.scalars(
                select(Account).where(_IS_ENTERPRISE, Account.csm.in_(own)).order_by(Account.name)
            )
            named = {row.id: row.name for row in rows if not reading.problem(row)}
            open_now = _open(tx, named)
            found = self.reports.by_account(tx, Period(since, until, {}, policy.zone), named)
            busy = [number for number in named if number in found or open_now.get(number)]
            return SuccessPackPage(
                csm=csm,
                since=since,
                until=until,
                zone=policy.zone,
                customers=tuple(CustomerMonth(named[one], found.get(one, {}), open_now.get(one, 0)) for one in busy),
                quiet=tuple(name for number, name in named.items() if number not in busy),
            )


def _open(tx: Transaction, accounts: Collection[int]) -> dict[int, int]:
    """Return how many escalations some accounts have open, without confidential ones."""
    mine = (MeasureRow.is_over.is_(False), MeasureRow.counts.is_(True), MeasureRow.is_private.is_(False))
    counted = select(MeasureRow.account_id, func.count()).where(*mine, MeasureRow.account_id.in_(accounts))
    return dict(tx.session.execute(counted.group_by(MeasureRow.account_id)).all()) if accounts else {}
