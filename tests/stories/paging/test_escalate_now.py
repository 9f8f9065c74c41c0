"""Escalating early: anybody pages the next person, at any severity."""

from bot.policy.record.escalation import PAGE_ACKNOWLEDGED
from bot.views.kit import ids
from tests.support.story import USERS, Story


def test_anybody_pages_the_next_person_of_the_ladder(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", who="noor")
    assert not story.facts(number).pages
    story.more("eli", "now", number)
    answer = story.submit("eli", note="The customer's CEO calls")
    assert answer["result"] == "closed", answer
    [page] = story.facts(number).pages
    assert page.person == USERS["ana"]
    assert story.pages("ana")[-1].endswith("<@U01ELI> asks for you on this Sev 3.")
    assert "Someone asks" not in str([message.all_text for message in story.direct("ana")])
    said = story.find(number, "escalated. We paged")
    assert "<@U01ELI> escalated. We paged <@U01ANA> (Customer Success Manager)." in said.all_text
    assert "The customer's CEO calls" in said.all_text
    story.press("ana", ids.PRESS_ACKNOWLEDGE_PAGE, on=story.direct("ana")[-1])
    assert story.facts(number).pages[0].ended_why == PAGE_ACKNOWLEDGED


def test_asked_again_the_one_after_is_next_and_nobody_is_paged_twice(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev3")
    for _ in range(3):
        story.command("dana", f"now ESC-{number}")
        story.submit("dana")
    paged = [page.person for page in story.facts(number).pages]
    assert paged == [USERS["ana"], USERS["maria"], USERS["omar"]]
    assert USERS["omar"] in {invitee.person for invitee in story.facts(number).invitees}
    story.command("dana", f"now ESC-{number}")
    assert "There's no one else to page" in str(story.form("dana").raw)


def test_an_unanswered_early_page_climbs_and_mitigating_ends_it(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev3")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.more("noor", "now", number)
    story.submit("noor")
    story.forward(minutes=31)
    assert story.pages("maria"), "the next one is paged when nobody answers"
    story.act("dana", ids.PRESS_MITIGATE, number)
    assert all(page.ended for page in story.facts(number).pages)


def test_two_who_ask_for_the_same_person_page_them_once(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev3")
    story.more("dana", "now", number)
    story.more("eli", "now", number)
    assert story.submit("dana")["result"] == "closed"
    answer = story.submit("eli")
    assert answer["result"] == "errors"
    assert "They've been paged by now" in str(answer["errors"])
