"""The company's own people: who is on call, who owns an area, who manages whom, the regions, and the fallbacks.

People are named by e-mail or by Slack id; both may mean the same person, see `Directory.identities`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    StringConstraints,
    field_validator,
    model_validator,
)

from bot.policy.addresses import is_web_address
from bot.policy.model.reaching import Reachable
from bot.policy.model.rotas import Identity, Rota, wall_time
from bot.policy.schema import Key, Mistake, Part, keyed
from bot.policy.time.zones import ZoneName


class EntryKind(StrEnum):
    """The kinds of entries that admins can add in Slack."""

    PERSON = "person"
    AREA = "area"
    REGION = "region"
    CONTACT = "contact"
    FALLBACK = "fallback"
    TEAM = "team"
    ROTA = "rota"


# An entry that admins have added: its kind, its key, and what the file would say.
Entry = tuple[EntryKind, str, Mapping[str, Any]]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def phone_number(text: str) -> str:
    """Return a phone number as it is dialled from anywhere (`+4930901820`). Raises `Mistake`."""
    import phonenumbers  # noqa: PLC0415 - only directories with phones need its large tables

    right = "write it with its country, such as +49 30 901820"
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        raise Mistake(f"{text!r} is not a phone number", right) from None
    if not phonenumbers.is_possible_number(number):
        raise Mistake(f"{text!r} is not a phone number", right)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=60), AfterValidator(phone_number)]


def identity_key(person: str) -> str:
    """Return the key by which identities are equal: e-mails ignore case, Slack ids don't."""
    return person.casefold() if "@" in person else person


class NamedShift(Part):
    """A shift that a person has instead of the rota's, from one wall time to another in `zone`."""

    person: Identity
    starts_at: datetime
    ends_at: datetime
    zone: ZoneName = "UTC"

    @field_validator("starts_at", "ends_at")
    @classmethod
    def _local(cls, value: datetime) -> datetime:
        return wall_time(value)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends_at <= self.starts_at:
            raise Mistake("the shift ends before it starts", "let `ends_at` be later than `starts_at`")
        return self


