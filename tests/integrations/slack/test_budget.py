"""Slack's rates are kept before Slack has to say so, and a page never waits for them."""

import ast
import heapq
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Temporary
from bot.integrations.slack import workspace
from bot.integrations.slack.budget import PATIENCE, POST, Budget
from sandbox.api import table
from sandbox.api.limits import PER_MINUTE, POSTS_BURST, Limits


@dataclass
class Seconds:
    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def now() -> Seconds:
    return Seconds()


@pytest.fixture
def budget(now: Seconds) -> Budget:
    return Budget(now)


def taken(budget: Budget, method: str, channel: str | None = None, *, urgent: bool = False) -> float:
    """Return how long a call is put off, 0 when it may go."""
    try:
        return budget.take(method, channel, urgent=urgent)
    except Temporary as error:
        return seconds_of(error)


def seconds_of(error: Temporary) -> float:
    """Return when to come back."""
    assert error.retry_after is not None
    return error.retry_after.total_seconds()


def _called() -> set[str]:
    """Return the methods of the Web API that are named where Slack is called, but for what is asked at the start."""
    words = {
        node.value
        for path in Path(workspace.__file__).parent.glob("*.py")
        if path.name != "access.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return words & table.methods().keys()


def test_the_methods_that_are_called_are_found() -> None:
    assert _called() >= {POST, "canvases.create", "files.info", "usergroups.list", "users.info", "pins.add"}


@pytest.mark.parametrize("method", sorted(_called() - {POST}))
def test_every_method_is_counted_by_slacks_own_tier(budget: Budget, method: str) -> None:
    assert budget.room(method) == PER_MINUTE[table.methods()[method].tier] - 1


def test_nearly_a_minutes_worth_may_go_at_once_and_no_more(budget: Budget) -> None:
    assert [taken(budget, "conversations.create") for _ in range(19)] == [0] * 19
    assert taken(budget, "conversations.create") == pytest.approx(3)


def test_the_bucket_refills_steadily(budget: Budget, now: Seconds) -> None:
    for _ in range(19):
        taken(budget, "conversations.create")
    now.at += 3
    assert taken(budget, "conversations.create") == 0
    assert taken(budget, "conversations.create") > PATIENCE


def test_a_caller_that_has_to_wait_uses_up_nothing(budget: Budget, now: Seconds) -> None:
    for _ in range(19):
        taken(budget, "conversations.create")
    assert [taken(budget, "conversations.create") for _ in range(50)] == [pytest.approx(3)] * 50
    now.at += 3
    assert taken(budget, "conversations.create") == 0


def test_a_message_refused_by_its_channel_uses_up_nothing_of_the_workspaces_rate(budget: Budget) -> None:
    for _ in range(300):
        taken(budget, POST, "C1")
    assert [taken(budget, POST, f"C{number}") for number in range(2, 202)] == [0] * 200


def test_a_429_holds_back_that_method_only(budget: Budget, now: Seconds) -> None:
    budget.hold("conversations.create", 30)
    assert taken(budget, "conversations.create") == pytest.approx(30)
    assert taken(budget, "conversations.invite") == 0
    now.at += 30
    assert taken(budget, "conversations.create") == 0


def test_a_429_for_a_message_holds_back_its_channel_only(budget: Budget) -> None:
    budget.hold(POST, 20, "C1")
    assert taken(budget, POST, "C1") == taken(budget, POST, "C1", urgent=True) == pytest.approx(20)
    assert taken(budget, POST, "C2") == 0
    assert taken(budget, POST, "U1", urgent=True) == 0
    assert taken(budget, "chat.update") == 0


def test_several_channels_refused_hold_back_ordinary_messages_and_no_page(budget: Budget, now: Seconds) -> None:
    for channel, seconds in (("C1", 20), ("C2", 10), ("C3", 15)):
        budget.hold(POST, seconds, channel)
    assert taken(budget, POST, "C4") == pytest.approx(10)
    assert taken(budget, POST, "U1", urgent=True) == 0
    now.at += 10
    assert taken(budget, POST, "C4") == 0


def test_a_channel_takes_one_message_a_second_after_a_short_burst(budget: Budget, now: Seconds) -> None:
    assert [taken(budget, POST, "C1") for _ in range(4)] == [0] * 4
    assert taken(budget, POST, "C1") > 0
    assert taken(budget, POST, "C2") == 0
    now.at += 1
    assert taken(budget, POST, "C1") == 0


def test_a_page_waits_for_no_ordinary_message(budget: Budget) -> None:
    for number in range(300):
        taken(budget, POST, f"C{number}")
    for _ in range(100):
        taken(budget, POST, "U1")
    assert taken(budget, POST, "U1", urgent=True) == 0


def test_pages_alone_keep_the_workspaces_rate(budget: Budget) -> None:
    waits = [taken(budget, POST, f"U{number}", urgent=True) for number in range(400)]
    assert sum(wait <= PATIENCE for wait in waits) == pytest.approx(300, abs=2)


def test_a_form_is_not_refused_by_our_own_count(budget: Budget) -> None:
    assert [taken(budget, "views.open", urgent=True) for _ in range(150)] == [0] * 150
    budget.hold("views.open", 5)
    assert taken(budget, "views.open", urgent=True) == pytest.approx(5)


def test_a_clock_set_back_prolongs_no_hold(budget: Budget, now: Seconds) -> None:
    budget.hold("conversations.create", 30)
    now.at -= 3600
    assert taken(budget, "conversations.create") == pytest.approx(30)


def test_others_may_ask_how_much_room_there_is(budget: Budget, now: Seconds) -> None:
    assert (budget.room("conversations.create"), budget.wait("conversations.create")) == (19, 0)
    for _ in range(18):
        taken(budget, "conversations.create")
    assert budget.room("conversations.create") == 1
    taken(budget, "conversations.create")
    assert budget.room("conversations.create") == 0
    assert budget.wait("conversations.create") == pytest.approx(3)
    now.at += 3
    assert budget.room("conversations.create") == 1
    budget.hold(POST, 20, "C1")
    assert budget.room(POST, "C1") == 0
    assert budget.wait(POST, "C1") == pytest.approx(20)
    assert budget.room(POST, "C2") > 0
    assert budget.room(POST) > 0


@dataclass
class Client:
    """Calls Slack as the budget allows: now, or a moment later. Slack is the sandbox's own limiter."""

    now: Seconds
    budget: Budget
    slack: Limits

    def __post_init__(self) -> None:
        self.sent: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self._due: list[tuple[float, int, str, str | None]] = []
        self._number = 0

    def until(self, at: float) -> None:
        """Send what is due until a moment, and let time pass until then."""
        while self._due and self._due[0][0] <= at:
            self.now.at, _, method, channel = heapq.heappop(self._due)
            tier = table.methods()[method].tier
            wait = self.slack.wait("A1", method, tier, channel)
            (self.refused if wait else self.sent)[method] += 1
        self.now.at = at

    def ask(self, method: str, channel: str | None, *, urgent: bool = False) -> float:
        """Ask the budget for a call, which is sent when it says so; return how long to wait before asking again."""
        try:
            wait = self.budget.take(method, channel, urgent=urgent)
        except Temporary as error:
            return seconds_of(error)
        self._number += 1
        heapq.heappush(self._due, (self.now.at + wait, self._number, method, channel))
        return 0.0


def a_client() -> Client:
    now = Seconds()
    return Client(now, Budget(now), Limits(now))


METHODS = ("conversations.create", "conversations.invite", "users.info", "chat.update", "pins.add")
calls = st.tuples(st.sampled_from(METHODS), st.none()) | st.tuples(st.just(POST), st.sampled_from(["C1", "C2", "U1"]))
pauses = st.sampled_from([0.0, 0.0, 0.0, 0.01, 0.1, 0.24, 0.5, 0.8, 1.0, 3.0, 61.0]) | st.floats(0, 5)


@given(st.lists(st.tuples(pauses, calls, st.integers(1, 30)), max_size=60))
def test_who_keeps_to_the_budget_is_never_refused(asked: list[tuple[float, tuple[str, str | None], int]]) -> None:
    client = a_client()
    for pause, (method, channel), times in asked:
        client.until(client.now.at + pause)
        for _ in range(times):
            client.ask(method, channel)
    client.until(client.now.at + PATIENCE)
    assert not client.refused


@given(
    st.sampled_from(METHODS) | st.just(POST),
    st.sampled_from([0.1, 0.3, 0.8, 1.0, 2.5]),
    st.integers(30, 150),
)
def test_it_gives_away_nearly_all_of_the_rate(method: str, every: float, seconds: int) -> None:
    """A greedy client, which asks again all the time, sends what a limiter that is asked as often would allow."""
    client, most, alone = a_client(), 0, Seconds()
    slack = Limits(alone)
    channel = "C1" if method == POST else None
    for _ in range(int(seconds / every)):
        client.until(client.now.at + every)
        alone.at += every
        client.ask(method, channel)
        most += slack.wait("A1", method, table.methods()[method].tier, channel) == 0
    client.until(client.now.at + PATIENCE)
    assert not client.refused
    assert client.sent[method] >= most - 2


def test_posts_at_any_pace_stay_within_what_a_channel_takes() -> None:
    for every in (0.05, 0.1, 0.25, 0.8):
        client = a_client()
        while client.now.at < 1060:
            client.ask(POST, "C1")
            client.until(client.now.at + every)
        assert not client.refused
        assert client.sent[POST] <= POSTS_BURST + 60


def test_a_backlog_is_worked_off_at_the_workspaces_rate() -> None:
    """Six hundred messages to as many channels need no more time than six hundred messages take."""
    client, waiting = a_client(), [f"C{number}" for number in range(600)]
    while waiting:
        waits = [(client.ask(POST, channel), channel) for channel in waiting]
        waiting = [channel for wait, channel in waits if wait]
        client.until(client.now.at + max([wait for wait, _ in waits], default=0))
    client.until(client.now.at + PATIENCE)
    assert (client.sent[POST], client.refused[POST]) == (600, 0)
    assert client.now.at - 1000 <= math.ceil((600 - 240) / 5) + 1
