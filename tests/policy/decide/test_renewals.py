"""Which renewals are known to have happened, and what repeats have to do with them."""

from datetime import date

import pytest

from bot.policy.decide.renewals import RenewalOutcome, RenewalShare, RenewalShares, is_renewal, renewal_shares

TODAY = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (date(2026, 3, 1), date(2027, 3, 1), True),
        (date(2026, 3, 6), date(2026, 4, 3), True),  # by four weeks, the shortest contract
        (date(2026, 3, 1), date(2026, 3, 28), False),  # a correction
        (date(2026, 3, 20), date(2027, 3, 20), True),  # early
        (date(2026, 3, 20), date(2026, 6, 20), False),  # put off, or corrected
        (date(2026, 9, 1), date(2027, 9, 1), False),  # too long before
        (date(2026, 3, 1), date(2025, 3, 1), False),
    ],
)
def test_a_date_that_moves_on_means_a_renewal_unless_it_may_be_a_correction(
    before: date, after: date, *, expected: bool
) -> None:
    assert is_renewal(before, after, TODAY) is expected


def test_customers_with_repeats_in_the_year_before_are_counted_apart() -> None:
    outcomes = [RenewalOutcome(number, TODAY, is_renewed=number != 2) for number in (1, 2, 3, 4, 5)]
    declared = {
        1: [date(2026, 2, 1), date(2026, 2, 20)],  # repeats
        2: [date(2025, 4, 1), date(2025, 4, 30)],  # repeats on the last day that counts, and left
        3: [date(2025, 4, 1), date(2025, 5, 1)],  # a day later
        4: [date(2025, 2, 1), date(2025, 2, 2)],  # too long ago
    }
    assert renewal_shares(outcomes, declared) == RenewalShares(RenewalShare(1, 2), RenewalShare(3, 3))
    assert not RenewalShares().is_known
