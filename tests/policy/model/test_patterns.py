"""Repeated escalations of a customer, and when they are reviewed."""

from datetime import date

from bot.policy.file.loading import preset
from bot.policy.model.facts import History
from bot.policy.model.patterns import case_review_is_due


def test_three_escalations_in_thirty_days_are_reviewed_once() -> None:
    repeats = preset("sev").patterns.repeats
    assert repeats is not None
    today = date(2025, 1, 30)
    often = History(declared_on=(date(2025, 1, 1), date(2025, 1, 15)))
    assert case_review_is_due(repeats, often, [], today)
    assert not case_review_is_due(repeats, often, [date(2025, 1, 1)], today)
    assert case_review_is_due(repeats, often, [date(2024, 12, 31)], today)
    assert not case_review_is_due(repeats, often, [], date(2025, 1, 31))
