"""The audit of directory and policy, for admins."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, literal, select, union_all

from bot.database.people import People
from bot.database.transaction import Database, Transaction
from bot.models import reading
from bot.models.directory import DirectoryChange
from bot.models.policy_version import PolicyChange
from bot.policy.record.directory_changes import DirectoryAudited, PolicyAudited, SettingsPage
from bot.services.directory.directory_changes import require_admin

# How many changes a page shows.
PAGE: Final = 12


@dataclass(frozen=True)
class SettingsAudit:
    """Read the audit of directory and policy."""

    database: Database
    people: People

    def page(self, first: int, *, viewer: str) -> SettingsPage:
        """Return a page of changes, newest first, after `first` newer ones. Raises NotAnAdmin, NotAMember."""
        with self.database.transaction() as tx:
            require_admin(tx, self.people, viewer)
            counts = (func.count(DirectoryChange.id), func.count(PolicyChange.id))
            total = sum(tx.session.scalars(select(count)).one() for count in counts)
            first = max(0, min(first, (total - 1) // PAGE * PAGE))
            return SettingsPage(_changes(tx, first), first, PAGE, total)


_EVERY: Final = union_all(
    select(literal(0).label("place"), DirectoryChange.id.label("id"), DirectoryChange.at.label("at")),
    select(literal(1).label("place"), PolicyChange.id.label("id"), PolicyChange.at.label("at")),
).subquery()


def _changes(tx: Transaction, first: int) -> tuple[DirectoryAudited | PolicyAudited, ...]:
    newest = (
        select(_EVERY.c.place, _EVERY.c.id).order_by(_EVERY.c.at.desc(), _EVERY.c.id.desc()).offset(first).limit(PAGE)
    )
    keys = [(int(place), int(number)) for place, number in tx.session.execute(newest.offset(first).limit(PAGE))]
    found: dict[tuple[int, int], DirectoryAudited | PolicyAudited] = {}
    numbers = [number for place, number in keys if place == 0]
    for entry in tx.session.scalars(select(DirectoryChange).where(DirectoryChange.id.in_(numbers))):
        if reading.problem(entry) is None:
            found[0, entry.id] = DirectoryAudited(
                entry.kind, entry.key, entry.by, entry.at, entry.before or {}, entry.after or {}
            )
    numbers = [number for place, number in keys if place == 1]
    for row in tx.session.scalars(select(PolicyChange).where(PolicyChange.id.in_(numbers))):
        if reading.problem(row) is None:
            found[1, row.id] = PolicyAudited(row.name, row.version, row.owner, tuple(row.changed), row.at)
    return tuple(found[key] for key in keys if key in found)
