"""The mail that asks the customer: the words that were written for them, one button, and until when it works."""

from datetime import datetime

from bot.policy.model.rules import Policy
from bot.policy.record.customer_questions import CustomerQuestionFacts
from bot.policy.record.escalation import EscalationFacts
from bot.policy.wording.templates import customer_moment, language_of
from bot.views.confirming.answer_words import words_in
from bot.views.kit.text import clean, one_line
from bot.views.mail.customer_letter import case_of, promise
from bot.views.mail.letter import ClosingLine, Letter


def draw(
    question: CustomerQuestionFacts,
    facts: EscalationFacts,
    policy: Policy,
    *,
    answer_url: str,
    sender: str | None,
    is_replied_to: bool,
    is_answered_in_channel: bool = False,
    next_at: datetime | None = None,
) -> Letter:
    """Draw the mail, in the customer's language. It has nothing of the record but its number: the rest is ours.

    `next_at` is when they hear from us next, whether or not they answer. A reply goes to the channel, or to the sender.
    """
    words = words_in(language_of(facts.account))
    lead = words.questions[question.kind]
    until = customer_moment(question.expires_at, facts.account, policy)
    closing = [ClosingLine(line) for line in promise(question.words, next_at, facts, policy)]
    closing.append(ClosingLine(words.once.format(until=until)))
    if is_answered_in_channel:
        closing.append(ClosingLine(words.reply_to_us))
    elif is_replied_to:
        closing.append(ClosingLine(words.reply.format(who=one_line(sender) if sender else words.asker)))
    return Letter(
        subject=f"{lead} ({case_of(facts)})",
        lead=lead,
        paragraphs=[part.strip() for part in clean(question.words).split("\n\n") if part.strip()],
        action=ClosingLine(words.buttons[question.kind], answer_url),
        closing=closing,
        language=words.language,
    )
