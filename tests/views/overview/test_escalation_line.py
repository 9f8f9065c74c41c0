"""The button beside an escalation in the list and on Home is its next step; in the digest it leads the menu."""

import pytest

from bot.policy.record.escalation import Status
from bot.views.overview import escalation_line
from tests.support.escalations import escalation


@pytest.mark.parametrize(
    ("status", "step"), [(Status.OPEN, "Acknowledge"), (Status.MITIGATED, "Post update"), (Status.RESOLVED, "Close")]
)
def test_the_button_is_the_next_step(status: Status, step: str) -> None:
    found = escalation_line.next_move(escalation(status=status))
    assert found is not None
    assert escalation_line.STEPS[found][0] == step


def test_a_closed_one_has_no_button() -> None:
    assert escalation_line.next_move(escalation(status=Status.CLOSED)) is None
