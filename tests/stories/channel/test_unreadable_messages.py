"""A message that can't be read back, because a newer version stored it or its row is damaged, holds up no other."""

from typing import Any

import pytest

from bot.database import outbox
from bot.database.outbox import NewEffect
from bot.models.work import Effect, EffectKind, EffectState
from bot.views.kit import ids
from tests.support.story import USERS, Story

KNOWN = {"by": USERS["dana"], "reason": "They are away."}


@pytest.mark.parametrize(
    "payload",
    [{"what": "written by a newer version", **KNOWN}, {"what": "reopened", **KNOWN, "reason": 7}, KNOWN],
    ids=["unknown", "damaged", "without a word"],
)
def test_an_announcement_that_can_not_be_read_is_put_aside_and_the_next_is_posted(
    sqlite_story: Story, payload: dict[str, Any]
) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", at="Fri 2026-03-06 10:00")
    with story.program.services.database.transaction() as tx:
        broken = outbox.put(tx, number, NewEffect(EffectKind.ANNOUNCEMENT, payload, lane=f"ESC-{number}:talk"))
    story.settle()
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert "> acknowledged." in story.find(number, ":raising_hand:").text
    with story.program.services.database.transaction() as tx:
        effect = tx.session.get_one(Effect, broken)
        assert (effect.state, effect.attempts) == (EffectState.PARKED, 1)
