"""Reassign a role whose holder is deactivated or unknown in Slack to the next candidate in the policy.

The fix owner is the person on call, else the accountable person, else the fallback. A candidate who can't act is
skipped. The declarer is last, as for a role that nobody is named for.
"""

from dataclasses import dataclass

from sqlalchemy import select

from bot.database import action_items, follow_up_queries, outbox, queries
from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.escalation import Escalation
from bot.models.people import Participant, Slot
from bot.models.review import CorrectiveAction
from bot.models.work import EffectKind
from bot.policy.record.announcements.people import PassedOver
from bot.policy.record.channel import InviteState
from bot.policy.record.escalation import FIX_OWNER, MANAGER
from bot.services.follow_ups import tracking
from bot.services.paging import pages

_LEFT = "deactivated in Slack"


@dataclass(frozen=True)
class Successors:
    """Reassign roles when Slack reports that somebody has left, or isn't a member of ours any more."""

    records: Records

    def left(self, tx: Transaction, person: str) -> None:
        """Queue the reassignment of somebody's roles and action items, each escalation in a transaction of its own."""
        who = self.records.people.identities(tx, person)
        held = select(Slot.escalation_id, Slot.person).join(Escalation, Escalation.id == Slot.escalation_id)
        mine = (Slot.person.in_(who), Escalation.status.in_(queries.LIVE))
        found = {(number, writing) for number, writing in tx.session.execute(held.where(*mine).distinct())}
        owned = select(CorrectiveAction.escalation_id, CorrectiveAction.owner)
        left_to_do = (follow_up_queries.is_of(who), follow_up_queries.IS_UNSETTLED)
        found |= {(number, writing) for number, writing in tx.session.execute(owned.where(*left_to_do).distinct())}
        for number, writing in sorted(found | action_items.owned_by(tx, who)):
            key = f"ESC-{number}:succession:{writing}"[:120]
            outbox.put_all(tx, number, NewEffect(EffectKind.SUCCESSION, {"person": writing}, coalesce=key))

    def succeed(self, tx: Transaction, number: int, person: str) -> None:
        """Reassign the roles and the follow-ups somebody has on an escalation. Idempotent."""
        change = self.records.within(tx, number)
        row = change.row
        if any(action.owner == person for action in change.facts.review.unsettled):
            tracking.hand_on(change, person, _successor(change, person), why=_LEFT)
            change.finish()
        if not change.facts.is_live:
            return
        if person not in {slot.person for slot in row.slots}:
            if action_items.hand_on(change, person):
                change.finish()
            return
        if not change.people.unfit(tx, [person]):
            participant = next((one for one in row.participants if one.person == person), None)
            if participant is None:
                participant = Participant(person=person)
                row.participants.append(participant)
            participant.state, participant.reason = InviteState.FAILED, _LEFT
        reassign(change)
        action_items.hand_on(change, person)
        change.finish()


def _successor(change: Change, person: str) -> str:
    """Return who gets the follow-ups of somebody who left: the fix owner, the manager or who declared it."""
    facts = change.facts
    known = (facts.holder(FIX_OWNER), facts.holder(MANAGER), facts.declared_by)
    able = (one for one in known if one not in (None, person) and change.people.can_act(change.tx, one) is not False)
    return next(able, facts.declared_by)


def reassign(change: Change) -> None:
    """Reassign the roles of people who can't act, and say why: they left, or aren't members.

    A member who only couldn't be invited to the channel keeps theirs, and so does somebody who was never in Slack, if
    the directory lists mail among their routes.
    """
    failed = {person.person: person.reason for person in change.row.participants if person.state is InviteState.FAILED}
    unfit = change.people.unfit(change.tx, [slot.person for slot in change.row.slots])
    failed |= {person: f"{what}, who can't act here" for person, what in unfit.items()}
    reached = {person for person in failed if change.reaches_by_mail(person)}
    gone = change.people.gone(change.tx, failed.keys() - reached) | unfit.keys()
    for slot in [slot for slot in change.row.slots if slot.person in gone]:
        role, before, why = slot.role, slot.person, failed[slot.person] or _LEFT
        found = change.find(role, passed_over=gone)
        person, how = (found.person, found.how) if found else (change.row.declared_by, "no one else can be reached")
        change.hold(role, person, how)
        change.invite(person)
        change.record("passed over", before={role: before}, after={role: person}, reason=why)
        change.announce(PassedOver(role=role, before=before, why=why, person=person, how=how))
        pages.hand_on(change, role, before)
