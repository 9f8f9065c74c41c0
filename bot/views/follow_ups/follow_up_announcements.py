"""Announcements about follow-ups."""

from collections.abc import Mapping
from typing import Final, assert_never

from bot.policy.record.announcements.follow_ups import FollowUpAdded, FollowUpAnnouncement, FollowUpChanged
from bot.policy.record.ending import FollowUpState
from bot.ports.workspace import Message
from bot.views.kit.parts import text_message
from bot.views.kit.text import day, escape, person

_WORDS: Final = 300
_EVENTS: Final[Mapping[str, str]] = {
    FollowUpState.OPEN: "opened a follow-up again",
    FollowUpState.IN_PROGRESS: "started a follow-up",
    FollowUpState.DONE: "finished a follow-up",
    FollowUpState.DROPPED: "dropped a follow-up",
}


def draw(told: FollowUpAnnouncement) -> Message:
    """Draw one announcement."""
    match told:
        case FollowUpAdded():
            who = "" if told.owner == told.by else f" for {person(told.owner)}"
            words = escape(told.said, _WORDS)
            return text_message(f":dart: {person(told.by)} added a follow-up{who}, due {day(told.due)}: {words}")
        case FollowUpChanged():
            small = [escape(told.reason, _WORDS)] if told.reason else []
            return text_message(f":dart: {person(told.by)} {_change(told)}: {escape(told.said, _WORDS)}", *small)
    assert_never(told)


def _change(told: FollowUpChanged) -> str:
    if told.state is not None:
        return _EVENTS.get(told.state, "changed a follow-up")
    parts = [f"to {day(told.due)}"] if told.due is not None else []
    parts += [f"to {person(told.owner)}"] if told.owner is not None else []
    return f"moved a follow-up {' and '.join(parts)}".rstrip()
