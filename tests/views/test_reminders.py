"""Each kind of reminder has its class, its decision and its sentence, each where they are looked for."""

import pkgutil
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from types import ModuleType
from typing import Any, get_args

import pytest

import bot.policy.plan.reminders as decisions
import bot.views.reminders as sentences
from bot.policy.file.loading import preset
from bot.policy.model.facts import ACCOUNT
from bot.policy.plan import actions
from bot.policy.plan.reminders.registry import KINDS, ReminderNotice
from bot.policy.plan.reminders.reminder import Due, ReminderKind
from bot.policy.plan.stored_notices import NOTICES
from bot.policy.plan.timers import ONCE_EVER, Planned, TimerKind, stamp, urgency
from bot.policy.record.action_items import OpenItem
from bot.policy.record.ending import Closure, CorrectiveActionFacts, Review
from bot.policy.record.escalation import OpenCaseReview
from bot.policy.record.outcomes import FollowUpCall
from bot.policy.record.sla import ClockFacts, Span, Terms
from bot.policy.record.status_calls import OpenCall
from bot.policy.record.team_routes import TeamRoute, TeamRouteKind, TeamRouteState
from bot.policy.record.waiting import WaitFacts
from bot.policy.time.durations import Duration
from sandbox.blocks.surfaces import check_message
from tests.support.escalations import DECLARED_AT, escalation

POLICY = preset("sev")
WAIT = WaitFacts(DECLARED_AT, "U01ANA", "Their logs", DECLARED_AT + timedelta(days=9), ())
ITEM = OpenItem(id=7, what="Split the queue", owner="U01ELI", due_on=(DECLARED_AT - timedelta(days=7)).date())
LATE = CorrectiveActionFacts("Test it", "U01ANA", DECLARED_AT.date() - timedelta(days=9), id=1)
FACTS = replace(
    escalation(),
    case_review=OpenCaseReview(id=7, owner="U01ANA", due_at=DECLARED_AT),
    waiting=WAIT,
    review=Review(url=None, finished_on=None, actions=(LATE,)),
    open_items=(ITEM,),
    sponsor_update_due_at=DECLARED_AT,
    status_call=OpenCall(id=3, at=DECLARED_AT + timedelta(minutes=5), owner="U01ANA"),
)
# What the timers of all kinds hold.
DATA = {
    "clock": "response",
    "percent": 50,
    "audience": "customer",
    "team": POLICY.teams[0].key,
    "due": stamp(DECLARED_AT),
    "owner": "U01ANA",
}


def files(package: ModuleType) -> set[str]:
    return {module.name for module in pkgutil.iter_modules(package.__path__)}


# Files that hold no kind; the docstrings of both packages name them, too. `update_missed` pages, with the page's words.
SHARED = {"case_review_days", "clocks", "follow_up_days", "promised", "registry", "reminder", "update_missed"}
SHARED_SENTENCES = {"registry", "updates"}
NAMES = sorted(files(decisions) - SHARED)
RUNNING = ClockFacts(Terms(Duration.parse("1h"), "24x7"), (Span(DECLARED_AT, None),))
UNREACHED = POLICY.teams[1].key
# Its clocks and its team's run, it waits for updates, and its review is due: every kind has something to plan.
BUSY = replace(
    FACTS,
    level="sev1",
    highest_level="sev1",
    team=POLICY.teams[0].key,
    team_answer=RUNNING,
    team_routes=(TeamRoute(UNREACHED, TeamRouteKind.PERSON, "U01NOOR", TeamRouteState.WAITING, DECLARED_AT),),
    category="service_outage",
    response=RUNNING,
    mitigated_at=DECLARED_AT,
    customer_update_due_at=DECLARED_AT,
)


def kind_of(name: str) -> ReminderKind[Any]:
    kind: ReminderKind[Any] = import_module(f"{decisions.__name__}.{name}").KIND
    return kind


def due(kind: ReminderKind[Any], *, turn: int) -> Due:
    timer = Planned("key", kind.timer, DECLARED_AT, {**DATA, "review": 7, "turn": turn})
    return Due([timer], FACTS, POLICY, DECLARED_AT + timedelta(seconds=1))


