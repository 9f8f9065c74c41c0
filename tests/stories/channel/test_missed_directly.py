"""After an outage of Slack, what waited for one person about an escalation is one message, and not a flood."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.models.work import Effect, EffectKind, EffectState
from bot.views.kit import ids
from tests.support.story import Story


def waiting(story: Story, number: int) -> list[str]:
    """Return whom direct messages about an escalation wait for."""
    mine = (Effect.escalation_id == number, Effect.kind == EffectKind.DIRECT, Effect.state == EffectState.READY)
    with story.program.services.database.transaction() as tx:
        return [str(payload["to"]) for payload in tx.session.scalars(select(Effect.payload).where(*mine))]


def test_direct_messages_of_an_outage_are_put_together(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    before = len(story.direct("ana"))
    story.lose_slack()
    story.forward(hours=7)
    assert waiting(story, number).count("U01ANA") >= 3
    story.find_slack()
    fresh = [message for message in story.direct("ana")[before:] if "Slack was down for us" in message.all_text]
    [summary] = fresh
    assert "messages waited." in summary.all_text
    assert "Acme" in summary.all_text
    late = [message for message in story.direct("ana")[before:] if "is overdue" in message.text]
    assert all(message.ts == summary.ts for message in late) or not late


@pytest.mark.both_databases
def test_two_processes_put_them_together_once(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.lose_slack()
    story.forward(hours=7)
    outages = story.program.services.outages
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: outages.put_together(number, timedelta(hours=7)), range(2)))
    assert sorted(done) == [False, True]
    assert waiting(story, number).count("U01ANA") == 1
    assert outages.put_together(number, timedelta(hours=7)) is False, "a summary isn't put into another"
