"""A follow-up in a line: what, by when, in which state."""

from datetime import date
from typing import Final

from slack_sdk.models.blocks import InteractiveElement

from bot.policy.record.ending import CorrectiveActionFacts, FollowUpState
from bot.policy.record.follow_ups import FollowUpLine
from bot.views.kit import ids
from bot.views.kit.parts import button
from bot.views.kit.text import day, escape, link, person

_WORDS: Final = 200
_REASON: Final = 150


def line(action: CorrectiveActionFacts | FollowUpLine, on: date | None = None) -> str:
    """Return a follow-up with its owner, and its date or how it ended. `on` is the day on which it may be late."""
    return f"{what(action)}: {person(action.owner)}, {standing(action, on)}"


def what(action: CorrectiveActionFacts | FollowUpLine) -> str:
    """Return what will be done, with a link to the same in another system if there is one."""
    words = escape(action.what, _WORDS)
    return f"{words} ({link(action.url, 'link')})" if action.url else words


def standing(action: CorrectiveActionFacts | FollowUpLine, on: date | None = None) -> str:
    """Return when it is due, or how it ended."""
    match action.state:
        case FollowUpState.DONE:
            return "done"
        case FollowUpState.DROPPED:
            reason = getattr(action, "reason", None)
            return f"dropped: {escape(reason, _REASON)}" if reason else "dropped"
    begun = "in progress, " if action.state is FollowUpState.IN_PROGRESS else ""
    if on is not None and action.due_on < on:
        return f"{begun}*overdue* since {day(action.due_on)}"
    return f"{begun}by {day(action.due_on)}"


def buttons(number: int, action: CorrectiveActionFacts) -> tuple[InteractiveElement, ...]:
    """Return the buttons of the owner."""
    value = value_of(number, action.id)
    done = button("Done", ids.PRESS_FOLLOW_UP_DONE, value, style="primary")
    return (done, button("Move date", ids.PRESS_FOLLOW_UP, value))


def value_of(number: int, follow_up: int) -> str:
    """Return the value of a button about a follow-up."""
    return f"{number}:{follow_up}"


def read(value: str) -> tuple[int, int]:
    """Return the escalation and the follow-up of a button. Raises ValueError for any other value."""
    number, follow_up = value.split(":")
    return int(number), int(follow_up)
