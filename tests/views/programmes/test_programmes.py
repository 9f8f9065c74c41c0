"""The views of account programmes, also at Slack's limits."""

from typing import Any

from bot.policy.decide.account_programme import Agreement, CriteriaAgreement, Plan, Programme, ProgrammeIssue
from bot.policy.file.loading import preset
from bot.policy.model.facts import HealthState
from bot.policy.model.programmes import Consent, Kind
from bot.policy.record.action_items import ActionItemFacts, ActionState
from bot.policy.record.escalation import Status
from bot.views.card import card
from bot.views.programmes import programme_forms
from sandbox.blocks.surfaces import check_message
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


def test_a_card_shows_five_issues_and_counts_the_others() -> None:
    issues = tuple(
        ProgrammeIssue(
            number=n, level="Sev 3", level_emoji=":x:", summary="x" * 300, status=Status.OPEN, channel_id=None
        )
        for n in range(2, 16)
    )
    said = drawn(programme(issues=issues, confidential=2))
    assert "Open issues of Acme (16)" in said
    assert "ESC-6" in said
    assert "ESC-7" not in said
    assert "• 9 more" in said
    assert ":lock: 2 confidential" in said


def test_the_card_of_a_programme_holds_the_budget_with_all_that_can_be_on_it() -> None:
    long = "&<long>" * 500
    item: dict[str, Any] = {"what": long, "owner": "U01ELI", "due_on": DECLARED_AT.date(), "state": ActionState.OPEN}
    agreed = [
        Agreement(consent=consent, how=long, waived=False, by="U01ANA", at=DECLARED_AT)
        for consent in (Consent.STAKEHOLDERS, Consent.SUCCESS_CRITERIA)
    ]
    found = programme(
        criteria=(long[:300],) * 5,
        success_criteria=long,
        plan=Plan(words=long, owner="U01ELI", due_on=DECLARED_AT.date(), url="https://tickets.example/77"),
        agreed=CriteriaAgreement(customer=long, by="U01ANA", at=DECLARED_AT),
        items=tuple(ActionItemFacts(id=n, **item) for n in range(40)),
        agreements=tuple(agreed),
        confidential=7,
    )
    facts = escalation(kind="account", accepted=True, answered_at=DECLARED_AT, health=HealthState.RED, fixed=long)
    drawn = card.draw(facts, SEV, DECLARED_AT, found)
    assert check_message(list(drawn.blocks)) == []
    assert sum(block["type"] in {"header", "section", "context"} for block in drawn.blocks) <= 5
    assert sum(len(block["elements"]) for block in drawn.blocks if block["type"] == "actions") <= 8


def test_an_ended_programme_says_what_was_never_written_down_and_asks_for_nothing() -> None:
    ended = {"status": Status.CLOSED, "closed_at": DECLARED_AT, "closed_by": "U01ANA"}
    said = drawn(programme(), **ended)
    assert "No success criteria or remediation plan." in said
    assert "none yet" not in said
    assert "Consents" not in said


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
    assert form.question("account")["label"]["text"] == "Account"


def test_a_policy_without_programmes_says_so() -> None:
    kinds = tuple(kind for kind in SEV.kinds if kind.key != "account")
    form = Form(programme_forms.propose(None, SEV.model_copy(update={"kinds": kinds})))
    assert "has no account programmes" in form.all_text
    assert form.inputs == []
