"""Routes: in the person's order, without those not set up, and only the quiet ones in quiet hours."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from bot.policy.decide.reaching import PATIENCE, all_failed, arrived_by_mail, at_once, following, routes_now
from bot.policy.model.directory import DirectoryPerson
from bot.policy.model.reaching import QuietHours, RouteKind
from bot.policy.record.escalation import RouteFacts, RouteState

ALL = frozenset(RouteKind)
NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
NIGHT = datetime(2026, 3, 6, 2, tzinfo=UTC)


def person(*routes: str, quiet: tuple[str, str] | None = None) -> DirectoryPerson:
    hours = {"from": quiet[0], "to": quiet[1], "zone": "Europe/Berlin"} if quiet else None
    return DirectoryPerson.model_validate({"email": "a@example.com", "routes": routes, "quiet_hours": hours})


def fared(route: str, state: RouteState, *, at: datetime = NOON, for_good: bool = False) -> RouteFacts:
    return RouteFacts(route, 1, state, at, for_good=for_good)


def test_somebody_who_lists_nothing_is_reached_in_slack_then_by_mail() -> None:
    assert routes_now(None, ALL, is_top=False, now=NOON) == ("slack", "mail")
    assert routes_now(person(), ALL, is_top=False, now=NOON) == ("slack", "mail")
    assert routes_now(None, frozenset(), is_top=False, now=NOON) == ("slack",)


def test_slack_is_always_one_of_them() -> None:
    assert routes_now(person("pagerduty", "mail"), ALL, is_top=False, now=NOON) == ("pagerduty", "mail", "slack")


def test_quiet_hours_leave_what_wakes_nobody_and_level_one_ignores_them() -> None:
    sleeper = person("apprise:sms", "mail", quiet=("22:00", "07:00"))
    assert routes_now(sleeper, ALL, is_top=False, now=NIGHT) == ("mail", "slack")
    assert routes_now(sleeper, ALL, is_top=True, now=NIGHT) == ("apprise:sms", "mail", "slack")
    assert routes_now(sleeper, ALL, is_top=False, now=NOON) == ("apprise:sms", "mail", "slack")


@pytest.mark.parametrize(
    ("at", "is_quiet"),
    [
        ("2026-03-29T00:30:00+00:00", True),  # 01:30 in Berlin, before the clocks go forward
        ("2026-03-29T04:59:00+00:00", True),  # 06:59 summer time
        ("2026-03-29T05:00:00+00:00", False),
        ("2026-10-25T05:30:00+00:00", True),  # 06:30, the clocks have gone back
        ("2026-10-25T06:00:00+00:00", False),
        ("2026-10-25T21:00:00+00:00", True),
    ],
)
def test_quiet_hours_keep_their_wall_time_when_the_clocks_change(at: str, *, is_quiet: bool) -> None:
    hours = QuietHours.model_validate({"from": "22:00", "to": "07:00", "zone": "Europe/Berlin"})
    assert hours.holds(datetime.fromisoformat(at)) is is_quiet


def test_a_failed_route_is_followed_by_the_next_and_slack_goes_beside() -> None:
    routes = ("pagerduty", "apprise:sms", "slack", "mail")
    failed, sent = RouteState.FAILED, RouteState.SENT
    assert following("pagerduty", routes, [fared("pagerduty", failed)]) == "apprise:sms"
    both = [fared("pagerduty", failed), fared("apprise:sms", failed)]
    assert following("apprise:sms", routes, [*both, fared("slack", sent)]) is None
    assert following("apprise:sms", routes, [*both, fared("slack", failed)]) == "mail"
    assert following("slack", routes, [fared("slack", failed), fared("pagerduty", sent)]) == "mail"


def test_a_route_that_fails_again_is_not_followed_by_a_third_while_the_second_works() -> None:
    routes = ("pagerduty", "apprise:sms", "mail", "slack")
    for works in (RouteState.QUEUED, RouteState.SENT):
        tried = [fared("pagerduty", RouteState.FAILED), fared("apprise:sms", works)]
        assert following("pagerduty", routes, tried) is None


def test_each_ring_goes_by_one_more_route_in_the_order_of_the_list() -> None:
    routes = ("pagerduty", "apprise:sms", "slack", "mail")
    assert [at_once(routes, ring) for ring in (1, 2, 3, 4)] == [
        ("pagerduty",),
        ("pagerduty", "apprise:sms"),
        ("pagerduty", "apprise:sms", "mail"),
        ("pagerduty", "apprise:sms", "mail"),
    ]
    assert [at_once(("slack", "mail"), ring) for ring in (1, 2, 3)] == [(), ("mail",), ("mail",)]
    assert at_once(("slack",), 6) == ()


def test_all_have_failed_when_a_short_disturbance_would_be_over() -> None:
    failed = [fared("slack", RouteState.FAILED), fared("mail", RouteState.FAILED, for_good=True)]
    assert not all_failed(failed, NOON + PATIENCE - timedelta(seconds=1))
    assert all_failed(failed, NOON + PATIENCE)
    assert all_failed([fared("mail", RouteState.FAILED, for_good=True)], NOON)
    assert not all_failed([*failed, fared("apprise:sms", RouteState.QUEUED)], NOON + PATIENCE)
    assert not all_failed([], NOON)


@pytest.mark.parametrize(
    "route",
    ["phone", "slack:x", "mail:a@b.c", "apprise", "apprise:", "apprise:json://secret@host", "pagerduty:"],
)
def test_a_route_that_means_nothing_is_refused(route: str) -> None:
    with pytest.raises(ValidationError) as caught:
        person(route)
    assert "secret" not in str(caught.value.errors(include_input=False))


def test_a_mail_that_arrived_isnt_repeated_and_one_that_failed_is() -> None:
    arrived = fared("mail", RouteState.SENT)
    others = [fared("slack", RouteState.SENT), fared("apprise:sms", RouteState.SENT)]
    assert list(arrived_by_mail([*others, arrived])) == [arrived]
    assert list(arrived_by_mail([*others, fared("mail", RouteState.FAILED)])) == []
    assert list(arrived_by_mail([fared("mail", RouteState.QUEUED)])) == []
