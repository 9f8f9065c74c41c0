"""The list of learnings for the weekly sync and the monthly review meeting."""

from collections.abc import Iterator

from bot.policy.plan.learnings import Learning, LearningsKind, LearningsPage
from bot.ports.workspace import Message
from bot.views.kit import labels
from bot.views.kit.parts import context, paragraphs
from bot.views.kit.text import escape, link, one_line, person, times

_WORDS = 200


def draw(page: LearningsPage) -> Message:
    """Draw the list: a line for each, with its owner."""
    title = "Learnings of the week" if page.kind is LearningsKind.WEEKLY else "Review pack of the month"
    lines = [f":bulb: *{title}*", *(_line(one) for one in page.learnings)]
    if not page.learnings:
        lines.append("No review was signed off.")
    small = list(_small(page))
    text = "\n".join(lines)
    return Message(text, (*paragraphs(text), *([context(" · ".join(small))] if small else [])))


def _line(one: Learning) -> str:
    key = f"ESC-{one.number}"
    name = link(one.link, key) if one.link else key
    factor = f" ({escape(one.factor, _WORDS)})" if one.factor else ""
    words = escape(one_line(one.words), _WORDS) or "No cause named"
    return f"• {name} {escape(one.account, _WORDS)}{factor}: {words} · {person(one.owner)}"


def _small(page: LearningsPage) -> Iterator[str]:
    if page.left_out:
        yield f"{page.left_out} more in the export"
    if page.late:
        yield f"{times(page.late, 'review')} overdue"
    if page.open:
        yield f"{times(page.open, 'follow-up')} open"
    yield labels.led_by(page.owner)
