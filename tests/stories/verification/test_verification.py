"""Verification: identity check before a sensitive request is acted on; the escalation never waits for it."""

import json

import pytest
from sqlalchemy import select

from bot.errors import FormError
from bot.models.timeline import TimelineEntry
from bot.models.verification import FactorCheck, VerificationApproval
from bot.policy.record.escalation import Status
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story

HIGH = ["email_control", "payment_last_four", "photo_id"]


def tracked_message(story: Story, number: int, who: str = "dana") -> Seen:
    """Return the one message of the check."""
    found = [
        message
        for message in story.messages(number, who)
        if ("identity is verified" in message.text or "the identity" in message.text) and "ESC-" in message.text
    ]
    assert len(found) == 1
    return found[0]


def note(story: Story, who: str, number: int, *factors: str) -> None:
    """Tick what was checked."""
    story.more(who, "verify", number)
    assert story.submit(who, factors=list(factors))["result"] == "closed"


def deletion(story: Story, account: str = "Acme") -> int:
    """Declare that a customer wants all data deleted: high risk."""
    story.command("noor")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    story.choose("noor", ids.CATEGORY, "security_privacy")
    answer = story.submit(
        "noor",
        account=account,
        summary="Wants everything deleted",
        level="sev1",
        **{"signs-security_privacy": ["gdpr_deletion"]},
    )
    assert answer["result"] == "closed"
    return 1


def lockout(story: Story) -> int:
    """Declare that a customer is locked out: medium risk."""
    return story.declare(level="sev3", category="account_access", summary="Locked out")


def test_the_card_says_at_once_what_must_be_checked_and_the_list_follows_the_first_check(story: Story) -> None:
    number = deletion(story)
    assert story.said(number) == [], "the card is the only message of an opening"
    assert "*Don't act on this request until identity is verified.*" in story.card(number).all_text
    assert "requests such as data deletion, account transfer, legal holds" in story.card(number).all_text
    story.more("noor", "verify", number)
    assert "verification@example.com" in story.form("noor").all_text
    story.submit("noor", factors=["email_control"])
    asked = tracked_message(story, number)
    assert asked.text == "ESC-1: don't act on the request until identity is verified, High risk."
    assert "*All of these must be checked*" in asked.all_text
    assert ":white_large_square: Photo ID matching account name" in asked.all_text
    assert "*Then a manager's approval*" in asked.all_text
    assert "verification@example.com" in asked.all_text
    assert ids.PRESS_APPROVE not in asked.buttons


def test_a_request_without_risk_is_not_gated(story: Story) -> None:
    number = story.declare(level="sev3")
    story.forward(minutes=2)
    assert "*Identity" not in story.card(number).all_text
    assert not any("until identity is verified" in message.text for message in story.messages(number))


def test_two_of_five_are_enough_at_medium_risk_and_who_checked_is_kept(story: Story) -> None:
    number = lockout(story)
    note(story, "noor", number, "email_control")
    assert "*2 of these must be checked*" in tracked_message(story, number).all_text
    assert story.facts(number).verified_at is None
    note(story, "dana", number, "email_control", "creation_date")
    assert story.facts(number).verified_at == story.clock.at
    asked = tracked_message(story, number)
    assert "Control of the account's e-mail: <@U01NOOR>" in asked.all_text
    assert "Account creation date: <@U01DANA>" in asked.all_text
    assert "Identity verified (Medium risk)" in story.last(number).text
    assert "*Identity verified* (Medium risk)" in story.card(number).all_text
    with story.program.services.database.transaction() as tx:
        rows = tx.session.scalars(select(FactorCheck).order_by(FactorCheck.factor))
        assert [(row.factor, row.by, row.at) for row in rows] == [
            ("creation_date", "U01DANA", story.clock.at),
            ("email_control", "U01NOOR", story.clock.at),
        ]


def test_the_form_has_no_place_for_a_value(story: Story) -> None:
    number = deletion(story)
    story.more("noor", "verify", number)
    form = story.form("noor")
    assert form.inputs == ["factors"]
    assert "plain_text_input" not in json.dumps(form.raw["blocks"])


def test_high_risk_takes_all_three_and_a_managers_approval(story: Story) -> None:
    number = deletion(story)
    note(story, "noor", number, *HIGH[:2])
    assert ids.PRESS_APPROVE not in tracked_message(story, number).buttons
    assert not any("Can you approve the request" in message.text for message in story.direct("maria"))
    note(story, "noor", number, *HIGH)
    assert story.facts(number).verified_at is None
    asked = [message for message in story.direct("maria") if "Can you approve the request" in message.text]
    assert len(asked) == 1
    assert "Photo ID matching account name (<@U01NOOR>)" in asked[0].all_text
    story.press("dana", ids.PRESS_APPROVE, on=tracked_message(story, number))
    assert any("Only <@U01MARIA> can approve it." in message.text for message in story.messages(number))
    assert story.facts(number).verified_at is None
    story.press("maria", ids.PRESS_APPROVE, on=asked[0])
    assert story.facts(number).verified_at == story.clock.at
    assert "· approved by <@U01MARIA>" in story.last(number).text
    assert "*Approved* by <@U01MARIA>" in tracked_message(story, number).all_text
    with story.program.services.database.transaction() as tx:
        assert [row.by for row in tx.session.scalars(select(VerificationApproval))] == ["U01MARIA"]


