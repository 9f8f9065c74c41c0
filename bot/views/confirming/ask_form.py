"""The form of the customer's confirmation: ask them by mail, or record what they told one of us."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import EmailInputElement, RadioButtonsElement, StaticSelectElement

from bot.policy.model.rules import Policy
from bot.policy.record.customer_questions import CAME_BACK, CustomerAnswer, CustomerQuestionFacts
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, View
from bot.views.closing.closing_forms import HOW
from bot.views.confirming.customer_words import ask_whether_solved
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, modal, option, question, section, text_input
from bot.views.kit.text import escape, moment, person, plain

MAIL, CHANNEL = "mail", "channel"
_LINE: Final = 300
_WORDS: Final = 2000
_SAID: Final = 200


def draw(
    facts: EscalationFacts,
    policy: Policy,
    asked: Sequence[CustomerQuestionFacts],
    now: datetime,
    *,
    to: str | None,
    channel: str | None,
    sender: str | None,
) -> View:
    """Draw the form that asks by mail. `now` is on the real clock, as the end of a link."""
    number = str(facts.number)
    blocks = [
        _heading(facts, policy),
        *asked_before(asked, policy, now),
        *_where(to, channel),
        question(
            "words",
            "Message to the customer",
            text_input("words", initial=ask_whether_solved(facts, policy, sender), multiline=True, limit=_WORDS),
            hint="They answer with one click, without Slack. The link works once, for 14 days.",
        ),
        actions(button("They already told us", ids.PRESS_TOLD_US, number)),
    ]
    return modal(ids.ASK_CUSTOMER, "Ask the customer", blocks, submit="Send", metadata=_about(facts))


def _where(to: str | None, channel: str | None) -> Iterator[Block]:
    """Yield the address, and the choice of the shared channel if the account has one."""
    address = EmailInputElement(action_id="to", initial_value=to)
    if channel is None:
        yield question("to", "Send to", address)
        return
    choices = [option(MAIL, "By mail"), option(CHANNEL, "In the shared channel: anyone in it can answer")]
    chosen = RadioButtonsElement(action_id="where", options=choices, initial_option=choices[0 if to else 1])
    yield question("where", "How?", chosen)
    yield question("to", "Mail to", address, optional=True)


def told(facts: EscalationFacts, policy: Policy, asked: Sequence[CustomerQuestionFacts], now: datetime) -> View:
    """Draw the form that records what the customer told one of us."""
    how = StaticSelectElement(
        action_id="confirmed_how",
        placeholder=plain("Choose", 150),
        options=[option(value, words) for value, words in HOW],
    )
    blocks = [
        _heading(facts, policy),
        *asked_before(asked, policy, now),
        question("confirmed_by", "Who confirmed it for the customer?", text_input("confirmed_by", limit=_LINE)),
        question("confirmed_how", "How did they confirm it?", how),
        question(
            "evidence",
            "Their words, or a link",
            text_input("evidence", multiline=True, limit=_WORDS),
            hint="Posted in the channel with your name.",
        ),
    ]
    return modal(ids.CUSTOMER_TOLD_US, "Customer's confirmation", blocks, submit="Save", metadata=_about(facts))


def asked_before(asked: Sequence[CustomerQuestionFacts], policy: Policy, now: datetime) -> Iterator[Block]:
    """Yield what became of earlier questions, newest first."""
    if asked:
        yield context(*(_asked(one, policy, now) for one in asked))


def _asked(one: CustomerQuestionFacts, policy: Policy, now: datetime) -> str:
    to, zone = escape(one.who), str(policy.zone)
    if one.answer is CustomerAnswer.SOLVED:
        return f"{to} said it's solved."
    if one.answer is not None:
        return f"{to} said not yet: {escape(one.said or '', _SAID)}"
    if one.failure is not None:
        return f":warning: The mail to {to} {'came back' if one.failure == CAME_BACK else 'was refused'}."
    if one.sent_at is None:
        return f"The mail to {to} is on its way."
    sent = f"{person(one.asked_by)} asked {to}, {moment(one.sent_at, zone)}."
    return f"{sent} No answer yet." if now <= one.expires_at else f"{sent} The link has expired."


def _heading(facts: EscalationFacts, policy: Policy) -> Block:
    return section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")


def _about(facts: EscalationFacts) -> str:
    return json.dumps({"number": facts.number})
