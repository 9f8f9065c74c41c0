"""Decide by which ways the customer can be told, and who may send (docs/sending.md)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.model.sending import SendingRoute
from bot.policy.record.customer_texts import CustomerTextFacts, TextRoute
from bot.policy.record.escalation import EscalationFacts

# What a person can have done, in the order in which it is offered.
BY_PERSON: Final = (TextRoute.PERSON, TextRoute.PHONE, TextRoute.OWN_MAIL, TextRoute.MEETING, TextRoute.CHAT)
_ROUTES: Final = {SendingRoute.MAIL: TextRoute.MAIL, SendingRoute.SLACK: TextRoute.SLACK}


@dataclass(frozen=True, slots=True)
class Way:
    """A way of ours to the customer: the addresses, or the channel."""

    route: TextRoute
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CustomerReach:
    """How a customer can be reached. `sends_mail` is false if no mail server is set."""

    contacts: Sequence[str]
    channel: str | None
    sends_mail: bool


@dataclass(frozen=True, slots=True)
class TellingChoices:
    """How the customer can be told. `may_send` is true for a person who needs no approval.

    `approver` is who is asked otherwise. `open_text` is the newest text that hasn't reached the customer.
    """

    ways: tuple[Way, ...] = ()
    may_send: bool = True
    approver: str | None = None
    open_text: CustomerTextFacts | None = None


def ways(policy: Policy, reach: CustomerReach, *, without: Collection[TextRoute] = ()) -> tuple[Way, ...]:
    """Return our ways to a customer, the first one first; those in `without` come last, because they failed."""
    contacts = tuple(dict.fromkeys(contact.strip() for contact in reach.contacts if contact.strip()))
    places = {
        SendingRoute.MAIL: contacts if reach.sends_mail else (),
        SendingRoute.SLACK: (reach.channel.strip(),) if reach.channel and reach.channel.strip() else (),
    }
    found = [Way(_ROUTES[route], places[route]) for route in dict.fromkeys(policy.sending.routes) if places[route]]
    return tuple(sorted(found, key=lambda way: way.route in without))


def may_send(policy: Policy, facts: EscalationFacts, identities: Collection[str]) -> bool:
    """Return True if somebody, by any of their identities, may send. Where nobody is named, everybody may."""
    guard, holders = policy.sending.by, _holders(facts)
    nobody = not guard.people and not any(slot in holders for slot in guard.slots)
    return nobody or guard.admits(identities, holders)


def approvers(policy: Policy, facts: EscalationFacts) -> tuple[str, ...]:
    """Return who may approve a text, the one who is asked first."""
    holders = _holders(facts)
    found = (*(holders[slot] for slot in policy.sending.by.slots if slot in holders), *policy.sending.by.people)
    return tuple(dict.fromkeys(found))


def approval_ends(policy: Policy, now: datetime) -> datetime:
    """Return until when a text that is shown for approval now can be approved."""
    return policy.business.add(now, policy.sending.approve_within)


def _holders(facts: EscalationFacts) -> dict[str, str]:
    return {role: holder.person for role, holder in facts.holders.items()}
