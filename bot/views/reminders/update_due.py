"""The next update is due."""

from collections.abc import Sequence

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.promised import CUSTOMER, INTERNAL
from bot.policy.plan.reminders.update_due import UpdateDueNotice
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit.text import escape, length, person
from bot.views.reminders.updates import asking_for_update


def draw(notice: UpdateDueNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the channel, or for the person it is sent to directly."""
    owners = _owners_of(notice.audiences, facts)
    when = f"is {length(notice.late)} late" if notice.late else "is due now"
    text = f"{owners} the next update for {escape(facts.account.name)} {when}."
    return asking_for_update(text, _whose(notice.audiences, facts), facts)


def _owners_of(audiences: Sequence[str], facts: EscalationFacts) -> str:
    roles = {CUSTOMER: RELATIONSHIP_OWNER, INTERNAL: FIX_OWNER}
    owners = dict.fromkeys(facts.holder(roles[audience]) or facts.declared_by for audience in audiences)
    return " ".join(person(owner) for owner in owners)


def _whose(audiences: Sequence[str], facts: EscalationFacts) -> str:
    said = []
    if CUSTOMER in audiences:
        said.append(f"{person(facts.holder(RELATIONSHIP_OWNER) or facts.declared_by)} tells the customer")
    if INTERNAL in audiences:
        said.append(f"{person(facts.holder(FIX_OWNER) or facts.declared_by)} tells this channel")
    return f"{', '.join(said)}. One update with a text for the customer does both."
