"""Random requests by every door, signed or not: each is refused or answered, and the bot survives.

What is sent is made of real requests in which something has been replaced, left out or doubled, and of nonsense.
"""

import asyncio
import copy
import hashlib
import hmac
import json
import logging
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.integrations.slack.transport import HttpTransport
from bot.views.kit import ids
from tests.support.story import USERS, Story
from tests.support.story import story as told

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
TEXTS = st.sampled_from(["", " ", "\x00", "\ud800", "a\udfffb", "x" * 20_000, "ESC-" + "9" * 40, "٣", "-1", "1:2:3:4"])
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -1, 2**63, 10**30, 10**4000, 1e308, float("nan"), float("inf")]),
    TEXTS,
    st.text(max_size=8),
)
NONSENSE = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS | st.text(max_size=5), inner, max_size=3)
)
# What is read of a request before anybody knows who listens for it, in requests of kinds that nobody listens for, too.
READ = (
    "user",
    "user_id",
    "channel",
    "channel_id",
    "actions",
    "view",
    "event",
    "text",
    "response_url",
    "team",
    "command",
)
KINDS = (
    "block_actions",
    "block_suggestion",
    "view_closed",
    "event_callback",
    "url_verification",
    "dialog_cancellation",
)
LOOSE = st.fixed_dictionaries({}, optional={"type": st.sampled_from(KINDS), **dict.fromkeys(READ, NONSENSE)})
PERSON = {"id": "U01ANA", "team_id": "T01SANDBOX"}
WRONG: tuple[dict[str, Any], ...] = (
    {"type": "unheard_of", "user": "U01ANA"},
    {"type": "unheard_of", "user": PERSON, "actions": True},
    {"type": "unheard_of", "user": PERSON, "actions": 1e308},
    {"user": PERSON, "actions": ["x"]},
    {"user": PERSON, "view": True},
    {"user": PERSON, "channel": 7},
    {"type": "block_suggestion", "user": PERSON, "action_id": "account", "value": "a", "view": 1.5},
    {"type": "view_closed", "user": PERSON, "view": {"id": "V1"}, "actions": True},
    {"command": "/escalate", "user_id": "U01ANA", "channel_id": "C01GENERAL", "trigger_id": "1.2.a", "view": "x"},
)
DEPTHS = (10, 300, 600, 950, 5_000)


class Recorded(list[dict[str, Any]]):
    """The requests sent to the bot, with a short name for Hypothesis's reports."""

    def __repr__(self) -> str:
        return "what was sent"


def nested(depth: int) -> str:
    """Return a request that is right but for a part of so many levels, which nobody asks for."""
    event = '{"type": "app_home_opened", "user": "U01ANA", "tab": "home", "more": ' + "[" * depth + "]" * depth + "}"
    return f'{{"type": "event_callback", "team_id": "T01SANDBOX", "event": {event}}}'


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to everything in a payload."""
    if path:
        yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in children:
        yield from places(item, (*path, key))


@st.composite
def changed(draw: st.DrawFn, payloads: Recorded) -> dict[str, Any]:
    """Return a real payload in which one or two things are other than Slack sends them."""
    payload = copy.deepcopy(draw(st.sampled_from(payloads)))
    for _ in range(draw(st.integers(1, 2))):
        ways = sorted(places(payload), key=repr)
        if not ways:
            break  # all of it was left out
        *way, last = draw(st.sampled_from(ways))
        at: Any = payload
        for key in way:
            at = at[key]
        how = draw(st.sampled_from(["replace", "replace", "leave out", "double"]))
        if how == "replace":
            at[last] = draw(NONSENSE)
        elif how == "leave out":
            del at[last]
        elif isinstance(at, list):
            at.append(at[last])
        else:
            at[draw(TEXTS)] = at[last]
    return payload


@st.composite
def bodies(draw: st.DrawFn, payloads: Recorded) -> tuple[bytes, str]:
    """Return a body and its content type, which may be one that doesn't fit."""
    kind = draw(st.sampled_from(["changed", "changed", "changed", "loose", "nonsense", "bytes", "deep", "twice"]))
    fitting = FORM
    if kind == "bytes":
        body = draw(st.binary(max_size=60))
    elif kind == "deep":
        text = nested(draw(st.sampled_from(DEPTHS)))
        is_form = draw(st.booleans())
        body, fitting = (f"payload={quote(text)}".encode(), FORM) if is_form else (text.encode(), JSON)
    elif kind == "loose":
        body, fitting = urlencode({"payload": json.dumps(draw(LOOSE))}).encode(), FORM
    elif kind == "nonsense":
        body, fitting = json.dumps(draw(NONSENSE)).encode(), JSON
    else:
        payload = draw(changed(payloads))
        if "command" in payload:
            pairs = [(key, item if isinstance(item, str) else json.dumps(item)) for key, item in payload.items()]
            body = urlencode(pairs, errors="surrogatepass").encode()
        elif payload.get("type") == "event_callback":
            body, fitting = json.dumps(payload).encode(), JSON
        else:
            body = urlencode({"payload": json.dumps(payload)}).encode()
        body = body + (b"&" if fitting == FORM else b"\n") + body if kind == "twice" else body
    return body, draw(st.sampled_from([fitting, fitting, fitting, JSON, FORM, "text/plain", "multipart/form-data", ""]))


