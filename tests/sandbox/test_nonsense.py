"""Nonsense in control calls and in calls of the Web API: each is carried out or refused, never a server error."""

import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from sandbox.api.table import Argument, methods
from sandbox.control.routes import ACTIONS, SIGHTS
from sandbox.server import Sandbox, in_thread
from tests.sandbox.bots import Bot
from tests.sandbox.forms import field, modal, text_input
from tests.sandbox.world import SEED, Json, Person, manifest
from tests.support.person import Control

HALF = "a\ud800b"
FIELDS = ("user", "channel", "text", "name", "ts", "values", "limit", "query", "q", "before")
VALUES = st.one_of(
    st.sampled_from(["", HALF, "\x00", "ana", "U01ANA", "ben", "general", "C01GENERAL", "@ben", "nan", "1e999", "-1"]),
    st.sampled_from([None, True, False, 0, -1, 2**63, 10**400, 1e308, float("nan"), float("inf"), [], {}, [[]]]),
    st.sampled_from([{"a": HALF}, {HALF: 1}, [HALF], [{"type": "section"}], {"name": HALF}, {"name": 1e308}]),
    st.text(max_size=8),
)


# What is there, so that a call gets beyond looking it up, by the names of arguments.
KNOWN: dict[str, list[Any]] = {
    "channel": ["C01GENERAL", "C01FEED", "C01SECRET", "C01SHARED", "C01OLD", "#feed", "U01ANA"],
    "channels": ["C01FEED", "C01GENERAL,C01FEED"],
    "user": ["U01ANA", "U01DEL", "U01GUEST", "U0SANDBOX1"],
    "users": ["U01ANA,U01BEN", "U01ANA"],
    "usergroup": ["S01CSM"],
    "ts": ["1.2", "1772808000.000100"],
    "name": ["feed", "fresh"],
    "blocks": [[{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}]],
    "view": [{"type": "home", "blocks": []}, {"type": "modal", "title": {"type": "plain_text", "text": "T"}}],
}
BLOCK = st.fixed_dictionaries(
    {"type": st.sampled_from(["section", "actions", "input", "context", "image", "rich_text", "header", "x"])},
    optional=dict.fromkeys(("text", "elements", "element", "label", "accessory", "fields", "block_id"), VALUES),
)


async def test_half_a_character_is_said_back_as_it_was_typed(bot: Bot, person: Person) -> None:
    blocks = [field("name", text_input()), field("why", text_input())]

    async def opening(payload: Json) -> None:
        await bot.client.views_open(trigger_id=payload["trigger_id"], view=modal(*blocks))

    bot.on("/escalate", opening)
    await person.do("command", user="ana", channel="general")
    answer = await person.do("submit", user="ana", values={"name": HALF})
    assert answer["result"] == "errors"
    assert set(answer["errors"]) == {"why"}
    assert next(iter(answer["view"]["state"]["values"]["name"].values()))["value"] == HALF
    assert (await person.tried("submit", user=HALF))[1]["error"] == "user_not_found"
    for number in ("NaN", "Infinity", "1e999"):
        body = f'{{"user": "ana", "values": {{"name": {number}}}}}'
        async with person.http.post("/_sandbox/submit", data=body) as response:
            assert (response.status, (await response.json())["error"]) == (400, "not_json")


@pytest.fixture(scope="module")
def alone() -> Iterator[Sandbox]:
    """Hand out a sandbox that no app is connected to."""
    with in_thread(Sandbox(SEED, [manifest()])) as sandbox:
        yield sandbox


def ask(sandbox: Sandbox, name: str, given: Json) -> tuple[int, Any]:
    headers = {"content-type": "application/json"}
    if name in ACTIONS:
        request = urllib.request.Request(f"{sandbox.url}/_sandbox/{name}", json.dumps(given).encode(), headers)  # noqa: S310 - our own address
    else:
        pairs = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
        query = urllib.parse.urlencode(pairs, errors="surrogatepass")
        request = urllib.request.Request(f"{sandbox.url}/_sandbox/{name}?{query}")  # noqa: S310 - as above
    try:
        with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310 - as above
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.mark.parametrize("name", sorted({*ACTIONS, *SIGHTS}))
def test_whatever_is_asked_is_done_or_refused(alone: Sandbox, name: str) -> None:
    known = st.sampled_from(["ana", "ben"])
    places = st.sampled_from(["general", "secret", "@ben"])

    def refused(given: Json) -> None:
        status, answer = ask(alone, name, given)
        assert status in (200, 400), (given, answer)

    # What a call takes is in its own words where it is given something else.
    _, answer = ask(alone, name, {"misspelt": 1})
    words = json.loads(answer)["message"].partition("takes ")[2].partition(";")[0] if isinstance(answer, bytes) else ""
    takes = [word for word in words.split(", ") if word] or list(FIELDS)
    given_ = st.fixed_dictionaries(
        {}, optional={field_: VALUES | (known if field_ in ("user", "other") else places) for field_ in takes}
    )
    hypothesis(max_examples=40)(given(given_)(refused))()


@pytest.fixture(scope="module")
def called() -> Iterator[Sandbox]:
    """Hand out a sandbox without rate limits, whose Web API is called."""
    with in_thread(Sandbox(SEED, [manifest()], strict_tiers=False)) as sandbox:
        yield sandbox


def argument(of: Argument) -> st.SearchStrategy[Any]:
    known: st.SearchStrategy[Any] = st.sampled_from(KNOWN[of.name]) if of.name in KNOWN else st.nothing()
    blocks: st.SearchStrategy[Any] = st.lists(BLOCK, max_size=3) if of.kind == "json" else st.nothing()
    return known | VALUES | blocks


@pytest.mark.parametrize("name", sorted(methods()))
def test_whatever_a_method_is_asked_is_answered(called: Sandbox, name: str) -> None:
    Control(called.url).post("reset")  # an earlier call may have revoked the token
    method = methods()[name]
    token = called.app_token if method.token == "app" else called.bot_token
    where = called.url.removeprefix("http://")
    connection = http.client.HTTPConnection(where, timeout=60)

    def answered(given: Json, as_json: bool) -> None:  # noqa: FBT001 - drawn by name
        headers = {"authorization": f"Bearer {token}"}
        if as_json:
            headers["content-type"], body = "application/json; charset=utf-8", json.dumps(given)
        else:
            pairs = {key: value if isinstance(value, str) else json.dumps(value) for key, value in given.items()}
            headers["content-type"] = "application/x-www-form-urlencoded"
            body = urllib.parse.urlencode(pairs, errors="surrogatepass")
        connection.request("POST", f"/api/{name}", body, headers)
        response = connection.getresponse()
        answer = json.loads(response.read())
        assert (response.status, type(answer["ok"])) == (200, bool), (given, answer)
        assert answer["ok"] or answer.get("error") not in ("internal_error", "fatal_error", "invalid_auth"), (
            given,
            answer,
        )

    required = {of.name: argument(of) for of in method.args if of.required}
    others = {of.name: argument(of) for of in method.args if not of.required}
    try:
        given_ = st.fixed_dictionaries(required, optional=others)
        hypothesis(max_examples=20)(given(given_, st.booleans())(answered))()
    finally:
        connection.close()
