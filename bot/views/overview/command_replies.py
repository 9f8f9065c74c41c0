"""Replies to commands that were guessed: how the words were read, and a button for the other reading."""

from collections.abc import Sequence
from typing import Final

from slack_sdk.models.blocks import ButtonElement

from bot.policy.decide.incidents import incident_key
from bot.policy.excerpts import Excerpt
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, Message
from bot.views.kit import ids
from bot.views.kit.parts import actions, button, context, section
from bot.views.kit.text import clip, escape, one_line, times

# At most this much of what was typed is quoted.
ECHOED: Final = 120
# The answer in a channel that another company reads.
OUTSIDE: Final = "Another company reads this channel. Ask me in another channel, or in a direct message."
# Of several that may be meant, so many are buttons.
CHOICES: Final = 8
_VALUE_LIMIT: Final = 2000
# Slack's limit for the words of a button.
_BUTTON: Final = 75


def guessed(command: str, meant: str, typed: str, unread: str = "") -> Message:
    """Draw how a command was read that was typed in other words, and which of them say nothing to a list."""
    read_as = f"Read as `{command} {escape(meant, ECHOED)}`."
    if unread:
        read_as = (
            f"“{escape(unread, ECHOED)}” isn't a customer, state, severity, region, area or date we know. {read_as}"
        )
    return Message(read_as, (_other_way(read_as, declare(typed)),))


def sentence(command: str, verb: str) -> Message:
    """Draw that a text that begins with a verb opened the declare form; the verb alone may have been meant."""
    said = "Read as a new escalation."
    return Message(said, (_other_way(said, button(f"Run {command} {verb}", ids.PRESS_COMMAND, _value(verb))),))


def account_alone(account: str) -> Message:
    """Draw that the name of an account opened the declare form."""
    said = f"Declaring for {escape(account, ECHOED)}."
    status = button("Show status", ids.PRESS_COMMAND, _value(f"status {account}"))
    return Message(said, (_other_way(said, status),))


def unknown(rest: str, alike: Sequence[str], verb: str, typed: str) -> Message:
    """Draw that nothing has the name that follows a verb; `alike` are the accounts it may be."""
    if alike:
        said = f"Did you mean {' or '.join(f'*{escape(name)}*' for name in alike)}?"
        choices = [button(name, ids.PRESS_COMMAND, _value(f"{verb} {name}")) for name in alike]
    else:
        said = f"No escalation or account matches “{escape(rest, ECHOED)}”."
        choices = []
    # An action id is unique within its block, so each choice has a block of its own.
    rows = [actions(one, block_id=f"choice-{place}") for place, one in enumerate((*choices, declare(typed)))]
    return Message(said, (section(said), *rows))


def several(name: str, verb: str, found: Excerpt[tuple[EscalationFacts, Policy]], incident: int | None) -> Message:
    """Draw the escalations that a name or key may mean; `incident` is the live one that can be ended instead."""
    said = f"{escape(name, ECHOED)} has {times(found.total, 'escalation')}. Which one?"
    shown = found.shown[:CHOICES]
    choices = [button(_choice(facts), ids.PRESS_COMMAND, _value(f"{verb} {facts.key}")) for facts, _ in shown]
    if incident is not None:
        choices.append(button(f"End {incident_key(incident)}…", ids.PRESS_INCIDENT_OVER, str(incident)))
    rows = [actions(one, block_id=f"choice-{place}") for place, one in enumerate(choices)]
    more = found.total - len(shown)
    left = [context(f"{more} more. Name one by its number: `{escape(verb, ECHOED)} ESC-12`.")] if more else []
    return Message(said, (section(said), *rows, *left))


def _choice(facts: EscalationFacts) -> str:
    return clip(f"{facts.key} · {one_line(facts.account.name)}: {one_line(facts.summary)}", _BUTTON)


def declare(typed: str) -> ButtonElement:
    """Return the button that opens the declare form with the typed words."""
    return button("Declare instead", ids.PRESS_DECLARE_WORDS, _value(typed))


def _other_way(said: str, control: ButtonElement) -> Block:
    return section(said, accessory=control, block_id="other-way")


def _value(text: str) -> str:
    return clip(text, _VALUE_LIMIT)
