"""The mail of an issue summary: its text, and nothing else."""

from bot.policy.record.escalation import EscalationFacts
from bot.views.kit.text import clean, one_line
from bot.views.mail.letter import Letter


def draw(facts: EscalationFacts, text: str) -> Letter:
    """Draw the mail. The subject of a confidential one names no customer."""
    named = "confidential" if facts.is_private else one_line(facts.account.name)
    return Letter(
        subject=f"Issue summary: {named} ({facts.key})",
        lead=f"Issue summary of {facts.key}",
        paragraphs=[part.strip() for part in clean(text).split("\n\n") if part.strip()],
    )
