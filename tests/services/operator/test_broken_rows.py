"""One row that cannot be read must not stop the others: not the start, no list, no timer, no delivery, no export."""

import asyncio
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, create_engine, insert, select, text
from sqlalchemy.engine import make_url

from bot import settings
from bot.app import build_services
from bot.clock import ManualClock
from bot.database import profiles
from bot.models import reading
from bot.models.base import Base
from bot.models.work import Effect, EffectKind, Timer
from bot.policy.file import loading
from bot.policy.plan.reminders.registry import KINDS
from bot.policy.plan.reminders.reminder import Due
from bot.policy.plan.timers import TimerKind
from bot.scheduler import claims
from bot.scheduler.claims import claim
from bot.scheduler.escalation_jobs import EscalationJobs
from bot.scheduler.tick import Tick
from bot.services import firing
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from bot.services.operator import broken_rows
from bot.services.operator.doctor import Doctor
from bot.services.operator.findings import Grade
from tests.support.databases import Postgres, Sqlite
from tests.support.engines import kept_engine, kept_engines
from tests.support.members import meet

NOW = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
TABLES = {table.name: table for table in Base.metadata.sorted_tables}
# Those that decide something are broken one at a time, those that are only related to an escalation all at once.
ALONE: tuple[str, ...] = (
    "account",
    "person",
    "policy_version",
    "escalation",
    "slot",
    "sla_clock",
    "clock_span",
    "participant",
    "page",
)
ALONE += ("timer", "effect")
GROUPS = [(name,) for name in ALONE] + [tuple(name for name in TABLES if name not in ALONE)]
VICTIMS = 8
SOUND = VICTIMS + 1
# What is written into a column of that kind, as SQL. PostgreSQL takes only what its own types allow.
ANYWHERE: dict[type[object], tuple[str, ...]] = {
    dict: ("'[1]'", "'null'"),
    list: ("'{\"a\": 1}'", "'null'"),
    # Python can hold these, and can't compute with them in every zone.
    datetime: ("'0001-01-01 00:00:00+00'", "'9999-12-31 23:59:59.999999+00'", "'1969-12-31 00:00:00+00'"),
    date: ("'0001-01-01'", "'9999-12-31'", "'2201-01-01'"),
}
# JSON of the right class that holds something else than it should.
MISSHAPEN = {
    "account.contacts": "'[1]'",
    "account.extra": "'{\"size\": [1]}'",
    "escalation.case_review": "'{\"id\": 1}'",
    "escalation.churn_signs": "'[null]'",
    "escalation.problems": "'{\"messages\": [1]}'",
    "escalation.requests": '\'[{"id": 1, "kind": "no such word"}]\'',
    "escalation.tags": "'[{}]'",
    "escalation.trace": "'[[]]'",
    "escalation.triggers": "'[1]'",
    "level_request.messages": "'[[\"C1\"]]'",
    "proposal.criteria": "'[1]'",
    "proposal.messages": "'[[1, 2]]'",
    # What a timer of the kind that is planned first holds.
    "timer.data": "'{\"clock\": 1}'",
}
# Of closed escalations these are found only where rows are loaded.
ONLY_LOADED = {"escalation.case_review", "escalation.requests", "level_request.messages", "proposal.messages"}
ON_SQLITE: dict[type[object], tuple[str, ...]] = {
    dict: ("'{broken'",),
    list: ("'[broken'",),
    datetime: ("'not a moment'",),
    date: ("'not a day'",),
    int: ("'many'",),
    str: ("x'ff00'",),
    Decimal: ("'much'", "9e999"),
    bool: ("'maybe'",),
}
# Moments and days that PostgreSQL has and Python has not, and a number that is none.
ON_POSTGRESQL: dict[type[object], tuple[str, ...]] = {
    datetime: ("'infinity'", "'-infinity'", "'0044-03-15 12:00+00 BC'", "'20000-01-01 00:00+00'"),
    date: ("'infinity'", "'-infinity'", "'0044-03-15 BC'", "'20000-01-01'"),
    Decimal: ("'NaN'",),
}
WAITING = ("timer", "effect")
WORD = "'no such word'"


def opened(url: str) -> Services:
    clock = ManualClock(NOW)
    return build_services(settings.load(database_url=url), clock=clock, real_clock=clock)


