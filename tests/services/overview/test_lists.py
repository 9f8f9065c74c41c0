"""Lists cost what they show, however much is on record, and show what policy lets a person see."""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count

import pytest
from sqlalchemy import select, update

from bot.clock import ManualClock
from bot.database import queries
from bot.models.escalation import Escalation
from bot.models.people import Slot
from bot.policy.decide.lifecycle import Move, allowed_from, moves, refusals_of_closing
from bot.policy.decide.visibility import may_see
from bot.policy.excerpts import Excerpt
from bot.policy.model.facts import ACCOUNT, Issue
from bot.policy.model.guards import Guard
from bot.policy.model.rules import Policy
from bot.policy.plan import attention, digest
from bot.policy.plan.digest import DigestLine
from bot.policy.record.escalation import FIX_OWNER, MANAGER, EscalationFacts, Status
from bot.services.bundle import Services
from bot.services.closing.closures import Resolution
from bot.services.overview.digests import MOST_OF_A_CUSTOMER
from tests.bench.population import FIX_OWNERS, MANAGERS, Size, populate, services_on
from tests.bench.world import DECLARERS, OWNER
from tests.bench.world import MANAGER as TRUSTED
from tests.support.statements import Statements, watched

SMALL, LARGE = Size(live=120, ended=120), Size(live=480, ended=900)
WHO = MANAGERS[3]
BIG = (
    *("escalation", "slot", "participant", "timer", "effect", "timeline", "page", "clock_span", "account"),
    *("obligation", "watch_question"),
)
Found = tuple[EscalationFacts, Policy]


def views(services: Services) -> Mapping[str, Callable[[], object]]:
    """Return what people look at, each as its handler asks for it."""
    look, numbers = services.escalations, count(43, 20)
    resolution = Resolution(fixed="Restarted.", cause="deployment", confirmed_by="Jo", confirmed_how="call")
    return {
        "list": partial(look.live, viewer=WHO),
        "list, page 3": partial(look.live, viewer=WHO, first=40),
        "home": partial(look.home, WHO, limit=40),
        **{f"picker to {move}": partial(look.open_to, move, viewer=WHO, limit=100) for move in Move},
        "picker that is typed into": partial(look.open_to, Move.UPDATE, viewer=WHO, like="customer 00", limit=100),
        "what it is a duplicate of": partial(look.others, 25, viewer=WHO, limit=100),
        "status of an account": partial(look.meant_by, "Customer 0024", viewer=WHO),
        "accounts": partial(services.accounts.search, "customer 00", viewer=WHO),
        "digest": partial(services.digests.compose, WHO),
        "incident": partial(services.incidents.overview, [25], viewer=WHO, limit=100),
        "causes": partial(services.causes.like, "dep"),
        "declaring": partial(
            services.declaration_previews.preview,
            account_id=25,
            new_account=None,
            issue=Issue(level="sev3"),
            area=None,
            by=DECLARERS[0],
        ),
        "resolving": lambda: services.closures.resolve(next(numbers), resolution, by=OWNER),
    }


def costs(url: str, size: Size) -> dict[str, Statements]:
    populate(url, size)
    found = {}
    with services_on(url) as services:
        services.accounts.refresh()
        with services.database.engine.begin() as connection:
            # The same time after the first declaration, however long it took to write the others: nothing else is due.
            began = connection.scalar(select(Escalation.declared_at).where(Escalation.id == 1))
            assert began is not None
            services.database.clock = ManualClock(began + timedelta(minutes=5))
            # Everything that ended had the same cause, and lately.
            ended = update(Escalation).where(Escalation.status == Status.CLOSED)
            connection.execute(ended.values(resolved_at=datetime.now(UTC) - timedelta(hours=1)))
        for name, work in views(services).items():
            work()  # policies are read and statements are compiled once
            with watched(services.database.engine) as statements:
                work()
            found[name] = statements
    return found


@pytest.mark.parametrize("kind", ["_sqlite", "_postgres"])
def test_what_is_shown_takes_as_much_with_few_open_as_with_many(kind: str, request: pytest.FixtureRequest) -> None:
    databases = request.getfixturevalue(kind)
    with databases.fresh() as few, databases.fresh() as many:
        small, large = costs(few, SMALL), costs(many, LARGE)
    # If one of them asks more often, the statements tell which.
    assert not {name: (small[name].run, found.run) for name, found in large.items() if found.count != small[name].count}
    # Four times as much is open and seven times as much on record.
    rows = {name: (small[name].rows, found.rows) for name, found in large.items()}
    # Of their own, a page or a screen is not full with few open: these show more with many.
    fuller = {"digest", "home", "status of an account", "picker to acknowledge"}
    assert not {name: found for name, found in rows.items() if name not in fuller and found[1] > found[0] * 1.1 + 5}
    assert not {name: found for name, found in rows.items() if name in fuller and found[1] > found[0] + 500}
    # What is closed is most of what is on record: the newest are found from the end of the table, up to a limit.
    for move in Move:
        if Status.CLOSED in allowed_from(move):
            large.pop(f"picker to {move}", None)
    scanned = {name: found.scans_of(*BIG) for name, found in large.items() if found.scans_of(*BIG)}
    assert not scanned


