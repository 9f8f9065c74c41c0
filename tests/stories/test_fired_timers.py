"""A change reads the timers that wait for something, not the thousands that have fired over the years."""

from collections.abc import Callable

import pytest
from sqlalchemy import insert

from bot.models.work import Timer
from bot.policy.plan.timers import TimerKind
from bot.policy.record.escalation import Status
from bot.views.kit import ids
from tests.support.statements import Statements, watched
from tests.support.story import Story

FIRED = 1_000
# While time passes for the second, reminders of the first fire too; these rows are few against those that have fired.
NEARLY = FIRED // 5


def add_fired(story: Story, number: int) -> None:
    with story.program.services.database.transaction() as tx:
        common = {"escalation_id": number, "kind": TimerKind.UPDATE_DUE, "data": {}, "priority": 10, "failures": 0}
        common |= {"due_at": tx.now, "fired_at": tx.now}
        tx.session.execute(insert(Timer), [{"key": f"ESC-{number}:old:{turn}", **common} for turn in range(FIRED)])


def changes(story: Story, number: int) -> dict[str, Callable[[], object]]:
    """Return changes of an escalation, in an order in which they can be made."""
    confirmed = {"confirmed_by": "Bo", "confirmed_how": "call"}
    return {
        "acknowledge": lambda: story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number)),
        "update": lambda: story.act("ana", ids.PRESS_UPDATE, number, known="A bad deploy.", customer_text="Soon."),
        "remind": lambda: story.forward(minutes=90),
        "mitigate": lambda: story.act("dana", ids.PRESS_MITIGATE, number, note="It is slow."),
        "resolve": lambda: story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **confirmed),
        "close": lambda: story.act("dana", ids.PRESS_CLOSE, number, summary="All good."),
        "audit": story.program.services.audit.run,
    }


@pytest.mark.both_databases
def test_no_change_reads_the_timers_that_have_fired(story: Story) -> None:
    found: list[dict[str, Statements]] = []
    for number, account in ((1, "Stark"), (2, "Soylent")):
        assert story.declare(account=account, level="sev3") == number
        if number > 1:
            add_fired(story, number)
        asked = {}
        for name, change in changes(story, number).items():
            with watched(story.program.services.database.engine) as asked[name]:
                change()
        found.append(asked)
        assert story.facts(number).status is Status.CLOSED
    few, many = found
    read = {name: (few[name].rows, asked.rows) for name, asked in many.items()}
    assert all(after <= before + NEARLY for before, after in read.values()), read
    steps = {step for asked in many.values() for step in asked.plan if "timer" in step}
    assert not [step for step in steps if "ix_timer_escalation_id" in step or "SCAN timer" in step]
