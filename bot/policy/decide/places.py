"""The channels that a policy posts to: what each is for, as its key in the policy file."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.policy.model.reviews import LearningsRule
from bot.policy.model.rules import Policy


@dataclass(frozen=True, slots=True)
class PolicyPlace:
    """A channel, by name without `#` or by id, and the key that names it. Messages for a team's channel wait for it."""

    channel: str
    key: str
    is_of_team: bool = False


def places(policy: Policy) -> Iterator[PolicyPlace]:
    """Yield every channel that a policy names for its posts."""
    reviews = policy.reviews
    for key, rule in (("weekly", reviews.weekly), ("monthly", reviews.monthly), ("refresher", reviews.refresher)):
        if isinstance(rule, LearningsRule):
            yield PolicyPlace(_bare(rule.channel), f"reviews.{key}")
    if policy.announce_changes is not None:
        yield PolicyPlace(_bare(policy.announce_changes), "announce_changes")
    for feed in policy.feed.own:
        yield PolicyPlace(_bare(feed.channel), f"feed.own.{feed.key}")
    for team in policy.teams:
        if team.slack is not None:
            yield PolicyPlace(_bare(team.slack), f"teams.{team.key}.slack", is_of_team=True)


def _bare(channel: str) -> str:
    return channel.removeprefix("#")
