"""The checklist of a level: its three-valued cells, and the items that the record ticks automatically."""

from datetime import UTC, date, datetime

import pytest

from bot.models.people import Participant
from bot.policy.decide.checklists import ItemTick, checklist, done_by_record
from bot.policy.file.loading import preset
from bot.policy.model.levels import ChecklistNeed
from bot.policy.record.escalation import InviteState
from tests.support.escalations import HOLDERS, escalation

P_LEVELS = preset("p-levels")
NOW = datetime(2026, 3, 6, 16, tzinfo=UTC)


@pytest.mark.parametrize(("level", "required", "if_needed"), [("p1", 9, 0), ("p2", 6, 2), ("p3", 3, 2), ("p4", 1, 1)])
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


def test_the_record_ticks_what_it_shows() -> None:
    brought_in = [Participant(person=person, state=InviteState.INVITED) for person in HOLDERS.values()]
    step: dict[str, object] = {"level": "p1", "highest_level": "p1", "declared_by": "U01NOOR"}
    done = done_by_record(P_LEVELS, escalation(**step))
    assert done == {"create_ticket"}
    for more, ticked in (
        ({"participants": brought_in}, {"notify_team", "escalate_to_manager"}),
        ({"acknowledged_at": NOW}, {"assemble_team"}),
        ({"cause": "DNS"}, {"root_cause"}),
        ({"last_customer_update_at": NOW, "resolved_at": NOW}, {"hourly_updates", "monitor_health"}),
        ({"review_finished_on": date(2026, 3, 9)}, {"post_mortem"}),
    ):
        step |= more
        found = done_by_record(P_LEVELS, escalation(**step))
        assert found - done == ticked
        done = found
