"""Every handler there is, while Slack is slow, the database gone, or the database locked: answered, and in words.

Forms that are filled in with valid values are in `tests/scenarios/test_every_form.py`.
"""

import asyncio
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from typing import Any, cast

import pytest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from bot import settings
from bot.app import Services, build_services, register
from bot.errors import Unavailable
from bot.handlers import answers, declare, dispatch, patterns, words
from bot.handlers.afterwards import Afterwards
from bot.handlers.dispatch import Dispatch
from bot.services.core import Database
from bot.services.declarations import Declaration
from tests.support.members import meet

PERSON = "U01NOOR"
NUMBERED = json.dumps({"number": 1, "move": "acknowledge", "incident": 1, "review": 1, "request": 1, "category": None})
AWAY = str(Unavailable())
# What can be done without the database: what is drawn from memory, by the words that it shows then.
FROM_MEMORY = ("Declare an escalation", "Propose a programme", "What would happen?")
COMMANDS = sorted(
    {words.HELP, words.LIST, words.STATUS, words.POLICY, words.SIMULATE, words.INCIDENT, words.PROGRAMME, *words.MOVES}
)


class SlowSlack:
    """A Slack that has been asked and does not answer before `answers` is set."""

    def __init__(self) -> None:
        self.answers = asyncio.Event()
        self.asked: list[tuple[str, Any]] = []
        self.url = "https://sample.example/"

    def __getattr__(self, name: str) -> Any:
        async def call(*given: Any, **more: Any) -> str:
            self.asked.append((name, (given, more)))
            await self.answers.wait()
            return "V02"

        return call


class Listening(Dispatch):
    """Bolt, noting what is listened for."""

    heard: dict[str, list[str | re.Pattern[str]]]

    def note(self, kind: str, name: Any) -> None:
        self.__dict__.setdefault("heard", defaultdict(list))[kind].append(name)

    def action(self, constraints: Any, *more: Any) -> Any:
        self.note("action", constraints)
        return super().action(constraints, *more)

    def view(self, constraints: Any, *more: Any) -> Any:
        self.note("view", constraints)
        return super().view(constraints, *more)

    def options(self, constraints: Any, *more: Any) -> Any:
        self.note("options", constraints)
        return super().options(constraints, *more)

    def event(self, constraints: Any, *more: Any, **narrowed: Any) -> Any:
        self.note("event", constraints)
        return super().event(constraints, *more, **narrowed)

    def shortcut(self, constraints: Any, *more: Any) -> Any:
        self.note("shortcut", constraints)
        return super().shortcut(constraints, *more)


@pytest.fixture
def services(sqlite_url: str) -> Iterator[Services]:
    made = build_services(settings.load(database_url=sqlite_url))
    meet(made.database)
    yield made
    made.core.close()


def begin(services: Services, slack: SlowSlack) -> tuple[Listening, Afterwards]:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T01", bot_id="B01", bot_user_id="U01BOT", bot_token="xoxb-1"
        )

    bolt = Listening(authorize=authorize, process_before_response=True, request_verification_enabled=False)
    loaded = settings.load(database_url=str(services.database.engine.url))
    afterwards = register(bolt, loaded, services, cast("Any", slack))
    bolt.answers = afterwards.answers
    return bolt, afterwards


def payloads(bolt: Listening) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a request for everything that is listened for."""
    user = {"user": {"id": PERSON}, "team": {"id": "T01"}, "trigger_id": "1.2.x"}
    place = {"channel": {"id": "C01", "name": "general"}, "message": {"ts": "1.2", "text": "it is down"}}
    for text in [
        *COMMANDS,
        *(f"{verb} ESC-1" for verb in COMMANDS),
        "policy list",
        "ESC-1",
        "",
        "Acme",
        "Acme is down",
    ]:
        yield (
            f"/escalate {text}",
            {"command": "/escalate", "text": text, "user_id": PERSON, "channel_id": "C01", "trigger_id": "1.2.x"},
        )
    for name in bolt.heard["action"]:
        action_id = name if isinstance(name, str) else name.pattern.removeprefix("^") + "x"
        for value in ("1", "1:1", "1:1:1"):
            action = {"action_id": action_id, "block_id": "b", "type": "button", "value": value}
            yield f"{action_id} {value}", {"type": "block_actions", "actions": [action], **user, **place}
    for name in bolt.heard["view"]:
        view: dict[str, Any] = {
            "id": "V01",
            "type": "modal",
            "hash": "1",
            "callback_id": name,
            "private_metadata": NUMBERED,
            "blocks": [{"type": "input", "block_id": "words"}],
            "state": {"values": {}},
        }
        yield str(name), {"type": "view_submission", "view": view, **user}
    for name in bolt.heard["options"]:
        yield f"options {name}", {"type": "block_suggestion", "action_id": name, "block_id": "b", "value": "Ac", **user}
    for name in bolt.heard["shortcut"]:
        kind = "message_action" if "message" in str(name) else "shortcut"
        yield str(name), {"type": kind, "callback_id": name, **user, **(place if kind == "message_action" else {})}
    for name in bolt.heard["event"]:
        yield f"event {name}", {"type": "event_callback", "event": event_of(name), "team_id": "T01"}


def event_of(name: str) -> dict[str, Any]:
    """Return an event as Slack tells it."""
    more: dict[str, Any] = {"channel": "C01", "user": PERSON}
    if name == "app_home_opened":
        more["tab"] = "home"
    elif name == "user_change":
        more = {"user": {"id": PERSON, "team_id": "T01", "name": "noor", "profile": {}}}
    elif name == "message":
        more |= {"subtype": "message_deleted", "deleted_ts": "1.2", "channel_type": "channel", "ts": "1.3"}
    elif name.endswith("rename"):
        more["channel"] = {"id": "C01", "name": "other"}
    return {"type": name, "event_ts": "1.4", **more}


def said(answer: BoltResponse, slack: SlowSlack) -> str:
    """Return all that reaches the person: the answer itself, and what Slack is asked to show."""
    shown = [repr(getattr(part, "blocks", part)) + repr(getattr(part, "text", "")) for part in flat(slack.asked)]
    return f"{answer.body} {' '.join(shown)}"


def flat(value: Any) -> Iterator[Any]:
    """Yield what was handed to Slack, one by one."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from flat(item)
    elif isinstance(value, dict) and not value.keys() & {"type", "blocks"}:
        yield from flat(list(value.values()))
    else:
        yield value


