"""A channel's topic, purpose and bookmarks."""

from dataclasses import dataclass

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts
from bot.views.kit.text import clip, one_line, person

_TOPIC_LIMIT = 250
_BOOKMARK_LIMIT = 75


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A bookmark of a channel."""

    title: str
    link: str
    emoji: str


def topic(facts: EscalationFacts, policy: Policy) -> str:
    """Return the topic: level, key and what is happening. Slack parses only mentions and links in it."""
    label = policy.level(facts.level).label
    # Topics are visible to more than members: a confidential one says nothing.
    what = "confidential" if facts.is_private else f"{facts.account.name}: {facts.summary}"
    rule = policy.health_rule(facts.health) if facts.health is not None else None
    health = f" · {rule.label}" if rule else ""
    return clip(_harmless(f"{label}{health} · {facts.key} · {what}"), _TOPIC_LIMIT)


def purpose(facts: EscalationFacts) -> str:
    """Return the purpose: why the channel exists and who owns it."""
    fix, relationship = facts.holder(FIX_OWNER), facts.holder(RELATIONSHIP_OWNER)
    owners = f" Fix: {person(fix or facts.declared_by)}. Customer: {person(relationship or facts.declared_by)}."
    whose = "" if facts.is_private else f" of {facts.account.name}"
    why = _harmless(f"Customer escalation {facts.key}{whose}. The pinned card is the truth.")
    return clip(why, _TOPIC_LIMIT - len(owners)) + owners


def bookmark(facts: EscalationFacts, which: str, workspace_url: str) -> Bookmark | None:
    """Return a bookmark, or None if there is nothing to link."""
    if which == "customer" and facts.crm_url:
        return Bookmark(
            clip(f"{facts.account.name}: customer record", _BOOKMARK_LIMIT), facts.crm_url, ":bust_in_silhouette:"
        )
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
