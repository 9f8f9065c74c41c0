"""Moves the pages of an escalation to who is on call now, or stands in. The holders of roles keep them."""

from dataclasses import dataclass

from bot.database import absences
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.policy.record.announcements.on_call import HolderAway, HolderBack, PagesMoved
from bot.services.paging import pages


@dataclass(frozen=True)
class PageFollowing:
    """Bring the pages of escalations in line with who is on call."""

    records: Records

    def follow(self, tx: Transaction, number: int, why: str, person: str) -> None:
        """Move the pages of one escalation that ring, and say so in its channel. Idempotent but for the message."""
        change = self.records.within(tx, number)
        if not change.facts.is_live:
            return
        mine = self.records.people.identities(tx, person)
        holds = any(holder.person in mine for holder in change.facts.holders.values())
        if why == absences.AWAY and holds:
            row = absences.running(tx, person)
            if row is not None:
                change.announce(HolderAway(person=person, stand_in=row.stand_in, until=row.ends_at))
                change.record("away", by=person, after={"stand_in": row.stand_in})
        elif why == absences.BACK and holds:
            change.announce(HolderBack(person=person))
            change.record("back", by=person)
        for role, before, after in pages.follow_duty(change):
            owner = change.facts.holder(role) or before
            if why == absences.SHIFT:
                change.announce(PagesMoved(role=role, person=after, before=before, owner=owner))
            change.record("page moved", before={role: before}, after={role: after}, reason=why)
        change.finish()
