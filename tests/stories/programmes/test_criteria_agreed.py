"""The customer's agreement to the success criteria: noted, shown, and needed anew when the criteria change."""

import pytest

from bot.views.kit import ids
from tests.stories.programmes.proposing import accepted
from tests.support.story import Story

AGREED = "Jo Park, on the call of Friday"


@pytest.mark.both_databases
def test_the_agreement_is_on_the_card_until_the_criteria_change(story: Story) -> None:
    number = accepted(story)
    assert "The customer hasn't agreed to them yet." in story.card(number).all_text
    assert story.act("ana", ids.PRESS_PLAN, number, customer=AGREED)["result"] == "closed"
    said = story.find(number, "agreed to the success criteria")
    assert "Noted by <@U01ANA>." in said.text
    assert f"Agreed by the customer: {AGREED}" in story.card(number).all_text
    story.act("ana", ids.PRESS_PLAN, number, plan="Two workers more", plan_due="2026-03-27")
    assert f"Agreed by the customer: {AGREED}" in story.card(number).all_text, "the plan is not what they agreed to"
    story.act("ana", ids.PRESS_PLAN, number, success_criteria="No outage for a quarter")
    assert "The customer hasn't agreed to them yet." in story.card(number).all_text
    story.act("ana", ids.PRESS_PLAN, number, customer=AGREED)
    assert f"Agreed by the customer: {AGREED}" in story.card(number).all_text
    record = next(batch for batch in story.program.services.export.batches()).records[0]
    events = [entry.event for entry in record.timeline if entry.event.startswith("criteria")]
    assert events == ["criteria agreed", "criteria no longer agreed", "criteria agreed"]