class Area(Part):
    """A product area: its accountable owner, and the sources of who is on call.

    `rota`, or several `rotas` that follow each other (one per region), each with `overrides`; `calendar_url`, an
    iCalendar feed whose events name people; `pagerduty_schedule`; `on_call_group`, a Slack user group whose members
    are on call. `group_to_keep` is a Slack user group that is kept in step with who is on call.
    """

    key: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=75)]
    owner: Identity | None = None
    rota: Rota | None = None
    rotas: tuple[Rota, ...] = ()
    overrides: tuple[NamedShift, ...] = ()
    calendar_url: Words | None = None
    pagerduty_schedule: Words | None = None
    on_call_group: Words | None = None
    group_to_keep: Words | None = None

    @field_validator("calendar_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        if value is not None and not is_web_address(value):
            raise Mistake(f"{value!r} is not a web address", "write the feed's address, such as https://…/oncall.ics")
        return value

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.rota is not None and self.rotas:
            raise Mistake("both `rota` and `rotas` are given", "write all of them under `rotas`")
        if self.on_call_group is not None and self.on_call_group == self.group_to_keep:
            raise Mistake("one group is both read and kept in step", "name two groups, or one of them only")
        return self

    @property
    def all_rotas(self) -> tuple[Rota, ...]:
        """The rotas in the order in which they are asked: an area made in Slack may have its own and more."""
        return (self.rota, *self.rotas) if self.rota is not None else self.rotas

    @property
    def has_on_call(self) -> bool:
        """Return True if there is any source of who is on call."""
        return bool(self.all_rotas or self.calendar_url or self.pagerduty_schedule or self.on_call_group)

    def people(self) -> Iterator[str]:
        """Yield everybody whom the area names."""
        if self.owner is not None:
            yield self.owner
        for rota in self.all_rotas:
            yield from rota.people
        for shift in self.overrides:
            yield shift.person


class MoreRota(Part):
    """A further rota of an area, such as a region's: admins add them in Slack, where each is an entry."""

    area: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    name: Key
    rota: Rota

    @property
    def key(self) -> str:
        """The key of its entry."""
        return f"{self.area.casefold()}:{self.name}"


class DirectoryPerson(Reachable):
    """A person of the company. `phone` is dialled from anywhere: `+4930901820`."""

    email: Identity
    slack_id: Identity | None = None
    manager: Identity | None = None
    name: Words | None = None
    phone: Phone | None = None
    region: Key | None = None


class Region(Part):
    """A region, and who holds roles for its accounts: `people` is slot of the policy to person.

    Its calendar is the policy's (`regions`), because clocks are counted on it.
    """

    key: Key
    name: Words
    people: Mapping[str, Identity] = Field(default_factory=dict)


class Contact(Part):
    """A line of the contact matrix: who is reached on a rung of the ladder, and how."""

    key: Key
    person: Identity | None = None
    name: Words | None = None
    phone: Phone | None = None
    hours: Words | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.person is None and self.name is None:
            raise Mistake("the contact names nobody", "give it a `person` (e-mail or Slack id) or a `name`")
        return self


class Directory(Part):
    """The whole directory: the file, and what admins add in Slack.

    `teams` names the people of the policy's teams, by the team's key. `contacts` is the contact matrix by rung.
    """

    fallback: Mapping[str, Identity] = Field(default_factory=dict)
    people: tuple[DirectoryPerson, ...] = ()
    areas: tuple[Area, ...] = ()
    teams: Mapping[str, tuple[Identity, ...]] = Field(default_factory=dict)
    regions: Annotated[tuple[Region, ...], BeforeValidator(lambda value: keyed(value, "key"))] = ()
    contacts: Annotated[tuple[Contact, ...], BeforeValidator(lambda value: keyed(value, "key"))] = ()
    # Who may change the directory in Slack.
    admins: tuple[Identity, ...] = ()
    _more_rotas: Mapping[str, MoreRota] = PrivateAttr(default_factory=dict)

    @property
    def more_rotas(self) -> Mapping[str, MoreRota]:
        """The further rotas that admins have added to areas made in Slack, by the key of their entry."""
        return self._more_rotas

    @cached_property
    def _entries(self) -> Mapping[str, DirectoryPerson]:
        known: dict[str, DirectoryPerson] = {}
        for entry in self.people:
            known[identity_key(entry.email)] = entry
            if entry.slack_id:
                known[entry.slack_id] = entry
        return known

    @cached_property
    def _areas(self) -> Mapping[str, Area]:
        return {area.key.casefold(): area for area in self.areas}

    @cached_property
    def _areas_by_name(self) -> Mapping[str, Area]:
        return {" ".join(area.name.casefold().split()): area for area in self.areas}

    @cached_property
    def _by_name(self) -> Mapping[str, str]:
        names = [(" ".join(person.name.casefold().split()), person.email) for person in self.people if person.name]
        twice = {name for name, count in Counter(name for name, _ in names).items() if count > 1}
        return {name: email for name, email in names if name not in twice}

    @cached_property
    def _regions(self) -> Mapping[str, Region]:
        return {region.key.casefold(): region for region in self.regions}

    @cached_property
    def _contacts(self) -> Mapping[str, Contact]:
        return {contact.key: contact for contact in self.contacts}

    def area(self, key: str | None) -> Area | None:
        """Return an area by its key, in any case."""
        return self._areas.get(key.casefold()) if key else None

    def area_named(self, text: str) -> Area | None:
        """Return an area by its key or name, in any case."""
        wanted = " ".join(text.casefold().split())
        return self._areas.get(wanted) or self._areas_by_name.get(wanted)

    def region(self, key: str | None) -> Region | None:
        """Return a region by its key, in any case."""
        return self._regions.get(key.casefold()) if key else None

    def contact(self, key: str) -> Contact | None:
        """Return the line of the contact matrix for a rung."""
        return self._contacts.get(key)

    def person(self, identity: str) -> DirectoryPerson | None:
        """Return somebody's entry, by e-mail or Slack id."""
        return self._entries.get(identity_key(identity))

    def named(self, name: str) -> str | None:
        """Return the e-mail of the person with a name, in any case; None if nobody, or more than one, has it."""
        return self._by_name.get(" ".join(name.casefold().split()))

    def manager_of(self, person: str) -> str | None:
        """Return somebody's manager, if the directory has it."""
        entry = self._entries.get(identity_key(person))
        return entry.manager if entry else None

    def slack_id_of(self, person: str) -> str | None:
        """Return somebody's Slack id, if the directory has it."""
        entry = self._entries.get(identity_key(person))
        return entry.slack_id if entry else None

    def identities(self, person: str) -> frozenset[str]:
        """Return every identity the directory has for somebody, including the given one."""
        entry = self._entries.get(identity_key(person))
        known = {identity_key(person)}
        if entry is not None:
            known |= {identity_key(entry.email)} | ({entry.slack_id} if entry.slack_id else set())
        return frozenset(known)

    def everybody(self) -> frozenset[str]:
        """Return every identity in the directory: those Slack should be asked about."""
        named = {entry.slack_id or entry.email for entry in self.people}
        named |= {entry.manager for entry in self.people if entry.manager}
        named |= set(self.fallback.values())
        named |= {person for area in self.areas for person in area.people()}
        named |= {person for region in self.regions for person in region.people.values()}
        named |= {contact.person for contact in self.contacts if contact.person} | set(self.admins)
        named |= {person for team in self.teams.values() for person in team}
        return frozenset(named)


def merged(file: Directory, entries: Iterable[Entry]) -> Directory:
    """Return the file's directory with the entries that admins added. Where both say something, the file wins.

    Raises pydantic's ValidationError for an entry that can't be read.
    """
    added: dict[EntryKind, dict[str, Mapping[str, Any]]] = {kind: {} for kind in EntryKind}
    for kind, key, data in entries:
        added[kind][key] = data
    known = {identity_key(person.email) for person in file.people}
    areas = {area.key.casefold() for area in file.areas}
    regions, contacts = ({part.key for part in parts} for parts in (file.regions, file.contacts))
    people = [each for key, each in added[EntryKind.PERSON].items() if identity_key(key) not in known]
    more = dict(sorted((key, MoreRota.model_validate(each)) for key, each in added[EntryKind.ROTA].items()))
    new_areas = [
        _with_more(Area.model_validate(each), more.values())
        for key, each in added[EntryKind.AREA].items()
        if key.casefold() not in areas
    ]
    found = file.model_copy(
        update={
            "people": (*file.people, *map(DirectoryPerson.model_validate, people)),
            "areas": (*file.areas, *new_areas),
            "regions": (
                *file.regions,
                *(Region.model_validate(each) for key, each in added[EntryKind.REGION].items() if key not in regions),
            ),
            "contacts": (
                *file.contacts,
                *(
                    Contact.model_validate(each)
                    for key, each in added[EntryKind.CONTACT].items()
                    if key not in contacts
                ),
            ),
            "fallback": {key: data["person"] for key, data in added[EntryKind.FALLBACK].items()} | dict(file.fallback),
            "teams": {key: tuple(data["people"]) for key, data in added[EntryKind.TEAM].items()} | dict(file.teams),
        }
    )
    own = {area.key.casefold() for area in new_areas}
    found._more_rotas = {key: each for key, each in more.items() if each.area.casefold() in own}  # noqa: SLF001 - a new copy
    return found


def _with_more(area: Area, more: Iterable[MoreRota]) -> Area:
    mine = tuple(each.rota for each in more if each.area.casefold() == area.key.casefold())
    return area.model_copy(update={"rotas": (*area.rotas, *mine)}) if mine else area
