"""Changes of the directory that admins make in Slack, each in the audit. Where the file says it too, the file wins."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from bot.database import submissions
from bot.database.locks import advisory_lock
from bot.database.people import People
from bot.database.policies import Policies
from bot.database.transaction import Database, Transaction
from bot.errors import FormError, NotAnAdmin, NotFound
from bot.models import reading
from bot.models.account import Person, PersonState
from bot.models.directory import DirectoryChange, DirectoryEntry
from bot.models.escalation import Escalation
from bot.models.review import CorrectiveAction
from bot.models.updates import Update
from bot.policy.decide.directory_gaps import DirectoryGap, gaps
from bot.policy.file import loading
from bot.policy.model.directory import (
    Area,
    Contact,
    Directory,
    DirectoryPerson,
    EntryKind,
    MoreRota,
    Region,
    identity_key,
    merged,
)
from bot.policy.model.rules import Policy
from bot.policy.record.directory_changes import ChangeShown
from bot.policy.record.setup_guide import SetupGuide
from bot.policy.schema import Mistake, Part

# How many admins a refusal names.
_ADMINS: Final = 3
# How many of the latest changes are shown.
SHOWN: Final = 5
_PARTS: Final[Mapping[EntryKind, type[Part]]] = {
    EntryKind.PERSON: DirectoryPerson,
    EntryKind.AREA: Area,
    EntryKind.REGION: Region,
    EntryKind.CONTACT: Contact,
    EntryKind.ROTA: MoreRota,
}
_NEEDED: Final = "Choose one."
_IN_FILE: Final = "The directory file has this, and the file wins. Change it there."


@dataclass(frozen=True, slots=True)
class DirectoryOverview:
    """The directory as an admin sees it. `own` are the entries made in Slack, which can be changed there."""

    directory: Directory
    policy: Policy
    own: frozenset[tuple[EntryKind, str]]
    gaps: tuple[DirectoryGap, ...]
    changes: tuple[ChangeShown, ...]
    # The Slack id of everybody whom the directory names; their mail address if none is known yet.
    known: Mapping[str, str]


@dataclass(frozen=True)
class DirectoryChanges:
    """Show and change the directory. Each method is one transaction; those with `by` or `viewer` are for admins."""

    database: Database
    people: People
    policies: Policies

    def refresh(self) -> bool:
        """Read what admins have changed since the last look, in this process or another."""
        with self.database.transaction() as tx:
            return self.people.refresh(tx)

    def is_admin(self, person: str) -> bool:
        """Return True if somebody may change the directory."""
        with self.database.reading() as tx:
            return is_admin(tx, self.people, person)

    def overview(self, *, viewer: str) -> DirectoryOverview:
        """Return the whole directory with its gaps and latest changes. Raises NotAMember, NotAnAdmin."""
        with self.database.transaction() as tx:
            require_admin(tx, self.people, viewer)
            self.people.refresh(tx)
            latest = select(DirectoryChange).order_by(DirectoryChange.id.desc()).limit(SHOWN)
            changes = tuple(
                ChangeShown(row.kind, row.key, row.by, row.at, row.after is None)
                for row in tx.session.scalars(latest)
                if reading.problem(row) is None
            )
            file = self.people.file
            own = frozenset((kind, key) for kind, key, _ in self.people.entries if not in_file(file, kind, key))
            directory, policy = self.people.directory, self.policies.current
            known = self.people.resolve(tx, directory.everybody())
            return DirectoryOverview(directory, policy, own, tuple(gaps(directory, policy)), changes, known)

    def guide(self, *, viewer: str) -> SetupGuide | None:
        """Return how far the set-up is, for an admin; None for anybody else, and once nothing is left to say."""
        with self.database.reading() as tx:
            if not is_admin(tx, self.people, viewer):
                return None
            policy = self.policies.current
            found = SetupGuide(
                has_own_policy=policy.name not in loading.PRESETS,
                gaps=tuple(gap.what for gap in gaps(self.people.directory, policy)),
                has_escalations=_has_any(tx, Escalation.id),
                has_updates=_has_any(tx, Update.id),
                has_reviews=_has_any(tx, CorrectiveAction.id),
            )
            return None if found.is_over else found

    def put(self, kind: EntryKind, data: Mapping[str, Any], *, by: str, is_new: bool = False) -> None:
        """Add an entry, or change the one with its key. Raises FormError at the field, NotAnAdmin, NotAMember.

        One that `is_new` doesn't take the place of an entry that somebody else has added.
        """
        with self.database.transaction() as tx:
            submissions.note(tx)
            require_admin(tx, self.people, by)
            advisory_lock(tx, "directory")  # of two who add the same, the second sees what the first added
            self.people.refresh(tx)
            key, stored = checked(kind, data)
            if in_file(self.people.file, kind, key):
                raise FormError(_key_field(kind), _IN_FILE)
            known = [own for other, own, _ in self.people.entries if other is kind]
            if is_new and key.casefold() in map(str.casefold, known):
                raise FormError(_key_field(kind), "This is in the directory already. Choose it there to change it.")
            if kind is EntryKind.ROTA and self.people.directory.area(stored["area"]) is None:
                raise FormError("area", "That area isn't there any more.")
            if kind is EntryKind.AREA and _is_taken(self.people.directory, key, stored["name"]):
                raise FormError("name", "Another area has this name.")
            store(tx, kind, key, stored, by=by)
            self.people.refresh(tx)
            named = merged(Directory(), [(kind, key, stored)]).everybody()
            self.people.look_up(tx, named | set(stored["rota"]["people"] if kind is EntryKind.ROTA else ()))

    def remove(self, kind: EntryKind, key: str, *, by: str) -> None:
        """Remove an entry that was made in Slack. Raises NotFound, NotAnAdmin, NotAMember."""
        with self.database.transaction() as tx:
            require_admin(tx, self.people, by)
            row = tx.session.get(DirectoryEntry, (kind, key))
            if row is None:
                raise NotFound("That entry isn't there any more.")
            rotas = [key for key, more in self.people.directory.more_rotas.items() if more.area.casefold() == row.key]
            for each in (row, *_entries(tx, EntryKind.ROTA, rotas if kind is EntryKind.AREA else ())):
                note(tx, each.kind, each.key, before=each.data, after=None, by=by)
                tx.session.delete(each)
            tx.session.flush()
            self.people.refresh(tx)


def is_admin(tx: Transaction, people: People, person: str) -> bool:
    """Return True if somebody may change the directory: those it names, or Slack's admins if it names nobody."""
    if people.directory.admins:
        own = people.identities(tx, person)
        return any(identity_key(admin) in own for admin in people.directory.admins)
    return bool(tx.session.scalars(select(Person.is_admin).where(Person.slack_id == person)).one_or_none())


