"""A review is drafted when the impact stops, written in one form, and asks why until it reaches the system."""

import pytest

from bot.errors import NotFound
from bot.policy.record.reviews import ReviewState
from bot.views.kit import ids
from tests.stories.reviews.writing import ASKED_FOR, FOLLOW_UP, PARTS, WHYS, mitigated, told, write
from tests.support.story import USERS, Story


def field(story: Story, who: str, name: str) -> str:
    block = next(one for one in story.form(who).raw["blocks"] if one.get("block_id") == name)
    return str(block["element"].get("initial_value", ""))


def test_a_draft_is_there_when_the_impact_has_stopped(story: Story) -> None:
    number = mitigated(story)
    assert story.facts(number).review.state is ReviewState.DRAFT
    said = story.find(number, "Resolution clock stopped")
    story.press("eli", ids.PRESS_REVIEW, on=said)
    drafted = field(story, "eli", "story")
    assert drafted == "Acme: Exports fail\nWhat stopped the impact: Restarted the export workers."
    assert "Blameless" in story.form("eli").all_text
    assert not any("Post-incident review" in text for text in story.said(number)), (
        "a draft that nobody has read is no news"
    )


def test_a_level_without_a_review_has_no_draft(story: Story) -> None:
    assert story.facts(mitigated(story, "sev4")).review.state is None


def test_what_is_written_is_kept_and_told_in_one_message(story: Story) -> None:
    number = mitigated(story)
    assert write(story, "dana", number)["errors"] == {"story": "Nothing has changed yet."}
    assert story.submit("dana", whys=WHYS, contributing="detection")["result"] == "closed"
    first = told(story, number)
    assert "A draft by <@U01DANA>." in first.text
    assert write(story, "eli", number, went_well="The rollback took two minutes.", **FOLLOW_UP)["result"] == "closed"
    assert told(story, number).ts == first.ts
    assert "A draft by <@U01ELI>." in told(story, number).text
    story.more("ana", "review", number)
    assert field(story, "ana", "whys") == WHYS
    assert "Lessons 1/3\nDebriefs 0/2\nFollow-ups 1\n" in story.form("ana").all_text
    story.press_in_form("ana", ids.PRESS_REVIEW_LESSONS)
    assert field(story, "ana", "went_well") == "The rollback took two minutes."
    story.close_form("ana")
    story.press_in_form("ana", ids.PRESS_REVIEW_FOLLOW_UPS)
    assert "Alert the on-call phone" in story.form("ana").all_text


def test_the_draft_follows_the_record_until_somebody_edits_it(story: Story) -> None:
    number = mitigated(story)
    write(story, "dana", number, whys=WHYS)
    waived = {"reason": "They are away."}
    story.menu("maria", "waive", number, **waived)
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="The queue has a limit now.", cause="No limit", **ASKED_FOR)
    story.more("dana", "review", number)
    assert "What was fixed: The queue has a limit now." in field(story, "dana", "story")
    assert story.submit("dana", story="Exports failed for an hour.")["result"] == "closed"
    story.menu("eli", "edit", number, summary="Exports fail for Acme")
    story.more("eli", "review", number)
    assert field(story, "eli", "story") == "Exports failed for an hour."


def test_whys_that_stop_at_a_person_are_asked_about_once(story: Story) -> None:
    number = mitigated(story)
    assert write(story, "dana", number, whys="Eli Brandt forgot the certificate.")["result"] == "updated"
    form = story.form("dana")
    assert "“forgot” → _What would have reminded anyone in this place?_" in form.all_text
    assert "“Eli Brandt” → _Would anyone in that place have done the same? What let it happen?_" in form.all_text
    assert form.raw["submit"]["text"] == "Save anyway"
    assert story.submit("dana", whys="It was human error.")["result"] == "updated", "other words, another question"
    assert "What made this mistake easy" in story.form("dana").all_text
    assert "“forgot”" not in story.form("dana").all_text
    assert story.submit("dana")["result"] == "closed"
    story.more("eli", "review", number)
    assert field(story, "eli", "whys") == "It was human error."


def test_whys_that_lead_to_the_system_are_saved_at_once(story: Story) -> None:
    assert write(story, "dana", mitigated(story), whys=WHYS)["result"] == "closed"


@pytest.mark.both_databases
def test_two_who_write_at_once_lose_nothing(story: Story) -> None:
    number = mitigated(story)
    story.more("dana", "review", number)
    story.more("eli", "review", number)
    story.submit("eli", whys="The queue has no limit.")
    write(story, "eli", number, went_well="The rollback was quick.")
    assert story.submit("dana", whys=WHYS)["result"] == "updated"
    form = story.form("dana").all_text
    assert "<@U01ELI> changed this meanwhile:" in form
    assert "The queue has no limit." in form
    assert story.submit("dana")["result"] == "closed"
    story.more("ana", "review", number)
    assert field(story, "ana", "whys") == WHYS
    story.press_in_form("ana", ids.PRESS_REVIEW_LESSONS)
    assert field(story, "ana", "went_well") == "The rollback was quick.", "what only Eli changed stays"


