"""Slack's rates are kept before Slack has to say so, and a page never waits for them."""

from dataclasses import dataclass

import pytest

from bot.errors import Temporary
from bot.integrations.slack.budget import Budget


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


def taken(budget: Budget, method: str, channel: str | None = None) -> float:
    """Return how long a call is put off, 0 when it may go."""
    try:
        return budget.take(method, channel)
    except Temporary as error:
        return error.retry_after.total_seconds() if error.retry_after else -1


def test_a_minutes_worth_may_go_at_once_and_no_more(budget: Budget) -> None:
    assert [taken(budget, "conversations.create") for _ in range(20)] == [0] * 20
    assert taken(budget, "conversations.create") > 0


def test_those_turned_away_are_told_to_come_one_after_another(budget: Budget) -> None:
    for _ in range(20):
        taken(budget, "conversations.create")
    waits = [taken(budget, "conversations.create") for _ in range(4)]
    assert waits == sorted(waits)
    assert waits[3] - waits[0] == pytest.approx(9)


def test_the_bucket_refills_steadily(budget: Budget, now: Seconds) -> None:
    for _ in range(20):
        taken(budget, "conversations.create")
    now.at += 3
    assert taken(budget, "conversations.create") == 0
    assert taken(budget, "conversations.create") > 0


def test_a_429_holds_back_that_method_only(budget: Budget, now: Seconds) -> None:
    budget.hold("conversations.create", 30)
    assert taken(budget, "conversations.create") == pytest.approx(30)
    assert taken(budget, "conversations.invite") == 0
    now.at += 30
    assert taken(budget, "conversations.create") == 0


def test_a_channel_takes_one_message_a_second_after_a_short_burst(budget: Budget, now: Seconds) -> None:
    assert [taken(budget, "chat.postMessage", "C1") for _ in range(4)] == [0] * 4
    assert taken(budget, "chat.postMessage", "C1") > 0
    assert taken(budget, "chat.postMessage", "C2") == 0
    now.at += 1
    assert taken(budget, "chat.postMessage", "C1") == 0


def test_a_page_waits_only_where_slack_itself_has_said_so(budget: Budget) -> None:
    for _ in range(100):
        taken(budget, "chat.postMessage", "U1")
    assert budget.take("chat.postMessage", "U1", urgent=True) == 0
    budget.hold("chat.postMessage", 5)
    assert budget.take("chat.postMessage", "U1", urgent=True) == pytest.approx(5)
