"""The words around what was written for the customer, in the languages we have: of the mail, the post and the pages."""

from dataclasses import dataclass
from typing import Final

from bot.policy.record.customer_questions import CustomerAnswer, QuestionKind
from bot.policy.wording.templates import GERMAN

_ENGLISH: Final = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWords:
    """One language. `language` is its code in HTML; in braces stand the name of a person, a time and a rating."""

    language: str
    questions: dict[QuestionKind, str]
    buttons: dict[QuestionKind, str]
    once: str
    reply: str
    reply_to_us: str
    asker: str
    solved: str
    not_yet: str
    still_wrong: str
    reason_missing: str
    anything_else: str
    thanks: dict[CustomerAnswer, str]
    noted: dict[CustomerAnswer, str]
    our_team: str
    answered_before: str
    your_answer: str
    answers: dict[CustomerAnswer, str]
    something_else: str
    something_else_by_mail: str
    expired: str
    works_for: str
    by_mail: dict[QuestionKind, str]
    in_the_channel: dict[QuestionKind, str]
    over: str
    gone: str
    anew: str


ENGLISH: Final = AnswerWords(
    language=_ENGLISH,
    questions={QuestionKind.SOLVED: "Is it solved?", QuestionKind.SATISFIED: "How did we do?"},
    buttons={QuestionKind.SOLVED: "Answer", QuestionKind.SATISFIED: "Rate it"},
    once="The link works once, until {until}.",
    reply="You can also reply to this mail: it goes to {who}.",
    reply_to_us="You can also reply to this mail.",
    asker="the person who asked you",
    solved="Yes, it's solved",
    not_yet="Not yet",
    still_wrong="If not yet: what's still wrong?",
    reason_missing="Please write what's still wrong, so that we can fix it.",
    anything_else="Anything you'd like to add?",
    thanks={
        CustomerAnswer.SOLVED: "Thank you",
        CustomerAnswer.NOT_YET: "Thank you for telling us",
        CustomerAnswer.RATED: "Thank you",
    },
    noted={
        CustomerAnswer.SOLVED: "We've noted that it's solved. {who} gets your answer.",
        CustomerAnswer.NOT_YET: "{who} gets your answer. We're working on it.",
        CustomerAnswer.RATED: "{who} gets your answer: {rating} of 5.",
    },
    our_team="Our team",
    answered_before="You've answered already",
    your_answer="Your answer: {answer}.",
    answers={
        CustomerAnswer.SOLVED: "it's solved",
        CustomerAnswer.NOT_YET: "not yet",
        CustomerAnswer.RATED: "{rating} of 5",
    },
    something_else="Something else? Write to {who}.",
    something_else_by_mail="Something else? Reply to the mail.",
    expired="This link has expired",
    works_for="Links work for 14 days.",
    by_mail={
        QuestionKind.SOLVED: "Reply to the mail to tell us whether it's solved.",
        QuestionKind.SATISFIED: "Reply to the mail to tell us how we did.",
    },
    in_the_channel={
        QuestionKind.SOLVED: "Write in our shared channel whether it's solved.",
        QuestionKind.SATISFIED: "Write in our shared channel how we did.",
    },
    over="This question is over",
    gone="There's nothing to answer here any more.",
    anew="We're working on this again. We'll ask you again when it's fixed.",
)

_GERMAN: Final = AnswerWords(
    language=GERMAN,
    questions={QuestionKind.SOLVED: "Ist es gelöst?", QuestionKind.SATISFIED: "Wie zufrieden sind Sie?"},
    buttons={QuestionKind.SOLVED: "Antworten", QuestionKind.SATISFIED: "Bewerten"},
    once="Der Link gilt einmal, bis {until}.",
    reply="Sie können auch auf diese Mail antworten: Sie geht an {who}.",
    reply_to_us="Sie können auch auf diese Mail antworten.",
    asker="die Person, die Sie gefragt hat",
    solved="Ja, es ist gelöst",
    not_yet="Noch nicht",
    still_wrong="Falls noch nicht: Was stimmt nicht?",
    reason_missing="Bitte schreiben Sie, was noch nicht stimmt, damit wir es beheben können.",
    anything_else="Möchten Sie etwas ergänzen?",
    thanks={
        CustomerAnswer.SOLVED: "Vielen Dank",
        CustomerAnswer.NOT_YET: "Danke für Ihre Rückmeldung",
        CustomerAnswer.RATED: "Vielen Dank",
    },
    noted={
        CustomerAnswer.SOLVED: "Wir haben notiert, dass es gelöst ist. {who} erhält Ihre Antwort.",
        CustomerAnswer.NOT_YET: "{who} erhält Ihre Antwort. Wir arbeiten daran.",
        CustomerAnswer.RATED: "{who} erhält Ihre Antwort: {rating} von 5.",
    },
    our_team="Unser Team",
    answered_before="Sie haben schon geantwortet",
    your_answer="Ihre Antwort: {answer}.",
    answers={
        CustomerAnswer.SOLVED: "es ist gelöst",
        CustomerAnswer.NOT_YET: "noch nicht",
        CustomerAnswer.RATED: "{rating} von 5",
    },
    something_else="Noch etwas? Schreiben Sie an {who}.",
    something_else_by_mail="Noch etwas? Antworten Sie auf die Mail.",
    expired="Dieser Link ist abgelaufen",
    works_for="Links gelten 14 Tage.",
    by_mail={
        QuestionKind.SOLVED: "Antworten Sie auf die Mail, um uns zu sagen, ob es gelöst ist.",
        QuestionKind.SATISFIED: "Antworten Sie auf die Mail, um uns zu sagen, wie zufrieden Sie sind.",
    },
    in_the_channel={
        QuestionKind.SOLVED: "Schreiben Sie in unserem gemeinsamen Kanal, ob es gelöst ist.",
        QuestionKind.SATISFIED: "Schreiben Sie in unserem gemeinsamen Kanal, wie zufrieden Sie sind.",
    },
    over="Diese Frage ist erledigt",
    gone="Hier gibt es nichts mehr zu beantworten.",
    anew="Wir arbeiten wieder daran. Wir fragen Sie noch einmal, wenn es behoben ist.",
)


def words_in(language: str) -> AnswerWords:
    """Return the words in a language (`language_of` an account); in English if we don't have them."""
    return _GERMAN if language == GERMAN else ENGLISH
