"""Per-plan tables: the numbers of a level for the accounts of one plan (docs/policy.md#plans)."""

from dataclasses import dataclass
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, StringConstraints, model_validator
from pydantic_core import CoreSchema, core_schema

from bot.policy.model.cadence import Cadence
from bot.policy.schema import Key, Mistake, Part, Text, keyed
from bot.policy.time.durations import Duration

NO_CLOCK: Final = "none"


@dataclass(frozen=True, slots=True)
class PlanTarget:
    """A target of a plan; `none` says that the plan has no such clock."""

    duration: Duration | None

    def __str__(self) -> str:
        return NO_CLOCK if self.duration is None else str(self.duration)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Make pydantic parse `none` or a duration, and write it again."""
        return core_schema.no_info_plain_validator_function(
            cls._from_data, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def _from_data(cls, value: Any) -> Self:
        if isinstance(value, cls):
            return value
        if value == NO_CLOCK:
            return cls(None)
        if isinstance(value, str):
            return cls(_duration(value))
        raise Mistake(f"{value!r} is not a duration", "write a duration such as 4h, 4bh or 1bd, or none")


def _duration(text: str) -> Duration:
    try:
        return Duration.parse(text)
    except Mistake as mistake:
        raise Mistake(mistake.wrong, f"{mistake.right}, or none") from None


class PlanCadences(Part):
    """The cadences of a plan; one that is left out stays the level's."""

    internal: Cadence | None = None
    customer: Cadence | None = None


class PlanNumbers(Part):
    """The numbers of a level for the accounts of one plan. Anything left out stays as the level has it.

    `plan` compares with the account's plan without regard to case.
    """

    plan: Annotated[Text, StringConstraints(max_length=100)]
    response: PlanTarget | None = None
    resolution: PlanTarget | None = None
    calendar: Key | None = None
    cadence: PlanCadences | None = None
    review_due: Duration | None = None
    monitor: Annotated[int, Field(ge=0, le=3660)] | None = None

    @model_validator(mode="after")
    def _something_differs(self) -> Self:
        if not self.changes() and self.cadence in (None, PlanCadences()):
            raise Mistake(f"the plan {self.plan} changes nothing", "write response, resolution, cadence…, or none")
        return self

    def changes(self) -> dict[str, Any]:
        """Return the fields of the level that the plan replaces, cadences apart."""
        found: dict[str, Any] = {
            name: target.duration
            for name, target in (("response", self.response), ("resolution", self.resolution))
            if target is not None
        }
        if self.resolution is not None:
            found["backlog"] = False
        rest = {"calendar": self.calendar, "review_due": self.review_due, "monitor": self.monitor}
        return found | {name: value for name, value in rest.items() if value is not None}


Plans = Annotated[tuple[PlanNumbers, ...], BeforeValidator(lambda value: keyed(value, "plan"))]
