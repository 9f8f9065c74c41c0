"""Each CSM gets the numbers of their Enterprise customers once a month, and no one else's."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot.views.kit import ids
from bot.views.kit.text import day
from tests.support.person import Seen
from tests.support.story import Story
from tests.support.story import story as told

POLICY = """extends: sev
name: own
version: "1"
reviews:
  success: {day_of_month: 1, at: "10:00"}
"""
ACCOUNTS = b"""name,plan,csm,vip
Acme,enterprise,ana@example.com,
Globex,business,ana@example.com,
Hooli,business,ana@example.com,yes
Initech,enterprise,eli@example.com,
"""


@pytest.fixture
def monthly(database_url: str, folder: Path) -> Iterator[Story]:
    file = folder / "own.yml"
    file.write_text(POLICY, encoding="utf-8")
    with told(database_url, folder, policy=str(file)) as story:
        story.program.services.account_import.load(ACCOUNTS, "accounts.csv")
        yield story


def packs(story: Story, who: str) -> list[Seen]:
    return [one for one in story.direct(who) if one.text.startswith("Success review")]


@pytest.mark.both_databases
def test_a_csm_reads_the_month_of_their_enterprise_customers(monthly: Story) -> None:
    number = monthly.declare("noor", account="Acme", level="sev3", at="Mon 2026-03-09 10:00")
    monthly.press("dana", ids.PRESS_ACKNOWLEDGE, on=monthly.card(number))
    monthly.declare("noor", account="Globex", level="sev3")
    private = monthly.declare("noor", account="Hooli", level="sev3")
    monthly.menu("maria", "category", private, confidential=["confidential"])
    monthly.skip_to("Wed 2026-04-01 09:59")
    assert packs(monthly, "ana") == []
    monthly.skip_to("Wed 2026-04-01 10:01")
    (found,) = packs(monthly, "ana")
    assert f"{day(date(2026, 3, 1))} to {day(date(2026, 3, 31))}" in found.all_text
    assert "*Acme*: 1 escalation, 1 open" in found.all_text
    assert "acknowledged in time 100 % of 1" in found.all_text
    assert "No escalations: Hooli." in found.all_text
    assert "Globex" not in found.all_text
    assert packs(monthly, "eli") == [], "nothing is sent when there is nothing"
    monthly.restart()
    monthly.join_by_another()
    monthly.skip_to("Thu 2026-04-02 10:01")
    assert len(packs(monthly, "ana")) == 1
