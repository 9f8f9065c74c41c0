"""The directory as admins see and change it: an overview with what is missing, and a form for each kind of entry."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from slack_sdk.models.blocks import StaticSelectElement

from bot.policy.decide.directory_gaps import DirectoryGap
from bot.policy.model.directory import Directory, EntryKind, identity_key
from bot.policy.record.directory_changes import ChangeShown
from bot.policy.record.escalation import role_title
from bot.ports.workspace import Block, View
from bot.views.directory import admin_fields
from bot.views.directory.admin_fields import MOST_OPTIONS, FormContext
from bot.views.kit import ids, info_form
from bot.views.kit.parts import actions, button, confirm, context, modal, option, section
from bot.views.kit.text import clip, escape, has_slack_id, moment, person

# The order of the kinds, with their names for one and for many.
KINDS: Final = {
    EntryKind.FALLBACK: ("fallback", "Fallbacks", "Who holds a role if no one else is named"),
    EntryKind.AREA: ("area", "Product areas", "Owner, and who is on call"),
    EntryKind.ROTA: ("rota", "Rotas", "More shifts for an area, such as a region's"),
    EntryKind.CONTACT: ("contact", "Contact matrix", "Who is reached when pages go up"),
    EntryKind.REGION: ("region", "Regions", "Who holds roles for a region's accounts"),
    EntryKind.TEAM: ("team", "Teams", "Who belongs to a team"),
    EntryKind.PERSON: ("person", "People", "Manager, phone, region, routes, quiet hours"),
}
# Slack takes values of at most 150 characters, with the kind in them. Longer keys are changed in the file.
_LONGEST_KEY: Final = 130
_MOST_GAPS: Final = 6
_MOST_NAMED: Final = 5
# Where a message about the whole of something stands.
_WHOLE: Final = {"rota": "rota_hours", "rota_closed": "rota_off"} | {
    f"rota_holidays{part}": "rota_off" for part in ("", "_country", "_subdivision")
}


@dataclass(frozen=True, slots=True)
class EntryAsked:
    """The form's answers: the kind, and the fields as the directory file would write them. A new entry `is_new`."""

    kind: EntryKind
    data: Mapping[str, Any]
    is_new: bool = False


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
        count = len(_keys(directory, kind))
        add = button("Add", f"{ids.PRESS_ADMIN_ADD}{kind.value}", kind.value)
        yield section(f"*{many}* · {count}\n{what}", accessory=add, block_id=f"add-{kind.value}")
        if fixed := [key for key in _keys(directory, kind) if (kind, key) not in own]:
            yield context(f"From the directory file: {_named([escape(_label(directory, kind, key)) for key in fixed])}")
        mine = sorted(key for of, key in own if of is kind and len(key) <= _LONGEST_KEY)
        chosen = [option(f"{kind.value}:{key}", _label(directory, kind, key)) for key in mine[:MOST_OPTIONS]]
        if chosen:
            name, words = f"{ids.PICK_ADMIN_ENTRY}{kind.value}", "Change one…"
            pick = StaticSelectElement(action_id=name, options=chosen, placeholder=words)
            yield actions(pick, block_id=f"kind-{kind.value}")
    for change in changes:
        did = "removed" if change.is_removal else "changed"
        yield context(f"{by(change.by)} {did} {KINDS[change.kind][0]} {escape(change.key)} · {moment(change.at)}")
    yield context("The directory file overrides these entries. Change what it says in the file.")


def entry(kind: EntryKind, of: FormContext, key: str | None = None) -> View:
    """Draw the form of a kind, for a new entry or the one with a key."""
    blocks = list(admin_fields.draw(kind, of, key))
    if key is not None:
        sure = confirm("Remove this?", "Who changed what stays in the audit.", "Remove", "Keep")
        blocks.append(
            actions(button("Remove", ids.PRESS_ADMIN_REMOVE, f"{kind.value}:{key}", style="danger", confirm=sure))
        )
    about = {"kind": kind.value, "key": key, "kept": admin_fields.unseen(kind, of, key)}
    title = f"{'Change' if key else 'Add'} {KINDS[kind][0]}"
    return modal(ids.ADMIN_ENTRY, title, blocks, submit="Save", metadata=json.dumps(about))


def read(view: Mapping[str, Any], directory: Directory) -> EntryAsked:
    """Return what was filled in, without what was left empty."""
    about = json.loads(view["private_metadata"])
    kind, values = EntryKind(about["kind"]), view["state"]["values"]
    key = about.get("key")
    data = admin_fields.read(kind, _given(values), directory, key, about.get("kept") or {})
    more = directory.more_rotas.get(key) if key is not None and kind is EntryKind.ROTA else None
    if more is not None:
        data |= {"area": more.area, "name": more.name}
    elif key is not None and kind not in (EntryKind.PERSON, EntryKind.ROTA):
        data.setdefault("key", key)
    return EntryAsked(kind, data, is_new=key is None)


def placed(view: Mapping[str, Any], messages: Mapping[str, str]) -> dict[str, str]:
    """Return messages about fields at the form's own blocks: one about `rota_hours_MON` stands at `rota_hours`."""
    blocks = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    found: dict[str, str] = {}
    for field, message in messages.items():
        around = sorted((block for block in blocks if field.startswith(block)), key=len, reverse=True)
        found.setdefault([*around, _WHOLE.get(field, blocks[0])][0], message)
    return found


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


def _keys(directory: Directory, kind: EntryKind) -> list[str]:
    match kind:
        case EntryKind.PERSON:
            return [identity_key(each.email) for each in directory.people]
        case EntryKind.AREA:
            return [each.key for each in directory.areas]
        case EntryKind.REGION:
            return [each.key for each in directory.regions]
        case EntryKind.CONTACT:
            return [each.key for each in directory.contacts]
        case EntryKind.FALLBACK:
            return list(directory.fallback)
        case EntryKind.TEAM:
            return list(directory.teams)
        case EntryKind.ROTA:
            return list(directory.more_rotas)


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more}"


def _label(directory: Directory, kind: EntryKind, key: str) -> str:
    if kind is EntryKind.FALLBACK:
        return clip(role_title(key), 75)
    if kind is EntryKind.ROTA:
        rota_area, _, name = key.rpartition(":")
        of = directory.area(rota_area)
        return clip(f"{of.name if of is not None else rota_area}: {name}", 75)
    area = directory.area(key) if kind is EntryKind.AREA else None
    region = directory.region(key) if kind is EntryKind.REGION else None
    named = directory.person(identity_key(key)) if kind is EntryKind.PERSON else None
    found = area or region or named
    return clip(found.name or key if found is not None else key, 75)


def by(who: str) -> str:
    """Return who made a change."""
    return person(who) if has_slack_id(who) else "An import"
