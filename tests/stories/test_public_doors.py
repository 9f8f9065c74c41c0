"""The doors beside Slack's: links, answers by mail, PagerDuty's webhooks, ticket volumes. Each request is answered."""

import base64
import hashlib
import hmac
import http.client
import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.outside import build_links
from bot.services.paging.page_links import link_to
from tests.stories.test_fuzz import NONSENSE, Recorded, changed, logged  # noqa: F401 - the last is a fixture
from tests.support.story import USERS, Story
from tests.support.story import story as told
from tests.support.trouble import database_gone, database_locked

PUBLIC, SECRET = "https://escalate.example.com", "between us"
ROUTES = {
    "public_url": PUBLIC,
    "pagerduty_routing_key": "0123456789abcdef0123456789abcdef",
    "pagerduty_webhook_secret": SECRET,
    "mail_webhook_secret": SECRET,
    "tickets_secret": SECRET,
    "smtp_url": "smtp://127.0.0.1:9?tls=none",
    "mail_from": "Escalate <escalate@example.com>",
    "mail_answers": "answers.example.com",
}
TICKETS, MAILS, PAGERDUTY = "/tickets", "/mail/inbound", "/pagerduty"
VOLUMES = {"volumes": [{"day": "2026-03-05", "tickets": 412, "region": "EMEA"}]}
MAIL = b"From: Fay <fay@example.com>\r\nTo: esc-1+000000000000000000000000@answers.example.com\r\n\r\nFound it.\r\n"
ODD_TIMES = ("", "x", "-1", "1e9", "9" * 400, "9" * 5_000)
DEEP = b"[" * 30_000


@pytest.fixture
def story(database_url: str, folder: Path) -> Iterator[Story]:
    with told(database_url, folder, transport="http", **ROUTES) as begun:
        yield begun


def link(story: Story, number: int) -> str:
    """Return where the link in Dana's page leads."""
    page = next(page for page in story.facts(number).pages if page.person == USERS["dana"])
    url = build_links(story.program.settings).url(link_to(page, number, "mail", story.real_clock.at))
    return str(url).removeprefix(PUBLIC)


def event(story: Story, number: int) -> dict[str, Any]:
    """Return what PagerDuty sends when Dana acknowledges there."""
    page = next(page for page in story.facts(number).pages if page.person == USERS["dana"])
    incident = {"id": "Q1", "incident_key": f"{story.sandbox.apps[0].bot_id}/ESC-{number}/page-{page.id}"}
    agent = {"type": "user_reference", "id": "P1", "summary": "Dana Fox"}
    told = {"id": "E1", "event_type": "incident.acknowledged", "occurred_at": story.real_clock.at.isoformat()}
    return {"event": {**told, "agent": agent, "data": incident}}


def signed(story: Story, path: str, body: bytes, stamp: str | None = None) -> dict[str, str]:
    """Return the headers by which a door takes a body."""

    def digest(*parts: bytes) -> str:
        return hmac.new(SECRET.encode(), b"".join(parts), hashlib.sha256).hexdigest()

    if path == PAGERDUTY:
        return {"x-pagerduty-signature": f"v1={digest(body)}"}
    stamp = str(int(story.real_clock.at.timestamp())) if stamp is None else stamp
    signature = digest(b"v0:", stamp.encode(), b":", body)
    return {"x-escalate-timestamp": stamp, "x-escalate-signature": f"v0={signature}"}


