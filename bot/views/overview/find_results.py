"""Results of `/escalate find`: customers with a button to their page, and escalations, newest first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot.policy.excerpts import Excerpt
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, Message
from bot.views.kit import ids, labels, lines
from bot.views.kit.parts import actions, button, context, header, section
from bot.views.kit.text import clip, day, escape, link, one_line, times
from bot.views.overview import account_page, command_replies, listing

_ECHOED: Final = 80
_SUMMARY: Final = 90
_SAID: Final = 140
# What Slack keeps in the value of a button, with room for the offset.
_WORDS: Final = 1_800

Results = Excerpt[tuple[EscalationFacts, Policy]]


@dataclass(frozen=True, slots=True)
class ShownResults:
    """A part of what has the words. `accounts` are ids and names, `said` the updates that have the words.

    A part has at most `size` escalations.
    """

    words: str
    accounts: Sequence[tuple[int, str]]
    found: Results
    said: Mapping[int, str]
    workspace_url: str
    size: int


def draw(shown: ShownResults) -> Message:
    """Draw a part of what was found."""
    words, found = shown.words, shown.found
    echo = clip(one_line(words), _ECHOED)
    if not words.strip():
        text = "Type words to find after `find`, such as a customer, a cause, or what was said."
        return Message(text, (section(text),))
    if not shown.accounts and not found.total:
        text = f"Nothing found for “{escape(echo)}”."
        return Message(text, (section(text, accessory=command_replies.declare(words), block_id="other-way"),))
    count = f"more than {listing.MOST_COUNTED:,}" if found.total > listing.MOST_COUNTED else str(found.total)
    title = f"{count if found.total > listing.MOST_COUNTED else times(found.total, 'escalation')}: {echo}"
    return Message(escape(title), (header(title), *_blocks(shown)))


def place_of(value: str) -> tuple[int, str]:
    """Return the offset and the words of a button's value. Raises ValueError."""
    first, _, words = value.partition(":")
    return int(first), words


def _blocks(shown: ShownResults) -> Iterator[Block]:
    found = shown.found
    for number, name in shown.accounts:
        about = button("About", ids.PRESS_ACCOUNT, account_page.value(number))
        yield section(f"*{escape(name)}*", accessory=about)
    for facts, policy in found.shown:
        yield section(
            lines.line(facts.key, partial(_line, facts, policy, shown.said.get(facts.number), shown.workspace_url))
        )
    if found.unreadable:
        yield context(*(lines.cannot_be_shown(f"ESC-{number}") for number in found.unreadable[:5]))
    buttons = []
    if found.before:
        buttons.append(button("Newer", ids.PRESS_FIND_NEWER, _value(max(0, found.first - shown.size), shown.words)))
    if found.after:
        older = found.first + len(found.shown) + len(found.unreadable)
        buttons.append(button("Older", ids.PRESS_FIND_OLDER, _value(older, shown.words)))
    if buttons:
        yield actions(*buttons)


def _line(facts: EscalationFacts, policy: Policy, said: str | None, workspace_url: str) -> str:
    key = link(f"{workspace_url}archives/{facts.channel_id}", facts.key) if facts.channel_id is not None else facts.key
    when = day(facts.declared_at.astimezone(policy.zone).date())
    lock = " :lock:" if facts.is_private else ""
    head = " · ".join(
        (f"{labels.title(facts, policy)}{lock}", key, labels.status_words(facts), *labels.waits(facts), when)
    )
    quoted = f"\n>{escape(one_line(said), _SAID)}" if said else ""
    return f"{head}\n{labels.summary(facts, _SUMMARY)}{quoted}"


def _value(first: int, words: str) -> str:
    return f"{first}:{words[:_WORDS]}"
