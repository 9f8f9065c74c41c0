"""No form of the bot takes a value: every form there is, with every field there is to type in."""

import ast
import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot import settings
from bot.app import build_services
from bot.handlers.kit.value_guard import NO_ADDRESS, NO_HOST
from bot.policy.addresses import has_full_host
from bot.views.kit import ids
from tests.support.listening import bolt, routes
from tests.support.members import meet

VIEWS = Path(__file__).resolve().parents[3] / "bot" / "views"
CARD = "They paid with 4111 1111 1111 1111."
# What people can type into, as the views may draw it. An address is not text, a number is not a card, and a
# file is not looked into.
KNOWN = {"PlainTextInputElement", "UrlInputElement", "NumberInputElement", "EmailInputElement", "FileInputElement"}


def calls() -> Iterator[ast.Call]:
    """Yield every call in the code of the views."""
    for path in sorted(VIEWS.rglob("*.py")):
        yield from (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))


def fields() -> set[str]:
    """Return the names of the fields to type in; one that is named at run time is `any.fact`."""
    named = [call for call in calls() if isinstance(call.func, ast.Name) and call.args]  # not `dataclasses.field()`
    drawn = [call for call in named if isinstance(call.func, ast.Name) and call.func.id in {"text_input", "field"}]
    return {str(call.args[0].value) if isinstance(call.args[0], ast.Constant) else "any.fact" for call in drawn}


@dataclass
class Listening:
    """Bolt, and the forms that are listened for."""

    bolt: AsyncApp
    forms: set[str]


@pytest.fixture
def listening(sqlite_url: str) -> Iterator[Listening]:
    services = build_services(settings.load(database_url=sqlite_url))
    meet(services.database)
    app = bolt()
    yield Listening(app, set(routes(services, app).forms))
    services.core.close()


async def send(app: AsyncApp, form: str, field: str, kind: str = "plain_text_input", typed: str = CARD) -> Any:
    """Send a form with a card number, or something else, in one field, and return the form's errors."""
    said = {field: {field: {"type": kind, "value": typed}}, "plain": {"plain": {"type": "datepicker"}}}
    view = {
        "id": "V01",
        "type": "modal",
        "callback_id": form,
        "state": {"values": said},
        "blocks": [],
        "private_metadata": "",
    }
    body = {"type": "view_submission", "user": {"id": "U01NOOR"}, "team": {"id": "T01"}, "view": view}
    answer = await app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    return json.loads(answer.body)


def test_every_form_refuses_a_card_number_in_every_field_but_the_one_that_declares(listening: Listening) -> None:
    async def answers() -> dict[tuple[str, str], Any]:
        forms, names = sorted(listening.forms - {ids.DECLARE}), sorted(fields())
        return {(form, name): await send(listening.bolt, form, name) for form in forms for name in names}

    told = asyncio.run(answers())
    assert {ids.RESOLVE, ids.INCIDENT, ids.PLAN, ids.WITHDRAW} <= {form for form, _ in told}
    assert {"reason", "findings", "title", "any.fact"} <= {name for _, name in told}
    for (_, name), answer in told.items():
        assert answer["response_action"] == "errors"
        assert list(answer["errors"]) == [name]
        assert "looks like a card number" in answer["errors"][name]
        assert "Write what" in answer["errors"][name]


@pytest.mark.parametrize("forged", ["!channel|the review", "@U01ANA", "javascript:alert(1)", "wiki.example/1"])
def test_every_form_refuses_what_is_no_address_where_it_asks_for_one(listening: Listening, forged: str) -> None:
    """Slack's own client refuses it earlier; forged requests come from other clients."""

    async def answers() -> list[Any]:
        forms = sorted(listening.forms - {ids.DECLARE})
        return [await send(listening.bolt, form, "review_url", "url_text_input", forged) for form in forms]

    for answer in asyncio.run(answers()):
        assert answer == {"response_action": "errors", "errors": {"review_url": NO_ADDRESS}}


def test_every_form_refuses_a_link_whose_host_is_no_full_name(listening: Listening) -> None:
    async def answers() -> list[Any]:
        forms = sorted(listening.forms - {ids.DECLARE})
        return [await send(listening.bolt, form, "review_url", "url_text_input", "https://x") for form in forms]

    for answer in asyncio.run(answers()):
        assert answer == {"response_action": "errors", "errors": {"review_url": NO_HOST}}


@pytest.mark.parametrize(
    ("address", "is_full"),
    [
        ("https://x", False),
        ("https://x.", False),
        ("https://.x/1", False),
        ("https://localhost:8080/1", False),
        ("https://wiki/1", True),
        ("https://WIKI:8443/1", True),
        ("https://wiki.example/1", True),
        ("http://10.0.0.7/1", True),
        ("http://[::1]/1", True),
    ],
)
def test_a_host_has_a_dot_or_is_one_of_those_that_are_set(address: str, *, is_full: bool) -> None:
    assert has_full_host(address, ["wiki"]) is is_full


def test_no_form_has_a_field_of_a_kind_that_is_not_looked_through() -> None:
    drawn = {call.func.id for call in calls() if isinstance(call.func, ast.Name)}
    assert {name for name in drawn if name.endswith("InputElement")} <= KNOWN
    made = [path.name for path in VIEWS.rglob("*.py") if "PlainTextInputElement(" in path.read_text("utf-8")]
    assert made == ["parts.py"]
