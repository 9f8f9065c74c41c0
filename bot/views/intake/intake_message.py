"""The channel's message that asks for missing facts, and the request to the relationship owner."""

from collections.abc import Iterator
from typing import Final

from slack_sdk.models.blocks import ButtonElement

from bot.policy.decide.questionnaire import IntakeQuestion, QuestionGroup, Questionnaire
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.intake import FactsMissingNotice
from bot.ports.workspace import Block, Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, section
from bot.views.kit.text import clip, escape, one_line, person

MISSING: Final = "missing"  # instead of a section's key: everything missing
_SHOWN: Final = 90
_MOST_GROUPS: Final = 12
_STEPS: Final = 10
_MOST_BUTTONS: Final = 25  # Slack's limit for one row


def value(facts: EscalationFacts, group: str) -> str:
    """Return a button's value: the escalation, and the section of its form."""
    return f"{facts.number}:{group}"


def draw(facts: EscalationFacts, policy: Policy, asked: Questionnaire) -> Message:
    """Draw the message: one section of the list below the other, with a button for each fact that is missing."""
    mark = asked.mark
    text = f"{facts.key}: {mark.known} of {mark.wanted} facts are known."
    return Message(text, tuple(_blocks(facts, policy, asked)))


def _blocks(facts: EscalationFacts, policy: Policy, asked: Questionnaire) -> Iterator[Block]:
    mark = asked.mark
    full = _STEPS * mark.known // mark.wanted if mark.wanted else _STEPS
    bar = "▰" * full + "▱" * (_STEPS - full)
    then = (
        "Fill in what you know, so that nobody has to ask the customer twice."
        if asked.missing
        else ":white_check_mark: Everything that was asked for is known."
    )
    yield section(f":clipboard: *{mark.known} of {mark.wanted} known*  {bar}\n{then}")
    for group in asked.groups[:_MOST_GROUPS]:
        words = "Fill in" if any(question.answer is None for question in group.questions) else "Correct"
        fill_in = button(words, ids.PRESS_FACTS, value(facts, group.key))
        yield section("\n".join(_group(group)), accessory=fill_in, block_id=f"facts-{group.key}")
        missing = [_missing(facts, question) for question in group.questions if _is_typed(question)]
        if missing:
            yield actions(*missing[:_MOST_BUTTONS], block_id=f"fact-{group.key}")
    controls = [button("Fill in all that is missing", ids.PRESS_FACTS, value(facts, MISSING))] if asked.missing else []
    if facts.verification_tier is None and policy.verification.tiers:
        controls.append(button("Ask for an identity check…", ids.PRESS_VERIFY, str(facts.number)))
    elif any(question.by_check for question in asked.missing):
        controls.append(button("Note what was checked…", ids.PRESS_VERIFY, str(facts.number)))
    if controls:
        yield actions(*controls)
    yield context(*_footer(asked))


def _group(group: QuestionGroup) -> Iterator[str]:
    """Yield a section's lines: known facts, then those only a check provides; all others have a button."""
    yield f"*{escape(group.label)}*"
    for question in group.questions:
        if question.answer is not None:
            text = escape(clip(one_line(question.answer.text), _SHOWN))
            yield f":white_check_mark: {escape(question.label)}: {text}"
    for question in group.questions:
        if question.answer is None and question.by_check:
            yield f":white_large_square: {escape(question.label)}"


def _is_typed(question: IntakeQuestion) -> bool:
    return question.answer is None and not question.by_check


def _missing(facts: EscalationFacts, question: IntakeQuestion) -> ButtonElement:
    """Return the button of one fact, whose form asks only for that."""
    label = f"{question.label} (optional)" if question.optional else question.label
    return button(label, f"{ids.PRESS_FACT}{question.key}", value(facts, question.key))


def _footer(asked: Questionnaire) -> Iterator[str]:
    people = dict.fromkeys(question.answer.by for question in asked.questions if question.answer and question.answer.by)
    if people:
        yield f"Filled in by {', '.join(person(who) for who in people)}"
    yield "No card numbers, document numbers or codes: it is enough to say that they were checked."


def missing(notice: FactsMissingNotice, facts: EscalationFacts) -> Message:
    """Draw the request to the relationship owner, which is sent once."""
    named = ", ".join(escape(label) for label in notice.missing)
    more = f" and {notice.more} more" if notice.more else ""
    text = (
        f":wave: You know {escape(facts.account.name)} best. For {facts.key} ({labels.where(facts)}) we do not know "
        "everything yet."
    )
    return Message(
        text,
        (
            section(f"{text}\n*Missing:* {named}{more}"),
            context("If you have some of it at hand, please fill it in; leave out the rest. I will not ask again."),
            actions(button("Fill it in", ids.PRESS_FACTS, value(facts, MISSING), style="primary")),
        ),
    )
