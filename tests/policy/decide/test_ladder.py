"""The ladder of each preset, climbed in policy alone: whom it reaches at which minute while nobody answers."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.models.pages import Page
from bot.policy.decide import ladder
from bot.policy.file.loading import load
from bot.policy.file.loading import preset as named
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts, PageCause
from tests.support.escalations import DECLARED_AT, escalation

P1 = ("fix_owner", "relationship_owner", "manager", "vp_customer_success")


def paged(level: str, *pages: tuple[int, str, str | None]) -> EscalationFacts:
    """Return an escalation with a page for each (minute, role, rung)."""
    rows = [
        Page(
            id=number,
            cause=PageCause.OPENING,
            role=role,
            rung=rung,
            person=f"U{number}",
            due_at=DECLARED_AT,
            started_at=DECLARED_AT + timedelta(minutes=minute),
            sends=6,
            sent_at=DECLARED_AT + timedelta(minutes=minute),
            alarm=0,
            round=0,
            routes=[],
        )
        for number, (minute, role, rung) in enumerate(pages, 1)
    ]
    return escalation(level=level, pages=rows)


def climbed(policy: Policy, level: str, *roles: str) -> dict[int, list[str]]:
    """Climb a ladder with a person on every rung and no answer; the last, empty stage is its end."""
    pages: list[tuple[int, str, str | None]] = [(0, role, None) for role in roles]
    told: dict[int, list[str]] = {}
    begun = ladder.alarm_of(facts := paged(level, *pages), facts.pages[0])
    stage = ladder.together(begun.above(facts, policy))
    minute = 0
    while True:
        told.setdefault(minute, []).extend(step.rung.key for step in stage)
        pages += [(minute, step.rung.slot or step.rung.key, step.rung.key) for step in stage]
        facts = paged(level, *pages)
        (alarm,) = ladder.alarms(facts)
        stage = next(ladder.stages(alarm.above(facts, policy)), ())
        climbs_at = alarm.climbs_at(facts, policy)
        assert climbs_at is not None
        minute = (climbs_at - DECLARED_AT) // timedelta(minutes=1)
        if not stage:
            return {**told, minute: []}


@pytest.mark.parametrize(
    ("policy", "level", "roles", "expected"),
    [
        (
            "sev",
            "sev1",
            ("fix_owner",),
            {0: [], 30: ["l1"], 60: ["l2"], 90: ["l3"], 120: ["l4"], 150: ["l5"], 180: []},
        ),
        ("sev", "sev1", ("manager",), {0: [], 30: ["l3"], 60: ["l4"], 90: ["l5"], 120: []}),
        # A light level ends with the manager, who is paged when it isn't acknowledged in time.
        ("sev", "sev3", ("manager",), {0: [], 30: []}),
        ("sev", "sev4", ("fix_owner",), {0: [], 30: ["l1"], 60: ["l2"], 90: []}),
        ("p-levels", "p3", ("manager",), {0: [], 30: []}),
        ("p-levels", "p1", P1, {0: [], 30: ["l4"], 60: ["l5"], 90: []}),
        ("p-levels", "p1", ("fix_owner",), {0: ["l1", "l2", "l3"], 30: ["l4"], 60: ["l5"], 90: []}),
        # L3 is brought in if needed: somebody has to ask.
        ("p-levels", "p2", ("manager",), {0: [], 30: []}),
        ("p-levels", "p2", ("fix_owner",), {0: ["l1", "l2"], 30: []}),
        ("three-tier", "critical", ("fix_owner",), {0: [], 30: ["team"], 60: ["success"], 90: []}),
        # The manager is above the owner, whether the ladder says so or not.
        ("three-tier", "critical", ("manager",), {0: [], 30: ["team"], 60: ["success"], 90: []}),
        ("gitlab", "critical", ("fix_owner",), {0: [], 30: []}),
    ],
)
def test_a_presets_ladder_is_climbed_as_it_is_written(
    policy: str, level: str, roles: tuple[str, ...], expected: dict[int, list[str]]
) -> None:
    assert climbed(named(policy), level, *roles) == expected


def test_each_rung_comes_after_its_own_delay() -> None:
    text = "extends: sev\nname: own\nladder:\n  l1: {after: 10m}\n  l2: {after: 1bh}\n"
    # Friday 10:00 in New York, so an hour of business is an hour.
    assert climbed(load(text, "own.yml"), "sev1", "fix_owner") == {
        0: [], 10: ["l1"], 70: ["l2"], 100: ["l3"], 130: ["l4"], 160: ["l5"], 190: [],
    }  # fmt: skip


def test_a_rung_that_is_climbed_if_needed_waits_for_somebody_to_ask() -> None:
    asked = ladder.on_request(ladder.above(named("p-levels"), "p2", ["l2"]))
    assert asked is not None
    assert asked.rung.key == "l3"
    assert ladder.on_request(ladder.above(named("p-levels"), "p2", ["l3"])) is None


@pytest.mark.parametrize(
    ("level", "ended", "again"),
    [
        ("sev1", "2026-03-06 23:30", "2026-03-07 00:30"),  # an hour later, also at night
        ("sev3", "2026-03-06 11:30", "2026-03-09 11:30"),  # to Monday, after the clocks have gone forward
        ("sev3", "2026-03-06 18:30", "2026-03-10 09:00"),  # after closing time: a business day from the next opening
    ],
)
def test_a_ladder_that_ended_restarts_after_the_pause_of_its_level(level: str, ended: str, again: str) -> None:
    facts = paged(level, (0, "manager", None))
    alarm = ladder.alarm_of(facts, facts.pages[0])
    assert alarm.restarts_at(facts, named("sev"), in_new_york(ended)) == in_new_york(again)


def in_new_york(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/New_York"))


def test_a_third_round_begins_five_hours_after_the_first_at_the_earliest() -> None:
    """Six rings a round, and two rounds: nobody is rung more than twelve times in five hours."""
    facts = paged("sev1", (0, "fix_owner", None), (90, "fix_owner", None), (300, "fix_owner", None))
    pages = tuple(replace(page, round=number) for number, page in enumerate(facts.pages))
    facts = replace(facts, pages=pages)
    first, second, third = (ladder.alarm_of(facts, page) for page in pages)

    def again(alarm: ladder.Alarm, ended: int) -> timedelta:
        return alarm.restarts_at(facts, named("sev"), DECLARED_AT + timedelta(minutes=ended)) - DECLARED_AT

    assert again(first, 30) == timedelta(minutes=90)
    assert again(second, 120) == timedelta(hours=5)
    assert again(third, 330) == timedelta(minutes=390)
