"""People recorded as members of the company, for tests without Slack."""

from bot.database import profiles
from bot.database.transaction import Database
from bot.policy.members import MemberType
from bot.ports.workspace import Profile

STORY = ("U01ANA", "U01DANA", "U01ELI", "U01MARIA", "U01OMAR", "U01NOOR")


def meet(database: Database, *people: str) -> None:
    """Record people as members, by Slack id; by default those of the stories."""
    with database.transaction() as tx:
        for who in people or STORY:
            profile = Profile(
                slack_id=who, name=who[3:].title(), email=None, zone=None, is_active=True, member_type=MemberType.MEMBER
            )
            profiles.learn(tx, who, profile)
