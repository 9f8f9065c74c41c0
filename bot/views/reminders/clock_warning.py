"""50 or 80 percent of a clock's time has passed: what the channel reads, and the fix owner directly."""

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.clock_warning import WarningNotice
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button
from bot.views.kit.text import moment, person


def draw(notice: WarningNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the channel, or for the person it is sent to directly."""
    named = labels.named(facts, direct_to=direct_to)
    due = moment(notice.due, str(policy.zone))
    owner = "" if direct_to else f"{person(facts.holder(FIX_OWNER) or facts.declared_by)} "
    if notice.clock == "response":
        text = (
            f":hourglass_flowing_sand: {owner}{notice.percent} % of the time to acknowledge "
            f"{named} has gone; it ends {due}."
        )
        then = "After that the manager is paged."
        return asking(text, then, button("Acknowledge", ids.PRESS_ACKNOWLEDGE, str(facts.number), style="primary"))
    text = f":hourglass_flowing_sand: {owner}{notice.percent} % of the time to resolve {named} has gone; it ends {due}."
    return asking(
        text,
        "When the harm has stopped, press Mitigated: that stops the clock. After the end the manager is paged.",
        button("Mitigated…", ids.PRESS_MITIGATE, str(facts.number)),
    )
