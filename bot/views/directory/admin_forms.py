"""The directory as admins see and change it: an overview with what is missing, and a form for each kind of entry."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from slack_sdk.models.blocks import (
    DateTimePickerElement,
    Option,
    StaticSelectElement,
    UserMultiSelectElement,
    UserSelectElement,
)

from bot.policy.decide.directory_gaps import DirectoryGap
from bot.policy.model.directory import Area, Directory, EntryKind, identity_key
from bot.policy.model.rotas import first_shown
from bot.policy.model.rules import Policy
from bot.policy.record.directory_changes import ChangeShown
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, role_name
from bot.ports.workspace import Block, View
from bot.views.kit import ids, info_form
from bot.views.kit.parts import actions, button, confirm, context, modal, option, question, section, text_input
from bot.views.kit.text import clip, escape, has_slack_id, moment, person, unix

# The order of the kinds, with their names for one and for many.
KINDS: Final = {
    EntryKind.FALLBACK: ("fallback", "Fallbacks", "Who holds a role if no one else is named"),
    EntryKind.AREA: ("area", "Product areas", "Owner, and who is on call"),
    EntryKind.CONTACT: ("contact", "Contact matrix", "Who is reached when pages go up"),
    EntryKind.REGION: ("region", "Regions", "Who holds roles for a region's accounts"),
    EntryKind.TEAM: ("team", "Teams", "Who belongs to a team"),
    EntryKind.PERSON: ("person", "People", "Manager, phone, region"),
}
_MOST_OPTIONS: Final = 100
# Slack takes values of at most 150 characters, with the kind in them. Longer keys are changed in the file.
_LONGEST_KEY: Final = 130
_MOST_GAPS: Final = 6
_REGION_ROLES: Final = (FIX_OWNER, RELATIONSHIP_OWNER, MANAGER)
_DEFAULT_TURN: Final = "1w"


@dataclass(frozen=True, slots=True)
class EntryAsked:
    """The form's answers: the kind, and the fields as the directory file would write them."""

    kind: EntryKind
    data: Mapping[str, Any]


def overview(
    directory: Directory,
    own: frozenset[tuple[EntryKind, str]],
    missing: Sequence[DirectoryGap],
    changes: Sequence[ChangeShown],
) -> View:
    """Draw the directory: what is missing first, then each kind with what can be added and changed."""
    return info_form.shown("Directory", list(_overview(directory, own, missing, changes)))


def _overview(
    directory: Directory,
    own: frozenset[tuple[EntryKind, str]],
    missing: Sequence[DirectoryGap],
    changes: Sequence[ChangeShown],
) -> Iterator[Block]:
    said = [f":warning: {escape(gap.what)}: {escape(gap.otherwise)}." for gap in missing[:_MOST_GAPS]]
    if said:
        yield section("\n".join(said))
    if len(missing) > _MOST_GAPS:
        yield context(f"{len(missing) - _MOST_GAPS} more. `escalate doctor` lists them all.")
    for kind, (_, many, what) in KINDS.items():
        count = _count(directory, kind)
        add = button("Add", f"{ids.PRESS_ADMIN_ADD}{kind.value}", kind.value)
        yield section(f"*{many}* · {count}\n{what}", accessory=add, block_id=f"add-{kind.value}")
        mine = sorted(key for of, key in own if of is kind and len(key) <= _LONGEST_KEY)
        chosen = [option(f"{kind.value}:{key}", _label(directory, kind, key)) for key in mine[:_MOST_OPTIONS]]
        if chosen:
            name, words = f"{ids.PICK_ADMIN_ENTRY}{kind.value}", "Change one…"
            pick = StaticSelectElement(action_id=name, options=chosen, placeholder=words)
            yield actions(pick, block_id=f"kind-{kind.value}")
    for change in changes:
        did = "removed" if change.is_removal else "changed"
        yield context(f"{_by(change.by)} {did} {KINDS[change.kind][0]} {escape(change.key)} · {moment(change.at)}")
    yield context("Entries of the directory file are changed there. Where both say something, the file wins.")


