"""What a category brings with it: the team and its clock, who is copied, who may see it, what must be checked.

POLICY.md X9, X22, X25, "Team answer" and "Verification".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.policy.categories import Category, Trigger
from bot.policy.facts import Issue
from bot.policy.rules import Policy
from bot.policy.schema import Visibility
from bot.policy.sla import Terms
from bot.policy.targets import due, terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """How a category is handled; without one, as the level says and by nobody else. `trace` tells what differs."""

    team: str | None = None
    team_response: Terms | None = None
    copies: tuple[str, ...] = ()
    alert: tuple[str, ...] = ()
    visibility: Visibility = Visibility.PUBLIC
    verification: str | None = None
    preserve_evidence: bool = False
    trace: tuple[str, ...] = ()


_UNCATEGORISED = Handling()


def handling(policy: Policy, issue: Issue) -> Handling:
    """Return how the issue's category is handled, with what its triggers add."""
    if issue.category is None:
        return _UNCATEGORISED
    category = policy.category(issue.category)
    team, triggers = policy.team(category.team) if category.team else None, list(_given(category, issue))
    copies = dict.fromkeys((*category.copies, *(team for trigger in triggers for team in trigger.copies)))
    return Handling(
        team=category.team,
        team_response=terms(policy, team.response, team.calendar) if team else None,
        copies=tuple(copy for copy in copies if copy != category.team),
        alert=category.alert,
        visibility=category.visibility,
        verification=_strictest(policy, category, triggers),
        preserve_evidence=category.preserve_evidence,
        trace=tuple(_trace(category)),
    )


def chase_due(policy: Policy, team: str, asked_at: datetime) -> datetime | None:
    """Return when a team that has not answered is asked again, on its own calendar; None where nobody is chased."""
    chase = policy.patterns.chase
    return due(policy, terms(policy, chase.after, policy.team(team).calendar), asked_at) if chase else None


def _given(category: Category, issue: Issue) -> Iterator[Trigger]:
    return (trigger for trigger in category.triggers if trigger.key in issue.triggers)


def _strictest(policy: Policy, category: Category, triggers: list[Trigger]) -> str | None:
    """Return the last tier of the policy's list that the category or a trigger asks for."""
    asked = {category.verification, *(trigger.verification for trigger in triggers)}
    return next((tier.key for tier in reversed(policy.verification.tiers) if tier.key in asked), None)


def _trace(category: Category) -> Iterator[str]:
    if category.visibility is Visibility.PRIVATE:
        yield f"Private, because {category.label} is confidential (category {category.key})."