async def begun(services: Services) -> tuple[SlowSlack, Listening, Afterwards]:
    slack = SlowSlack()
    bolt, afterwards = begin(services, slack)
    # Whoever asks is known from here on: what follows is about the handlers.
    help_ = next(body for name, body in payloads(bolt) if name == "/escalate help")
    assert (await bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=help_))).status == 200
    return slack, bolt, afterwards


async def told(bolt: Listening, slack: SlowSlack, afterwards: Afterwards, body: dict[str, Any]) -> BoltResponse:
    """Deliver a payload and return its answer, which comes before Slack answers anything; let Slack answer then."""
    slack.asked.clear()
    slack.answers.clear()
    answer = await bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=json.loads(json.dumps(body))))
    slack.answers.set()
    await afterwards.finish()
    return answer


async def test_slack_being_slow_holds_up_no_acknowledgement(services: Services) -> None:
    declaration = Declaration(account_id=None, new_account="Acme", summary="It is down", level="sev1")
    services.declarations.declare(declaration, by=PERSON, request="V00", view_id=None)
    slack, bolt, afterwards = await begun(services)
    wrong = []
    for name, body in payloads(bolt):
        answer = await told(bolt, slack, afterwards, body)
        if answer.status != 200 or AWAY in said(answer, slack):
            wrong.append((name, answer.status, said(answer, slack)))
    assert not wrong


async def test_whoever_asks_while_the_database_is_gone_is_told_so_in_words(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack, bolt, afterwards = await begun(services)
    touched: list[str] = []

    def gone(*_given: Any, **_more: Any) -> None:
        touched.append("database")
        raise OperationalError("SELECT 1", None, Exception("gone"))

    monkeypatch.setattr(Database, "transaction", gone)
    wrong = []
    tried = 0
    for name, body in payloads(bolt):
        tried += 1
        touched.clear()
        answer = await told(bolt, slack, afterwards, body)
        if not is_right(name, answer, said(answer, slack), is_asked=bool(touched)):
            wrong.append((name, answer.status, said(answer, slack)[:300]))
    assert tried > 150
    assert not wrong


async def test_whoever_asks_while_the_database_is_locked_is_told_so_in_words(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack, bolt, afterwards = await begun(services)
    for module, limit in ((dispatch, "PATIENCE_SECONDS"), (answers, "_PATIENCE_SECONDS")):
        monkeypatch.setattr(module, limit, 0.05)
    monkeypatch.setattr(declare, "_MENU_SECONDS", 0.02)
    monkeypatch.setattr(patterns, "_MENU_SECONDS", 0.02)
    touched: list[str] = []
    transaction = Database.transaction

    def noted(*given: Any, **more: Any) -> Any:
        touched.append("database")
        return transaction(*given, **more)

    monkeypatch.setattr(Database, "transaction", noted)
    with services.database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA busy_timeout=150")
    wrong = []
    path = str(make_url(str(services.database.engine.url)).database)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for name, body in payloads(bolt):
            touched.clear()
            answer = await told(bolt, slack, afterwards, body)
            # One thread writes to SQLite: what nobody waits for any more has to give up before the next is tried.
            await services.core.run(lambda: None)
            if not is_right(name, answer, said(answer, slack), is_asked=bool(touched)):
                wrong.append((name, answer.status, said(answer, slack)[:300]))
    assert not wrong


def is_right(name: str, answer: BoltResponse, words_: str, *, is_asked: bool) -> bool:
    """Tell whether somebody has been answered who asks while the database is away."""
    if name.startswith("event ") and "app_home_opened" not in name:
        # Nobody waits for an answer. What had to be written down isn't taken, so that Slack tells it again.
        return answer.status == (503 if is_asked else 200)
    if answer.status != 200:
        return False
    if name.startswith("options"):
        return '"options"' in answer.body
    return not is_asked or AWAY in words_ or any(form in words_ for form in FROM_MEMORY)
