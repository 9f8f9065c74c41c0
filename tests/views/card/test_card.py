"""The card stays within its budget, whatever has happened, and Slack takes it."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from bot.models.people import Participant
from bot.models.review import CorrectiveAction
from bot.policy.decide.card_counts import CardCounts, Tally
from bot.policy.decide.lifecycle import Move
from bot.policy.file.loading import PRESETS, preset
from bot.policy.record.channel import InviteState
from bot.policy.record.ending import FollowUpState
from bot.policy.record.escalation import Status
from bot.ports.workspace import Block, Message
from bot.views.card import card
from sandbox.blocks.surfaces import check_message
from tests.support.escalations import DECLARED_AT, escalation

LONG = "&<long>" * 500
COUNTS = CardCounts(Tally(3, 9), Tally(2, 20))
EVERYTHING = {
    "summary": LONG[:300],
    "description": LONG,
    "tags": ["Churn Risk", "Watch"],
    "incident_id": 1,
    "trace": [LONG, LONG],
    "level_changed_at": DECLARED_AT,
    "verification_tier": "high",
    "exit_criteria": LONG,
    "exit_written_by": "U01ANA",
    "fixed": LONG,
    "cause": LONG,
    "confirmed_at": DECLARED_AT,
    "confirmed_by": LONG[:300],
    "confirmation_recorded_by": "U01ANA",
    "waived_at": DECLARED_AT,
    "waived_by": "U01MARIA",
    "waived_reason": LONG,
    "review_url": "https://wiki.example/1",
    "ticket_number": "SUP-4711",
    "ticket_url": "https://tickets.example/4711",
    "permalink": "https://acme.slack.com/archives/C01/p1",
    "previous_channel_id": "C00",
    "category": "service_outage",
    "requests": [
        {
            "id": 1,
            "kind": "override",
            "level": "sev1",
            "by": "U01NOOR",
            "reason": LONG,
            "asked_at": DECLARED_AT.isoformat(),
        }
    ],
}


def texts(blocks: Sequence[Block]) -> int:
    return sum(block["type"] in {"header", "section", "context"} for block in blocks)


def controls(blocks: Sequence[Block]) -> int:
    return sum(len(block["elements"]) for block in blocks if block["type"] == "actions")


def drawn(status: Status, **given: object) -> Message:
    times = {"acknowledged_at": DECLARED_AT, "acknowledged_by": "U01DANA"}
    facts = escalation(
        status=status,
        participants=[Participant(person="U01KIM", state=InviteState.FAILED, reason=LONG)],
        actions=[
            CorrectiveAction(what=LONG, owner="U01ELI", due_on=date(2026, 3, 20), state=FollowUpState.OPEN)
            for _ in range(20)
        ],
        **({} if status is Status.OPEN else times),
        **EVERYTHING,
        **given,
    )
    return card.draw(facts, preset("sev"), DECLARED_AT + timedelta(hours=1), counts=COUNTS)


@pytest.mark.parametrize("status", Status)
def test_the_card_holds_its_budget_with_all_that_can_be_on_it(status: Status) -> None:
    found = drawn(status)
    assert check_message(list(found.blocks)) == []
    assert texts(found.blocks) <= 5
    assert controls(found.blocks) <= 8


@pytest.mark.parametrize("name", PRESETS)
def test_each_policy_has_a_card_within_the_budget_and_one_main_button(name: str) -> None:
    policy = preset(name)
    for level in policy.levels:
        held = {"level": level.code, "highest_level": level.code, "chosen_level": level.code}
        facts = escalation(**held, kind=policy.default_kind, accepted=True)
        found = card.draw(facts, policy, DECLARED_AT, counts=COUNTS)
        assert texts(found.blocks) <= 5
        assert controls(found.blocks) <= 8
        assert str(found.blocks).count("'style': 'primary'") == 1


def test_what_a_reader_may_not_do_is_left_out_of_their_copy() -> None:
    facts = escalation(status=Status.RESOLVED, resolved_at=DECLARED_AT)
    policy = preset("sev")
    assert "press_close" in str(card.draw(facts, policy, DECLARED_AT).blocks)
    hidden = card.draw(facts, policy, DECLARED_AT, hidden=(Move.CLOSE,))
    assert "press_close" not in str(hidden.blocks)
