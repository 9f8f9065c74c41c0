"""A Sev 1 that nobody answers: one ladder, one page for a person, few lines in the channel."""

from collections import Counter

import pytest

from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story

PEOPLE = ("dana", "ana", "maria", "omar")


def live_pages(story: Story, who: str) -> list[Seen]:
    """Return the messages of somebody with a button that answers a page."""
    return [message for message in story.direct(who) if ids.PRESS_ACKNOWLEDGE_PAGE in message.buttons]


@pytest.fixture
def number(story: Story) -> int:
    return story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")


def test_in_five_hours_nobody_is_rung_more_than_twelve_times(story: Story, number: int) -> None:
    story.forward(hours=5)
    rings = {who: len(story.pages(who)) for who in PEOPLE}
    assert all(0 < count <= 12 for count in rings.values()), rings
    for who in PEOPLE:
        assert len(live_pages(story, who)) == 1, [message.text for message in story.direct(who)]
    said = [text for text in story.said(number) if text != story.card(number).text]
    assert len(said) <= 8
    assert max(Counter(said).values()) == 1


def test_the_last_one_to_page_is_told_so_although_the_ladder_has_more_rungs(story: Story, number: int) -> None:
    story.forward(minutes=65)
    page = live_pages(story, "omar")[0]
    assert "You're the last one to page." in page.all_text
    assert "We page " not in page.all_text, "nobody is named for the other rungs"
    assert number


def test_a_reminder_says_who_is_paged_and_not_who_would_be(story: Story, number: int) -> None:
    story.press("dana", ids.PRESS_ACKNOWLEDGE_PAGE, on=live_pages(story, "dana")[0])
    story.forward(minutes=66)
    assert story.pages("maria"), "for the update that was due at half past ten"
    reminder = story.direct("ana")[-1]
    assert "We paged <@U01MARIA>." in reminder.all_text
    assert "Otherwise" not in reminder.all_text
    assert number


