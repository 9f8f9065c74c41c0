"""The checklist of a level (docs/policy.md#s4): items it requires, optional ones, and those ticked from the record.

A ticked item stays ticked at whatever level; unticked items that the level doesn't ask for are left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from bot.policy.decide.lifecycle import review_is_required
from bot.policy.model.levels import ChecklistNeed, Level
from bot.policy.model.rules import ChecklistItem, Policy
from bot.policy.record import sla
from bot.policy.record.channel import InviteState
from bot.policy.record.escalation import MANAGER, EscalationFacts

_PACE: Final = "hourly_updates"


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
        ItemState(
            item.key,
            label_of(item, policy.level_for(facts.level, facts.account.plan)),
            needs[item.key],
            item.key in done,
            ticks.get(item.key),
        )
        for item in policy.checklist
        if needs[item.key] is not ChecklistNeed.NOT_APPLICABLE or item.key in ticks
    )


def done_by_record(policy: Policy, facts: EscalationFacts) -> frozenset[str]:
    """Return the keys of items that the record shows to be done, whatever the level asks for."""
    return frozenset(key for key, is_done in _DONE_IF.items() if is_done(facts, policy))


def _is_in(facts: EscalationFacts, role: str) -> bool:
    holder = facts.holder(role)
    return any(one.person == holder and one.state is InviteState.INVITED for one in facts.invitees)


def _acknowledged_in_time(facts: EscalationFacts, policy: Policy) -> bool:
    stopped_at = facts.response.spans[-1].stopped_at if facts.response.spans else None
    due_at = sla.due_at(facts.response, policy.calendars)
    return facts.is_acknowledged and stopped_at is not None and due_at is not None and stopped_at <= due_at


def _team_knows(facts: EscalationFacts, _policy: Policy) -> bool:
    """Return True if anybody but the declarer is in the channel; it stays true when an owner changes."""
    return any(one.person != facts.declared_by and one.state is InviteState.INVITED for one in facts.invitees)


def _manager_knows(facts: EscalationFacts, _policy: Policy) -> bool:
    return _is_in(facts, MANAGER) or any(page.role == MANAGER and page.sends for page in facts.pages)


def _team_has_answered(facts: EscalationFacts, _policy: Policy) -> bool:
    """Return True if the category's team has given its first answer. Of other teams the record knows nothing."""
    return facts.team is not None and sla.has_ended(facts.team_answer)


def _updates_were_kept(facts: EscalationFacts, _policy: Policy) -> bool:
    """Return True once no more are owed, if the customer heard from us and every promise was kept."""
    heard = facts.last_customer_update_at is not None and facts.customer_update_missed_at is None
    return heard and facts.resolved_at is not None


def _cause_is_documented(facts: EscalationFacts, policy: Policy) -> bool:
    """Return True if a cause is on record, in words, and with the review where one is required."""
    is_named = facts.cause is not None and any(letter.isalnum() for letter in facts.cause)
    return is_named and (facts.review.url is not None or not review_is_required(facts, policy))


# By the keys that the shipped policies use; a company's own items are ticked by people only. Each needs a proof.
_DONE_IF: Final[Mapping[str, Callable[[EscalationFacts, Policy], bool]]] = {
    "acknowledge": _acknowledged_in_time,
    "create_ticket": lambda facts, _policy: facts.ticket is not None,
    "notify_team": _team_knows,
    "escalate_to_manager": _manager_knows,
    "assemble_team": _team_has_answered,
    "hourly_updates": _updates_were_kept,
    "root_cause": _cause_is_documented,
    "post_mortem": lambda facts, _policy: facts.review.finished_on is not None,
    "monitor_health": lambda facts, _policy: facts.watch_finished_at is not None,
}


def label_of(item: ChecklistItem, level: Level) -> str:
    """Return an item's label at a level. The pace of updates is the level's own, whatever number the label has."""
    every = level.cadence.customer.every
    if item.key == _PACE and every is not None:
        return f"Provide updates every {every.in_words().removeprefix('1 ')}"
    return item.label
