"""The next update is due: what the channel reads."""

from collections.abc import Sequence

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.promised import CUSTOMER, INTERNAL, owners
from bot.policy.plan.reminders.update_due import UpdateDueNotice
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit.text import escape, length, person
from bot.views.reminders.updates import asking_for_update


def draw(notice: UpdateDueNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the channel."""
    when = f"is {length(notice.late)} late" if notice.late else "is due now"
    owing = " ".join(person(owner) for owner in owners(notice.audiences, facts))
    text = f"{owing} the next update for {escape(facts.account.name)} {when}."
    return asking_for_update(text, _whose(notice.audiences, facts), facts)


def _whose(audiences: Sequence[str], facts: EscalationFacts) -> str:
    told = {CUSTOMER: "tells the customer", INTERNAL: "tells this channel"}
    said = [f"{person(owner)} {told[audience]}" for audience in audiences for owner in owners((audience,), facts)]
    return f"{', '.join(said)}. One update with a text for the customer does both."
