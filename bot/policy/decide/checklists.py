"""The checklist of a level (docs/policy.md#s4): items it requires, optional ones, and those ticked from the record.

A ticked item stays ticked at whatever level; unticked items that the level doesn't ask for are left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.policy.decide.watches import watch_of
from bot.policy.model.levels import ChecklistNeed
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts, InviteState


@dataclass(frozen=True, slots=True)
class ItemTick:
    """A tick of an item by somebody."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemState:
    """The state of an item: ticked from the record, ticked by somebody, or open."""

    key: str
    label: str
    need: ChecklistNeed
    done_by_record: bool
    tick: ItemTick | None

    @property
    def is_done(self) -> bool:
        """Return True if the item is done."""
        return self.done_by_record or self.tick is not None


def checklist(
    policy: Policy, facts: EscalationFacts, ticks: Mapping[str, ItemTick] = MappingProxyType({})
) -> tuple[ItemState, ...]:
    """Return the items the level asks for, and those ticked at another level, in the policy's order."""
    needs, done = policy.checklist_of(facts.level), done_by_record(policy, facts)
    return tuple(
        ItemState(item.key, item.label, needs[item.key], item.key in done, ticks.get(item.key))
        for item in policy.checklist
        if needs[item.key] is not ChecklistNeed.NOT_APPLICABLE or item.key in ticks
    )


def done_by_record(policy: Policy, facts: EscalationFacts) -> frozenset[str]:
    """Return the keys of items that the record shows to be done, whatever the level asks for."""
    return frozenset(key for key, is_done in _DONE_IF.items() if is_done(facts, policy))


def _is_in(facts: EscalationFacts, role: str) -> bool:
    holder = facts.holder(role)
    return any(one.person == holder and one.state is InviteState.INVITED for one in facts.invitees)


def _team_knows(facts: EscalationFacts, _policy: Policy) -> bool:
    """Return True if anybody but the declarer is in the channel; it stays true when an owner changes."""
    return any(one.person != facts.declared_by and one.state is InviteState.INVITED for one in facts.invitees)


def _manager_knows(facts: EscalationFacts, _policy: Policy) -> bool:
    return _is_in(facts, MANAGER) or any(page.role == MANAGER and page.sends for page in facts.pages)


def _team_is_at_work(facts: EscalationFacts, _policy: Policy) -> bool:
    return facts.is_acknowledged and _is_in(facts, FIX_OWNER) and _is_in(facts, RELATIONSHIP_OWNER)


# By the keys that the shipped policies use; a company's own items are ticked by people only.
_DONE_IF: Final[Mapping[str, Callable[[EscalationFacts, Policy], bool]]] = {
    "create_ticket": lambda _facts, _policy: True,
    "notify_team": _team_knows,
    "escalate_to_manager": _manager_knows,
    "assemble_team": _team_is_at_work,
    "hourly_updates": lambda facts, _: facts.resolved_at is not None and facts.last_customer_update_at is not None,
    "root_cause": lambda facts, _policy: facts.cause is not None,
    "post_mortem": lambda facts, _policy: facts.review.finished_on is not None,
    "monitor_health": lambda facts, policy: watch_of(facts, policy) is not None,
}
