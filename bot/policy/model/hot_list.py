"""The hot list: on which days and at what time leadership gets it."""

from datetime import time
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, model_validator

from bot.policy.schema import Mistake, Part
from bot.policy.time.hours import Day, Weekday

WORKDAYS = (Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.THU, Weekday.FRI)


def _clock_time(value: Any) -> Any:
    if isinstance(value, time):
        return value
    hours, _, minutes = str(value).partition(":")
    if not (hours.isdecimal() and minutes.isdecimal() and int(hours) < 24 and int(minutes) < 60):  # noqa: PLR2004
        raise Mistake(f"{value!r} is not a time of day", 'write it as "08:30"')
    return time(int(hours), int(minutes))


ClockTime = Annotated[time, BeforeValidator(_clock_time), PlainSerializer(lambda at: f"{at:%H:%M}", return_type=str)]


class HotList(Part):
    """When the hot list is posted, in the policy's zone (S0: "published … at some cadence"). No day means never."""

    days: tuple[Day, ...] = WORKDAYS
    at: ClockTime = time(8, 30)

    @model_validator(mode="after")
    def _once_each(self) -> "HotList":
        if len(set(self.days)) < len(self.days):
            raise Mistake("days names a day twice", "name each once")
        return self
