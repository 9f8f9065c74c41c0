"""Channel messages about declaring."""

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.declaring import DeclaringAnnouncement
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit.parts import quote, text_message
from bot.views.kit.text import escape, link, one_line, person


def draw(told: DeclaringAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the report of somebody who joined instead of declaring."""
    typed = [escape(one_line(told.summary)), escape(told.description.strip())]
    source = f"\n{link(told.permalink, 'Message')}" if told.permalink else ""
    words = "\n".join(part for part in typed if part)
    return text_message(f":busts_in_silhouette: {person(told.by)} joined with a report:\n{quote(words)}{source}")
