"""Guards: the people whom a policy allows to do something."""

from bot.policy.model.guards import Guard


def test_a_guard_admits_who_holds_its_slot_or_stands_in_its_list() -> None:
    guard, holders = Guard(slots=("manager",), people=("U09BOSS",)), {"manager": "U01MARIA", "fix_owner": "U02DANA"}
    assert guard.admits({"U01MARIA"}, holders)
    assert guard.admits({"U09BOSS"}, holders)
    assert not guard.admits({"U02DANA"}, holders)
    assert not guard.admits({"U01MARIA"}, {})


def test_an_address_is_the_same_in_upper_and_lower_case() -> None:
    guard = Guard(people=("Ana@Acme.com",))
    assert guard.admits({"U01ANA", "ana@acme.com"}, {})
    assert guard.admits({"ANA@ACME.COM"}, {})
    assert not guard.admits({"ben@acme.com"}, {})
    assert not guard.admits((), {})
