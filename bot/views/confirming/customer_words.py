"""Words to ask the customer with: the policy's, in their language. A person reads them before they are sent."""

from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.model.templates import TemplateKind
from bot.policy.record.escalation import EscalationFacts
from bot.policy.wording.templates import TemplateFacts, filled, left_open

# Where a policy has no words of its own.
_SOLVED: Final = "Hello,\n\nCould you check on your side that it works again, and answer with the button below?"
_HOW: Final = "Hello,\n\nHow well did we handle it, from 1 (poor) to 5 (excellent)?"


def ask_how_it_went(facts: EscalationFacts, policy: Policy, sender: str | None) -> str:
    """Return the mail that asks how satisfied the customer is, once, after closing.

    Nobody reads it before: words in which a bracket is left aren't sent, but ours.
    """
    words = filled(policy, facts, TemplateKind.RATING, TemplateFacts(sender=sender))
    is_whole = words is not None and left_open(words, policy) is None
    return words if words and is_whole else _HOW


def ask_whether_solved(facts: EscalationFacts, policy: Policy, sender: str | None) -> str:
    """Return the offered mail: what was fixed, please check, and that we close only when they say so."""
    return filled(policy, facts, TemplateKind.CONFIRMATION, TemplateFacts(sender=sender)) or _SOLVED
