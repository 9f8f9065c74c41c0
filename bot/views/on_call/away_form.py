"""The form that says that somebody is away, and who stands in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from slack_sdk.models.blocks import DateTimePickerElement, UserSelectElement

from bot.policy.decide.absences import NoTime
from bot.ports.workspace import View
from bot.views.kit import ids
from bot.views.kit.form_values import person_of
from bot.views.kit.parts import button, modal, question, section
from bot.views.kit.text import clip, escape, moment, person, unix

_MINUTE = 60
_ECHOED = 60


@dataclass(frozen=True, slots=True)
class AwayAsked:
    """The form's answers."""

    starts_at: datetime
    back_at: datetime
    stand_in: str | None


def not_understood(words: str, why: NoTime) -> str:
    """Return why the form doesn't begin with the time that was typed, as plain text."""
    typed = clip(words, _ECHOED)
    if why is NoTime.PAST:
        return f"“{typed}” has passed. Choose when you're back."
    return f"“{typed}” isn't a time I know, such as `until monday` or `for 2 days`. Choose when you're back."


def draw(now: datetime, back_at: datetime, *, stand_in: str | None, running: AwayAsked | None, note: str = "") -> View:
    """Draw the form; `running` is the absence that is in force, which it changes, `note` comes first."""
    blocks = [section(f":warning: {escape(note)}")] if note else []
    if running is not None:
        covers = f" {person(running.stand_in)} stands in." if running.stand_in else ""
        said = f"You're away until {moment(running.back_at)}.{covers}"
        blocks += [section(said, accessory=button("I'm back", ids.PRESS_BACK, "back"))]
    blocks += [
        question("from", "Away from", DateTimePickerElement(action_id="from", initial_date_time=_minute(now))),
        question("back", "Back", DateTimePickerElement(action_id="back", initial_date_time=_minute(back_at))),
        question(
            "stand_in",
            "Who stands in?",
            UserSelectElement(action_id="stand_in", initial_user=stand_in),
            hint="They get your pages and new escalations. You keep the roles you hold.",
        ),
    ]
    return modal(ids.AWAY, "Away", blocks, submit="Set away")


def read(view: Mapping[str, Any]) -> AwayAsked:
    """Return what was filled in."""
    return AwayAsked(_moment(view, "from"), _moment(view, "back"), person_of(view, "stand_in"))


def _minute(at: datetime) -> int:
    return unix(at) // _MINUTE * _MINUTE


def _moment(view: Mapping[str, Any], name: str) -> datetime:
    return datetime.fromtimestamp(int(view["state"]["values"][name][name]["selected_date_time"]), UTC)
