"""The part of the examination about people and accounts: who is named where, and whether Slack knows them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from bot.database import queries
from bot.database.transaction import Transaction
from bot.models.account import Account, NamedBy, Person, PersonState
from bot.models.escalation import Escalation
from bot.models.people import Slot
from bot.policy.decide.routing import PERMANENT_ROLES
from bot.policy.members import MemberType
from bot.policy.model.directory import Directory, identity_key
from bot.policy.record.escalation import RELATIONSHIP_OWNER
from bot.policy.time import zones
from bot.services.operator.findings import Finding, Grade, listed

_LINES = 20
_NAMES = 5
_HOLDS = "holds a role on"


def of_directory(directory: Directory) -> Iterator[Finding]:
    """Yield findings for gaps in the directory file, or one if it is empty."""
    if directory == Directory():
        says = "there is none: a role that the account doesn't fill falls to the declarer"
        yield Finding("directory", Grade.LOOK, says, "Name a file in ESCALATE_DIRECTORY.")
        return
    ownerless = [area.name for area in directory.areas if area.owner is None]
    if ownerless:
        says = f"no owner is named for {', '.join(ownerless)}"
        yield Finding("directory", Grade.LOOK, says, "Give each of these areas an `owner`.")
    open_roles = [role for role in PERMANENT_ROLES if role not in directory.fallback]
    if open_roles:
        says = f"there is no fallback for {', '.join(open_roles)}: if no one else is named, the declarer holds it"
        yield Finding("directory", Grade.LOOK, says, "Add someone under `fallback`.")
    for area in directory.areas:
        rotas = [("rota", rota.zone) for rota in area.all_rotas]
        shifts = [("override", shift.zone) for shift in area.overrides]
        for what, zone in dict.fromkeys([*rotas, *shifts]):
            if (found := zones.advice(zone)) is not None:
                wrong, right = found
                says = f"the {what} of {area.name}: {wrong}"
                yield Finding("directory", Grade.LOOK, says, f"{right[0].upper()}{right[1:]}.")
    if not ownerless and not open_roles:
        says = f"{len(directory.people)} people, {len(directory.areas)} areas, each with an owner"
        yield Finding("directory", Grade.OK, says)


def of_accounts(tx: Transaction, directory: Directory) -> Iterator[Finding]:
    """Yield findings for accounts without a CSM, and for areas the directory doesn't know."""
    total = tx.session.scalars(select(func.count(Account.id))).one()
    if not total:
        yield Finding("accounts", Grade.LOOK, "there are none", "Load them with `escalate accounts import FILE.csv`.")
        return
    without = select(Account.name).where(Account.csm.is_(None))
    count = tx.session.scalars(select(func.count()).select_from(without.subquery())).one()
    if count:
        # A customer who is only named in confidential escalations is counted.
        named = without.where(Account.named_by != NamedBy.CONFIDENCE).order_by(Account.name_key).limit(_NAMES)
        names = [str(name) for name in tx.session.scalars(named)]
        instead = directory.fallback.get(RELATIONSHIP_OWNER, "the declarer")
        whose = f" ({listed(names, count)})" if names else ""
        says = f"{count} of {total} have no CSM{whose}: {instead} becomes their customer owner"
        yield Finding("accounts", Grade.LOOK, says, "Fill in `csm` and import them again.")
    else:
        yield Finding("accounts", Grade.OK, f"{total}, each with a CSM")
    used = select(Account.area, func.count()).where(Account.area.is_not(None)).group_by(Account.area)
    for area, accounts in tx.session.execute(used.order_by(Account.area)):
        if directory.area(str(area)) is None:
            says = f"the directory does not know the area {area!r} of {_counted(accounts, 'account')}"
            yield Finding("accounts", Grade.LOOK, says, "Add the area to the directory, or correct the accounts.")


