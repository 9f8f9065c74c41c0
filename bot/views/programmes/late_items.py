"""Action items that are overdue, on Home and in the digest."""

from collections.abc import Iterator
from typing import Final

from bot.policy.record.action_items import LateItems
from bot.ports.workspace import Block
from bot.views.kit import ids
from bot.views.kit.parts import button, context, section
from bot.views.kit.text import day, escape, person, times

_WHAT: Final = 200


def late(found: LateItems) -> Iterator[Block]:
    """Yield the late action items of one reader, with what more there is."""
    for one in found.shown:
        change = button("Change", ids.PRESS_ITEM, f"{one.number}:{one.id}")
        place = f"ESC-{one.number} {escape(one.account)} · action item *overdue* since {day(one.due_on)}"
        yield section(f":dart: {escape(one.what, _WHAT)}\n{place}", accessory=change)
    if found.total > len(found.shown):
        yield context(f"{times(found.total - len(found.shown), 'more action item')} overdue.")


def of_the_team(found: LateItems) -> Block:
    """Return the late action items of somebody's people, in one entry."""
    named = [f"{escape(one.what, _WHAT)} (ESC-{one.number}, {person(one.owner)})" for one in found.shown]
    more = found.total - len(named)
    also = f" and {more} more" if more > 0 else ""
    return section(f":dart: {counted(found)}: {'; '.join(named)}{also}.")


def counted(found: LateItems) -> str:
    """Return how many are late."""
    return f"{times(found.total, 'action item')} overdue"