def entry(kind: EntryKind, directory: Directory, policy: Policy, now: datetime, key: str | None = None) -> View:
    """Draw the form of a kind, for a new entry or the one with a key."""
    blocks = list(_FIELDS[kind](directory, policy, now, key))
    if key is not None:
        sure = confirm("Remove this?", "Who changed what stays in the audit.", "Remove", "Keep")
        blocks.append(
            actions(button("Remove", ids.PRESS_ADMIN_REMOVE, f"{kind.value}:{key}", style="danger", confirm=sure))
        )
    title = f"{'Change' if key else 'Add'} {KINDS[kind][0]}"
    return modal(ids.ADMIN_ENTRY, title, blocks, submit="Save", metadata=json.dumps({"kind": kind.value, "key": key}))


def read(view: Mapping[str, Any]) -> EntryAsked:
    """Return what was filled in, without what was left empty."""
    about = json.loads(view["private_metadata"])
    kind, values = EntryKind(about["kind"]), view["state"]["values"]
    data = {name: value for name, value in _given(values).items() if value not in (None, "", [])}
    if about.get("key") is not None and kind is not EntryKind.PERSON:
        data.setdefault("key", about["key"])
    if kind is EntryKind.AREA:
        data = _with_rota(data)
    if kind is EntryKind.REGION:
        data["people"] = {role: data.pop(role) for role in _REGION_ROLES if role in data}
    return EntryAsked(kind, data)