def declare(services: Services, account: str, level: str = "sev1") -> int:
    declaration = Declaration(account_id=None, new_account=account, summary="It is down", level=level)
    return services.declarations.declare(declaration, by="U01NOOR", request=f"of {account}").number


def fill(services: Services) -> None:
    """Declare victims, each with a row in every table, and one that is sound."""
    meet(services.database, *(f"U01VICTIM{number}" for number in range(1, VICTIMS + 1)))
    meet(services.database)
    for number in range(1, VICTIMS + 1):
        assert declare(services, f"Victim {number}") == number
    services.policies.adopt(loading.preset("gitlab"))
    assert declare(services, "Globex", services.policies.current.levels[0].code) == SOUND
    with services.database.engine.begin() as connection:
        policy = connection.execute(select(TABLES["policy_version"]).limit(1)).mappings().one()
        for number in range(1, len(policy) + 1):
            own = {**policy, "id": 1000 + number, "digest": f"of {number}"}
            connection.execute(insert(TABLES["policy_version"]).values(own))
            connection.execute(text(f"UPDATE escalation SET policy_id = {1000 + number} WHERE id = {number}"))  # noqa: S608 - our own words
        for table in TABLES.values():
            if not connection.execute(select(table).limit(1)).first():
                connection.execute(insert(table), [made_up(table, number) for number in range(1, VICTIMS + 1)])


def made_up(table: Table, number: int) -> dict[str, Any]:
    day = NOW.date() + timedelta(days=number)
    values: dict[type[object], Any] = {int: number, datetime: NOW, date: day, bool: False, dict: {}, list: []}
    values[str] = f"x {number}"
    row = {}
    for column in table.columns:
        kind = reading.python_type(column)
        if not column.nullable or column.name == "escalation_id":
            row[column.name] = values[kind] if kind in values else next(iter(kind))  # type: ignore[call-overload] # an enumeration
    return row


@pytest.fixture(scope="module", autouse=True)
def _engines() -> Iterator[None]:
    """Keep the statements compiled: a search has one for each table, and writing it takes longer than running it."""
    with kept_engines():
        yield


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sqlite | Postgres]:
    """Hand out what makes copies of one filled database."""
    migrated: Sqlite | Postgres = request.getfixturevalue(
        {"sqlite": "_sqlite", "postgresql": "_postgres"}[request.param]
    )
    with migrated.fresh() as url:
        services = opened(url)
        fill(services)
        services.core.close()
        name = str(make_url(url).database)
        if isinstance(migrated, Sqlite):
            yield Sqlite(tmp_path_factory.mktemp("broken"), _template=Path(name))
        else:
            copies = Postgres(migrated.url, _template=name)
            yield copies
            copies.close()


def meddle(url: str, statements: list[str]) -> None:
    """Write an invalid value; SQLite accepts any type."""
    if url.startswith("sqlite"):
        with sqlite3.connect(str(make_url(url).database)) as plain:
            # A disk breaks also what no statement may change.
            for (trigger,) in plain.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                plain.execute(f"DROP TRIGGER {trigger}")
            for statement in statements:
                plain.execute(statement)
        plain.close()
        return
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # without triggers
        for statement in statements:
            connection.execute(text(statement.replace(":", "\\:")))
    engine.dispose()


def corruptions(table: Table, *, on_sqlite: bool) -> Iterator[tuple[str, str]]:
    """Yield each column with what is written into it."""
    for column in table.columns:
        kind = reading.python_type(column)
        if column.primary_key and kind is int and len(table.primary_key.columns) == 1:
            continue
        if hasattr(kind, "__members__"):
            yield column.name, WORD
        if f"{table.name}.{column.name}" in MISSHAPEN:
            yield column.name, MISSHAPEN[f"{table.name}.{column.name}"]
        for value in ANYWHERE.get(kind, ()):
            if not (value == "'null'" and column.nullable):
                # SQLite keeps a moment as text, without its zone.
                yield column.name, value.replace("+00'", "'") if on_sqlite else value
        for value in (ON_SQLITE if on_sqlite else ON_POSTGRESQL).get(kind, ()):
            yield column.name, value


