"""Every announcement is drawn, and what an earlier version stored is drawn still."""

from dataclasses import fields
from typing import Any, get_args

import pytest

from bot.policy.file.loading import preset
from bot.policy.record.announcements.registry import ANNOUNCEMENTS, Announcement, announcement_of, payload_of
from bot.views import announcements
from sandbox.blocks.surfaces import check_message
from tests.support.escalations import escalation
from tests.support.meaningless import assert_drawn_or_named

SINCE = "2026-03-06T16:30:00+00:00"
POLICY = preset("sev")
TEAM, TIER = POLICY.teams[0].key, POLICY.verification.tiers[0].key
ANA, ELI, NOOR = "U01ANA", "U01ELI", "U01NOOR"
KIND = {"level": "sev1", "category": "Billing", "days": 30, "count": 3, "hidden": 1, "names": [2]}
CAUSE = {"cause": "expired certificate", "level": "sev1", "days": 30, "count": 3, "hidden": 1, "names": [2]}
EARLIER = [{"key": "ESC-2", "channel": "C02"}, {"key": "ESC-3", "channel": None}]
LEVELS = {"before": "sev3", "after": "sev2"}
MOVED = {"by": ANA, **LEVELS, "reason": "They are down."}
INCIDENT = {"incident": 4, "title": "Exports"}
OTHER = {"number": 2, "name": "Globex", "channel": "C02"}
PLAN = {"words": "Two workers more", "owner": ELI, "due_on": "2026-03-20", "url": None}
UPDATE = {"by": ELI, "known": "A full disk", "internal_note": None, "customer_text": None, "next_at": None}
# As they were stored before announcements had classes.
STORED: list[dict[str, Any]] = [
    {"what": "undone", "by": ELI, "ended": "resolved", "status": "open"},
    {"what": "acknowledged", "by": ELI, "is_overdue": True, "via": None, "name": None},
    {"what": "acknowledged", "by": ELI, "is_overdue": False, "via": "PagerDuty", "name": "Xi"},
    {"what": "page unreached", "person": ANA, "role": "manager", "routes": ["slack", "apprise:sms"], "others": [ELI]},
    {"what": "page unreached", "person": ANA, "role": "manager", "routes": ["pagerduty", "slack"], "others": []},
    {"what": "escalated early", "by": ELI, "person": ANA, "title": "VP", "note": "Their CEO calls."},
    {"what": "escalated early", "by": ELI, "person": ANA, "title": "VP", "note": ""},
    {"what": "page undeliverable", "person": ELI, "role": "fix_owner", "why": "deactivated", "others": [ANA]},
    {"what": "page held up", "person": ELI, "role": "fix_owner", "why": "Slack is down"},
    {"what": "nobody left to page", "cause": "opening", "person": None, "page": 7},
    {"what": "nobody on the rung", "title": "Vice president"},
    {
        "what": "still unresolved",
        "after": 7200,
        "brought_in": [ANA],
        "told": [ELI],
        "missing": ["vp_customer_success"],
    },
    {"what": "team called", "team": TEAM, "cause": "opening"},
    {
        "what": "mail answered",
        "team": TEAM,
        "sender": "a@b.example",
        "name": "A",
        "text": "Yes",
        "attachments": ["x.png"],
    },
    {"what": "mail not sent", "to": "billing@example.com", "why": "550 no such user"},
    {"what": "customer asked", "by": ANA, "address": "jo@acme.example", "kind": "solved"},
    {"what": "customer confirmed", "customer": "jo@acme.example", "evidence": "", "by": None},
    {"what": "customer confirmed", "customer": "Jo", "evidence": "https://mail.example/7", "by": ELI},
    {"what": "customer not yet", "customer": "jo@acme.example", "said": "It's empty.", "reopened": True},
    {"what": "team answered", "by": ELI, "team": TEAM, "brought_in": True},
    {"what": "team chased", "team": TEAM, "copies": [TEAM], "reached": False},
    {"what": "mails left", "address": "billing@example.com", "most": 20},
    {"what": "team unreachable", "channel": "#support", "why": "not_in_channel", "waits": True},
    {"what": "assigned", "by": ANA, "role": "fix_owner", "person": ELI, "before": None},
    {"what": "passed over", "role": "fix_owner", "before": ELI, "why": "they left", "person": ANA, "how": "on call"},
    {"what": "role offered", "by": ANA, "role": "fix_owner", "person": ELI, "owner": ANA},
    {"what": "offer ended", "role": "fix_owner", "person": ELI, "owner": ANA, "lapsed": True},
    {"what": "pages moved", "role": "fix_owner", "person": ELI, "before": ANA, "owner": ANA},
    {"what": "holder away", "person": ANA, "stand_in": ELI, "until": SINCE},
    {"what": "holder back", "person": ANA},
    {"what": "updated", **UPDATE, "health": None, "without_plan": False},
    {
        "what": "updated",
        **UPDATE,
        "internal_note": "Ours",
        "customer_text": "Theirs",
        "next_at": SINCE,
        "health": "red",
        "without_plan": True,
    },
    {"what": "category"},
    {"what": "categorised", "by": ANA, **LEVELS, "category": None},
    {"what": "joined with report", "by": ELI, "summary": "CSV is broken", "description": "", "permalink": None},
    {"what": "joined with report", "by": ELI, "summary": "", "description": "<b>", "permalink": "https://example.com"},
    {"what": "mitigated", "by": ELI, "note": ""},
    {"what": "resolved", "by": ELI, "fixed": "Restarted"},
    {"what": "reviewed", "by": ELI, "url": "https://example.com", "actions": 2, "finished_on": "2026-03-09"},
    {"what": "reviewed", "by": ELI, "url": None, "actions": 0, "finished_on": None},
    {"what": "closed", "by": ANA, "summary": "It is over."},
    {"what": "kept open", "by": ANA},
    {"what": "criteria agreed", "by": ANA, "customer": "Jo Park, on the call"},
    {"what": "follow-up added", "by": ANA, "said": "Test it", "owner": ELI, "due": "2026-03-12"},
    {
        "what": "follow-up changed",
        "by": ANA,
        "said": "Test it",
        "state": "dropped",
        "due": None,
        "owner": None,
        "reason": "The queue is gone.",
    },
    {"what": "made from", "by": ANA, "number": 7, "summary": "<!here> slow", "names": [7]},
    {"what": "programme proposed from", "by": ANA, "number": 8, "names": [8]},
    {"what": "action item added", "by": ANA, "item": "Split the queue", "owner": ELI, "due_on": "2026-03-10"},
    {"what": "action item added", "by": ANA, "item": "Split the queue", "owner": ANA, "due_on": "2026-03-10"},
    *(
        {
            "what": "action item changed",
            "by": ANA,
            "item": "Split",
            "owner": ELI,
            "due_on": "2026-03-10",
            "state": state,
        }
        for state in ("open", "in progress", "done")
    ),
    {
        "what": "action item changed",
        "by": ANA,
        "item": "Split",
        "owner": ELI,
        "due_on": "2026-03-10",
        "state": "dropped",
        "reason": "The queue goes away",
    },
    {"what": "status call planned", "by": ANA, "owner": ELI, "at": SINCE, "to": []},
    {
        "what": "status call planned",
        "by": ANA,
        "owner": ELI,
        "at": SINCE,
        "link": "https://meet.example/acme",
        "to": ["jo@acme.example"],
        "is_moved": True,
    },
    {"what": "status call cancelled", "by": ANA, "at": SINCE, "to": ["jo@acme.example"]},
    {"what": "status call noted", "by": ANA, "said": "They take the workers on Friday"},
    {"what": "plan agreed", "by": ANA, "customer": "Jo Park, by mail", "on": "2026-03-06"},
    {"what": "programme planned", "by": ANA, "criteria": "", "cause": "The queue is full"},
    {"what": "programme planned", "by": ANA, "criteria": "", "looked_for_by": ELI},
    {
        "what": "action item added",
        "by": ANA,
        "item": "Split the queue",
        "owner": ELI,
        "due_on": "2026-03-10",
        "is_news": True,
    },
    {"what": "action items handed on", "before": ELI, "owner": ANA, "count": 2},
    {"what": "call planned", "by": ANA, "owner": ELI, "at": "2026-03-06T15:00:00+00:00"},
    {"what": "call noted", "by": ANA, "said": "All is well."},
    {"what": "summary sent", "by": ANA, "text": "It is over.", "to": ["vp@example.com"]},
    {"what": "outcome noted", "by": ANA, "solved_by": "specialists", "first_level_could": True, "to_try": "A restart"},
    {"what": "customer rated", "customer": "jo@acme.example", "rating": 4, "said": "Quick."},
    {"what": "exit criteria", "by": ANA, "words": "A week without", "customer": None},
    {"what": "waiting for customer", "by": ANA, "reason": "Logs", "until": SINCE, "paused": ["resolution"]},
    {"what": "waiting for customer", "by": ANA, "reason": "Logs", "until": SINCE, "paused": []},
    {"what": "beginning corrected", "by": ANA, "reason": "Their ticket", "reported_at": SINCE, "detected_at": None},
    {"what": "beginning corrected", "by": ANA, "reason": "Their ticket", "reported_at": None, "detected_at": None},
    {"what": "wait over", "by": ANA, "why": "resumed"},
    {"what": "wait over", "by": None, "why": "limit"},
    {"what": "customer followed up", "by": ANA, "owner": ELI, "said": "", "permalink": None, "due": None},
    {
        "what": "customer followed up",
        "by": ANA,
        "owner": ELI,
        "said": "Any news?",
        "permalink": "https://acme.slack.com/archives/C01/p1",
        "due": SINCE,
    },
    {"what": "withdrawn", "by": ANA, "reason": "A mistake", "duplicate_of": 2, "names": [2]},
    {"what": "withdrawn", "by": ANA, "reason": "A mistake", "duplicate_of": None, "names": []},
    {"what": "reopened", "by": ANA, "reason": "It is back."},
    {"what": "confirmation waived", "by": ANA, "reason": "They are away."},
    {"what": "level changed", **MOVED},
    {"what": "override lifted", **MOVED},
    {"what": "level asked for", "by": NOOR, "level": "sev1", "reason": "They are down."},
    {"what": "request granted", "asker": NOOR, **MOVED},
    {"what": "request declined", "by": ANA, "asker": NOOR, "level": "sev1", "reason": "They are not."},
    {"what": "request waits", "kind": "override", "by": NOOR, "level": "sev1", "since": SINCE},
    {"what": "request waits", "kind": "fall", "by": "escalate", "level": "sev3", "since": SINCE},
    {"what": "level rose", **LEVELS, "because": ["They are a VIP."]},
    {"what": "due earlier", "clocks": ["response 4 hours → 1 hour"], "because": ["They are a VIP."]},
    {"what": "fall proposed", "level": "sev3", "reason": "No longer so."},
    {"what": "fall granted", **MOVED},
    {"what": "fall declined", "by": ANA, "level": "sev3", "reason": "Not yet."},
    {"what": "programme accepted", "by": None, "reason": ""},
    {"what": "issue rolled up", "by": ANA, "number": 2, "level": "P1", "emoji": ":fire:", "summary": "!", "names": [2]},
    {"what": "programme planned", "by": ANA, "criteria": "", "plan": PLAN},
    {"what": "programme planned", "by": ANA, "criteria": "A week without", "success_criteria": "A week without"},
    {"what": "programme planned", "by": ANA, "criteria": ""},
    {"what": "agreed", "by": ANA, "given": {"customer": "Bo, by mail", "stakeholders": "All of them"}},
    {"what": "consent waived", "by": ANA, "consent": "success_criteria", "reason": "There are none."},
    {"what": "health changed", "by": ANA, "before": "red", "after": "green"},
    {"what": "churn risk", "by": ANA, "signs": ["They ask for their data"], "note": "", "again": False},
    {"what": "churn risk over", "by": ANA, "note": "They stay."},
    {"what": "case review finished", "by": ANA, "findings": "One cause"},
    {"what": "same cause again", **CAUSE, "earlier": EARLIER, "decides": ANA},
    {
        "what": "same kind again",
        **KIND,
        "decides": ANA,
        "earlier": [{"key": "ESC-2", "channel": None, "review": "https://wiki.example/1"}],
    },
    {"what": "incident joined", **INCIDENT, "by": ELI, "since": SINCE, "accounts": 3},
    {"what": "incident lasts", **INCIDENT, "since": SINCE, "is_over": False},
    {"what": "incident lasts", **INCIDENT, "since": SINCE, "is_over": True},
    {"what": "status page checked", "by": ANA, "posted": True, "team": None, "told": None},
    {"what": "status page checked", "by": ANA, "posted": False, "team": TEAM, "told": True},
    {"what": "status page checked", "by": ANA, "posted": False, "team": TEAM, "told": False},
    {"what": "incident likely", "others": [OTHER], "accounts": 2, "names": [2]},
    {"what": "incident over", **INCIDENT, "fixed": "Restarted", "by": ELI},
    {"what": "identity verified", "tier": TIER, "checked": [["Call", NOOR]], "approved_by": None},
    {"what": "identity no longer verified", "by": ANA, "needed": ["A call."]},
    {"what": "channel replaced", "by": ANA, "name": "esc-acme", "channel": "C01", "why": None},
    {"what": "channel replaced", "by": ANA, "name": "esc-acme", "channel": "C01", "why": "archived"},
    {"what": "channel back"},
    {"what": "slack returned", "since": SINCE, "until": SINCE, "missed": [], "count": 3},
    {
        "what": "customer text not sent",
        "text": 1,
        "to": "jo@acme.example",
        "why": "550",
        "is_over": True,
        "is_retried": False,
    },
    {"what": "customer text not approved", "text": 1, "asked_by": ELI, "asked_of": ANA},
    {
        "what": "customer wrote",
        "sender": "jo@acme.example",
        "name": "Jo",
        "text": "?",
        "is_known": True,
        "attachments": [],
    },
    {"what": "customer mail came back", "to": ["jo@acme.example"]},
    {"what": "customer mail came back", "to": ["jo@acme.example"], "mail": "question"},
    {"what": "corrected", "by": ANA, "summary": "Exports", "account": "Globex"},
]
# What rows of still earlier versions leave out.
CAME_LATER = {
    "team answered": {"brought_in"},
    "acknowledged": {"is_overdue", "via", "name"},
    "assigned": {"before"},
    "incident lasts": {"is_over"},
    "incident likely": {"names"},
    "issue rolled up": {"names"},
    "mitigated": {"note"},
    "reviewed": {"url", "actions", "finished_on"},
    "same cause again": {"count", "names", "decides"},
    "same kind again": {"names", "decides"},
    "team chased": {"reached"},
    "team unreachable": {"waits"},
    "updated": {"internal_note", "customer_text", "next_at", "health", "without_plan"},
    "withdrawn": {"duplicate_of", "names"},
}
# What is added when they are shown, once something that they name has become confidential.
WITH_SOMETHING_LEFT_OUT: list[dict[str, Any]] = [
    {**payload, "names": [], "left_out": [2]} for payload in STORED if "names" in payload
]


