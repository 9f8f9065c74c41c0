"""A backlog of thousands of effects is worked off by urgency within the rates, without claiming what cannot go out."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot import settings
from bot.app import build_services
from bot.clock import ManualClock
from bot.database import outbox
from bot.database.engine import open_engine
from bot.database.outbox import NewEffect
from bot.database.transaction import Core, Database, Transaction
from bot.errors import Temporary
from bot.integrations.slack.budget import Budget
from bot.models.work import Effect, EffectKind, EffectState
from bot.scheduler.deliver import Deliverer
from bot.scheduler.jobs import Job
from bot.scheduler.rates import CALLS_OF, RoomByKind

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
REPLIES = 40
MESSAGES, CARDS, LOOKUPS, TRACKED, PAGES = 4_000, 2_000, 2_000, 2_000, 40


@dataclass
class PlainJobs:
    """Effects of no escalation."""

    def prepare(self, _tx: Transaction, effects: Sequence[Effect]) -> list[Job]:
        return [Job(effect, None, None, NOON) for effect in effects]

    def record_posts(self, tx: Transaction, job: Job) -> None:
        """Nothing is said outside."""

    def report_failed(self, _tx: Transaction, job: Job, why: str) -> None:
        raise AssertionError(f"effect {job.effect.id}: {why}")

    def report_blocked(self, _tx: Transaction, job: Job, why: str) -> None:
        raise AssertionError(f"effect {job.effect.id}: {why}")


@dataclass
class Slack:
    """Slack's rates; every call succeeds that they leave room for."""

    budget: Budget
    claimed: Counter[EffectKind] = field(default_factory=Counter)
    done: list[EffectKind] = field(default_factory=list)

    async def perform(self, job: Job) -> None:
        kind = job.effect.kind
        self.claimed[kind] += 1
        to = job.effect.payload.get("to", f"C{job.effect.id}")
        call = CALLS_OF.get(kind, ("chat.postMessage",))[-1]
        wait = self.budget.take(call, to if call == "chat.postMessage" else None, urgent=kind is EffectKind.PAGE)
        if wait:
            raise Temporary(call, "over its rate", timedelta(seconds=wait))
        await asyncio.sleep(0)
        self.done.append(kind)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    clock = ManualClock(NOON)
    database = Database(open_engine(database_url), clock=clock, real_clock=clock)
    yield database
    database.engine.dispose()


# Those that are never held back at the claim: pages and breaches are urgent, and the others call nothing in Slack.
NEVER_HELD = {
    EffectKind.PAGE,
    EffectKind.BREACH,
    EffectKind.RING,
    EffectKind.END_RING,
    EffectKind.TEAM_RING,
    EffectKind.END_TEAM_RING,
    EffectKind.DECLARE,
    EffectKind.DUTY_CHANGED,
    EffectKind.MAIL,
    EffectKind.CUSTOMER_MAIL,
    EffectKind.CUSTOMER_QUESTION,
    EffectKind.CALL_INVITE,
    EffectKind.SUMMARY,
    EffectKind.STATUS_PAGE,
    EffectKind.PATTERNS,
    EffectKind.PURPOSE,
    EffectKind.SUCCESSION,
    EffectKind.CARRY_OVER,
}


def test_every_kind_counts_against_slacks_rates_or_is_never_held_back() -> None:
    assert set(EffectKind) - CALLS_OF.keys() == NEVER_HELD