def test_a_reminder_that_said_who_would_be_paged_says_so_when_they_were(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    promised: list[str] = []
    for _ in range(240):
        story.forward(minutes=1)
        late = [one.all_text for one in story.direct("ana") if "has been overdue since" in one.text]
        if story.pages("maria"):
            break
        promised += late
    assert promised
    assert all("Otherwise we page <@U01MARIA>" in text for text in promised)
    page = story.direct("maria")[-1]
    answers = [one for one in page.buttons if one in (ids.PRESS_ACKNOWLEDGE_PAGE, ids.PRESS_STILL)]
    for press in (None, answers[0]):
        if press is not None:
            story.press("maria", press, on=page)
        (now_says,) = [one.all_text for one in story.direct("ana") if "has been overdue since" in one.text]
        assert "We paged <@U01MARIA>." in now_says
        assert "Otherwise" not in now_says
    assert number


def test_the_card_names_who_is_paged_now(story: Story, number: int) -> None:
    story.forward(minutes=31)
    passed_on = [who for who in PEOPLE for page in story.direct(who) if "You didn't respond" in page.text]
    assert passed_on
    line = next(line for line in story.card(number).all_text.splitlines() if ":pager: Paging" in line)
    assert not [who for who in passed_on if f"<@U01{who.upper()}>" in line], line


def test_who_was_paged_has_one_message_also_when_the_page_went_on_and_an_update_is_late(
    story: Story, number: int
) -> None:
    for _ in range(20):
        story.forward(minutes=15)
        for who in PEOPLE:
            # The details are another obligation, asked for once from the customer owner. The digest has buttons, too.
            direct = [one for one in story.direct(who) if one.buttons and ids.PRESS_FACTS not in one.buttons]
            direct = [one for one in direct if not one.text.startswith("Your team: ")]
            assert len(direct) <= 1, (who, [message.text for message in direct])
    assert number


def test_the_ladder_of_a_level_around_the_clock_starts_over_at_night_and_on_saturday(story: Story) -> None:
    story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 19:00")
    story.forward_to("Fri 2026-03-06 20:31")
    assert story.pages("omar"), "the ladder has ended"
    rings = len(story.pages("dana"))
    story.forward_to("Fri 2026-03-06 23:59")
    assert len(story.pages("dana")) > rings
    rings = len(story.pages("dana"))
    story.forward_to("Sat 2026-03-07 04:00")
    assert len(story.pages("dana")) > rings


def test_a_ladder_that_starts_over_blames_nobody(story: Story, number: int) -> None:
    """When pages start over, the first person reads that no one responded. The last one, often the CEO, isn't named."""
    story.forward(minutes=95)
    rings = len(story.pages("dana"))
    story.forward(minutes=70)
    first = story.pages("dana")[rings:][0]
    assert "No one has responded. Can you take this Sev 1?" in first
    last = next(message for message in story.direct("omar") if "You didn't respond" in message.text)
    assert last.text.endswith("You didn't respond, so we paged <@U01DANA> again.")
    assert number


def test_a_sev_3_climbs_to_the_manager_and_no_further_and_is_paged_again_the_next_business_day(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Thu 2026-03-05 10:00")
    story.forward_to("Fri 2026-03-06 11:00")
    assert {who: len(story.pages(who)) for who in PEOPLE} == {"dana": 0, "ana": 0, "maria": 6, "omar": 0}
    page = live_pages(story, "maria")[0]
    assert "No one responded. We page the manager again <!date^" in page.all_text
    assert ", then the others" not in page.all_text
    assert "We page the manager again <!date^" in story.card(number).all_text
    assert "No one responded to any page (last: <@U01MARIA>)." in story.said(number)[-1]
    # The update was missed meanwhile, which is a new reason at 14:00; then nobody is rung until Monday.
    story.forward_to("Mon 2026-03-09 14:29")
    assert len(story.pages("maria")) == 12
    story.forward_to("Mon 2026-03-09 18:00")
    assert len(story.pages("maria")) == 18
    assert [who for who in ("dana", "ana", "omar") if story.pages(who)] == []


def test_whoever_answers_acknowledges_and_every_page_becomes_one_line(story: Story, number: int) -> None:
    story.forward(minutes=95)
    assert live_pages(story, "dana"), "who didn't respond may still do it"
    story.press("dana", ids.PRESS_ACKNOWLEDGE_PAGE, on=live_pages(story, "dana")[0])
    assert story.facts(number).acknowledged_by == USERS["dana"]
    for who in PEOPLE:
        assert live_pages(story, who) == []
        pages = [message for message in story.direct(who) if message.text.startswith(":pager:")]
        assert ["Handled: acknowledged by <@U01DANA>." in page.text for page in pages] == [True]
    rings = {who: len(story.pages(who)) for who in PEOPLE}
    story.forward(minutes=20)
    assert {who: len(story.pages(who)) for who in PEOPLE} == rings


@pytest.mark.both_databases
def test_who_cannot_take_it_passes_it_on_at_once(story: Story, number: int) -> None:
    story.forward(minutes=1)
    assert story.pages("ana") == []
    story.press("dana", ids.PRESS_DECLINE_PAGE, on=live_pages(story, "dana")[0])
    assert len(story.pages("ana")) == 1
    assert "<@U01DANA> can't take it. Can you take this Sev 1?" in story.pages("ana")[0]
    page = live_pages(story, "dana")[0]
    assert "You passed this on, so we paged <@U01ANA>." in page.text
    story.more("noor", "timeline", number)
    told = story.form("noor").all_text
    assert "Page declined" in told
    assert "Page not answered" not in told, "it was answered: they can't"
    story.close_form("noor")
    story.press("ana", ids.PRESS_ACKNOWLEDGE_PAGE, on=live_pages(story, "ana")[0])
    assert live_pages(story, "dana") == []
    assert story.facts(number).holder(FIX_OWNER) == USERS["dana"]


def test_who_acknowledges_for_another_is_asked_once_and_the_owner_stays_until_then(story: Story, number: int) -> None:
    story.press("noor", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert story.facts(number).holder(FIX_OWNER) == USERS["dana"]
    question = next(m for m in story.messages(number, "noor") if ids.PRESS_TAKE_OVER in m.buttons)
    assert question.text == "You acknowledged ESC-1. Take over as fix owner from <@U01DANA>?"
    story.press("noor", ids.PRESS_TAKE_OVER, on=question)
    assert story.facts(number).holder(FIX_OWNER) == USERS["noor"]
    assert not [m for m in story.messages(number, "noor") if ids.PRESS_TAKE_OVER in m.buttons]


def test_who_types_it_is_told_and_asked_once_where_they_typed(story: Story, number: int) -> None:
    before = len(story.direct("noor"))
    story.command("noor", f"ack ESC-{number}")
    said = story.messages("general", "noor")[-1]
    assert said.text == "You acknowledged ESC-1 for Acme. Take over as fix owner from <@U01DANA>?"
    assert len(story.direct("noor")) == before
    story.press("noor", ids.PRESS_TAKE_OVER, on=said)
    assert story.facts(number).holder(FIX_OWNER) == USERS["noor"]
    assert not [m for m in story.messages("general", "noor") if ids.PRESS_TAKE_OVER in m.buttons]


def test_taking_over_the_customer_acknowledges_nothing_and_the_pages_go_on(story: Story, number: int) -> None:
    story.forward(minutes=31)
    assert live_pages(story, "ana")
    story.menu("noor", "owners", number, role=RELATIONSHIP_OWNER, person=USERS["noor"])
    facts = story.facts(number)
    assert (facts.is_acknowledged, bool(facts.page_reasons)) == (False, True)
    assert len(story.pages("noor")) == 1, "the page follows the role"
    story.forward(minutes=30)
    assert story.pages("omar"), "the ladder climbs on"


def test_a_reopened_one_is_to_be_acknowledged_again(story: Story, number: int) -> None:
    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    stopped = story.facts(number).response.spans
    story.act("noor", ids.PRESS_REOPEN, number, reason="It is back.")
    assert not story.facts(number).is_acknowledged
    assert ids.PRESS_ACKNOWLEDGE in story.card(number).buttons
    page = live_pages(story, "dana")[0]
    assert "Reopened Sev 1: Acme. You're the fix owner." in page.text
    story.press("dana", ids.PRESS_ACKNOWLEDGE_PAGE, on=page)
    facts = story.facts(number)
    assert facts.acknowledged_by == USERS["dana"]
    assert facts.response.spans == stopped, "a met response stays met"


def test_for_five_days_the_channel_has_one_reminder_and_it_never_gives_up(story: Story) -> None:
    number = story.declare(account="Globex", level="sev4", at="Thu 2026-03-05 10:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    told = []
    for day, missed in (("Fri 2026-03-06", 1), ("Mon 2026-03-09", 2), ("Tue 2026-03-10", 3), ("Wed 2026-03-11", 4)):
        story.forward_to(f"{day} 17:59")
        reminders = [text for text in story.said(number) if "the update for Globex" in text]
        assert len(reminders) == 1, reminders
        assert "was due <!date^" in reminders[0] if missed == 1 else f": {missed} missed" in reminders[0]
        told.append(len(story.pages("maria")))
    assert told == sorted(set(told)), told
    story.act("ana", ids.PRESS_UPDATE, number, known="We found it.", customer_text="We found it.")
    assert not [text for text in story.said(number) if "the update for Globex" in text]
