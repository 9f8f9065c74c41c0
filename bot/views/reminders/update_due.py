"""The next update is due: what the channel reads, in one message that each further interval replaces."""

from collections.abc import Sequence

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.promised import CUSTOMER, INTERNAL, owners
from bot.policy.plan.reminders.update_due import UpdateDueNotice
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit.text import escape, person
from bot.views.reminders.updates import asking_for_update, internal_one, is_due, late


def draw(notice: UpdateDueNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the channel."""
    del direct_to
    account = escape(facts.account.name)
    if notice.internal_due is not None:
        (theirs,), (ours,) = owners((CUSTOMER,), facts), owners((INTERNAL,), facts)
        when = is_due(notice.due, notice.missed, policy)
        who = f"{person(ours)}, the" if ours != theirs else "The"
        text = (
            f":bell: {person(theirs)}, the customer update for {account} {when}. {who} {internal_one(notice, policy)}"
        )
        return asking_for_update(f"{text}{late(notice.late)}", "No news? Say so. One post can do both.", facts)
    owing = ", ".join(person(owner) for owner in owners(notice.audiences, facts))
    when = is_due(notice.due, notice.missed, policy)
    text = f":bell: {owing}, the {_which(notice.audiences)} for {account} {when}.{late(notice.late)}"
    return asking_for_update(text, _whose(notice.audiences, facts), facts)


def _which(audiences: Sequence[str]) -> str:
    return "update" if len(audiences) > 1 else f"{'customer' if CUSTOMER in audiences else 'internal'} update"


def _whose(audiences: Sequence[str], facts: EscalationFacts) -> str:
    """Return who updates whom if two people owe updates, and nothing if it is one."""
    told = {CUSTOMER: "updates the customer", INTERNAL: "updates the channel"}
    said = {audience: person(owner) for audience in audiences for owner in owners((audience,), facts)}
    if len(set(said.values())) < len(told):
        return "No news? Say so."
    return f"{', '.join(f'{who} {told[audience]}' for audience, who in said.items())}. One post can do both."
