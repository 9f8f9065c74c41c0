"""The bot without its scheduler and without rates, for living the past through the local Slack."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import event, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from bot.app import build_services
from bot.clock import ManualClock
from bot.commands.demonstration import stories
from bot.commands.demonstration.past import Cast, Past
from bot.commands.demonstration.welcome import WaitingForUpdate
from bot.integrations.slack.access import Access, introduce
from bot.integrations.slack.budget import Budget
from bot.integrations.slack.calls import Calls
from bot.integrations.slack.workspace import SlackWorkspace
from bot.models.account import Account
from bot.models.escalation import Escalation
from bot.policy.record.escalation import Status
from bot.scheduler.deliver import Deliverer
from bot.scheduler.effects.kit import EffectKit
from bot.scheduler.effects.registry import all_performers
from bot.scheduler.escalation_jobs import EscalationJobs
from bot.services.bundle import Services
from bot.settings import Settings

_OF_TEAM = "eli"
_TICKET_DAYS: Final = 180
_SATURDAY: Final = 5


class _NoBudget(Budget):
    """Lets every call go at once."""

    def take(self, method: str, channel: str | None = None, *, urgent: bool = False) -> float:  # noqa: ARG002
        """Return that nothing has to wait."""
        return 0.0


@dataclass(frozen=True)
class Replay:
    """Services on a clock that is moved by hand, and Slack."""

    services: Services
    workspace: SlackWorkspace
    clock: ManualClock

    async def live(
        self, path: Path, people: Mapping[str, str], show: Callable[[datetime], None], *, until: datetime
    ) -> None:
        """Live the stories of a file up to `until`. `people` are Slack ids by name; `show` moves Slack's clock."""
        for person in people.values():
            profile = await self.workspace.profile(person)
            await self.services.core.run(self.services.admissions.learn, person, profile)
        services = self.services
        past = Past(
            services=services,
            deliverer=Deliverer(
                services.core,
                EscalationJobs(services.policies, services.channels, services.external_messages),
                all_performers(EffectKit(self.workspace, services)),
            ),
            clock=self.clock,
            show=show,
            cast=Cast(people, people[_OF_TEAM]),
        )
        await past.live(stories.read(path, until), stories.outages(path, until), until=until)
        await services.core.run(services.ticket_volumes.take, {"volumes": _tickets(until)})

    def waiting(self) -> WaitingForUpdate | None:
        """Return the open escalation whose next update to the customer is owed soonest."""
        with self.services.database.transaction() as tx:
            owed = (Escalation.status == Status.OPEN, Escalation.customer_update_due_at.is_not(None))
            acknowledged = Escalation.acknowledged_at.is_not(None)
            named = select(Escalation.id, Account.name).join(Account).where(*owed, acknowledged)
            found = tx.session.execute(named.order_by(Escalation.customer_update_due_at).limit(1)).first()
            return None if found is None else WaitingForUpdate(*found)


@asynccontextmanager
async def replay(loaded: Settings, client: AsyncWebClient, clock: ManualClock) -> AsyncIterator[Replay]:
    """Build what it takes, and close it again."""
    services = build_services(loaded, clock=clock, real_clock=clock)
    event.listen(services.database.engine, "connect", _hurry)
    try:
        async with aiohttp.ClientSession() as session:
            client = AsyncWebClient(token=client.token, base_url=client.base_url, session=session)
            token = client.token or ""
            identity, _ = introduce(await Access(session, client.base_url).bot(token), token)
            yield Replay(services, SlackWorkspace(Calls(client, _NoBudget(lambda: 0.0)), identity), clock)
    finally:
        services.core.close()


def _hurry(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Stop SQLite from waiting for the disk: after a power failure the past is simply made again."""
    connection.cursor().execute("PRAGMA synchronous = OFF")


def _tickets(until: datetime) -> list[dict[str, Any]]:
    """Return how many tickets each of the past days had, fewer at weekends."""
    days = [until.date() - timedelta(days=back) for back in range(_TICKET_DAYS)]
    return [{"day": day.isoformat(), "tickets": 2 if day.weekday() >= _SATURDAY else 5 + day.day % 3} for day in days]
