"""Retention: what ended long ago is removed, and nothing that is still needed."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.database import timetable
from bot.models.on_call import Away, ShiftTaken
from bot.models.timeline import TimelineEntry
from bot.models.work import Effect, EffectKind, EffectState, Timer
from bot.services.operator.retention import Retention
from bot.views.kit import ids
from tests.support.story import Story, moment

KEEP = timedelta(days=14)


def sweep(story: Story, batch: int = 500, keep: timedelta = KEEP) -> int:
    """Remove everything that may go; return how much that was."""
    retention = Retention(story.program.services.records, keep)
    rows = 0
    for remove in (retention.effects, retention.timers):
        removed = remove(batch=batch)
        rows += removed.rows
        while removed.go_on is not None:
            removed = remove(removed.go_on, batch=batch)
            rows += removed.rows
    return rows


def keys(story: Story) -> Sequence[str]:
    """Return the keys of all timers."""
    with story.program.services.database.transaction() as tx:
        return tx.session.scalars(select(Timer.key).order_by(Timer.key)).all()


def entries(story: Story) -> int:
    """Return how long the timeline is."""
    with story.program.services.database.transaction() as tx:
        return tx.session.scalars(select(func.count()).select_from(TimelineEntry)).one()


def effects(story: Story, kind: EffectKind) -> int:
    """Return how many effects of a kind there are."""
    with story.program.services.database.transaction() as tx:
        return tx.session.scalars(select(func.count()).where(Effect.kind == kind)).one()


@pytest.mark.both_databases
def test_what_was_over_weeks_ago_is_removed_and_nothing_is_said_again(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    for _ in range(2):
        story.home("ana")
    story.forward(hours=8)
    first = set(keys(story))
    for days in (16, 4):
        story.skip(days=days)
    told, timeline = len(story.said(number)), entries(story)
    assert not first <= set(keys(story)), "the engine has removed what fired first"
    before = keys(story)
    assert sweep(story, batch=3, keep=timedelta(days=2)) > 0
    assert len(keys(story)) < len(before)
    assert sweep(story) == 0
    assert effects(story, EffectKind.HOME) == 1, "whose Home tab was drawn is still known"
    assert entries(story) == timeline
    # The plan still names timers that fired weeks ago, an overdue update say: they are there, and nothing fires again.
    services = story.program.services
    with services.database.transaction() as tx:
        facts, policy = story.facts(number), services.records.within(tx, number).policy
        assert timetable.bring_in_line(tx, facts, policy, services.records.service_settings.archive_after).wrong == 0
    story.restart()
    assert len(story.said(number)) == told


@pytest.mark.both_databases
def test_what_another_effect_waits_for_is_kept(story: Story) -> None:
    story.home("ana")
    with story.program.services.database.transaction() as tx:
        long_ago = tx.real_now - 2 * KEEP
        done = Effect(kind=EffectKind.FEED, priority=1, state=EffectState.DONE, created_at=tx.now, settled_at=long_ago)
        tx.session.add(done)
        tx.session.flush()
        first = done.id
        state = EffectState.WAITING
        tx.session.add(Effect(kind=EffectKind.FEED, priority=1, state=state, created_at=tx.now, after_id=first))
    assert sweep(story) == 0
    assert effects(story, EffectKind.FEED) == 2
    with story.program.services.database.transaction() as tx:
        tx.session.get_one(Effect, first + 1).state = EffectState.PARKED
    assert sweep(story) == 1


@pytest.mark.both_databases
def test_absences_and_shifts_that_ended_weeks_ago_are_removed_and_running_ones_stay(story: Story) -> None:
    def take_over(until: str) -> None:
        story.command("eli", "oncall")
        story.press("eli", ids.PRESS_TAKE_SHIFT, on=story.messages("general", "eli")[-1])
        story.submit("eli", to=int(moment(until).timestamp()))

    def left() -> tuple[int, int]:
        with story.program.services.database.transaction() as tx:
            shifts = tx.session.scalars(select(func.count()).select_from(ShiftTaken)).one()
            return shifts, tx.session.scalars(select(func.count()).select_from(Away)).one()

    story.command("dana", "away until monday")
    story.submit("dana", stand_in="U01ELI")
    take_over("Sat 2026-03-07 10:00")
    story.skip(days=10)
    take_over("Sun 2026-05-03 10:00")
    story.command("noor", "away")
    assert left() == (2, 1)
    story.skip(days=10)
    assert left() == (1, 0), "the shift that runs stays"


def test_young_rows_and_what_comes_once_ever_stay(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.forward(hours=2)
    assert sweep(story) == 0
    story.skip(days=20)
    sweep(story)
    assert f"ESC-{number}:ask-owner" in keys(story)
