"""The Home tab: mine, and everything that is open."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.policy.escalation import EscalationFacts
from bot.policy.rules import Policy
from bot.ports.workspace import Block, View
from bot.views import ids
from bot.views.listing import by_weight, cannot_be_read, line
from bot.views.parts import actions, button, context, divider, header, section

_SHOWN = 40

Found = Sequence[tuple[EscalationFacts, Policy]]


def draw(mine: Found, everything: Found, now: datetime, unreadable: Sequence[str] = ()) -> View:
    """Draw somebody's Home tab; `unreadable` names what is left out because its record is broken."""
    blocks = [*_blocks(mine, everything, now), *cannot_be_read(unreadable)]
    return {"type": "home", "callback_id": "home", "blocks": blocks}


def refused(words: str) -> View:
    """Draw the Home tab of somebody who may not use Escalate."""
    return {"type": "home", "callback_id": "home", "blocks": [section(words)]}


def unavailable(words: str) -> View:
    """Draw the Home tab of a moment in which nothing can be read: it can still declare once the moment is over."""
    declare = actions(button("Declare an escalation", ids.PRESS_DECLARE, "home", style="primary"))
    return {"type": "home", "callback_id": "home", "blocks": [declare, section(words)]}


def _blocks(mine: Found, everything: Found, now: datetime) -> Iterator[Block]:
    yield actions(
        button("Declare an escalation", ids.PRESS_DECLARE, "home", style="primary"),
        button("Propose an account programme", ids.PRESS_PROPOSE, "home"),
    )
    yield header("Mine")
    yield from _list(mine, now, "Nothing that you own, manage or declared is open.")
    yield divider()
    yield header("All open")
    yield from _list(everything, now, "Nobody is escalated.")


def _list(found: Found, now: datetime, nothing: str) -> Iterator[Block]:
    if not found:
        yield section(nothing)
    for facts, policy in by_weight(found)[:_SHOWN]:
        yield section(line(facts, policy, now), accessory=_way_in(facts))
    if len(found) > _SHOWN:
        yield context(f"{len(found) - _SHOWN} more.")


def _way_in(facts: EscalationFacts) -> object:
    if facts.is_proposed:
        return button("Accept or decline…", ids.PRESS_ANSWER, str(facts.number))
    return button("Post an update", ids.PRESS_UPDATE, str(facts.number))
