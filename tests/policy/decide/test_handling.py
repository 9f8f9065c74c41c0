"""When a team that was asked for help is reminded."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.policy.decide.handling import chase_due
from bot.policy.file.loading import load, preset

NEW_YORK = ZoneInfo("America/New_York")


def test_a_team_is_chased_after_a_business_day_of_its_own() -> None:
    policy = preset("three-tier")
    asked_at = datetime(2025, 1, 6, 9, tzinfo=NEW_YORK)
    assert chase_due(policy, "legal", asked_at) == datetime(2025, 1, 8, 17, tzinfo=NEW_YORK)
    assert chase_due(policy, "security", asked_at) == datetime(2025, 1, 8, 15, tzinfo=NEW_YORK)
    friday = datetime(2025, 1, 10, 17, 30, tzinfo=NEW_YORK)
    assert chase_due(policy, "legal", friday, is_top=True) == friday + timedelta(days=1), "around the clock"
    unchased = load("extends: sev\nname: own\npatterns: {chase: null}\n", "own.yml")
    assert chase_due(unchased, "legal", asked_at) is None
