"""A review is drafted when the impact stops, written in one form, and asks why until it reaches the system."""

import pytest

from bot.errors import NotFound
from bot.policy.record.reviews import ReviewState
from bot.views.kit import ids
from tests.stories.reviews.writing import FOLLOW_UP, WHYS, mitigated, told, write
from tests.support.story import USERS, Story


def field(story: Story, who: str, name: str) -> str:
    block = next(one for one in story.form(who).raw["blocks"] if one.get("block_id") == name)
    return str(block["element"].get("initial_value", ""))


@pytest.mark.both_databases
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


@pytest.mark.both_databases
def test_what_is_written_is_kept_and_told_in_one_message(story: Story) -> None:
    number = mitigated(story)
    assert write(story, "dana", number)["errors"] == {"story": "Nothing has changed yet."}
    assert story.submit("dana", whys=WHYS, contributing="detection", lucky="It was noon.")["result"] == "closed"
    first = told(story, number)
    assert "A draft by <@U01DANA>." in first.text
    assert write(story, "eli", number, went_well="The rollback took two minutes.", **FOLLOW_UP)["result"] == "closed"
    assert told(story, number).ts == first.ts
    assert "A draft by <@U01ELI>." in told(story, number).text
    story.more("ana", "review", number)
    assert field(story, "ana", "whys") == WHYS
    assert field(story, "ana", "went_well") == "The rollback took two minutes."
    assert "Alert the on-call phone" in story.form("ana").all_text


def test_the_draft_follows_the_record_until_somebody_edits_it(story: Story) -> None:
    number = mitigated(story)
    write(story, "dana", number, whys=WHYS)
    waived = {"reason": "They are away."}
    story.menu("maria", "waive", number, **waived)
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="The queue has a limit now.", cause="No limit", **FOLLOW_UP)
    story.more("dana", "review", number)
    assert "What was fixed: The queue has a limit now." in field(story, "dana", "story")
    assert story.submit("dana", story="Exports failed for an hour.")["result"] == "closed"
    story.menu("eli", "edit", number, summary="Exports fail for Acme")
    story.more("eli", "review", number)
    assert field(story, "eli", "story") == "Exports failed for an hour."


@pytest.mark.both_databases
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
    story.submit("eli", whys="The queue has no limit.", went_well="The rollback was quick.")
    assert story.submit("dana", whys=WHYS, lucky="It was noon.")["result"] == "updated"
    form = story.form("dana").all_text
    assert "<@U01ELI> changed this meanwhile:" in form
    assert "The queue has no limit." in form
    assert story.submit("dana")["result"] == "closed"
    story.more("ana", "review", number)
    assert field(story, "ana", "whys") == WHYS
    assert field(story, "ana", "lucky") == "It was noon."
    assert field(story, "ana", "went_well") == "The rollback was quick.", "what only Eli changed stays"


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
