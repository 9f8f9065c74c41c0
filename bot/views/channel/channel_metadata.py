"""A channel's topic and bookmarks. It has no purpose: Slack would post a line that it was set."""

from dataclasses import dataclass
from datetime import datetime

from bot.policy.decide.topic import DueStep, next_due
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.views.kit import labels
from bot.views.kit.text import clip, one_line, plain_moment

_TOPIC_LIMIT = 250
_DUE = {
    DueStep.ACKNOWLEDGE: "acknowledge by",
    DueStep.UPDATE: "customer update due",
    DueStep.RESOLVE: "resolve by",
}
_OVERDUE = {
    DueStep.ACKNOWLEDGE: "acknowledgement overdue since",
    DueStep.UPDATE: "customer update overdue since",
    DueStep.RESOLVE: "resolution overdue since",
}


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A bookmark of a channel."""

    title: str
    link: str
    emoji: str


def topic(facts: EscalationFacts, policy: Policy, now: datetime) -> str:
    """Return the topic: level, status, next due time, and what it is about. Slack parses only mentions and links in it.

    Everybody reads the same text, so the time names its zone, that of the policy.
    """
    # Topics are visible to more than members: a confidential one says nothing.
    what = "confidential" if facts.is_private else f"{facts.account.name}: {facts.summary}"
    rule = policy.health_rule(facts.health) if facts.health is not None else None
    level = [labels.level_name(facts, policy)] if rule is None or policy.only_level is None else []
    due = next_due(facts, policy)
    parts = [*level, *([rule.label] if rule else []), labels.status_words(facts)]
    if due is not None:
        words = _DUE[due.step] if now < due.at else _OVERDUE[due.step]
        parts.append(f"{words} {plain_moment(due.at, str(policy.zone))}")
    return clip(_harmless(" · ".join([*parts, facts.key, what])), _TOPIC_LIMIT)


def bookmark(facts: EscalationFacts, which: str, workspace_url: str) -> Bookmark | None:
    """Return a bookmark, or None if there is nothing to link."""
    if which == "customer" and facts.crm_url:
        return Bookmark("Customer record", facts.crm_url, ":bust_in_silhouette:")
    if which == "origin" and facts.permalink:
        return Bookmark("Where it was reported", facts.permalink, ":speech_balloon:")
    if which == "card" and facts.channel_id and facts.card_ts:
        return Bookmark("Live card", message_link(workspace_url, facts.channel_id, facts.card_ts), ":pushpin:")
    return None


def message_link(workspace_url: str, channel: str, ts: str) -> str:
    """Return a message's URL."""
    return f"{workspace_url}archives/{channel}/p{ts.replace('.', '')}"


def _harmless(text: str) -> str:
    """Return people's words without pings and links, for places where Slack can't escape."""
    return one_line(text).replace("<", "‹").replace(">", "›").replace("@", "＠")  # noqa: RUF001 - look-alikes on purpose