@pytest.fixture
def logged(defects: list[str], caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Collect the events of the log, and fail the test where one carries a traceback."""
    events: list[str] = []
    broken: list[Any] = []

    def note(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        events.append(str(event["event"]))
        broken.extend([dict(event)] if event.get("exc_info") else [])
        raise structlog.DropEvent

    structlog.configure(processors=[note])
    with caplog.at_level(logging.WARNING):
        yield events
    broken += [record.getMessage() for record in caplog.records if record.exc_info or record.levelno >= logging.ERROR]
    assert not broken, broken[:3]
    assert not defects


def recorded(story: Story) -> Recorded:
    """Do a little of everything as people do, and return what the bot was sent."""
    story.command("noor", "acme is down")
    story.choose("noor", ids.LEVEL, "sev1")
    story.control.post("options", user=USERS["noor"], block_id="account", query="acm")
    story.submit("noor", account="Acme", summary="Exports are down", level="sev1")
    for words in ("list", "status acme", "ack", "simulate"):
        story.command("noor", words)
        if story.has_form("noor"):
            story.control.post("close", user=USERS["noor"], all=True)
    story.press("dana", ids.PRESS_ACKNOWLEDGE_PAGE, on=story.direct("dana")[-1])
    story.act("ana", ids.PRESS_UPDATE, 1, known="A bad deploy.", customer_text="We have found the cause.")
    story.menu("noor", "withdraw", 1, why="mistake", reason="A drill.")
    story.home("ana")
    story.shortcut("noor", ids.SHORTCUT_DECLARE)
    said = story.control.post("message", user=USERS["noor"], channel="general", text="It is down")
    story.shortcut("noor", ids.SHORTCUT_FROM_MESSAGE, channel="C01GENERAL", ts=said["ts"])
    story.control.post("close", user=USERS["noor"], all=True)
    story.by_hand("member", "maria", real_name="Maria L.")
    story.by_hand("describe", "ana", channel=str(story.facts(1).channel_id), name="esc-other")
    story.by_hand("leave", "ana", channel=str(story.facts(1).channel_id))
    sent = [delivery["payload"] for delivery in story.control.get("deliveries")["deliveries"]]
    kinds = {payload.get("type") or "command" for payload in sent if payload}
    assert kinds >= {"command", "block_actions", "view_submission", "block_suggestion", "shortcut", "event_callback"}
    first: dict[str, dict[str, Any]] = {}
    for payload in sent:
        what = payload.get("event") or payload.get("view") or (payload.get("actions") or [{}])[0]
        name = f"{payload.get('type')} {what.get('type')} {what.get('callback_id') or what.get('action_id')}"
        first.setdefault(name, payload)
    return Recorded(first.values())


def post(url: str, secret: str, body: bytes, content_type: str) -> tuple[int, bytes]:
    """Post a body with Slack's signature, and return the status and the answer."""
    now = str(int(time.time()))
    signature = hmac.new(secret.encode(), b"v0:" + now.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {"x-slack-request-timestamp": now, "x-slack-signature": f"v0={signature}", "content-type": content_type}
    request = urllib.request.Request(url, body, headers)  # noqa: S310 - it is on loopback
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


@pytest.mark.both_databases
def test_every_signed_request_is_answered_and_the_bot_survives(
    database_url: str, folder: Path, logged: list[str]
) -> None:
    with told(database_url, folder, transport="http") as story:
        sent = recorded(story)
        transport = story.program.transport
        assert isinstance(transport, HttpTransport)
        url = f"http://127.0.0.1:{story.program.listener.port}/slack/events"

        @settings(max_examples=200, database=None)
        @given(bodies(sent))
        def anything_goes(given: tuple[bytes, str]) -> None:
            status, answer = post(url, transport.signing_secret, *given)
            assert status in {200, 400, 401, 503}, (status, answer)
            assert b"Traceback" not in answer

        anything_goes()
        for depth in DEPTHS:
            assert post(url, transport.signing_secret, nested(depth).encode(), JSON)[0] in {200, 400}
        for wrong in WRONG:
            body = urlencode(wrong if "command" in wrong else {"payload": json.dumps(wrong)}).encode()
            assert post(url, transport.signing_secret, body, FORM)[0] == 400, wrong
        story.settle()
        assert "Escalate" in str(story.command("noor", "help")["ack"])
        assert story.declare(account="Globex", level="sev4") > 1
    assert "request refused" in logged


@pytest.mark.both_databases
def test_whatever_comes_over_a_socket_is_answered_or_dropped_and_the_socket_lives_on(
    database_url: str, folder: Path, logged: list[str]
) -> None:
    with told(database_url, folder) as story:
        sent = recorded(story)
        sockets = list(story.sandbox.sockets.all())

        def say(text: str) -> None:
            sending = sockets[0].websocket.send_text(text)
            asyncio.run_coroutine_threadsafe(sending, story._loop).result(timeout=30)

        payloads = st.one_of(changed(sent), changed(sent), LOOSE, NONSENSE)
        envelopes = st.fixed_dictionaries(
            {"type": st.sampled_from(["interactive", "events_api", "slash_commands"]) | NONSENSE, "payload": payloads},
            optional={
                "envelope_id": st.text(max_size=5) | NONSENSE,
                "accepts_response_payload": st.booleans() | NONSENSE,
                "retry_attempt": NONSENSE,
                "retry_reason": NONSENSE,
            },
        )
        texts = envelopes.map(json.dumps) | NONSENSE.map(json.dumps) | st.sampled_from(["{", "{}", "", "{]", "hello"])

        @settings(max_examples=200, database=None)
        @given(texts)
        def anything_goes(text: str) -> None:
            if '"disconnect"' not in text:
                say(text)

        anything_goes()
        for depth in DEPTHS:
            say(f'{{"type": "events_api", "envelope_id": "deep", "payload": {nested(depth)}}}')
        for _ in range(4):  # each of the two is asked
            assert "Escalate" in str(story.command("noor", "help")["ack"])
        assert list(story.sandbox.sockets.all()) == sockets, "both connections stand still"
        assert story.declare(account="Globex", level="sev4") > 1
    assert "socket message unreadable" in logged


def test_fields_that_hold_nothing_are_as_good_as_missing(sqlite_story: Story) -> None:
    for kind in (*KINDS, None):
        for name in (*READ, "function_data", "message", "container", "enterprise", "authorizations"):
            answer = sqlite_story.hear({"type": kind, "user": {"id": USERS["noor"]}} | {name: None})
            assert answer.status in (200, 400), (kind, name)