def ask(story: Story, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", story.program.listener.port, timeout=30)
    connection.request(method, path, body, dict(headers))
    answer = connection.getresponse()
    read = answer.read().decode()
    connection.close()
    return answer.status, read


def send(story: Story, path: str, what: Any) -> tuple[int, str]:
    body = json.dumps(what).encode()
    return ask(story, "POST", path, body, signed(story, path, body))


@pytest.mark.both_databases
@pytest.mark.usefixtures("logged")
def test_whatever_comes_in_is_answered_and_no_stranger_fills_the_log(story: Story) -> None:
    number = story.declare(level="sev1")
    form = link(story, number)
    real: dict[str, Any] = {
        TICKETS: VOLUMES | {"more": []},
        MAILS: {"more": [], "raw": base64.b64encode(MAIL).decode()},
        PAGERDUTY: event(story, number),
    }
    raw = st.binary(max_size=300).map(lambda mail: {"raw": base64.b64encode(MAIL[:40] + mail).decode()})
    paths = st.sampled_from([*real, *real, form, form[:-3], "/l/x"])

    def bodies(path: str) -> st.SearchStrategy[bytes]:
        if path not in real:
            return st.sampled_from([b"answer=acknowledge", b"answer=%00%ff", b"a=" * 90]) | st.binary(max_size=60)
        altered = changed(Recorded([real[path]])) | NONSENSE | (raw if path == MAILS else st.just(None))
        return altered.map(lambda what: json.dumps(what).encode()) | st.binary(max_size=60) | st.just(DEEP)

    @settings(max_examples=150, database=None)
    @given(st.data(), paths, st.sampled_from(["POST", "POST", "POST", "GET", "PUT"]), st.sampled_from(ODD_TIMES))
    def anything_goes(data: st.DataObject, path: str, method: str, time: str) -> None:
        body = data.draw(bodies(path))
        stamp = data.draw(st.sampled_from([None, None, None, time]))
        status, answer = ask(story, method, path, body, signed(story, path, body, stamp))
        assert status in {200, 400, 401, 404, 405, 413}, (status, answer)
        assert "Traceback" not in answer

    anything_goes()
    kinds: list[Any] = [[], {}, 7, None]
    for name in ("D\0", "\ud800"):
        strange = event(story, number)
        strange["event"] |= {"id": f"E{name}", "agent": {"summary": name}}
        assert send(story, PAGERDUTY, strange)[0] == 200
    for kind in kinds:
        odd = event(story, number)
        odd["event"]["event_type"] = kind
        assert send(story, PAGERDUTY, odd)[0] == 200
    for path in (TICKETS, MAILS):
        for stamp in ODD_TIMES:
            assert ask(story, "POST", path, b"{}", signed(story, path, b"{}", stamp))[0] == 401
    assert send(story, TICKETS, VOLUMES)[0] == 200
    story.settle()
    assert "ESC-1" in str(story.command("noor", "list")["ack"])


def test_while_the_database_is_away_people_read_what_to_do_and_programs_are_told_to_repeat(story: Story) -> None:
    number = story.declare(level="sev1")
    path = link(story, number)
    answer = {"raw": base64.b64encode(MAIL).decode()}
    form = {"content-type": "application/x-www-form-urlencoded"}
    answered = event(story, number)
    for trouble in (database_gone, partial(database_locked, story)):
        with trouble():
            # While SQLite is locked others may still read.
            for method in ("GET", "POST") if trouble is database_gone else ("POST",):
                status, shown = ask(story, method, path, b"answer=acknowledge", form)
                assert (status, "We can&#x27;t save your answer right now." in shown) == (503, True), shown
            for door, what in ((TICKETS, VOLUMES), (PAGERDUTY, answered), (MAILS, answer)):
                assert send(story, door, what) == (503, '{"error":"try again"}'), door
    assert story.facts(number).acknowledged_at is None
    assert "You acknowledged this" in ask(story, "POST", path, b"answer=acknowledge", form)[1]
    assert story.facts(number).acknowledged_by == USERS["dana"]
    for door, what in ((TICKETS, VOLUMES), (PAGERDUTY, answered), (MAILS, answer)):
        assert send(story, door, what)[0] == 200


def test_metrics_and_reasons_have_a_port_of_their_own_on_loopback_unless_set(story: Story) -> None:
    program = story.program
    assert program.metrics_listener.bound.getsockname()[0] == "127.0.0.1"
    assert program.metrics_listener.port != program.listener.port
    for path, answer in (("/metrics", (404, "Not Found")), ("/readyz", (200, "ready\n")), ("/healthz", (200, "ok\n"))):
        assert ask(story, "GET", path, b"", {}) == answer
    story.restart(metrics_host="0.0.0.0")  # noqa: S104 - as an operator may set it
    assert story.program.metrics_listener.bound.getsockname()[0] == "0.0.0.0"  # noqa: S104 - the same
