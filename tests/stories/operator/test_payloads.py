"""An effect or an entry of the timeline that holds something else than its kind does holds up no other."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from bot.database import outbox, queries, timetable
from bot.database.outbox import NewEffect
from bot.models.external_message import ExternalMessage
from bot.models.timeline import TimelineEntry
from bot.models.work import Effect, EffectKind, EffectState, Timer
from bot.policy.plan.timers import Planned, TimerKind
from bot.services.declaring.burst_queue import QueuedDeclaration
from bot.services.declaring.declaration import Declaration
from bot.services.operator import broken_rows
from bot.services.operator.doctor import Doctor
from bot.services.operator.findings import Grade
from bot.services.reports import export_columns
from bot.services.reports.export_confidential import REFERRING
from bot.views.kit import ids
from tests.support.story import USERS, Story

OMAR, CHANNEL, TS, DUE = USERS["omar"], "C01GENERAL", "1.2", "2026-03-06T16:00:00+00:00"
DECLARATION = Declaration(account_id=None, new_account="Soylent", summary="It is down", level="sev1")
WARNING = {"notice": "warning", "clock": "response", "percent": 50, "due": DUE}
# What an effect of each kind holds.
HELD: dict[EffectKind, dict[str, Any]] = {
    EffectKind.PAGE: {"page": 1, "send": 9},
    EffectKind.RING: {"page": 1, "send": 9, "route": "mail"},
    EffectKind.END_RING: {"page": 1, "route": "pagerduty", "how": "resolve"},
    EffectKind.TEAM_RING: {"team": "security", "person": OMAR, "route": "pagerduty"},
    EffectKind.END_TEAM_RING: {"team": "security", "route": "pagerduty"},
    EffectKind.BREACH: WARNING,
    EffectKind.DECLARE: QueuedDeclaration(declaration=DECLARATION, by=OMAR, view_id="V1").payload,
    EffectKind.REDACT: {"said": 1},
    EffectKind.CHANNEL_CHECK: {"channel": CHANNEL, "by": OMAR},
    EffectKind.REPLY: {"person": OMAR, "channel": CHANNEL, "text": "Good.", "until": DUE},
    EffectKind.RECEIPT: {"person": OMAR, "channel": CHANNEL, "response_url": "https://hooks.example/1"},
    EffectKind.REMINDER: WARNING,
    EffectKind.LEVEL_REQUEST: {"request": 1, "to": OMAR, "again": False},
    EffectKind.PROPOSAL: {"to": OMAR},
    EffectKind.ANNOUNCEMENT: {"what": "incident joined", "by": OMAR, "incident": 1, "title": "Down", "names": [1]},
    EffectKind.DIRECT: {**WARNING, "to": OMAR, "names": [1], "incident": 1},
    EffectKind.RING: {"page": 1, "send": 9, "route": "mail"},
    EffectKind.END_RING: {"page": 1, "route": "mail", "how": "resolve"},
    EffectKind.DUTY_NOTICE: {"notice": "shift ends", "area": "exports", "person": OMAR, "to": OMAR},
    EffectKind.DUTY_CHANGED: {"why": "away", "person": OMAR},
    EffectKind.KEEP_GROUP: {"group": "S01MANAGERS"},
    EffectKind.TEAM: {"what": "taken", "channel": CHANNEL, "team": "tech_support", "by": OMAR, "ts": TS},
    EffectKind.MAIL: {"mail": "chased", "team": "tech_support", "recipient": "a@b.example", "to": "a@b.example"}
    | {"copies": [], "id": "esc-1.m1", "thread": []},
    EffectKind.CALL_INVITE: {"call": 1, "to": "jo@acme.example", "sequence": 0, "method": "request"},
    EffectKind.SUMMARY: {"to": "vp@example.com", "text": "It is over."},
    EffectKind.CUSTOMER_QUESTION: {"question": 1},
    EffectKind.CUSTOMER_MAIL: {"text": 1, "recipient": "jo@acme.example", "to": "jo@acme.example"}
    | {"copies": [], "id": "esc-1.m1", "thread": []},
    EffectKind.CUSTOMER_POST: {"text": 1, "channel": CHANNEL},
    EffectKind.INCIDENT: {"incident": 1, "is_new": True, "waits_for": CHANNEL},
    EffectKind.CASE_REVIEW: {"review": 1},
    EffectKind.DRILL_CHANNEL: {"drill": 1},
    EffectKind.DRILL_LINE: {"drill": 1, "event": 1},
    EffectKind.DRILL_CARD: {"drill": 1},
    EffectKind.DRILL_SCORE: {"drill": 1},
    EffectKind.DRILL_ARCHIVE: {"drill": 1},
    EffectKind.SUCCESS_PACK: {"to": OMAR, "on": "2026-04-01"},
    EffectKind.POLICY_CHANGE: {"change": 1},
    EffectKind.LEARNINGS: {"kind": "weekly", "on": "2026-03-10"},
    EffectKind.WATCH: {"question": 1, "to": OMAR},
    EffectKind.FEED: {"what": "level changed", "by": OMAR, "before": "sev2", "after": "sev1"},
    EffectKind.TRACKED_MESSAGE: {"sheet": "checklist"},
    EffectKind.UPDATE_MESSAGE: {"update": 1, "again": False},
    EffectKind.REFRESH_PAGE: {"page": 1},
    EffectKind.END_NOTICE: {
        "to": OMAR,
        "channel": "C01ESC",
        "ts": "1.2",
        "notice": {"notice": "review due", "due": "2026-03-06T15:00:00+00:00"},
    },
    EffectKind.REMOVE_MESSAGE: {"channel": "D01DANA", "ts": "1.2"},
    EffectKind.REFRESH_LEVEL_REQUEST: {"request": 1, "channel": CHANNEL, "ts": TS},
    EffectKind.HOME: {"person": OMAR, "first": 0},
    EffectKind.BOOKMARK: {"which": "card"},
    EffectKind.LOOK_UP: {"who": OMAR},
    EffectKind.SUCCESSION: {"person": OMAR},
    EffectKind.MEMBERSHIP: {"channel": CHANNEL, "person": OMAR, "by": OMAR},
    EffectKind.CAPTURE: {"channel": CHANNEL, "ts": TS, "by": OMAR},
    EffectKind.FILES: {"files": [1], "by": OMAR},
    EffectKind.CATCH_UP: {"channel": CHANNEL, "person": OMAR},
    EffectKind.ARCHIVE: {"channel": CHANNEL},
    EffectKind.UNFURL: {"channel": CHANNEL, "ts": TS, "urls": ["https://crm.example.com/1"], "until": DUE},
    EffectKind.CHART: {"to": OMAR, "words": "30d of acme"},
    EffectKind.HOT_LIST: {"on": "2026-03-06"},
    EffectKind.DIGEST: {"to": OMAR, "on": "2026-03-06"},
    EffectKind.SPONSOR_DIGEST: {"to": OMAR},
}
# Those without which there is something to do.
MAY_BE_MISSING = {"until", "names", "waits_for", "first"}
MAY_BE_MISSING |= {
    f"{EffectKind.DIRECT}.incident",
    f"{EffectKind.ARCHIVE}.channel",
    f"{EffectKind.RECEIPT}.response_url",
}
WITHOUT_ESCALATION = (
    EffectKind.DECLARE,
    EffectKind.REPLY,
    EffectKind.DUTY_NOTICE,
    EffectKind.HOME,
    EffectKind.KEEP_GROUP,
    EffectKind.LOOK_UP,
    EffectKind.DIGEST,
    EffectKind.SPONSOR_DIGEST,
    EffectKind.HOT_LIST,
    EffectKind.CHART,
    EffectKind.UNFURL,
)
HUGE = 10**30
ODD: tuple[Any, ...] = ("x", 7, [], ["x"], {}, {"x": 1}, HUGE)


def misshapen(kind: EffectKind) -> Iterator[dict[str, Any]]:
    """Yield payloads that are none of that kind."""
    held = HELD[kind]
    for key, value in held.items():
        if not {key, f"{kind}.{key}"} & MAY_BE_MISSING:
            yield {name: each for name, each in held.items() if name != key}
        for odd in ODD:
            is_text_list = key in ("copies", "thread", "urls")
            is_odd = type(odd) is not type(value) or odd == {"x": 1} or (odd == ["x"] and not is_text_list)
            # A number of seconds can be read as a moment, and any number is a percentage.
            if (is_odd and (key, odd) != ("due", 7)) or (odd == HUGE and key not in ("due", "percent")):
                yield {**held, key: odd}
    if kind is not EffectKind.ARCHIVE:
        yield {}
        if "page" not in held or "send" in held:
            yield {"page": "x"}


# What an effect may hold that has the right type and names nothing that exists, and what `doctor` says of it.
MEANINGLESS: list[tuple[EffectKind, dict[str, Any], str]] = [
    (EffectKind.FEED, {**HELD[EffectKind.FEED], "before": "sev99"}, "level"),
    (EffectKind.FEED, {**HELD[EffectKind.FEED], "after": ""}, "level"),
    (
        EffectKind.ANNOUNCEMENT,
        {"what": "level changed", "by": OMAR, "before": "x", "after": "y", "reason": ""},
        "level",
    ),
    (EffectKind.ANNOUNCEMENT, {"what": "team answered", "by": OMAR, "team": "nobody"}, "team"),
    (EffectKind.REMINDER, {"notice": "team due", "due": DUE, "team": "nobody"}, "team"),
    (EffectKind.BREACH, {"notice": "update due", "audiences": ["press"], "due": DUE}, "audience"),
    (EffectKind.DIRECT, {**WARNING, "to": OMAR, "incident": 999}, "There is no INC-999"),
    (EffectKind.INCIDENT, {**HELD[EffectKind.INCIDENT], "incident": 999}, "There is no INC-999"),
    (EffectKind.CASE_REVIEW, {"review": 999}, "There is no such case review"),
    (EffectKind.DIGEST, {"to": OMAR, "on": "tomorrow"}, "at on"),
    (EffectKind.HOT_LIST, {"on": "tomorrow"}, "at on"),
]


def put(story: Story, *effects: Mapping[str, Any], number: int) -> list[int]:
    ids = []
    with story.program.services.database.transaction() as tx:
        for turn, effect in enumerate(effects):
            whose = None if effect["kind"] in WITHOUT_ESCALATION else number
            # Each in a lane of its own: messages to one person go one a second.
            ids.append(outbox.put(tx, whose, NewEffect(effect["kind"], effect["payload"], lane=f"turn {turn}")))
    return ids


def test_an_effect_of_any_kind_that_can_not_be_read_is_parked_and_the_next_is_delivered(sqlite_story: Story) -> None:
    story = sqlite_story
    services = story.program.services
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    bad = [{"kind": kind, "payload": payload} for kind in HELD for payload in misshapen(kind)]
    ids = dict(zip(put(story, *bad, number=number), bad, strict=True))
    put(story, {"kind": EffectKind.REPLY, "payload": {"person": OMAR, "channel": None, "text": "Good."}}, number=number)
    story.settle()
    assert "Good." in [message.text for message in story.direct("omar")]
    with services.database.transaction() as tx:
        found = {row.id: (row.state, row.attempts, row.error or "") for row in tx.session.scalars(select(Effect))}
        late = [row for row in tx.session.scalars(select(Effect)) if row.state is EffectState.RUNNING]
    not_parked = [
        (ids[each], found[each]) for each in ids if found[each][:2] != (EffectState.PARKED, 1) or not found[each][2]
    ]
    assert not not_parked
    assert not late
    broken = broken_rows.found(services.database, services.policies)
    unnamed = [ids[each] for each in ids if not any(place.startswith(f"effect {each}") for place in broken)]
    # A declaration's own fields are read by who declares it.
    assert [each for each in unnamed if each["kind"] is not EffectKind.DECLARE] == []
    given_up = [each for each in Doctor(services.database, services.directory).examine() if each.what == "given up"]
    assert {each.state for each in given_up} == {Grade.WRONG}


def test_an_effect_that_names_something_unknown_is_parked_at_once_with_the_reason(sqlite_story: Story) -> None:
    """It would fail the same way on each of five attempts, with a traceback each."""
    story = sqlite_story
    services = story.program.services
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    queued = put(story, *({"kind": kind, "payload": payload} for kind, payload, _ in MEANINGLESS), number=number)
    put(story, {"kind": EffectKind.REPLY, "payload": {"person": OMAR, "channel": None, "text": "Good."}}, number=number)
    story.settle()
    assert "Good." in [message.text for message in story.direct("omar")]
    with services.database.transaction() as tx:
        found = {row.id: row for row in tx.session.scalars(select(Effect).where(Effect.id.in_(queued)))}
    assert [(found[each].state, found[each].attempts) for each in queued] == [(EffectState.PARKED, 1)] * len(queued)
    wrong = [(why, found[each].error) for each, (_, _, why) in zip(queued, MEANINGLESS, strict=True)]
    assert all(why in str(error) for why, error in wrong), wrong
    given_up = [each for each in Doctor(services.database, services.directory).examine() if each.what == "given up"]
    assert all(any(str(error) in str(each) for each in given_up) for _, error in wrong), given_up


UNKNOWN_IN_TIMERS: list[tuple[TimerKind, dict[str, Any]]] = [
    (TimerKind.TEAM_CHASE, {"team": "nobody"}),
    (TimerKind.UPDATE_DUE, {"audience": "press", "due": DUE}),
    (TimerKind.CLOCK_BREACH, {"clock": "sundial", "due": DUE}),
]


@pytest.mark.parametrize(("kind", "data"), UNKNOWN_IN_TIMERS, ids=[kind.value for kind, _ in UNKNOWN_IN_TIMERS])
def test_a_timer_that_names_something_unknown_is_put_aside_at_once(
    sqlite_story: Story, kind: TimerKind, data: dict[str, Any]
) -> None:
    story = sqlite_story
    database = story.program.services.database
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    with database.transaction() as tx:
        planned = Planned("one that means nothing", kind, tx.now, data)
        timetable.add(tx, number, [planned])
    story.settle()
    with database.transaction() as tx:
        timer = tx.session.scalars(select(Timer).where(Timer.key == planned.key)).one()
        assert (timer.fired_at, timer.failures) == (None, queries.MOST_FAILURES)
        assert timer.error
    found = Doctor(database, story.program.services.directory).examine()
    assert any(timer.error in str(each) for each in found), found
    story.act("ana", ids.PRESS_UPDATE, number, known="Known.")


def test_kinds_that_hold_nothing_read_nothing(sqlite_story: Story) -> None:
    number = sqlite_story.declare(account="Acme", at="Fri 2026-03-06 10:00")
    kinds = [kind for kind in EffectKind if kind not in HELD]
    ids = put(sqlite_story, *({"kind": kind, "payload": {"page": "x"}} for kind in kinds), number=number)
    sqlite_story.settle()
    with sqlite_story.program.services.database.transaction() as tx:
        states = tx.session.scalars(select(Effect.state).where(Effect.id.in_(ids))).all()
    assert set(states) <= {EffectState.DONE, EffectState.DROPPED}


def test_a_page_that_can_not_be_read_goes_to_the_next_in_line(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.lose_slack()
    story.forward(minutes=20)
    with story.program.services.database.transaction() as tx:
        unsent = (Effect.kind == EffectKind.PAGE, Effect.state == EffectState.READY, Effect.lane == "page-1")
        tx.session.scalars(select(Effect).where(*unsent)).one().payload = {"send": "x"}
    story.find_slack()
    story.forward(minutes=1)
    pages = {page.person: page for page in story.facts(number).pages}
    assert pages[USERS["dana"]].ended
    assert pages[USERS["ana"]].sends
    assert any("payload is no such JSON" in text for text in story.said(number))


ODD_ENTRIES: tuple[Any, ...] = (
    {},
    {"x": [{}]},
    {"incident": [1]},
    {"incident": "x"},
    {"incident": {}},
    {"incident": HUGE},
)
ODD_ENTRIES += tuple({key: odd} for key in sorted(REFERRING) for odd in (*ODD, "ESC-" + "9" * 40, -1, True))
UNREADABLE_ENTRIES = 4


def test_entries_of_the_timeline_that_can_not_be_read_are_left_out_of_the_export_and_named(sqlite_story: Story) -> None:
    story = sqlite_story
    services = story.program.services
    number = story.declare(account="Acme", at="Fri 2026-03-06 10:00")
    with services.database.transaction() as tx:
        events = tx.session.scalars(select(TimelineEntry.event).distinct()).all()
        rows = [
            {"escalation_id": number, "at": tx.now, "actor": OMAR, "event": event, "before": None, "after": None}
            | {column: said}
            for event in (*events, "major incident over", "written by a newer version")
            for column in ("before", "after")
            for said in ODD_ENTRIES
        ]
        known = tx.session.scalars(select(func.count(TimelineEntry.id))).one()
        tx.session.execute(insert(TimelineEntry), rows)
    unreadable = UNREADABLE_ENTRIES * len(rows) // len(ODD_ENTRIES)
    (batch,) = services.export.batches()
    (record,) = batch.records
    assert len(batch.broken) == unreadable
    assert len(record.timeline) == known + len(rows) - unreadable
    json.dumps(export_columns.document(record, money=True))
    named = broken_rows.found(services.database, services.policies)
    assert len(named) == unreadable
    assert all(place.startswith("timeline ") for place in named)
    services.audit.run()
    services.digests.compose("U01MARIA")
    assert number in [facts.number for facts, _ in services.escalations.live(viewer=USERS["ana"]).shown]


def test_a_message_outside_whose_contents_can_not_be_read_is_not_redrawn_again_and_again(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(account="Acme", at="Fri 2026-03-06 10:00")
    said = [
        {"kind": kind, "payload": payload}
        for kind, payload in (
            (EffectKind.DIRECT, {**WARNING, "names": ["x"]}),
            (EffectKind.DIRECT, {"names": [1]}),
            (EffectKind.ANNOUNCEMENT, {**HELD[EffectKind.ANNOUNCEMENT], "incident": []}),
            (EffectKind.TEAM, {"what": 1}),
            (EffectKind.DIGEST, {"names": 7}),
        )
    ]
    with story.program.services.database.transaction() as tx:
        rows = [ExternalMessage(escalation_id=number, host_id=number, channel=CHANNEL, ts=TS, **each) for each in said]
        tx.session.add_all(rows)
        tx.session.flush()
        places = {f"said_outside {row.id} of ESC-{number}" for row in rows}
        bad = [{"kind": EffectKind.REDACT, "payload": {"said": row.id}} for row in rows]
    ids = put(story, *bad, number=number)
    story.settle()
    with story.program.services.database.transaction() as tx:
        found = tx.session.execute(select(Effect.state, Effect.attempts).where(Effect.id.in_(ids))).all()
    assert set(map(tuple, found)) == {(EffectState.PARKED, 1)}
    assert broken_rows.found(story.program.services.database, story.program.services.policies).keys() >= places
