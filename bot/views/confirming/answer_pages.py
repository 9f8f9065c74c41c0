"""The web pages of a customer's link: what is asked, and what was answered. Plain words, and nothing internal."""

from http import HTTPStatus
from typing import Final

from bot.policy.names import is_channel_id
from bot.policy.record.customer_questions import CustomerAnswer, CustomerQuestionFacts, QuestionKind
from bot.policy.record.escalation import EscalationFacts
from bot.policy.wording.templates import language_of
from bot.ports.links import WebPage
from bot.views.confirming.answer_words import AnswerWords, words_in
from bot.views.kit.text import clean, one_line
from bot.views.mail.customer_letter import case_of

YES: Final = "yes"
NOT_YET: Final = "not yet"
RATINGS: Final = tuple((points, points) for points in ("1", "2", "3", "4", "5"))


def asks(question: CustomerQuestionFacts, facts: EscalationFacts, *, is_reason_missing: bool = False) -> WebPage:
    """Draw whether it is solved, with a field for what is still wrong."""
    words = _words(facts)
    missing = (words.reason_missing,) if is_reason_missing else ()
    return WebPage(
        words.questions[QuestionKind.SOLVED],
        (clean(question.words), case_of(facts), *missing),
        ((words.solved, YES), (words.not_yet, NOT_YET)),
        asks=words.still_wrong,
        language=words.language,
    )


def asks_how_it_went(question: CustomerQuestionFacts, facts: EscalationFacts) -> WebPage:
    """Draw the five answers to how it went, with a field for words."""
    words = _words(facts)
    return WebPage(
        words.questions[QuestionKind.SATISFIED],
        (clean(question.words),),
        RATINGS,
        asks=words.anything_else,
        is_scale=True,
        language=words.language,
    )


def answered(question: CustomerQuestionFacts, facts: EscalationFacts, sender: str | None) -> WebPage:
    """Draw what was answered, right after it."""
    words, answer = _words(facts), question.answer or CustomerAnswer.SOLVED
    noted = words.noted[answer].format(who=one_line(sender) if sender else words.our_team, rating=question.rating)
    return WebPage(words.thanks[answer], (noted, case_of(facts)), language=words.language)


def already(question: CustomerQuestionFacts, facts: EscalationFacts, sender: str | None) -> WebPage:
    """Draw that the link has been used, with the answer that was given."""
    words = _words(facts)
    answer = words.answers[question.answer or CustomerAnswer.SOLVED].format(rating=question.rating)
    who = one_line(sender) if sender else words.asker
    in_channel = is_channel_id(question.address)
    more = words.something_else.format(who=who) if in_channel else words.something_else_by_mail
    lines = (words.your_answer.format(answer=answer), more, case_of(facts))
    return WebPage(words.answered_before, lines, language=words.language)


def expired(kind: QuestionKind, language: str, *, is_of_channel: bool) -> WebPage:
    """Draw what to do instead of using a link that has expired."""
    words = words_in(language)
    instead = (words.in_the_channel if is_of_channel else words.by_mail)[kind]
    line = f"{words.works_for} {instead}"
    return WebPage(words.expired, (line,), status=HTTPStatus.GONE, language=words.language)


def over(language: str, *, is_asked_anew: bool) -> WebPage:
    """Draw that a question isn't there any more, or will be asked again."""
    words = words_in(language)
    line = words.anew if is_asked_anew else words.gone
    return WebPage(words.over, (line,), status=HTTPStatus.CONFLICT, language=words.language)


def _words(facts: EscalationFacts) -> AnswerWords:
    return words_in(language_of(facts.account))