def _given(values: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, block in values.items():
        control = next(iter(block.values()), {})
        chosen = control.get("selected_option")
        given[name] = (
            (chosen or {}).get("value")
            or control.get("selected_user")
            or control.get("selected_users")
            or control.get("selected_date_time")
            or (control.get("value") or "").strip()
        )
    return given


def _with_rota(data: dict[str, Any]) -> dict[str, Any]:
    """Return an area's fields with those of its rota put together."""
    rota = {name.removeprefix("rota_"): data.pop(name) for name in list(data) if name.startswith("rota_")}
    if "people" not in rota:
        return data
    zone = str(rota.get("zone", "UTC"))
    starts = rota.pop("starts_at", None)
    local = datetime.fromtimestamp(int(starts), _zone(zone)) if starts else None
    rota["starts_at"] = local.replace(tzinfo=None).isoformat(timespec="minutes") if local else None
    return {**data, "rota": {name: value for name, value in rota.items() if value is not None}}


def _zone(name: str) -> Any:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - only forms with a rota need it

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _person_fields(directory: Directory, _policy: Policy, _now: datetime, key: str | None) -> Iterator[Block]:
    known = directory.person(key) if key else None
    yield question("email", "E-mail", text_input("email", initial=known.email if known else None, limit=320))
    yield _text("name", "Name", known.name if known else None)
    yield _user("slack_id", "In Slack", known.slack_id if known else None)
    yield _user("manager", "Manager", known.manager if known else None)
    yield _text("phone", "Phone", known.phone if known else None, hint="With the country, such as +49 30 901820.")
    regions = [option(region.key, region.name) for region in directory.regions][:_MOST_OPTIONS]
    if regions:
        yield _select("region", "Region", regions, known.region if known else None, optional=True)


def _area_fields(directory: Directory, _policy: Policy, now: datetime, key: str | None) -> Iterator[Block]:
    known = directory.area(key) if key else None
    if known is None:
        yield question("key", "Key", text_input("key", limit=80), hint="A short word, such as exports. It stays.")
    yield question("name", "Name", text_input("name", initial=known.name if known else None, limit=75))
    yield _user("owner", "Accountable owner", known.owner if known else None)
    yield from _rota_fields(known, now)
    yield _text("calendar_url", "Calendar feed", known.calendar_url if known else None, hint="An iCalendar address.")
    yield _text("on_call_group", "Slack user group that says who is on call", known.on_call_group if known else None)
    yield _text("group_to_keep", "Slack user group to keep in step", known.group_to_keep if known else None)


def _rota_fields(known: Area | None, now: datetime) -> Iterator[Block]:
    rota = known.rota if known else None
    people = [who for who in rota.people if has_slack_id(who)] if rota else None
    yield question(
        "rota_people",
        "On call, in this order",
        UserMultiSelectElement(action_id="rota_people", initial_users=people),
        optional=True,
    )
    every = str(rota.every) if rota else _DEFAULT_TURN
    yield _text("rota_every", "Each for", every, hint="1w, 1d or 12h; 1bd counts working days and needs the file.")
    starts = first_shown(rota.starts_at, rota.zone) if rota else now
    picker = DateTimePickerElement(action_id="rota_starts_at", initial_date_time=unix(starts) // 60 * 60)
    yield question("rota_starts_at", "First shift begins", picker, optional=True)
    yield _text("rota_zone", "Time zone", rota.zone if rota else None, hint="Such as Europe/Berlin. Without one, UTC.")


def _region_fields(directory: Directory, _policy: Policy, _now: datetime, key: str | None) -> Iterator[Block]:
    known = directory.region(key) if key else None
    if known is None:
        yield question("key", "Key", text_input("key", limit=40), hint="As accounts have it, such as emea. It stays.")
    yield question("name", "Name", text_input("name", initial=known.name if known else None, limit=75))
    for role in _REGION_ROLES:
        yield _user(role, role_name(role).capitalize(), known.people.get(role) if known else None)


def _contact_fields(directory: Directory, policy: Policy, _now: datetime, key: str | None) -> Iterator[Block]:
    known = directory.contact(key) if key else None
    if known is None:
        rungs = [option(rung.key, f"{rung.key}: {rung.title}") for rung in policy.ladder][:_MOST_OPTIONS]
        yield _select("key", "Level", rungs or [option("l1", "l1")], None)
    yield _user("person", "Person", known.person if known else None)
    yield _text("name", "Name", known.name if known else None, hint="If they aren't in Slack.")
    yield _text("phone", "Phone", known.phone if known else None, hint="With the country, such as +49 30 901820.")
    yield _text("hours", "Hours", known.hours if known else None)


def _fallback_fields(directory: Directory, policy: Policy, _now: datetime, key: str | None) -> Iterator[Block]:
    if key is None:
        slots = [option(slot.key, slot.label) for slot in policy.slots][:_MOST_OPTIONS]
        yield _select("key", "Role", slots, None)
    known = directory.fallback.get(key) if key else None
    yield _user("person", "Person", known, optional=False)


def _team_fields(directory: Directory, policy: Policy, _now: datetime, key: str | None) -> Iterator[Block]:
    if key is None:
        teams = [option(team.key, team.name) for team in policy.teams][:_MOST_OPTIONS]
        yield _select("key", "Team", teams or [option("team", "team")], None)
    known = [who for who in directory.teams.get(key, ()) if has_slack_id(who)] if key else None
    yield question("people", "People", UserMultiSelectElement(action_id="people", initial_users=known or None))


_FIELDS: Final = {
    EntryKind.PERSON: _person_fields,
    EntryKind.AREA: _area_fields,
    EntryKind.REGION: _region_fields,
    EntryKind.CONTACT: _contact_fields,
    EntryKind.FALLBACK: _fallback_fields,
    EntryKind.TEAM: _team_fields,
}


def _text(name: str, label: str, initial: str | None, *, hint: str | None = None) -> Block:
    return question(name, label, text_input(name, initial=initial, limit=200), hint=hint, optional=True)


def _user(name: str, label: str, initial: str | None, *, optional: bool = True) -> Block:
    user = initial if initial is not None and has_slack_id(initial) else None
    return question(name, label, UserSelectElement(action_id=name, initial_user=user), optional=optional)


def _select(name: str, label: str, options: list[Option], initial: str | None, *, optional: bool = False) -> Block:
    chosen = next((each for each in options if each.value == initial), None)
    element = StaticSelectElement(action_id=name, options=options, initial_option=chosen)
    return question(name, label, element, optional=optional)


def _count(directory: Directory, kind: EntryKind) -> int:
    match kind:
        case EntryKind.PERSON:
            return len(directory.people)
        case EntryKind.AREA:
            return len(directory.areas)
        case EntryKind.REGION:
            return len(directory.regions)
        case EntryKind.CONTACT:
            return len(directory.contacts)
        case EntryKind.FALLBACK:
            return len(directory.fallback)
        case EntryKind.TEAM:
            return len(directory.teams)


def _label(directory: Directory, kind: EntryKind, key: str) -> str:
    area = directory.area(key) if kind is EntryKind.AREA else None
    region = directory.region(key) if kind is EntryKind.REGION else None
    named = directory.person(identity_key(key)) if kind is EntryKind.PERSON else None
    found = area or region or named
    return clip(found.name or key if found is not None else key, 75)


def _by(who: str) -> str:
    return person(who) if has_slack_id(who) else "An import"
