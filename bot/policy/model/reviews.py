"""The part of a policy about post-incident reviews (docs/review.md)."""

from abc import abstractmethod
from datetime import date, time
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from bot.policy.model.hot_list import ClockTime
from bot.policy.model.levels import Requirement
from bot.policy.model.wording import SHIPPED_LANGUAGES, Line, Phrase
from bot.policy.schema import Key, Part, Text, keyed
from bot.policy.time.durations import Duration
from bot.policy.time.hours import Day, Weekday


class WhyPrompt(Part):
    """Phrases that end a chain of whys at a person, and the question that leads on to the system (S1)."""

    ask: Line
    phrases: Annotated[tuple[Phrase, ...], Field(min_length=1)]
    # Phrases that make the same sentence harmless.
    unless: tuple[Phrase, ...] = ()


class WhyVocabulary(Part):
    """The prompts in one language. Phrases are written as those of the wording guard (docs/wording.md#a-phrase)."""

    stops: tuple[Phrase, ...] = ()
    lists: dict[Key, tuple[Phrase, ...]] = Field(default_factory=dict)
    contractions: dict[str, str] = Field(default_factory=dict)
    prompts: Annotated[tuple[WhyPrompt, ...], Field(min_length=1)]
    # The question for the name of a colleague. The first language that has one is asked in.
    name: Line | None = None


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


class Whys(Part):
    """Words that are queried in the five whys of a review. Without languages nothing is queried."""

    languages: Annotated[tuple[Key, ...], BeforeValidator(_listed)] = SHIPPED_LANGUAGES
    # Words that are never queried.
    allow: tuple[Phrase, ...] = ()
    vocabularies: dict[Key, WhyVocabulary] = Field(default_factory=dict)


class ContributingFactor(Part):
    """A factor that contributed, one of which is chosen in a review."""

    key: Key
    label: Line


_FACTORS: Final = (
    ("detection", "Detection and alerting"),
    ("change", "Change or deployment"),
    ("capacity", "Capacity or limits"),
    ("design", "Design or dependency"),
    ("test", "Testing"),
    ("process", "Process or handover"),
    ("documentation", "Runbook or documentation"),
    ("supplier", "Supplier"),
    ("communication", "Communication with the customer"),
)


MONTHS_OF_QUARTER: Final = 3
_REMIND_EVERY: Final = Duration.parse("1bd")
_MANAGER_AFTER: Final = Duration.parse("3bd")
_MANAGER_EVERY: Final = Duration.parse("5bd")


class LearningsRule(Part):
    """Where and at what time, in the policy's zone, a list of learnings is posted.

    `owner` leads the meeting that it's for; without one that's the policy's owner.
    """

    channel: Text
    at: ClockTime = time(9)
    owner: Text | None = None

    @abstractmethod
    def is_on(self, day: date) -> bool:
        """Return True on a day on which it is posted."""


class WeeklyLearnings(LearningsRule):
    """The list of learnings for the weekly sync (S3: "Share learnings with team in weekly sync")."""

    day: Day = Weekday.MON

    def is_on(self, day: date) -> bool:
        """Return True on its weekday."""
        return day.weekday() == self.day


DayOfMonth = Annotated[int, Field(ge=1, le=28)]


class MonthlyPack(LearningsRule):
    """The pack for the monthly review meeting (S3), on a day of the month."""

    day_of_month: DayOfMonth = 1

    def is_on(self, day: date) -> bool:
        """Return True on its day of the month."""
        return day.day == self.day_of_month


class QuarterlyRefresher(LearningsRule):
    """The refresher (S3: "Quarterly refresher on procedures"), on a day of the first month of a quarter."""

    day_of_month: DayOfMonth = 1

    def is_on(self, day: date) -> bool:
        """Return True on its day of January, April, July and October."""
        return day.day == self.day_of_month and day.month % MONTHS_OF_QUARTER == 1


class SuccessPack(Part):
    """When each CSM gets the pack for the success reviews of their Enterprise customers (S3), in the policy's zone."""

    at: ClockTime = time(9)
    day_of_month: DayOfMonth = 1

    def is_on(self, day: date) -> bool:
        """Return True on its day of the month."""
        return day.day == self.day_of_month


class Reviews(Part):
    """How post-incident reviews are written, and signed off (S1, S4)."""

    # How often those who have to act on a late one are reminded; from when the manager is notified, and how often.
    remind_every: Duration = _REMIND_EVERY
    manager_after: Duration = _MANAGER_AFTER
    manager_every: Duration = _MANAGER_EVERY
    # Whether a review is finished by a sign-off (`guards.sign_off`): each, those written here, or none.
    sign_off: Requirement = Requirement.IF_NEEDED
    factors: Annotated[tuple[ContributingFactor, ...], BeforeValidator(lambda value: keyed(value, "key"))] = tuple(
        ContributingFactor(key=key, label=label) for key, label in _FACTORS
    )
    whys: Whys = Field(default_factory=Whys)
    # Lists of what was learned. One that is left out isn't posted.
    weekly: WeeklyLearnings | None = None
    monthly: MonthlyPack | None = None
    refresher: QuarterlyRefresher | None = None
    # The pack for success reviews; without it no CSM gets one.
    success: SuccessPack | None = None