def of_people(tx: Transaction, directory: Directory) -> Iterator[Finding]:
    """Compare everybody who is named with Slack's last answer about them."""
    places = _places(tx, directory)
    asked: set[str] = set()
    lost: list[Finding] = []
    columns = (Person.slack_id, Person.email, Person.state, Person.member_type)
    person: Any  # any of its values may be unreadable
    for person in tx.session.execute(select(*columns).order_by(Person.email, Person.slack_id)):
        slack_id, email, state, member_type = person
        known = [name for name in (slack_id, email) if isinstance(name, str) and name]
        who = next(iter(reversed(known)), "")
        if not isinstance(state, PersonState):
            continue  # unreadable, which is reported with the records
        writings = {writing for name in known for writing in directory.identities(name)}
        asked |= writings
        named = sorted({place for writing in writings for place in places.get(writing, ())})
        if state is not PersonState.ACTIVE and named:
            lost.append(_lost(who, state, named))
        elif isinstance(member_type, MemberType) and member_type is not MemberType.MEMBER and named:
            lost.append(_barred(who, member_type, named))
    yield from lost[:_LINES]
    if len(lost) > _LINES:
        yield Finding("people", Grade.LOOK, f"{len(lost) - _LINES} more like these", "Name others for them.")
    unasked = sorted(who for who in places if not asked & directory.identities(who))
    if unasked:
        says = f"we haven't asked Slack yet about {len(unasked)} ({listed(unasked[:_NAMES], len(unasked))})"
        yield Finding("people", Grade.LOOK, says, "The running bot asks within minutes.")
    elif not lost:
        yield Finding(
            "people", Grade.OK, f"Slack knows all {len(places)} who are named" if places else "none are named"
        )


def _barred(who: str, member_type: MemberType, named: Sequence[str]) -> Finding:
    """Return a finding for somebody who exists but may not use Escalate."""
    awaited = any(place.startswith(_HOLDS) for place in named)
    says = f"{who} is a {member_type}, who can't act on an escalation: {'; '.join(named)}"
    do = "Name one of your own people: on the card, in the directory file, or in the accounts."
    return Finding("people", Grade.WRONG if awaited else Grade.LOOK, says, do)


def _lost(who: str, state: PersonState, named: Sequence[str]) -> Finding:
    """Return a finding for somebody who is gone: wrong, not only worth a look, if others wait for them now."""
    awaited = any(place.startswith(_HOLDS) for place in named)
    where = "in Slack" if state is PersonState.DEACTIVATED else ""
    says = f"{who} is {state} {where}".rstrip() + f": {'; '.join(named)}"
    do = "Choose someone else: on the card, in the directory file, or in the accounts."
    return Finding("people", Grade.WRONG if awaited else Grade.LOOK, says, do)


def _places(tx: Transaction, directory: Directory) -> Mapping[str, Sequence[str]]:
    """Return where each identity is named, in words."""
    places: dict[str, list[str]] = defaultdict(list)
    for who, place in (*_in_directory(directory), *_in_records(tx)):
        places[identity_key(who)].append(place)
    return places


def _in_directory(directory: Directory) -> Iterator[tuple[str, str]]:
    yield from ((who, f"fallback {role}") for role, who in directory.fallback.items())
    for entry in directory.people:
        yield entry.slack_id or entry.email, "in the directory"
        if entry.manager:
            yield entry.manager, f"manager of {entry.email}"
    for area in directory.areas:
        if area.owner:
            yield area.owner, f"owner of {area.name}"
        yield from ((who, f"on the rota of {area.name}") for rota in area.all_rotas for who in rota.people)
        yield from ((shift.person, f"has a shift of {area.name}") for shift in area.overrides)
    for region in directory.regions:
        yield from ((who, f"{role} of {region.name}") for role, who in region.people.items())
    yield from ((one.person, "in the contact matrix") for one in directory.contacts if one.person)
    yield from ((who, "an admin of the directory") for who in directory.admins)
    yield from ((who, f"of the team {team}") for team, people in directory.teams.items() for who in people)


def _in_records(tx: Transaction) -> Iterator[tuple[str, str]]:
    named = ((Account.csm, "CSM"), (Account.manager, "manager"), (Account.executive_sponsor, "executive sponsor"))
    for column, role in named:
        held = select(column, func.count()).where(column.is_not(None)).group_by(column)
        for who, accounts in tx.session.execute(held):
            yield str(who), f"{role} of {_counted(accounts, 'account')}"
    live = select(Escalation.id).where(Escalation.status.in_(queries.LIVE))
    held = select(Slot.person, func.min(Slot.escalation_id)).where(Slot.escalation_id.in_(live)).group_by(Slot.person)
    yield from ((str(who), f"{_HOLDS} ESC-{number}") for who, number in tx.session.execute(held))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
