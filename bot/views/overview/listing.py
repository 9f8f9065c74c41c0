"""Lists and responses to commands: the answer to "who is escalated?"."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from bot.errors import UnreadableRecord
from bot.policy.decide.account_programme import Programme, ProgrammeMembership
from bot.policy.decide.card_counts import CardCounts
from bot.policy.decide.lifecycle import Move
from bot.policy.excerpts import Excerpt
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.obligations import OwedLines
from bot.policy.record.promises import PromiseTally
from bot.ports.workspace import Block, Message
from bot.views.card import card
from bot.views.kit import ids, labels, lines, picking
from bot.views.kit.parts import actions, button, context, header, section
from bot.views.kit.text import clip, escape
from bot.views.overview import account_page, owed_lines
from bot.views.overview.by_customer import line_places
from bot.views.overview.escalation_line import in_full, line_with_owners, step

_SHOWN = 20
_ECHOED: Final = 80
_STATES: Final = frozenset({"open", "closed"})
_LONGEST_ID: Final = 255
# Larger totals are counted only this far.
MOST_COUNTED: Final = 10_000
_NO_COUNTS = CardCounts()
# The blocks of a list say at which offset the list begins, so that it can be drawn again where it was pressed.
LISTED: Final = "list-"
_ANY_URL: Final = "https://slack.com/"


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list is drawn. `next_command` shows what comes after; `words` is what limits it, as typed.

    `own` are the reader's identities: those who take part get the button for the next step.
    """

    next_command: str
    workspace_url: str
    own: Collection[str] = ()
    words: str = ""
    is_of_closed: bool = False
    # The customer that the list is limited to: id and name.
    account: tuple[int, str] | None = None
    # How we kept our word to the customer of each, by number. Only what was missed or late is shown.
    promises: Mapping[int, PromiseTally] = field(default_factory=dict)
    # What else the reader owes.
    owed: OwedLines = field(default_factory=OwedLines)


def everything(
    found: Excerpt[tuple[EscalationFacts, Policy]], now: datetime, unreadable: Sequence[str] = (), *, how: Listing
) -> Message:
    """Draw escalations, of open ones the overdue first, and name the unreadable ones."""
    state = "closed" if how.is_of_closed else "open"
    limits = " ".join(word for word in how.words.split() if word.casefold() not in _STATES)
    if not found.total and not unreadable:
        match = f" match “{escape(limits, _ECHOED)}”" if limits else ""
        text = f"No {state} escalations{match}."
        declare = () if how.words else (actions(button("Declare an escalation", ids.PRESS_DECLARE, "list")),)
        return Message(text, (section(text), *_owed(how, now), *declare, *_account(how)))
    count = f"more than {MOST_COUNTED:,}" if found.total > MOST_COUNTED else str(found.total)
    text = f"{count} {state} escalation{'s' if found.total != 1 else ''}"
    if found.is_of_fewer_customers:
        text = f"{text} of {found.customers} customers"
    if limits:
        text = f"{text}: {clip(limits, _ECHOED)}"
    if found.before:
        text = f"{text}, from {found.first + 1} on"
    shown, more = _lines(found, now, how), _more(found, how.next_command)
    return Message(
        escape(text), (header(text), *shown, *more, *_owed(how, now), *cannot_be_read(unreadable), *_account(how))
    )


def place_of(block_id: str) -> tuple[int, str] | None:
    """Return the offset at which the list of a block begins, and its words; None for any other block."""
    kind, _, rest = block_id.partition("-")
    first, _, about = rest.partition("-")
    return (int(first), about.partition("-")[2]) if f"{kind}-" == LISTED and first.isdecimal() else None


def _lines(found: Excerpt[tuple[EscalationFacts, Policy]], now: datetime, how: Listing) -> Iterator[Block]:
    places = line_places((facts for facts, _ in found.shown), found.under)
    for (facts, policy), at in zip(found.shown, places, strict=True):
        drawn = partial(line_with_owners, facts, policy, now, how.workspace_url, is_below=at.is_below)
        words = at.drawn(lines.line(facts.key, drawn))
        kept = how.promises.get(facts.number)
        if kept is not None and kept.kept < kept.total and facts.withdrawal is None:
            words = f"{words} · {labels.promises(kept)}"
        control = step(facts, policy, how.own, now)
        # Slack takes 255 characters. Longer words name no account.
        place = f"{LISTED}{found.first}-{facts.number}{f'-{how.words}' if how.words else ''}"[:_LONGEST_ID]
        yield section(words, accessory=control, block_id=place)


def _account(how: Listing) -> Iterator[Block]:
    """Yield the button to the page of the customer that a list is limited to."""
    if how.account is not None:
        number, name = how.account
        yield actions(button(f"About {name}", ids.PRESS_ACCOUNT, account_page.value(number)))


def _owed(how: Listing, now: datetime) -> Iterator[Block]:
    """Yield what else the reader owes, in blocks whose names say how to draw the list again."""
    if how.owed.shown:
        yield header("You also owe")
        yield from owed_lines.draw(how.owed.shown, now, how.workspace_url, named=partial(_place_of_owed, how.words))
        yield from owed_lines.more(how.owed.total - len(how.owed.shown), "they come when these are done.")


def _place_of_owed(words: str, number: int) -> str:
    return f"{LISTED}0-owed{number}-{words}"[:_LONGEST_ID]


def _more(found: Excerpt[tuple[EscalationFacts, Policy]], next_command: str) -> Iterator[Block]:
    if found.after:
        yield context(f"{found.after} more: `{escape(next_command)}`")


def cannot_be_read(keys: Sequence[str]) -> Iterator[Block]:
    """Yield a note on the escalations left out because their record is broken, and who can help."""
    if keys:
        shown = ", ".join(keys[:_SHOWN]) + (f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else "")
        yield context(f":warning: {shown} can't be read. Ask an admin to run `escalate doctor`.")


def status(
    facts: EscalationFacts,
    policy: Policy,
    now: datetime,
    around: Programme | ProgrammeMembership | None = None,
    counts: CardCounts = _NO_COUNTS,
    hidden: Collection[Move] = (),
) -> Message:
    """Draw one escalation completely, but for what `hidden` names. Raise UnreadableRecord if it can't be drawn."""
    try:
        drawn = card.draw(facts, policy, now, around, counts, hidden)
    except Exception as error:
        lines.note(facts.key, error)
        raise UnreadableRecord(facts.key, repr(error)) from error
    # Where it is stands above the summary, in the same text: a status is as long as the card.
    title, (what, *rest) = drawn.blocks[0], drawn.blocks[1:]
    place = f" in {labels.where(facts)}" if facts.channel_id is not None else ""
    words = f"{facts.key}{place}\n{what['text']['text']}"
    return Message(drawn.text, (title, section(words), *rest))


def draw_everywhere(facts: EscalationFacts, policy: Policy, now: datetime) -> None:
    """Draw an escalation as lists, menus and cards do, to see whether it can be; raises whatever they raise."""
    in_full(facts, policy, now, _ANY_URL)
    picking.label(facts)
    status(facts, policy, now)
