"""Announcements of the issue summary and of the lessons."""

from typing import assert_never

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.outcomes import (
    CallNoted,
    CallPlanned,
    OutcomeAnnouncement,
    OutcomeNoted,
    SummarySent,
)
from bot.policy.record.outcomes import SolvedBy
from bot.ports.workspace import Message
from bot.views.kit.parts import context, paragraphs, section, text_message
from bot.views.kit.text import escape, moment, person

_WORDS = 600
_BY = {
    SolvedBy.SPECIALISTS: "solved by the specialist team",
    SolvedBy.FIRST_LEVEL: "solved by first level",
    SolvedBy.CUSTOMER: "solved by the customer",
    SolvedBy.NOBODY: "it went away",
}


def draw(told: OutcomeAnnouncement, policy: Policy) -> Message:
    """Draw one announcement."""
    match told:
        case SummarySent():
            text = f":memo: {person(told.by)} sent the issue summary."
            mailed = [context(f"It goes by mail to {', '.join(map(escape, told.to))}.")] if told.to else []
            return Message(text, (section(text), *paragraphs(escape(told.text)), *mailed))
        case OutcomeNoted():
            by = next((words for word, words in _BY.items() if word == told.solved_by), escape(told.solved_by, 40))
            could = (
                "First level could have solved it" if told.first_level_could else "First level couldn't have solved it"
            )
            text = f":bulb: {person(told.by)} noted what we learned: {by}. {could}."
            small = [f"To try first: {escape(told.to_try, _WORDS)}"] if told.to_try else []
            return text_message(text, *small)
        case CallPlanned():
            when = moment(told.at, str(policy.zone))
            text = f":telephone_receiver: Follow-up call with the customer {when}, by {person(told.owner)}."
            return text_message(text)
        case CallNoted():
            text = f":telephone_receiver: {person(told.by)} called the customer."
            return text_message(text, escape(told.said, _WORDS))
    assert_never(told)
