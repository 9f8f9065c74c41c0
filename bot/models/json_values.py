"""Values inside JSON columns that several shapes have, and what is said of a wrong one."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from bot.policy.model.reaching import kind_of
from bot.policy.time import years


def _moment(text: str) -> str:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or not years.is_plausible(at):
        raise ValueError("no moment")
    return text


def _known_route(text: str) -> str:
    kind_of(text)
    return text


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


MomentShape = Annotated[str, AfterValidator(_moment)]
KnownRoute = Annotated[str, AfterValidator(_known_route)]
DayShape = Annotated[str, AfterValidator(_day)]
ClockShape = Literal["response", "resolution"]
# A key of a row, or a count. Neither database compares a column with a larger number.
Number = Annotated[int, Field(ge=0, lt=2**63)]
# Mappings whose shape depends on the row's kind: see `bot.models.work_shapes`.
AnyMapping = dict[str, Any]
UNREADABLE_MESSAGE: Final = "unreadable_message"


def problem(wanted: TypeAdapter[Any], value: object) -> str | None:
    """Return where a value departs from its shape; None where it doesn't. The value is not repeated."""
    try:
        wanted.validate_python(value, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        at = ".".join(map(str, first["loc"]))
        wrong = first["msg"] if first["type"] == UNREADABLE_MESSAGE else first["type"]
        return f"at {at}: {wrong}" if at else wrong
    return None
