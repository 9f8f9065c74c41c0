"""A review is read and signed off by those the policy names, or returned with a comment; then it can be closed."""

import pytest

from bot.policy.record.reviews import ReviewState
from bot.services.reports import export_columns
from bot.views.kit import ids
from tests.stories.reviews.writing import FOLLOW_UP, WHYS, mitigated, offers, told, write
from tests.support.story import Story


def ready(story: Story) -> int:
    number = mitigated(story)
    write(story, "dana", number, whys=WHYS, **FOLLOW_UP, ready=["ready"])
    return number


def test_the_manager_signs_off_and_only_then_it_can_be_closed(story: Story) -> None:
    number = ready(story)
    (offer,) = offers(story, "maria")
    assert "<@U01DANA> asks you to read and sign off the review of ESC-1" in offer.text
    assert "Waiting for <@U01MARIA> to sign off." in told(story, number).text
    story.menu("maria", "waive", number, reason="They are away.")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="The queue has a limit.", cause="No limit")
    closing = story.act("dana", ids.PRESS_CLOSE, number, summary="Done.")
    assert closing["errors"] == {"summary": "The review isn't signed off yet. Ask those the policy names."}
    story.close_form("dana")
    story.press("maria", ids.PRESS_SIGN_OFF, on=offer)
    review = story.facts(number).review
    assert (review.state, review.state_by) == (ReviewState.SIGNED, "U01MARIA")
    assert review.finished_on is not None
    assert ids.PRESS_SIGN_OFF not in offers(story, "maria")[-1].buttons, "nothing is left to press"
    assert "Signed off by <@U01MARIA>" in told(story, number).text
    story.press("dana", ids.PRESS_CLOSE, on=story.card(number))
    assert ":white_check_mark: Review signed off by <@U01MARIA>" in story.form("dana").all_text
    assert story.submit("dana", summary="Done.")["result"] == "closed"


def test_a_review_is_returned_with_a_comment_and_asked_for_again(story: Story) -> None:
    number = ready(story)
    story.press("maria", ids.PRESS_RETURN_REVIEW, on=offers(story, "maria")[-1])
    assert story.submit("maria", comment="Why did no alert fire?")["result"] == "closed"
    back = story.direct("dana")[-1]
    assert "<@U01MARIA> returned your review of ESC-1" in back.text
    assert "Why did no alert fire?" in back.all_text
    assert "<@U01MARIA> returned it." in told(story, number).text
    story.press("dana", ids.PRESS_REVIEW, on=back)
    assert "<@U01MARIA> returned it: Why did no alert fire?" in story.form("dana").all_text
    story.submit("dana", whys=f"{WHYS}\nThe mail alert is sent once.", ready=["ready"])
    assert ids.PRESS_SIGN_OFF in offers(story, "maria")[-1].buttons
    assert len([one for one in offers(story, "maria") if ids.PRESS_SIGN_OFF in one.buttons]) == 1


def test_it_is_ready_only_with_whys(story: Story) -> None:
    number = mitigated(story)
    answer = write(story, "dana", number, ready=["ready"])
    assert answer["errors"] == {"whys": "Write the whys first, or link a review that has them."}


def test_others_cant_sign_off(story: Story) -> None:
    number = ready(story)
    story.more("eli", "review", number)
    assert ids.PRESS_SIGN_OFF not in str(story.form("eli").raw)
    story.close_form("eli")
    story.more("maria", "review", number)
    story.press_in_form("maria", ids.PRESS_SIGN_OFF)
    assert story.facts(number).review.state is ReviewState.SIGNED
    assert "Signed off by <@U01MARIA>" in story.form("maria").all_text


def test_a_change_after_the_sign_off_needs_another(story: Story) -> None:
    number = ready(story)
    story.press("maria", ids.PRESS_SIGN_OFF, on=offers(story, "maria")[-1])
    write(story, "dana", number, lucky="It was noon.")
    review = story.facts(number).review
    assert (review.state, review.finished_on) == (ReviewState.WRITTEN, None)


def test_signing_twice_says_who_signed(story: Story) -> None:
    number = ready(story)
    offer = offers(story, "maria")[-1]
    story.program.services.reviews.sign_off(number, by="U01MARIA")
    story.press("maria", ids.PRESS_SIGN_OFF, on=offer)
    assert "<@U01MARIA> already signed it off." in str(story.direct("maria"))


def test_a_review_that_is_kept_elsewhere_is_finished_on_a_day_that_is_noted(story: Story) -> None:
    number = mitigated(story)
    write(story, "dana", number, review_url="https://wiki.example/1", finished_on="2026-03-06", **FOLLOW_UP)
    assert story.facts(number).review.finished_on is not None


def test_the_day_cant_be_noted_of_one_that_is_written_here(story: Story) -> None:
    number = mitigated(story)
    write(story, "dana", number, whys=WHYS)
    story.more("dana", "review", number)
    assert "finished_on" not in [block.get("block_id") for block in story.form("dana").raw["blocks"]]


def test_after_a_reopening_it_is_signed_off_again(story: Story) -> None:
    number = ready(story)
    story.press("maria", ids.PRESS_SIGN_OFF, on=offers(story, "maria")[-1])
    story.command("dana", f"reopen ESC-{number}")
    story.submit("dana", reason="It's back.")
    review = story.facts(number).review
    assert (review.state, review.finished_on) == (ReviewState.WRITTEN, None)


@pytest.mark.both_databases
def test_it_can_be_written_and_asked_for_at_once_before_the_impact_has_stopped(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    assert write(story, "dana", number, whys=WHYS, ready=["ready"])["result"] == "closed"
    assert len(offers(story, "maria")) == 1


def test_the_export_has_what_was_written_and_who_signed_it_off(story: Story) -> None:
    ready(story)
    story.press("maria", ids.PRESS_SIGN_OFF, on=offers(story, "maria")[-1])
    record = next(batch for batch in story.program.services.export.batches()).records[0]
    [row] = record.tables["reviews"]
    assert (row["whys"], row["written_by"], row["story"]) == (WHYS, "U01DANA", None)
    cells = dict(zip(export_columns.header(), export_columns.row(record), strict=True))
    assert (cells["review_state"], cells["review_signed_off_by"]) == ("signed", "U01MARIA")


def test_an_edit_while_it_waits_for_the_sign_off_leaves_it_waiting(story: Story) -> None:
    number = ready(story)
    write(story, "eli", number, lucky="It was noon.")
    assert story.facts(number).review.state is ReviewState.ASKED
    assert ids.PRESS_SIGN_OFF in offers(story, "maria")[-1].buttons
