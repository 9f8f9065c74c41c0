"""Something else answers in Slack's place for a while: when Slack is back, the channel and the page come."""

from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, func, select, update

from bot.models.work import Effect, EffectKind, EffectState
from bot.services.operator.doctor import Doctor
from tests.support.nonsense import ALL, Nonsense
from tests.support.story import Story
from tests.support.story import story as told

SAYABLE = [what for what in ALL if not what.cut and what.body.isascii() and what.content_type != "application/gzip"]


@pytest.fixture
def place(sqlite_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story on one database: what answers has nothing to do with it."""
    with told(sqlite_url, folder) as begun:
        yield begun


def count(story: Story, *conditions: ColumnElement[bool]) -> int:
    with story.program.services.database.transaction() as tx:
        return tx.session.scalars(select(func.count()).select_from(Effect).where(*conditions)).one()


def declare_while(story: Story, what: Nonsense, *, times: int, method: str) -> int:
    """Declare at the top level while every call of some methods is answered with nonsense, so many times."""
    story.command("noor")
    told = {"status": what.status, "body": what.body.decode(), "content_type": what.content_type}
    late = {"retry_after": what.retry_after} if what.retry_after else {}
    if what.name == "too many, until a date":
        late = {"retry_after": format_datetime(story.real_clock.at + timedelta(seconds=20), usegmt=True)}
    story.control.post("faults", kind="nonsense", method=method, times=times, **told, **late)
    story.submit("noor", account="Acme", summary="Exports are down", level="sev1")
    return 1


@pytest.mark.parametrize("what", SAYABLE, ids=lambda what: what.name)
def test_when_slack_is_back_the_channel_and_the_page_come(place: Story, what: Nonsense) -> None:
    number = declare_while(place, what, times=12, method="*")
    place.forward(minutes=2)
    facts = place.facts(number)
    assert facts.channel_id is not None
    assert facts.card_ts is not None
    assert len(place.pages("dana")) == 1
    assert place.pages("maria") == place.pages("omar") == [], "the ladder is not climbed for what is nobody's fault"
    assert count(place, Effect.state == EffectState.PARKED) == 0


def test_a_refusal_with_an_unknown_code_is_reported_and_retried(place: Story) -> None:
    word = Nonsense("", 200, b'{"ok": false, "error": "moved_to_the_moon"}', "application/json")
    number = declare_while(place, word, times=9, method="conversations.create")
    assert place.facts(number).channel_id is not None
    said = [message.text for message in place.messages("general", "noor") if "ESC-1" in message.text]
    assert "Slack is still making its channel" in said[0], "the declarer reads that it takes longer"
    assert said[-1].startswith("ESC-1 for Acme is declared: <#"), said
    assert not place.facts(number).problems, "and that it came after all"


def test_a_page_that_is_refused_for_no_reason_of_its_persons_climbs_no_ladder(place: Story) -> None:
    """As with a missing scope: nobody up the ladder could be paged either, and the page stays owed."""
    place.control.post(
        "faults", kind="error", method="chat.postMessage", channel="U*", error="restricted_action", times=8
    )
    number = place.declare(level="sev1")
    said = [text for text in place.said(number) if "didn't deliver the page" in text]
    assert said == [
        ":warning: Slack didn't deliver the page to <@U01DANA> (fix owner): restricted_action. We keep trying."
    ]
    assert len(place.pages("dana")) == 1
    assert place.pages("maria") == []


def test_the_doctor_says_what_is_held_up(place: Story) -> None:
    number = place.declare(level="sev1")
    with place.program.services.database.transaction() as tx:
        pin = (Effect.kind == EffectKind.PIN, Effect.escalation_id == number)
        held = {"state": EffectState.READY, "attempts": 9, "error": "moved_to_the_moon"}
        tx.session.execute(update(Effect).where(*pin).values(held))
    found = Doctor(place.program.services.database, place.program.services.directory).examine()
    [says] = [finding.says for finding in found if "moved_to_the_moon" in finding.says]
    assert "held up" in says
    assert "pin" in says
