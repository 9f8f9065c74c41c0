"""The button beside an escalation in the list, on Home and in the digest is its next step."""

import pytest

from bot.policy.record.escalation import Status
from bot.views.overview import escalation_line
from tests.support.escalations import escalation


@pytest.mark.parametrize(
    ("status", "step"), [(Status.OPEN, "Acknowledge"), (Status.MITIGATED, "Post update"), (Status.RESOLVED, "Close")]
)
def test_the_button_is_the_next_step(status: Status, step: str) -> None:
    button = escalation_line.step_of_anybody(escalation(status=status))
    assert button is not None
    assert button.text is not None
    assert button.text.text == step


def test_a_closed_one_has_no_button() -> None:
    assert escalation_line.step_of_anybody(escalation(status=Status.CLOSED)) is None
