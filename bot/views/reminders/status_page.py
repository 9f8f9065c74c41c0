"""An outage and the status page: what the declarer is asked, and what the customer owner is reminded of."""

from bot.policy.decide.status_page import watched
from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.status_page import StatusPageNotice
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.incidents import status_pages
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button, text_message
from bot.views.kit.text import moment, person


def draw(_notice: StatusPageNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the person it is sent to."""
    named, check = labels.named(facts, direct_to=direct_to), facts.status_check
    if not facts.is_live or facts.mitigated_at is not None:
        words = labels.status_words(facts).lower()
        return text_message(f":satellite_antenna: {named}: {words}. No one has to look at the status page any more.")
    page = watched(facts, policy)
    place = status_pages.place(page.address) if page is not None else "the status page"
    if check is None:
        text = f":satellite_antenna: Is the outage of {named} on the status page?"
        return asking(text, f"Look at {place}.", *status_pages.answers(facts))
    if not check.posted:
        when = moment(check.at, str(policy.zone))
        text = f":satellite_antenna: {person(check.by)} didn't find the outage of {named} on the status page {when}."
        return asking(text, f"Is it there now? Look at {place}.", *status_pages.answers(facts))
    when = moment(check.at, str(policy.zone))
    update = button("Post update", ids.PRESS_UPDATE, str(facts.number), style="primary")
    text = f":satellite_antenna: {person(check.by)} found the outage of {named} on the status page {when}."
    return asking(text, f"Is there anything new on {place}? Tell the customer.", update)
