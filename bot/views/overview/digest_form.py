"""The forms in which managers and executive sponsors choose when their digest comes."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any, Final

from slack_sdk.models.blocks import CheckboxesElement, StaticSelectElement

from bot.policy.plan.digest import DigestHours
from bot.ports.workspace import View
from bot.views.kit import ids
from bot.views.kit.form_values import option_of, options_of
from bot.views.kit.parts import modal, option, question

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOURS: Final = range(24)


def form(chosen: DigestHours, zone: str, *, of_sponsor: bool = False) -> View:
    """Draw the form with what is chosen now; the zone is named, because the hour is the reader's own."""
    hours = [option(str(hour), f"{time(hour):%-I:%M %p}") for hour in _HOURS]
    days = [option(str(number), name) for number, name in enumerate(_DAYS)]
    ticked = [days[number] for number in chosen.days if number < len(days)]
    return modal(
        ids.SPONSOR_HOURS if of_sponsor else ids.DIGEST_HOURS,
        "Your sponsor digest" if of_sponsor else "Your digest",
        [
            question(
                "hour",
                "Time",
                StaticSelectElement(action_id="hour", options=hours, initial_option=hours[chosen.hour]),
                hint=f"In {zone}.",
            ),
            question(
                "days",
                "Days",
                CheckboxesElement(action_id="days", options=days, initial_options=ticked or None),
                hint="Choose none to get no digest.",
                optional=True,
            ),
        ],
        submit="Save",
    )


def chosen_in(view: Mapping[str, Any]) -> tuple[int | None, Sequence[int]]:
    """Return the hour and the days, Monday is 0."""
    hour = option_of(view, "hour")
    days = sorted(int(each) for each in options_of(view, "days") if each in map(str, range(len(_DAYS))))
    return (int(hour) if hour and hour in map(str, _HOURS) else None), days