def test_every_kind_is_in_the_registry_with_a_class_of_its_own() -> None:
    assert {id(kind) for kind in KINDS} == {id(kind_of(name)) for name in NAMES}
    assert [kind.notice for kind in KINDS] == list(get_args(ReminderNotice))
    assert {kind.notice for kind in KINDS} <= set(NOTICES.kinds.values())


def test_a_file_without_a_kind_is_known_to_be_shared() -> None:
    without = {name for name in files(decisions) if not hasattr(import_module(f"{decisions.__name__}.{name}"), "KIND")}
    assert without == SHARED
    assert files(sentences) - SHARED_SENTENCES == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_key_without_a_time_is_kept_for_good(name: str) -> None:
    # The manager hears of a case review only after its owner's reminders.
    review = BUSY.case_review
    assert review is not None
    reminded = {"case review": review.due_at + timedelta(days=4)} if name == "case_review_left" else {}
    # The status page is watched until the impact has stopped; the review is due from then on.
    mitigated_at = None if name == "status_page" else BUSY.mitigated_at
    busy = replace(BUSY, reminded=reminded, mitigated_at=mitigated_at)
    if name == "call_due":
        busy = replace(busy, call=FollowUpCall(at=DECLARED_AT, owner="U01ANA"))
    if name == "summary_due":
        busy = replace(busy, kind=ACCOUNT, closure=Closure(at=DECLARED_AT, by="U01ANA", summary="It is over."))
    if name.startswith("follow_up"):
        busy = replace(busy, review=Review(None, None, (replace(LATE, owner="U01ELI"),)))
    planned = list(kind_of(name).plan(busy, POLICY))
    assert planned
    for timer in planned:
        assert timer.kind in ONCE_EVER or stamp(timer.due_at)[:10] in timer.key or timer.data["due"] in timer.key


@pytest.mark.parametrize("name", NAMES)
def test_a_reminder_that_pages_fires_ahead_of_others(name: str) -> None:
    kind = kind_of(name)
    pages = any(reminder.page for turn in (1, 4) for reminder in kind.decide(due(kind, turn=turn)))
    assert (urgency(kind.timer) == 0) == pages


@pytest.mark.parametrize("name", NAMES)
def test_class_decision_and_sentence_are_in_files_of_one_name(name: str) -> None:
    kind, module = kind_of(name), import_module(f"{decisions.__name__}.{name}")
    assert [one.__module__ for one in (kind.notice, kind.plan, kind.decide)] == [module.__name__] * 3
    assert name in files(sentences)
    found = [reminder for turn in (1, 4) for reminder in kind.decide(due(kind, turn=turn))]
    assert {type(reminder.notice) for reminder in found} == {kind.notice}
    for reminder in found:
        assert reminder.in_channel or reminder.people, "somebody is told"
        for direct_to in (None, "U01ANA"):
            drawn = import_module(f"{sentences.__name__}.{name}").draw(reminder.notice, FACTS, POLICY, direct_to)
            assert drawn.text
            assert check_message(list(drawn.blocks)) == []


def test_every_timer_of_an_escalation_reminds_or_does_something() -> None:
    reminding = {kind.timer for kind in KINDS}
    standing = {TimerKind.DIGEST, TimerKind.DRILL, TimerKind.HOT_LIST, TimerKind.LEARNINGS, TimerKind.SPONSOR_DIGEST}
    doing = {kind for kind in set(TimerKind) - standing - reminding if _does(kind)}
    # Rows of an earlier version fire without effect.
    retired = {TimerKind.CHECKLIST, TimerKind.ASK_FACTS}
    # With any change the card is drawn again, and that is all there is to do.
    drawing = {TimerKind.UNDO_OVER}
    assert reminding | doing | drawing | retired | standing == set(TimerKind)
    assert not (retired | drawing) & doing


def _does(kind: TimerKind) -> bool:
    timer = Planned(
        "key", kind, DECLARED_AT, {**DATA, "page": 1, "text": 1, "request": 1, "turn": "last day", "role": "manager"}
    )
    return len(actions.decide(Due([timer], FACTS, POLICY, DECLARED_AT))) == 1
