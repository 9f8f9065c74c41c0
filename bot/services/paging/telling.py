"""Telling the holders of a level's roles directly, beside the channel (docs/policy.md#levels)."""

from collections.abc import Sequence

from bot.database.change import Change
from bot.policy.decide.routing import NOBODY_NAMED
from bot.policy.record.notices.paging import ToldNotice
from bot.services.paging import pages


def tell_directly(change: Change, roles: Sequence[str], *, is_upgrade: bool = False) -> None:
    """Send the holders of some roles a direct message, each person once, and nobody who is paged or has declared it."""
    told = {*pages.reached(change), change.row.declared_by}
    for role in roles:
        holder = change.facts.holders.get(role)
        if holder is None or holder.how == NOBODY_NAMED or holder.person in told:
            continue
        told.add(holder.person)
        change.notify(
            ToldNotice(role=role, level=change.row.level, is_upgrade=is_upgrade), holder.person, in_channel=True
        )
