"""The measured company: its people, its customers, a bot and a local Slack."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select, update

from bot import settings
from bot.app import build_services
from bot.database.engine import open_engine
from bot.models.escalation import Escalation
from bot.models.work import UNSETTLED, Effect, EffectState
from tests.bench.processes import Bot, Slack, free_port, slack
from tests.support.databases import Postgres, Sqlite, postgres
from tests.support.members import meet

PEOPLE = 44
ACCOUNTS = 200
OWNER, MANAGER, RELATIONSHIP = "U01OWNER", "U01MANAGER", "U01CSM"
DECLARERS = tuple(f"U01P{number:02}" for number in range(PEOPLE))

DIRECTORY = f"""
fallback: {{fix_owner: owner@example.com, relationship_owner: csm@example.com, manager: manager@example.com}}
people:
  - {{email: owner@example.com, slack_id: {OWNER}}}
  - {{email: csm@example.com, slack_id: {RELATIONSHIP}, manager: manager@example.com}}
  - {{email: manager@example.com, slack_id: {MANAGER}}}
"""

_PATIENCE = 60.0


def workspace() -> str:
    """Return the workspace file as JSON, which is also YAML."""
    staff = {OWNER: "owner", MANAGER: "manager", RELATIONSHIP: "csm", **{who: who[3:].lower() for who in DECLARERS}}
    users = [{"id": who, "name": name, "email": f"{name}@example.com"} for who, name in staff.items()]
    channels = [
        {"id": "C01GENERAL", "name": "general", "members": list(staff)},
        {"id": "C01FEED", "name": "escalations", "members": [MANAGER, "U0SANDBOX1"]},
    ]
    return json.dumps({"workspace": {"id": "T01BENCH"}, "users": users, "channels": channels})


def accounts() -> str:
    """Return the account directory as CSV."""
    rows = [
        f"Customer {number:03},c{number:03}.example,standard,business,90,csm@example.com,https://crm.example/{number}"
        for number in range(ACCOUNTS)
    ]
    return "\n".join(["name,domain,tier,plan,health,csm,crm_url", *rows])


def account(number: int) -> str:
    """Return the name of an account."""
    return f"Customer {number % ACCOUNTS:03}"


@dataclass
class World:
    """A bot and a local Slack, with nothing left to do."""

    slack: Slack
    bot: Bot
    database_url: str

    @cached_property
    def engine(self) -> Engine:
        """Return the database's engine."""
        return open_engine(self.database_url)

    def journal(self, name: str, since: int = 0) -> tuple[Sequence[Mapping[str, Any]], int]:
        """Return the entries of `calls` or `deliveries` after a number, and the number of the last."""
        answer = self.slack.control.get(name, since=since)
        return answer[name], answer["last"]

    def open_form(self, who: str, *, account: str, level: str = "sev1", summary: str = "Exports are down") -> None:
        """Close other forms, open the declare form and fill it in."""
        if self.slack.control.get("views", user=who)["views"]:
            self.slack.control.post("close", user=who, all=True)
        self.slack.control.post("command", user=who, channel="general", text="")
        deadline = time.monotonic() + _PATIENCE
        while not self.slack.control.get("views", user=who)["views"]:
            if time.monotonic() > deadline:
                raise TimeoutError("the form never opened")
            time.sleep(0.002)
        answer = self.slack.control.post(
            "fill", user=who, values={"account": account, "summary": summary, "level": level}
        )
        if answer["errors"]:
            raise ValueError(answer["errors"])

    def come_to_rest(self) -> None:
        """Wait until nothing is left to be done outside."""
        self._rest(lambda: None)

    def forget_the_rest(self) -> None:
        """Delete effects that have not started.

        After a crowd, Slack's rate limits alone would delay them for minutes.
        """
        self._rest(self._drop_queued)

    def _rest(self, meanwhile: Callable[[], None]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while self._unsettled():
            if time.monotonic() > deadline:
                raise TimeoutError("it never comes to rest")
            meanwhile()
            time.sleep(0.05)

    def _drop_queued(self) -> None:
        with self.engine.begin() as connection:
            queued = Effect.state.in_((EffectState.WAITING, EffectState.READY))
            connection.execute(update(Effect).where(queued).values(state=EffectState.DROPPED))

    def escalations(self) -> int:
        """Return the number of escalations."""
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).select_from(Escalation)).scalar_one()

    def wait_for_escalations(self, number: int) -> None:
        """Wait until there are exactly this many escalations."""
        deadline = time.monotonic() + _PATIENCE
        while (found := self.escalations()) != number:
            if time.monotonic() > deadline or found > number:
                raise ValueError(f"{found} escalations, not {number}")
            time.sleep(0.01)

    def _unsettled(self) -> int:
        with self.engine.connect() as connection:
            query = select(func.count()).select_from(Effect).where(Effect.state.in_(UNSETTLED))
            return connection.execute(query).scalar_one()


@dataclass
class Bench:
    """The environment for measurements, and how thorough they are."""

    folder: Path
    quick: bool = False
    _numbers: list[int] = field(default_factory=list)
    _stack: ExitStack = field(default_factory=ExitStack)

    @cached_property
    def sqlite(self) -> Sqlite:
        """Return the SQLite databases."""
        return Sqlite(self.folder)

    @cached_property
    def postgres(self) -> Postgres:
        """Return a PostgreSQL server, started at the first use."""
        return self._stack.enter_context(postgres())

    def databases(self) -> Iterator[Sqlite | Postgres]:
        """Return both."""
        yield self.sqlite
        yield self.postgres

    def times(self, number: int) -> int:
        """Return how often to repeat something: fewer times if it has to be quick."""
        return max(1, number // 4) if self.quick else number

    def close(self) -> None:
        """Release everything."""
        self._stack.close()

    def new_folder(self) -> Path:
        """Create a folder for one measurement."""
        self._numbers.append(len(self._numbers))
        folder = self.folder / f"world-{len(self._numbers)}"
        folder.mkdir()
        return folder

    @contextmanager
    def world(self, databases: Sqlite | Postgres, *, latency_ms: float = 0, over_http: bool = False) -> Iterator[World]:
        """Run bot and sandbox on an empty database, wait until nothing is left to do, and yield them."""
        folder = self.new_folder()
        port = free_port()
        events_url = f"http://127.0.0.1:{port}/slack/events" if over_http else None
        with (
            databases.fresh() as url,
            slack(folder, workspace(), latency_ms=latency_ms, events_url=events_url) as running,
        ):
            bot = Bot(folder, running.url, url, DIRECTORY, port, over_http)
            load_accounts(url)
            world = World(running, bot, url)
            bot.start()
            try:
                bot.wait_ready()
                world.come_to_rest()
                yield world
            finally:
                world.engine.dispose()
                bot.stop()


def load_accounts(url: str) -> None:
    """Import the account directory into a database."""
    services = build_services(settings.load(database_url=url))
    services.account_import.load(accounts().encode(), "accounts.csv")
    meet(services.database, OWNER, MANAGER, RELATIONSHIP, *DECLARERS)
    services.core.close()