def test_what_is_live_is_counted_from_its_index_alone(sqlite_url: str) -> None:
    """SQLite would rather use any index on the status, and then read each live row to learn its level."""
    populate(sqlite_url, SMALL)
    with services_on(sqlite_url) as services, watched(services.database.engine) as found:
        services.escalations.live(viewer=WHO)
    steps = [step for step in found.plan if "USING" in step and step.split()[1] == "escalation"]
    assert any("COVERING INDEX ix_escalation_live" in step for step in steps), steps
    assert not [step for step in steps if "ix_escalation_status" in step]


def test_the_digest_and_the_hot_list_count_from_that_index_alone(sqlite_url: str) -> None:
    """Each also counts by times, and a manager whom all work under has thousands of rows to read for them."""
    populate(sqlite_url, SMALL)
    with services_on(sqlite_url) as services, watched(services.database.engine) as found:
        services.digests.compose(WHO)
        services.hot_lists.compose()
    scans = [step for step in found.plan if step.startswith("SCAN escalation")]
    assert scans
    assert not [step for step in scans if "COVERING INDEX ix_escalation_live" not in step], scans


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def services(request: pytest.FixtureRequest) -> Iterator[Services]:
    """Share services on a mixture of everything: statuses, proposals, waivers, what is late and what is not.

    The tests only read.
    """
    databases = request.getfixturevalue({"sqlite": "_sqlite", "postgresql": "_postgres"}[request.param])
    with databases.fresh() as url, _mixture(url) as services:
        yield services


@contextmanager
def _mixture(url: str) -> Iterator[Services]:
    populate(url, Size(live=150, ended=60))
    with services_on(url) as services:
        services.accounts.refresh()
        _mix(services)
        guards = services.policies.current.guards.model_copy(
            update={
                "see_confidential": Guard(people=(TRUSTED,), slots=(MANAGER,)),
                "close": Guard(people=(FIX_OWNERS[30],), slots=(MANAGER, FIX_OWNER)),
            }
        )
        (number,) = {row.policy_id for row in _rows(services)}
        services.policies._parsed[number] = services.policies.current.model_copy(update={"guards": guards})
        _heal(services)
        yield services


def _mix(services: Services) -> None:
    chance = random.Random(20260306)  # noqa: S311 - not for secrets
    now = datetime.now(UTC)

    def some_time() -> datetime | None:
        return chance.choice([None, *(now + timedelta(hours=hours) for hours in (-30, -2, 1, 5, 40))])

    with services.database.transaction() as tx:
        for row in tx.session.scalars(select(Escalation).where(Escalation.id > 20).order_by(Escalation.id)):
            row.status = chance.choice([*Status, Status.OPEN])
            row.is_private = chance.random() < 0.3
            row.acknowledged_at = chance.choice([None, now])
            row.kind = chance.choice(["issue", "issue", ACCOUNT])
            row.accepted = chance.choice([None, True, False]) if row.kind == ACCOUNT else None
            row.level = chance.choice(["sev1", "sev2", "sev3", "sev4"])
            # Many customers have several.
            row.account_id = 1 + row.id % 30
            if chance.random() < 0.2:
                row.waived_at, row.waived_by, row.waived_reason = now, "U01MARIA", "Away"
            row.customer_update_due_at, row.internal_update_due_at = some_time(), some_time()
        for slot in tx.session.scalars(select(Slot).where(Slot.escalation_id > 20)):
            if chance.random() < 0.3:
                slot.person = chance.choice([WHO, FIX_OWNERS[30], DECLARERS[2]])


def _heal(services: Services) -> None:
    """Store what follows from the rows: when something is due, and what people owe."""
    with services.database.transaction() as tx:
        numbers = tx.session.scalars(select(Escalation.id)).all()
    for number in numbers:
        services.audit.heal(number)


def _rows(services: Services) -> list[Escalation]:
    with services.database.transaction() as tx:
        numbers = tx.session.scalars(select(Escalation.id)).all()
        return list(queries.escalations(tx.session, numbers).values())


def _all(services: Services, viewer: str) -> list[Found]:
    """Return everything on record that somebody may see, as policy decides it, by number."""
    found = [services.policies.read(row) for row in _rows(services)]
    with services.database.transaction() as tx:
        own = services.people.identities(tx, viewer)
    return sorted((one for one in found if may_see(*one, own)), key=lambda one: one[0].number)


def _walk(page: Callable[[int], Excerpt[Found]]) -> list[int]:
    """Return the numbers on all the pages, one after another."""
    found = page(0)
    walked = [facts.number for facts, _ in found.shown]
    while found.after:
        found = page(found.first + len(found.shown))
        walked += [facts.number for facts, _ in found.shown]
    assert len(walked) == found.total
    return walked


VIEWERS = (WHO, FIX_OWNERS[30], DECLARERS[2], TRUSTED, DECLARERS[40])


