"""Slack accepts the forms for facts and identity checks, whatever the policy and people write."""

import pytest

from bot.policy.decide.proof import Check, Proof
from bot.policy.decide.questionnaire import KnownFact, questionnaire
from bot.policy.file.loading import load, preset
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.verification import IdentityUnverified, IdentityVerified
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.verification import ApprovalWantedNotice
from bot.policy.record.payloads import read
from bot.views.card import card
from bot.views.intake import intake_form
from bot.views.intake.intake_message import ALL, MISSING
from bot.views.verification import verification_form, verification_message
from bot.views.verification.verification_message import approval_wanted, draw_announcement, on_the_card
from sandbox.blocks.surfaces import check_message, check_view
from tests.support.escalations import DECLARED_AT, escalation
from tests.support.presets import WITH_ISSUES

LONG = "&<long>" * 400
FACTS = ", ".join(f'f{number}: {{label: "{number} {LONG}"}}' for number in range(12))
SECTIONS = ", ".join(f's{number}: {{label: "{LONG}", facts: {{{FACTS}}}}}' for number in range(14))
FACTORS = ", ".join(f'f{number}: {{label: "{number} {LONG}"}}' for number in range(14))
LARGE = f"""
extends: sev
name: own
intake: {{sections: {{{SECTIONS}}}}}
verification:
  process: ["{LONG}", "{LONG}"]
  tiers: {{only: {{label: "{LONG}", factors: 3, of: {{{FACTORS}}}, approval: true, examples: ["{LONG}"]}}}}
"""


def declared(policy: Policy, **given: object) -> EscalationFacts:
    """Return an escalation of the policy's first level."""
    level = policy.levels[0].code
    return escalation(level=level, highest_level=level, chosen_level=level, **given)


def policies() -> list[object]:
    return [
        *(pytest.param(preset(name), id=name) for name in WITH_ISSUES),
        pytest.param(load(LARGE, "own.yml"), id="large"),
    ]


@pytest.mark.parametrize("policy", policies())
def test_slack_takes_each_of_the_forms(policy: Policy) -> None:
    for category in (None, policy.categories[0].key):
        facts = declared(policy, category=category)
        empty = questionnaire(policy, facts, {})
        everything = {question.key: KnownFact(LONG, by="U01ANA", at=DECLARED_AT) for question in empty.questions}
        for answers in ({}, everything):
            asked = questionnaire(policy, facts, answers)
            for wanted in (ALL, MISSING, *(group.key for group in asked.groups)):
                assert check_view(intake_form.draw(facts, policy, asked, wanted), "modal") == []


@pytest.mark.parametrize("policy", policies())
def test_slack_takes_the_check_at_every_stage(policy: Policy) -> None:
    assert check_view(verification_form.draw(declared(policy), policy, None), "modal") == []
    for tier in policy.verification.tiers:
        checks = {factor.key: Check("U01NOOR", DECLARED_AT) for factor in tier.of}
        facts = declared(policy, verification_tier=tier.key)
        for proof in (Proof(tier, {}), Proof(tier, checks), Proof(tier, checks, Check("U01MARIA", DECLARED_AT))):
            assert check_message(list(verification_message.draw(facts, policy, proof).blocks)) == []
            assert check_view(verification_form.draw(facts, policy, proof), "modal") == []
        told = {"tier": tier.key, "checked": [[LONG, "U01NOOR"]] * 14, "approved_by": "U01MARIA", "by": "U01NOOR"}
        for message in (
            draw_announcement(read(IdentityVerified, told), facts, policy),
            draw_announcement(IdentityUnverified(by="U01ANA", needed=(LONG,)), facts, policy),
            approval_wanted(read(ApprovalWantedNotice, told), facts, policy),
            card.draw(facts, policy, DECLARED_AT),
        ):
            assert check_message(list(message.blocks)) == []


def test_a_policy_without_tiers_says_so() -> None:
    policy = load("extends: sev\nname: own\nverification: null\ncategories: null\n", "own.yml")
    form = verification_form.draw(escalation(), policy, None)
    assert check_view(form, "modal") == []
    assert "The policy has no identity checks." in str(form)


def test_the_card_says_what_is_gated_as_long_as_it_is() -> None:
    policy = preset("sev")
    assert on_the_card(escalation(), policy) is None
    assert "Don't act on this request until identity is verified" in str(
        on_the_card(escalation(verification_tier="high"), policy)
    )
    done = escalation(verification_tier="high", verified_at=DECLARED_AT)
    assert str(on_the_card(done, policy)).startswith(":white_check_mark: *Identity verified* (High risk)")


def test_only_what_was_changed_is_read_from_a_form() -> None:
    policy = preset("sev")
    answers = {"customer.name": KnownFact("Jo"), "customer.email": KnownFact("jo@acme.example")}
    view = intake_form.draw(escalation(), policy, questionnaire(policy, escalation(), answers), "customer")
    kept = {"customer.name": " Jo ", "customer.plan": "business", "customer.company": "Acme"}
    sent = {**kept, "customer.email": None, "customer.user_id": "u-17"}
    view["state"] = {"values": {key: {key: {"value": value}} for key, value in sent.items()}}
    assert intake_form.read(view) == (1, {"customer.email": "", "customer.user_id": "u-17"})
