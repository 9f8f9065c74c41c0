"""The values of an audit's entries."""

from bot.views.kit.entries import values


def test_a_value_with_parts_is_shown_with_them() -> None:
    after = {"people": {"relationship_owner": "U01ANA"}, "hours": {}}
    assert list(values({}, after, "UTC")) == ["people: relationship owner <@U01ANA>", "hours: none"]
    before = {"people": {"relationship_owner": "U01BEN"}, "hours": {}}
    assert list(values(before, after, "UTC")) == ["people: relationship owner <@U01BEN> → relationship owner <@U01ANA>"]