def name_of(payload: dict[str, Any]) -> str:
    return str(payload["what"])


def test_every_class_has_a_word_and_is_in_the_table_above() -> None:
    assert set(ANNOUNCEMENTS.kinds.values()) == set(get_args(Announcement))
    assert {payload["what"] for payload in STORED} == set(ANNOUNCEMENTS.kinds)


@pytest.mark.parametrize("payload", [*STORED, *WITH_SOMETHING_LEFT_OUT], ids=name_of)
def test_every_announcement_is_drawn_from_what_was_stored(payload: dict[str, Any]) -> None:
    policy = preset("gitlab") if payload["what"] == "health changed" else POLICY
    drawn = announcements.draw(payload, escalation(category=policy.categories[0].key), policy)
    assert drawn.text
    assert check_message(list(drawn.blocks)) == []


@pytest.mark.parametrize("payload", STORED, ids=name_of)
def test_what_is_stored_is_what_was_stored_before(payload: dict[str, Any]) -> None:
    assert payload_of(announcement_of(payload)) == payload


@pytest.mark.parametrize("payload", [one for one in STORED if one["what"] in CAME_LATER], ids=name_of)
def test_what_came_later_may_be_missing(payload: dict[str, Any]) -> None:
    early = {name: said for name, said in payload.items() if name not in CAME_LATER[payload["what"]]}
    assert announcements.draw(early, escalation(), POLICY).text


