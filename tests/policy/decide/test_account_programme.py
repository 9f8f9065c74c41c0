"""Account programmes: what they wait for, what their health requires, and what ends them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.policy.decide import promises
from bot.policy.decide.account_programme import missing_consents
from bot.policy.decide.lifecycle import Move, moves, review_of
from bot.policy.file.loading import preset
from bot.policy.model.facts import HealthState
from bot.policy.model.levels import Requirement
from bot.policy.model.programmes import Consent
from bot.policy.plan import schedule, timers
from bot.policy.plan.timers import TimerKind
from bot.policy.record.escalation import EscalationFacts, Status
from tests.support.escalations import DECLARED_AT, escalation

SEV = preset("sev")
MONDAY = datetime(2026, 3, 9, 14, tzinfo=UTC)  # 10:00 in New York, one business day after the declaration


def programme(**given: object) -> EscalationFacts:
    return escalation(kind="account", accept_at=MONDAY, **{"health": HealthState.RED, **given})


def accepted(**given: object) -> EscalationFacts:
    return programme(accepted=True, answered_at=MONDAY, **given)


def plan(facts: EscalationFacts) -> tuple[timers.Planned, ...]:
    return schedule.plan(facts, SEV, archive_after=timedelta(days=1))


def test_a_proposal_waits_for_its_answer_and_for_nothing_else() -> None:
    facts = programme(customer_update_due_at=MONDAY)
    assert [(timer.kind, timer.due_at) for timer in plan(facts)] == [(TimerKind.PROPOSAL_DUE, MONDAY)]
    assert moves(facts) == {Move.ACCEPT, Move.WITHDRAW}


def test_what_fell_due_before_the_acceptance_comes_with_it_and_is_followed_up_from_there() -> None:
    due_at = DECLARED_AT + timedelta(hours=2)
    planned = {timer.kind: timer for timer in plan(accepted(customer_update_due_at=due_at))}
    assert planned[TimerKind.UPDATE_DUE].due_at == MONDAY
    assert planned[TimerKind.UPDATE_DUE].data["due"] == timers.stamp(due_at)
    # Sev 2 is updated every two hours, so the owner is reminded after 5 minutes and the manager after 15.
    assert planned[TimerKind.UPDATE_LATE].due_at == MONDAY + timedelta(minutes=5)
    assert planned[TimerKind.UPDATE_MISSED].due_at == MONDAY + timedelta(minutes=15)


def test_a_missed_update_is_followed_up_in_business_hours_where_only_the_health_names_a_time() -> None:
    policy = preset("p-levels")
    facts = accepted(level="p4", highest_level="p4", chosen_level="p4", customer_update_due_at=MONDAY)
    planned = {timer.kind: timer for timer in schedule.plan(facts, policy, archive_after=timedelta(days=1))}
    assert planned[TimerKind.UPDATE_LATE].due_at == MONDAY + timedelta(hours=1)
    assert planned[TimerKind.UPDATE_MISSED].due_at == MONDAY + timedelta(hours=4)


@pytest.mark.parametrize(
    ("level", "health", "due"),
    [
        ("sev1", HealthState.RED, timedelta(minutes=30)),
        ("sev4", HealthState.RED, timedelta(days=1)),
        ("sev4", HealthState.YELLOW, timedelta(days=2)),
        ("sev4", HealthState.GREEN, timedelta(days=3)),
        ("sev3", HealthState.GREEN, timedelta(days=1)),
    ],
)
def test_the_next_update_is_owed_by_the_stricter_of_level_and_health(
    level: str, health: HealthState, due: timedelta
) -> None:
    owed = promises.after_update(accepted(level=level, health=health), SEV, MONDAY)
    assert (owed.customer, owed.internal) == (MONDAY + due, MONDAY + due)


def test_an_update_is_owed_on_friday_under_yellow_and_green() -> None:
    wednesday = MONDAY + timedelta(days=2, hours=5)
    for health in (HealthState.YELLOW, HealthState.GREEN):
        owed = promises.after_update(accepted(level="sev4", health=health), SEV, wednesday)
        assert owed.customer == datetime(2026, 3, 13, 19 if health is HealthState.YELLOW else 22, tzinfo=UTC)


def test_a_worse_health_counts_from_the_last_update_and_a_better_one_keeps_the_promise() -> None:
    promised = MONDAY + timedelta(days=3)
    told = accepted(level="sev4", last_customer_update_at=MONDAY, customer_update_due_at=promised)
    later = MONDAY + timedelta(hours=2)
    assert promises.after_level_change(told, SEV, later).customer == MONDAY + timedelta(days=1)
    sooner = replace(told, health=HealthState.GREEN, customer_update_due_at=MONDAY + timedelta(days=1))
    assert promises.after_level_change(sooner, SEV, later).customer == MONDAY + timedelta(days=1)


def test_a_review_follows_a_programme_at_every_level_where_the_kind_says_so() -> None:
    for level in ("sev1", "sev4"):
        needed, term = review_of(accepted(level=level, highest_level=level), SEV)
        assert (needed, str(term)) == (Requirement.REQUIRED, "5bd")
    needed, _ = review_of(accepted(highest_level="critical"), preset("gitlab"))
    assert needed is Requirement.NONE


def test_the_end_takes_every_consent_of_the_kind() -> None:
    facts = accepted(status=Status.RESOLVED)
    assert missing_consents(facts, SEV, ()) == (Consent.CUSTOMER, Consent.STAKEHOLDERS, Consent.SUCCESS_CRITERIA)
    confirmed = accepted(
        confirmed_by="Jo", confirmed_how="call", confirmed_at=MONDAY, confirmation_recorded_by="U01ANA"
    )
    assert missing_consents(confirmed, SEV, {Consent.STAKEHOLDERS}) == (Consent.SUCCESS_CRITERIA,)
    assert missing_consents(escalation(), SEV, ()) == (Consent.CUSTOMER,)
