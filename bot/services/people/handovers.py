"""Roles handed over by acceptance: offered, accepted, declined, or lapsed back to the holder."""

from datetime import datetime
from typing import Any

from bot.database import ledger
from bot.database.change import Change
from bot.errors import NotFound
from bot.policy.decide import promises
from bot.policy.plan import handovers
from bot.policy.record.announcements.people import Assigned, OfferEnded, RoleOffered
from bot.policy.record.escalation import FIX_OWNER
from bot.policy.record.notices.people import OfferEndedNotice, RoleOfferedNotice
from bot.services.paging import pages
from bot.services.paging.acknowledgements import acknowledge


def offer(change: Change, role: str, person: str, *, by: str) -> None:
    """Ask somebody to take a role. An earlier offer of the role is replaced; the holder keeps it until they accept."""
    until = _whole(handovers.expires_at(change.policy, change.row.level, change.tx.now))
    asked = {"role": role, "person": person, "by": by, "asked_at": change.tx.now.isoformat()}
    others = [one for one in change.row.handovers if one["role"] != role]
    change.row.handovers = [*others, {**asked, "expires_at": until.isoformat()}]
    change.invite(person)
    change.record("role offered", by=by, after={role: person})
    change.notify(RoleOfferedNotice(role=role, by=by, expires_at=until), person, in_channel=True)
    owner = change.facts.holder(role) or change.row.declared_by
    change.announce(RoleOffered(by=by, role=role, person=person, owner=owner))


def accept(change: Change, role: str, *, by: str) -> None:
    """Take a role that was offered. Raises NotFound if there is no such offer any more."""
    if _taken_out(change, role, by) is None:
        raise NotFound("That offer is over. Use More \u2192 Change owner to take the role.")
    assign(change, role, by, by=by)


def decline(change: Change, role: str, *, by: str) -> None:
    """Turn an offer down, and tell who made it. Raises NotFound if there is no such offer any more."""
    found = _taken_out(change, role, by)
    if found is None:
        raise NotFound("That offer is over.")
    _ended(change, role, found, lapsed=False)


def lapse(change: Change, role: str) -> None:
    """End an offer that nobody answered in time, and tell who made it."""
    found = next((one for one in change.row.handovers if one["role"] == role), None)
    if found is not None and datetime.fromisoformat(found["expires_at"]) <= change.tx.now:
        change.row.handovers = [one for one in change.row.handovers if one is not found]
        _ended(change, role, found, lapsed=True)


def assign(change: Change, role: str, person: str, *, by: str) -> None:
    """Give somebody a role now. An offer of it is over."""
    change.row.handovers = [one for one in change.row.handovers if one["role"] != role]
    before = change.facts.holder(role)
    change.hold(role, person, "took it over" if person == by else f"assigned by {by}")
    change.invite(person)
    ledger.owe(change, promises.after_event(change.facts, change.policy, change.tx.now))
    pages.hand_over(change, role, by=by)
    if role == FIX_OWNER and person == by:
        acknowledge(change, by=by, aloud=False)
    change.record("assigned", by=by, before={role: before}, after={role: person})
    change.announce(Assigned(by=by, role=role, person=person, before=before))


def _ended(change: Change, role: str, found: dict[str, Any], *, lapsed: bool) -> None:
    person = found["person"]
    change.record("role offer ended", after={role: person}, reason="no answer" if lapsed else "declined")
    owner = change.facts.holder(role) or change.row.declared_by
    change.announce(OfferEnded(role=role, person=person, owner=owner, lapsed=lapsed))
    change.notify(OfferEndedNotice(role=role, person=person, why="lapsed" if lapsed else "declined"), found["by"])


def _taken_out(change: Change, role: str, person: str) -> dict[str, Any] | None:
    """Remove an offer to somebody and return it; None if there is none."""
    mine = change.people.identities(change.tx, person)
    found = next((one for one in change.row.handovers if one["role"] == role and one["person"] in mine), None)
    if found is not None:
        change.row.handovers = [one for one in change.row.handovers if one is not found]
    return found


def _whole(at: datetime) -> datetime:
    """Return a time to the second, as timers have it."""
    return at.replace(microsecond=0)
