"""Patterns across escalations: repeats, churn risk, one cause behind many, and teams that don't answer."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated

from pydantic import Field

from bot.policy.model.facts import History
from bot.policy.schema import Key, Part, Text
from bot.policy.time.durations import ONE_BUSINESS_DAY, Duration


class Repeats(Part):
    """So many escalations of one account within so many calendar days open a case review, once per window.

    Its findings are `due` that long after it was opened; the sources state no time, so the default is the review's.
    """

    count: Annotated[int, Field(ge=2)] = 3
    within_days: Annotated[int, Field(ge=1)] = 30
    team: Key
    due: Duration = Duration.parse("5bd")
    questions: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()


class ChurnRisk(Part):
    """Signals that a customer may leave, and the steps to take."""

    tag: Text
    team: Key
    # The key in the policy file is `signs`.
    signs: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()


class Enterprise(Part):
    """Services that Enterprise and VIP customers get besides faster answers."""

    team: Key
    identified_by: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()


class MajorIncident(Part):
    """Several accounts with one cause: whom to notify, with which message, and what to track."""

    team: Key
    accounts: Annotated[int, Field(ge=2)] = 2
    include: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()
    holding_message: Text
    dont: tuple[Text, ...] = ()
    track: tuple[Text, ...] = ()


class Recurring(Part):
    """So many escalations of one level, or of one level in one category, are a reason to change the policy (S1).

    Those resolved within so many calendar days count, if their level needs a review. The source states no numbers.
    """

    level: Annotated[int, Field(ge=2)] | None = 5
    category: Annotated[int, Field(ge=2)] | None = 3
    within_days: Annotated[int, Field(ge=1)] = 30

    def kinds(self, category: str | None) -> Iterator[tuple[str | None, int]]:
        """Yield the kinds an escalation is of, the narrower first: its category or None, and how many are too many."""
        if category is not None and self.category is not None:
            yield category, self.category
        if self.level is not None:
            yield None, self.level


class Chase(Part):
    """A team that hasn't answered is asked again after this time on its own calendar, copying a team.

    At the heaviest level it is asked again after `heaviest` instead, if that is given and earlier. From then on it is
    asked each `every` until it answers, and its lead with it (docs/policy.md#the-chase).
    """

    after: Duration
    heaviest: Duration | None = None
    every: Duration = ONE_BUSINESS_DAY
    copies: tuple[Key, ...] = ()


class Patterns(Part):
    """The patterns a policy watches for. One that is left out isn't watched."""

    repeats: Repeats | None = None
    recurring: Recurring | None = None
    churn_risk: ChurnRisk | None = None
    enterprise: Enterprise | None = None
    major_incident: MajorIncident | None = None
    chase: Chase | None = None


def case_review_is_due(repeats: Repeats, history: History, reviewed_on: Iterable[date], today: date) -> bool:
    """Return True if a declaration today is one too many, and no case review was opened within the same days.

    Per account, by declaration, both ends of the window included (docs/policy.md#three-in-thirty).
    """
    within, reviews = repeats.within_days, History(declared_on=tuple(reviewed_on))
    return not reviews.declared_within(within, today) and history.declared_within(within, today) + 1 >= repeats.count
