"""Texts that are offered ready to send, to the customer or in an update without news."""

from bot.policy.model.rules import Policy
from bot.policy.model.templates import TemplateKind
from bot.policy.record.escalation import EscalationFacts
from bot.policy.wording.templates import TemplateFacts, filled

OFFER_OF_A_CALL = (
    "Thank you for telling us so openly. I want to put this right with you. I'd like to offer you a call with a senior "
    "member of our team. Which day suits you best?"
)
INCIDENT_IS_OVER = (
    "The issue we told you about is resolved. Thank you for your patience. If you still see it, please tell us right "
    "away."
)
STILL_INVESTIGATING = "Still investigating, root cause not yet isolated."


def first_message(facts: EscalationFacts, policy: Policy) -> str | None:
    """Return S3's first text to the customer, its facts filled in; None if the policy has none.

    A person fills in the others. The time is that of the team the words name. Without one, the words give no time.
    """
    kind = TemplateKind.URGENT if policy.is_top(facts.level) else TemplateKind.STANDARD
    return filled(policy, facts, kind, TemplateFacts())