@pytest.mark.parametrize("payload", WITH_SOMETHING_LEFT_OUT, ids=name_of)
def test_what_is_added_to_show_it_is_never_stored(payload: dict[str, Any]) -> None:
    told = announcement_of(payload)
    never = {one.name for one in fields(told) if not one.metadata.get("if_given")}
    assert {"left_out"} == {name for name in never if name not in payload_of(told)}


@pytest.mark.parametrize("payload", STORED, ids=name_of)
def test_a_value_that_means_nothing_is_drawn_or_named(payload: dict[str, Any]) -> None:
    policy = preset("gitlab") if payload["what"] == "health changed" else POLICY
    facts = escalation(category=policy.categories[0].key)
    assert_drawn_or_named(lambda odd: announcements.draw(odd, facts, policy), payload, word="what")


def test_a_word_that_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        announcements.draw({"what": "never heard of"}, escalation(), POLICY)


@pytest.mark.parametrize("payload", [one for one in STORED if set(one) - {"what"} - CAME_LATER.get(one["what"], set())])
def test_a_payload_that_can_not_be_read_is_refused(payload: dict[str, Any]) -> None:
    for name in set(payload) - {"what"}:
        with pytest.raises(ValueError, match="can't be read"):
            announcements.draw({**payload, name: {"a": object()}}, escalation(), POLICY)
