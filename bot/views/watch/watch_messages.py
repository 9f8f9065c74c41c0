"""The watch after resolution: until when, the question how the account is doing, and the answer."""

from typing import Final

from bot.policy.decide.lifecycle import Move, moves
from bot.policy.decide.watches import AccountState, QuestionFacts, WatchDay, is_asked, watch_of
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.notices.watch import WatchAnsweredNotice
from bot.ports.workspace import Message, View
from bot.views.closing import closing_forms
from bot.views.kit import ids, info_form, labels
from bot.views.kit.parts import actions, button, context, paragraphs, quote, section
from bot.views.kit.text import escape, moment, person

BY_MAIL: Final = 'Reply with "All good" on the first line, or write what is wrong'


def on_the_card(facts: EscalationFacts, policy: Policy) -> list[tuple[str, str]]:
    """Return the card's field; empty if nothing is watched."""
    watch = watch_of(facts, policy)
    return [("Watched until", f":eyes: {moment(watch.until, str(policy.zone))}")] if watch else []


def promise(facts: EscalationFacts, policy: Policy) -> list[str]:
    """Return the sentences about the watch for the message of resolution."""
    watch = watch_of(facts, policy)
    if watch is None:
        return []
    owner = person(facts.holder(RELATIONSHIP_OWNER) or facts.declared_by)
    until = moment(watch.until, str(policy.zone))
    return [f"We'll check in with {owner} on {until}."]


def draw(question: QuestionFacts, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the question; once answered, with the answer."""
    where = f" ({labels.where(facts)})" if facts.has_channel else ""
    text = f":eyes: How is {escape(facts.account.name)} since {facts.key}{where} was resolved?"
    small = context(*_small(question, facts, policy))
    asked = section(f"{text}\n_{labels.summary(facts)}_")
    value = f"{facts.number}:{question.id}"
    if is_asked(question, facts):
        controls = actions(
            button("All good", ids.PRESS_WATCH_WELL, value, style="primary"),
            button("Reopen…", ids.PRESS_WATCH_WRONG, value),
        )
        return Message(text, (asked, small, controls))
    if question.answer is AccountState.WRONG and question.since == facts.resolved_at and Move.REOPEN in moves(facts):
        # People who closed the form can reopen it.
        return Message(text, (asked, small, actions(button("Reopen…", ids.PRESS_WATCH_WRONG, value))))
    return Message(text, (asked, small))


def draw_notice(notice: WatchAnsweredNotice, facts: EscalationFacts) -> Message:
    """Draw what somebody answered by mail, for somebody who can reopen it."""
    text = f":eyes: {person(notice.by)} answered how {escape(facts.account.name)} is since {facts.key} was resolved."
    value = f"{facts.number}:{notice.question}"
    controls = actions(
        button("All good", ids.PRESS_WATCH_WELL, value, style="primary"),
        button("Reopen…", ids.PRESS_WATCH_WRONG, value),
    )
    return Message(text, (section(text), *paragraphs(quote(escape(notice.words))), controls))


def what_is_wrong(facts: EscalationFacts, policy: Policy, command: str) -> View:
    """Draw the form that reopens it, or where to ask if it can't be reopened now."""
    if Move.REOPEN in moves(facts):
        return closing_forms.reopen(facts, policy)
    words = f"{facts.key} is already open: {labels.where(facts)}. Something new? Declare it with `{command}`."
    return info_form.info("Already open", words)


def _small(question: QuestionFacts, facts: EscalationFacts, policy: Policy) -> list[str]:
    if question.answer is not None and question.answered_by and question.answered_at:
        who, when = person(question.answered_by), moment(question.answered_at, str(policy.zone))
        said = ":white_check_mark: All good" if question.answer is AccountState.WELL else ":warning: Not good"
        return [f"{said}, said {who}, {when}.", *_afterwards(question, facts)]
    if not is_asked(question, facts):
        return ["Reopened or withdrawn before anyone answered. The watch is over."]
    if question.day is WatchDay.AGAIN:
        return [f"{escape(facts.account.name)} escalated again.", _CHOICE]
    if question.day is WatchDay.HEALTH:
        return [f"Its health fell from {escape(question.about or 'before', _ABOUT)}.", _CHOICE]
    watch = watch_of(facts, policy)
    why = f"Watched for {_days(watch.days)}. " if watch else ""
    if question.day is WatchDay.HALFWAY and watch is not None:
        return [f"{why}Halfway; we ask again {moment(watch.until, str(policy.zone))}.", _CHOICE]
    return [f"{why}Last day; we won't ask again.", _CHOICE]


_ABOUT = 80
_CHOICE = "Reopen keeps its history."


def _afterwards(question: QuestionFacts, facts: EscalationFacts) -> list[str]:
    if question.answer is AccountState.WRONG and question.since != facts.resolved_at:
        return ["It was reopened."]
    return []


def _days(days: int) -> str:
    return f"{days} day{'s' if days != 1 else ''}"