def _in_order(found: list[Found], now: datetime, own: frozenset[str] = frozenset()) -> list[int]:
    """Return the numbers in the order that policy decides, by customer; what needs `own` comes first."""

    def key(one: Found) -> attention.Place:
        facts, policy = one
        return attention.place(facts, policy, now, leads=attention.needs(facts, policy, own, now))

    in_order = sorted(found, key=key)
    return _by_customer([(facts, attention.needs(facts, policy, own, now)) for facts, policy in in_order])


def _by_customer(found: list[tuple[EscalationFacts, bool]], most: int | None = None) -> list[int]:
    """Return the numbers, at most so many of a customer, each list of them in the place of its first."""
    groups: dict[tuple[str, bool], list[int]] = {}
    for facts, leads in found:
        groups.setdefault((facts.account.name, leads), []).append(facts.number)
    return [number for same in groups.values() for number in same[:most]]


@pytest.mark.parametrize("viewer", VIEWERS)
def test_all_pages_are_what_somebody_may_see_with_what_is_overdue_first(services: Services, viewer: str) -> None:
    live = [one for one in _all(services, viewer) if one[0].is_live]
    now = services.database.clock.now()
    assert _walk(lambda first: services.escalations.live(viewer=viewer, first=first, limit=7)) == _in_order(live, now)
    own = services.escalations.identities(viewer)
    look = partial(services.escalations.home, viewer, limit=7)
    assert _walk(lambda first: look(first=first).excerpt) == _in_order(live, now, own)


@pytest.mark.parametrize("viewer", VIEWERS)
def test_home_counts_as_policy_does_and_names_nobody_twice(services: Services, viewer: str) -> None:
    live = [one for one in _all(services, viewer) if one[0].is_live]
    now, own = services.database.clock.now(), services.escalations.identities(viewer)
    found = services.escalations.home(viewer, limit=500)
    needing = {one[0].number for one in live if attention.needs(*one, own, now)}
    assert {facts.number for facts, _ in found.needs_you} == needing
    assert sorted(facts.number for facts, _ in (*found.needs_you, *found.others)) == [one[0].number for one in live]
    assert found.counts == attention.OpenCounts(
        total=len(live),
        overdue=sum(attention.is_overdue(*one, now) for one in live),
        unacknowledged=sum(attention.is_unacknowledged(one[0]) for one in live),
        needing=len(needing),
    )


@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_picker_offers_that_for_which_it_can_be_asked(services: Services, viewer: str) -> None:
    seen = _all(services, viewer)
    for move in Move:
        asked = [one for one in seen if move in moves(one[0])]
        if move is Move.CLOSE:
            asked = [one for one in asked if not refusals_of_closing(*one, {viewer})]
        newest = [facts.number for facts, _ in reversed(asked)]
        found = services.escalations.open_to(move, viewer=viewer, limit=10)
        assert ([facts.number for facts in found.shown], found.total) == (newest[:10], len(newest)), move
        alone = services.escalations.open_to(move, viewer=viewer, like=f"esc-{newest[-1]}" if newest else "x", limit=10)
        assert [facts.number for facts in alone.shown] == newest[-1:], move


@pytest.mark.parametrize("viewer", VIEWERS)
def test_other_pickers_and_counts_know_nothing_that_somebody_may_not_see(services: Services, viewer: str) -> None:
    live = [facts.number for facts, _ in _all(services, viewer) if facts.is_live]
    others = services.escalations.others(live[3], viewer=viewer, limit=5)
    newest = [number for number in reversed(live) if number != live[3]]
    assert ([facts.number for facts in others.shown], others.total) == (newest[:5], len(newest))
    overview = services.incidents.overview([live[0]], viewer=viewer, limit=5)
    rest = [number for number in reversed(live) if number != live[0]]
    assert [facts.number for facts in overview.candidates.shown] == [live[0], *rest[:4]]
    assert overview.candidates.total == len(live)


@pytest.mark.parametrize("viewer", VIEWERS)
def test_a_digest_shows_the_first_of_what_policy_puts_in_order_and_counts_the_rest(
    services: Services, viewer: str
) -> None:
    with services.database.transaction() as tx:
        own, reports = services.people.identities(tx, viewer), services.people.everybody_below(tx, viewer)
    found = services.digests.compose(viewer, limit=6)
    theirs = [one for one in _all(services, viewer) if one[0].is_live and digest.concerns(one[0], own, reports)]
    with services.database.transaction() as tx:
        lines = digest.lines(theirs, now=tx.now, zone=found.zone)
    ordered = _by_customer([(line.facts, False) for line in lines], MOST_OF_A_CUSTOMER)
    assert _numbers(found.lines) == ordered[:6]
    # Of many more than are shown, those of the first customers alone are put in order.
    assert _numbers(services.digests.compose(viewer, limit=1).lines) == ordered[:1]
    assert found.counts.total == len(lines)
    assert found.counts.late == sum(bool(line.overdue) for line in lines)
    assert found.counts.due_today == sum(bool(line.due_today) and not line.overdue for line in lines)
    assert found.counts.unacknowledged == sum(line.unacknowledged for line in lines)
    assert sum(found.counts.levels.values()) == len(lines)


def _numbers(lines: tuple[DigestLine, ...]) -> list[int]:
    return [line.facts.number for line in lines]
