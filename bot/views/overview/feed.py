"""The feed: one line for each thing the policy posts there."""

from collections.abc import Mapping
from typing import Any

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.channel import places
from bot.views.kit import standing
from bot.views.kit.parts import section
from bot.views.kit.text import escape, person


def draw(payload: Mapping[str, Any], facts: EscalationFacts, policy: Policy) -> Message:
    """Draw one line."""
    text = _line(payload, facts, policy)
    return Message(text, (section(text),))


def closed(channel: str, why: str) -> str:
    """Return the message to the policy owner that the feed can't be posted to."""
    reason, mend = places.why_closed(why), places.how_to_mend(why)
    return (
        f":warning: I can't post in the feed {places.named(channel)}: {reason}. {mend}, "
        "or name another channel in `ESCALATE_FEED_CHANNEL`. Until then the feed stays empty; everything else goes on."
    )


def _line(payload: Mapping[str, Any], facts: EscalationFacts, policy: Policy) -> str:
    who, where = person(payload["by"]), standing.where(facts)
    title = f"{facts.key} {standing.title(facts, policy)}"
    match payload["what"]:
        case "declared":
            return f"{title}: {standing.summary(facts, 150)}. Declared by {who}, {standing.owners(facts)}. {where}"
        case "level changed":
            before, after = policy.level(payload["before"]).label, policy.level(payload["after"]).label
            return f"{title}: {escape(before)} → {escape(after)}, by {who}. {where}"
        case "level rose":
            before, after = policy.level(payload["before"]).label, policy.level(payload["after"]).label
            because = escape(" ".join(payload["because"]), 500)
            return f"{title}: {escape(before)} → {escape(after)}, as the account's data have changed. {because} {where}"
        case "mitigated":
            return f":large_yellow_circle: {title} is mitigated, by {who}. {where}"
        case "resolved":
            return f":white_check_mark: {title} is resolved, by {who}. {where}"
        case "closed":
            return f":checkered_flag: {facts.key} {escape(facts.account.name)} is closed, by {who}. {where}"
        case "withdrawn":
            return f":no_entry_sign: {facts.key} {escape(facts.account.name)} was withdrawn by {who}. {where}"
        case _:
            return f":leftwards_arrow_with_hook: {title} is open again, by {who}. {where}"
