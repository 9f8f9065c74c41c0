"""A company whose bot is killed repeatedly: its people retry until they succeed."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Self, TypeVar

from sqlalchemy import Engine, func, select, update

from bot import settings
from bot.app import build_services
from bot.database.engine import open_engine
from bot.errors import Unavailable
from bot.models.escalation import Escalation
from bot.models.work import UNSETTLED, Effect, EffectKind, Timer
from tests.bench.processes import Bot, Slack, free_port, slack

T = TypeVar("T")

PEOPLE = {name: f"U01{name.upper()}" for name in ("ana", "ben", "cleo", "dana", "eli", "maria", "noor", "omar")}

WORKSPACE = f"""
workspace: {{id: T01CRASH, name: Crash Corp, domain: crash-corp}}
users: [{", ".join(f"{{id: {who}, name: {name}, email: {name}@example.com}}" for name, who in PEOPLE.items())}]
channels:
  - {{id: C01GENERAL, name: general, members: [{", ".join(PEOPLE.values())}]}}
"""

# Dana and Eli are known only by e-mail until they are looked up: a crash in between is tested too.
DIRECTORY = """
fallback: {fix_owner: dana@example.com, relationship_owner: ana@example.com, manager: maria@example.com}
people:
  - {email: ana@example.com, slack_id: U01ANA, manager: maria@example.com}
  - {email: maria@example.com, slack_id: U01MARIA}
areas:
  - {key: exports, name: Exports, owner: eli@example.com}
  - {key: billing, name: Billing, owner: cleo@example.com}
"""

ACCOUNTS = """name,csm,area,crm_url
Acme,ana@example.com,exports,https://crm.example/acme
Globex,ben@example.com,billing,https://crm.example/globex
Initech,omar@example.com,,https://crm.example/initech
"""

_PATIENCE = 60.0
_PAUSE = 0.5


@dataclass
class Company:
    """Slack, a database, and the bots that work on it."""

    folder: Path
    slack: Slack
    database_url: str
    bots: list[Bot] = field(default_factory=list)
    accepted: list[int] = field(default_factory=list)

    @property
    def bot(self) -> Bot:
        """Return the first bot, for tests with one."""
        return self.bots[0]

    @cached_property
    def engine(self) -> Engine:
        """Return the database's engine."""
        return open_engine(self.database_url)

    def hire(self) -> Bot:
        """Add one more bot on the same database."""
        name = f"bot-{len(self.bots)}"
        bot = Bot(self.folder, self.slack.url, self.database_url, DIRECTORY, free_port(), name=name)
        self.bots.append(bot)
        return bot

    def dismiss(self) -> None:
        """Stop all bots."""
        for bot in self.bots:
            bot.stop()

    # What people do.

    def fill_in(self, who: str, account: str, level: str = "sev1") -> None:
        """Open the declare form and fill it in; the bot must be running."""
        control, person = self.slack.control, PEOPLE[who]

        def opened() -> bool:
            if not self._top(who):
                control.post("command", user=person, channel="general", text="")
            return wait(lambda: bool(self._top(who)), 2)

        until(opened, "the form opens")
        values = {"account": account, "summary": f"{account} is down", "level": level}
        answer = control.post("fill", user=person, values=values)
        assert not answer["errors"], answer

    def submit(self, who: str) -> int:
        """Submit the form until it is accepted and closes; return the escalation's number."""
        request = str(self._top(who)["id"])
        until(lambda: self._submitted(who), f"{who}'s declaration is accepted")
        number = until(lambda: self._declared(request), f"{who}'s declaration is an escalation")
        self.accepted.append(number)
        return number

    def _submitted(self, who: str) -> bool:
        # The response may be lost although the form was accepted: then it stays open, and is submitted again.
        try:
            answer = self.slack.control.post("submit", user=PEOPLE[who], values={})
        except AssertionError:
            return not self._top(who)  # it closed just before the submit
        if answer["result"] == "errors":
            # Another process holds what this needs: the form asks the person to send it again a little later.
            assert list(answer["errors"].values()) == [str(Unavailable())], answer
            time.sleep(_PAUSE)
            return False
        assert answer["result"] in {"closed", "timeout"}, answer
        return bool(answer["result"] == "closed")

    def _declared(self, request: str) -> int | None:
        """Return the number of the escalation that a form has declared."""
        with self.engine.begin() as connection:
            found = select(Escalation.id).where(Escalation.request_key == request)
            return connection.execute(found).scalar_one_or_none()

    def _top(self, who: str) -> Mapping[str, Any]:
        views = self.slack.control.get("views", user=PEOPLE[who])["views"]
        return views[-1] if views else {}

    def together(self, people: Sequence[str]) -> "Submissions":
        """Submit several people's forms at the same time, in the background."""
        return Submissions(self, people)

    # What time does.

    def make_due(self, *kinds: str) -> Sequence[str]:
        """Make all open timers of some kinds due now; return their keys."""
        open_ = (Timer.fired_at.is_(None), Timer.kind.in_(kinds))
        with self.engine.begin() as connection:
            keys = connection.execute(select(Timer.key).where(*open_)).scalars().all()
            connection.execute(update(Timer).where(Timer.key.in_(keys)).values(due_at=datetime.now(UTC)))
        return keys

    def come_to_rest(self) -> None:
        """Wait until every due timer has fired and nothing is left to be done outside."""
        try:
            until(lambda: not self.unfinished(), "all is done")
        except AssertionError as error:
            raise AssertionError(f"{error}: {self.unfinished()}") from None

    def written_down(self) -> int:
        """Return how many queued declarations are not known to be escalations yet."""
        waiting = (Effect.kind == EffectKind.DECLARE, Effect.state.in_(UNSETTLED))
        with self.engine.connect() as connection:
            return connection.execute(select(func.count()).where(*waiting)).scalar_one()

    def unfinished(self) -> Sequence[Any]:
        """Return the effects still to be done."""
        effects = select(Effect.id, Effect.kind, Effect.state, Effect.attempts, Effect.error)
        due = select(Timer.key).where(Timer.fired_at.is_(None), Timer.due_at <= datetime.now(UTC))
        with self.engine.connect() as connection:
            left = connection.execute(effects.where(Effect.state.in_(UNSETTLED))).all()
            return [*left, *connection.execute(due).all()]


