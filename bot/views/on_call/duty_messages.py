"""Direct messages about being on call and standing in."""

from collections.abc import Sequence
from datetime import datetime

from bot.policy.record.duty_notices import (
    AwayNoted,
    BackAgain,
    DutyNotice,
    ShiftBegins,
    ShiftEnds,
    ShiftTakenOver,
    StandInEnds,
    StandsIn,
)
from bot.ports.workspace import Message
from bot.views.kit.parts import text_message
from bot.views.kit.text import all_of, escape, near_moment, person

_LONGEST_NAME = 150


def draw(told: DutyNotice, to: str, now: datetime, command: str) -> Message:
    """Draw one message to somebody, by Slack id."""
    match told:
        case ShiftBegins():
            return _begins(told, now)
        case ShiftEnds():
            then = f"{person(told.person)} is on call now." if told.person else "No one is on call now."
            return text_message(f"Your shift for *{escape(told.area, _LONGEST_NAME)}* is over. {then}")
        case ShiftTakenOver():
            return _taken_over(told, to, now)
        case StandsIn():
            until = f" until {near_moment(told.until, now)}" if told.until else ""
            said = f":palm_tree: {person(told.person)} is away{until}. You stand in and get their pages."
            return text_message(said + _open(told.open))
        case StandInEnds():
            return text_message(f"{person(told.person)} is back. You don't stand in any more.")
        case AwayNoted():
            return _away(told, now, command)
        case BackAgain():
            before = f" {person(told.stand_in)} stood in." if told.stand_in else ""
            return text_message(f":wave: You get pages again.{before}")


def _begins(told: ShiftBegins, now: datetime) -> Message:
    until = f" until {near_moment(told.until, now)}" if told.until else ""
    absent = f", for {person(told.stands_in_for)}" if told.stands_in_for else ""
    said = f":telephone_receiver: You're on call for *{escape(told.area, _LONGEST_NAME)}*{until}{absent}."
    is_other = told.before and told.before != told.stands_in_for
    before = f" {person(told.before)} was on call before you." if told.before and is_other else ""
    return text_message(said + before + _open(told.open))


def _taken_over(told: ShiftTakenOver, to: str, now: datetime) -> Message:
    span = f"from {near_moment(told.starts_at, now)} to {near_moment(told.ends_at, now)}"
    area = f"*{escape(told.area, _LONGEST_NAME)}*"
    if to == told.person:
        before = f" {person(told.before)} had it, and was notified." if told.before else ""
        if told.by is not None:
            return text_message(
                f":telephone_receiver: {person(told.by)} gave you the shift for {area}, {span}.{before}"
            )
        return text_message(f":telephone_receiver: You took over the shift for {area}, {span}.{before}")
    if told.by is not None:
        return text_message(f"{person(told.by)} gave your shift for {area} to {person(told.person)}, {span}.")
    return text_message(f"{person(told.person)} took over your shift for {area}, {span}.")


def _away(told: AwayNoted, now: datetime, command: str) -> Message:
    until = f" until {near_moment(told.until, now)}" if told.until else ""
    covers = f"{person(told.stand_in)} gets your pages." if told.stand_in else "Pages go to the next person."
    if told.by_status:
        hint = f"`{escape(command)} away` names someone who stands in."
        return text_message(f":palm_tree: Your Slack status says you're away{until}. {covers}", hint)
    return text_message(f":palm_tree: You're away{until}. {covers}", f"Back earlier? `{escape(command)} away back`")


def _open(keys: Sequence[str]) -> str:
    return f" Open: {all_of(map(escape, keys))}." if keys else ""
