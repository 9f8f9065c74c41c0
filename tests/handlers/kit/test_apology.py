"""An error without words of its own gives a reference, which the log has, too."""

import structlog.testing

from bot.handlers.kit.errors import words_of


def test_an_apology_has_the_reference_of_the_log() -> None:
    with structlog.testing.capture_logs() as logs:
        words = words_of(RuntimeError("broken"))
    assert words.endswith(f"give an admin this reference: {logs[0]['reference']}.")
