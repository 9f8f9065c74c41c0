"""Every notice is drawn, and what an earlier version stored is drawn still."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, get_args

import pytest

from bot.policy.file.loading import preset
from bot.policy.plan.stored_notices import NOTICES, StoredNotice, notice_of, payload_of
from bot.policy.record.ending import Review, Withdrawal
from bot.policy.record.escalation import PageCause, PageFacts, Status
from bot.policy.record.notices.patterns import RecurringNotice, SameCauseNotice
from bot.policy.record.outcomes import FollowUpCall
from bot.policy.record.sla import ClockFacts, Span, Terms
from bot.policy.time.durations import Duration
from bot.views import notices
from sandbox.blocks.surfaces import check_message
from tests.support.escalations import escalation
from tests.support.meaningless import assert_drawn_or_named

DUE = "2026-03-06T16:30:00+00:00"
REVIEW = {"review": 7, "turn": 2, "owner": "U01ANA", "due": DUE, "to": "U01ANA"}
CASE = {"key": "ESC-1", "channel": "C01"}
KIND = {"level": "sev1", "category": None, "days": 30, "count": 3, "earlier": [CASE], "hidden": 1, "to": "U01MARIA"}
CAUSE = {"cause": "expired certificate", "level": "sev1", "days": 30, "earlier": [CASE], "hidden": 1, "to": "U01MARIA"}
# As they were stored before notices had classes: keys that nobody reads, and without those that came later.
STORED: list[dict[str, Any]] = [
    {"notice": "warning", "clock": "response", "percent": 50, "due": DUE, "to": "U01ELI"},
    {"notice": "warning", "clock": "resolution", "percent": "80", "due": DUE},
    {"notice": "breach", "clock": "response", "due": DUE, "late": None},
    {"notice": "breach", "clock": "resolution", "due": DUE, "late": 600},
    {"notice": "update due", "audiences": ["customer", "internal"], "due": DUE, "late": 600},
    {"notice": "update late", "audiences": ["customer"], "due": DUE},
    {"notice": "review due", "due": DUE},
    {"notice": "review due", "due": DUE, "signing": True},
    {"notice": "review left", "due": DUE, "people": ["U01DANA"]},
    {"notice": "review to sign", "by": "U01DANA"},
    {"notice": "review returned", "by": "U01MARIA", "comment": "Why did no alert fire?"},
    {"notice": "waiting due", "since": DUE, "until": DUE},
    {"notice": "followed up", "by": "U01N", "said": "Any news?", "due": DUE, "to": "U01ANA"},
    {"notice": "followed up", "by": "U01N", "said": "", "due": None, "to": "U01ANA"},
    {"notice": "watch answered", "question": 1, "by": "pat@partner.example", "words": "Slow again.", "to": "U01ANA"},
    {"notice": "summary due", "due": DUE},
    {"notice": "call due", "due": DUE},
    {"notice": "follow-up due", "owner": "U01ELI", "on": "2026-03-12"},
    {"notice": "follow-up left", "on": "2026-03-12"},
    {"notice": "status call soon", "due": DUE},
    {"notice": "status call notes", "due": DUE},
    {"notice": "manager update", "due": DUE},
    {"notice": "items due", "items": [1, 2], "due": DUE},
    {"notice": "team unreached", "due": DUE, "team": "support"},
    {"notice": "status page"},
    {
        "notice": "missed",
        "since": DUE,
        "until": DUE,
        "count": 2,
        "missed": [{"at": DUE, "is_announcement": False, "payload": {"notice": "review due", "due": DUE}}],
    },
    {"notice": "team due", "due": DUE, "team": "support"},
    {"notice": "teams to write to", "to": "U01ANA", "teams": ["billing", "security"]},
    {
        "notice": "text to approve",
        "to": "U01ANA",
        "text": 1,
        "by": "U01ELI",
        "words": "We found it.",
        "route": "mail",
        "addresses": ["jo@acme.example"],
        "next_at": DUE,
        "expires_at": DUE,
    },
    {"notice": "customer wrote", "to": "U01ANA", "sender": "jo@acme.example", "name": "Jo", "words": "Still broken."},
    {"notice": "outsider joined", "to": "U01ANA", "person": "U01GUS", "is_guest": True, "by": "U01ELI"},
    {"notice": "facts missing", "to": "U01ANA", "missing": ["Since when?"], "more": 2},
    {"notice": "approval wanted", "to": "U01M", "tier": "TIER", "checked": [["Call", "U01N"]], "approved_by": None},
    {"notice": "told", "to": "U01M", "role": "manager", "level": "sev2", "is_upgrade": False},
    {"notice": "told", "to": "U01M", "role": "manager", "level": "sev1", "is_upgrade": True},
    {"notice": "brought in", "to": "U01OMAR", "role": "manager", "after": 7200},
    {"notice": "ladder ended", "person": "U01OMAR", "page": 7},
    {"notice": "ladder ended", "person": None, "page": 7},
    {"notice": "request answered", "to": "U01N", "level": "sev1", "by": "U01M", "granted": True, "answer": None},
    {"notice": "request answered", "to": "U01N", "level": "sev1", "by": "U01M", "granted": False, "answer": "No."},
    {"notice": "owner reminded", "to": "U01ELI", "by": "U01MARIA", "step": "customer update", "due": DUE},
    {"notice": "role offered", "to": "U01ELI", "role": "fix_owner", "by": "U01ANA", "expires_at": DUE},
    {"notice": "offer ended", "to": "U01ANA", "role": "fix_owner", "person": "U01ELI", "why": "lapsed"},
    {"notice": "customer confirmed", "to": "U01ANA", "customer": "jo@acme.example"},
    {"notice": "customer not yet", "to": "U01ANA", "customer": "jo@acme.example", "said": "No", "reopened": False},
    {"notice": "customer rated", "to": "U01ANA", "customer": "jo@acme.example", "rating": 2, "said": None},
    {"notice": "customer not mailed", "to": "U01ANA", "address": "jo@acme.example", "why": "550 no such user"},
    {"notice": "customer not mailed", "to": "U01ANA", "address": "j@a.example", "why": "busy", "is_retried": True},
    {"notice": "proposal answered", "by": None, "reason": "", "to": "U01NOOR"},
    {"notice": "churn risk", "by": "U01NOOR", "signs": ["They ask for their data"], "to": "U01ANA"},
    {"notice": "case review", "to": "U01ANA", "count": 3, "days": 30, "due": DUE},
    {"notice": "case review due", **REVIEW},
    {"notice": "case review left", **REVIEW},
    {"notice": "same cause again", **CAUSE},
    {"notice": "same cause again", **CAUSE, "count": 2, "names": [1], "left_out": [1]},
    {"notice": "same kind again", **KIND},
    {"notice": "same kind again", **KIND, "category": "Billing", "names": [1], "left_out": [1]},
    {"notice": "incident over", "incident": 1, "title": "Exports", "fixed": "Restarted", "by": "U01ELI", "to": "U01A"},
    {"notice": "channel lost", "to": "U01ANA", "by": None},
    {"notice": "kept for later", "to": "U01ANA"},
    {"notice": "invite me", "to": "U01ANA", "by": None},
    {"notice": "channel exposed", "to": "U01ANA", "by": "U01ELI"},
    {"notice": "channel hidden", "to": "U01ANA", "by": "U01ELI"},
    {"notice": "card gone", "to": "U01ANA", "by": None},
]


def classes(kind: Any) -> set[type]:
    return set(get_args(kind))


def test_every_class_has_a_word_and_is_in_the_table_below() -> None:
    assert set(NOTICES.kinds.values()) == classes(StoredNotice)
    assert {payload["notice"] for payload in STORED} == set(NOTICES.kinds)


@pytest.mark.parametrize("payload", STORED, ids=lambda payload: payload["notice"])
@pytest.mark.parametrize("direct_to", [None, "U01ANA"])
def test_every_notice_is_drawn_from_what_was_stored(payload: dict[str, Any], direct_to: str | None) -> None:
    policy = preset("sev")
    tier = policy.verification.tiers[0].key
    stored = {**payload, "tier": tier} if "tier" in payload else payload
    stored = {**stored, "team": policy.teams[0].key} if "team" in stored else stored
    drawn = notices.draw(stored, escalation(), policy, direct_to=direct_to)
    assert drawn.text
    assert check_message(list(drawn.blocks)) == []


@pytest.mark.parametrize("payload", STORED, ids=lambda payload: payload["notice"])
def test_what_is_stored_is_read_back_as_it_was(payload: dict[str, Any]) -> None:
    notice = notice_of(payload)
    unshown = replace(notice, left_out=()) if isinstance(notice, SameCauseNotice | RecurringNotice) else notice
    assert notice_of(payload_of(unshown)) == unshown
    written = payload_of(notice)
    kept = {key: value for key, value in payload.items() if key not in ("to", "left_out", "approved_by")}
    assert {key: written[key] for key in kept if key != "percent"} == {k: v for k, v in kept.items() if k != "percent"}


@pytest.mark.parametrize("payload", STORED, ids=lambda payload: payload["notice"])
@pytest.mark.parametrize("direct_to", [None, "U01ANA"])
def test_a_value_that_means_nothing_is_drawn_or_named(payload: dict[str, Any], direct_to: str | None) -> None:
    policy, facts = preset("sev"), escalation()
    assert_drawn_or_named(lambda odd: notices.draw(odd, facts, policy, direct_to=direct_to), payload, word="notice")


def test_a_warning_says_that_its_time_has_passed_once_somebody_is_paged_for_it() -> None:
    policy, facts, due = preset("sev"), escalation(), datetime.fromisoformat(DUE)
    at = due + timedelta(seconds=5)
    page = PageFacts(
        id=1,
        cause=PageCause.RESPONSE_BREACH,
        role="manager",
        person="U01MARIA",
        due_at=due,
        started_at=due,
        sends=1,
        sent_at=at,
        ended_at=at,
    )
    for clock, before, after in (("response", "by", ": it was due"), ("resolution", "is due", "was due")):
        notice: dict[str, Any] = {"notice": "warning", "clock": clock, "percent": 50, "due": DUE}
        said = str(notices.draw(notice, facts, policy, direct_to="U01ELI"))
        assert before in said
        assert "Otherwise we page" in said
        said = str(notices.draw(notice, replace(facts, pages=(page,)), policy, direct_to="U01ELI"))
        assert after in said
        assert "We paged <@U01MARIA>." in said
        assert "Otherwise" not in said
        for failed in (replace(page, sent_at=None), replace(page, sent_at=None, ended_at=None, unreached_at=at)):
            said = str(notices.draw(notice, replace(facts, pages=(failed,)), policy, direct_to="U01ELI"))
            assert after in said
            assert "We couldn't page <@U01MARIA>." in said
            assert "Otherwise" not in said
        under_way = replace(page, sent_at=None, ended_at=None)
        said = str(notices.draw(notice, replace(facts, pages=(under_way,)), policy, direct_to="U01ELI"))
        assert "We're paging <@U01MARIA>." in said


def test_a_reminder_that_stays_says_how_it_ended_and_asks_for_nothing() -> None:
    """What isn't deleted is drawn once more when its subject is over."""
    at = datetime.fromisoformat(DUE)
    clock = ClockFacts(Terms(Duration.parse("1h"), "24x7"), (Span(at - timedelta(hours=1), at + timedelta(minutes=4)),))
    over = replace(
        escalation(),
        status=Status.MITIGATED,
        mitigated_at=at,
        response=clock,
        resolution=clock,
        team_answer=clock,
        acknowledged_by="U01DANA",
        review=Review(url=None, finished_on=at.date(), actions=()),
        call=FollowUpCall(at=at, owner="U01ANA", noted_at=at, note="Works."),
    )
    said = {
        "breach": "acknowledged by <@U01DANA>, 4 min late",
        "team due": "responded about",
        "team unreached": "isn't needed any more",
        "review due": "It's finished.",
        "review left": "It's finished.",
        "case review due": "is finished",
        "case review left": "is finished",
        "call due": "was noted",
        "status page": "impact stopped",
    }
    policy = preset("sev")
    stored = {one["notice"]: {**one, "team": policy.teams[0].key} for one in STORED if not one.get("signing")}
    stored["breach"] = {**stored["breach"], "clock": "response"}
    for word, ends in said.items():
        drawn = notices.draw(stored[word], over, policy, direct_to="U01ANA")
        assert ends in drawn.text
        assert (len(drawn.blocks), "?" in drawn.text) == (1, False), word
    withdrawn = replace(over, status=Status.CLOSED, withdrawal=Withdrawal(reason="A test", duplicate_of=None))
    for word, ends in {"breach": "withdrawn", "team due": "isn't needed", "status page": "withdrawn"}.items():
        assert ends in notices.draw(stored[word], withdrawn, policy, direct_to="U01ANA").text
    offered = next(one for one in STORED if one["notice"] == "role offered")
    assert "asked you to be fix owner" in notices.draw(offered, withdrawn, policy, direct_to="U01ELI").text
    asked = next(one for one in STORED if one["notice"] == "approval wanted")
    asked = {**asked, "tier": policy.verification.tiers[0].key}
    assert "wasn't approved" in notices.draw(asked, withdrawn, policy, direct_to="U01ANA").text


def test_a_word_that_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        notice_of({"notice": "never heard of"})


def test_fields_that_can_not_be_read_are_named_without_what_people_wrote() -> None:
    told = r"^a stored WarningNotice can't be read: percent: [^;]*; due: [^;]*$"
    with pytest.raises(ValueError, match=told) as raised:
        notice_of({"notice": "warning", "clock": "response", "percent": "a secret", "due": "another"})
    assert "secret" not in str(raised.value)
