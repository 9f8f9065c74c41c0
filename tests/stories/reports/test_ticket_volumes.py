"""Ticket volumes from a ticket system: signed, fresh, and all of it or nothing."""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.models.measures import TicketVolume
from tests.support.story import Story
from tests.support.story import story as told

SECRET = "between us"


@pytest.fixture
def served(database_url: str, folder: Path) -> Iterator[Story]:
    with told(database_url, folder, transport="http") as begun:
        begun.restart(tickets_secret=SECRET)
        yield begun


def send(story: Story, body: bytes, *, secret: str = SECRET, late: int = 0) -> tuple[int, Any]:
    stamp = str(int(story.real_clock.now().timestamp()) - late)
    signature = "v0=" + hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    request = urllib.request.Request(
        f"http://127.0.0.1:{story.program.listener.port}/tickets",
        data=body,
        headers={"X-Escalate-Timestamp": stamp, "X-Escalate-Signature": signature},
    )
    try:
        with urllib.request.urlopen(request) as response:  # noqa: S310 - the same
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read())


def stored(story: Story) -> dict[tuple[str, str], int]:
    with story.program.services.database.transaction() as tx:
        return {(row.day.isoformat(), row.region): row.tickets for row in tx.session.scalars(select(TicketVolume))}


def body(*volumes: Any) -> bytes:
    return json.dumps({"volumes": volumes}).encode()


@pytest.mark.both_databases
def test_volumes_are_taken_and_replaced(served: Story) -> None:
    first = body({"day": "2026-03-05", "tickets": 412, "region": "EMEA"}, {"day": "2026-03-06", "tickets": 90})
    assert send(served, first) == (200, {"imported": 2, "updated": 0, "unchanged": 0})
    assert send(served, body({"day": "2026-03-06", "tickets": 91})) == (
        200,
        {"imported": 0, "updated": 1, "unchanged": 0},
    )
    assert stored(served) == {("2026-03-05", "emea"): 412, ("2026-03-06", ""): 91}


def test_what_is_not_signed_or_too_old_is_refused(served: Story) -> None:
    good = body({"day": "2026-03-05", "tickets": 1})
    assert send(served, good, secret="guessed")[0] == 401
    assert send(served, good, late=400)[0] == 401
    assert stored(served) == {}


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"[]", "volumes is a list"),
        (b"{", "not JSON"),
        (body(), "volumes is a list"),
        (body({"day": "2026-03-05", "tickets": 1}, {"day": "x", "tickets": True}), "volumes[1]: tickets is True"),
        (body({"day": "2026-03-05", "tickets": 1}, {"day": "2026-03-05", "tickets": 2}), "stand there twice"),
        (body(7), "volumes[0]: it is not an object"),
        (body({"day": "2026-03-05", "tickets": 1, "region": ["x"]}), "region is not a name"),
    ],
)
def test_what_cannot_be_read_is_refused_whole(served: Story, sent: bytes, why: str) -> None:
    status, said = send(served, sent)
    assert status == 400
    assert why in str(said["error"])
    assert stored(served) == {}
