"""Bringing in the next person when the impact hasn't stopped in time (docs/policy.md#unresolved)."""

from collections.abc import Sequence

from bot.database.change import Change
from bot.policy.plan import unresolved
from bot.policy.record.announcements.paging import StillUnresolved
from bot.policy.record.escalation import Holder
from bot.policy.record.notices.paging import BroughtInNotice


def bring_in(change: Change, roles: Sequence[str]) -> None:
    """Invite the holders of some roles and tell them directly, with one message in the channel for all of them."""
    after = change.tx.now - unresolved.since(change.facts)
    inside = {invitee.person for invitee in change.facts.invitees}
    people: list[str] = []
    missing: list[str] = []
    for role in roles:
        holder = _holder(change, role)
        if holder is None:
            missing.append(role)
            continue
        change.hold(role, holder.person, holder.how)
        if holder.person not in people:
            people.append(holder.person)
            change.invite(holder.person)
            change.notify(BroughtInNotice(role=role, after=after), holder.person, in_channel=True)
        change.record("brought in", after={"person": holder.person, "role": role})
    change.announce(
        StillUnresolved(
            after=after,
            brought_in=tuple(person for person in people if person not in inside),
            told=tuple(person for person in people if person in inside),
            missing=tuple(missing),
        )
    )


def _holder(change: Change, role: str) -> Holder | None:
    """Return the holder of a role, else who is named for it. The declarer doesn't stand in for anybody."""
    holder = change.facts.holders.get(role)
    if holder is not None and holder.person != change.row.declared_by:
        return holder
    return change.find(role)
