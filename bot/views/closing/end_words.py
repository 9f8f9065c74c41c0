"""Sentences about what the policy requires at the end of an escalation, shown when it is resolved or closed."""

from collections.abc import Iterator

from bot.policy.model.programmes import Consent
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.views.kit.text import escape

_STILL_ASKED = {
    Consent.STAKEHOLDERS: "the stakeholders' consent",
    Consent.SUCCESS_CRITERIA: "how the success criteria are met",
}


def before_closing(facts: EscalationFacts, policy: Policy) -> Iterator[str]:
    """Yield what closing will require besides the review, unless it is noted already."""
    kind = policy.kind(facts.kind)
    asked = [_STILL_ASKED[consent] for consent in kind.consents if consent in _STILL_ASKED]
    if asked:
        yield f"To close, note {' and '.join(asked)}. The card shows what's missing."
    if kind.closing_questions:
        questions = "\n".join(f"• {escape(question)}" for question in kind.closing_questions)
        yield f"To close, answer:\n{questions}"


def after_closing(facts: EscalationFacts, policy: Policy) -> str | None:
    """Return the tasks that remain after closing."""
    tasks = policy.kind(facts.kind).afterwards
    if not tasks:
        return None
    return "\n".join(["*Left to do*", *(f"• {escape(task)}" for task in tasks)])
