"""The statements each request needs; opening a form waits for none of them."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot import settings
from bot.app import build_services, register
from bot.database import transaction
from bot.database.transaction import Database
from bot.handlers.kit.after_ack import AfterAck
from bot.handlers.kit.dispatch import Dispatch
from bot.models.escalation import Escalation
from bot.models.work import EffectKind
from bot.policy.record.escalation import EscalationFacts
from bot.scheduler.deliver import Deliverer
from bot.scheduler.escalation_jobs import EscalationJobs
from bot.scheduler.jobs import Job
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from bot.views.kit import ids
from bot.views.kit.account_choice import AccountChoice
from tests.support.members import meet
from tests.support.statements import watched

PERSON = "U01NOOR"


class Slack:
    """A Slack that takes everything."""

    url = "https://sample.example/"

    async def is_shared(self, _channel: str) -> bool:
        return False

    def __getattr__(self, _name: str) -> Any:
        async def call(*_given: Any, **_more: Any) -> str:
            return "V02"

        return call


def begin(services: Services) -> tuple[Dispatch, AfterAck]:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id="T01", bot_id="B01", bot_user_id="U01BOT", bot_token="xoxb-1"
        )

    bolt = Dispatch(authorize=authorize, process_before_response=True, request_verification_enabled=False)
    loaded = settings.load(database_url=str(services.database.engine.url))
    after_ack, _ = register(bolt, loaded, services, cast("Any", Slack()))
    bolt.answers = after_ack.answers
    return bolt, after_ack


async def ask(bolt: Dispatch, body: dict[str, Any]) -> BoltResponse:
    return await bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))


def pressed(action_id: str, value: str = "1", who: str = PERSON, **more: Any) -> dict[str, Any]:
    action = {"action_id": action_id, "block_id": "b", "type": "button", "value": value}
    return {"type": "block_actions", "actions": [action], "user": {"id": who}, "trigger_id": "1.2.x", **more}


def typed(text: str) -> dict[str, Any]:
    return {"command": "/escalate", "text": text, "user_id": PERSON, "channel_id": "C01", "trigger_id": "1.2.x"}


def submitted() -> dict[str, Any]:
    """Return a filled in form that declares for the account with the number 2."""
    account = {"value": AccountChoice(2, "Globex").value, "text": {"type": "plain_text", "text": "Globex"}}
    state = {
        "account": {ids.ACCOUNT: {"type": "external_select", "selected_option": account}},
        "summary": {"summary": {"type": "plain_text_input", "value": "Exports are down"}},
        "level": {ids.LEVEL: {"type": "static_select", "selected_option": {"value": "sev3"}}},
    }
    view: dict[str, Any] = {
        "id": "V9",
        "type": "modal",
        "callback_id": ids.DECLARE,
        "private_metadata": "{}",
        "blocks": [],
    }
    view["state"] = {"values": state}
    return {"type": "view_submission", "user": {"id": PERSON}, "view": view}


HOME = {
    "type": "event_callback",
    "team_id": "T01",
    "event": {"type": "app_home_opened", "user": PERSON, "tab": "home"},
}


async def test_what_opens_something_is_acknowledged_before_the_database_answers(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trigger lives three seconds, and Slack warns a person after as many: neither may hang on the database."""
    services = build_services(settings.load(database_url=sqlite_url))
    meet(services.database)
    bolt, after_ack = begin(services)
    await ask(bolt, typed("help"))  # the person who asks is known from now on
    answers = threading.Event()
    transaction = Database._transaction

    @contextmanager
    def slow(database: Database, *given: Any) -> Iterator[Any]:
        assert answers.wait(30)
        with transaction(database, *given) as tx:
            yield tx

    monkeypatch.setattr(Database, "_transaction", slow)
    opening = (
        *(typed(text) for text in ("", "Acme exports are down", "update ESC-1", "incident", "simulate")),
        *(pressed(name) for name in (ids.PRESS_UPDATE, ids.PRESS_RESOLVE, ids.PRESS_MORE, ids.PRESS_STILL)),
        *(pressed(name) for name in (ids.PRESS_DECLARE, ids.OPEN_LINK)),
        HOME,
    )
    try:
        for body in opening:
            async with asyncio.timeout(30):
                answer = await ask(bolt, body)
            assert (answer.status, answer.body) == (200, ""), body
    finally:
        answers.set()
        await after_ack.finish()
        services.core.close()


