"""The major incidents of the past."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.clock import ManualClock
from bot.commands.demonstration.stories import Outage
from bot.database.queries import IS_LIVE
from bot.models.escalation import Escalation
from bot.services.bundle import Services
from bot.services.incidents.incidents import NewIncident


@dataclass
class OutageLife:
    """One major incident, from its declaration to its end."""

    services: Services
    outage: Outage
    account: int
    by: str
    clock: ManualClock

    def steps(self) -> Iterator[datetime]:
        """Declare it with the open escalations of its account, and end it when its time has come."""
        told = self.outage
        new = NewIncident(title=told.title, since=told.since, customers=told.customers)
        request = f"demonstration {told.declared_at.isoformat()}"
        found = self.services.incidents.declare(new, self._numbers(), by=self.by, request=request)
        yield max(told.ended_at, self.clock.at)
        self.services.incidents.end(found.id, by=self.by, fixed=told.fixed)

    def _numbers(self) -> list[int]:
        with self.services.database.transaction() as tx:
            theirs = select(Escalation.id).where(Escalation.account_id == self.account, IS_LIVE)
            return list(tx.session.scalars(theirs))
