"""Every line of the feed is drawn, and what an earlier version stored is drawn still."""

from typing import Any, get_args

import pytest

from bot.policy.file.loading import preset
from bot.policy.record.feed_lines import FEED_LINES, FeedLine, line_of, payload_of
from bot.views.overview import feed
from sandbox.blocks.surfaces import check_message
from tests.support.escalations import escalation

POLICY = preset("sev")
LEVELS = {"before": "sev3", "after": "sev2"}
# As they were stored before lines had classes.
STORED: list[dict[str, Any]] = [
    {"what": "declared", "by": "U01ANA"},
    {"what": "level changed", "by": "U01ANA", **LEVELS},
    {"what": "level rose", "by": "escalate", **LEVELS, "because": ["They are a VIP."]},
    {"what": "mitigated", "by": "U01ANA"},
    {"what": "resolved", "by": "U01ANA"},
    {"what": "closed", "by": "U01ANA"},
    {"what": "withdrawn", "by": "U01ANA"},
    {"what": "reopened", "by": "U01ANA"},
    {"what": "undone", "by": "U01ANA", "ended": "mitigated"},
]


def test_every_class_has_a_word_which_the_policy_knows_and_is_in_the_table_above() -> None:
    assert set(FEED_LINES.kinds.values()) == set(get_args(FeedLine))
    assert {payload["what"] for payload in STORED} == set(FEED_LINES.kinds)
    for word in FEED_LINES.kinds:
        POLICY.feed.hears_of(word)


@pytest.mark.parametrize("payload", STORED, ids=lambda payload: payload["what"])
def test_every_line_is_drawn_from_what_was_stored(payload: dict[str, Any]) -> None:
    drawn = feed.draw(payload, escalation(), POLICY)
    assert "ESC-1" in drawn.text
    assert check_message(list(drawn.blocks)) == []
    assert payload_of(line_of(payload)) == payload


def test_a_line_that_can_not_be_read_is_refused() -> None:
    with pytest.raises(KeyError):
        feed.draw({"what": "never heard of", "by": "U01ANA"}, escalation(), POLICY)
    with pytest.raises(ValueError, match="can't be read"):
        feed.draw({"what": "closed"}, escalation(), POLICY)
