"""The policy: a company's escalation rules, written as data (docs/policy.md#the-model).

A policy is immutable. A running escalation keeps the one it was declared under as JSON:
`Policy.model_validate_json(policy.model_dump_json())` is the same policy. Defaults for what a file may leave out are
here; contradictions are refused by `bot.policy.file.loading`.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Final, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PlainValidator, model_validator

from bot.errors import UnknownWord
from bot.policy.model.categories import Category, CategoryList, Team, TeamList
from bot.policy.model.conditions import Condition
from bot.policy.model.facts import ACCOUNT, ISSUE, HealthState
from bot.policy.model.feed import Feed
from bot.policy.model.guards import Guards
from bot.policy.model.hot_list import HotList
from bot.policy.model.intake import Intake
from bot.policy.model.levels import ChecklistNeed, Level, LevelRung, Levels, PageAt, Requirement
from bot.policy.model.matrix import Matrix
from bot.policy.model.on_call import DEFAULT_ORDER, OnCallSource
from bot.policy.model.patterns import Patterns
from bot.policy.model.programmes import Health, HealthTrack, Kind, Kinds
from bot.policy.model.reviews import Reviews
from bot.policy.model.sending import Sending
from bot.policy.model.slots import Ladder, SlotRule, Slots
from bot.policy.model.templates import Templates
from bot.policy.model.training import Training
from bot.policy.model.verification import Verification
from bot.policy.model.waiting import Waiting
from bot.policy.model.wording import Wording
from bot.policy.schema import Key, Mistake, Part, Text, Visibility, keyed
from bot.policy.time.calendars import ROUND_THE_CLOCK, Calendar, named
from bot.policy.time.durations import Duration

T = TypeVar("T")

__all__ = [
    "ChecklistItem",
    "ChecklistNeed",
    "Feed",
    "Level",
    "LevelRung",
    "PageAt",
    "Policy",
    "Requirement",
    "Rule",
    "Visibility",
]

_FOLLOW_UP: Final = Duration.parse("1bh")
OPERATIONS: Final = ("bump", "floor", "cap", "multiply", "set_calendar", "tag", "add_role")


def _one_step(value: Any) -> int:
    if value not in (1, "1"):
        raise Mistake(f"{value!r} is not a bump", "write 1: all bumps together move at most one step")
    return 1


class Rule(Part):
    """An operation with a condition; exactly one operation.

    `bump` raises the level one step (all bumps together move at most one), `floor` raises it to a minimum, `cap` lowers
    it to a maximum, `multiply` and `set_calendar` change response and resolution, `tag` tags the escalation, `add_role`
    adds a slot. `why` is shown with the policy.
    """

    key: Key
    when: Condition
    why: Text | None = None
    enabled: bool = True
    bump: Annotated[int, PlainValidator(_one_step)] | None = None
    floor: Key | None = None
    cap: Key | None = None
    multiply: Annotated[Decimal, Field(gt=0, le=100)] | None = None
    set_calendar: Key | None = None
    tag: Text | None = None
    add_role: Key | None = None

    @model_validator(mode="after")
    def _one_operation(self) -> Self:
        if len(self._given) != 1:
            does = " and ".join(self._given) or "nothing"
            raise Mistake(f"the rule does {does}", f"give it exactly one of {', '.join(OPERATIONS)}")
        return self

    @cached_property
    def _given(self) -> tuple[str, ...]:
        return tuple(name for name in OPERATIONS if getattr(self, name) is not None)

    @property
    def operation(self) -> str:
        """The operation: one of OPERATIONS."""
        return self._given[0]

    @cached_property
    def factor(self) -> Fraction | None:
        """The multiplier, exactly."""
        return None if self.multiply is None else Fraction(self.multiply)


class ChecklistItem(Part):
    """An item of the checklist; each level says whether it needs it."""

    key: Key
    label: Text


class RegionRule(Part):
    """A region of accounts: its calendar stands in for the business calendar, on every level that counts on it."""

    key: Key
    calendar: Key


class ClocksFrom(StrEnum):
    """From when the clocks for the response and the resolution count."""

    DECLARED = "declared"
    REPORTED = "reported"


class Targets(Part):
    """Targets for the numbers of the report (docs/numbers.md)."""

    escalation_rate_below_percent: Annotated[int, Field(ge=1, le=100)] | None = None


class Policy(Part):
    """A whole policy. Levels are in order, heaviest first."""

    name: Key
    title: Text
    version: Text
    owner: Text
    reviewed_on: date | None = None
    next_review_on: date | None = None
    classification: Text | None = None
    business_calendar: Key = "business"
    calendars: dict[Key, Calendar]
    levels: Levels
    matrix: Matrix | None = None
    health: HealthTrack = ()
    kinds: Kinds
    slots: Slots
    teams: TeamList = ()
    categories: CategoryList = ()
    rules: Annotated[tuple[Rule, ...], BeforeValidator(lambda value: keyed(value, "key"))] = ()
    ladder: Ladder = ()
    regions: Annotated[tuple[RegionRule, ...], BeforeValidator(lambda value: keyed(value, "key"))] = ()
    # The sources of who is on call for an area, in the order in which they are tried.
    on_call: tuple[OnCallSource, ...] = DEFAULT_ORDER
    checklist: Annotated[tuple[ChecklistItem, ...], BeforeValidator(lambda value: keyed(value, "key"))] = ()
    guards: Guards = Field(default_factory=Guards)
    intake: Intake = Field(default_factory=Intake)
    verification: Verification = Field(default_factory=Verification)
    patterns: Patterns = Field(default_factory=Patterns)
    templates: Templates = Field(default_factory=Templates)
    sending: Sending = Field(default_factory=Sending)
    wording: Wording = Field(default_factory=Wording)
    reviews: Reviews = Field(default_factory=Reviews)
    feed: Feed = Field(default_factory=Feed)
    hot_list: HotList = Field(default_factory=HotList)
    training: Training = Field(default_factory=Training)
    # How much of a clock's time has passed, in percent, when the person who can stop it is warned.
    warnings: tuple[Annotated[int, Field(ge=1, le=99)], ...] = (80,)
    clocks_from: ClocksFrom = ClocksFrom.DECLARED
    waiting_on_customer: Waiting = Field(default_factory=Waiting)
    # How soon a customer who has followed up gets an update.
    follow_up_within: Duration = _FOLLOW_UP
    show_money: bool = False
    # The channel in which a change of the policy is announced.
    announce_changes: Text | None = None
    targets: Targets = Field(default_factory=Targets)

    def level(self, code: str) -> Level:
        """Return a level by its code. Raises UnknownWord."""
        return _known(self._levels, code, "level")

    def level_for(self, code: str, plan: str | None) -> Level:
        """Return a level with the numbers of an account's plan (docs/policy.md#plans). Raises UnknownWord."""
        level = self.level(code)
        return self._by_plan.get((code, plan.strip().casefold()), level) if plan and level.plans else level

    @property
    def has_issues(self) -> bool:
        """Return False if everything that is declared is an account programme."""
        return ISSUE in self._kinds

    @property
    def default_kind(self) -> str:
        """The kind of what is declared."""
        return ISSUE if self.has_issues else ACCOUNT

    @property
    def only_level(self) -> str | None:
        """The code of the one level, which nobody has to choose and no screen shows; None if there are several."""
        return self.levels[0].code if len(self.levels) == 1 else None

    def in_its_words(self, line: str) -> str:
        """Return a line of the policy with `{heaviest}` as the name of its heaviest level."""
        return line.replace("{heaviest}", self.levels[0].label)

    def rank(self, code: str) -> int:
        """Return how many levels are heavier: 0 is the heaviest. Raises UnknownWord."""
        return _known(self._ranks, code, "level")

    def is_top(self, code: str) -> bool:
        """Return True if no level is heavier."""
        return self.rank(code) == 0

    def heavier(self, first: str, second: str) -> str:
        """Return the heavier of two levels."""
        return first if self.rank(first) <= self.rank(second) else second

    def review_is_overdue(self, today: date) -> bool:
        """Return True if the date to review this policy has passed."""
        return self.next_review_on is not None and self.next_review_on < today

    def find_level(self, text: str) -> Level | None:
        """Return the level with a code, label or alias, in any case."""
        wanted = text.strip().casefold()
        return next((level for level in self.levels if wanted in _names(level)), None)

    def calendar(self, key: str) -> Calendar:
        """Return a calendar; `24x7` is built in. Raises UnknownWord."""
        return named(self.calendars, key)

    def calendar_for_updates(self, level: Level) -> Calendar:
        """Return the calendar on which a level's cadences count: its own, or the business calendar under `24x7`."""
        return self.business if level.calendar == ROUND_THE_CLOCK else self.calendar(level.calendar)

    def zone_of(self, calendar: str) -> ZoneInfo:
        """Return the zone in which times on a calendar are printed: the policy's own for `24x7`."""
        return self.zone if calendar == ROUND_THE_CLOCK else self.calendar(calendar).tz

    def category(self, key: str) -> Category:
        """Return a category. Raises UnknownWord."""
        return _known(self._categories, key, "category")

    @property
    def churn_signals(self) -> tuple[str, ...]:
        """The signals of churn risk: the pattern's own, and those of the categories."""
        watched = self.patterns.churn_risk
        ticked = (trigger.text for category in self.categories for trigger in category.triggers if trigger.churn_risk)
        return tuple(dict.fromkeys((*watched.signs, *ticked))) if watched else ()

    def kind(self, key: str) -> Kind:
        """Return a kind. Raises UnknownWord."""
        return _known(self._kinds, key, "kind")

    def team(self, key: str) -> Team:
        """Return a team. Raises UnknownWord."""
        return _known(self._teams, key, "team")

    def slot(self, key: str) -> SlotRule:
        """Return a role slot. Raises UnknownWord."""
        return _known(self._slots, key, "role slot")

    def rules_that(self, operation: str) -> tuple[Rule, ...]:
        """Return the enabled rules of one operation (`bump`, `floor`, `cap`…), in order."""
        return self._rules.get(operation, ())

    def health_rule(self, state: HealthState) -> Health | None:
        """Return the rule for a health state, if the policy has one."""
        return next((rule for rule in self.health if rule.state is state), None)

    def checklist_of(self, code: str) -> Mapping[str, ChecklistNeed]:
        """Return every item of the checklist with a level's need; an item the level leaves out doesn't apply."""
        return _known(self._checklists, code, "level")

    @property
    def business(self) -> Calendar:
        """The business calendar, on which cadences and review terms are counted."""
        return self.calendars[self.business_calendar]

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the business calendar, in which the policy's dates are counted."""
        return self.business.tz

    def in_region(self, region: str | None) -> "Policy":
        """Return the policy for accounts of a region, whose calendar is the business calendar there.

        It is the policy itself for a region without a calendar of its own.
        """
        rule = self._regions.get(region.casefold()) if region else None
        if rule is None or rule.calendar == self.business_calendar or rule.calendar not in self.calendars:
            return self
        found = self._in_regions.get(rule.key)
        if found is None:
            calendars = {**self.calendars, self.business_calendar: self.calendars[rule.calendar]}
            found = self._in_regions[rule.key] = self.model_copy(update={"calendars": calendars})
        return found

    @cached_property
    def _regions(self) -> Mapping[str, RegionRule]:
        return {rule.key.casefold(): rule for rule in self.regions}

    @cached_property
    def _in_regions(self) -> "dict[str, Policy]":
        return {}

    @cached_property
    def _levels(self) -> Mapping[str, Level]:
        return {level.code: level for level in self.levels}

    @cached_property
    def _by_plan(self) -> Mapping[tuple[str, str], Level]:
        return {
            (level.code, each.plan.casefold()): level.for_plan(each.plan)
            for level in self.levels
            for each in level.plans
        }

    @cached_property
    def _ranks(self) -> Mapping[str, int]:
        return {level.code: rank for rank, level in enumerate(self.levels)}

    @cached_property
    def _checklists(self) -> Mapping[str, Mapping[str, ChecklistNeed]]:
        items = [item.key for item in self.checklist]
        return {
            level.code: {item: level.checklist.get(item, ChecklistNeed.NOT_APPLICABLE) for item in items}
            for level in self.levels
        }

    @cached_property
    def _rules(self) -> Mapping[str, tuple[Rule, ...]]:
        enabled = [rule for rule in self.rules if rule.enabled]
        return {name: tuple(rule for rule in enabled if rule.operation == name) for name in OPERATIONS}

    @cached_property
    def _categories(self) -> Mapping[str, Category]:
        return {category.key: category for category in self.categories}

    @cached_property
    def _kinds(self) -> Mapping[str, Kind]:
        return {kind.key: kind for kind in self.kinds}

    @cached_property
    def _teams(self) -> Mapping[str, Team]:
        return {team.key: team for team in self.teams}

    @cached_property
    def _slots(self) -> Mapping[str, SlotRule]:
        return {slot.key: slot for slot in self.slots}


def _known(words: Mapping[str, T], key: str, what: str) -> T:
    try:
        return words[key]
    except KeyError:
        raise UnknownWord(what) from None


def _names(level: Level) -> set[str]:
    return {level.code.casefold(), level.label.casefold(), *(alias.casefold() for alias in level.aliases)}
