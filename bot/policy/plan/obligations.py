"""Obligations: what people owe on an escalation besides its clocks and updates, which the escalation itself shows.

They follow from the facts, like timers, and are stored with them, so that a list of what somebody owes is one look-up.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.policy.decide.issue_summary import summary_due_at, summary_owner
from bot.policy.decide.lifecycle import review_is_required, whom_to_ask
from bot.policy.model.directory import identity_key
from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.reminder import holders
from bot.policy.plan.reminders.review_due import review_due_at
from bot.policy.record import sla
from bot.policy.record.customer_texts import TextState
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts, Status
from bot.policy.record.level_requests import LevelRequestKind
from bot.policy.record.obligations import ObligationFacts, ObligationKind
from bot.policy.record.reviews import ReviewState

# How long before it is due a call is shown, and a team's answer, which the fix owner asks for again if it doesn't come.
CALL_AHEAD: Final = timedelta(days=1)
TEAM_AHEAD: Final = timedelta(hours=1)


def obligations(facts: EscalationFacts, policy: Policy) -> tuple[ObligationFacts, ...]:
    """Return what is owed. Nobody owes anything on a proposal, or on what was withdrawn."""
    if facts.withdrawal is not None or facts.is_proposed:
        return ()
    found = (*_at_any_time(facts, policy), *(_while_live(facts, policy) if facts.is_live else ()))
    # A guard names people as the policy was written, and every list finds them by one identity.
    return tuple(dict.fromkeys(replace(one, person=identity_key(one.person)) for one in found))


def closers(facts: EscalationFacts, policy: Policy) -> tuple[str, ...]:
    """Return who is asked to close what is resolved: the customer owner if they may, else all who may.

    Nobody, as long as something has to come first.
    """
    is_reviewed = not review_is_required(facts, policy) or facts.review.finished_on is not None
    if facts.status is not Status.RESOLVED or not is_reviewed or facts.open_items:
        return ()
    (owner,), guard = holders(facts, RELATIONSHIP_OWNER), policy.guards.close
    may = whom_to_ask(facts, guard)
    return (owner,) if guard.is_empty or owner in may else may


def _at_any_time(facts: EscalationFacts, policy: Policy) -> Iterator[ObligationFacts]:
    """Yield what is also owed after closing."""
    due_at = summary_due_at(facts, policy)
    if due_at is not None and facts.closure is not None:
        yield ObligationFacts(
            kind=ObligationKind.SUMMARY, person=summary_owner(facts), since=facts.closure.at, due_at=due_at
        )
    call = facts.call
    if call is not None and call.noted_at is None:
        yield ObligationFacts(
            kind=ObligationKind.FOLLOW_UP_CALL, person=call.owner, since=call.at - CALL_AHEAD, due_at=call.at
        )
    review = facts.case_review
    if review is not None:
        # The customer's impact comes first.
        yield ObligationFacts(
            kind=ObligationKind.CASE_REVIEW,
            person=review.owner,
            since=facts.mitigated_at or facts.resolved_at or review.due_at,
            due_at=review.due_at,
            about=str(review.id),
        )


def _while_live(facts: EscalationFacts, policy: Policy) -> Iterator[ObligationFacts]:
    """Yield what is owed until it is closed."""
    call = facts.status_call
    if call is not None:
        yield ObligationFacts(
            kind=ObligationKind.STATUS_CALL, person=call.owner, since=call.at - CALL_AHEAD, due_at=call.at
        )
    due_at = _team_due_at(facts, policy)
    if facts.team is not None and due_at is not None:
        (owner,) = holders(facts, FIX_OWNER)
        yield ObligationFacts(
            kind=ObligationKind.TEAM, person=owner, since=due_at - TEAM_AHEAD, due_at=due_at, about=facts.team
        )
    yield from _answers(facts, policy)
    for person in closers(facts, policy):
        yield ObligationFacts(kind=ObligationKind.CLOSE, person=person, since=facts.resolved_at or facts.declared_at)


def _answers(facts: EscalationFacts, policy: Policy) -> Iterator[ObligationFacts]:
    """Yield what others wait for: a sign-off, an approval, an answer to an offered role or about another level."""
    review, text = facts.review, facts.open_text
    if review.state is ReviewState.ASKED and review.state_at is not None:
        for person in whom_to_ask(facts, policy.guards.sign_off):
            yield ObligationFacts(
                kind=ObligationKind.SIGN_OFF,
                person=person,
                since=review.state_at,
                due_at=review_due_at(facts, policy),
                by=review.state_by,
            )
    if text is not None and text.state is TextState.ASKED and text.asked_of is not None:
        yield ObligationFacts(
            kind=ObligationKind.APPROVAL,
            person=text.asked_of,
            since=text.at,
            due_at=text.expires_at,
            about=str(text.id),
            by=text.by,
        )
    for offer in facts.handovers:
        yield ObligationFacts(
            kind=ObligationKind.HANDOVER,
            person=offer.person,
            since=offer.asked_at,
            due_at=offer.expires_at,
            about=offer.role,
            by=offer.by,
        )
    for request in facts.level_requests:
        for person in whom_to_ask(facts, policy.guards.override):
            yield ObligationFacts(
                kind=ObligationKind.LEVEL,
                person=person,
                since=request.asked_at,
                about=f"{request.id}:{request.level}",
                by=request.by if request.kind is LevelRequestKind.OVERRIDE else None,
            )


def _team_due_at(facts: EscalationFacts, policy: Policy) -> datetime | None:
    """Return when the team's answer is due; None once it has come, and while nobody waits for one."""
    return sla.due_at(facts.team_answer, policy.calendars) if facts.team_answer.is_running else None
