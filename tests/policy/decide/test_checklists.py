"""The checklist of a level: its three-valued cells, and the items that the record ticks automatically."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.models.clocks import ClockKind, ClockSpan, SlaClock
from bot.models.people import Participant
from bot.policy.decide.checklists import ItemTick, checklist, done_by_record
from bot.policy.file.loading import preset
from bot.policy.model.levels import ChecklistNeed
from bot.policy.record.channel import InviteState
from tests.support.escalations import DECLARED_AT, HOLDERS, escalation

P_LEVELS = preset("p-levels")
NOW = datetime(2026, 3, 6, 16, tzinfo=UTC)


@pytest.mark.parametrize(("level", "required", "if_needed"), [("p1", 10, 0), ("p2", 7, 2), ("p3", 4, 2), ("p4", 2, 1)])
def test_a_level_lists_what_it_wants_and_what_may_be_and_nothing_else(
    level: str, required: int, if_needed: int
) -> None:
    needs = [item.need for item in checklist(P_LEVELS, escalation(level=level, highest_level=level))]
    assert (needs.count(ChecklistNeed.REQUIRED), needs.count(ChecklistNeed.IF_NEEDED)) == (required, if_needed)
    assert len(needs) == required + if_needed


def test_what_was_ticked_stays_done_at_every_level() -> None:
    ticks = {"schedule_call": ItemTick("U01ANA", NOW)}
    for level in ("p1", "p2", "p3", "p4"):
        items = {item.key: item for item in checklist(P_LEVELS, escalation(level=level, highest_level="p1"), ticks)}
        assert items["schedule_call"].is_done


def ticked(**step: object) -> frozenset[str]:
    return done_by_record(P_LEVELS, escalation(**{"level": "p1", "highest_level": "p1", **step}))


def clock(kind: ClockKind, *, minutes: int, stopped: bool = True) -> dict[str, object]:
    """Return a clock of fifteen minutes that ran for so many."""
    stopped_at = DECLARED_AT + timedelta(minutes=minutes) if stopped else None
    span = ClockSpan(kind=kind, started_at=DECLARED_AT, stopped_at=stopped_at)
    return {"clocks": [SlaClock(kind=kind, target="15m", calendar="24x7")], "spans": [span]}


def test_nothing_is_ticked_without_a_proof() -> None:
    assert ticked() == frozenset()


@pytest.mark.parametrize(
    ("proof", "item"),
    [
        ({"ticket_number": "SUP-1"}, "create_ticket"),
        ({"ticket_url": "https://tickets.example/1"}, "create_ticket"),
        ({"acknowledged_at": NOW, **clock(ClockKind.RESPONSE, minutes=15)}, "acknowledge"),
        ({"team": "operations", **clock(ClockKind.TEAM, minutes=40)}, "assemble_team"),
        ({"cause": "DNS", "review_url": "https://wiki.example/1"}, "root_cause"),
        ({"last_customer_update_at": NOW, "resolved_at": NOW}, "hourly_updates"),
        ({"review_finished_on": date(2026, 3, 9)}, "post_mortem"),
        ({"watch_finished_at": NOW}, "monitor_health"),
    ],
)
def test_each_item_is_ticked_by_its_own_proof(proof: dict[str, object], item: str) -> None:
    assert ticked(**proof) == {item}


@pytest.mark.parametrize(
    "looks_like_it",
    [
        {"acknowledged_at": NOW, **clock(ClockKind.RESPONSE, minutes=16)},
        {"team": "operations", **clock(ClockKind.TEAM, minutes=40, stopped=False)},
        {"cause": "-", "review_url": "https://wiki.example/1"},
        {"cause": "DNS"},
        {"last_customer_update_at": NOW},
        {"last_customer_update_at": NOW, "resolved_at": NOW, "customer_update_missed_at": NOW},
        {"resolved_at": NOW},
        {"review_url": "https://wiki.example/1"},
    ],
)
def test_what_only_looks_like_a_proof_ticks_nothing(looks_like_it: dict[str, object]) -> None:
    assert ticked(**looks_like_it) == frozenset()


def test_who_is_in_the_channel_proves_who_knows() -> None:
    brought_in = [Participant(person=person, state=InviteState.INVITED) for person in HOLDERS.values()]
    assert ticked(participants=brought_in, acknowledged_at=NOW) == {"notify_team", "escalate_to_manager"}


@pytest.mark.parametrize(
    ("policy", "level", "label"),
    [
        ("p-levels", "p1", "Provide updates every hour"),
        ("sev", "sev1", "Provide updates every 30 minutes"),
    ],
)
def test_the_pace_of_updates_is_that_of_the_level(policy: str, level: str, label: str) -> None:
    facts = escalation(level=level, highest_level=level, chosen_level=level)
    assert label in [item.label for item in checklist(preset(policy), facts)]
