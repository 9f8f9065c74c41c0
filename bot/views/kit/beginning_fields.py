"""The two questions about when it began, in the declare form and in the form that corrects them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from slack_sdk.models.blocks import DateTimePickerElement

from bot.policy.record.beginning import Beginning
from bot.ports.workspace import Block
from bot.views.kit.parts import question
from bot.views.kit.text import unix

REPORTED, DETECTED = "reported_at", "detected_at"


def questions(known: Beginning) -> Iterator[Block]:
    """Yield both questions, with what is known."""
    for key, label, at in (
        (REPORTED, "Customer reported it at", known.reported_at),
        (DETECTED, "We detected it at", known.detected_at),
    ):
        picker = DateTimePickerElement(action_id=key, initial_date_time=unix(at) if at is not None else None)
        yield question(key, label, picker, optional=True)


def read(values: Mapping[str, Any]) -> Beginning:
    """Return the answers from a form's values."""
    return Beginning(reported_at=_at(values, REPORTED), detected_at=_at(values, DETECTED))


def _at(values: Mapping[str, Any], key: str) -> datetime | None:
    found = values.get(key, {}).get(key)
    seconds = found.get("selected_date_time") if isinstance(found, dict) else None
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
