"""Who is asked to close what is resolved, and what nobody owes."""

from datetime import UTC, date, datetime, timedelta

from bot.policy.file.loading import preset
from bot.policy.model.guards import Guard
from bot.policy.plan.obligations import closers, obligations
from bot.policy.record.escalation import Status
from bot.policy.record.obligations import ObligationKind
from tests.support.escalations import escalation

NOW = datetime(2026, 3, 6, 16, tzinfo=UTC)
POLICY = preset("sev")
RESOLVED = {"status": Status.RESOLVED, "resolved_at": NOW, "level": "sev3", "highest_level": "sev3"}
OFFER = {
    "role": "fix_owner",
    "person": "Eli@Example.com",
    "by": "U01NOOR",
    "asked_at": NOW.isoformat(),
    "expires_at": (NOW + timedelta(hours=1)).isoformat(),
}


def test_the_customer_owner_closes_it_or_those_who_may() -> None:
    resolved = escalation(**RESOLVED)
    for guard, asked in (
        (Guard(), ("U01ANA",)),
        (Guard(slots=("fix_owner", "relationship_owner")), ("U01ANA",)),
        (Guard(slots=("fix_owner", "manager")), ("U01DANA", "U01MARIA")),
        (Guard(people=("U01OMAR",)), ("U01OMAR",)),
    ):
        policy = POLICY.model_copy(update={"guards": POLICY.guards.model_copy(update={"close": guard})})
        assert closers(resolved, policy) == asked


def test_what_is_open_or_waits_for_its_review_is_not_closed_yet() -> None:
    assert closers(escalation(), POLICY) == ()
    heavy = {**RESOLVED, "level": "sev1", "highest_level": "sev1", "review_url": "https://wiki.example/1"}
    assert closers(escalation(**heavy), POLICY) == ()
    assert closers(escalation(**heavy, review_finished_on=date(2026, 3, 6)), POLICY) == ("U01ANA",)


def test_an_offered_role_is_found_by_one_identity_and_nobody_owes_on_what_is_withdrawn_or_closed() -> None:
    [offer] = obligations(escalation(handovers=[OFFER]), POLICY)
    assert (offer.kind, offer.person, offer.about) == (ObligationKind.HANDOVER, "eli@example.com", "fix_owner")
    closed = {"status": Status.CLOSED, "closed_at": NOW, "closed_by": "U01ANA", "handovers": [OFFER]}
    summaries = obligations(escalation(**closed, level="sev1", highest_level="sev1"), POLICY)
    assert [one.kind for one in summaries] == [ObligationKind.SUMMARY]
    assert obligations(escalation(**closed, withdrawn_reason="mistake"), POLICY) == ()
