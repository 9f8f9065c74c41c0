"""Slack accepts the views of patterns and major incidents, whatever the policy and people write."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.policy.decide.case_reviews import CaseReviewFacts
from bot.policy.decide.incidents import IncidentFacts, Overview
from bot.policy.excerpts import Excerpt
from bot.policy.file.loading import load, preset
from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.case_review_due import CaseReviewDueNotice
from bot.policy.plan.reminders.case_review_left import CaseReviewLeftNotice
from bot.policy.record.announcements.incidents import IncidentJoined, IncidentLasts, IncidentLikely, IncidentOver
from bot.policy.record.announcements.patterns import ChurnRiskOver, ChurnRiskSeen
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.incidents import IncidentOverNotice
from bot.policy.record.notices.patterns import ChurnRiskNotice, SameCauseNotice
from bot.policy.record.payloads import read
from bot.ports.workspace import Message, View
from bot.views.card import card
from bot.views.incidents import incident_forms, incident_messages
from bot.views.kit.parts import modal, text_message
from bot.views.kit.text import clip
from bot.views.patterns import case_review, causes, churn_risk
from bot.views.reminders import case_review_due, case_review_left
from sandbox.blocks.surfaces import check_message, check_view
from tests.support.escalations import DECLARED_AT, escalation
from tests.support.presets import WITH_ISSUES

LONG = "&<long>" * 400
LINES = ", ".join(f'"{number} {LONG}"' for number in range(14))
LARGE = f"""
extends: sev
name: own
teams: {{success: {{name: "{LONG}"}}, incidents: {{name: "{LONG}"}}}}
patterns:
  repeats: {{questions: [{LINES}], steps: [{LINES}]}}
  churn_risk: {{tag: "{LONG}", signs: [{LINES}], steps: [{LINES}]}}
  enterprise: {{steps: [{LINES}]}}
  major_incident: {{steps: [{LINES}], holding_message: "{LONG}", dont: [{LINES}], track: [{LINES}]}}
"""
POLICIES = [
    *(pytest.param(preset(name), id=name) for name in WITH_ISSUES),
    pytest.param(load(LARGE, "own.yml"), id="large"),
]


def declared(policy: Policy, **given: object) -> EscalationFacts:
    """Return an escalation of the policy's first level, of a customer with a long name."""
    level = policy.levels[0].code
    facts = escalation(level=level, highest_level=level, chosen_level=level, summary=LONG[:300], **given)
    return replace(facts, account=replace(facts.account, name=LONG[:200], vip=True))


@pytest.mark.parametrize("policy", POLICIES)
def test_churn_risk_is_what_slack_takes(policy: Policy) -> None:
    facts, risk = declared(policy), policy.patterns.churn_risk
    assert risk is not None
    shown(churn_risk.form(facts, policy, risk, risk.signs[:1]))
    payload = {"by": "U01NOOR", "signs": list(risk.signs), "note": LONG[:300], "again": False}
    check(churn_risk.marked(read(ChurnRiskSeen, payload), facts, policy))
    check(churn_risk.lifted(read(ChurnRiskOver, payload), facts, policy))
    check(churn_risk.directly(read(ChurnRiskNotice, payload), facts))
    check(card.draw(replace(facts, tags=(risk.tag,), incident=1), policy, DECLARED_AT))


@pytest.mark.parametrize("policy", POLICIES)
def test_a_case_review_is_what_slack_takes(policy: Policy) -> None:
    facts = declared(policy)
    review = CaseReviewFacts(
        id=1,
        owner="U01ANA",
        opened_on=date(2026, 3, 6),
        due_at=DECLARED_AT,
        history=tuple(many(policy, 40)),
        hidden=3,
    )
    check(case_review.draw(review, facts, policy))
    shown(case_review.form(review, facts, policy))
    finished = replace(review, findings=LONG, finished_by="U01ANA", finished_at=DECLARED_AT)
    check(case_review.draw(finished, facts, policy))
    payload = {"review": 1, "turn": 3, "owner": "U01ANA", "due": DECLARED_AT.isoformat()}
    check(case_review_due.draw(read(CaseReviewDueNotice, payload), facts, policy, "U01ANA"))
    check(case_review_left.draw(read(CaseReviewLeftNotice, payload), facts, policy, "U01MARIA"))
    shown(case_review.form(finished, facts, policy))