def broken_by(table: Table, column: str, value: str, victim: int, *, on_sqlite: bool) -> str:
    """Return the statement that breaks a victim's row of a table."""
    numbers = [column.name for column in table.columns if reading.python_type(column) is int]
    own = next((name for name in ("escalation_id", "id") if name in numbers), None)
    number = 1000 + victim if table.name == "policy_version" else victim
    place = "rowid" if on_sqlite else "ctid"
    first = f'(SELECT min({place}) FROM "{table.name}" WHERE {own} = {number})'  # noqa: S608 - our own words
    if own is None:
        first = f'(SELECT {place} FROM "{table.name}" LIMIT 1 OFFSET {victim - 1})'  # noqa: S608 - as above
    return f'UPDATE "{table.name}" SET "{column}" = {value} WHERE {place} = {first}'  # noqa: S608 - as above


@pytest.mark.parametrize("names", GROUPS, ids=lambda names: names[0])
def test_broken_rows_stop_nothing_but_what_they_are_about(
    world: Sqlite | Postgres, names: tuple[str, ...], defects: list[str]
) -> None:
    on_sqlite = world.name == "sqlite"
    broken = [
        (TABLES[name], column, value)
        for name in names
        for column, value in corruptions(TABLES[name], on_sqlite=on_sqlite)
    ]
    # A row is found by the escalation it belongs to, so that is broken last.
    broken.sort(key=lambda each: each[1] == "escalation_id")
    with world.fresh() as url, kept_engine(url):
        statements = [
            broken_by(table, column, value, 1 + number % VICTIMS, on_sqlite=on_sqlite)
            for number, (table, column, value) in enumerate(broken)
        ]
        meddle(url, statements)
        services = opened(url)
        try:
            are_named(services, broken)
            the_others_go_on(services)
        finally:
            services.core.close()
    defects.clear()


def are_named(services: Services, broken: list[tuple[Table, str, str]]) -> None:
    """Hold `doctor` to naming each broken value, but for booleans: SQLite's driver reads anything as one."""
    kinds = [(column, reading.python_type(table.columns[column])) for table, column, _ in broken]
    wanted = Counter(column for column, kind in kinds if kind is not bool)
    assert wanted.keys() <= said_of(broken_rows.search(services.database, services.policies))
    assert wanted.keys() <= said_of(broken_rows.read_all(services.database, services.policies))
    findings = Doctor(services.database, services.directory).examine()
    assert [each.state for each in findings if each.what == "records"][:1] == [Grade.WRONG if wanted else Grade.OK]
    # One broken row hides nothing else that `doctor` finds.
    assert not [each for each in findings if "can't be examined" in each.says]


def said_of(broken: broken_rows.BrokenRows) -> set[str]:
    """Return the columns that are named."""
    return {column for wrong in broken.why.values() for column in re.findall(r"(\w+) is ", wrong)}


def close_all(url: str) -> None:
    meddle(url, ["UPDATE escalation SET status = 'closed' WHERE status IN ('open', 'mitigated', 'resolved')"])


@pytest.mark.parametrize("names", GROUPS, ids=lambda names: names[0])
def test_broken_rows_of_closed_escalations_are_found_without_loading_them(
    world: Sqlite | Postgres, names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, defects: list[str]
) -> None:
    monkeypatch.setattr(broken_rows, "_NEWEST", 0)
    on_sqlite = world.name == "sqlite"
    broken = [
        (TABLES[name], column, value)
        for name in names
        for column, value in corruptions(TABLES[name], on_sqlite=on_sqlite)
        if f"{name}.{column}" not in ONLY_LOADED or value != MISSHAPEN[f"{name}.{column}"]
    ]
    broken.sort(key=lambda each: each[1] == "escalation_id")
    with world.fresh() as url:
        close_all(url)
        statements = [
            broken_by(table, column, value, 1 + number % VICTIMS, on_sqlite=on_sqlite)
            for number, (table, column, value) in enumerate(broken)
        ]
        meddle(url, statements)
        services = opened(url)
        try:
            kinds = [(column, reading.python_type(table.columns[column])) for table, column, _ in broken]
            found = broken_rows.search(services.database, services.policies)
            assert {column for column, kind in kinds if kind is not bool} <= said_of(found)
            assert found.searched > 0
        finally:
            services.core.close()
    defects.clear()


