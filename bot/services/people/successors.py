"""A role goes on when whoever is named for it cannot be reached: to the next whom the policy names for it.

The fix owner is whoever is on call, else whoever is accountable, else the fallback; a link that has broken ends no
chain. At its end stands the declarer, as with a role that nobody is named for.
"""

from dataclasses import dataclass

from sqlalchemy import select

from bot.database import outbox, queries
from bot.database.change import Change, Records
from bot.database.outbox import NewEffect
from bot.database.transaction import Transaction
from bot.models.escalation import Escalation
from bot.models.people import Participant, Slot
from bot.models.work import EffectKind
from bot.policy.record.escalation import InviteState
from bot.services.paging import pages

_LEFT = "deactivated in Slack"


@dataclass(frozen=True)
class Successors:
    """Passes roles on when Slack tells that somebody has left, or is no member of ours any more."""

    records: Records

    def left(self, tx: Transaction, person: str) -> None:
        """Have the roles of somebody who cannot act passed on, each escalation in a transaction of its own."""
        who = self.records.people.identities(tx, person)
        held = select(Slot.escalation_id, Slot.person).join(Escalation, Escalation.id == Slot.escalation_id)
        mine = (Slot.person.in_(who), Escalation.status.in_(queries.LIVE))
        for number, writing in tx.session.execute(held.where(*mine).distinct()).all():
            key = f"ESC-{number}:succession:{writing}"[:120]
            outbox.put_all(tx, number, NewEffect(EffectKind.SUCCESSION, {"person": writing}, coalesce=key))

    def succeed(self, tx: Transaction, number: int, person: str) -> None:
        """Pass on what somebody holds who cannot act. Doing it twice changes nothing."""
        change = self.records.within(tx, number)
        row = change.row
        if not change.facts.is_live or person not in {slot.person for slot in row.slots}:
            return
        if not change.people.unfit(tx, [person]):
            participant = next((one for one in row.participants if one.person == person), None)
            if participant is None:
                participant = Participant(person=person)
                row.participants.append(participant)
            participant.state, participant.reason = InviteState.FAILED, _LEFT
        pass_over(change)
        change.finish()


def pass_over(change: Change) -> None:
    """Give the roles of those who cannot act to the next in line, and say so: who have left, and who are no members.

    A member who only could not be brought into the channel keeps theirs.
    """
    failed = {person.person: person.reason for person in change.row.participants if person.state is InviteState.FAILED}
    unfit = change.people.unfit(change.tx, [slot.person for slot in change.row.slots])
    failed |= {person: f"{what}, who can't act here" for person, what in unfit.items()}
    gone = change.people.gone(change.tx, failed) | unfit.keys()
    for slot in [slot for slot in change.row.slots if slot.person in gone]:
        role, before, why = slot.role, slot.person, failed[slot.person]
        found = change.find(role, passed_over=gone)
        person, how = (found.person, found.how) if found else (change.row.declared_by, "nobody else can be reached")
        change.hold(role, person, how)
        change.invite(person)
        change.record("passed over", before={role: before}, after={role: person}, reason=why)
        change.announce("passed over", role=role, before=before, why=why, person=person, how=how)
        pages.hand_on(change, role, before)