@pytest.mark.parametrize("policy", POLICIES)
def test_a_recurring_cause_message_is_valid_in_slack(policy: Policy) -> None:
    facts = declared(policy)
    earlier = [{"key": f"ESC-{number}", "channel": "C01ESC"} for number in range(40)]
    payload = {"cause": LONG[:120], "level": facts.level, "days": 30, "earlier": earlier, "hidden": 2}
    check(causes.again(read(SameCauseNotice, payload), facts, policy))
    check(causes.directly(read(SameCauseNotice, payload), facts, policy))
    form = modal("resolve", "Resolve", [causes.ask(LONG[:75])], submit="Resolve")
    shown(form)
    assert [str(option.value) for option in causes.offer(LONG, ["Full disk"])] == [clip(LONG, 75), "Full disk"]


@pytest.mark.parametrize("policy", POLICIES)
def test_a_major_incident_is_what_slack_takes(policy: Policy) -> None:
    pattern, incident = policy.patterns.major_incident, lasting(policy)
    assert pattern is not None
    over = replace(incident, ended_by="U01ELI", ended_at=DECLARED_AT, fixed=LONG)
    for stage in (incident, over):
        check(incident_messages.draw(stage, policy, is_new=True))
        shown(incident_forms.over(stage, policy))
    live = Excerpt(tuple(replace(incident, id=number) for number in range(1, 21)), 130)
    candidates = tuple(facts for facts, _ in many(policy, 100))
    found = Overview(live, Excerpt(candidates, 100), pattern, DECLARED_AT)
    for overview in (found, replace(found, candidates=Excerpt(candidates, 130))):
        shown(incident_forms.draw(overview, policy, range(1, 131), joined=1))
    shown(incident_forms.draw(replace(found, live=Excerpt(), candidates=Excerpt()), policy, []))
    check(text_message(incident_forms.saved(incident, policy, "#incidents")))


@pytest.mark.parametrize("policy", POLICIES)
def test_a_major_incident_message_is_valid_in_slack(policy: Policy) -> None:
    facts = declared(policy, category=policy.categories[0].key)
    since = (DECLARED_AT - timedelta(hours=1)).isoformat()
    payload: Mapping[str, Any] = {"incident": 1, "title": LONG[:150], "since": since, "by": "U01ELI", "fixed": LONG}
    check(incident_messages.draw_announcement(read(IncidentJoined, {**payload, "accounts": 3}), facts, policy))
    check(incident_messages.draw_announcement(read(IncidentLasts, payload), facts, policy))
    check(incident_messages.draw_announcement(read(IncidentOver, payload), facts, policy))
    check(incident_messages.over_directly(read(IncidentOverNotice, payload), facts))
    others = [{"number": number, "name": LONG[:200], "channel": "C01ESC"} for number in range(60)]
    likely = read(IncidentLikely, {"others": others, "accounts": 61})
    check(incident_messages.draw_announcement(likely, facts, policy))


def check(message: Message) -> None:
    """Hold a message to Slack's limits, and every text to being whole: nothing is cut within a mention or a link."""
    assert check_message(list(message.blocks)) == []
    for text in [message.text, *texts(list(message.blocks))]:
        assert "<" not in re.sub(r"<[^<>]*>", "", text)


def shown(form: View) -> None:
    """Hold a form to Slack's limits."""
    assert check_view(form, "modal") == []


def texts(value: Any) -> Iterator[str]:
    """Return every text that holds markup."""
    if isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        for item in value.values():
            yield from texts(item)


def many(policy: Policy, count: int) -> Iterator[tuple[EscalationFacts, Policy]]:
    """Return so many escalations."""
    return ((declared(policy, id=number, channel_id="C01ESC"), policy) for number in range(1, count + 1))


def lasting(policy: Policy) -> IncidentFacts:
    """Return a major incident of many accounts."""
    return IncidentFacts(
        id=1,
        title=LONG[:150],
        since=DECLARED_AT - timedelta(hours=1),
        declared_by="U01NOOR",
        declared_at=DECLARED_AT,
        affected=tuple(many(policy, 20)),
        more=40,
        hidden=2,
        accounts=62,
    )
