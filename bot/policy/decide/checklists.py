"""The checklist of a level (S4): what it wants done, what may be, and what the record shows to be done by itself.

Requirements 131 to 140. What was ticked stays done whatever the level becomes; what a level does not ask for is left
out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.policy.decide.watches import watch_of
from bot.policy.model.levels import ChecklistNeed
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts, InviteState, Status


@dataclass(frozen=True, slots=True)
class ItemTick:
    """That somebody said that an item is done."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Item:
    """An item as an escalation stands: done by itself, ticked by somebody, or neither."""

    key: str
    label: str
    need: ChecklistNeed
    by_itself: bool
    tick: ItemTick | None

    @property
    def is_done(self) -> bool:
        """Tell whether nobody has to do it any more."""
        return self.by_itself or self.tick is not None


def is_wanted(policy: Policy, level: str) -> bool:
    """Tell whether a level has a checklist at all."""
    return any(need is not ChecklistNeed.NOT_APPLICABLE for need in policy.checklist_of(level).values())


def is_put_up(policy: Policy, facts: EscalationFacts) -> bool:
    """Tell whether a channel that has no checklist yet gets one: not when all is over within the opening."""
    return is_wanted(policy, facts.level) and facts.status in (Status.OPEN, Status.MITIGATED)


def checklist(
    policy: Policy, facts: EscalationFacts, ticks: Mapping[str, ItemTick] = MappingProxyType({})
) -> tuple[Item, ...]:
    """Return what the level asks for, and what was ticked at another level, in the policy's order."""
    needs, done = policy.checklist_of(facts.level), by_itself(policy, facts)
    return tuple(
        Item(item.key, item.label, needs[item.key], item.key in done, ticks.get(item.key))
        for item in policy.checklist
        if needs[item.key] is not ChecklistNeed.NOT_APPLICABLE or item.key in ticks
    )


def by_itself(policy: Policy, facts: EscalationFacts) -> frozenset[str]:
    """Return the keys of what the record shows to be done, whatever the level asks for."""
    return frozenset(key for key, is_done in _SHOWN_BY.items() if is_done(facts, policy))


def _is_in(facts: EscalationFacts, role: str) -> bool:
    holder = facts.holder(role)
    return any(one.person == holder and one.state is InviteState.INVITED for one in facts.invitees)


def _team_knows(facts: EscalationFacts, _policy: Policy) -> bool:
    """Tell whether anybody but the declarer is in the channel: it stays so when an owner changes."""
    return any(one.person != facts.declared_by and one.state is InviteState.INVITED for one in facts.invitees)


def _manager_knows(facts: EscalationFacts, _policy: Policy) -> bool:
    return _is_in(facts, MANAGER) or any(page.role == MANAGER and page.sends for page in facts.pages)


def _team_is_at_work(facts: EscalationFacts, _policy: Policy) -> bool:
    return facts.is_acknowledged and _is_in(facts, FIX_OWNER) and _is_in(facts, RELATIONSHIP_OWNER)


# By the keys that the policies we ship use; an item of a company's own is ticked by people only.
_SHOWN_BY: Final[Mapping[str, Callable[[EscalationFacts, Policy], bool]]] = {
    "create_ticket": lambda _facts, _policy: True,
    "notify_team": _team_knows,
    "escalate_to_manager": _manager_knows,
    "assemble_team": _team_is_at_work,
    "hourly_updates": lambda facts, _: facts.resolved_at is not None and facts.last_customer_update_at is not None,
    "root_cause": lambda facts, _policy: facts.cause is not None,
    "post_mortem": lambda facts, _policy: facts.review.finished_on is not None,
    "monitor_health": lambda facts, policy: watch_of(facts, policy) is not None,
}
