"""The times at which something undone is due again."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.file.loading import preset
from bot.policy.plan import recurrence, schedule
from bot.policy.plan.reminders.promised import UPDATE
from bot.policy.time.calendars import Calendar
from tests.support.escalations import escalation
from tests.support.story import moment

FIRST = moment("Fri 2026-03-06 15:00")
SPANS = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=40))


@given(every=st.timedeltas(min_value=timedelta(minutes=15), max_value=timedelta(days=3)), since=st.none() | SPANS)
def test_what_is_leapt_over_is_what_would_be_stepped_through(every: timedelta, since: timedelta | None) -> None:
    at = None if since is None else FIRST + since
    steady = recurrence.Steady(every)
    assert recurrence.occurrences(FIRST, steady, at) == recurrence.occurrences(FIRST, lambda due: due + every, at)


def test_planning_after_a_year_of_silence_takes_no_more_steps_than_after_a_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps, add = [0], Calendar.add

    def counted(calendar: Calendar, *given: object) -> object:
        steps[0] += 1
        return add(calendar, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Calendar, "add", counted)
    policy, taken = preset("sev"), []
    for days in (1, 400):
        owed = {"customer_update_due_at": FIRST, "internal_update_due_at": FIRST, "declared_at": FIRST}
        facts = escalation(level="sev1", reminded={UPDATE: (FIRST + timedelta(days=days)).isoformat()}, **owed)
        steps[0] = 0
        assert schedule.plan(facts, policy, archive_after=timedelta(days=1))
        taken.append(steps[0])
    assert taken[1] <= taken[0]
