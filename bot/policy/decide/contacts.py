"""The contact matrix: the policy's ladder with the names, phones and hours that the directory has for its rungs."""

from collections.abc import Mapping

from bot.policy.decide.routing import PERMANENT_ROLES
from bot.policy.model.directory import Contact, Directory
from bot.policy.model.rules import Policy
from bot.policy.model.slots import Rung


def with_contacts(
    policy: Policy, directory: Directory, holders: Mapping[str, str] | None = None, region: str | None = None
) -> Policy:
    """Return the policy with the directory's contacts on its rungs, to be shown to people.

    `holders` are the people who hold roles on one escalation: they come first, then those of the account's `region`. A
    rung without a contact shows the fallback of its role, unless accounts name that role's holder themselves.
    """
    found = directory.region(region)
    people = {**(found.people if found is not None else {}), **(holders or {})}
    rungs = tuple(_reached(rung, directory, people) for rung in policy.ladder)
    return policy.model_copy(update={"ladder": rungs})


def _reached(rung: Rung, directory: Directory, holders: Mapping[str, str]) -> Rung:
    contact = _holder(rung, holders) or directory.contact(rung.key) or _fallback(rung, directory)
    if contact is None:
        return rung
    entry = directory.person(contact.person) if contact.person else None
    name = contact.name or (entry.slack_id if entry else None) or (entry.name if entry else None) or contact.person
    phone = contact.phone or (entry.phone if entry else None)
    reached = " ".join(part for part in (phone, f"({contact.hours})" if contact.hours else None) if part)
    email = entry.email if entry is not None else contact.person
    shown = email if email is not None and "@" in email and email != name else None
    return rung.model_copy(
        update={"name": name or rung.name, "phone": reached or rung.phone, "email": shown or rung.email}
    )


def _holder(rung: Rung, holders: Mapping[str, str]) -> Contact | None:
    person = holders.get(rung.slot) if rung.slot is not None else None
    return Contact(key=rung.key, person=person) if person is not None else None


def _fallback(rung: Rung, directory: Directory) -> Contact | None:
    person = directory.fallback.get(rung.slot) if rung.slot is not None and rung.slot not in PERMANENT_ROLES else None
    return Contact(key=rung.key, person=person) if person is not None else None
