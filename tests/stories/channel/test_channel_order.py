"""Slack lets twenty channels be made a minute: the heaviest escalation's comes first, and no name is tried twice."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.models.work import Effect, EffectKind
from tests.support.story import Story
from tests.support.story import story as told

CREATE = "conversations.create"
# Longer than a story waits for postponed effects.
_HELD_SECONDS = 300


def made(story: Story) -> Sequence[str]:
    """Return the names of the channels that were made for escalations, in order."""
    calls = [call for call in story.calls(CREATE) if call["error"] is None]
    return [call["arguments"]["name"] for call in calls if call["arguments"]["name"].startswith("esc-")]


def test_behind_many_light_ones_the_heaviest_gets_its_channel_first(story: Story) -> None:
    story.control.post("faults", kind="ratelimited", method=CREATE, retry_after=_HELD_SECONDS, times=1)
    light = [story.declare(account="Initech", level="sev4", summary=f"Question {n}") for n in range(6)]
    heavy = story.declare(account="Acme", level="sev1")
    assert made(story) == []
    story.forward(seconds=_HELD_SECONDS)
    names = {number: story.facts(number).channel_name for number in [*light, heavy]}
    assert list(made(story)) == [names[heavy], *(names[number] for number in light)]


def test_what_is_raised_meanwhile_passes_what_is_lighter(story: Story) -> None:
    story.control.post("faults", kind="ratelimited", method=CREATE, retry_after=_HELD_SECONDS, times=1)
    first = story.declare(account="Initech", level="sev4", summary="Question")
    second = story.declare(account="Acme", level="sev4", summary="Exports are slow")
    story.program.services.overrides.change_level(second, "sev1", by="U01MARIA", reason="Their chief executive calls.")
    story.forward(seconds=_HELD_SECONDS)
    assert story.facts(second).level == "sev1"
    assert list(made(story)) == [story.facts(second).channel_name, story.facts(first).channel_name]


def test_many_of_one_customer_on_one_day_cost_one_attempt_each(story: Story) -> None:
    story.control.post("faults", kind="ratelimited", method=CREATE, retry_after=_HELD_SECONDS, times=1)
    numbers = [story.declare(account="Initech", level="sev4", summary="Exports are slow") for _ in range(6)]
    story.forward(seconds=_HELD_SECONDS)
    attempts = [call["error"] for call in story.calls(CREATE) if call["arguments"]["name"].startswith("esc-initech")]
    assert attempts.count(None) == len(numbers)
    assert "name_taken" not in attempts
    assert len({story.facts(number).channel_name for number in numbers}) == len(numbers)


@pytest.mark.both_databases
def test_effects_waiting_for_capacity_are_not_claimed(story: Story) -> None:
    """Of a backlog, no more is claimed than may be called: nothing goes round and round until it is its turn."""
    story.control.post("faults", kind="ratelimited", method=CREATE, retry_after=_HELD_SECONDS, times=1)
    numbers = [story.declare(account="Initech", level="sev4", summary="Exports are slow") for _ in range(8)]
    story.forward(seconds=_HELD_SECONDS)
    story.forward(minutes=1)
    assert len(made(story)) == len(numbers)
    assert [call["error"] for call in story.calls(CREATE) if call["error"]].count("ratelimited") == 1
    with story.program.services.database.transaction() as tx:
        kind = Effect.kind == EffectKind.CREATE_CHANNEL
        most = tx.session.scalars(select(func.max(Effect.attempts)).where(kind)).one()
    assert most <= 2, "once when it was declared, once when there was room"


def test_behind_dozens_of_light_ones_the_heaviest_has_its_channel_within_seconds(sqlite_url: str, folder: Path) -> None:
    """The burst is used up and many wait: the next channel that Slack lets be made is that of the Sev 1."""
    light = 32
    with told(sqlite_url, folder) as story:
        for _ in range(light):
            submit(story, account="Initech", level="sev4", summary="Exports are slow")
        story.deliver_now()
        assert light - len(made(story)) > 10, "these wait"
        began = story.real_clock.at.timestamp()
        submit(story, account="Acme", level="sev1", summary="Exports are down")
        story.settle()
        assert float(story.card(light + 1).ts) - began < 10
        assert len(story.pages("dana")) == 1
        assert len(made(story)) == light + 1
        assert [call["error"] for call in story.calls(CREATE) if call["error"] not in (None, "name_taken")] == []


def submit(story: Story, **values: str) -> None:
    """Declare, and let nothing else happen meanwhile."""
    story.control.post("command", user="U01NOOR", channel="general", command="/escalate")
    # The form opens after the acknowledgement: on a busy machine a moment later.
    assert any(story.control.get("views", user="U01NOOR")["views"] for _ in range(1000)), "the form opens"
    story.control.post("submit", user="U01NOOR", values=values)
