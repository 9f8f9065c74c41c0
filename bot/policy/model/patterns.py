"""What several escalations say together: repeats, churn risk, one cause behind many, and teams that do not answer."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from pydantic import Field

from bot.policy.model.facts import History
from bot.policy.schema import Key, Part, Text
from bot.policy.time.durations import Duration


class Repeats(Part):
    """So many escalations of one account within so many calendar days ask for a case review, once per window.

    Its findings are `due` so long after it was opened; the sources name no time, so it is the post-incident review's.
    """

    count: Annotated[int, Field(ge=2)] = 3
    within_days: Annotated[int, Field(ge=1)] = 30
    team: Key
    due: Duration = Duration.parse("5bd")
    questions: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()


class ChurnRisk(Part):
    """Signs that a customer may leave, and what to do then."""

    tag: Text
    team: Key
    signs: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()


class Enterprise(Part):
    """What Enterprise and VIP customers are given beside faster answers."""

    team: Key
    identified_by: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()


class MajorIncident(Part):
    """Several accounts on one cause: whom to tell, with what, and what to keep track of."""

    team: Key
    accounts: Annotated[int, Field(ge=2)] = 2
    include: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()
    holding_message: Text
    dont: tuple[Text, ...] = ()
    track: tuple[Text, ...] = ()


class Chase(Part):
    """A team that has not answered is asked once more, after so long on its own calendar, with a team copied."""

    after: Duration
    copies: tuple[Key, ...] = ()


class Patterns(Part):
    """The patterns a policy watches for. One that is left out is not watched."""

    repeats: Repeats | None = None
    churn_risk: ChurnRisk | None = None
    enterprise: Enterprise | None = None
    major_incident: MajorIncident | None = None
    chase: Chase | None = None


def case_review_is_due(repeats: Repeats, history: History, reviewed_on: Iterable[date], today: date) -> bool:
    """Tell whether a declaration of today makes one too many, and no case review lies within the same days.

    Per account, by declaration, both ends of the window included (POLICY.md, "Three in thirty").
    """
    within, reviews = repeats.within_days, History(declared_on=tuple(reviewed_on))
    return not reviews.declared_within(within, today) and history.declared_within(within, today) + 1 >= repeats.count