def require_admin(tx: Transaction, people: People, person: str) -> None:
    """Raise NotAnAdmin for those who may not change the directory, NotAMember for those who may not use Escalate."""
    people.must_be_ours(tx, person)
    if not is_admin(tx, people, person):
        known = [*people.resolve(tx, people.directory.admins[:_ADMINS]).values()] or _of_the_workspace(tx)
        names = people.names(tx, known)
        raise NotAnAdmin([names.get(who, who) for who in known])


def _of_the_workspace(tx: Transaction) -> list[str]:
    """Return some who administer the Slack workspace, as far as they are known."""
    admins = select(Person.slack_id).where(
        Person.is_admin, Person.state == PersonState.ACTIVE, Person.name.is_not(None)
    )
    return [who for who in tx.session.scalars(admins.order_by(Person.id).limit(_ADMINS)) if who is not None]


def checked(kind: EntryKind, data: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the key and the stored form of an entry. Raises FormError at the first field that can't be used."""
    part = _PARTS.get(kind)
    if part is None:
        needed = ("key", "person" if kind is EntryKind.FALLBACK else "people")
        if missing := {name: _NEEDED for name in needed if not data.get(name)}:
            raise FormError.of(missing)
        stored = {name: value for name, value in data.items() if name != "key"}
        return str(data["key"]), stored
    try:
        found = part.model_validate(data)
    except ValidationError as error:
        raise FormError.of(_at_fields(error)) from None
    stored = found.model_dump(mode="json", exclude_defaults=True, by_alias=True)
    if isinstance(found, MoreRota):
        return found.key, stored
    return identity_key(str(stored[_key_field(kind)])), stored


def store(tx: Transaction, kind: EntryKind, key: str, data: dict[str, Any], *, by: str) -> bool:
    """Write an entry and its audit; return True if anything changed."""
    advisory_lock(tx, "directory")  # a new entry has no row yet that two admins could wait for
    row = tx.session.get(DirectoryEntry, (kind, key), populate_existing=True)
    before = dict(row.data) if row is not None else None
    if before == data:
        return False
    if row is None:
        row = DirectoryEntry(kind=kind, key=key)
        tx.session.add(row)
    row.data, row.by, row.at = data, by, tx.now
    note(tx, kind, key, before=before, after=data, by=by)
    tx.session.flush()
    return True


def in_file(file: Directory, kind: EntryKind, key: str) -> bool:
    """Return True if the directory file has an entry, which then counts."""
    match kind:
        case EntryKind.PERSON:
            return any(identity_key(person.email) == identity_key(key) for person in file.people)
        case EntryKind.AREA:
            return file.area(key) is not None
        case EntryKind.REGION:
            return file.region(key) is not None
        case EntryKind.CONTACT:
            return file.contact(key) is not None
        case EntryKind.FALLBACK:
            return key in file.fallback
        case EntryKind.TEAM:
            return key in file.teams
        case EntryKind.ROTA:
            return file.area(key.rpartition(":")[0]) is not None


def _is_taken(directory: Directory, key: str, name: str) -> bool:
    """Return True if the name of an area, or its key, is that of another: people choose and type areas by name."""
    other = directory.area_named(name)
    return other is not None and other.key.casefold() != key.casefold()


def _entries(tx: Transaction, kind: EntryKind, keys: Sequence[str]) -> Sequence[DirectoryEntry]:
    mine = (DirectoryEntry.kind == kind, DirectoryEntry.key.in_(keys))
    return tx.session.scalars(select(DirectoryEntry).where(*mine)).all() if keys else ()


def _has_any(tx: Transaction, key: InstrumentedAttribute[int]) -> bool:
    return tx.session.scalars(select(key).limit(1)).first() is not None


def note(
    tx: Transaction, kind: EntryKind, key: str, *, before: dict[str, Any] | None, after: dict[str, Any] | None, by: str
) -> None:
    """Add a change to the audit."""
    tx.session.add(DirectoryChange(kind=kind, key=key, before=before, after=after, by=by, at=tx.now))


def _at_fields(error: ValidationError) -> dict[str, str]:
    """Return what is wrong at each field, in words."""
    found: dict[str, str] = {}
    for one in error.errors(include_url=False):
        field = "_".join(str(part) for part in one["loc"] if not isinstance(part, int)) or "key"
        why = one.get("ctx", {}).get("error")
        words = f"{why.wrong}: {why.right}" if isinstance(why, Mistake) else str(one["msg"])
        found.setdefault(field, f"{words[:1].upper()}{words[1:]}.")
    return found


def _key_field(kind: EntryKind) -> str:
    return {EntryKind.PERSON: "email", EntryKind.ROTA: "area"}.get(kind, "key")


def keys_of(directory: Directory, kind: EntryKind) -> Sequence[str]:
    """Return the keys of a kind's entries, those of the file included."""
    match kind:
        case EntryKind.PERSON:
            return [identity_key(person.email) for person in directory.people]
        case EntryKind.AREA:
            return [area.key for area in directory.areas]
        case EntryKind.REGION:
            return [region.key for region in directory.regions]
        case EntryKind.CONTACT:
            return [contact.key for contact in directory.contacts]
        case EntryKind.FALLBACK:
            return list(directory.fallback)
        case EntryKind.TEAM:
            return list(directory.teams)
        case EntryKind.ROTA:
            return list(directory.more_rotas)
