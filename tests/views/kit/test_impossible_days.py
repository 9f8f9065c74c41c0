"""A day of a year that can't be meant is refused where it is typed: stored, it would be unreadable."""

import pytest

from bot.errors import FormError
from bot.services.accounts.account_cells import DayOrder, read_cell
from bot.views.kit.form_values import date_of

IMPOSSIBLE = ["0001-01-01", "1969-12-31", "2201-01-01", "9999-12-31"]


@pytest.mark.parametrize("day", IMPOSSIBLE)
def test_a_form_refuses_it_at_its_field(day: str) -> None:
    view = {"state": {"values": {"finished_on": {"finished_on": {"selected_date": day}}}}}
    with pytest.raises(FormError, match="between 1970 and 2200") as refused:
        date_of(view, "finished_on")
    assert refused.value.block_id == "finished_on"


@pytest.mark.parametrize("day", IMPOSSIBLE)
def test_the_account_file_may_not_hold_it(day: str) -> None:
    with pytest.raises(ValueError, match="between 1970 and 2200"):
        read_cell("renewal_on", day, DayOrder.UNKNOWN)
