"""The ledger of promises: whatever happens in whatever order, nothing is counted twice and nothing is forgotten."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.decide import ledger
from bot.policy.file.loading import preset
from bot.policy.record.promises import Audience, PromiseFacts, PromiseGroup, PromiseState, tally
from tests.support.escalations import escalation
from tests.support.story import moment

if TYPE_CHECKING:
    from collections.abc import Callable

START = moment("Fri 2026-03-06 15:00")
HALF_HOUR = timedelta(minutes=30)
COUNTED = (PromiseState.KEPT, PromiseState.LATE, PromiseState.BROKEN)


def in_half_an_hour(at: datetime) -> datetime:
    return at + HALF_HOUR


def promise(**given: object) -> PromiseFacts:
    made = {"audience": Audience.CUSTOMER, "by": "U01ANA", "owner": "U01ANA", "made_at": START}
    return PromiseFacts(**(made | {"due_at": START + HALF_HOUR} | given))  # type: ignore[arg-type]


def groups(*promises: PromiseFacts) -> list[PromiseGroup]:
    return [PromiseGroup(one.state, one.due_at, one.answered_at) for one in promises]


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("minutes", "states", "delays"),
    [
        (29, ["kept"], [None]),
        (30, ["kept"], [None]),
        (31, ["late"], [1]),
        (59, ["late"], [29]),
        (60, ["broken", "kept"], [30, None]),
        (75, ["broken", "late"], [45, 15]),
        (24 * 60, ["broken"] * 47 + ["kept"], [*(24 * 60 - 30 * n for n in range(1, 48)), None]),
    ],
)
def test_each_further_interval_is_another_broken_promise(
    minutes: int, states: list[str], delays: list[float | None]
) -> None:
    found = ledger.answered(promise(), in_half_an_hour, after(minutes))
    assert [one.state.value for one in found] == states
    assert [one.late_by and one.late_by.total_seconds() / 60 for one in found] == delays


def test_a_promise_that_nothing_asks_for_any_more_is_lifted_unless_its_time_has_passed() -> None:
    assert [one.state for one in ledger.lifted(promise(), in_half_an_hour, after(10))] == [PromiseState.LIFTED]
    assert [one.state for one in ledger.lifted(promise(), in_half_an_hour, after(40))] == [PromiseState.BROKEN]


def test_a_promise_that_is_moved_keeps_the_time_it_had_first() -> None:
    (once,) = ledger.moved(promise(), after(20), in_half_an_hour, after(5))
    (twice,) = ledger.moved(once, after(25), in_half_an_hour, after(6))
    assert (twice.due_at, twice.first_due_at, twice.state) == (after(25), after(30), PromiseState.OPEN)
    gone, fresh = ledger.moved(promise(), after(70), in_half_an_hour, after(40))
    assert (gone.state, fresh.state, fresh.due_at) == (PromiseState.BROKEN, PromiseState.OPEN, after(70))


def test_an_open_promise_whose_time_has_come_counts_as_missed_until_its_update_comes() -> None:
    found = tally(groups(promise()), after(42))
    assert (found.kept, found.late, found.broken, found.percent) == (0, 0, 1, 0)
    assert found.longest == timedelta(minutes=12)
    assert tally(groups(promise()), after(30)).broken == 1, "as the reminder says at that time"
    assert tally(groups(promise()), after(29)).percent is None
    (settled,) = ledger.answered(promise(), in_half_an_hour, after(42))
    assert (tally(groups(settled), after(42)).late, tally(groups(settled), after(42)).broken) == (1, 0)


@pytest.mark.parametrize(
    ("level", "due", "following"),
    [
        # Half an hour is half an hour in the night when the clocks change, in spring and in autumn.
        ("sev1", "Sun 2026-03-08 01:45", "Sun 2026-03-08 03:15"),
        ("sev1", "Sun 2026-11-01 01:15", None),
        # A business day later is the same time of day, though one hour is missing between.
        ("sev3", "Fri 2026-03-06 15:00", "Mon 2026-03-09 15:00"),
    ],
)
def test_intervals_hold_in_the_nights_when_clocks_change(level: str, due: str, following: str | None) -> None:
    policy = preset("sev")
    facts = escalation(level=level)
    found = ledger.following(facts, policy, Audience.CUSTOMER)(moment(due))
    assert found == (moment(following) if following else moment(due) + HALF_HOUR)


EVENTS = st.lists(
    st.tuples(st.sampled_from(["answer", "move", "lift", "wait"]), st.integers(1, 200), st.integers(1, 60)),
    min_size=1,
    max_size=30,
)


@given(EVENTS)
def test_sums_hold_after_any_sequence(events: list[tuple[str, int, int]]) -> None:
    """Each update settles one promise, each interval of silence breaks one, and one at most is open."""
    now, settled, opened, answers = START, list[PromiseFacts](), promise(), 0
    steps: dict[str, Callable[[PromiseFacts, datetime, int], list[PromiseFacts]]] = {
        "answer": lambda one, at, _next: ledger.answered(one, in_half_an_hour, at),
        "move": lambda one, at, soon: ledger.moved(one, at + timedelta(minutes=soon), in_half_an_hour, at),
        "lift": lambda one, at, _next: ledger.lifted(one, in_half_an_hour, at),
        "wait": lambda one, at, _next: ledger.caught_up(one, in_half_an_hour, at),
    }
    for what, minutes, soon in events:
        now += timedelta(minutes=minutes)
        *before, last = steps[what](opened, now, soon)
        assert all(one.state is PromiseState.BROKEN for one in before)
        settled += before
        if what in ("answer", "lift"):
            settled.append(last)
            answers += what == "answer"
            opened = promise(made_at=now, due_at=now + timedelta(minutes=soon))
        else:
            assert last.state is PromiseState.OPEN
            opened = last
        # Whatever is open is at most one interval late: the rest has been broken.
        assert now < opened.due_at + HALF_HOUR
    counts = tally(groups(*settled), now)
    states = [one.state for one in settled]
    assert counts.kept + counts.late == answers
    assert counts.total + states.count(PromiseState.LIFTED) == len(settled)
    assert PromiseState.OPEN not in states
    for one in settled:
        assert one.settled_at is not None
        assert one.settled_at <= now
        assert (one.state is PromiseState.KEPT) <= (one.late_by is None)
        assert (one.state is PromiseState.LATE) <= (one.late_by is not None and one.late_by < HALF_HOUR)
        assert (one.state is PromiseState.BROKEN) <= (one.settled_at > one.due_at)
        assert (one.state is PromiseState.LIFTED) <= (one.settled_at <= one.due_at)
    broken = [one.due_at for one in settled if one.state is PromiseState.BROKEN]
    assert len(set(broken)) == len(broken), "an interval is broken once"
