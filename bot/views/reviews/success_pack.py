"""The pack for success reviews: a CSM's Enterprise customers in the last month."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bot.policy.decide.numbers import DEFINITIONS, number
from bot.policy.plan.success import CustomerMonth, SuccessPackPage
from bot.ports.workspace import Block, Message
from bot.views.kit import ids
from bot.views.kit.parts import actions, button, context, header, section
from bot.views.kit.text import day, escape, times
from bot.views.reports import figures

SHOWN: Final = 20
_QUIET: Final = 10
_NAME: Final = 60
_FIGURES: Final = ("acknowledged_in_time", "mitigated_in_time", "promises_kept", "repeats", "reopened", "satisfaction")


def draw(page: SuccessPackPage) -> Message:
    """Draw the pack."""
    return Message(_title(page), tuple(_blocks(page)))


def _title(page: SuccessPackPage) -> str:
    return f"Success review: {times(len(page.customers), 'Enterprise customer')} with escalations"


def _blocks(page: SuccessPackPage) -> Iterator[Block]:
    first, last = (at.astimezone(page.zone).date() for at in (page.since, page.until - timedelta(microseconds=1)))
    yield header(_title(page))
    yield context(f"{day(first)} to {day(last)}. You prepare the reviews; these are your customers' numbers.")
    for one in page.customers[:SHOWN]:
        yield section(_line(one))
    more = len(page.customers) - SHOWN
    if more > 0:
        yield context(f"{times(more, 'more customer')}: `escalate report --by account`")
    if page.quiet:
        names = ", ".join(escape(name, _NAME) for name in page.quiet[:_QUIET])
        also = f" and {len(page.quiet) - _QUIET} more" if len(page.quiet) > _QUIET else ""
        yield context(f"No escalations: {names}{also}.")
    yield actions(button("How they're counted", ids.PRESS_DEFINITIONS, "report"))


def _line(one: CustomerMonth) -> str:
    counts = [times(number(one.found, "escalations").of, "escalation")]
    counts += [f"{one.open} open"] if one.open else []
    known = [(DEFINITIONS[key], number(one.found, key)) for key in _FIGURES]
    said = [
        f"{of.name.lower()} {figures.value(of, found)} of {found.of}" for of, found in known if found.value is not None
    ]
    return f"*{escape(one.account, _NAME)}*: {', '.join(counts)}\n{' · '.join(said)}".rstrip()
