"""The calendar against a second one that counts every minute, around the changes of clocks and dates of the world."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.policy.time.calendars import Calendar
from bot.policy.time.durations import Duration, Unit

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
        return self.day_of(at) is not None

    def day_of(self, at: datetime) -> date | None:
        """Return the date whose hours hold a minute: its own, or the one before whose night it is."""
        wall = at.astimezone(ZoneInfo(self.zone))
        minute, today = wall.hour * 60 + wall.minute, wall.date()
        for day, within in ((today, minute), (today - timedelta(days=1), minute + 1440)):
            if any(start <= within < end for start, end in self.hours_on(day)):
                return day
        return None

    def hours_on(self, day: date) -> Hours:
        if day in self.opened:
            return self.opened[day]
        return () if day in self.closed else self.week.get(day.weekday(), ())

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
        day, before = (at.astimezone(ZoneInfo(self.zone)).date() for at in (start, start - timedelta.resolution))
        return start if day == before or self.open_minutes(day) else self.next_opening(start)

    def add_days(self, start: datetime, days: int) -> datetime:
        opening = self.next_opening(start)
        began, day = opening.astimezone(ZoneInfo(self.zone)), self.day_of(opening)
        assert day is not None
        nights = began.date() - day
        while days:
            day += timedelta(days=1)
            days -= bool(self.open_minutes(day))
        not_before = [at for at in self.minutes_of(day + nights) if self.wall_time(at) >= began.time()]
        # A time at the end of a date that the clocks skip, or of a date that doesn't exist: what comes next.
        not_before = not_before or [*self.minutes_of(day + nights + timedelta(days=1))]
        open_minutes = self.open_minutes(day)
        later = [at for at in open_minutes if not_before and at >= not_before[0]]
        return later[0] if later else open_minutes[-1] + MINUTE

    def open_minutes(self, day: date) -> list[datetime]:
        both = {at for near in (day, day + timedelta(days=1)) for at in self.minutes_of(near)}
        return sorted(at for at in both if self.day_of(at) == day)

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
def nights(draw: st.DrawFn) -> Hours:
    """Return hours of a day that begin at 06:00 at the earliest and may end at 06:00 of the next."""
    day = [(start + 360, end + 360) for start, end in draw(hours()) if end + 360 <= 1200]
    late = draw(st.tuples(st.integers(81, 95), st.integers(97, 120)))
    return [*day, (late[0] * 15, late[1] * 15)] if draw(st.booleans()) or not day else day


def whole_nights(week: Mapping[int, Hours]) -> Mapping[int, Hours]:
    """Return a week in which nights divided at midnight belong to the day on which they begin."""
    joined = {day: list(spans) for day, spans in week.items()}
    for day, spans in week.items():
        after = week.get((day + 1) % 7) or [(-1, -1)]
        start, end = spans[-1] if spans else (-1, -1)
        if end == 1440 and after[0][0] == 0 and end - start + after[0][1] <= 20 * 60:
            joined[day][-1] = (start, 1440 + after[0][1])
            joined[(day + 1) % 7].pop(0)
    return joined


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone, change = draw(st.sampled_from(CHANGES))
    near = st.integers(-4, 4).map(lambda n: (change + timedelta(days=n)).date())
    any_hours = draw(st.sampled_from([hours, nights]))
    week: Mapping[int, Hours] = draw(st.dictionaries(st.integers(0, 6), any_hours(), min_size=1, max_size=7))
    closed = draw(st.frozensets(near, max_size=2))
    opened: Mapping[date, Hours] = draw(st.dictionaries(near, any_hours(), max_size=1))
    start = change + draw(st.integers(-2 * 1440, 1440)) * MINUTE
    return Case(fast(zone, week, closed, opened), SlowCalendar(zone, whole_nights(week), closed, opened), start)


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
    minutes = (span[0], span[1] - 1440 if span[1] > 1440 else span[1])
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in minutes)


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
@settings(max_examples=settings().max_examples // 2)
def test_business_hours_end_at_the_minute_counted(case: Case, length: int) -> None:
    duration = Duration(Unit.BUSINESS_HOURS, length * 60)
    assert case.fast.add(case.start, duration) == case.slow.add_working(case.start, length * MINUTE)


def night_before_a_date_that_does_not_exist() -> Case:
    """Return a night of Apia's 29 December 2011 and, by an exception, one of the 30th, of which only the end exists."""
    week: Mapping[int, Hours] = {0: [(360, 375)], 1: [(360, 375)], 2: [(360, 375)], 3: [(1215, 1455)]}
    opened: Mapping[date, Hours] = {date(2011, 12, 30): [(1215, 1455)]}
    zone, start = "Pacific/Apia", datetime(2011, 12, 30, 9, 59, tzinfo=UTC)
    return Case(fast(zone, week, frozenset(), opened), SlowCalendar(zone, week, frozenset(), opened), start)


@given(cases(), st.integers(1, 3))
@example(night_before_a_date_that_does_not_exist(), 1)
@settings(max_examples=settings().max_examples // 2)
def test_business_days_end_at_the_minute_found(case: Case, days: int) -> None:
    duration = Duration(Unit.BUSINESS_DAYS, days)
    assert case.fast.add(case.start, duration) == case.slow.add_days(case.start, days)


@given(cases(), st.integers(-3, 3))
@settings(max_examples=settings().max_examples // 2)
def test_a_date_closes_after_its_last_open_minute(case: Case, days: int) -> None:
    day = case.start.date() + timedelta(days=days)
    open_minutes = case.slow.open_minutes(day)
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
        in_hours = case.fast.is_open(due) or case.fast.is_open(due - timedelta.resolution)
        assert in_hours or case.fast.is_working_day(case.fast.local_day(due))
