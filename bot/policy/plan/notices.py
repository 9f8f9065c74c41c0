"""The registry of notices: what is told when something is due, and when something has happened; reading it back."""

from collections.abc import Mapping
from typing import Any

from bot.policy.plan.reminders.registry import ReminderNotice
from bot.policy.record.notices import EventNotice
from bot.policy.record.payloads import Vocabulary

StoredNotice = ReminderNotice | EventNotice
NOTICES: Vocabulary[StoredNotice] = Vocabulary("notice", StoredNotice)


def payload_of(notice: StoredNotice) -> dict[str, Any]:
    """Return what is stored of a notice."""
    return NOTICES.payload_of(notice)


def notice_of(payload: Mapping[str, Any]) -> StoredNotice:
    """Return the notice that was stored; other keys of the payload are ignored.

    Raises LookupError for a word that nobody knows, ValueError for fields that can't be read.
    """
    return NOTICES.read(payload)
