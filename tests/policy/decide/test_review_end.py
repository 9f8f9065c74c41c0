"""The day on which a review ended, as far as the record knows it."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.policy.decide.review_end import LastStep, ReviewEnd, review_end
from bot.policy.record.reviews import NOTHING_WRITTEN, Debrief, ReviewWords
from tests.support.escalations import DECLARED_AT, escalation

NEW_YORK = ZoneInfo("America/New_York")


def test_the_last_thing_done_for_a_review_is_its_end_in_the_zone_of_who_closes() -> None:
    facts, day = escalation(), DECLARED_AT.astimezone(NEW_YORK).date()
    later = DECLARED_AT + timedelta(days=2)
    held = ReviewWords(team_debrief=Debrief(day + timedelta(days=2), "Dana"))
    assert review_end(facts, NOTHING_WRITTEN, NEW_YORK) is None
    linked = review_end(facts, NOTHING_WRITTEN, NEW_YORK, linked_at=later)
    assert linked == ReviewEnd(day + timedelta(days=2), LastStep.LINKED)
    written = review_end(facts, NOTHING_WRITTEN, NEW_YORK, written_at=later, linked_at=later)
    assert written is not None
    assert written.step is LastStep.WRITTEN
    assert review_end(facts, held, NEW_YORK, written_at=later) == ReviewEnd(day + timedelta(days=2), LastStep.DEBRIEFED)
    assert review_end(facts, held, NEW_YORK, written_at=later + timedelta(days=1)) == ReviewEnd(
        day + timedelta(days=3), LastStep.WRITTEN
    )


def test_what_was_before_the_declaration_or_the_reopening_is_no_end() -> None:
    facts = escalation()
    early = ReviewWords(customer_debrief=Debrief(date(2020, 1, 1), "Jo"))
    assert review_end(facts, early, NEW_YORK) is None
    again = replace(facts, reopened_at=DECLARED_AT + timedelta(days=5))
    assert review_end(again, NOTHING_WRITTEN, NEW_YORK, written_at=DECLARED_AT + timedelta(days=2)) is None
