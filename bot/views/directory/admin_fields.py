"""The fields of the directory's forms, a form for each kind of entry, and how their answers are read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2s
from typing import Any, Final

from slack_sdk.models.blocks import (
    Option,
    StaticSelectElement,
    UserMultiSelectElement,
    UserSelectElement,
)

from bot.policy.model.directory import Directory, DirectoryPerson, EntryKind
from bot.policy.model.reaching import QuietHours
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, role_title
from bot.ports.workspace import Block
from bot.views.directory import rota_fields
from bot.views.kit.parts import context, option, question, text_input
from bot.views.kit.text import has_slack_id

MOST_OPTIONS: Final = 100
_REGION_ROLES: Final = (FIX_OWNER, RELATIONSHIP_OWNER, MANAGER)
_MOST_MARKS: Final = 100
# The fields that name several people.
_LISTS: Final = frozenset({"rota_people", "people"})
_MORE: Final = (
    "More rotas, such as one for each region, are added under *Rotas*. Single shifts are given where you ask who is on "
    "call."
)


@dataclass(frozen=True, slots=True)
class FormContext:
    """Facts for the forms. `known` has the Slack id of everybody whom the directory names, or their mail.

    `own_areas` are the keys of the areas made in Slack, in lower case.
    """

    directory: Directory
    policy: Policy
    known: Mapping[str, str]
    now: datetime
    own_areas: frozenset[str] = frozenset()

    def slack_id(self, person: str | None) -> str | None:
        """Return somebody's Slack id; None for nobody, and for somebody known by mail only."""
        found = self.known.get(person, person) if person is not None else None
        return found if found is not None and has_slack_id(found) else None


def draw(kind: EntryKind, of: FormContext, key: str | None) -> Iterator[Block]:
    """Yield the fields of a kind, for a new entry or the one with a key."""
    return _FIELDS[kind](of, key)


def unseen(kind: EntryKind, of: FormContext, key: str | None) -> dict[str, list[str]]:
    """Return marks of the people whom an entry's form can't show, known by mail only, by field. Saving keeps them.

    Marks, because Slack keeps at most 3,000 characters with a form.
    """
    people = _people_of(kind, of.directory, key) if key is not None else ()
    found = {field: [_mark(who) for who in named if of.slack_id(who) is None] for field, named in people}
    return {field: marks[:_MOST_MARKS] for field, marks in found.items() if marks}


