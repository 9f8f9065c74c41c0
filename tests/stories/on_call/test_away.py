"""Being away: who stands in, what happens to pages and roles, and the way back."""

from bot.views.kit import ids
from tests.support.story import Story, moment


def told(story: Story, who: str) -> list[str]:
    return [message.text for message in story.direct(who)]


def go_away(story: Story, who: str, stand_in: str, words: str = "away until monday") -> dict[str, object]:
    story.command(who, words)
    return story.submit(who, stand_in=f"U01{stand_in.upper()}")


def test_away_until_monday_fills_the_form_in_and_tells_both(story: Story) -> None:
    story.command("dana", "away until monday")
    back = story.form("dana").question("back")["element"]["initial_date_time"]
    assert back == int(moment("Mon 2026-03-09 04:00").timestamp())  # nine in Berlin
    assert story.submit("dana", stand_in="U01ELI")["result"] == "closed"
    assert "You're away until" in told(story, "dana")[-1]
    assert "<@U01ELI> gets your pages." in told(story, "dana")[-1]
    assert "<@U01DANA> is away until" in told(story, "eli")[-1]


def test_a_time_that_has_passed_is_answered_and_never_taken_for_another(story: Story) -> None:
    for words in ("away until yesterday", "away yesterday", "away until last monday"):
        story.command("dana", words)
        said = story.form("dana").all_text
        assert f"“{words.removeprefix('away ')}” has passed. Choose when you're back." in said
        story.close_form("dana")
    story.command("dana", "away until the cows come home")
    assert "“until the cows come home” isn't a time I know" in story.form("dana").all_text
    past, later = (int(moment(at).timestamp()) for at in ("Thu 2026-03-05 10:00", "Mon 2026-03-09 10:00"))
    assert (
        story.submit("dana", back=past, stand_in="U01ELI")["errors"]["back"] == "That has passed. Choose a later time."
    )
    wrong = story.submit("dana", **{"from": past, "back": later, "stand_in": "U01ELI"})["errors"]
    assert wrong == {"from": "That has passed. Choose now or later."}
    story.submit("dana", **{"from": int(story.clock.at.timestamp()), "back": later, "stand_in": "U01ELI"})
    assert "You're away until" in told(story, "dana")[-1]


def test_routing_and_paging_go_to_who_stands_in(story: Story) -> None:
    go_away(story, "dana", "noor")
    number = story.declare(who="ana", level="sev1")
    assert story.facts(number).holder("fix_owner") == "U01NOOR"
    assert story.pages("noor")
    assert not story.pages("dana")


def test_a_manager_who_is_away_is_paged_through_their_stand_in_and_keeps_the_role(story: Story) -> None:
    number = story.declare(level="sev2")
    go_away(story, "maria", "omar")
    story.forward(hours=1, minutes=1)
    assert story.facts(number).holder("manager") == "U01MARIA"
    assert story.pages("omar")
    assert not story.pages("maria")
    assert "<@U01MARIA> is away until" in "\n".join(story.said(number))


def test_pages_that_ring_move_to_the_stand_in_and_back(story: Story) -> None:
    number = story.declare(level="sev1")
    go_away(story, "dana", "eli")
    assert story.pages("eli")
    story.command("dana", "away back")
    assert "You get pages again. <@U01ELI> stood in." in told(story, "dana")[-1]
    assert told(story, "eli")[-1] == "<@U01DANA> is back. You don't stand in any more."
    assert "<@U01DANA> is back and gets the pages again." in "\n".join(story.said(number))


def test_the_absence_ends_by_itself_and_both_are_told(story: Story) -> None:
    go_away(story, "dana", "eli")
    story.skip_to("Mon 2026-03-09 04:01")
    assert any("You get pages again." in text for text in told(story, "dana"))
    assert "<@U01DANA> is back. You don't stand in any more." in told(story, "eli")
    number = story.declare(level="sev1", area="exports")
    assert story.facts(number).holder("fix_owner") == "U01ELI"  # whose week it is


def test_an_absence_to_come_begins_in_its_time(story: Story) -> None:
    story.command("dana", "away until wednesday")
    story.submit("dana", **{"from": int(moment("Sat 2026-03-07 10:00").timestamp()), "stand_in": "U01NOOR"})
    assert "away" not in "".join(told(story, "noor"))
    assert story.facts(story.declare(level="sev3")).holder("fix_owner") == "U01DANA"
    story.skip_to("Sat 2026-03-07 10:01")
    assert "<@U01DANA> is away until" in "\n".join(told(story, "noor"))


def test_nobody_stands_in_for_themselves_or_while_away(story: Story) -> None:
    assert go_away(story, "dana", "dana")["errors"] == {"stand_in": "Choose someone else."}
    story.close_form("dana")
    go_away(story, "eli", "noor")
    assert go_away(story, "dana", "eli")["errors"] == {"stand_in": "They're away too. Choose someone else."}
    story.close_form("dana")
    assert "errors" in go_away(story, "dana", "kim")


def test_the_form_shows_the_absence_that_runs_and_ends_it(story: Story) -> None:
    go_away(story, "dana", "eli")
    story.command("dana", "away")
    assert "You're away until" in story.form("dana").all_text
    story.press_in_form("dana", ids.PRESS_BACK)
    assert "You get pages again." in story.form("dana").all_text
    assert "You weren't away." in str(story.command("dana", "away back")["ack"])


def test_a_status_in_slack_that_says_out_of_office_counts(story: Story) -> None:
    story.by_hand("member", "dana", status_text="Out of office", status_emoji=":palm_tree:")
    assert "Your Slack status says you're away. Pages go to the next person." in told(story, "dana")[-1]
    number = story.declare(level="sev1")
    assert story.facts(number).holder("fix_owner") == "U01ELI"
    story.by_hand("member", "dana", status_text="", status_emoji="")
    assert "You get pages again." in told(story, "dana")[-1]


def test_a_sentence_about_a_customer_who_is_away_declares(story: Story) -> None:
    story.command("noor", "away team of Acme can't log in")
    assert story.form("noor").title == "Declare an escalation"