async def test_a_declaration_is_answered_before_its_effects_begin(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They compute for longer than the declaration itself, and the person waits for that alone."""
    monkeypatch.setattr(transaction, "_GIVE_WAY_SECONDS", 600.0)
    services = build_services(settings.load(database_url=sqlite_url))
    meet(services.database)
    services.account_import.load(b"name,csm\nAcme,ana@example.com\nGlobex,\n", "accounts.csv")
    bolt, _ = begin(services)
    order, begun = list[str](), asyncio.Event()

    async def perform(job: Job) -> None:
        order.append(job.effect.kind)
        begun.set()

    jobs = EscalationJobs(services.policies, services.channels, services.external_messages)
    deliverer = Deliverer(services.core, jobs, dict.fromkeys(EffectKind, perform))
    services.database.listen(deliverer)
    deliverer._loop, deliverer._delivering = asyncio.get_running_loop(), True
    await ask(bolt, submitted())
    order.append("answered")
    await begun.wait()
    await asyncio.gather(*deliverer._tasks())
    services.core.close()
    assert order[:2] == ["answered", EffectKind.CREATE_CHANNEL]


def test_a_change_reads_the_facts_once_before_and_once_after(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Timers, notices, the topic and the open Home tabs follow from the same ones."""
    services, read = build_services(settings.load(database_url=sqlite_url)), Escalation._facts
    meet(services.database)
    declaration = Declaration(account_id=None, new_account="Acme", summary="Exports are down", level="sev3")
    services.declarations.declare(declaration, by=PERSON, request="V1")
    revisions = list[int]()

    def noted(row: Escalation) -> EscalationFacts:
        revisions.append(row.revision)
        return read(row)

    monkeypatch.setattr(Escalation, "_facts", noted)
    with services.records.changing(1, by=PERSON) as change:
        change.invite("U01ELI")
    services.core.close()
    assert revisions == [0, 1]


async def test_a_request_asks_the_database_for_no_more_than_it_answers(database_url: str) -> None:
    """Each statement costs the waiting person a third of a millisecond, plus a round trip to a distant PostgreSQL."""
    services = build_services(settings.load(database_url=database_url))
    meet(services.database)
    services.account_import.load(b"name,csm\nAcme,ana@example.com\nGlobex,\n", "accounts.csv")
    services.accounts.refresh()
    bolt, after_ack = begin(services)
    for number in (1, 2):
        declaration = Declaration(account_id=1, new_account=None, summary="Exports are down", level="sev3")
        services.declarations.declare(declaration, by=PERSON, request=f"V{number}")
    suggestion = {"type": "block_suggestion", "action_id": ids.ACCOUNT, "block_id": "account", "value": "Ac"}
    requests: dict[str, tuple[dict[str, Any], int]] = {
        "help": (typed("help"), 0),
        "link": (pressed(ids.OPEN_LINK), 0),
        "home": (HOME, 2),
        "type": ({**suggestion, "user": {"id": PERSON}}, 4),
        "status": (typed("status ESC-1"), 7),
        # On SQLite what is inserted takes a statement for each table.
        "declare": (submitted(), 9 if not services.database.is_sqlite else 16),
        # Two of them redraw the open Home tab.
        "acknowledge": (pressed(ids.PRESS_ACKNOWLEDGE), 7 if not services.database.is_sqlite else 9),
    }
    for body, _ in requests.values():
        if body not in (requests["acknowledge"][0], requests["declare"][0]):
            await ask(bolt, body)  # the caches are filled by now
    await after_ack.finish()
    found = {}
    for name, (body, _) in requests.items():
        with watched(services.database.engine) as statements:
            answer = await ask(bolt, body)
            await after_ack.finish()
        assert answer.status == 200
        assert name != "status" or "ESC-1" in answer.body, answer.body
        found[name] = statements.count
    assert all(found[name] <= most for name, (_, most) in requests.items()), found
    services.core.close()
