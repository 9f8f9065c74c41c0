"""The levels of an escalation (Sev 1, P1, Critical…): what each means and promises."""

from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from bot.policy.model.cadence import Cadence
from bot.policy.model.plans import NO_CLOCK, Plans
from bot.policy.model.templates import Templates
from bot.policy.schema import Key, Mistake, Part, Text, keyed
from bot.policy.time.calendars import ROUND_THE_CLOCK
from bot.policy.time.durations import ONE_HOUR, Duration

OPTION_LENGTH: Final = 75  # the limit of an option in Slack's select
BACKLOG: Final = "backlog"
_CLOCKS: Final = ("response", "resolution")


class Requirement(StrEnum):
    """The need for a review."""

    REQUIRED = "required"
    IF_NEEDED = "if_needed"
    NONE = "none"


class ChecklistNeed(StrEnum):
    """A cell of the checklist."""

    REQUIRED = "required"
    IF_NEEDED = "if_needed"
    NOT_APPLICABLE = "not_applicable"


class PageAt(StrEnum):
    """When the slots in `page` are paged: at the declaration, or when the response clock is breached."""

    DECLARATION = "declaration"
    BREACH = "breach"


class Cadences(Part):
    """The internal cadence and the customer's."""

    internal: Cadence
    customer: Cadence

    @cached_property
    def is_one(self) -> bool:
        """Return True if both are the same."""
        return self.internal == self.customer


class LevelRung(Part):
    """A rung of the policy's ladder, as a level uses it.

    Without `after` it is paged at once; otherwise after the page on the rung before was unacknowledged for that long.
    """

    rung: Key
    after: Duration | None = None
    if_needed: bool = False


class UnresolvedStep(Part):
    """A slot whose holder is brought in when the impact hasn't stopped `after` the declaration."""

    after: Duration
    slot: Key


def _unresolved_steps(value: Any) -> Any:
    """Convert `{30m: manager, 2h: vp_customer_success}`, as people write it, to a list."""
    if not isinstance(value, dict):
        return value
    return [{"after": after, "slot": slot} for after, slot in value.items()]


def _steps(value: Any) -> Any:
    """Convert a rung given as a word, which is paged at once: `[l1, l2, {rung: l3, after: 30m}]`."""
    if not isinstance(value, list | tuple):
        return value
    return [{"rung": step} if isinstance(step, str) else step for step in value]


class Level(Part):
    """One level. `short` is its text in a select, whose length Slack limits.

    `calendar` is for response and resolution; under `24x7`, durations in business time count on the policy's business
    calendar. `invite`, `tell` and `page` name role slots; `climbs_to` the slot with whose rung the ladder ends (None:
    all rungs). `start_over` is how long pages pause there. The resolution `backlog` is a statement, not a clock.
    `monitor` is in days after the resolution. `plans` replaces numbers for the accounts of a plan.
    """

    code: Key
    label: Annotated[Text, StringConstraints(max_length=30)]
    emoji: Text = ":black_circle:"
    definition: Text
    short: Annotated[Text, StringConstraints(max_length=OPTION_LENGTH)]
    urgency: Text | None = None
    examples: tuple[Text, ...] = ()
    aliases: tuple[Key, ...] = ()
    response: Duration | None = None
    resolution: Duration | None = None
    backlog: bool = False
    calendar: Key = ROUND_THE_CLOCK
    cadence: Cadences
    invite: tuple[Key, ...] = ()
    tell: tuple[Key, ...] = ()
    page: tuple[Key, ...] = ()
    page_at: PageAt = PageAt.DECLARATION
    ladder: Annotated[tuple[LevelRung, ...], BeforeValidator(_steps)] = ()
    climbs_to: Key | None = None
    start_over: Duration = ONE_HOUR
    climb_unresolved: Annotated[tuple[UnresolvedStep, ...], BeforeValidator(_unresolved_steps)] = ()
    checklist: dict[Key, ChecklistNeed] = Field(default_factory=dict)
    review: Requirement = Requirement.NONE
    review_due: Duration | None = None
    # By when the issue summary is owed after closing, where the kind says nothing; None if none is owed.
    summary_due: Duration | None = None
    monitor: Annotated[int, Field(ge=0, le=3660)] = 0
    plans: Plans = ()
    templates: Templates = Field(default_factory=Templates)

    def for_plan(self, plan: str | None) -> Self:
        """Return the level as the accounts of a plan have it; itself if its table doesn't name the plan."""
        wanted = plan.strip().casefold() if plan else ""
        numbers = next((each for each in self.plans if each.plan.casefold() == wanted), None)
        if numbers is None:
            return self
        changes = numbers.changes()
        if numbers.cadence is not None:
            own = {name: each for name, each in numbers.cadence if each is not None}
            changes["cadence"] = self.cadence.model_copy(update=own)
        return self.model_copy(update=changes)

    @model_validator(mode="before")
    @classmethod
    def _backlog(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        if value.get("resolution") == BACKLOG:
            value = {**value, "resolution": None, "backlog": True}
        # `none` takes a clock of the extended level away, as null does.
        return {key: None if key in _CLOCKS and part == NO_CLOCK else part for key, part in value.items()}

    @model_validator(mode="before")
    @classmethod
    def _without_retired_keys(cls, value: Any) -> Any:
        """Drop what a version stored by an earlier program has; `bot.policy.file.retired` refuses it in files."""
        return {key: part for key, part in value.items() if key != "channel"} if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _review_has_a_term(self) -> Self:
        if self.review is not Requirement.NONE and self.review_due is None:
            raise Mistake("a review without a term", "write review_due, such as 5bd")
        return self


Levels = Annotated[tuple[Level, ...], BeforeValidator(lambda value: keyed(value, "code")), Field(min_length=1)]
