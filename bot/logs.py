"""Logs: structured, one line per event, without secrets."""

import logging
import re
import sys
from collections.abc import MutableMapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from structlog.typing import Processor

_SECRET = re.compile(r"x(?:ox[abpe]|app)-[A-Za-z0-9-]{4,}|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")
_CHATTY = ("slack_bolt", "slack_sdk", "apscheduler", "uvicorn", "aiohttp", "alembic")


def hide_secrets(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Mask tokens and passwords anywhere in the event."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _SECRET.sub("•••", value)
    return event


def plain_words(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Log StrEnum members by value."""
    for key, value in event.items():
        if isinstance(value, StrEnum):
            event[key] = value.value
    return event


def configure(level: str, form: str) -> None:
    """Set up logging for the process: our own through structlog, the libraries' through the same output."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        plain_words,
        hide_secrets,
    ]
    machine = form == "json"
    plain = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    renderer: Processor = structlog.processors.JSONRenderer() if machine else plain
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    # A round that is skipped while the one before still runs is no news: /readyz fails if the tick is late.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
