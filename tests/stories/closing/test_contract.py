"""The forms that end an escalation say what holds and what is missing, each with what clears it."""

from bot.views.kit import ids
from tests.stories.closing.test_ending import CONFIRMED
from tests.stories.reviews.writing import write
from tests.support.story import USERS, Story


def clear(story: Story, who: str, way: str) -> None:
    story.press_in_form(who, f"{ids.PRESS_CLEAR}{way}")


def test_what_is_missing_is_cleared_on_top_of_the_form_and_what_was_typed_stays(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    story.press("maria", ids.PRESS_RESOLVE, on=story.card(number))
    form = story.form("maria").all_text
    for missing in ("The customer's confirmation", "A follow-up with an owner"):
        assert f":white_large_square: {missing}" in form
    story.fill("maria", fixed="Rolled back.")
    clear(story, "maria", "waive")
    assert story.submit("maria", reason="They are away.")["result"] == "closed"
    form = story.form("maria").all_text
    assert ":white_check_mark: Confirmation waived by <@U01MARIA>: They are away." in form
    clear(story, "maria", "followups")
    story.submit("maria", what="Test exports", owner=USERS["eli"], due="2026-03-20")
    assert ":white_check_mark: 1 follow-up" in story.form("maria").all_text
    assert ":white_large_square:" not in story.form("maria").all_text
    assert story.submit("maria")["result"] == "closed", "what was typed before is still there"
    assert story.facts(number).fixed == "Rolled back."


def test_who_may_not_waive_is_told_who_may(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    story.press("dana", ids.PRESS_RESOLVE, on=story.card(number))
    assert f"{ids.PRESS_CLEAR}waive" not in str(story.form("dana").raw)
    assert "Can't reach the customer? <@U01MARIA> can waive this." in story.form("dana").all_text


def test_the_form_that_closes_says_what_held_and_what_is_left(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    reviewed = {"review_url": "https://wiki.example/1", "action": "Test exports", "action_owner": USERS["eli"]}
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Rolled back.", **CONFIRMED, **reviewed)
    story.press("dana", ids.PRESS_CLOSE, on=story.card(number))
    form = story.form("dana").all_text
    assert ":white_check_mark: Jo at Acme confirmed (call)" in form
    assert ":white_large_square: The finished review" in form
    assert ":white_large_square: The cause" in form
    day = story.form("dana").question("finished_on")
    assert (day["element"]["initial_date"], day["hint"]["text"]) == ("2026-03-06", "The day its link was added.")
    clear(story, "dana", "review")
    story.submit("dana", finished_on="2026-03-06")
    assert ":white_check_mark: Review finished" in story.form("dana").all_text
    assert story.submit("dana", cause="Deploy", summary="Done.")["result"] == "closed"


def test_each_form_says_what_comes_next_and_closing_asks_for_nothing_that_the_review_has(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_RESOLVE, on=story.card(number))
    said = story.form("dana").all_text
    assert "Then: finish the review, and close." in said
    assert "Leave it empty if you don't know yet. Closing needs it." in said
    story.close_form("dana")
    write(story, "dana", number, whys="The index was full.\nNobody watches the disk.", went_well="Quick rollback")
    added = {"action": "Watch the disk", "action_owner": USERS["eli"]}
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Rolled back.", **CONFIRMED, **added)
    story.press("dana", ids.PRESS_CLOSE, on=story.card(number))
    form = story.form("dana")
    assert form.question("cause")["element"]["initial_option"]["value"] == "Nobody watches the disk."
    drafted = "Rolled back.\nCause: Nobody watches the disk.\nSo that it doesn't come back: Watch the disk"
    assert form.question("summary")["element"]["initial_value"] == drafted
    story.close_form("dana")
    story.press("maria", ids.PRESS_RESOLVE, on=story.card(story.declare(account="Globex", level="sev4")))
    assert "Then: close it with a summary." in story.form("maria").all_text


def test_a_form_that_is_closed_leaves_the_one_under_it_as_it_was(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    story.press("maria", ids.PRESS_RESOLVE, on=story.card(number))
    clear(story, "maria", "waive")
    story.close_form("maria")
    assert story.form("maria").raw["title"]["text"] == "Resolve"
    assert story.facts(number).waiver is None


def test_waivers_are_counted_for_each_manager(story: Story) -> None:
    first, second = story.declare(account="Acme", level="sev3"), story.declare(account="Globex", level="sev3")
    story.menu("maria", "waive", first, reason="They are away.")
    assert "1 waiver by <@U01MARIA> in 90 days." in story.last(first).all_text
    story.more("maria", "waive", second)
    assert "You gave 1 waiver in the last 90 days." in story.form("maria").all_text
    story.submit("maria", reason="They are away, too.")
    assert "2 waivers by <@U01MARIA> in 90 days." in story.last(second).all_text
