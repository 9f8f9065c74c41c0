"""Channel messages about levels: requested, decided, reassessed by account data."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.policy.decide.lifecycle import whom_to_ask
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.requests import RequestKind
from bot.ports.workspace import Message
from bot.views.kit import standing
from bot.views.kit.parts import context, section
from bot.views.kit.text import escape, moment, person

Payload = Mapping[str, Any]
_CLOCKS = "Running clocks keep their start and follow the new level."


def _message(text: str, *small: str) -> Message:
    return Message(text, (section(text), *([context(" ".join(small))] if small else [])))


def _label(policy: Policy, code: str) -> str:
    return escape(policy.level(code).label)


def deciders(facts: EscalationFacts, policy: Policy) -> str:
    """Return who decides requests."""
    return " or ".join(person(who) for who in whom_to_ask(facts, policy.guards.override)) or "the manager"


def _changed(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    before, after = _label(policy, payload["before"]), policy.level(payload["after"])
    text = (
        f"{after.emoji} {person(payload['by'])} has changed the level from {before} to "
        f"*{escape(after.label)}*: {escape(payload['reason'])}"
    )
    return _message(text, _CLOCKS, standing.promise(facts, policy))


def _lifted(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    before, after = _label(policy, payload["before"]), policy.level(payload["after"])
    moved = f"{before} stays" if payload["before"] == payload["after"] else f"{before} → *{escape(after.label)}*"
    text = (
        f"{after.emoji} {person(payload['by'])} has lifted the level set by hand, and the policy decides again: "
        f"{moved}. {escape(payload['reason'])}"
    )
    return _message(text, _CLOCKS, standing.promise(facts, policy))


def _asked(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    text = (
        f":raised_hand: {person(payload['by'])} asks for *{_label(policy, payload['level'])}*: "
        f"{escape(payload['reason'])}"
    )
    return _message(
        text,
        f"{deciders(facts, policy)} has been asked directly and answers with a button; until then "
        f"{_label(policy, facts.level)} stays.",
    )


def _granted(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    before, after = _label(policy, payload["before"]), policy.level(payload["after"])
    text = (
        f"{after.emoji} {person(payload['by'])} has approved what {person(payload['asker'])} asked for: {before} → "
        f"*{escape(after.label)}*. {escape(payload['reason'])}"
    )
    return _message(text, _CLOCKS, standing.promise(facts, policy))


def _declined(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    text = (
        f":no_entry_sign: {person(payload['by'])} has declined {_label(policy, payload['level'])}, which "
        f"{person(payload['asker'])} asked for: {escape(payload['reason'])}"
    )
    return _message(text, "Everything stays as it is.")


def _waits(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    since = moment(datetime.fromisoformat(payload["since"]), str(policy.zone))
    label = _label(policy, payload["level"])
    asked = (
        f"{person(payload['by'])}'s request for {label}"
        if payload["kind"] == RequestKind.OVERRIDE
        else f"what the account's data propose ({label})"
    )
    text = f":hourglass: {deciders(facts, policy)}: {asked} has waited for your answer since {since}."
    return _message(text, "The buttons are in your direct message from me.")


def _rose(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    before, after = _label(policy, payload["before"]), policy.level(payload["after"])
    text = (
        f"{after.emoji} The account's data have changed, and the level rises from {before} to "
        f"*{escape(after.label)}*. {_because(payload['because'])}"
    )
    return _message(text, _CLOCKS, standing.promise(facts, policy))


def _due_earlier(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    moved = escape(", ".join(payload["clocks"]))
    text = (
        f":fast_forward: The account's data have changed, and time is shorter: {moved}. {_because(payload['because'])}"
    )
    return _message(text, "Running clocks keep their start.")


def _downgrade_proposed(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    text = f":chart_with_upwards_trend: The account's data have become better{_lighter(payload, facts, policy)}."
    who = deciders(facts, policy)
    return _message(text, escape(payload["reason"]), f"{who} has been asked directly; until then all stays as it is.")


def _lighter(payload: Payload, facts: EscalationFacts, policy: Policy) -> str:
    if payload["level"] == facts.level:
        return ": less hurry would be due"
    return f": *{_label(policy, payload['level'])}* would do"


def _downgrade_granted(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    before, after = _label(policy, payload["before"]), policy.level(payload["after"])
    what = "the later times" if payload["before"] == payload["after"] else f"{before} → *{escape(after.label)}*"
    text = f"{after.emoji} {person(payload['by'])} has approved what the account's data propose: {what}."
    return _message(text, escape(payload["reason"]), _CLOCKS, standing.promise(facts, policy))


def _downgrade_declined(payload: Payload, facts: EscalationFacts, policy: Policy) -> Message:
    text = (
        f":no_entry_sign: {person(payload['by'])} leaves things as they are, although the account's data have become "
        f"better: {escape(payload['reason'])}"
    )
    return _message(text, "It is proposed again only when the data change.")


def _because(sentences: Sequence[str]) -> str:
    return escape(" ".join(sentences), 1500)


KINDS: Mapping[str, Callable[[Payload, EscalationFacts, Policy], Message]] = {
    "level changed": _changed,
    "override lifted": _lifted,
    "level asked for": _asked,
    "request granted": _granted,
    "request declined": _declined,
    "request waits": _waits,
    "level rose": _rose,
    "due earlier": _due_earlier,
    "fall proposed": _downgrade_proposed,
    "fall granted": _downgrade_granted,
    "fall declined": _downgrade_declined,
}
