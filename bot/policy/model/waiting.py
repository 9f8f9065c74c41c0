"""Waiting for the customer: what pauses meanwhile, for how long, and how often the customer owner is reminded."""

from enum import StrEnum
from typing import Final

from pydantic import model_validator

from bot.policy.schema import Mistake, Part
from bot.policy.time.durations import Duration


class Pausable(StrEnum):
    """The clocks that may pause while the customer has to do something. The acknowledgement never does."""

    RESOLUTION = "resolution"
    CUSTOMER_UPDATES = "customer_updates"
    INTERNAL_UPDATES = "internal_updates"


_LIMIT: Final = Duration.parse("2bd")
_EVERY: Final = Duration.parse("1bd")


class Waiting(Part):
    """The rules of waiting. Without anything to pause, waiting is noted and reminded of."""

    pauses: tuple[Pausable, ...] = (Pausable.RESOLUTION,)
    limit: Duration = _LIMIT
    remind_every: Duration = _EVERY

    @model_validator(mode="after")
    def _once_each(self) -> "Waiting":
        if len(set(self.pauses)) < len(self.pauses):
            raise Mistake("pauses names something twice", "name each once")
        return self
