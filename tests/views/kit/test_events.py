"""The events of the timeline are told in the words of the product, wherever they're read."""

from datetime import UTC, datetime

import pytest

from bot.policy.record.timeline import TimelineLine
from bot.services.reviews.review_records import MILESTONES
from bot.views.kit.events import EVENTS, event

# Words of the code, of policy files or of SLA tables that no one says in a channel.
CODE_WORDS = ("level", "ladder", "rung", "facts", "fall ", "broken", "breached", "overtaken", "mitigated")


def line(name: str, **after: str) -> TimelineLine:
    return TimelineLine(
        at=datetime(2026, 3, 6, tzinfo=UTC), event=name, actor=None, before={}, after=after, reason=None
    )


@pytest.mark.parametrize("name", sorted({*EVENTS, *MILESTONES}))
def test_no_event_is_told_in_a_word_of_the_code(name: str) -> None:
    said = event(line(name)).lower()
    assert not [word for word in CODE_WORDS if word in f"{said} "], said


def test_a_missed_update_says_which_one() -> None:
    assert event(line("promise broken", audience="customer")) == "Promised customer update missed"
    assert event(line("update missed", audience="internal")) == "Internal update overdue"
    assert event(line("promise broken")) == "Promised update missed"
