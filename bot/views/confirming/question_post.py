"""A question in the channel that is shared with the customer: the words for them, and a button to our page."""

from bot.policy.record.customer_questions import CustomerQuestionFacts
from bot.policy.record.escalation import EscalationFacts
from bot.policy.wording.templates import language_of
from bot.ports.workspace import Message
from bot.views.confirming.answer_words import words_in
from bot.views.kit.parts import actions, link_button, paragraphs
from bot.views.kit.text import escape


def draw(question: CustomerQuestionFacts, facts: EscalationFacts, answer_url: str) -> Message:
    """Draw the post. It has nothing of ours but the words."""
    words, ours = escape(question.words), words_in(language_of(facts.account))
    button = link_button(ours.buttons[question.kind], answer_url, style="primary")
    return Message(words, (*paragraphs(words), actions(button)))
