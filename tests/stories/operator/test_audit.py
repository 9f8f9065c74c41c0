"""The audit looks at what is open, and not for ever at what is over."""

from collections.abc import Sequence
from typing import Any

import pytest

from bot.database import queries
from bot.policy.record.escalation import Status
from bot.services.operator.audit import AuditCursor
from bot.views.kit import ids
from tests.support.story import Story


def looked_at(story: Story, monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """Return the numbers of the escalations that a whole pass reads."""
    read, escalations = set[int](), queries.escalations

    def noted(session: Any, numbers: Sequence[int], *more: Any, **named: Any) -> Any:
        read.update(numbers)
        return escalations(session, numbers, *more, **named)

    with monkeypatch.context() as patch:
        patch.setattr(queries, "escalations", noted)
        place: AuditCursor | None = AuditCursor()
        while place is not None:
            place = story.program.services.audit.look(place).then
    return read


def test_what_is_closed_and_never_archived_is_not_looked_at_for_ever(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = story.declare("noor", level="sev4", confidential=["confidential"])
    open_ = story.declare("noor", account="Globex", level="sev4")
    assert looked_at(story, monkeypatch) == {over, open_}
    story.act("dana", ids.PRESS_RESOLVE, over, fixed="Restarted.", confirmed_by="Jo", confirmed_how="call")
    story.act("dana", ids.PRESS_CLOSE, over, summary="All good.")
    story.skip(days=120)
    facts = story.facts(over)
    assert (facts.status, story.channel(over)["is_archived"]) == (Status.CLOSED, False)
    assert looked_at(story, monkeypatch) == {open_}
