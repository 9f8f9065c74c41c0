"""Action items of a programme: added, changed, done, dropped."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from bot.database import action_items
from bot.database.change import Change
from bot.database.people import is_slack_id
from bot.database.records import Records
from bot.errors import FormError, NotFound
from bot.models import reading
from bot.models.action_items import ActionItem
from bot.policy.decide.action_items import criteria_lines, key_of
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.model.rules import Policy
from bot.policy.model.verification import masked
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.record.action_items import UNFINISHED, ActionItemFacts, ActionState
from bot.policy.record.announcements.programmes import ItemAdded, ItemChanged
from bot.policy.record.escalation import EscalationFacts
from bot.services.programmes import plan_texts, proposals

# More would fill the form, and are no plan.
MOST_ITEMS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRequest:
    """An action item as it was entered. `criterion` is the key of the success criterion it serves, if any."""

    what: str
    owner: str
    due_on: date
    state: ActionState = ActionState.OPEN
    criterion: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """The content of the form: the item that is changed, or None for another one, and what it can aim at."""

    facts: EscalationFacts
    policy: Policy
    criteria: tuple[str, ...]
    item: ActionItemFacts | None


@dataclass(frozen=True)
class ActionItems:
    """Add and change action items."""

    records: Records

    def draft(self, number: int, item: int | None, *, by: str) -> ItemDraft:
        """Return the content of the form. Raises NotFound and Refused."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            require(refusals(change.facts, Move.AGREE))
            found = _one(change, item).facts() if item is not None else None
            lines = criteria_lines(proposals.written(change).success_criteria)
            return ItemDraft(change.facts, change.policy, lines, found)

    def add(self, number: int, said: ItemRequest, *, by: str, request: str) -> EscalationFacts:
        """Add an item; a form that is sent twice adds one. Raises FormError, NotFound, Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.AGREE))
            mine = select(ActionItem).where(ActionItem.escalation_id == number)
            if change.tx.session.scalars(mine.where(ActionItem.request == request)).first() is not None:
                return change.facts
            if len(change.tx.session.scalars(mine).all()) >= MOST_ITEMS:
                raise FormError("what", f"A plan holds at most {MOST_ITEMS} items. Change one that's there.")
            _require_a_day_to_come(change, said.due_on, by)
            now = change.tx.now
            row = ActionItem(
                escalation_id=number,
                request=request,
                what=masked(said.what),
                owner=_owner(change, said.owner),
                due_on=said.due_on,
                state=ActionState.OPEN,
                criterion=_aim(change, said.criterion),
                by=by,
                at=now,
                changed_at=now,
            )
            change.tx.session.add(row)
            change.tx.session.flush()
            action_items.copy(change)
            after = _recorded(row)
            change.record("action item added", by=by, after=after)
            told = ItemAdded(by=by, item=row.what, owner=row.owner, due_on=row.due_on, is_news=_is_news(change))
            change.announce(told)
            change.invite(row.owner)
            return change.facts

    def change(self, number: int, item: int, said: ItemRequest, *, by: str) -> EscalationFacts:
        """Change an item, or finish or drop it. Raises FormError, NotFound, Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.AGREE))
            row = _one(change, item)
            before, owner_before = _recorded(row), row.owner
            if said.due_on != row.due_on and said.state in UNFINISHED:
                _require_a_day_to_come(change, said.due_on, by)
            if said.state is ActionState.DROPPED and not said.reason:
                raise FormError("reason", "Enter why it's dropped.")
            row.what, row.due_on, row.state = masked(said.what), said.due_on, said.state
            row.owner = said.owner if said.owner == row.owner else _owner(change, said.owner)
            if said.criterion != (key_of(row.criterion) if row.criterion is not None else None):
                row.criterion = _aim(change, said.criterion)
            row.reason = masked(said.reason) if said.state is ActionState.DROPPED and said.reason else None
            after = _recorded(row)
            if before == after:
                return change.facts
            row.changed_at = change.tx.now
            action_items.copy(change)
            change.record("action item changed", by=by, before=before, after=after, reason=row.reason)
            told = ItemChanged(
                by=by,
                item=row.what,
                owner=row.owner,
                due_on=row.due_on,
                state=row.state,
                reason=row.reason,
                is_news=_is_news(change),
            )
            change.announce(told)
            if row.owner != owner_before and row.state in UNFINISHED:
                change.invite(row.owner)
            change.redraw_notices(NoticeSubject.ACTION_ITEMS)
            return change.facts


def _one(change: Change, item: int) -> ActionItem:
    row = change.tx.session.get(ActionItem, item)
    if row is None or row.escalation_id != change.row.id:
        raise NotFound("That action item isn't there any more.")
    reading.require(row, change.row.id)
    return row


def _owner(change: Change, person: str) -> str:
    """Return the owner by Slack id. Raises FormError for somebody who can't act here."""
    if change.people.unfit(change.tx, [person]):
        raise FormError("item_owner", "Choose a member of your company. Guests can't act here.")
    if is_slack_id(person) and change.people.can_act(change.tx, person) is False:
        raise FormError("item_owner", "They're deactivated in Slack. Choose someone else.")
    if not change.people.may_see(change.tx, change.facts, change.policy, person):
        raise FormError("item_owner", "It's confidential, and they aren't in its channel. Bring them in first.")
    return person


def _aim(change: Change, criterion: str | None) -> str | None:
    """Return the line of the success criteria that was chosen. Raises FormError if there is no such line now."""
    lines = criteria_lines(proposals.written(change).success_criteria)
    if criterion is None:
        if lines:
            raise FormError("criterion", "Choose the success criterion it's aimed at.")
        return None
    found = next((line for line in lines if key_of(line) == criterion), None)
    if found is None:
        raise FormError("criterion", "The success criteria have changed. Choose again.")
    return found


def _require_a_day_to_come(change: Change, due_on: date, by: str) -> None:
    """Raise FormError for a day that has passed where the person is."""
    zone = change.people.zone(change.tx, by) or change.policy.zone
    today: datetime = change.tx.now.astimezone(zone)
    if due_on < today.date():
        raise FormError("item_due", "That day has passed. Choose a later one.")


def _is_news(change: Change) -> bool | None:
    """Return True if the customer was told the plan, which has changed since; None if there is nothing to tell."""
    return bool(plan_texts.changes_since(change.tx, proposals.written(change))) or None


def _recorded(row: ActionItem) -> dict[str, Any]:
    """Return an item as the timeline keeps it."""
    return {
        "item": row.id,
        "what": row.what,
        "owner": row.owner,
        "due_on": row.due_on.isoformat(),
        "state": row.state.value,
        "criterion": row.criterion,
    }
