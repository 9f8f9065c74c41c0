"""The audit of directory and policy: who changed what and when."""

from collections.abc import Iterator
from typing import Final

from bot.policy.record.directory_changes import DirectoryAudited, PolicyAudited, SettingsPage
from bot.ports.workspace import Block, View
from bot.views.directory.admin_forms import KINDS, by
from bot.views.kit.entries import turning, values
from bot.views.kit.info_form import shown
from bot.views.kit.parts import context, paragraphs, section
from bot.views.kit.text import escape, moment, person

_SHOWN: Final = 10


def draw(page: SettingsPage) -> View:
    """Draw a page of changes, newest first."""
    return shown("Audit", [*_blocks(page)])


def _blocks(page: SettingsPage) -> Iterator[Block]:
    if not page.total:
        yield section("No changes yet.")
        return
    for change in page.changes:
        yield from paragraphs(_directory(change) if isinstance(change, DirectoryAudited) else _policy(change))
    last = min(page.first + page.size, page.total)
    yield context(f"{page.first + 1} to {last} of {page.total}, newest first. Entries can't be changed or removed.")
    yield from turning(page.first, page.size, page.total, "{}")


def _directory(change: DirectoryAudited) -> str:
    did = "removed" if not change.after else "changed" if change.before else "added"
    line = f"{moment(change.at)} · *{did.capitalize()} {KINDS[change.kind][0]} {escape(change.key)}* · {by(change.by)}"
    return "\n".join((line, *(f"        {part}" for part in values(change.before, change.after, "UTC"))))


def _policy(change: PolicyAudited) -> str:
    name = escape(f"{change.name} {change.version}")
    line = f"{moment(change.at)} · *Policy {name} came into force* · owner {person(change.owner)}"
    if not change.changed:
        return line
    more = len(change.changed) - _SHOWN
    names = ", ".join(f"`{escape(name)}`" for name in change.changed[:_SHOWN])
    return f"{line}\n        {names}{f' and {more} more' if more > 0 else ''}"