@pytest.mark.both_databases
def test_what_was_typed_stays_while_a_part_is_written_and_so_does_what_it_was_opened_with(story: Story) -> None:
    number = mitigated(story)
    story.more("dana", "review", number)
    story.fill("dana", whys=WHYS)
    write(story, "eli", number, whys="The queue has no limit.")
    story.press_in_form("dana", ids.PRESS_REVIEW_LESSONS)
    assert story.submit("dana", went_wrong="Eli forgot the alert.")["result"] == "updated", "queried here, too"
    assert story.submit("dana")["result"] == "closed"
    assert "Lessons 1/3" in story.form("dana").all_text, "the form below shows it"
    story.press_in_form("dana", ids.PRESS_REVIEW_LESSONS)
    assert story.submit("dana")["result"] == "closed", "nothing changed is nothing to complain about"
    assert story.submit("dana")["result"] == "updated"
    assert "<@U01ELI> changed this meanwhile:" in story.form("dana").all_text
    assert story.submit("dana")["result"] == "closed"
    story.more("ana", "review", number)
    assert field(story, "ana", "whys") == WHYS


def test_a_form_three_deep_shows_what_it_changed_in_both_below(story: Story) -> None:
    number = mitigated(story)
    write(story, "dana", number, **FOLLOW_UP)
    story.more("dana", "review", number)
    story.fill("dana", whys=WHYS)
    write(story, "eli", number, whys="The queue has no limit.")
    story.press_in_form("dana", ids.PRESS_REVIEW_FOLLOW_UPS)
    story.press_in_form("dana", ids.PRESS_FOLLOW_UP_HERE)
    assert story.submit("dana", state="dropped", reason="The queue is gone.")["result"] == "closed"
    assert "dropped: The queue is gone." in story.form("dana").all_text
    story.close_form("dana")
    assert "\nFollow-ups\n" in story.form("dana").all_text, "none is left to count"
    assert story.submit("dana")["result"] == "updated", "what Eli wrote meanwhile isn't overwritten unseen"
    assert "<@U01ELI> changed this meanwhile:" in story.form("dana").all_text


def test_each_form_of_a_review_has_few_fields_and_none_opens_a_fourth(story: Story) -> None:
    number = mitigated(story)
    write(story, "dana", number, **FOLLOW_UP)
    story.more("dana", "review", number)
    assert len(story.form("dana").inputs) == 4
    for button in PARTS:
        story.press_in_form("dana", button)
        assert len(story.form("dana").inputs) <= 4
        story.close_form("dana")
    story.close_form("dana")
    story.menu("maria", "waive", number, reason="They are away.")
    assert story.act("dana", ids.PRESS_RESOLVE, number, fixed="Rolled back.")["result"] == "closed"
    story.press("dana", ids.PRESS_CLOSE, on=story.card(number))
    story.press_in_form("dana", f"{ids.PRESS_CLEAR}review")
    story.press_in_form("dana", ids.PRESS_REVIEW_FOLLOW_UPS)
    assert "Alert the on-call phone" in story.form("dana").all_text
    assert ids.PRESS_FOLLOW_UP_HERE not in str(story.form("dana").raw), "Slack takes three forms at once"
    assert story.submit("dana", what="Limit the queue", owner=USERS["eli"], due="2026-03-20")["result"] == "closed"
    assert "Follow-ups 2" in story.form("dana").all_text
    story.close_form("dana")
    assert ":white_check_mark: 2 follow-ups" in story.form("dana").all_text


def test_a_debrief_has_a_day_and_people(story: Story) -> None:
    number = mitigated(story)
    assert write(story, "ana", number, customer_debrief_on="2026-03-06")["errors"] == {
        "customer_debrief_who": "Name who took part."
    }
    assert story.submit("ana", customer_debrief_who="Jo, Ana", customer_debrief_on="2027-03-06")["errors"] == {
        "customer_debrief_on": "That day hasn't come yet. Add it after the debrief."
    }
    assert story.submit("ana", customer_debrief_on="2026-03-06")["result"] == "closed"


def test_a_stranger_to_a_confidential_escalation_sees_no_review(story: Story) -> None:
    number = mitigated(story)
    write(story, "dana", number, whys=WHYS)
    story.menu("maria", "category", number, confidential=["confidential"])
    with pytest.raises(NotFound):
        story.program.services.reviews.open_to(number, by=USERS["omar"])
    with pytest.raises(NotFound):
        story.program.services.reviews.queries(number, WHYS, by=USERS["omar"])
    assert story.program.services.reviews.open_to(number, by=USERS["dana"]).written.words.whys == WHYS


def test_what_was_typed_stays_when_it_was_closed_meanwhile_and_is_saved_once_it_is_reopened(story: Story) -> None:
    number = mitigated(story, "sev2")
    story.more("dana", "review", number)
    story.menu("maria", "withdraw", number, why="mistake", reason="A duplicate.")
    for _ in range(2):
        assert story.submit("dana", whys=WHYS)["result"] == "updated"
        assert story.form("dana").all_text.count(":warning: Its review can't be changed now.") == 1
    story.command("maria", f"reopen ESC-{number}")
    story.submit("maria", reason="It wasn't one.")
    assert story.submit("dana")["result"] == "closed"
    story.more("ana", "review", number)
    assert field(story, "ana", "whys") == WHYS
