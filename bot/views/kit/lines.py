"""Drawing one of many: an error in one affects only that one."""

from collections.abc import Callable

import structlog

from bot import metrics


def line(key: str, draw: Callable[[], str]) -> str:
    """Return what `draw` returns. Whatever it raises, say that the escalation can't be shown, and log it."""
    try:
        return draw()
    except Exception as error:  # noqa: BLE001 - whatever a record holds, the others are shown
        note(key, error)
        return cannot_be_shown(key)


def cannot_be_shown(key: str) -> str:
    """Return a line for an escalation that can't be shown, with who can help. It is plain text."""
    return f"{key} can't be shown. Ask an admin to run `escalate doctor`."


def note(key: str, error: Exception) -> None:
    """Log and count that an escalation could not be drawn."""
    metrics.NOT_DRAWN.inc()
    structlog.get_logger().error("escalation not drawn", escalation=key, exc_info=error)
