"""The timeline, in a form that only shows it."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.timeline import TimelineExcerpt, TimelineLine
from bot.ports.workspace import Block, View
from bot.views.kit import ids, labels
from bot.views.kit.entries import turning
from bot.views.kit.events import event
from bot.views.kit.info_form import shown
from bot.views.kit.parts import context, paragraphs, section
from bot.views.kit.text import escape, length, link, moment, person
from bot.views.levels import level_card

# Who is mentioned in a captured message. A form notifies nobody.
_MENTION: Final = re.compile(r"&lt;@([UW][A-Z0-9]{2,})&gt;")
_WORDS: Final = 300
_VALUE: Final = 60


def draw(facts: EscalationFacts, policy: Policy, excerpt: TimelineExcerpt) -> View:
    """Draw a page of entries, newest first."""
    return shown("Timeline", [*_blocks(facts, policy, excerpt)])


def _blocks(facts: EscalationFacts, policy: Policy, excerpt: TimelineExcerpt) -> Iterator[Block]:
    yield section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")
    why = level_card.why(facts, policy)
    if why is not None:
        yield context(why)
    began = labels.began(facts, policy)
    if began is not None:
        yield context(began)
    if excerpt.promises.total and facts.withdrawal is None:
        yield context(f"Promises to the customer: {labels.promises(excerpt.promises)}.")
    yield from paragraphs("\n".join(_line(line, policy) for line in excerpt.lines))
    if excerpt.total > excerpt.size:
        last = min(excerpt.first + excerpt.size, excerpt.total)
        yield context(f"{excerpt.first + 1} to {last} of {excerpt.total}, newest first.")
    yield from turning(
        excerpt.first,
        excerpt.size,
        excerpt.total,
        f"{facts.number}:{{}}",
        newer=ids.PRESS_TIMELINE_NEWER,
        older=ids.PRESS_TIMELINE_OLDER,
    )


def _line(line: TimelineLine, policy: Policy) -> str:
    what = f"*{event(line)}*{_levels(line, policy)}{_whom(line, policy)}{_promise(line, policy)}"
    parts = [moment(line.at, str(policy.zone)), what]
    if line.actor is not None:
        parts.append(person(line.actor))
    words = " · ".join(parts) + _captured(line)
    return f"{words}\n>{escape(' '.join(line.reason.split()), _WORDS)}" if line.reason else words


def _captured(line: TimelineLine) -> str:
    """Return the message as it reads now, or the file, that an entry is about."""
    found = line.captured
    if found is None:
        return ""
    if line.event == "file added":
        name = escape(found.text or "", _WORDS)
        return f" · {link(found.link, found.text or 'file')}" if found.link else f" · {name}"
    if found.text is None:
        return "\n>_Deleted._" if line.event == "message added" else ""
    if line.event != "message added":
        return ""
    said = _MENTION.sub(r"<@\1>", escape(" ".join(found.text.split()), _WORDS))
    return f"\n>{said}{' _(edited)_' if found.is_edited else ''}"


def _whom(line: TimelineLine, policy: Policy) -> str:
    """Return the person or the team it was about, if it names one, as the entry of a page does."""
    about, team = line.after.get("person"), line.after.get("team")
    if isinstance(about, str):
        return f" {person(about)}"
    return f" {escape(next((one.name for one in policy.teams if one.key == team), team), _VALUE)}" if team else ""


def _promise(line: TimelineLine, policy: Policy) -> str:
    """Return how an edit moved the next update."""
    if line.event == "updated":
        return _kept(line)
    times = [side.get("next") for side in (line.before, line.after)]
    if line.event != "update edited" or not all(isinstance(at, str) for at in times):
        return ""
    before, after = (moment(datetime.fromisoformat(str(at)), str(policy.zone)) for at in times)
    return f", next update {before} → {after}"


def _kept(line: TimelineLine) -> str:
    """Return how late an update came, and how many promises before it were missed."""
    late, broken = line.after.get("late_seconds"), line.after.get("broken")
    missed = f", after {broken} missed" if isinstance(broken, int) and broken else ""
    return f", {length(timedelta(seconds=late))} late{missed}" if isinstance(late, int) else missed


def _levels(line: TimelineLine, policy: Policy) -> str:
    """Return the change of severity, the one value that most readers look for."""
    labels_of = {level.code: level.label for level in policy.levels}
    before, after = (labels_of.get(str(side.get("level"))) for side in (line.before, line.after))
    if after is None or before == after:
        return ""
    return f" {escape(before, _VALUE)} → {escape(after, _VALUE)}" if before else f" {escape(after, _VALUE)}"
