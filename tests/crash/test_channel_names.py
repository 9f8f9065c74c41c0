"""The process dies between creating a channel and recording it, and restarts with another name template."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.models.escalation import Escalation
from bot.models.work import Effect, EffectKind
from tests.crash.aftermath import BOT, FEED, Aftermath
from tests.crash.company import PEOPLE, Company, company, until

pytestmark = pytest.mark.crash

_OTHERWISE: Mapping[str, str] = {"ESCALATE_CHANNEL_TEMPLATE": "customer-{number}-{account}"}


def test_a_channel_that_was_made_is_found_again_under_another_template(database_url: str, folder: Path) -> None:
    with company(database_url, folder) as place:
        _declare(place, {"kind": "lost", "times": 1})
        (made,) = until(lambda: _ours(place), "the channel is made")
        _restart_otherwise(place)
        place.come_to_rest()
        Aftermath(place).check()
        assert _ours(place) == [made]
        assert made.startswith("esc-acme-")


def test_a_name_that_was_taken_meanwhile_is_followed_by_another(database_url: str, folder: Path) -> None:
    with company(database_url, folder) as place:
        _declare(place, {"kind": "refuse"})
        until(lambda: _tried(place), "the channel is tried")
        committed = _committed(place)
        place.bot.kill()
        place.slack.control.post("create", user=PEOPLE["ana"], name=committed)
        place.slack.control.delete("faults")
        _restart_otherwise(place)
        place.come_to_rest()
        Aftermath(place).check()
        assert _ours(place) == [f"{committed}-2"]


def _declare(place: Company, fault: Mapping[str, str | int]) -> None:
    bot = place.hire()
    bot.start()
    bot.wait_ready()
    place.fill_in("noor", "Acme")
    place.slack.control.post("faults", method="conversations.create", **fault)
    place.submit("noor")


def _restart_otherwise(place: Company) -> None:
    place.bot.kill()
    place.bot.settings = _OTHERWISE
    place.bot.start()


def _ours(place: Company) -> list[str]:
    channels = place.slack.control.get("state")["channels"]
    named = [channel["name"] for channel in channels if channel.get("creator") == BOT and not channel.get("is_im")]
    return [name for name in named if name != FEED]


def _tried(place: Company) -> bool:
    made = select(Effect.attempts).where(Effect.kind == EffectKind.CREATE_CHANNEL)
    with place.engine.connect() as connection:
        return any(connection.execute(made).scalars())


def _committed(place: Company) -> str:
    with place.engine.connect() as connection:
        return str(connection.execute(select(Escalation.channel_name)).scalar_one())
