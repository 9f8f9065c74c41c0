"""The calendar against a second one that counts every minute, around the changes of clocks and dates of the world."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.policy.calendars import Calendar
from bot.policy.durations import Duration, Unit

MINUTE = timedelta(minutes=1)
Hours = Sequence[tuple[int, int]]  # from minute to minute of the day


@dataclass(frozen=True)
class SlowCalendar:
    """Shares nothing with the calendar it checks but the written hours. Everything must lie on whole minutes."""

    zone: str
    week: Mapping[int, Hours]
    closed: frozenset[date]
    opened: Mapping[date, Hours]

    def is_open(self, at: datetime) -> bool:
        wall = at.astimezone(ZoneInfo(self.zone))
        if wall.date() in self.opened:
            hours = self.opened[wall.date()]
        elif wall.date() in self.closed:
            hours = ()
        else:
            hours = self.week.get(wall.weekday(), ())
        return any(start <= wall.hour * 60 + wall.minute < end for start, end in hours)

    def next_opening(self, at: datetime) -> datetime:
        while not self.is_open(at):
            at += MINUTE
        return at

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        total = timedelta(0)
        while start < end:
            total += MINUTE if self.is_open(start) else timedelta(0)
            start += MINUTE
        return total

    def add_working(self, start: datetime, amount: timedelta) -> datetime:
        while amount > timedelta(0):
            amount -= MINUTE if self.is_open(start) else timedelta(0)
            start += MINUTE
        if not any(map(self.is_open, self.minutes_of(start.astimezone(ZoneInfo(self.zone)).date()))):
            return self.next_opening(start)
        return start

    def add_days(self, start: datetime, days: int) -> datetime:
        began = self.next_opening(start).astimezone(ZoneInfo(self.zone))
        day = began.date()
        while days:
            day += timedelta(days=1)
            days -= any(map(self.is_open, self.minutes_of(day)))
        open_minutes = [at for at in self.minutes_of(day) if self.is_open(at)]
        not_before = [at for at in self.minutes_of(day) if self.wall_time(at) >= began.time()]
        later = [at for at in open_minutes if not_before and at >= not_before[0]]
        return later[0] if later else open_minutes[-1] + MINUTE

    def minutes_of(self, day: date) -> Iterator[datetime]:
        at = datetime.combine(day, time(), UTC) - timedelta(hours=16)
        for _ in range(56 * 60):
            if at.astimezone(ZoneInfo(self.zone)).date() == day:
                yield at
            at += MINUTE

    def wall_time(self, at: datetime) -> time:
        return at.astimezone(ZoneInfo(self.zone)).time()


CHANGES = [
    ("America/New_York", datetime(2025, 3, 9, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2025, 11, 2, 6, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2024, 3, 31, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2024, 10, 27, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2025, 4, 5, 15, tzinfo=UTC)),  # half an hour back
    ("Australia/Lord_Howe", datetime(2025, 10, 4, 15, 30, tzinfo=UTC)),  # half an hour forward
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),  # 2011-12-30 does not exist
    ("America/Sao_Paulo", datetime(2018, 11, 4, 3, tzinfo=UTC)),  # midnight is skipped
    ("America/Sao_Paulo", datetime(2019, 2, 17, 2, tzinfo=UTC)),  # 23:00 comes twice
    ("America/St_Johns", datetime(2010, 11, 7, 2, 31, tzinfo=UTC)),  # a minute of Sunday, then Saturday again
    ("Asia/Kathmandu", datetime(2024, 2, 29, 0, tzinfo=UTC)),  # a leap day, and a quarter of an hour
    ("Asia/Pyongyang", datetime(2018, 5, 4, 15, tzinfo=UTC)),  # the zone changed its offset for good
    ("UTC", datetime(2025, 1, 1, 0, tzinfo=UTC)),
]


@dataclass(frozen=True)
class Case:
    fast: Calendar
    slow: SlowCalendar
    start: datetime


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    edges = draw(st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True).map(sorted))
    return [(start * 15, end * 15) for start, end in zip(edges[::2], edges[1::2], strict=False)]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone, change = draw(st.sampled_from(CHANGES))
    near = st.integers(-4, 4).map(lambda n: (change + timedelta(days=n)).date())
    week: Mapping[int, Hours] = draw(st.dictionaries(st.integers(0, 6), hours(), min_size=1, max_size=7))
    closed = draw(st.frozensets(near, max_size=2))
    opened: Mapping[date, Hours] = draw(st.dictionaries(near, hours(), max_size=1))
    start = change + draw(st.integers(-2 * 1440, 1440)) * MINUTE
    return Case(fast(zone, week, closed, opened), SlowCalendar(zone, week, closed, opened), start)


def fast(zone: str, week: Mapping[int, Hours], closed: frozenset[date], opened: Mapping[date, Hours]) -> Calendar:
    names = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
    return Calendar.model_validate(
        {
            "zone": zone,
            "hours": {names[day]: [written(span) for span in spans] for day, spans in week.items()},
            "closed": sorted(closed),
            "open": {day: [written(span) for span in spans] for day, spans in opened.items()},
        }
    )


def written(span: tuple[int, int]) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in span)


lengths = st.integers(1, 30 * 60)


@given(cases(), lengths)
def test_the_open_time_between_two_moments_is_the_minutes_counted(case: Case, length: int) -> None:
    end = case.start + length * MINUTE
    assert case.fast.working_time(case.start, end) == case.slow.working_time(case.start, end)


@given(cases())
def test_a_moment_is_open_when_its_minute_is(case: Case) -> None:
    assert case.fast.is_open(case.start) == case.slow.is_open(case.start)
    assert case.fast.next_opening(case.start) == case.slow.next_opening(case.start)


@given(cases(), lengths)
@settings(max_examples=50)
def test_business_hours_end_at_the_minute_counted(case: Case, length: int) -> None:
    duration = Duration(Unit.BUSINESS_HOURS, length * 60)
    assert case.fast.add(case.start, duration) == case.slow.add_working(case.start, length * MINUTE)


@given(cases(), st.integers(1, 3))
@settings(max_examples=50)
def test_business_days_end_at_the_minute_found(case: Case, days: int) -> None:
    duration = Duration(Unit.BUSINESS_DAYS, days)
    assert case.fast.add(case.start, duration) == case.slow.add_days(case.start, days)


@given(cases(), st.integers(-3, 3))
@settings(max_examples=50)
def test_a_date_closes_after_its_last_open_minute(case: Case, days: int) -> None:
    day = case.start.date() + timedelta(days=days)
    open_minutes = [at for at in case.slow.minutes_of(day) if case.slow.is_open(at)]
    assert case.fast.is_working_day(day) == bool(open_minutes)
    assert case.fast.closing_on(day) == (open_minutes[-1] + MINUTE if open_minutes else None)


@given(cases(), st.timedeltas(timedelta(0), timedelta(days=40)))
def test_time_added_is_time_worked(case: Case, amount: timedelta) -> None:
    assert case.fast.working_time(case.start, case.fast.add_working(case.start, amount)) == amount


@given(cases(), st.timedeltas(timedelta(0), timedelta(days=3)), st.timedeltas(timedelta(0), timedelta(days=3)))
def test_time_worked_adds_up(case: Case, first: timedelta, second: timedelta) -> None:
    middle, end = case.start + first, case.start + first + second
    parts = case.fast.working_time(case.start, middle) + case.fast.working_time(middle, end)
    assert parts == case.fast.working_time(case.start, end)


@given(cases(), lengths, lengths)
def test_a_later_start_never_ends_earlier(case: Case, length: int, later: int) -> None:
    duration = Duration(Unit.BUSINESS_HOURS, length * 60)
    assert case.fast.add(case.start, duration) <= case.fast.add(case.start + later * MINUTE, duration)


@given(cases(), st.sampled_from(["30m", "1bh", "7bh15bm", "1bd", "4bd"]))
def test_nothing_ends_in_the_past_and_business_time_never_on_a_day_that_is_shut(case: Case, text: str) -> None:
    duration = Duration.parse(text)
    due = case.fast.add(case.start, duration)
    assert due > case.start
    if duration.unit is not Unit.WALL:
        assert case.fast.is_working_day(case.fast.local_day(due))
