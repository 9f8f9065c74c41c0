"""An escalation that nobody has touched for months: what it costs doesn't grow with the silence."""

import pytest
from sqlalchemy import event, func, select

from bot.database import promise_queries
from bot.models.measures import MeasureRow
from bot.models.promises import Promise
from bot.models.timeline import TimelineEntry
from bot.policy.record.promises import Audience, PromiseGroup, tally
from bot.policy.time.calendars import Calendar
from bot.services.reports.measures import Measures
from tests.support.story import Story


def test_after_months_of_silence_everything_missed_is_counted_and_nothing_is_read_one_by_one(
    sqlite_story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = sqlite_story
    number = story.declare()
    database = story.program.services.database
    steps, add, loaded = [0], Calendar.add, [0]

    def counted(calendar: Calendar, *given: object) -> object:
        steps[0] += 1
        return add(calendar, *given)  # type: ignore[arg-type]

    def load(*_: object) -> None:
        loaded[0] += 1

    monkeypatch.setattr(Calendar, "add", counted)
    story.skip(days=100)
    with database.transaction() as tx:
        mine = (Promise.escalation_id == number, Promise.audience == Audience.CUSTOMER)
        missed = tx.session.scalar(select(func.count()).where(*mine)) or 0
        assert missed > 100 * 24
        event.listen(Promise, "load", load)
        found = promise_queries.to_customer(tx, number)
        assert loaded == [0]
        rows = [row.facts() for row in tx.session.scalars(select(Promise).where(*mine))]
        assert loaded == [missed]
        event.remove(Promise, "load", load)
        assert found == tally([PromiseGroup(one.state, one.due_at, one.answered_at) for one in rows], tx.now)
        assert found.broken == missed
    # A measure counts them too, and of the timeline it reads what people did.
    for kind in (Promise, TimelineEntry):
        event.listen(kind, "load", load)
    loaded[0] = 0
    Measures(database, story.program.services.policies).catch_up()
    assert 0 < loaded[0] < 20
    for kind in (Promise, TimelineEntry):
        event.remove(kind, "load", load)
    with database.transaction() as tx:
        measured = tx.session.get_one(MeasureRow, number)
        assert (measured.broken, measured.kept) == (missed - 1, 0), "the last is still open"
    # The ledger goes through them once for each audience, and nothing else does.
    assert steps[0] < 5 * missed
    story.command("ana", f"ack ESC-{number}")
    steps[0] = 0
    story.settle()
    story.forward(minutes=30)
    assert steps[0] < 1000
