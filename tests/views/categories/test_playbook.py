"""The playbook promises only what somebody's clock says."""

from bot.policy.file.loading import preset
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.team_questions import TeamAsked
from bot.views.categories import playbook
from tests.support.escalations import escalation

POLICY = preset("sev")


def drawn(facts: EscalationFacts, *asked: TeamAsked) -> str:
    return str(playbook.draw(facts, POLICY, asked))


def test_words_for_the_customer_give_no_time_if_the_team_has_no_clock() -> None:
    facts = escalation(level="sev1", highest_level="sev1", category="service_outage")
    assert facts.team_answer.terms is None
    said = drawn(facts)
    assert "You'll hear from them. I've included" in said
    assert "[timeframe]" not in said


def test_where_a_team_was_asked_is_said_only_if_it_was() -> None:
    facts = escalation(category="technical")
    assert "not reached in #tech-support-escalations yet" in drawn(facts)
    assert "asked in <#C01TECH>" in drawn(facts, TeamAsked("tech_support", "C01TECH"))
    assert "not reached" in drawn(facts, TeamAsked("billing", "C01BILL"))
    assert "not asked by Escalate: call or write" in drawn(escalation(category="financial"))
