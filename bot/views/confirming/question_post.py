"""A question in the channel that is shared with the customer: the words for them, and a button to our page."""

from datetime import datetime

from bot.policy.model.rules import Policy
from bot.policy.record.customer_questions import CustomerQuestionFacts
from bot.policy.record.escalation import EscalationFacts
from bot.policy.wording.templates import language_of
from bot.ports.workspace import Message
from bot.views.confirming.answer_words import words_in
from bot.views.kit.parts import actions, link_button, paragraphs
from bot.views.kit.text import escape
from bot.views.mail.customer_letter import promise


def draw(
    question: CustomerQuestionFacts,
    facts: EscalationFacts,
    policy: Policy,
    answer_url: str,
    next_at: datetime | None = None,
) -> Message:
    """Draw the post. It has nothing of ours but the words, and when they hear from us next."""
    ours = words_in(language_of(facts.account))
    words = "\n\n".join(escape(part) for part in (question.words, *promise(question.words, next_at, facts, policy)))
    button = link_button(ours.buttons[question.kind], answer_url, style="primary")
    return Message(words, (*paragraphs(words), actions(button)))
