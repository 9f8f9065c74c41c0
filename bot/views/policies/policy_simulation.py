"""The simulation form. Nothing is declared by it; its answer is drawn above it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from slack_sdk.models.blocks import (
    DatePickerElement,
    DateTimePickerElement,
    ExternalDataSelectElement,
    NumberInputElement,
    Option,
    OptionGroup,
    StaticMultiSelectElement,
    StaticSelectElement,
)

from bot.policy.model.facts import HealthState
from bot.policy.model.rules import Policy
from bot.ports.workspace import Block, View
from bot.views.kit import ids
from bot.views.kit.account_choice import AccountChoice, account_option
from bot.views.kit.parts import context, modal, option, question, section, text_input
from bot.views.kit.text import escape, plain, unix
from bot.views.policies import policy_words

_PLAN_LIMIT = 60
_MOST_OPTIONS = 100
_TIERS = ("strategic", "enterprise", "standard")
_YES, _NO = "yes", "no"
_BETWEEN = ":"  # between the keys of a category and a trigger, neither of which can contain it


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationAsked:
    """The form's answers. A fact of the customer that is None is taken from the directory.

    A trigger includes its category's key, because two categories may have triggers with the same key.
    """

    declared_at: datetime
    level: str | None = None
    broken: str | None = None
    affected: str | None = None
    category: str | None = None
    triggers: tuple[tuple[str, str], ...] = ()
    kind: str | None = None
    health_state: HealthState | None = None
    account: AccountChoice | None = None
    tier: str | None = None
    plan: str | None = None
    health: str | None = None
    renewal_on: date | None = None
    vip: bool | None = None
    last_update_at: datetime | None = None


def draw(asked: SimulationAsked, policy: Policy, answer: Sequence[Block] = ()) -> View:
    """Draw the form, below the answer if there is one."""
    note = context(f"By {escape(policy_words.version(policy))}. This declares nothing.")
    blocks = [*answer, note, *_matter(asked, policy), *_customer(asked), *_time(asked)]
    return modal(ids.SIMULATE, "What would happen?", blocks, submit="Simulate", close="Close")


def read(view: Mapping[str, Any]) -> SimulationAsked:
    """Parse the form."""
    values = view["state"]["values"]
    account, vip = _element(values, "account").get("selected_option"), _chosen(values, "vip")
    triggers = (
        choice["value"].split(_BETWEEN) for choice in _element(values, "triggers").get("selected_options") or ()
    )
    renewal_on, health_state = _element(values, "renewal_on").get("selected_date"), _chosen(values, "health_state")
    last_update_at = _element(values, "last_update_at").get("selected_date_time")
    return SimulationAsked(
        declared_at=_moment(_element(values, "declared_at")["selected_date_time"]),
        level=_chosen(values, "level"),
        broken=_chosen(values, "broken"),
        affected=_chosen(values, "affected"),
        category=_chosen(values, "category"),
        triggers=tuple((category, key) for category, key in triggers),
        kind=_chosen(values, "kind"),
        health_state=HealthState(health_state) if health_state else None,
        account=AccountChoice.read(account["value"], account["text"]["text"]) if account else None,
        tier=_chosen(values, "tier"),
        plan=_element(values, "plan").get("value"),
        health=_element(values, "health").get("value"),
        renewal_on=date.fromisoformat(renewal_on) if renewal_on else None,
        vip=vip == _YES if vip else None,
        last_update_at=_moment(last_update_at) if last_update_at else None,
    )


def _element(values: Mapping[str, Any], block_id: str) -> Mapping[str, Any]:
    """Return the state of a question's only element; empty if the form does not have the question."""
    return next(iter(values.get(block_id, {}).values()), {})


def _chosen(values: Mapping[str, Any], block_id: str) -> str | None:
    found = _element(values, block_id).get("selected_option")
    return str(found["value"]) if found else None


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _matter(asked: SimulationAsked, policy: Policy) -> Iterator[Block]:
    categories = [option(category.key, category.label) for category in policy.categories]
    kinds = [option(kind.key, kind.label) for kind in policy.kinds]
    states = [option(health.state, f"{health.emoji} {health.label}") for health in policy.health]
    yield from _severity(asked, policy)
    if categories:
        select = _select("category", categories, asked.category, "None")
        yield question("category", "Category", select, optional=True)
        yield from _triggers(asked, policy)
    if len(kinds) > 1:
        yield question("kind", "Kind", _select("kind", kinds, asked.kind or policy.default_kind, "Choose a kind"))
    if states:
        select = _select("health_state", states, asked.health_state, "None")
        yield question("health_state", "Health of an account programme", select, optional=True)


