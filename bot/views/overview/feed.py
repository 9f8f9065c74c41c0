"""The feed: one line for each thing the policy posts there."""

from collections.abc import Mapping
from typing import Any

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts, Status
from bot.policy.record.feed_lines import (
    ClosedLine,
    DeclaredLine,
    FeedLine,
    LevelChangedLine,
    LevelRoseLine,
    MitigatedLine,
    ReopenedLine,
    ResolvedLine,
    UndoneLine,
    WithdrawnLine,
    line_of,
)
from bot.ports.workspace import Message
from bot.views.channel import places
from bot.views.kit import labels
from bot.views.kit.closed_channels import why_closed
from bot.views.kit.parts import section
from bot.views.kit.text import ended, escape, person


def draw(payload: Mapping[str, Any], facts: EscalationFacts, policy: Policy) -> Message:
    """Draw one line from its stored form."""
    text = _words(line_of(payload), facts, policy)
    return Message(text, (section(text),))


def closed(channel: str, why: str, *, is_own: bool = False) -> str:
    """Return the message to the policy owner that a feed can't be posted to; `is_own` is that of a team or region."""
    reason, mend = why_closed(why), places.how_to_mend(why)
    where = "`feed.own` of the policy" if is_own else "`ESCALATE_FEED_CHANNEL`"
    return (
        f":warning: Escalate can't post in the feed {places.named(channel)}: {reason}. {mend}, "
        f"or name another channel in {where}. Until then nothing is posted there."
    )


def _words(line: FeedLine, facts: EscalationFacts, policy: Policy) -> str:
    who, where = person(line.by), labels.where(facts)
    title = f"{facts.key} {labels.title(facts, policy)}"
    match line:
        case DeclaredLine():
            return f"{title}: {ended(labels.summary(facts, 150))} Declared by {who}, {labels.owners(facts)}. {where}"
        case LevelChangedLine():
            return f"{title}: {_moved(line, policy)}, by {who}. {where}"
        case LevelRoseLine():
            because = escape(" ".join(line.because), 500)
            return f"{title}: {_moved(line, policy)}, account data changed. {because} {where}"
        case MitigatedLine():
            return f":adhesive_bandage: {title}: impact stopped by {who}. {where}"
        case ResolvedLine():
            return f":white_check_mark: {title}: resolved by {who}. {where}"
        case ClosedLine():
            return f":checkered_flag: {facts.key} {escape(facts.account.name)} closed by {who}. {where}"
        case WithdrawnLine():
            return f":no_entry_sign: {facts.key} {escape(facts.account.name)} withdrawn by {who}. {where}"
        case ReopenedLine():
            return f":leftwards_arrow_with_hook: {title}: reopened by {who}. {where}"
        case UndoneLine():
            what = "resolution" if line.ended == Status.RESOLVED else "impact continues,"
            return f":leftwards_arrow_with_hook: {title}: {what} undone by {who}. {where}"


def _moved(line: LevelChangedLine | LevelRoseLine, policy: Policy) -> str:
    return f"{escape(policy.level(line.before).label)} → {escape(policy.level(line.after).label)}"
