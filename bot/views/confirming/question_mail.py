"""The mail that asks the customer: the words that were written for them, one button, and until when it works."""

from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.record.customer_questions import CustomerQuestionFacts, QuestionKind
from bot.views.kit.text import clean, one_line, plain_moment
from bot.views.mail.letter import ClosingLine, Letter

_LEAD: Final = {
    QuestionKind.SOLVED: ("Is it solved?", "Answer"),
    QuestionKind.SATISFIED: ("How did we do?", "Rate it"),
}


def draw(
    question: CustomerQuestionFacts,
    key: str,
    policy: Policy,
    *,
    answer_url: str,
    sender: str | None,
    is_replied_to: bool,
) -> Letter:
    """Draw the mail. It has nothing of the record but its number: the rest is ours."""
    lead, answer = _LEAD[question.kind]
    until = plain_moment(question.expires_at, str(policy.zone))
    closing = [ClosingLine(f"The link works once, until {until}.")]
    if is_replied_to:
        closing.append(
            ClosingLine(f"You can also reply to this mail: it goes to {one_line(sender or 'the person who asked')}.")
        )
    return Letter(
        subject=f"{lead} ({key})",
        lead=lead,
        paragraphs=[part.strip() for part in clean(question.words).split("\n\n") if part.strip()],
        action=ClosingLine(answer, answer_url),
        closing=closing,
    )