def test_rows_that_were_not_checked_are_reported(world: Sqlite | Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.fresh() as url:
        close_all(url)
        services = opened(url)
        try:
            assert records(services) == ["every row can be read"]
            monkeypatch.setattr(broken_rows, "_NEWEST", 2)
            assert records(services) == [
                "every row that was looked at can be read",
                "7 closed escalations were only searched for values that can't be read, not loaded and drawn",
            ]
            monkeypatch.setattr(broken_rows, "_SEARCH", timedelta(0))
            assert records(services) == [
                "every row that was looked at can be read",
                "7 closed escalations were not looked at, to save time",
            ]
            steps: list[tuple[int, int]] = []
            findings = Doctor(services.database, services.directory).examine(lambda *step: steps.append(step))
            assert [each.says for each in findings if each.what == "records"] == ["every row can be read"]
            assert steps == sorted(steps)
            assert steps[-1][0] == steps[-1][1]
        finally:
            services.core.close()


def records(services: Services) -> list[str]:
    findings = Doctor(services.database, services.directory).examine()
    return [each.says for each in findings if each.what == "records"]


def the_others_go_on(services: Services) -> None:
    """Start, and go on for three hours, in which more than one thing falls due."""
    clock = services.database.clock
    assert isinstance(clock, ManualClock)
    services.accounts.refresh()
    services.audit.run()
    services.reassessments.run()
    services.digests.plan()
    assert SOUND in [facts.number for facts, _ in services.escalations.live(viewer="U01ANA").shown]
    assert services.accounts.index.named("Globex") is not None
    services.digests.compose("U01MARIA")
    assert declare(services, "Initech") > SOUND
    assert SOUND in claimed(services)
    clock.forward(timedelta(hours=3))
    asyncio.run(Tick(services.core, services.timer_runner, services.digests).run())
    assert not unfired(services)
    with services.database.transaction() as tx:
        assert claims.rescue(tx).returned, "the leases are over"
    assert SOUND in claimed(services)
    exported = [record.facts.number for batch in services.export.batches() for record in batch.records]
    assert SOUND in exported
    list(services.export.incidents())


def claimed(services: Services) -> list[int | None]:
    """Claim all there is; return which escalations the jobs are of."""
    jobs = EscalationJobs(services.policies, services.channels, services.external_messages)
    with services.database.transaction() as tx:
        effects = claim(tx, "one", limit=5000)
        tx.session.flush()
        return [job.effect.escalation_id for job in jobs.prepare(tx, effects)]


def unfired(services: Services) -> list[str]:
    due = (Timer.escalation_id == SOUND, Timer.fired_at.is_(None), Timer.due_at <= services.database.clock.now())
    with services.database.transaction() as tx:
        return list(tx.session.scalars(select(Timer.key).where(*due)))


@pytest.mark.parametrize("never", ["infinity", "9999-12-31 23:59:59.999999", "2199-01-01 00:00:00"])
def test_what_would_wait_for_ever_does_not_wait(database_url: str, never: str, defects: list[str]) -> None:
    services = opened(database_url)
    try:
        fill(services)
        assert not unfired(services)
        held = f"UPDATE effect SET lease_until = '{never}' WHERE state = 'running'"  # noqa: S608 - our own words
        statements = [f"UPDATE {table} SET not_before = '{never}' WHERE escalation_id = {SOUND}" for table in WAITING]  # noqa: S608 - our own words
        meddle(database_url, [*statements, held])
        if not never.startswith("2199"):
            named = broken_rows.found(services.database, services.policies)
            assert {f"not_before is '{never}'" in wrong.replace("T", " ") for wrong in named.values()}
            assert {place.partition(" ")[0] for place in named} >= {"effect", "timer"}
        assert SOUND in claimed(services)
        clock = services.database.clock
        assert isinstance(clock, ManualClock)
        clock.forward(timedelta(hours=3))
        asyncio.run(Tick(services.core, services.timer_runner, services.digests).run())
        assert not unfired(services)
        meddle(database_url, [held])
        with services.database.transaction() as tx:
            assert claims.rescue(tx).returned
    finally:
        services.core.close()
    defects.clear()


# What each kind of timer holds, and is given instead.
TIMER_DATA = {
    "clock warning": {"clock": "response", "percent": "half", "due": "2026-03-06T16:00Z"},
    "clock breach": {"clock": "response", "due": "soon"},
    "update due": {"audience": "customer"},
    "update late": {"audience": ["customer"], "due": "2026-03-06T16:00Z"},
    "update missed": {},
    "page again": {"page": "first"},
    "page onward": {"page": None},
    "page round": {"pages": 1},
    "team due": {"team": 1},
    "team unreached": {"team": 1},
    "team chase": {},
    "request waits": {"request": "x"},
    "case review due": {"turn": "x"},
    "watch due": {"turn": "no such turn"},
    "digest": {"manager": "U01MARIA"},
}


@pytest.mark.parametrize("kind", TIMER_DATA)
def test_a_timer_whose_data_are_misshapen_holds_up_no_other(kind: str, database_url: str, defects: list[str]) -> None:
    services = opened(database_url)
    clock = services.database.clock
    assert isinstance(clock, ManualClock)
    try:
        meet(services.database)
        number = declare(services, "Acme")
        bad = {"key": "bad", "kind": kind, "due_at": NOW, "data": TIMER_DATA[kind], "priority": 0, "failures": 0}
        with services.database.transaction() as tx:
            tx.session.execute(insert(Timer), {**bad, "escalation_id": None if kind == "digest" else number})
        (named,) = broken_rows.found(services.database, services.policies).values()
        assert named.startswith("data is no such JSON as it holds (")
        tick = Tick(services.core, services.timer_runner, services.digests)
        for _ in range(18):  # one timer after another falls due, while the broken one waits for its retry
            asyncio.run(tick.run())
            clock.forward(timedelta(minutes=10))
        with services.database.transaction() as tx:
            due = (Timer.fired_at.is_(None), Timer.due_at <= clock.now() - timedelta(minutes=10))
            assert set(tx.session.scalars(select(Timer.key).where(*due))) <= {"bad"}
            failing = tx.session.scalars(select(Timer.key).where(Timer.failures > 0)).all()
        assert set(failing) <= {"bad"}
    finally:
        services.core.close()
    defects.clear()


def test_a_timer_that_fails_holds_up_no_other_that_falls_due_alone(
    database_url: str, defects: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    services = opened(database_url)
    clock = services.database.clock
    assert isinstance(clock, ManualClock)

    def failing(due: Due) -> Iterable[Any]:
        if due.of(TimerKind.CLOCK_WARNING):
            raise ZeroDivisionError
        return ()

    kinds = [replace(kind, decide=failing) if kind.timer is TimerKind.CLOCK_WARNING else kind for kind in KINDS]
    monkeypatch.setattr(firing, "KINDS", kinds)
    try:
        meet(services.database)
        declare(services, "Acme")
        tick = Tick(services.core, services.timer_runner, services.digests)
        for _ in range(90):  # the others fall due while the broken one waits for its retry
            asyncio.run(tick.run())
            clock.forward(timedelta(minutes=2))
        with services.database.transaction() as tx:
            due = (Timer.fired_at.is_(None), Timer.due_at <= clock.now() - timedelta(minutes=10))
            assert set(tx.session.scalars(select(Timer.kind).where(Timer.failures > 0))) == {"clock warning"}
            assert set(tx.session.scalars(select(Timer.kind).where(*due))) == {"clock warning"}
    finally:
        services.core.close()
    defects.clear()


def test_a_person_whose_last_check_has_an_unreadable_time_is_admitted_and_looked_up(
    database_url: str, defects: list[str]
) -> None:
    services = opened(database_url)
    try:
        meet(services.database)
        never = "not a moment" if services.database.is_sqlite else "infinity"
        meddle(database_url, [f"UPDATE person SET checked_at = '{never}' WHERE slack_id = 'U01NOOR'"])  # noqa: S608 - our own words
        assert declare(services, "Acme")
        with services.database.transaction() as tx:
            services.people.look_up(tx, ["U01NOOR"])
        with services.database.transaction() as tx:
            asked = select(Effect.payload).where(Effect.kind == EffectKind.LOOK_UP)
            assert {"who": "U01NOOR"} in tx.session.scalars(asked).all()
            profiles.learn(tx, "U01NOOR", None)
        assert broken_rows.found(services.database, services.policies) == {}
    finally:
        services.core.close()
    defects.clear()
