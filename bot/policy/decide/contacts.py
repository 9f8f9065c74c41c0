"""The contact matrix: the policy's ladder with the names, phones and hours that the directory has for its rungs."""

from bot.policy.model.directory import Directory
from bot.policy.model.rules import Policy
from bot.policy.model.slots import Rung


def with_contacts(policy: Policy, directory: Directory) -> Policy:
    """Return the policy with the directory's contacts on its rungs, to be shown to people."""
    if not directory.contacts:
        return policy
    return policy.model_copy(update={"ladder": tuple(_reached(rung, directory) for rung in policy.ladder)})


def _reached(rung: Rung, directory: Directory) -> Rung:
    contact = directory.contact(rung.key)
    if contact is None:
        return rung
    entry = directory.person(contact.person) if contact.person else None
    name = contact.name or (entry.name if entry else None) or contact.person
    phone = contact.phone or (entry.phone if entry else None)
    reached = " ".join(part for part in (phone, f"({contact.hours})" if contact.hours else None) if part)
    return rung.model_copy(update={"name": name or rung.name, "phone": reached or rung.phone})
