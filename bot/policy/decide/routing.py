"""Assignment of roles: each is filled by a named person, never by a queue.

The policy says where each slot's person is looked for, in order (docs/policy.md#x17, docs/policy.md#manager). Somebody
who is away is replaced by who stands in for them, else skipped; if everybody named is away, the first of them holds it
all the same. A slot that stays empty falls to the declarer, and the card says so.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.policy.decide.on_call import Roster
from bot.policy.model.directory import Directory
from bot.policy.model.facts import AccountFacts
from bot.policy.model.rules import Policy
from bot.policy.model.slots import SlotRule, SlotSource
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, Holder

# How the declarer holds a role that default for.
NOBODY_NAMED: Final = "no one else is named"
# How somebody holds a role because they are on call; the area's name follows.
ON_CALL_FOR: Final = "on call for "
# How somebody holds a role because the directory names them for it, whatever the area.
BY_DEFAULT: Final = "default"
# How somebody holds a role because they own the area; its name follows.
ACCOUNTABLE_FOR: Final = "accountable for "
# The roles every escalation has, at any level.
PERMANENT_ROLES = (FIX_OWNER, RELATIONSHIP_OWNER, MANAGER)


def follows_shifts(how: str, fill: Sequence[SlotSource]) -> bool:
    """Return True if a role's pages go to who is on call now.

    Its holder got it by being on call, or as the owner of an area for which nobody was on call then.
    """
    if how.startswith(ON_CALL_FOR):
        return True
    wanted = (SlotSource.AREA_ON_CALL, SlotSource.AREA_OWNER)
    return how.startswith(ACCOUNTABLE_FOR) and tuple(source for source in fill if source in wanted) == wanted


@dataclass(frozen=True, slots=True)
class RoutingInput:
    """Input of the search for a person. `area` is as `area_of` finds it; `at` selects the shift of a rota."""

    roster: Roster
    account: AccountFacts
    area: str | None
    at: datetime
    declarer: str

    @property
    def directory(self) -> Directory:
        """The directory that the roster is based on."""
        return self.roster.directory


def area_of(
    policy: Policy, directory: Directory, account: AccountFacts, *, chosen: str | None, category: str | None
) -> str | None:
    """Return the product area of an issue: the form's, else its category's, else the account's; None if none is known.

    A category's area that the directory doesn't know is passed over.
    """
    tied = policy.category(category).area if category is not None else None
    return chosen or (tied if directory.area(tied) is not None else None) or account.area


def fill(
    policy: Policy, where: RoutingInput, roles: Iterable[str] = PERMANENT_ROLES, *, passed_over: Collection[str] = ()
) -> tuple[Holder, ...]:
    """Fill roles in order, those first that everything has, because others depend on them.

    `passed_over` are all identities of those who can't hold a role.
    """
    filled: dict[str, Holder] = {}
    for role in dict.fromkeys([*PERMANENT_ROLES, *roles]):
        holders = {name: holder.person for name, holder in filled.items()}
        found = find(policy, where, role, holders, passed_over=passed_over)
        filled[role] = found or Holder(role, where.declarer, NOBODY_NAMED)
    return tuple(filled.values())


def find(
    policy: Policy, where: RoutingInput, role: str, holders: Mapping[str, str], *, passed_over: Collection[str] = ()
) -> Holder | None:
    """Return who should hold a role by the policy's order; None if nobody is named.

    `holders` are those found so far: a manager is looked up from the relationship owner. `passed_over` are all
    identities of those who can't act: the next candidate is returned instead.
    """
    slot = next((slot for slot in policy.slots if slot.key == role), None)
    if slot is None:
        return None
    away: Holder | None = None
    for source in slot.fill:
        for person, how in _from(source, slot, where, holders):
            present = where.roster.present(person, where.at)
            if present is None or not where.directory.identities(present).isdisjoint(passed_over):
                is_passed_over = not where.directory.identities(person).isdisjoint(passed_over)
                away = away or (None if is_passed_over else Holder(role, person, f"{how}, away"))
            elif present == person:
                return Holder(role, person, how)
            else:
                return Holder(role, present, f"stands in: {how}")
    return away


def _from(
    source: SlotSource, slot: SlotRule, where: RoutingInput, holders: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    directory, account = where.directory, where.account
    area = directory.area(where.area or account.area)
    match source:
        case SlotSource.AREA_ON_CALL if area and (duty := where.roster.on_call(area.key, where.at, account.region)):
            yield duty.person, f"{ON_CALL_FOR}{area.name}"
        case SlotSource.AREA_OWNER if area and area.owner:
            yield area.owner, f"{ACCOUNTABLE_FOR}{area.name}"
        case SlotSource.ACCOUNT_CSM if account.csm:
            yield account.csm, f"CSM of {account.name}"
        case SlotSource.ACCOUNT_MANAGER if account.manager:
            yield account.manager, f"manager of {account.name}"
        case SlotSource.ACCOUNT_SPONSOR if account.executive_sponsor:
            yield account.executive_sponsor, f"sponsor of {account.name}"
        case SlotSource.OWNERS_MANAGER if above := directory.manager_of(holders.get(RELATIONSHIP_OWNER, "")):
            yield above, "manager of the customer owner"
        case SlotSource.NAMED:
            yield from ((person, "named in the policy") for person in slot.people)
        case SlotSource.REGION:
            yield from _of_region(slot, where)
        case SlotSource.FALLBACK:
            yield from _fallback(slot, where)
        case _:
            return


def _of_region(slot: SlotRule, where: RoutingInput) -> Iterator[tuple[str, str]]:
    region = where.directory.region(where.account.region)
    if region is not None and slot.key in region.people:
        yield region.people[slot.key], f"for {region.name}"


def _fallback(slot: SlotRule, where: RoutingInput) -> Iterator[tuple[str, str]]:
    """Yield the fallback of the account's region, then that of the company."""
    yield from _of_region(slot, where)
    if slot.key in where.directory.fallback:
        yield where.directory.fallback[slot.key], BY_DEFAULT
