"""Two replicas that do the same at one moment, on PostgreSQL: neither fails, and nobody is told twice."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import settings
from bot.app import build_services
from bot.clock import ManualClock, SystemClock
from bot.database import known_bots
from bot.database.engine import open_engine
from bot.database.transaction import Database
from bot.models.directory import DirectoryChange
from bot.models.escalation import Escalation
from bot.models.work import Effect, EffectKind
from bot.policy.model.directory import EntryKind
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from bot.services.directory.directory_changes import store
from tests.support.members import meet

DIRECTORY = """
fallback: {fix_owner: dana@example.com}
people: [{email: dana@example.com, slack_id: U01DANA}, {email: eli@example.com, slack_id: U01ELI}]
areas:
  - key: exports
    name: Exports
    rota: {people: [dana@example.com, eli@example.com], starts_at: "2026-03-02T09:00", every: 1d, zone: UTC}
"""
TIMES = 12


def at_once(*work: Callable[[], object]) -> None:
    """Do several things at one moment, each in a thread; raise the first error."""
    barrier, errors = threading.Barrier(len(work)), list[BaseException]()

    def do(each: Callable[[], object]) -> None:
        barrier.wait()
        try:
            each()
        except BaseException as error:  # noqa: BLE001 - raised below, in the test's thread
            errors.append(error)

    threads = [threading.Thread(target=do, args=(each,)) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@pytest.fixture
def postgres_url(_postgres: Any) -> Any:
    with _postgres.fresh() as url:
        yield url


@pytest.fixture
def replicas(postgres_url: str, folder: Path) -> Iterator[tuple[Services, Services, ManualClock]]:
    (folder / "directory.yml").write_text(DIRECTORY, encoding="utf-8")
    clock = ManualClock(datetime(2026, 3, 2, 10, tzinfo=UTC))
    loaded = settings.load(database_url=postgres_url, directory=folder / "directory.yml")
    one, other = build_services(loaded, clock=clock), build_services(loaded, clock=clock)
    yield one, other, clock
    one.core.close()
    other.core.close()


def remembering(database: Database, token: str) -> Callable[[], None]:
    return lambda: known_bots.remember(database, token, {"name": "escalate"})


def test_two_that_start_at_one_moment_both_remember_the_bot(postgres_url: str) -> None:
    engines = [open_engine(postgres_url) for _ in range(2)]
    replicas = [Database(engine, SystemClock()) for engine in engines]
    for number in range(TIMES):
        token = f"xoxb-{number}"
        at_once(*(remembering(each, token) for each in replicas))
        assert known_bots.recall(replicas[0], token) == {"name": "escalate"}
    for engine in engines:
        engine.dispose()


def test_two_that_look_who_is_on_call_tell_of_a_hand_over_once(
    replicas: tuple[Services, Services, ManualClock],
) -> None:
    one, other, clock = replicas
    one.on_call_watch.look()
    for _ in range(TIMES - 1):
        clock.forward(timedelta(days=1))
        at_once(one.on_call_watch.look, other.on_call_watch.look)
    with one.database.transaction() as tx:
        notices = select(func.count()).select_from(Effect).where(Effect.kind == EffectKind.DUTY_NOTICE)
        assert tx.session.scalar(notices) == 2 * (TIMES - 1), "each day after the first, one ends and one begins"


def test_two_admins_who_add_one_entry_at_one_moment_both_succeed(
    replicas: tuple[Services, Services, ManualClock],
) -> None:
    one, other, _ = replicas

    def adding(services: Services, number: int) -> Callable[[], None]:
        def add() -> None:
            with services.database.transaction() as tx:
                store(tx, EntryKind.FALLBACK, f"role_{number}", {"person": "U01DANA"}, by="U01MARIA")

        return add

    for number in range(TIMES):
        at_once(adding(one, number), adding(other, number))
    with one.database.transaction() as tx:
        assert tx.session.scalar(select(func.count()).select_from(DirectoryChange)) == TIMES


def test_two_that_are_declared_at_one_moment_have_names_of_their_own_for_their_channels(
    replicas: tuple[Services, Services, ManualClock],
) -> None:
    one, other, _ = replicas
    meet(one.database)
    one.account_import.load(b"name\nAcme\n", "accounts.csv")
    declaration = Declaration(account_id=1, new_account=None, summary="Exports are down", level="sev3")

    def declaring(services: Services, key: str) -> Callable[[], object]:
        return lambda: services.declarations.declare(declaration, by="U01NOOR", request=key)

    for number in range(TIMES):
        at_once(declaring(one, f"V{number}"), declaring(other, f"W{number}"))
    with one.database.transaction() as tx:
        names = tx.session.scalars(select(Escalation.channel_name)).all()
    assert len(set(names)) == len(names) == 2 * TIMES
