"""A page that nobody answers climbs the ladder as the policy writes it: delays, teams, and who is asked for."""

from pathlib import Path

from bot.views.kit import ids
from tests.support.story import USERS, moment
from tests.support.story import story as told

POLICY = """
extends: sev
name: own
version: "2"
next_review_on: 2199-01-01
levels:
  sev1:
    response: 4h
    ladder: [owner, {rung: l1, after: 10m}, {rung: l2, if_needed: true}, {rung: customer_success, after: 20m}]
ladder:
  customer_success: {title: Customer success, team: success}
teams:
  success: {slack: "#cs-success"}
"""


def test_a_page_climbs_at_the_policys_pace_to_people_and_to_a_team(database_url: str, folder: Path) -> None:
    policy = folder / "own.yml"
    policy.write_text(POLICY)
    with told(database_url, folder, policy=str(policy)) as story:
        bot = next(app["user_id"] for app in story.state()["apps"])
        place = str(story.control.post("create", user=USERS["eli"], name="cs-success")["channel"])
        story.control.post("invite", user=USERS["eli"], channel=place, users=[bot])
        number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
        story.forward(minutes=9)
        page = story.direct("dana")[-1]
        assert "We page <@U01ANA>" in page.all_text
        assert (len(story.pages("dana")), story.pages("ana"), story.pages("maria")) == (2, [], [])

        story.forward(minutes=1)
        assert len(story.pages("dana")) == 2
        assert "<@U01DANA> hasn't responded. Can you take this Sev 1?" in story.pages("ana")[0]
        assert "Delayed" not in story.pages("ana")[0]

        story.forward(minutes=2)
        assert "Page the CS Team Lead / Manager" in str(story.direct("ana")[-1].raw)
        story.press("ana", ids.PRESS_PAGE_FURTHER, on=story.direct("ana")[-1])
        assert "<@U01ANA> asks for you on this Sev 1." in story.pages("maria")[0]
        assert "Page the CS Team Lead" not in str(story.direct("ana")[-1].raw)
        story.forward_to("Fri 2026-03-06 10:31")
        assert not any("next on the ladder" in message.text for message in story.messages(place, "eli"))

        story.forward(minutes=1)
        assert "Customer success, no one responded to our pages" in story.messages(place, "eli")[-1].text
        assert "We asked in their channel." in story.find(number, "No one responded to the pages").text
        story.press("maria", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
        assert story.facts(number).acknowledged_at == moment("Fri 2026-03-06 10:32")
        pages = [len(story.pages(who)) for who in ("dana", "ana", "maria")]
        story.forward(minutes=9)
        assert [len(story.pages(who)) for who in ("dana", "ana", "maria")] == pages


def test_on_p2_the_vice_president_is_paged_only_when_somebody_asks(database_url: str, folder: Path) -> None:
    with told(database_url, folder, policy="p-levels") as story:
        number = story.declare(account="Acme", level="p2", category="technical", at="Fri 2026-03-06 10:00")
        story.forward(hours=2)
        assert len(story.pages("maria")) == 6
        assert story.pages("omar") == []
        end = story.find(number, "No one responded to any page")
        story.press("dana", ids.PRESS_PAGE_FURTHER, on=end)
        story.press("dana", ids.PRESS_PAGE_FURTHER, on=end)
        assert ["<@U01DANA> asks for you" in page for page in story.pages("omar")] == [True]


NOBODY_NEW = """
extends: sev
name: own
version: "2"
next_review_on: 2199-01-01
levels:
  sev1:
    ladder: [owner, {rung: l1, after: 10m}, {rung: vice_president, if_needed: true}]
ladder:
  vice_president: {title: Vice President, slot: relationship_owner}
"""


def test_the_channel_learns_that_the_person_asked_for_was_already_paged(database_url: str, folder: Path) -> None:
    policy = folder / "own.yml"
    policy.write_text(NOBODY_NEW)
    with told(database_url, folder, policy=str(policy)) as story:
        number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
        story.forward(minutes=10)
        story.press("ana", ids.PRESS_PAGE_FURTHER, on=story.direct("ana")[-1])
        said = story.find(number, "No one new to page").text
        assert said == ":warning: No one new to page as Vice President."
