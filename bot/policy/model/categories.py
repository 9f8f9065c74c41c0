"""Categories of problems and the teams that help, with how to reach them (docs/policy.md#categories)."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from bot.policy.addresses import is_web_address
from bot.policy.model.templates import Templates
from bot.policy.schema import Key, Mistake, Part, Text, Visibility, keyed
from bot.policy.time.calendars import ROUND_THE_CLOCK
from bot.policy.time.durations import Duration


class Team(Part):
    """A team that helps: how it is reached, when it works, and by when it answers us (docs/policy.md#x9).

    `calendar` is that of its answer; `hours` describes it in words if the calendar isn't enough. `on_call` is an area
    of the directory: who is on call for it is asked directly at the heaviest level, and where there is no other route.
    With `phone_for: enterprise` the phone is shown for Enterprise customers only.
    """

    key: Key
    name: Text
    email: Text | None = None
    slack: Text | None = None
    on_call: Key | None = None
    phone: Text | None = None
    phone_for: Literal["everyone", "enterprise"] = "everyone"
    portal: Text | None = None
    hours: Text | None = None
    calendar: Key = ROUND_THE_CLOCK
    response: Duration | None = None
    note: Text | None = None


def _web_address(value: str) -> str:
    if not is_web_address(value):
        raise Mistake(f"{value!r} is no web address", "write one such as https://status.example.com")
    return value


def _with_text(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


class Trigger(Part):
    """Evidence that a case belongs to a category. A text alone is enough.

    One with a `key` can be ticked in a declaration; then `copies` are added, and `verification` is required. `category`
    names the category that takes the case over (docs/policy.md#x25); `churn_risk` marks that the customer may leave.
    Without a key it is an example that can't be ticked.
    """

    key: Key | None = None
    text: Text
    category: Key | None = None
    copies: tuple[Key, ...] = ()
    verification: Key | None = None
    churn_risk: bool = False


Triggers = tuple[Annotated[Trigger, BeforeValidator(_with_text)], ...]


class StatusPage(Part):
    """The page that tells customers of an outage: who is on the escalation is asked whether it is posted there.

    Until the impact has stopped they are reminded of it each `watch`. If it isn't posted, the category's team is
    alerted.
    """

    address: Annotated[str, AfterValidator(_web_address)]
    watch: Duration = Duration.parse("1h")


class Category(Part):
    """A kind of problem.

    `level` is its default and `least` the lowest without an override; `response` replaces the level's
    (docs/policy.md#x8). `area` is one of the directory, whose people it goes to. `required` are the facts the team
    needs, `steps` what to do first, `alert` the Slack channels to tell. With `ask_if` the team is asked only where that
    trigger is ticked. `keywords` suggest the category from the typed text, and never decide it.
    """

    key: Key
    label: Text
    level: Key | None = None
    least: Key | None = None
    response: Duration | None = None
    area: Key | None = None
    team: Key | None = None
    ask_if: Key | None = None
    copies: tuple[Key, ...] = ()
    alert: tuple[Text, ...] = ()
    triggers: Triggers = ()
    status_page: StatusPage | None = None
    required: tuple[Text, ...] = ()
    steps: tuple[Text, ...] = ()
    do: tuple[Text, ...] = ()
    dont: tuple[Text, ...] = ()
    templates: Templates = Field(default_factory=Templates)
    keywords: tuple[Text, ...] = ()
    verification: Key | None = None
    visibility: Visibility = Visibility.PUBLIC
    preserve_evidence: bool = False
    queue: Text | None = None


TeamList = Annotated[tuple[Team, ...], BeforeValidator(lambda value: keyed(value, "key"))]
CategoryList = Annotated[tuple[Category, ...], BeforeValidator(lambda value: keyed(value, "key"))]