def test_an_approval_takes_a_second_person(story: Story) -> None:
    number = deletion(story)
    note(story, "maria", number, *HIGH)
    story.press("maria", ids.PRESS_APPROVE, on=tracked_message(story, number, "maria"))
    said = [message.text for message in story.messages(number, "maria")]
    assert any("You did one of the checks" in text for text in said)
    assert story.facts(number).verified_at is None
    note(story, "maria", number)
    note(story, "noor", number, *HIGH)
    story.press("maria", ids.PRESS_APPROVE, on=tracked_message(story, number, "maria"))
    assert story.facts(number).verified_at is not None


def test_a_check_that_is_taken_back_takes_the_approval_with_it(story: Story) -> None:
    number = deletion(story)
    note(story, "noor", number, *HIGH)
    story.press("maria", ids.PRESS_APPROVE, on=tracked_message(story, number, "maria"))
    note(story, "noor", number, *HIGH[:2])
    assert story.facts(number).verified_at is None
    assert "<@U01NOOR> changed the request, so it needs another check" in story.last(number).text
    note(story, "noor", number, *HIGH)
    assert story.facts(number).verified_at is None
    assert sum("Can you approve the request" in message.text for message in story.direct("maria")) == 1, (
        "the first is settled"
    )


def test_no_standing_opens_the_gate(story: Story) -> None:
    story.program.services.account_import.load(b"name,plan,vip\nWayne,enterprise,yes\n", "vip.csv")
    story.settle()
    number = deletion(story, account="Wayne")
    assert story.facts(number).account.vip
    assert "until identity is verified" in story.card(number).all_text


def test_the_gate_stops_no_move_of_the_escalation(story: Story) -> None:
    number = lockout(story)
    for action, values in (
        (ids.PRESS_ACKNOWLEDGE, None),
        (ids.PRESS_MITIGATE, {}),
        (ids.PRESS_RESOLVE, {"fixed": "Let in.", "confirmed_by": "Jo", "confirmed_how": "call"}),
        (ids.PRESS_CLOSE, {"summary": "Done."}),
    ):
        if values is None:
            story.press("dana", action, on=story.card(number))
        else:
            assert story.act("dana", action, number, **values)["result"] == "closed", action
    assert story.facts(number).status is Status.CLOSED
    assert story.facts(number).verified_at is None


@pytest.mark.parametrize("way", ["command", "menu"])
def test_a_check_can_be_asked_for_by_hand_and_made_stricter_never_lighter(story: Story, way: str) -> None:
    number = story.declare(level="sev3", summary="Wants another e-mail address")
    if way == "command":
        story.command("noor", "verify ESC-1")
    else:
        story.more("noor", "verify", number)
    assert "2FA removal" in story.form("noor").all_text
    answer = story.submit("noor", tier="medium")
    assert answer["result"] == "updated"
    assert story.form("noor").inputs == ["factors", "tier"]
    story.submit("noor", factors=["email_control", "payment_last_four"])
    assert story.facts(number).verified_at is not None
    story.command("eli", "verify ESC-1")
    offered = [option["value"] for option in story.form("eli").question("tier")["element"]["options"]]
    assert offered == ["high"]
    story.submit("eli", tier="high")
    facts = story.facts(number)
    assert (facts.verification_tier, facts.verified_at) == ("high", None)
    assert ":white_check_mark: Control of the account's e-mail: <@U01NOOR>" in tracked_message(story, number).all_text
    with story.program.services.database.transaction() as tx:
        asked = select(TimelineEntry.actor, TimelineEntry.after).where(TimelineEntry.event == "verification asked for")
        assert tx.session.execute(asked).all() == [("U01NOOR", {"tier": "medium"}), ("U01ELI", {"tier": "high"})]


def test_a_category_taken_on_later_brings_its_check(story: Story) -> None:
    number = story.declare(level="sev3", summary="Locked out")
    story.more("dana", "category", number)
    story.submit("dana", category="account_access")
    assert story.facts(number).verification_tier == "medium"
    assert "*2 of these must be checked*" in tracked_message(story, number).all_text


def test_a_confidential_one_is_nobody_elses_to_check(story: Story) -> None:
    number = deletion(story)
    assert f"There is no ESC-{number}." in str(story.command("eli", f"verify ESC-{number}")["ack"])


def test_that_the_identity_is_checked_is_known_to_the_details(story: Story) -> None:
    number = lockout(story)
    story.press("ana", ids.PRESS_FACTS, on=story.card(number))
    assert "*Verification details*: filled in by" in story.form("ana").all_text
    assert "category.verification_details" not in story.form("ana").inputs
    assert f"the command `verify ESC-{number}`" in story.form("ana").all_text
    story.close_form("ana")
    typed = {"category.verification_details": "the passport"}
    with pytest.raises(FormError):
        story.program.services.intakes.fill(number, typed, by=USERS["ana"])
    note(story, "noor", number, "email_control", "creation_date")
    story.press("ana", ids.PRESS_FACTS, on=story.card(number))
    assert "*Verification details*: Checked" in story.form("ana").all_text
