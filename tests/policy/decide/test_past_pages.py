"""Which pages are set aside, and which are kept however old they are."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.policy.decide.past_pages import past
from bot.policy.record.escalation import PAGE_ACKNOWLEDGED, PageCause, PageFacts, RouteFacts, RouteState
from tests.support.escalations import DECLARED_AT

ROLES = ("fix_owner", "relationship_owner", "manager")


def round_of(number: int, *, alarm: int = 0, people: str = "abc") -> list[PageFacts]:
    """Return the pages of one round, which nobody answered."""
    began = DECLARED_AT + timedelta(hours=3 * number, days=alarm)
    return [
        PageFacts(
            id=1000 * alarm + 10 * number + place,
            cause=PageCause.OPENING,
            role=role,
            person=person,
            due_at=DECLARED_AT,
            started_at=began,
            sends=6,
            asked=6,
            sent_at=began,
            alarm=alarm,
            round=number,
            ended_at=began + timedelta(hours=2),
        )
        for place, (role, person) in enumerate(zip(ROLES, people, strict=True))
    ]


def ids(pages: list[PageFacts]) -> set[int]:
    return {page.id for page in pages}


def rung(page: PageFacts, route: str, *, why: str, at: datetime) -> PageFacts:
    routes = (RouteFacts(route, 6, RouteState.SENT, at),)
    return replace(page, routes=routes, ended_at=at, ended_why=why)


def test_only_the_last_two_rounds_stay() -> None:
    pages = [page for number in range(400) for page in round_of(number)]
    assert past(pages, None) == ids(pages[:-6])
    assert past(pages[:6], None) == frozenset()
    assert past([], None) == frozenset()


def test_whoever_was_paged_stays_with_their_latest_page_and_the_latest_that_arrived() -> None:
    first, second = round_of(0, people="xbc"), round_of(1, people="xbc")
    second[0] = replace(second[0], sends=0, sent_at=None)
    pages = [*first, *second, *(page for number in range(2, 9) for page in round_of(number))]
    assert first[0].id not in past(pages, None), "the latest that arrived at x"
    assert second[0].id not in past(pages, None), "the latest of x"
    assert ids(first[1:]) <= past(pages, None)


def test_a_round_that_rings_and_a_message_with_buttons_stay() -> None:
    pages = [page for number in range(9) for page in round_of(number)]
    ringing = [replace(pages[0], ended_at=None), *pages[1:]]
    assert past(ringing, None) == past(pages, None) - ids(pages[:3])
    shown = [replace(pages[0], message_ts="1.2"), *pages[1:]]
    assert past(shown, None) == past(pages, None) - {pages[0].id}
    later = [*shown, *round_of(0, alarm=1)]
    assert past(later, None) == ids(later[:-6]), "the alarm is over, and so is its message"


def test_what_pagerduty_was_told_is_acknowledged_stays_until_it_is_resolved_there() -> None:
    older = round_of(0)
    at = older[0].ended_at or DECLARED_AT
    older[0] = rung(older[0], "pagerduty", why=PAGE_ACKNOWLEDGED, at=at)
    older[1] = rung(older[1], "mail", why=PAGE_ACKNOWLEDGED, at=at)
    older[2] = rung(older[2], "pagerduty:x", why="ended", at=at + timedelta(hours=1))
    pages = [*older, *round_of(0, alarm=1), *round_of(0, alarm=2)]
    assert past(pages, None) == ids(older[1:])
    assert past(pages, at + timedelta(hours=1)) == {older[1].id}, "it was acknowledged at that moment"
