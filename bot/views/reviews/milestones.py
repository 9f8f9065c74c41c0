"""The milestones of a timeline as lines of Markdown. Their words are those of the product."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import role_name
from bot.policy.record.timeline import TimelineLine
from bot.views.kit.events import words
from bot.views.kit.text import length
from bot.views.reviews.markdown import escape

_REASON: Final = 300
# Where a review says it otherwise than the timeline.
_WORDS: Final = {
    "customer not yet": "the customer says not yet",
    "customer confirmed": "the customer confirmed",
    "customer followed up": "the customer followed up",
    "override lifted": "severity no longer set by hand",
    "page unanswered": "page not answered by",
    "page declined": "page declined by",
    "brought in": "not resolved, brought in",
    "message added": "said in the channel",
}
# Their words are written elsewhere in the document.
_WITHOUT_REASON: Final = frozenset({"closed"})


def draw(line: TimelineLine, policy: Policy, names: Mapping[str, str]) -> str:
    """Return an entry: what happened, to whom, by whom, and why."""
    what = _WORDS.get(line.event) or words(line)
    said = f"{what[:1].upper()}{what[1:]}{_whom(line, policy, names)}{_levels(line, policy)}{_late(line)}"
    if line.actor is not None:
        said += f" ({escape(names.get(line.actor, line.actor))})"
    reason = line.captured.text if line.captured is not None else line.reason
    if reason and line.event not in _WITHOUT_REASON:
        said += f": {escape(reason, _REASON)}"
    return said


def _whom(line: TimelineLine, policy: Policy, names: Mapping[str, str]) -> str:
    who, role, team = (line.after.get(key) for key in ("person", "role", "team"))
    if isinstance(who, str):
        of = f" as {escape(role_name(role))}" if isinstance(role, str) and line.event == "assigned" else ""
        return f" {escape(names.get(who, who))}{of}"
    if isinstance(team, str):
        return f" {escape(next((one.name for one in policy.teams if one.key == team), team))}"
    return ""


def _levels(line: TimelineLine, policy: Policy) -> str:
    known = {level.code: level.label for level in policy.levels}
    before, after = (_label(side, known) for side in (line.before, line.after))
    if after is None or before == after:
        return ""
    return f", {escape(before)} to {escape(after)}" if before else f", {escape(after)}"


def _label(side: Mapping[str, Any], known: Mapping[str, str]) -> str | None:
    return known.get(str(side.get("level")))


def _late(line: TimelineLine) -> str:
    late = line.after.get("late_seconds")
    return f", {length(timedelta(seconds=late))} late" if isinstance(late, int) else ""
