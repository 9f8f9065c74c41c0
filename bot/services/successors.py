"""A role goes on when whoever is named for it cannot be reached: to the next whom the policy names for it.

The fix owner is whoever is on call, else whoever is accountable, else the fallback; a link that has broken ends no
chain. At its end stands the declarer, as with a role that nobody is named for.
"""

from bot.policy.escalation import InviteState
from bot.services import pages
from bot.services.records import Change


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
