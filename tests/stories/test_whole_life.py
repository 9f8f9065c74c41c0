"""The main job, from the first word to the last."""

import pytest

from bot.policy.record.escalation import Status
from bot.views.kit import ids
from tests.support.story import Story

pytestmark = pytest.mark.both_databases


def test_a_customer_in_trouble_is_brought_through_to_the_end(any_transport: Story) -> None:
    story = any_transport
    number = story.declare("noor", account="Acme", level="sev1", summary="Exports are down")
    assert story.channel(number)["name"] == "esc-acme-2026-03-06"
    assert story.members(number) == {"noor", "dana", "ana", "maria"}
    assert len(story.pages("dana")) == 1

    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert story.facts(number).acknowledged_by == "U01DANA"
    assert "> acknowledged." in story.last(number).text

    story.forward(minutes=10)
    answer = story.act("ana", ids.PRESS_UPDATE, number, known="A bad deploy.", customer_text="We have found the cause.")
    assert answer["result"] == "closed"

    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    assert story.facts(number).status is Status.MITIGATED

    answer = story.act("dana", ids.PRESS_RESOLVE, number, fixed="The deploy was rolled back.")
    assert set(answer["errors"]) == {"confirmed_by", "confirmed_how", "action"}
    answer = story.submit(
        "dana",
        fixed="The deploy was rolled back.",
        confirmed_by="Jo at Acme",
        confirmed_how="call",
        review_url="https://wiki.example/review-1",
        action="Test exports before each deploy",
        action_owner="U01ELI",
        action_due="2026-03-20",
    )
    assert answer["result"] == "closed"
    assert story.facts(number).status is Status.RESOLVED

    answer = story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")
    assert set(answer["errors"]) == {"cause"}
    answer = story.submit("dana", summary="All good.", cause="Untested deploy")
    assert answer["result"] == "closed"
    assert story.facts(number).status is Status.CLOSED

    assert story.menu("ana", "summary", number)["result"] == "closed"
    story.forward(days=1)
    assert story.channel(number)["is_archived"]

    story.command("ana", f"reopen ESC-{number}")
    story.submit("ana", reason="It is down again.")
    assert story.facts(number).status is Status.OPEN
    assert story.channel(number)["name"] == "esc-acme-2026-03-06-2"
    assert story.members(number) == {"noor", "dana", "ana", "maria"}
    assert len(repr(story.program)) < 200, "asyncio logs what a task returns"
