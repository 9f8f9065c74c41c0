"""Handling by category: its team and the team's clock, copied teams, visibility, required verification.

The rules: docs/policy.md#x9, docs/policy.md#x22, docs/policy.md#x25, docs/policy.md#team-answer,
docs/policy.md#verification.
"""

from dataclasses import dataclass
from datetime import datetime

from bot.policy.decide.takeover import Takeover, takeover
from bot.policy.decide.targets import due, terms
from bot.policy.model.categories import Team
from bot.policy.model.facts import Issue
from bot.policy.model.rules import Policy
from bot.policy.record import sla
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.sla import Terms
from bot.policy.schema import Visibility
from bot.policy.time.durations import ONE_BUSINESS_DAY, Duration, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """The handling of a case; without a category, as the level says and without a team. `trace` has the differences.

    `category` is the one that applies: the chosen one, or the one that took over.
    """

    category: str | None = None
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
    """Return the handling of the category that applies, with what its triggers add.

    Confidentiality and evidence of the chosen category persist in the one that takes over.
    """
    if issue.category is None:
        return _UNCATEGORISED
    about = takeover(policy, issue.category, issue.triggers)
    category = about.category
    is_asked = category.ask_if is None or category.ask_if in issue.triggers
    team = policy.team(category.team) if category.team and is_asked else None
    confidential = next((each for each in about.through if each.visibility is Visibility.PRIVATE), None)
    trace = about.trace
    if confidential is not None:
        trace += (
            f"The channel is private, because {confidential.label} is confidential (category {confidential.key}).",
        )
    return Handling(
        team=team.key if team else None,
        team_response=terms(policy, team.response, team.calendar) if team else None,
        category=category.key,
        copies=about.copies,
        alert=category.alert,
        visibility=Visibility.PRIVATE if confidential else Visibility.PUBLIC,
        verification=_strictest(policy, about),
        preserve_evidence=any(each.preserve_evidence for each in about.through),
        trace=trace,
    )


def answer_due(policy: Policy, facts: EscalationFacts, now: datetime) -> datetime | None:
    """Return when the team that helps should have answered, if it is reached `now` unless it was before."""
    running = sla.due_at(facts.team_answer, policy.calendars)
    return running or (due(policy, facts.team_answer.terms, now) if facts.team_answer.terms else None)


def chase_due(policy: Policy, team: str, asked_at: datetime, *, is_top: bool = False) -> datetime | None:
    """Return when a silent team is asked again, on its own calendar; None if the policy chases nobody.

    At the heaviest level (`is_top`) it may be earlier, and for a team that answers around the clock, such as within 30
    minutes, it is when its answer is due.
    """
    chase, found = policy.patterns.chase, policy.team(team)
    if chase is None:
        return None
    waits = [chase.after, chase.heaviest if is_top else None, _quick(found)]
    times = [due(policy, terms(policy, wait, found.calendar), asked_at) for wait in waits]
    return min((at for at in times if at is not None), default=None)


def chased_again_at(policy: Policy, team: str, chased_at: datetime, *, is_first: bool) -> datetime:
    """Return when a team that was asked again is asked once more, on its own calendar, and its lead with it.

    A team that answers around the clock has its own time once more after the first chase (`is_first`).
    """
    chase, found = policy.patterns.chase, policy.team(team)
    quick = _quick(found) if is_first else None
    wait = quick or (chase.every if chase else ONE_BUSINESS_DAY)
    return due(policy, terms(policy, wait, found.calendar), chased_at) or chased_at


def _quick(team: Team) -> Duration | None:
    """Return within which a team answers that does so around the clock."""
    return team.response if team.response is not None and team.response.unit is Unit.WALL else None


def _strictest(policy: Policy, about: Takeover) -> str | None:
    """Return the strictest tier (last in the policy's list) that the category or a trigger requires."""
    asked = {about.category.verification, *(trigger.verification for trigger in about.triggers)}
    return next((tier.key for tier in reversed(policy.verification.tiers) if tier.key in asked), None)
