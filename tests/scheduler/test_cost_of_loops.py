"""The statements of the loops grow with what is due, never with what is open or on record."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from sqlalchemy import update

from bot import settings
from bot.app import build_engine, build_services
from bot.clock import ManualClock
from bot.database import profiles
from bot.integrations.slack.budget import Budget
from bot.models.account import Person, PersonState
from bot.models.work import Effect, EffectState
from bot.outside import build_files
from bot.policy.members import MemberType
from bot.ports.workspace import Profile
from bot.scheduler.claims import claim, rescue
from bot.scheduler.effects.kit import EffectKit
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from bot.services.operator.audit import AuditCursor
from tests.support.statements import Statements, watched
from tests.support.story import DIRECTORY, USERS, moment

if TYPE_CHECKING:
    from bot.integrations.slack.workspace import SlackWorkspace

FEW, MANY = 30, 300
TABLES = ("escalation", "timer", "effect", "slot", "participant", "page", "account", "clock_span", "timeline")


@pytest.fixture
def services(database_url: str, folder: Path) -> Iterator[Services]:
    (folder / "directory.yml").write_text(DIRECTORY, encoding="utf-8")
    loaded = settings.load(database_url=database_url, directory=folder / "directory.yml")
    clock = ManualClock(moment("Fri 2026-03-06 10:00"))
    services = build_services(loaded, clock=clock, real_clock=clock)
    with services.database.transaction() as tx:
        for name, who in USERS.items():
            known = {"email": f"{name}@example.com", "state": PersonState.ACTIVE, "checked_at": tx.now}
            known["member_type"] = MemberType.MEMBER
            tx.session.add(Person(slack_id=who, name=name, **known))
    open_some(services, 0, FEW)
    yield services
    services.core.close()


def open_some(services: Services, first: int, last: int) -> None:
    """Declare escalations, each of another account; what is to be done outside is done."""
    for number in range(first, last):
        declaration = Declaration(
            account_id=None, new_account=f"Customer {number}", summary="Exports are down", level="sev3"
        )
        services.declarations.declare(declaration, by="U01NOOR", request=f"V{number}")
    services.digests.plan()
    with services.database.transaction() as tx:
        done = update(Effect).values(state=EffectState.DONE, settled_at=tx.real_now)
        tx.session.execute(done, execution_options={"synchronize_session": False})


def loops(services: Services) -> Mapping[str, Callable[[], object]]:
    """Return the engine's periodic work, with nothing due."""
    files = build_files(settings.load(), services)
    engine = build_engine(EffectKit(cast("SlackWorkspace", object()), services), files, Budget(lambda: 0.0))

    def look_for_the_dead() -> None:
        with services.database.transaction() as tx:
            rescue(tx, dead=["a worker that is gone"])

    def once(work: Callable[[], Awaitable[object]]) -> Callable[[], object]:
        async def run() -> None:
            await work()

        return lambda: asyncio.run(run())

    # Measures grow with the escalations of the two periods that are compared, and not with what is open.
    jobs = {job.name: job.work for job in engine._jobs() if job.name != "numbers"}
    return {
        **{name: once(work) for name, work in jobs.items()},
        # A look at the first few; the engine's own goes on from where it was.
        "audit": lambda: services.audit.look(AuditCursor()),
        "audit of what nothing is planned for": lambda: services.audit.look(AuditCursor(due_at=None)),
        "digests of those found": lambda: services.digests.plan([USERS["maria"]]),
        "delivery": lambda: asyncio.run(engine.deliverer.drain()),
        "what the dead held": look_for_the_dead,
    }


def costs(services: Services) -> Mapping[str, Statements]:
    found, rounds = {}, loops(services)
    for work in rounds.values():
        work()  # what is new is dealt with
    for name, work in rounds.items():
        with watched(services.database.engine) as statements:
            work()
        found[name] = statements
    return found


def test_a_round_costs_the_same_with_ten_times_as_many_open(services: Services) -> None:
    few = costs(services)
    open_some(services, FEW, MANY)
    many = costs(services)
    assert {name: cost.run for name, cost in many.items()} == {name: cost.run for name, cost in few.items()}
    # Timers alone of the records looked at differ by one or another.
    assert all(cost.rows <= few[name].rows + 5 for name, cost in many.items()), (few, many)


def test_nothing_is_read_from_end_to_end(services: Services) -> None:
    scans = {name: cost.scans_of(*TABLES) for name, cost in costs(services).items()}
    assert [scan for found in scans.values() for scan in found] == []


def test_who_is_looked_up_is_found_wherever_records_name_them_without_reading_all_of_those(services: Services) -> None:
    eli = Profile(USERS["eli"], "Eli", "eli@example.com", None, is_active=True, member_type=MemberType.MEMBER)
    with watched(services.database.engine) as found, services.database.transaction() as tx:
        profiles.learn(tx, "eli@example.com", eli)
    assert found.scans_of(*TABLES) == []


def test_an_effect_asks_its_lane_alone_whether_it_is_its_turn(sqlite_url: str) -> None:
    """Asked of everything that came before it, a backlog of ten thousand would cost their square."""
    services = build_services(settings.load(database_url=sqlite_url))
    with watched(services.database.engine) as found, services.database.transaction() as tx:
        claim(tx, "a worker", limit=1)
    services.core.close()
    assert any("ix_effect_lane" in step for step in found.plan)
