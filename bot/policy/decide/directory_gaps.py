"""Gaps: an area without an owner, a team without a route, a rung or a role that nobody is named for, an unknown name.

Each is named by `escalate doctor`, by `escalate policy check`, and to admins in Home, in the same words.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.policy.decide.routing import PERMANENT_ROLES
from bot.policy.model.directory import Directory
from bot.policy.model.rules import Policy
from bot.policy.model.slots import Rung, SlotRule, SlotSource
from bot.policy.record.escalation import role_name

# Sources that may always fill a slot, whatever the account is.
_ALWAYS = (SlotSource.NAMED, SlotSource.FALLBACK)


class GapKind(StrEnum):
    """The subject of a gap."""

    ROLE = "role"
    AREA = "area"
    RUNG = "rung"
    TEAM = "team"
    UNKNOWN = "unknown"  # something the directory names and the policy doesn't have


@dataclass(frozen=True, slots=True)
class DirectoryGap:
    """Something that nobody is named for: what is missing, what happens instead, and what to do."""

    about: GapKind
    name: str
    what: str
    otherwise: str
    do: str


def gaps(directory: Directory, policy: Policy) -> Iterator[DirectoryGap]:
    """Yield every gap, those that concern every escalation first."""
    yield from _roles(directory, policy)
    yield from _unknown_roles(directory, policy)
    yield from _unknown_names(directory, policy)
    yield from _areas(directory)
    yield from _rungs(directory, policy)
    yield from _teams(policy)


def _roles(directory: Directory, policy: Policy) -> Iterator[DirectoryGap]:
    for role in PERMANENT_ROLES:
        slot = next((slot for slot in policy.slots if slot.key == role), None)
        if slot is not None and not _is_filled(directory, slot):
            yield DirectoryGap(
                GapKind.ROLE,
                role_name(role),
                f"No one is the fallback {role_name(role)}",
                "if no one else is named, the declarer holds it",
                "Name a fallback.",
            )


def _unknown_roles(directory: Directory, policy: Policy) -> Iterator[DirectoryGap]:
    known = {slot.key for slot in policy.slots}
    found = [(region.name, role) for region in directory.regions for role in region.people if role not in known]
    teams = {team.key for team in policy.teams}
    found += [("The fallback", role) for role in directory.fallback if role not in known | teams]
    for where, role in found:
        what = f"{where} names someone for “{role}”, which is no role of the policy"
        yield DirectoryGap(GapKind.UNKNOWN, role, what, "they are never asked", "Correct the role's name.")


def _unknown_names(directory: Directory, policy: Policy) -> Iterator[DirectoryGap]:
    teams, rungs = {team.key for team in policy.teams}, {rung.key for rung in policy.ladder}
    for key in directory.teams:
        if key not in teams:
            what = f"The directory names people for “{key}”, which is no team of the policy"
            yield DirectoryGap(GapKind.UNKNOWN, key, what, "they are never asked", "Correct the team's name.")
    for contact in directory.contacts:
        if contact.key not in rungs:
            what = f"The contact matrix has “{contact.key}”, which is no rung of the policy"
            yield DirectoryGap(GapKind.UNKNOWN, contact.key, what, "no one is paged for it", "Correct the rung's name.")


def _areas(directory: Directory) -> Iterator[DirectoryGap]:
    if not directory.areas:
        what = "There are no product areas"
        yield DirectoryGap(GapKind.AREA, "areas", what, "every escalation goes to the fallback", "Add an area.")
    for area in directory.areas:
        if area.owner is None:
            otherwise = "a gap in its rota goes to the fallback" if area.has_on_call else "it goes to the fallback"
            yield DirectoryGap(
                GapKind.AREA, area.name, f"The area {area.name} has no owner", otherwise, "Give it an owner."
            )


def _rungs(directory: Directory, policy: Policy) -> Iterator[DirectoryGap]:
    slots = {slot.key: slot for slot in policy.slots}
    for rung in policy.ladder:
        slot = slots.get(rung.slot) if rung.slot is not None else None
        if rung.team is None and not _is_reached(directory, rung, slot):
            yield DirectoryGap(
                GapKind.RUNG,
                f"{rung.title} ({rung.key})",
                f"No one is named for “{rung.title}” ({rung.key})",
                "it is skipped when pages go up" if rung.in_turn else "no one can be asked for it",
                "Name someone in the contact matrix.",
            )


def _teams(policy: Policy) -> Iterator[DirectoryGap]:
    used = {category.team for category in policy.categories}
    for team in policy.teams:
        if team.key in used and not (team.slack or team.email or team.phone or team.portal):
            what = f"The team {team.name} has no channel, mail or phone"
            yield DirectoryGap(
                GapKind.TEAM, team.name, what, "the card asks people to reach it", "Add a route to the policy."
            )


def _is_reached(directory: Directory, rung: Rung, slot: SlotRule | None) -> bool:
    contact = directory.contact(rung.key)
    if rung.email is not None or (contact is not None and contact.person is not None):
        return True
    return slot is not None and (slot.key in PERMANENT_ROLES or _is_filled(directory, slot))


def _is_filled(directory: Directory, slot: SlotRule) -> bool:
    """Return True if somebody holds a slot on every account."""
    is_named = SlotSource.NAMED in slot.fill and bool(slot.people)
    return is_named or (SlotSource.FALLBACK in slot.fill and slot.key in directory.fallback)
