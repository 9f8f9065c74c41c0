"""The choice of how the customer is told."""

import pytest

from bot.policy.decide.sending import Way
from bot.policy.record.customer_texts import TextRoute
from bot.views.sending import ways

MAIL = Way(TextRoute.MAIL, ("maximilian.mustermann@acme.example", *(f"c{n}@acme.example" for n in range(12))))
SLACK = Way(TextRoute.SLACK, ("C01",))


@pytest.mark.parametrize("may_send", [True, False])
def test_no_choice_is_longer_than_the_menu_shows(*, may_send: bool) -> None:
    offered = ways.choice([MAIL, SLACK], may_send=may_send).to_dict()["options"]
    labels = [option["text"]["text"] for option in offered]
    assert [label for label in labels if len(label) > ways.LONGEST] == []
    assert len(set(labels)) == len(labels)
    assert labels[0] == ("Mail maximilian.mus… +12" if may_send else "Ask, then mail maxi… +12")
