"""Proof of identity: who may approve a sensitive request, and which of two tiers is stricter."""

from bot.policy.decide.lifecycle import Obstacle
from bot.policy.decide.proof import Check, Proof, refusals_to_approve, stricter, tier_of
from bot.policy.file.loading import preset
from tests.support.escalations import DECLARED_AT, escalation

SEV = preset("sev")
FACTORS = ("email_control", "payment_last_four", "photo_id")


def proof(*checked: str, by: str = "U01NOOR", approved_by: str | None = None) -> Proof:
    approval = Check(approved_by, DECLARED_AT) if approved_by else None
    return Proof(tier_of(SEV, "high"), {key: Check(by, DECLARED_AT) for key in checked}, approval)


def obstacles(found: Proof, who: str) -> list[Obstacle]:
    return [reason.obstacle for reason in refusals_to_approve(escalation(), found, SEV.guards.approve, {who})]


def test_the_manager_approves_what_a_colleague_has_checked() -> None:
    assert obstacles(proof(*FACTORS), "U01MARIA") == []
    assert obstacles(proof(*FACTORS), "U01ELI") == [Obstacle.NOT_ADMITTED]


def test_unchecked_proof_cannot_be_approved() -> None:
    assert obstacles(proof("photo_id"), "U01MARIA") == [Obstacle.NOT_CHECKED]


def test_nobody_approves_what_they_checked_themselves() -> None:
    assert obstacles(proof(*FACTORS, by="U01MARIA"), "U01MARIA") == [Obstacle.OWN_CHECK]


def test_an_approval_is_given_once() -> None:
    assert obstacles(proof(*FACTORS, approved_by="U01OMAR"), "U01MARIA") == [Obstacle.ALREADY_APPROVED]


def test_only_when_all_factors_are_checked_does_it_wait_for_the_approval() -> None:
    assert not proof("photo_id").waits_for_approval
    assert proof(*FACTORS).waits_for_approval
    assert not proof(*FACTORS, approved_by="U01MARIA").waits_for_approval


def test_a_tier_can_only_be_made_stricter() -> None:
    assert [tier.key for tier in stricter(SEV, None)] == ["low", "medium", "high"]
    assert [tier.key for tier in stricter(SEV, "medium")] == ["high"]
    assert stricter(SEV, "high") == ()
