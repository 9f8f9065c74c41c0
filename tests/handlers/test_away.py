"""Every handler there is, while the database is gone and Slack answers nothing: acknowledged, and never in silence."""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, cast

import pytest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy.exc import OperationalError

from bot import settings
from bot.app import Services, build_services, register
from bot.database.transaction import Database
from bot.handlers.kit.after_ack import AfterAck
from bot.handlers.kit.dispatch import Dispatch
from bot.views.kit import ids
from tests.support.members import meet

PERSON = "U01NOOR"
NUMBERED = json.dumps({"number": 1, "move": "acknowledge", "incident": 1, "review": 1, "request": 1, "category": None})
# Pressed and sent without anything to be done, or nothing that people ask for.
NOTHING_TO_DO = {ids.OPEN_LINK, ids.DECLARED}


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

    def shortcut(self, constraints: Any, *more: Any) -> Any:
        self.note("shortcut", constraints)
        return super().shortcut(constraints, *more)


@pytest.fixture
def services(sqlite_url: str) -> Iterator[Services]:
    made = build_services(settings.load(database_url=sqlite_url))
    meet(made.database)
    yield made
    made.core.close()


def begin(services: Services, slack: SlowSlack) -> tuple[Listening, AfterAck]:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T01", bot_id="B01", bot_user_id="U01BOT", bot_token="xoxb-1"
        )

    bolt = Listening(authorize=authorize, process_before_response=True, request_verification_enabled=False)
    loaded = settings.load(database_url=str(services.database.engine.url))
    after_ack = register(bolt, loaded, services, cast("Any", slack))
    bolt.answers = after_ack.answers
    return bolt, after_ack


def payloads(bolt: Listening) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a request for everything that is listened for."""
    user = {"user": {"id": PERSON}, "team": {"id": "T01"}, "trigger_id": "1.2.x"}
    place = {"channel": {"id": "C01", "name": "general"}, "message": {"ts": "1.2", "text": "it is down"}}
    for text in ("help", "list", "status ESC-1", "ack ESC-1", "ack", "update ESC-1", "incident", "programme", "Acme"):
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
    home = {"type": "app_home_opened", "user": PERSON, "tab": "home"}
    yield "home", {"type": "event_callback", "event": home, "team_id": "T01"}


async def test_every_request_is_acknowledged_and_nobody_is_left_without_a_word(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    slack = SlowSlack()
    bolt, after_ack = begin(services, slack)
    help_ = next(body for name, body in payloads(bolt) if name.endswith("help"))
    assert (await bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=help_))).status == 200
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
        slack.asked.clear()
        slack.answers.clear()
        answer = await bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
        # The acknowledgement is here, and Slack has answered nothing yet.
        slack.answers.set()
        await after_ack.finish()
        is_told = bool(answer.body) or bool(slack.asked)
        if answer.status != 200 or (touched and not is_told and name.split()[0] not in NOTHING_TO_DO):
            wrong.append((name, answer.status, answer.body, slack.asked))
    assert tried > 100
    assert not wrong
