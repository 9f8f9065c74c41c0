"""Effects that failed together aren't retried together, and those people wait for are retried soon after an outage."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError, StatementError

from bot.errors import Ambiguous, Temporary
from bot.models.work import Effect, EffectKind, EffectState
from bot.scheduler.outcomes import Park, Retry, outcome_of
from bot.scheduler.watchdog import Stuck

_TIRED = 40


def delay(kind: EffectKind, attempts: int, error: Exception) -> timedelta:
    effect = Effect(id=1, kind=kind, attempts=attempts, state=EffectState.RUNNING, created_at=datetime.now(UTC))
    outcome = outcome_of(effect, error)
    assert isinstance(outcome, Retry)
    return outcome.delay


@pytest.mark.parametrize(
    "error", [Temporary("chat.postMessage", "http_503"), Ambiguous("chat.postMessage", "no answer")]
)
def test_what_failed_together_is_not_retried_together(error: Exception) -> None:
    assert len({delay(EffectKind.ANNOUNCEMENT, 5, error) for _ in range(50)}) == 50


@pytest.mark.parametrize("kind", EffectKind)
def test_each_attempt_waits_longer_up_to_a_bound(kind: EffectKind) -> None:
    away = Temporary("chat.postMessage", "http_503")
    assert timedelta(seconds=0.5) <= delay(kind, 1, away) <= timedelta(seconds=1.5)
    assert max(delay(kind, _TIRED, away) for _ in range(20)) <= timedelta(minutes=7.5)


@pytest.mark.parametrize("kind", [EffectKind.PAGE, EffectKind.RING, EffectKind.BREACH, EffectKind.CREATE_CHANNEL])
def test_pages_and_channels_come_within_ten_seconds_of_the_end_of_an_outage(kind: EffectKind) -> None:
    away = Temporary("chat.postMessage", "http_503")
    assert max(delay(kind, _TIRED, away) for _ in range(50)) < timedelta(seconds=10)


def test_what_the_database_prevented_is_tried_again_however_often(defects: list[str]) -> None:
    away = OperationalError("SELECT", {}, Exception("canceling statement due to lock timeout"))
    assert delay(EffectKind.PAGE, _TIRED, away) < timedelta(seconds=10)
    assert defects == [], "nothing is wrong with the page"


@pytest.mark.parametrize("error", [Stuck(), StatementError("interrupted", "SELECT", {}, Stuck())])
def test_work_that_was_interrupted_is_not_tried_again(error: Exception, defects: list[str]) -> None:
    effect = Effect(id=1, kind=EffectKind.CARD, attempts=1, state=EffectState.RUNNING, created_at=datetime.now(UTC))
    assert outcome_of(effect, error) == Park("it never came back and was interrupted")
    defects.clear()


def test_slack_says_itself_when_to_try_again() -> None:
    told = Temporary("chat.postMessage", "ratelimited", retry_after=timedelta(seconds=42))
    assert delay(EffectKind.PAGE, 1, told) == timedelta(seconds=42)
