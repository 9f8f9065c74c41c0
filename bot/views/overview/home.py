"""The Home tab: the viewer's escalations, and all open ones."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from bot.policy.excerpts import Excerpt
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, View
from bot.views.kit import ids, lines
from bot.views.kit.parts import actions, button, context, divider, header, section
from bot.views.overview.listing import cannot_be_read, line

# Lines of each list on one page.
SHOWN: Final = 40

HomeList = Excerpt[tuple[EscalationFacts, Policy]]


def draw(mine: HomeList, everything: HomeList, now: datetime, unreadable: Sequence[str] = ()) -> View:
    """Draw somebody's Home tab; `unreadable` are the escalations left out because their record is broken."""
    blocks = [*_blocks(mine, everything, now), *cannot_be_read(unreadable)]
    return {"type": "home", "callback_id": "home", "blocks": blocks}


def refused(words: str) -> View:
    """Draw the Home tab of somebody who may not use Escalate."""
    return {"type": "home", "callback_id": "home", "blocks": [section(words)]}


def unavailable(words: str) -> View:
    """Draw the Home tab if nothing can be read now: its button to declare works once that is over."""
    declare = actions(button("Declare an escalation", ids.PRESS_DECLARE, "home", style="primary"))
    return {"type": "home", "callback_id": "home", "blocks": [declare, section(words)]}


def places_of(value: str) -> tuple[int, int]:
    """Return the start of both lists, from a page button's value."""
    mine, _, everything = value.partition(":")
    return int(mine), int(everything)


def _blocks(mine: HomeList, everything: HomeList, now: datetime) -> Iterator[Block]:
    yield actions(
        button("Declare an escalation", ids.PRESS_DECLARE, "home", style="primary"),
        button("Propose an account programme", ids.PRESS_PROPOSE, "home"),
    )
    yield header("Mine")
    yield from _list(mine, now, "Nothing that you own, manage or declared is open.")
    yield from _pages(mine, lambda first: f"{first}:{everything.first}")
    yield divider()
    yield header("All open")
    yield from _list(everything, now, "No open escalations.")
    yield from _pages(everything, lambda first: f"{mine.first}:{first}")


def _list(found: HomeList, now: datetime, nothing: str) -> Iterator[Block]:
    if not found.shown:
        yield section(nothing)
    for facts, policy in found.shown:
        yield section(lines.line(facts.key, partial(line, facts, policy, now)), accessory=_way_in(facts))
    if found.after:
        yield context(f"{found.after} more.")


def _pages(found: HomeList, value: Callable[[int], str]) -> Iterator[Block]:
    """Yield the buttons to the previous and next page, if any."""
    buttons = []
    if found.before:
        buttons.append(button("Previous", ids.PRESS_HOME_BEFORE, value(max(0, found.first - SHOWN))))
    if found.after:
        buttons.append(button("Next", ids.PRESS_HOME_AFTER, value(found.first + len(found.shown))))
    if buttons:
        yield actions(*buttons)


def _way_in(facts: EscalationFacts) -> object:
    if facts.is_proposed:
        return button("Accept or decline…", ids.PRESS_ANSWER, str(facts.number))
    return button("Post an update", ids.PRESS_UPDATE, str(facts.number))
