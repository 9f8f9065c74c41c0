"""The views of account programmes, also at Slack's limits."""

from typing import Any

from bot.policy.decide.account_programme import Programme, ProgrammeIssue
from bot.policy.file.loading import preset
from bot.policy.model.facts import HealthState
from bot.policy.model.programmes import Kind
from bot.policy.record.escalation import Status
from bot.views.card import card
from bot.views.programmes import programme_forms
from tests.support.escalations import DECLARED_AT, escalation
from tests.support.person import Form, Seen

SEV = preset("sev")


def programme(**given: Any) -> Programme:
    said = {
        "source": "Sales",
        "criteria": (),
        "success_criteria": "",
        "plan": None,
        "answered_by": None,
        "reason": None,
    }
    return Programme(**{**said, **given})


def drawn(found: Programme, **given: Any) -> str:
    facts = escalation(
        kind="account", accepted=True, answered_at=DECLARED_AT, **{"health": HealthState.YELLOW, **given}
    )
    message = card.draw(facts, SEV, DECLARED_AT, found)
    return Seen({"text": message.text, "blocks": list(message.blocks)}).all_text


def test_a_card_shows_ten_issues_and_counts_the_others() -> None:
    issues = tuple(
        ProgrammeIssue(
            number=n, level="Sev 3", level_emoji=":x:", summary="x" * 300, status=Status.OPEN, channel_id=None
        )
        for n in range(2, 16)
    )
    said = drawn(programme(issues=issues, confidential=2))
    assert "Open issues of Acme (16)" in said
    assert "ESC-11" in said
    assert "ESC-12" not in said
    assert "• 4 more" in said
    assert ":lock: 2 confidential" in said


def test_an_ended_programme_says_what_was_never_written_down_and_asks_for_nothing() -> None:
    ended = {"status": Status.CLOSED, "closed_at": DECLARED_AT, "closed_by": "U01ANA"}
    said = drawn(programme(), **ended)
    assert "No success criteria or remediation plan." in said
    assert "none yet" not in said
    assert "Consents…" not in said


def test_a_criterion_that_is_too_long_for_a_line_continues_on_the_next() -> None:
    long = "Multiple issues with single account i.e. product bugs, latency issues, service disruptions etc."
    kinds = tuple(
        Kind(key="account", label="Programme", criteria=(long, "x" * 200)) if kind.key == "account" else kind
        for kind in SEV.kinds
    )
    form = Form(programme_forms.propose(None, SEV.model_copy(update={"kinds": kinds})))
    [criteria] = [block for block in form.raw["blocks"] if block.get("block_id") == "criteria"]
    first, second = criteria["element"]["options"]
    assert f"{first['text']['text']} {first['description']['text']}" == long
    assert second["text"]["text"] == "x" * 74 + "…"
    assert "source" not in form.inputs


def test_a_policy_without_programmes_says_so() -> None:
    kinds = tuple(kind for kind in SEV.kinds if kind.key != "account")
    form = Form(programme_forms.propose(None, SEV.model_copy(update={"kinds": kinds})))
    assert "has no account programmes" in form.all_text
    assert form.inputs == []
