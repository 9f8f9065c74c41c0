"""From the submit to a channel with the right people in it: how many calls of Slack in sequence, and how long."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.bench.figures import Figure, median, say
from tests.bench.world import DECLARERS, OWNER, Bench, World, account
from tests.support.databases import Postgres, Sqlite

CALL_MS = 100
_TIMED = 11
# Calls in sequence are recognised by their latency, which has to be much longer than what a busy machine adds between
# two calls: at 100 ms one would seem to wait for another only because it started late.
_COUNTING_MS = 500
_COUNTED = 4
# The feed takes one message a second: faster openings would measure the bot's rate limits.
_PACE_SECONDS = 1.2
Call = Mapping[str, Any]


@dataclass(frozen=True)
class Opening:
    """One declaration, as Slack saw it. Times are seconds since the epoch, by Slack's clock."""

    submitted_at: float
    acknowledged_at: float
    calls: Sequence[Call]

    def ms_until(self, call: Call) -> float:
        """Return the milliseconds from the submit to a call's response."""
        return (ended(call) - self.submitted_at) * 1000

    def find(self, method: str, wanted: Callable[[Mapping[str, Any]], bool] = lambda _: True) -> Call:
        """Return the first call of a method with matching arguments."""
        return next(call for call in self.calls if call["method"] == method and wanted(call["arguments"]))

    @property
    def owner_invited(self) -> Call:
        """Return the call that invited the fix owner into the channel."""
        return self.find("conversations.invite", lambda arguments: OWNER in arguments["users"])


def started(call: Call) -> float:
    """Return when Slack received a call."""
    return float(call["at"])


def ended(call: Call) -> float:
    """Return when Slack responded to a call."""
    return float(call["at"]) + float(call["ms"]) / 1000


def depth(calls: Sequence[Call], until: float) -> int:
    """Return the longest sequence of calls up to a moment, each started after the response to the one before."""
    depths: dict[int, int] = {}
    in_time = sorted((call for call in calls if ended(call) <= until), key=started)
    for call in in_time:
        before = [depths[other["seq"]] for other in in_time if other["seq"] in depths and ended(other) <= started(call)]
        depths[call["seq"]] = 1 + max(before, default=0)
    return max(depths.values(), default=0)


def is_paging(call: Call) -> bool:
    """Return True if a call belongs to a page: a direct message to one person."""
    return str(call["arguments"].get("channel", "")).startswith(("U", "D"))


def declare(world: World, number: int) -> Opening:
    """Declare an escalation, wait until everything is posted, and return what Slack saw."""
    who = DECLARERS[number % len(DECLARERS)]
    world.open_form(who, account=account(number))
    _, calls_before = world.journal("calls")
    _, deliveries_before = world.journal("deliveries")
    answer = world.slack.control.post("submit", user=who, values={})
    if answer["result"] != "closed":
        raise ValueError(answer)
    world.come_to_rest()
    calls, _ = world.journal("calls", calls_before)
    deliveries, _ = world.journal("deliveries", deliveries_before)
    submit = next(found for found in deliveries if found["name"] == "view_submission")
    return Opening(submit["at"], submit["at"] + submit["ms"] / 1000, [call for call in calls if not is_paging(call)])


def _declare_in_time(world: World, number: int) -> Opening:
    next_at = time.monotonic() + _PACE_SECONDS
    opening = declare(world, number)
    time.sleep(max(0.0, next_at - time.monotonic()))
    return opening


def figures(bench: Bench) -> Iterator[Figure]:
    """Count the calls of openings, then time them, one opening after another."""
    for databases in bench.databases():
        where = {"database": databases.name}
        _, openings = _openings(bench, databases, _COUNTING_MS, bench.times(_COUNTED))
        yield from _counted(openings, where)
        calls, openings = _openings(bench, databases, CALL_MS, bench.times(_TIMED))
        owner = [opening.ms_until(opening.owner_invited) for opening in openings]
        yield Figure(
            "submit to owner in the channel",
            median(owner),
            "ms",
            230,
            {**where, "latency_ms": CALL_MS, "least": round(min(owner)), "most": round(max(owner))},
        )
        connections = len({call["connection"] for call in calls})
        yield Figure(
            "new connections per 100 calls",
            connections / len(calls) * 100,
            "connections",
            10,
            {**where, "calls": len(calls)},
        )


def _openings(
    bench: Bench, databases: Sqlite | Postgres, latency_ms: int, times: int
) -> tuple[Sequence[Call], Sequence[Opening]]:
    """Declare against a Slack with this latency; return all calls, and the openings except the first."""
    say(f"opening: {times} declarations one after another, {latency_ms} ms a call, on {databases.name}")
    with bench.world(databases, latency_ms=latency_ms) as world:
        declare(world, 0)  # the first one warms caches
        openings = [_declare_in_time(world, number + 1) for number in range(times)]
        calls, _ = world.journal("calls")
    return calls, openings


_STEPS: Sequence[tuple[str, int, Callable[[Opening], float]]] = (
    ("feedback", 0, lambda opening: opening.acknowledged_at),
    ("the channel", 1, lambda opening: ended(opening.find("conversations.create"))),
    ("the owner in the channel", 2, lambda opening: ended(opening.owner_invited)),
    ("everything posted", 3, lambda opening: max(ended(call) for call in opening.calls)),
)


def _counted(openings: Sequence[Opening], where: dict[str, Any]) -> Iterator[Figure]:
    """Count calls; the worst of several openings counts."""
    for what, target, moment in _STEPS:
        most = max(depth(opening.calls, moment(opening)) for opening in openings)
        yield Figure(f"sequential calls from submit to {what}", most, "calls", target, where)
    most = max(len(opening.calls) for opening in openings)
    yield Figure("calls from submit to everything posted", most, "calls", 11, where)