def _severity(asked: SimulationAsked, policy: Policy) -> Iterator[Block]:
    """Yield the list of levels, or the two questions that give one; nothing if there is only one level."""
    if policy.only_level is not None:
        return
    if policy.matrix is None:
        levels = [option(level.code, f"{level.emoji} {level.label}: {level.short}") for level in policy.levels]
        yield question("level", "Severity", _select("level", levels, asked.level, "Choose a severity"))
        return
    for key, found, chosen in (
        ("broken", policy.matrix.broken, asked.broken),
        ("affected", policy.matrix.affected, asked.affected),
    ):
        answers = [option(answer.key, answer.label) for answer in found.answers]
        yield question(key, found.question, _select(key, answers, chosen, "Choose an answer"))


def _triggers(asked: SimulationAsked, policy: Policy) -> Iterator[Block]:
    """Yield the triggers that change something; most of a category's don't."""
    groups: list[OptionGroup] = []
    chosen: list[Option] = []
    for category in policy.categories:
        keyed = [(trigger.key, trigger.text) for trigger in category.triggers if trigger.key is not None]
        options = {key: option(f"{category.key}{_BETWEEN}{key}", text) for key, text in keyed[:_MOST_OPTIONS]}
        if options and len(groups) < _MOST_OPTIONS:
            groups.append(OptionGroup(label=plain(category.label, 75), options=list(options.values())))
            chosen += [choice for key, choice in options.items() if (category.key, key) in asked.triggers]
    if groups:
        select = StaticMultiSelectElement(
            action_id="triggers",
            placeholder=plain("None", 150),
            option_groups=groups,
            initial_options=chosen or None,
        )
        yield question("triggers", "What applies", select, optional=True, hint="For the category above.")


def _customer(asked: SimulationAsked) -> Iterator[Block]:
    yield section("*The customer*\nThese override the directory.")
    yield question(
        "account",
        "Account",
        ExternalDataSelectElement(
            action_id=ids.SIMULATE_ACCOUNT,
            placeholder=plain("No one in particular", 150),
            initial_option=account_option(asked.account, None) if asked.account else None,
            min_query_length=0,
        ),
        optional=True,
    )
    unsaid = "As in the directory"
    tiers = [option(tier, tier.capitalize()) for tier in _TIERS]
    yield question("tier", "Tier", _select("tier", tiers, asked.tier, unsaid), optional=True)
    yield question(
        "plan",
        "Plan",
        text_input("plan", initial=asked.plan, limit=_PLAN_LIMIT, placeholder=f"{unsaid}; for example enterprise"),
        optional=True,
    )
    health = NumberInputElement(
        action_id="health", is_decimal_allowed=False, initial_value=asked.health, min_value="0", max_value="100"
    )
    yield question("health", "Health, 0 to 100", health, optional=True)
    renewal_on = DatePickerElement(
        action_id="renewal_on",
        placeholder=plain(unsaid, 150),
        initial_date=asked.renewal_on.isoformat() if asked.renewal_on else None,
    )
    yield question("renewal_on", "Renewal on", renewal_on, optional=True)
    vip = None if asked.vip is None else _YES if asked.vip else _NO
    answers = [option(_YES, "Yes"), option(_NO, "No")]
    yield question("vip", "VIP", _select("vip", answers, vip, unsaid), optional=True)


def _time(asked: SimulationAsked) -> Iterator[Block]:
    yield section("*The time*\nIn your own zone.")
    declared_at = DateTimePickerElement(action_id="declared_at", initial_date_time=unix(asked.declared_at))
    yield question("declared_at", "Declared at", declared_at)
    last = unix(asked.last_update_at) if asked.last_update_at else None
    yield question(
        "last_update_at",
        "Last update at",
        DateTimePickerElement(action_id="last_update_at", initial_date_time=last),
        optional=True,
        hint="Next updates count from it, or from the declaration.",
    )


def _select(action_id: str, options: Sequence[Option], chosen: str | None, unsaid: str) -> StaticSelectElement:
    offered = options[:_MOST_OPTIONS]
    return StaticSelectElement(
        action_id=action_id,
        placeholder=plain(unsaid, 150),
        options=offered,
        initial_option=next((choice for choice in offered if choice.value == chosen), None),
    )