class Submissions:
    """People who submit their forms at the same time. A context manager: at its end all were accepted."""

    def __init__(self, company: Company, people: Sequence[str]) -> None:
        self._threads = [threading.Thread(target=self._submit, args=(company, who)) for who in people]
        self._errors: list[BaseException] = []

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for thread in self._threads:
            thread.join()
        if self._errors:
            raise self._errors[0]

    def _submit(self, company: Company, who: str) -> None:
        try:
            company.submit(who)
        except BaseException as error:  # noqa: BLE001 - it is raised where the test can see it
            self._errors.append(error)


def wait(for_: Callable[[], object], seconds: float) -> bool:
    """Wait until something is true; return False if it did not happen in time."""
    deadline = time.monotonic() + seconds
    while not for_():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def until(find: Callable[[], T | None], what: str) -> T:
    """Wait until something is found, and return it."""
    found: list[T] = []

    def look() -> bool:
        answer = find()
        if answer:
            found.append(answer)
        return bool(answer)

    assert wait(look, _PATIENCE), f"it never happens that {what}"
    return found[0]


@contextmanager
def company(database_url: str, folder: Path, *, latency_ms: float = 30) -> Iterator[Company]:
    """Yield a company on an empty database, with a slow Slack and no bot yet."""
    services = build_services(settings.load(database_url=database_url))
    services.account_import.load(ACCOUNTS.encode(), "accounts.csv")
    services.core.close()
    with ExitStack() as stack:
        running = stack.enter_context(slack(folder, WORKSPACE, latency_ms=latency_ms))
        founded = Company(folder, running, database_url)
        stack.callback(founded.engine.dispose)
        stack.callback(founded.dismiss)
        yield founded
