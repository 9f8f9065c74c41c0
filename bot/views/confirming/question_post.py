"""A question in the channel that is shared with the customer: the words for them, and a button to our page."""

from bot.policy.record.customer_questions import CustomerQuestionFacts
from bot.ports.workspace import Message
from bot.views.kit.parts import actions, link_button, paragraphs
from bot.views.kit.text import escape


def draw(question: CustomerQuestionFacts, answer_url: str) -> Message:
    """Draw the post. It has nothing of ours but the words."""
    words = escape(question.words)
    return Message(words, (*paragraphs(words), actions(link_button("Answer", answer_url, style="primary"))))
