"""Churn risk: the form for the signals, and the messages to the channel, the owner and the team."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import CheckboxesElement

from bot.policy.model.patterns import ChurnRisk
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.patterns import ChurnRiskOver, ChurnRiskSeen
from bot.policy.record.escalation import MANAGER, RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.notices.patterns import ChurnRiskNotice
from bot.ports.workspace import Block, Message, View
from bot.views.kit import ids, labels
from bot.views.kit.customer_texts import OFFER_OF_A_CALL
from bot.views.kit.parts import context, modal, option, question, quote, section, text_input
from bot.views.kit.text import escape, person
from bot.views.teams import team_messages

# The block of the signals.
_SIGNALS = "signs"
_LINE = 300
_MOST_SIGNALS = 10


def form(facts: EscalationFacts, policy: Policy, risk: ChurnRisk, noted: Sequence[str], unresolved: int = 0) -> View:
    """Draw the form. `noted` are the recorded signals, which are preselected.

    It names how many escalations of the customer are `unresolved`, if there are several: that is a signal, too (S3).
    """
    shown = policy.churn_signals[:_MOST_SIGNALS]
    options = {signal: option(str(place), signal) for place, signal in enumerate(shown)}
    ticked = [options[signal] for signal in noted if signal in options]
    is_marked = risk.tag in facts.tags
    said = "Clear all when the risk is over." if is_marked else "A customer who may leave needs more than a fix."
    blocks = [
        section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}"),
        *(
            [section(f"{escape(facts.account.name)} has {unresolved} unresolved escalations.")]
            if unresolved > 1
            else []
        ),
        context(f"{said} We tell the channel, the customer owner and the manager what to do."),
        question(
            _SIGNALS,
            "What did you see or hear?",
            CheckboxesElement(action_id=_SIGNALS, options=list(options.values()), initial_options=ticked or None),
            optional=is_marked,
        ),
        question(
            "note",
            "In their words",
            text_input("note", limit=_LINE),
            hint="Internal only.",
            optional=True,
        ),
    ]
    metadata = json.dumps({"number": facts.number})
    return modal(ids.CHURN_RISK, "Churn risk", blocks, submit="Save", metadata=metadata)


def signals_of(view: Mapping[str, Any]) -> tuple[int, ...]:
    """Return the positions of the ticked signals in the policy's list."""
    chosen = view["state"]["values"].get(_SIGNALS, {}).get(_SIGNALS, {}).get("selected_options") or []
    return tuple(int(signal["value"]) for signal in chosen)


def marked(told: ChurnRiskSeen, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the channel's message when the customer is marked, or more signals are noted."""
    account = escape(facts.account.name)
    again = "more triggers" if told.again else "churn risk"
    text = f":warning: {person(told.by)} reported {again}: {account} may leave."
    return Message(text, tuple(_blocks(text, told, facts, policy)))


def lifted(told: ChurnRiskOver, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the channel's message when the risk is over."""
    note = f" {escape(told.note)}" if told.note else ""
    text = f":white_check_mark: {person(told.by)} ended the churn risk: {escape(facts.account.name)} stays.{note}"
    return Message(text, (section(text),))


def directly(notice: ChurnRiskNotice, facts: EscalationFacts) -> Message:
    """Draw the message to the relationship owner and the manager."""
    signals = "; ".join(escape(signal) for signal in notice.signals)
    text = (
        f":warning: {escape(facts.account.name)} ({labels.where(facts)}) may leave: {signals}\n"
        f"Reported by {person(notice.by)}."
    )
    then = "Steps and a text for the customer are in the channel."
    return Message(text, (section(text), context(then)))


def _blocks(text: str, told: ChurnRiskSeen, facts: EscalationFacts, policy: Policy) -> Iterator[Block]:
    note = f"\n{quote(escape(told.note))}" if told.note else ""
    yield section(f"{text}\n{_bullets(told.signals)}{note}")
    risk = policy.patterns.churn_risk
    if risk is None or told.again:
        return
    if risk.steps:
        yield section(f"*What to do*\n{_bullets(risk.steps)}")
    yield section(f"*Words for the customer*\n{quote(escape(OFFER_OF_A_CALL))}")
    people = dict.fromkeys(
        person(who) for role in (RELATIONSHIP_OWNER, MANAGER) if (who := facts.holder(role)) is not None
    )
    yield context(
        f"{' and '.join(people) or person(facts.declared_by)}: offer a call, with "
        f"{team_messages.reached(policy.team(risk.team), facts)}."
    )


def _bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"• {escape(line)}" for line in lines)