async def test_pages_go_first_and_what_is_held_back_is_not_claimed(database: Database) -> None:
    clock = database.real_clock
    assert isinstance(clock, ManualClock)
    with database.transaction() as tx:
        for kind, count in (
            (EffectKind.LOOK_UP, LOOKUPS),
            (EffectKind.TRACKED_MESSAGE, TRACKED),
            (EffectKind.REFRESH_CARD, CARDS),
            (EffectKind.ANNOUNCEMENT, MESSAGES),
            (EffectKind.PAGE, PAGES),
        ):
            outbox.put_all(tx, None, *[NewEffect(kind)] * count)
    slack, core = Slack(Budget(lambda: clock.now().timestamp())), Core(database)
    performers = dict.fromkeys(EffectKind, slack.perform)
    deliverer = Deliverer(core, PlainJobs(), performers, room=lambda: RoomByKind(slack.budget))
    await deliverer.drain()
    # Without a moment passing: all pages, before anything else, and of the rest what the burst allows.
    assert slack.done[:PAGES] == [EffectKind.PAGE] * PAGES
    first = Counter(slack.done)
    assert 0 < first[EffectKind.REFRESH_CARD] <= 60
    assert 0 < first[EffectKind.LOOK_UP] <= 60
    for _ in range(20):
        clock.forward(timedelta(seconds=3))
        await deliverer.drain()
    core.close()
    done = Counter(slack.done)
    assert done[EffectKind.ANNOUNCEMENT] > first[EffectKind.ANNOUNCEMENT]
    assert sum(slack.claimed.values()) <= len(slack.done) * 1.2, "what is claimed goes out, and little comes back"
    with database.transaction() as tx:
        left = tx.session.scalars(select(func.count()).where(Effect.state == EffectState.READY)).one()
        assert left == MESSAGES + CARDS + LOOKUPS + TRACKED + PAGES - len(slack.done)


async def test_thousands_of_messages_to_one_person_keep_nobody_busy(database: Database) -> None:
    """They go one a second, the most urgent first; the others are not claimed meanwhile."""
    clock = database.real_clock
    assert isinstance(clock, ManualClock)
    with database.transaction() as tx:
        outbox.put_all(tx, None, *[NewEffect(EffectKind.DIRECT, {"to": "U01OMAR"}, rank=3)] * 3_000)
        outbox.put_all(tx, None, NewEffect(EffectKind.DIRECT, {"to": "U01DANA"}, rank=3))
    slack, core = Slack(Budget(lambda: clock.now().timestamp())), Core(database)
    performers = dict.fromkeys(EffectKind, slack.perform)
    deliverer = Deliverer(core, PlainJobs(), performers, room=lambda: RoomByKind(slack.budget))
    await deliverer.drain()
    with database.transaction() as tx:
        dana = Effect.lane == "to:U01DANA"
        assert tx.session.scalars(select(Effect.state).where(dana)).one() == EffectState.DONE, "nobody else waits"
        outbox.put_all(tx, None, NewEffect(EffectKind.DIRECT, {"to": "U01OMAR"}, rank=0))
        urgent = tx.session.scalars(select(func.max(Effect.id))).one()
    for _ in range(30):
        clock.forward(timedelta(seconds=1))
        await deliverer.drain()
    core.close()
    assert 30 <= len(slack.done) <= 40
    assert slack.claimed[EffectKind.DIRECT] <= len(slack.done) + 5, "what cannot go is not claimed"
    with database.transaction() as tx:
        assert tx.session.get_one(Effect, urgent).state == EffectState.DONE, "the heaviest goes first"


async def test_many_replies_to_one_person_are_tried_one_by_one(database_url: str) -> None:
    """Slack takes about one message a second to a person: the others wait their turn, and are not tried meanwhile."""
    clock = ManualClock(NOON)
    services = build_services(settings.load(database_url=database_url), clock=clock, real_clock=clock)
    for number in range(REPLIES):
        services.escalations.reply("U01ELI", None, f"answer {number}")
    budget = Budget(lambda: clock.now().timestamp())
    tried, said = 0, list[str]()

    async def reply(job: Job) -> None:
        nonlocal tried
        tried += 1
        budget.take("chat.postMessage", job.effect.payload["person"])
        said.append(job.effect.payload["text"])

    deliverer = Deliverer(services.core, PlainJobs(), {EffectKind.REPLY: reply})
    while len(said) < REPLIES:
        await deliverer.drain()
        clock.forward(timedelta(seconds=1))
    services.core.close()
    assert said == [f"answer {number}" for number in range(REPLIES)]
    assert tried <= 2 * REPLIES
