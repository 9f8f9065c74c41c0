"""Executive sponsors read each week how their customers are, and what is needed of them.

Omar's mornings are those of Los Angeles, three hours behind the clock of the stories.
"""

from collections.abc import Sequence

import pytest

from bot.policy.record.escalation import EXECUTIVE_SPONSOR
from bot.services.levels.levels import fill_role
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story

MADE_PRIVATE = ["confidential"]


def digests(story: Story, who: str) -> list[Seen]:
    return [each for each in story.direct(who) if each.text.startswith("Customers you sponsor")]


def sponsor(story: Story, account: str, who: str) -> None:
    found = f"name,executive_sponsor\n{account},{USERS[who]}\n"
    story.program.services.account_import.load(found.encode(), "accounts.csv")
    # As the running bot does each quarter of an hour.
    story.program.services.sponsor_digests.plan()
    story.settle()


def choose(story: Story, who: str, hour: str, days: Sequence[str]) -> None:
    story.home(who)
    story.control.post("press", user=USERS[who], surface="home", action_id=ids.PRESS_SPONSOR_HOURS)
    story.settle()
    story.submit(who, hour=hour, days=list(days))
    story.settle()


@pytest.mark.both_databases
def test_a_sponsor_reads_on_monday_how_their_customers_are_once_and_nothing_when_nothing_is(story: Story) -> None:
    sponsor(story, "Acme", "omar")
    story.skip_to("Mon 2026-03-09 12:01")
    assert digests(story, "omar") == [], "nothing is escalated"
    story.declare("noor", account="Acme", level="sev4", at="Mon 2026-03-09 13:00")
    story.declare("noor", account="Globex", level="sev4")
    story.skip_to("Mon 2026-03-16 11:59")
    assert digests(story, "omar") == []
    story.skip_to("Mon 2026-03-16 12:00")
    (found,) = digests(story, "omar")
    assert found.text == "Customers you sponsor: 1 escalated"
    assert "In the last 7 days: 1 declared" in found.all_text
    assert "Acme" in found.all_text
    assert "Globex" not in found.all_text
    story.restart()
    story.join_by_another()
    story.skip_to("Tue 2026-03-17 12:01")
    assert len(digests(story, "omar")) == 1


def test_a_sponsor_chooses_the_day_and_hour_in_home_or_none(story: Story) -> None:
    sponsor(story, "Acme", "omar")
    story.declare("noor", account="Acme", level="sev4", at="Mon 2026-03-09 10:00")
    choose(story, "omar", "7", ["3"])
    story.skip_to("Thu 2026-03-12 09:59")
    assert digests(story, "omar") == []
    story.skip_to("Thu 2026-03-12 10:00")
    assert len(digests(story, "omar")) == 1
    assert digests(story, "omar")[0].buttons == [ids.PRESS_SPONSOR_HOURS]
    choose(story, "omar", "7", [])
    story.skip_to("Thu 2026-03-19 10:01")
    assert len(digests(story, "omar")) == 1, "without a day none comes"


def test_the_role_falls_to_the_sponsor_of_the_account_and_whoever_holds_it_gets_the_digest(story: Story) -> None:
    sponsor(story, "Acme", "omar")
    number = story.declare("noor", account="Acme", level="sev4", at="Mon 2026-03-09 10:00")
    with story.program.services.records.changing(number, by=USERS["maria"]) as change:
        fill_role(change, EXECUTIVE_SPONSOR)
    assert story.facts(number).holder(EXECUTIVE_SPONSOR) == USERS["omar"]
    sponsor(story, "Acme", "maria")
    story.skip_to("Mon 2026-03-16 12:01")
    assert len(digests(story, "omar")) == 1, "he holds the role on what is open"
    assert len(digests(story, "maria")) == 1


def test_what_is_confidential_is_for_its_own_people_also_when_they_sponsor_the_customer(story: Story) -> None:
    sponsor(story, "Acme", "omar")
    number = story.declare("noor", account="Acme", level="sev4", at="Mon 2026-03-09 10:00")
    story.menu("maria", "category", number, confidential=MADE_PRIVATE)
    story.skip_to("Mon 2026-03-16 12:01")
    assert digests(story, "omar") == []


def test_who_sponsors_no_customer_has_no_button(story: Story) -> None:
    story.home("noor")
    assert ids.PRESS_SPONSOR_HOURS not in str(story.control.get("home", user=USERS["noor"]))
