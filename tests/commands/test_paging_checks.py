"""The doctor names whom no route would wake, and routes that lead nowhere, without repeating a secret.

It tries what the routes need outside, and pages nobody with it.
"""

import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from starlette.applications import Starlette

from bot import settings
from bot.commands.paging_checks import of_paging, of_routes
from bot.policy.model.directory import Directory
from sandbox.pager.pager import Pager
from sandbox.pager.state import PagerState
from tests.support.inbox import inbox, serving

KEY = "A" * 32


def said(directory: dict[str, Any], **given: Any) -> list[str]:
    loaded = settings.load(**given)
    return [f"{one.state}: {one.says}" for one in of_paging(loaded, Directory.model_validate(directory))]


def company(*routes: str, phone: str | None = None) -> dict[str, Any]:
    return {
        "fallback": {"manager": "maria@example.com"},
        "people": [{"email": "maria@example.com", "routes": list(routes), "phone": phone}],
    }


def test_somebody_with_slack_only_is_named() -> None:
    [found] = said(company())
    assert found == "look: no route would wake maria@example.com at night: only Slack, or mail"


@pytest.mark.parametrize(
    ("routes", "given", "problem"),
    [
        (["pagerduty"], {}, "it isn't set up"),
        (["pagerduty:maria"], {"pagerduty_routing_key": KEY}, "no routing key is named maria"),
        (["apprise:sms"], {"apprise_urls": "push=json://localhost/x"}, "ESCALATE_APPRISE_URLS names no sms"),
        (["apprise:sms"], {"apprise_urls": "sms=json://localhost/{phone}"}, "no phone number is known"),
    ],
)
def test_a_route_that_leads_nowhere_is_named(routes: list[str], given: dict[str, Any], problem: str) -> None:
    found = said(company(*routes), **given)
    assert f"look: maria@example.com: {routes[0]} is passed over, because {problem}" in found
    assert any("no route would wake maria@example.com" in one for one in found)


def test_somebody_who_is_woken_is_fine() -> None:
    given = {
        "apprise_urls": "sms=json://localhost/{phone}",
        "public_url": "https://escalate.example.com",
    }
    [found] = said(company("apprise:sms", phone="+49 30 901820"), **given)
    assert found == "ok: everyone who may be paged has a route that wakes them"


def test_an_address_that_apprise_cannot_use_is_named_without_it() -> None:
    found = said(company("apprise:sms"), apprise_urls="sms=nonsense://user:very-secret@host")
    assert "wrong: sms: apprise can't use this address" in found
    assert "very-secret" not in "".join(found)


@asynccontextmanager
async def pagerduty() -> AsyncIterator[tuple[PagerState, dict[str, str]]]:
    """Yield the state of a stand-in of PagerDuty, and the settings that lead to it."""
    pager = Pager(PagerState(time.time))
    async with serving(Starlette(routes=pager.routes())) as port:
        yield pager.state, {"pagerduty_url": f"http://127.0.0.1:{port}/pagerduty", "pagerduty_token": "good-token"}


async def tried(directory: dict[str, Any], **given: str) -> list[str]:
    async with aiohttp.ClientSession() as session:
        found = await of_routes(session, settings.load(**given), Directory.model_validate(directory))
    return [f"{one.state}: {one.says}" for one in found]


async def test_each_key_and_the_token_are_tried_and_nobody_is_paged() -> None:
    async with pagerduty() as (state, given):
        state.services = {KEY: "us"}
        found = await tried({}, **given, pagerduty_routing_key=f"{KEY} dana={'B' * 32}")
        assert found == [
            "ok: PagerDuty takes the routing key",
            "wrong: PagerDuty doesn't take the routing key dana: refused with 400 (invalid event)",
            "ok: PagerDuty takes the API token",
        ]
        assert not state.incidents
        assert KEY not in "".join(found)


async def test_a_token_that_is_refused_and_a_pagerduty_that_is_down_are_wrong() -> None:
    async with pagerduty() as (state, given):
        state.token, state.refusals = "another", [503]
        found = await tried({}, **given, pagerduty_routing_key=KEY)
        assert found == [
            "wrong: PagerDuty doesn't answer now for the routing key: status 503",
            "wrong: PagerDuty doesn't take the API token: refused with 401",
        ]
        assert "good-token" not in "".join(found)
    down = await tried({}, **given, pagerduty_routing_key=KEY)
    assert down == [
        "wrong: PagerDuty doesn't answer now for the routing key: no connection",
        "wrong: PagerDuty doesn't answer now for the API token: no connection",
    ]


async def test_a_schedule_of_the_directory_is_read() -> None:
    area = {"key": "exports", "name": "Exports", "owner": "a@example.com", "pagerduty_schedule": "P1"}
    async with pagerduty() as (_, given):
        found = await tried({"areas": [area]}, **given, pagerduty_routing_key=KEY)
        assert found[-1] == "ok: PagerDuty takes the schedule P1"


async def test_a_server_of_apprise_is_connected_to_and_gets_no_message() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        unused = probe.getsockname()[1]
    async with inbox() as target:
        sms, push = target.address("sms/{phone}"), f"json://user:very-secret@127.0.0.1:{unused}/x"
        found = await tried(
            {}, apprise_urls=f"sms={sms} push={push} call=twilio://AC{'0' * 32}:{'1' * 32}@+15550100/{{phone}}"
        )
        assert found == [
            f"ok: sms: 127.0.0.1:{target.port} answers; whether it takes messages shows only with one",
            f"wrong: push: nothing answers at 127.0.0.1:{unused}",
        ]
        assert target.messages == []
    assert "very-secret" not in "".join(found)
