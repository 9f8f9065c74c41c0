"""Every message to a team is drawn, and what an earlier version stored is drawn still."""

from typing import Any, get_args

import pytest

from bot.policy.file.loading import preset
from bot.policy.record.announcements.teams import TeamChased
from bot.policy.record.team_messages import TEAM_MESSAGES, TeamMessage, payload_of, team_message_of
from bot.views.teams import team_announcements, team_messages
from sandbox.blocks.surfaces import check_message
from tests.support.escalations import escalation

POLICY = preset("sev")
TEAM = {"team": POLICY.teams[0].key, "channel": "C01TEAM"}
# As they were stored before these messages had classes.
STORED: list[dict[str, Any]] = [
    {"what": "asked", **TEAM},
    {"what": "chased", **TEAM},
    {"what": "lead", **TEAM},
    {"what": "removed", **TEAM, "ts": "1.1"},
    {"what": "copied", **TEAM},
    {"what": "called", **TEAM},
    {"what": "may leave", **TEAM},
    {"what": "not posted", **TEAM},
    {"what": "alerted", "channel": "C01TEAM"},
    {"what": "taken", **TEAM, "by": "U01ANA", "ts": "1.2"},
    {"what": "settled", **TEAM, "ts": "1.2"},
]


def test_every_class_has_a_word_that_is_in_the_table_above() -> None:
    assert set(TEAM_MESSAGES.kinds.values()) == set(get_args(TeamMessage))
    assert {payload["what"] for payload in STORED} == set(TEAM_MESSAGES.kinds)


@pytest.mark.parametrize("payload", STORED, ids=lambda payload: payload["what"])
def test_every_message_is_drawn_from_what_was_stored(payload: dict[str, Any]) -> None:
    message = team_message_of(payload)
    drawn = team_messages.draw(message, escalation(), POLICY)
    assert "ESC-1" in drawn.text
    assert check_message(list(drawn.blocks)) == []
    assert payload_of(message) == payload


def test_a_message_that_can_not_be_read_is_refused() -> None:
    with pytest.raises(KeyError):
        team_message_of({"what": "never heard of", **TEAM})
    with pytest.raises(ValueError, match="can't be read"):
        team_message_of({"what": "asked", "channel": "C01TEAM"})


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (TeamChased(team="billing", copies=(), lead="U01ELI"), "They have no channel, so we asked <@U01ELI>"),
        (TeamChased(team="billing", copies=(), mailed=True, lead="U01ELI"), "We mailed them again, and <@U01ELI>"),
        (TeamChased(team="tech_support", copies=(), reached=False, lead="U01ELI"), "either, so we asked <@U01ELI>"),
    ],
)
def test_it_reads_who_was_asked_instead_of_the_team(told: TeamChased, said: str) -> None:
    assert f"{said}, who leads them." in team_announcements.draw(told, escalation(), POLICY).text
