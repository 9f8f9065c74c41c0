"""The forms about levels: change it, request another one, decline with a reason."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from slack_sdk.models.blocks import RadioButtonsElement

from bot.policy.decide.lifecycle import Obstacle
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.level_requests import LevelRequestFacts, LevelRequestKind
from bot.ports.workspace import Block, View
from bot.views.kit import ids, labels
from bot.views.kit.parts import context, modal, option, paragraphs, question, quote, section, text_input
from bot.views.kit.text import escape, person
from bot.views.levels.level_announcements import deciders
from bot.views.levels.level_card import why_in_a_line

# The option that returns the level to the policy; no level's code looks like it.
LIFT = "-"
# The field that shows a refusal.
FIELDS = {Obstacle.SAME_LEVEL: "level"}
_LINE = 300


def change(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form for people who may change the level."""
    words = "This overrules the policy. Your name and reason are posted in the channel."
    return _level_form(facts, policy, "Change severity", words, "Change", may_lift=facts.override is not None)


def ask(facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form for everybody else, which requests a change."""
    words = f"We'll ask {deciders(facts, policy)}. Your request and the answer are posted in the channel."
    return _level_form(facts, policy, "Request a severity", words, "Request", may_lift=False)


def asked(facts: EscalationFacts, policy: Policy) -> str:
    """Return the answer to somebody who isn't in the channel, where the request is posted."""
    label = escape(policy.level(facts.level).label)
    return (
        f"{facts.key}: waiting for {deciders(facts, policy)}. Stays {label} until then. "
        f"The answer is posted in {labels.where(facts)}."
    )


def decline(request: LevelRequestFacts, facts: EscalationFacts, policy: Policy) -> View:
    """Draw the form for the reason of declining."""
    wanted, account = f"*{escape(policy.level(request.level).label)}*", escape(facts.account.name)
    if request.kind is LevelRequestKind.OVERRIDE:
        what = f"{person(request.by)} asks for {wanted} for {account}."
    else:
        what = f"Account data suggests {'more time' if request.level == facts.level else wanted} for {account}."
    return modal(
        ids.DECLINE_LEVEL,
        "Decline",
        [
            *paragraphs(f"{what}\n{quote(escape(request.reason))}"),
            question("reason", "Why not?", text_input("reason", limit=_LINE)),
        ],
        submit="Decline",
        metadata=json.dumps({"number": facts.number, "request": request.id}),
    )


def request_of(view: Mapping[str, Any]) -> int:
    """Return the request being declined."""
    return int(json.loads(view["private_metadata"])["request"])


def _level_form(facts: EscalationFacts, policy: Policy, title: str, words: str, submit: str, *, may_lift: bool) -> View:
    options = [option(level.code, f"{level.emoji} {level.label}", level.short) for level in policy.levels]
    current = next(choice for choice in options if choice.value == facts.level)
    if may_lift:
        options.append(option(LIFT, "Use policy severity", "Removes the severity set by hand"))
    choices = RadioButtonsElement(action_id="level", options=options, initial_option=current)
    return modal(
        ids.CHANGE_LEVEL,
        title,
        [
            section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}"),
            context(*filter(None, (words, why_in_a_line(facts, policy)))),
            *_waiting(facts, policy),
            question("level", "Severity", choices),
            question("reason", "Reason", text_input("reason", limit=_LINE)),
        ],
        submit=submit,
        metadata=json.dumps({"number": facts.number}),
    )


def _waiting(facts: EscalationFacts, policy: Policy) -> Iterator[Block]:
    for request in facts.level_requests:
        if request.kind is LevelRequestKind.OVERRIDE:
            label = escape(policy.level(request.level).label)
            yield context(f":hourglass: {person(request.by)} has asked for {label}: {escape(request.reason, 300)}")
