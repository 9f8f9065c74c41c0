"""The web pages of a customer's link: what is asked, and what was answered. Plain words, and nothing internal."""

from http import HTTPStatus
from typing import Final

from bot.policy.record.customer_questions import CustomerAnswer, CustomerQuestionFacts, QuestionKind
from bot.ports.links import WebPage
from bot.views.kit.text import clean, one_line

YES: Final = "yes"
NOT_YET: Final = "not yet"
RATINGS: Final = tuple((points, points) for points in ("1", "2", "3", "4", "5"))


def asks(question: CustomerQuestionFacts, key: str, *, is_reason_missing: bool = False) -> WebPage:
    """Draw whether it is solved, with a field for what is still wrong."""
    missing = ("Please write what's still wrong, so that we can fix it.",) if is_reason_missing else ()
    return WebPage(
        "Is it solved?",
        (clean(question.words), key, *missing),
        (("Yes, it's solved", YES), ("Not yet", NOT_YET)),
        asks="If not yet: what's still wrong?",
    )


def asks_how_it_went(question: CustomerQuestionFacts) -> WebPage:
    """Draw the five answers to how it went, with a field for words."""
    return WebPage(
        "How did we do?", (clean(question.words),), RATINGS, asks="Anything you'd like to add?", is_scale=True
    )


def answered(question: CustomerQuestionFacts, key: str, sender: str | None) -> WebPage:
    """Draw what was answered: right after it, and whenever the link is opened again."""
    who = one_line(sender) if sender else "Our team"
    if question.answer is CustomerAnswer.RATED:
        return WebPage("Thank you", (f"{who} gets your answer: {question.rating} of 5.", key))
    if question.answer is CustomerAnswer.NOT_YET:
        return WebPage("Thank you for telling us", (f"{who} gets your answer. We're working on it.", key))
    return WebPage("Thank you", (f"We've noted that it's solved. {who} gets your answer.", key))


def already(question: CustomerQuestionFacts, key: str, sender: str | None) -> WebPage:
    """Draw that the link has been used, with the answer that was given."""
    said = "not yet" if question.answer is CustomerAnswer.NOT_YET else "it's solved"
    if question.answer is CustomerAnswer.RATED:
        said = f"{question.rating} of 5"
    who = one_line(sender) if sender else "the person who asked you"
    return WebPage("You've answered already", (f"Your answer: {said}.", f"Something else? Write to {who}.", key))


def expired(kind: QuestionKind) -> WebPage:
    """Draw what to do instead of using a link that has expired."""
    what = "whether it's solved" if kind is QuestionKind.SOLVED else "how we did"
    return WebPage(
        "This link has expired",
        (f"Links work for 14 days. Reply to the mail to tell us {what}.",),
        status=HTTPStatus.GONE,
    )
