"""An error without words of its own gives a reference, which the log has, too; an outside system's words stay there."""

from collections.abc import Iterator

import pytest
import structlog.testing

from bot.errors import EscalateError, OutsideError
from bot.handlers.kit.errors import words_of
from bot.ports import workspace
from bot.views.kit.wording import SLACK_REFUSED


def test_an_apology_has_the_reference_of_the_log() -> None:
    with structlog.testing.capture_logs() as logs:
        words = words_of(RuntimeError("broken"))
    assert words.endswith(f"give an admin this reference: {logs[0]['reference']}.")


def kinds(kind: type[OutsideError]) -> Iterator[type[OutsideError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from kinds(narrower)


@pytest.mark.parametrize("kind", list(kinds(OutsideError)))
def test_what_an_outside_system_says_is_shown_to_nobody(kind: type[OutsideError]) -> None:
    error = kind("views.update", "over its rate")
    assert not isinstance(error, EscalateError), "its words would be taken for ours"
    with structlog.testing.capture_logs() as logs:
        assert words_of(error) == SLACK_REFUSED
    assert "over its rate" in str(logs[0])


def test_those_of_the_workspace_are_among_them() -> None:
    assert {workspace.NameTakenError, workspace.ViewGoneError} <= set(kinds(OutsideError))
