"""The checklist of an escalation's level: items ticked from the record, and items ticked by people."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from bot.database.change import Change
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.checklist import ChecklistTick
from bot.policy.decide.checklists import ItemState, ItemTick, checklist
from bot.policy.decide.lifecycle import Move, refusals, refusals_to_read, require
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts

# Built once, because each status and card reads it.
_TICKS = select(ChecklistTick).where(ChecklistTick.escalation_id == bindparam("number"))


@dataclass(frozen=True, slots=True)
class ListedChecklist:
    """An escalation with its checklist."""

    facts: EscalationFacts
    policy: Policy
    items: tuple[ItemState, ...]


@dataclass(frozen=True)
class Checklists:
    """Read checklists, and tick items."""

    records: Records

    def form(self, number: int, *, viewer: str) -> ListedChecklist:
        """Return the content of the form, also once it is closed. Raises NotFound, and Refused for a proposal."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=viewer)
            require(refusals_to_read(change.facts, Move.INTAKE))
            return _listed(change)

    def tick(self, number: int, *, now: Collection[str], taken_back: Collection[str], by: str) -> EscalationFacts:
        """Tick and untick items. Raises Refused.

        Who ticked an item first stays on record; items no longer on the list are left alone.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.INTAKE))
            items = {item.key: item for item in _listed(change).items}
            done = sorted(key for key in now if key in items and not items[key].is_done)
            undone = sorted(key for key in taken_back if key in items and items[key].tick is not None)
            change.tx.session.add_all(
                ChecklistTick(escalation_id=number, item=key, by=by, at=change.tx.now) for key in done
            )
            for key in undone:
                change.tx.session.delete(change.tx.session.get_one(ChecklistTick, (number, key)))
            if done or undone:
                change.record("checklist", by=by, after={"done": done, "taken_back": undone})
            return change.facts


def ticks_of(tx: Transaction, number: int) -> dict[str, ItemTick]:
    """Return the items of an escalation that people have ticked, by key."""
    rows = tx.session.scalars(_TICKS, {"number": number})
    return {row.item: ItemTick(row.by, row.at) for row in rows}


def _listed(change: Change) -> ListedChecklist:
    facts, policy = change.facts, change.policy
    return ListedChecklist(facts, policy, checklist(policy, facts, ticks_of(change.tx, facts.number)))
