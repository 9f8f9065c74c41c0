"""An escalation that isn't resolved in time brings in the next person, acknowledged or not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.policy.record.channel import InviteState
from bot.policy.record.escalation import MANAGER
from bot.views.kit import ids
from tests.stories.policies.own_policy import write
from tests.support.story import USERS, Story
from tests.support.story import story as told

CLIMB = """
extends: sev
name: own
version: "1"
next_review_on: 2199-01-01
levels:
  sev1: {{climb_unresolved: {{1h: vp_customer_success}}}}
  sev2: {{climb_unresolved: {{{steps}}}}}
"""


@pytest.fixture
def climbing(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story under a policy whose second level brings people in."""
    write(folder, CLIMB.format(steps="30m: executive_sponsor, 1h: manager, 2h: vp_customer_success"))
    with told(database_url, folder, policy=str(folder / "own.yml")) as begun:
        yield begun


def declared(story: Story, **given: str) -> int:
    number = story.declare(account="Acme", at="Fri 2026-03-06 10:00", **{"level": "sev2", **given})
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    return number


def brought_in(story: Story, number: int) -> list[str]:
    return [text for text in story.said(number) if text.startswith(":hourglass:")]


def test_the_next_person_is_brought_in_although_somebody_has_acknowledged(climbing: Story) -> None:
    number = declared(climbing)
    climbing.forward(minutes=119)
    invited = {invitee.person for invitee in climbing.facts(number).invitees}
    assert USERS["omar"] not in invited
    climbing.forward(minutes=1)
    assert brought_in(climbing, number)[-1] == (
        ":hourglass: ESC-1 (Acme) isn't resolved after 2 h. We brought in <@U01OMAR>."
    )
    facts = climbing.facts(number)
    assert {i.person: i.state for i in facts.invitees}[USERS["omar"]] is InviteState.INVITED
    assert facts.holder("vp_customer_success") == USERS["omar"]
    direct = [message.text for message in climbing.direct("omar") if "Your team" not in message.text]
    assert len(direct) == 1
    assert "isn't resolved after 2 h. You're brought in as" in direct[0]
    climbing.skip(hours=20)
    assert len(brought_in(climbing, number)) == 3, "each step once"
    climbing.menu("noor", "withdraw", number, why="mistake", reason="A test.")
    left = [message for message in climbing.direct("omar") if "ESC-1" in message.text]
    assert [message.text for message in left] == [
        f":white_check_mark: ESC-1 (Acme, <#{facts.channel_id}>): withdrawn.",
    ]


def test_who_is_in_the_channel_is_told_and_a_role_nobody_has_is_named(climbing: Story) -> None:
    number = declared(climbing)
    climbing.forward(minutes=60)
    assert brought_in(climbing, number) == [
        ":hourglass: ESC-1 (Acme) isn't resolved after 30 min. No one is named as executive sponsor.",
        ":hourglass: ESC-1 (Acme) isn't resolved after 1 h. We told <@U01MARIA> directly.",
    ]
    assert climbing.facts(number).holder(MANAGER) == USERS["maria"]


def test_nobody_is_brought_in_once_the_impact_has_stopped(climbing: Story) -> None:
    number = declared(climbing)
    climbing.forward(minutes=45)
    climbing.program.services.closures.mitigate(number, by=USERS["dana"], note="")
    climbing.settle()
    climbing.forward(hours=3)
    assert len(brought_in(climbing, number)) == 1


def test_after_an_outage_all_steps_are_one_message(climbing: Story) -> None:
    number = declared(climbing)
    climbing.outage(hours=3)
    assert brought_in(climbing, number) == [
        (
            ":hourglass: ESC-1 (Acme) isn't resolved after 3 h. We brought in <@U01OMAR>. "
            "We told <@U01MARIA> directly. No one is named as executive sponsor."
        )
    ]


def test_a_step_past_at_a_change_of_level_counts_from_the_change(climbing: Story) -> None:
    number = declared(climbing, level="sev3")
    climbing.forward(minutes=90)
    assert brought_in(climbing, number) == []
    climbing.program.services.overrides.change_level(number, "sev1", by=USERS["maria"], reason="It is down.")
    climbing.settle()
    climbing.forward(minutes=59)
    assert brought_in(climbing, number) == []
    climbing.forward(minutes=1)
    assert brought_in(climbing, number) == [
        ":hourglass: ESC-1 (Acme) isn't resolved after 2 h 30 min. We brought in <@U01OMAR>."
    ]
