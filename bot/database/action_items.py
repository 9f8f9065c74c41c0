"""Action items of a programme: read, copied to their escalation, and handed on when their owner leaves."""

from collections.abc import Collection

from sqlalchemy import select

from bot.database.change import Change
from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.action_items import ActionItem
from bot.policy.record.action_items import UNFINISHED, ActionItemFacts
from bot.policy.record.announcements.programmes import ItemsHandedOn
from bot.policy.record.escalation import MANAGER


def of_programme(tx: Transaction, number: int) -> tuple[ActionItemFacts, ...]:
    """Return the items of a programme, the oldest due date first; those that can't be read are left out."""
    mine = select(ActionItem).where(ActionItem.escalation_id == number).order_by(ActionItem.due_on, ActionItem.id)
    return tuple(row.facts() for row in tx.session.scalars(mine) if not reading.problem(row))


def owned_by(tx: Transaction, who: Collection[str]) -> set[tuple[int, str]]:
    """Return the programmes with unfinished items of somebody, by their identities, and how each names them."""
    mine = (ActionItem.owner.in_(who), ActionItem.state.in_(sorted(UNFINISHED)))
    found = select(ActionItem.escalation_id, ActionItem.owner).where(*mine).distinct()
    return {(number, owner) for number, owner in tx.session.execute(found)}


def hand_on(change: Change, person: str) -> bool:
    """Give the unfinished items of somebody who can't act any more to the programme's manager; return if any."""
    mine = (ActionItem.escalation_id == change.row.id, ActionItem.owner == person)
    rows = change.tx.session.scalars(select(ActionItem).where(*mine, ActionItem.state.in_(sorted(UNFINISHED)))).all()
    to = change.facts.holder(MANAGER) or change.row.declared_by
    if not rows or to == person:
        return False
    for row in rows:
        row.owner, row.changed_at = to, change.tx.now
    copy(change)
    items = [row.id for row in rows]
    change.record("action items handed on", before={"owner": person}, after={"owner": to, "items": items})
    change.announce(ItemsHandedOn(before=person, owner=to, count=len(rows)))
    change.invite(to)
    return True


def copy(change: Change) -> None:
    """Bring the copy on the escalation in line with the unfinished items."""
    change.tx.session.flush()
    change.row.open_items = [
        {"id": item.id, "what": item.what, "owner": item.owner, "due_on": item.due_on.isoformat()}
        for item in of_programme(change.tx, change.row.id)
        if item.state in UNFINISHED
    ]
