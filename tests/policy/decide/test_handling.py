"""When a team that was asked for help is reminded."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.policy.decide.handling import chase_due, chased_again_at
from bot.policy.file.loading import load, preset

NEW_YORK = ZoneInfo("America/New_York")


def test_a_team_is_chased_after_a_business_day_of_its_own() -> None:
    policy = preset("three-tier")
    asked_at = datetime(2025, 1, 6, 9, tzinfo=NEW_YORK)
    assert chase_due(policy, "legal", asked_at) == datetime(2025, 1, 8, 17, tzinfo=NEW_YORK)
    assert chase_due(policy, "billing", asked_at) == datetime(2025, 1, 8, 15, tzinfo=NEW_YORK)
    assert chase_due(policy, "security", asked_at) == asked_at + timedelta(minutes=30), "when its answer is due"
    friday = datetime(2025, 1, 10, 17, 30, tzinfo=NEW_YORK)
    assert chase_due(policy, "legal", friday, is_top=True) == friday + timedelta(days=1), "around the clock"
    unchased = load("extends: sev\nname: own\npatterns: {chase: null}\n", "own.yml")
    assert chase_due(unchased, "legal", asked_at) is None


def test_a_team_is_chased_each_business_day_of_its_own() -> None:
    policy = load("extends: three-tier\nname: own\npatterns: {chase: {every: 2bd}}\n", "own.yml")
    saturday = datetime(2025, 1, 11, 17, 30, tzinfo=NEW_YORK)
    again = [chased_again_at(preset("three-tier"), "legal", saturday, is_first=True)]
    again += [chased_again_at(policy, "legal", again[0], is_first=False)]
    assert again == [datetime(2025, 1, 14, 9, tzinfo=NEW_YORK), datetime(2025, 1, 16, 9, tzinfo=NEW_YORK)]
    first = chased_again_at(policy, "security", saturday, is_first=True)
    assert first == saturday + timedelta(minutes=30), "its own time once more"
    assert chased_again_at(policy, "security", first, is_first=False) == datetime(2025, 1, 15, 9, tzinfo=NEW_YORK)
