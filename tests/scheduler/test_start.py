"""The start: the bot answers people at once, and meanwhile finishes what a crash interrupted."""

import threading
from typing import TYPE_CHECKING, Any, cast

import pytest

from bot import settings
from bot.app import build_engine, build_services
from bot.integrations.slack.budget import Budget
from bot.outside import build_files
from bot.scheduler.effects.kit import EffectKit
from bot.services.operator.audit import Audit

if TYPE_CHECKING:
    from bot.integrations.slack.workspace import SlackWorkspace

# A start that waits for the audit comes to an end too, for the sake of the test.
_LONG = 20


async def test_a_start_waits_for_nothing_to_be_put_right(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    may_go_on, looked, look = threading.Event(), list[bool](), Audit.look

    def late(self: Audit, *given: Any) -> Any:
        may_go_on.wait(_LONG)
        looked.append(True)
        return look(self, *given)

    monkeypatch.setattr(Audit, "look", late)
    loaded = settings.load(database_url=sqlite_url)
    services = build_services(loaded)
    workspace = cast("SlackWorkspace", object())
    engine = build_engine(EffectKit(workspace, services), build_files(loaded, services), Budget(lambda: 0.0))
    await engine.start()
    started_before = not looked
    may_go_on.set()
    assert engine._healing is not None
    await engine._healing
    await engine.stop()
    services.core.close()
    assert started_before
    assert looked