def read(
    kind: EntryKind, given: Mapping[str, Any], directory: Directory, key: str | None, kept: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Return a form's answers as the directory file would write them, without what was left empty.

    `kept` marks the people of the entry whom the form couldn't show.
    """
    data = dict(given)
    for field, named in _people_of(kind, directory, key) if kept else ():
        people = [who for who in named if _mark(who) in kept.get(field, ())]
        if people:
            data[field] = [*(data.get(field) or []), *people] if field in _LISTS else data.get(field) or people[0]
    data = {name: value for name, value in data.items() if value not in (None, "", [])}
    match kind:
        case EntryKind.AREA:
            return rota_fields.read(data)
        case EntryKind.ROTA:
            return rota_fields.read(data)
        case EntryKind.REGION:
            data["people"] = {role: data.pop(role) for role in list(data) if role not in ("key", "name")}
            return data
        case EntryKind.PERSON:
            return _with_routes(data)
        case _:
            return data


def _mark(person: str) -> str:
    return blake2s(person.encode(), digest_size=4).hexdigest()


def _people_of(kind: EntryKind, directory: Directory, key: str | None) -> Iterator[tuple[str, Sequence[str]]]:
    match kind:
        case EntryKind.PERSON:
            entry = directory.person(key or "")
            yield "manager", [entry.manager] if entry is not None and entry.manager else []
        case EntryKind.AREA:
            area = directory.area(key)
            yield "owner", [area.owner] if area is not None and area.owner else []
            yield "rota_people", area.rota.people if area is not None and area.rota is not None else []
        case EntryKind.ROTA:
            more = directory.more_rotas.get(key or "")
            yield "rota_people", more.rota.people if more is not None else []
        case EntryKind.REGION:
            region = directory.region(key)
            yield from ((role, [who]) for role, who in (region.people.items() if region is not None else ()))
        case EntryKind.CONTACT:
            contact = directory.contact(key or "")
            yield "person", [contact.person] if contact is not None and contact.person else []
        case EntryKind.FALLBACK:
            yield "person", [directory.fallback[key]] if key is not None and key in directory.fallback else []
        case EntryKind.TEAM:
            yield "people", directory.teams.get(key or "", ())


def _with_routes(data: dict[str, Any]) -> dict[str, Any]:
    """Return a person's fields with their routes as a list, and the parts of the quiet hours put together."""
    if "routes" in data:
        data["routes"] = str(data["routes"]).replace(",", " ").split()
    zone = data.pop("quiet_hours_zone", None)
    if "quiet_hours" in data:
        start, _, end = str(data["quiet_hours"]).partition("-")
        data["quiet_hours"] = {"from": start.strip(), "to": end.strip()} | ({"zone": zone} if zone else {})
    return data


def _person_fields(of: FormContext, key: str | None) -> Iterator[Block]:
    known = of.directory.person(key) if key else None
    yield question("email", "E-mail", text_input("email", initial=known.email if known else None, limit=320))
    yield _text("name", "Name", known.name if known else None)
    yield _user(of, "slack_id", "In Slack", known.slack_id if known else None)
    yield _user(of, "manager", "Manager", known.manager if known else None)
    yield _text("phone", "Phone", known.phone if known else None, hint="With the country, such as +49 30 901820.")
    regions = [option(region.key, region.name) for region in of.directory.regions][:MOST_OPTIONS]
    if regions:
        yield _select("region", "Region", regions, known.region if known else None, optional=True)
    yield from _route_fields(known)


def _route_fields(known: DirectoryPerson | None) -> Iterator[Block]:
    routes, quiet = (", ".join(known.routes), known.quiet_hours) if known else (None, None)
    yield _text("routes", "Routes, in order", routes, hint="Such as pagerduty, apprise:sms, mail, slack.")
    span, zone = (_span(quiet), quiet.zone) if quiet else (None, None)
    yield _text("quiet_hours", "Quiet hours", span, hint="Such as 22:00-07:00. The highest severity ignores them.")
    yield _text("quiet_hours_zone", "Their time zone", zone, hint="Such as Europe/Berlin. Without one, UTC.")


def _area_fields(of: FormContext, key: str | None) -> Iterator[Block]:
    known = of.directory.area(key) if key else None
    if known is None:
        yield question("key", "Key", text_input("key", limit=80), hint="A short word, such as exports. It stays.")
    yield question("name", "Name", text_input("name", initial=known.name if known else None, limit=75))
    yield _user(of, "owner", "Accountable owner", known.owner if known else None)
    people = _users(
        of, "rota_people", "On call, in this order", known.rota.people if known and known.rota else (), optional=True
    )
    yield from rota_fields.draw(of.directory, known.rota if known else None, people, of.now)
    yield _text("calendar_url", "Calendar feed", known.calendar_url if known else None, hint="An iCalendar address.")
    yield _text("pagerduty_schedule", "PagerDuty schedule", known.pagerduty_schedule if known else None, hint="Its id.")
    yield _text("on_call_group", "Slack user group that says who is on call", known.on_call_group if known else None)
    yield _text("group_to_keep", "Slack user group to keep in step", known.group_to_keep if known else None)
    yield context(_MORE)


def _more_rota_fields(of: FormContext, key: str | None) -> Iterator[Block]:
    known = of.directory.more_rotas.get(key) if key else None
    if known is None:
        areas = [option(area.key, area.name) for area in of.directory.areas if area.key.casefold() in of.own_areas]
        if not areas:
            yield context("Add a product area first. Areas of the directory file have all their rotas there.")
            return
        yield _select("area", "Product area", areas[:MOST_OPTIONS], None)
        yield question("name", "Name", text_input("name", limit=40), hint="A short word, such as apac. It stays.")
    people = _users(of, "rota_people", "On call, in this order", known.rota.people if known else ())
    yield from rota_fields.draw(of.directory, known.rota if known else None, people, of.now)


def _region_fields(of: FormContext, key: str | None) -> Iterator[Block]:
    known = of.directory.region(key) if key else None
    if known is None:
        yield question("key", "Key", text_input("key", limit=40), hint="As accounts have it, such as emea. It stays.")
    yield question("name", "Name", text_input("name", initial=known.name if known else None, limit=75))
    on_ladder = [rung.slot for rung in of.policy.ladder if rung.slot is not None]
    labels = {slot.key: slot.label for slot in of.policy.slots}
    for role in dict.fromkeys((*_REGION_ROLES, *on_ladder, *(known.people if known else ()))):
        label = labels.get(role) or role_title(role)
        yield _user(of, role, label, known.people.get(role) if known else None)
    yield context("The region's calendar is in the policy file.")


def _contact_fields(of: FormContext, key: str | None) -> Iterator[Block]:
    known = of.directory.contact(key) if key else None
    if known is None:
        rungs = [option(rung.key, f"{rung.key}: {rung.title}") for rung in of.policy.ladder][:MOST_OPTIONS]
        yield _select("key", "Level", rungs or [option("l1", "l1")], None)
    yield _user(of, "person", "Person", known.person if known else None)
    yield _text("name", "Name", known.name if known else None, hint="If they aren't in Slack.")
    yield _text("phone", "Phone", known.phone if known else None, hint="With the country, such as +49 30 901820.")
    yield _text("hours", "Hours", known.hours if known else None)


def _fallback_fields(of: FormContext, key: str | None) -> Iterator[Block]:
    if key is None:
        slots = [option(slot.key, slot.label) for slot in of.policy.slots][:MOST_OPTIONS]
        yield _select("key", "Role", slots, None)
    known = of.directory.fallback.get(key) if key else None
    yield _user(of, "person", "Person", known, optional=False)


def _team_fields(of: FormContext, key: str | None) -> Iterator[Block]:
    if key is None:
        teams = [option(team.key, team.name) for team in of.policy.teams][:MOST_OPTIONS]
        yield _select("key", "Team", teams or [option("team", "team")], None)
    yield _users(of, "people", "People", of.directory.teams.get(key, ()) if key else ())


_FIELDS: Final = {
    EntryKind.PERSON: _person_fields,
    EntryKind.AREA: _area_fields,
    EntryKind.REGION: _region_fields,
    EntryKind.CONTACT: _contact_fields,
    EntryKind.FALLBACK: _fallback_fields,
    EntryKind.TEAM: _team_fields,
    EntryKind.ROTA: _more_rota_fields,
}


def _text(name: str, label: str, initial: str | None, *, hint: str | None = None) -> Block:
    return question(name, label, text_input(name, initial=initial, limit=200), hint=hint, optional=True)


def _user(of: FormContext, name: str, label: str, initial: str | None, *, optional: bool = True) -> Block:
    user = of.slack_id(initial)
    stays = initial is not None and user is None
    hint = f"{initial} isn't known in Slack, and stays unless you choose someone." if stays else None
    element = UserSelectElement(action_id=name, initial_user=user)
    return question(name, label, element, hint=hint, optional=optional or stays)


def _users(of: FormContext, name: str, label: str, people: Sequence[str], *, optional: bool = False) -> Block:
    known = [found for who in people if (found := of.slack_id(who)) is not None]
    stay = [who for who in people if of.slack_id(who) is None]
    more = f" and {len(stay) - 1} more" if stay[1:] else ""
    hint = f"Not known in Slack, and kept: {stay[0]}{more}." if stay else None
    element = UserMultiSelectElement(action_id=name, initial_users=known or None)
    return question(name, label, element, hint=hint, optional=optional or bool(stay))


def _select(name: str, label: str, options: list[Option], initial: str | None, *, optional: bool = False) -> Block:
    chosen = next((each for each in options if each.value == initial), None)
    element = StaticSelectElement(action_id=name, options=options, initial_option=chosen)
    return question(name, label, element, optional=optional)


def _span(quiet: QuietHours) -> str:
    return f"{quiet.start:%H:%M}-{quiet.end:%H:%M}"
