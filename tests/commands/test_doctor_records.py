"""The doctor's findings in the records, on both databases."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import settings
from bot.app import build_services
from bot.clock import ManualClock
from bot.database import queries
from bot.database.transaction import Database
from bot.models.account import Account, Person, PersonState
from bot.models.case_review import CaseReview
from bot.models.work import Effect, EffectKind, EffectState, Timer
from bot.policy.file import loading
from bot.policy.members import MemberType
from bot.policy.record.escalation import Status
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from bot.services.incidents.incidents import NewIncident
from bot.services.operator import people_check
from bot.services.operator.doctor import PATIENCE, Doctor, Retries
from bot.services.operator.findings import Finding, Grade
from tests.commands.program import Program
from tests.support.engines import kept_engines
from tests.support.members import meet
from tests.support.story import Story
from tests.support.story import story as told

NOW = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(hours=3)
DIRECTORY = """
fallback: {fix_owner: dana@example.com, relationship_owner: ana@example.com}
people:
  - {email: ana@example.com, slack_id: U01ANA, manager: maria@example.com}
areas:
  - key: exports
    name: Exports
    owner: eli@example.com
    rota: {people: [eli@example.com, fay@example.com], starts_at: "2026-01-05T09:00", every: 1w}
"""


@pytest.fixture
def services(database_url: str, folder: Path) -> Iterator[Services]:
    (folder / "directory.yml").write_text(DIRECTORY, encoding="utf-8")
    loaded = settings.load(database_url=database_url, directory=folder / "directory.yml")
    with kept_engines():
        built = build_services(loaded, clock=ManualClock(NOW), real_clock=ManualClock(NOW))
        yield built
        built.core.close()


def found(services: Services, what: str) -> list[Finding]:
    doctor = Doctor(services.database, services.directory)
    return [finding for finding in doctor.examine() if finding.what == what]


def says(services: Services, what: str) -> list[tuple[str, str]]:
    return [(finding.state, finding.says) for finding in found(services, what)]


def write(database: Database, *rows: Any) -> None:
    with database.transaction() as tx:
        tx.session.add_all(rows)


def an_effect(kind: EffectKind, state: EffectState, **values: Any) -> Effect:
    return Effect(
        **{"kind": kind, "priority": kind.priority(0), "payload": {}, "state": state, "created_at": NOW} | values
    )


def a_timer(key: str, **values: Any) -> Timer:
    return Timer(**{"key": key, "kind": "update due", "due_at": NOW + timedelta(hours=1), "data": {}} | values)


def an_account(name: str, **values: Any) -> Account:
    defaults = {"contacts": [], "extra": {}, "created_at": NOW, "updated_at": NOW, "name_key": name.casefold()}
    return Account(name=name, **defaults | values)


def declared(services: Services, account: str = "Acme") -> int:
    declaration = Declaration(
        account_id=None, new_account=account, summary="Exports are down", description="", level="sev1"
    )
    meet(services.database, "U01NOOR", "U01ANA")
    return services.declarations.declare(declaration, by="U01NOOR", request=f"V-{account}").number


def test_records_that_cannot_be_finished_are_listed(services: Services) -> None:
    number = declared(services)
    services.incidents.declare(NewIncident("Logins fail", NOW), [number], by="U01ANA", request="I1")
    with services.records.changing(number, by="U01ANA") as change:
        row = {"account_id": change.row.account_id, "escalation_id": number, "owner": "U01ANA"}
        review = CaseReview(**row, opened_on=NOW.date(), due_at=NOW)
        change.tx.session.add(review)
    assert found(services, "case reviews") == found(services, "major incidents") == []
    with services.records.changing(number, by="U01ANA") as change:
        change.row.status, change.row.channel_archived_at = Status.CLOSED, NOW
    assert says(services, "case reviews") == [
        (Grade.LOOK, f"the one in ESC-{number} is not finished, and its channel is archived")
    ]
    assert says(services, "major incidents") == [(Grade.LOOK, "INC-1 is running without an open escalation")]


# Accounts and people.


def test_accounts_without_a_csm_are_listed_with_the_substitute(services: Services) -> None:
    accounts = [an_account(f"Customer {n}") for n in range(1, 8)]
    write(services.database, an_account("Acme", csm="U01ANA"), *accounts)
    assert says(services, "accounts") == [
        (
            Grade.LOOK,
            (
                "7 of 8 have no CSM (Customer 1, Customer 2, Customer 3, Customer 4, Customer 5, …): "
                "ana@example.com becomes their customer owner"
            ),
        )
    ]


def test_an_area_that_the_directory_does_not_know_is_named(services: Services) -> None:
    write(
        services.database,
        an_account("Acme", csm="U01ANA", area="Exports"),
        an_account("Globex", csm="U01ANA", area="x"),
    )
    assert says(services, "accounts") == [
        (Grade.OK, "2, each with a CSM"),
        (Grade.LOOK, "the directory does not know the area 'x' of 1 account"),
    ]


def test_people_who_left_are_listed_with_every_place_that_names_them(services: Services) -> None:
    write(
        services.database,
        an_account("Acme", csm="kim@example.com"),
        an_account("Globex", csm="kim@example.com", manager="gone@example.com"),
        Person(slack_id="U01KIM", email="kim@example.com", state=PersonState.DEACTIVATED, checked_at=NOW),
        Person(slack_id=None, email="gone@example.com", state=PersonState.UNKNOWN_TO_SLACK, checked_at=NOW),
        Person(slack_id="U01ELI", email="eli@example.com", state=PersonState.DEACTIVATED, checked_at=NOW),
        Person(slack_id="U01PAST", email="past@example.com", state=PersonState.DEACTIVATED, checked_at=NOW),
        Person(slack_id="U01ANA", email="ana@example.com", state=PersonState.ACTIVE, checked_at=NOW),
    )
    assert says(services, "people") == [
        (Grade.LOOK, "eli@example.com is deactivated in Slack: on the rota of Exports; owner of Exports"),
        (Grade.LOOK, "gone@example.com is unknown to Slack: manager of 1 account"),
        (Grade.LOOK, "kim@example.com is deactivated in Slack: CSM of 2 accounts"),
        (
            Grade.LOOK,
            "we haven't asked Slack yet about 3 (dana@example.com, fay@example.com, maria@example.com)",
        ),
    ]


EVERYWHERE = """
fallback: {manager: fallback@example.com}
people: [{email: entry@example.com, manager: boss@example.com}]
teams: {billing: [team@example.com]}
regions: [{key: emea, name: EMEA, people: {manager: region@example.com}}]
contacts: [{key: l1, person: contact@example.com}]
admins: [admin@example.com]
areas:
  - key: exports
    name: Exports
    owner: owner@example.com
    rotas:
      - {people: [first@example.com], starts_at: "2026-01-05T09:00", every: 1w, zone: Europe/Berlin}
      - {people: [second@example.com], starts_at: "2026-01-05T09:00", every: 1w, zone: EST}
    overrides:
      - {person: shift@example.com, starts_at: "2026-01-05T09:00", ends_at: "2026-01-06T09:00", zone: Etc/GMT+5}
"""


def test_every_place_of_the_directory_is_looked_at(sqlite_url: str, folder: Path) -> None:
    path = folder / "directory.yml"
    path.write_text(EVERYWHERE, encoding="utf-8")
    built = build_services(settings.load(database_url=sqlite_url, directory=path), clock=ManualClock(NOW))
    everybody = built.people.directory.everybody()
    gone = [Person(email=who, state=PersonState.UNKNOWN_TO_SLACK, checked_at=NOW) for who in everybody]
    write(built.database, *gone)
    named = {line.partition(" is unknown to Slack: ")[0] for _, line in says(built, "people")}
    told = [finding.says for finding in people_check.of_directory(built.people.directory)]
    built.core.close()
    assert named == everybody
    assert [line for line in told if "never changes its clocks" in line] == [
        "the rota of Exports: EST never changes its clocks; it is read as America/New_York",
        "the override of Exports: Etc/GMT+5 never changes its clocks, also where summer time is kept",
    ]


def test_people_who_left_are_wrong_if_somebody_waits_for_them(services: Services) -> None:
    number = declared(services)
    write(
        services.database,
        Person(slack_id=None, email="dana@example.com", state=PersonState.UNKNOWN_TO_SLACK, checked_at=NOW),
    )
    assert (
        Grade.WRONG,
        f"dana@example.com is unknown to Slack: fallback fix_owner; holds a role on ESC-{number}",
    ) in says(services, "people")
    with services.records.changing(number, by="U01ANA") as change:
        change.row.status = Status.CLOSED
    assert (Grade.LOOK, "dana@example.com is unknown to Slack: fallback fix_owner") in says(services, "people")


def test_of_very_many_who_have_left_the_rest_is_counted(services: Services) -> None:
    gone = [f"gone{n:02}@example.com" for n in range(25)]
    write(
        services.database,
        *(an_account(f"Customer {who}", csm=who) for who in gone),
        *(Person(email=who, state=PersonState.UNKNOWN_TO_SLACK, checked_at=NOW) for who in gone),
    )
    findings = says(services, "people")
    assert findings[20] == (Grade.LOOK, "5 more like these")
    assert len(findings) == 22


# Timers and effects.


def test_timers_that_are_planned_are_in_order(services: Services) -> None:
    assert says(services, "timers") == [(Grade.OK, "none")]
    write(
        services.database,
        a_timer("a"),
        a_timer("b", due_at=NOW - PATIENCE),
        a_timer("c", fired_at=NOW, due_at=LONG_AGO),
    )
    assert says(services, "timers") == [(Grade.OK, "2 planned, the next for 6 Mar 2:58 PM UTC")]


def test_timers_nobody_acts_on_are_wrong(services: Services) -> None:
    write(services.database, a_timer("a", due_at=LONG_AGO), a_timer("b", due_at=NOW - 2 * PATIENCE), a_timer("c"))
    assert says(services, "timers") == [
        (Grade.WRONG, "2 overdue, the oldest since 6 Mar 12:00 PM UTC: no one acts on them")
    ]


def test_timers_that_keep_failing_are_told_with_the_reason(services: Services) -> None:
    write(
        services.database,
        *(
            a_timer(f"ESC-{n}:late", failures=queries.MOST_FAILURES, error="KeyError('x')", due_at=LONG_AGO)
            for n in (1, 2)
        ),
        a_timer("ESC-3:late", failures=1, error="ValueError(\n'y')" + "." * 300),
    )
    given_up, failing = found(services, "timers")
    assert (given_up.state, given_up.says) == (
        Grade.WRONG,
        "2 failing repeatedly, such as ESC-1:late: KeyError('x')",
    )
    assert given_up.do == "Fix the cause (the log has all of it), then run `escalate doctor --retry`."
    assert failing.state is Grade.LOOK
    assert failing.says.startswith("1 failed, will be retried, such as ESC-3:late: ValueError( 'y')...")
    assert failing.says.endswith("…")


def test_effects_on_their_way_are_in_order(services: Services) -> None:
    write(
        services.database,
        an_effect(EffectKind.PAGE, EffectState.READY),
        an_effect(EffectKind.FEED, EffectState.READY, created_at=LONG_AGO, not_before=NOW + timedelta(minutes=1)),
        an_effect(EffectKind.CARD, EffectState.RUNNING, created_at=LONG_AGO, lease_until=NOW),
        an_effect(EffectKind.PIN, EffectState.WAITING, created_at=LONG_AGO),
        an_effect(EffectKind.TOPIC, EffectState.DONE, created_at=LONG_AGO),
    )
    assert says(services, "delivery") == [(Grade.OK, "3 on the way")]


def test_effects_that_should_have_gone_out_are_wrong(services: Services) -> None:
    write(
        services.database,
        an_effect(EffectKind.FEED, EffectState.READY, created_at=LONG_AGO, not_before=LONG_AGO, error="no connection"),
        an_effect(EffectKind.CARD, EffectState.RUNNING, created_at=NOW, lease_until=LONG_AGO, error="answer lost"),
    )
    assert says(services, "delivery") == [
        (
            Grade.WRONG,
            ("2 should have gone out by now, the oldest of 6 Mar 12:00 PM UTC; the most urgent is: card (answer lost)"),
        )
    ]


def test_effects_given_up_are_reported_by_reason_with_what_to_do(services: Services) -> None:
    number = declared(services)
    parked = EffectState.PARKED
    write(
        services.database,
        *(an_effect(EffectKind.PIN, parked, escalation_id=number, error="missing_scope pins:write") for _ in "ab"),
        an_effect(EffectKind.FEED, parked, escalation_id=number, error="not_in_channel"),
        an_effect(EffectKind.LOOK_UP, parked, error="KeyError('user')"),
        an_effect(EffectKind.HOME, parked),
    )
    findings = found(services, "given up")
    assert [(finding.state, finding.says) for finding in findings] == [
        (Grade.WRONG, f"2 of kind pin (ESC-{number}): missing_scope pins:write"),
        (Grade.WRONG, f"1 of kind feed (ESC-{number}): not_in_channel"),
        (Grade.WRONG, "1 of kind home: no reason was noted"),
        (Grade.WRONG, "1 of kind look up: KeyError('user')"),
    ]
    assert [str(finding.do).partition(",")[0] for finding in findings] == [
        "Add the scope on the app's page in Slack",
        "Invite the bot to the channel",
        "Fix the cause (the log has all of it)",
        "Fix the cause (the log has all of it)",
    ]
    assert all(str(finding.do).endswith("then run `escalate doctor --retry`.") for finding in findings)


def test_of_very_many_reasons_the_rest_is_counted(services: Services) -> None:
    write(services.database, *(an_effect(EffectKind.HOME, EffectState.PARKED, error=f"{n:02}") for n in range(23)))
    assert says(services, "given up")[20] == (Grade.WRONG, "3 more reasons")


# Trying again.


def states(services: Services) -> list[tuple[str, str, int]]:
    with services.database.transaction() as tx:
        rows = tx.session.query(Effect).order_by(Effect.id).all()
        return [(row.kind, row.state, row.attempts) for row in rows]


def test_effects_given_up_are_retried(services: Services) -> None:
    number = declared(services)
    with services.database.transaction() as tx:
        tx.session.query(Effect).delete()
    write(
        services.database,
        an_effect(EffectKind.HOME, EffectState.PARKED, attempts=3, error="x"),
        an_effect(EffectKind.INVITE, EffectState.PARKED, escalation_id=number, attempts=1, error="y"),
        an_effect(EffectKind.FEED, EffectState.DONE, attempts=1),
        a_timer("stuck", failures=queries.MOST_FAILURES, error="z"),
        a_timer("trying", failures=1, error="z"),
    )
    retried = Retries(services.declarations).everything()
    assert (retried.effects, retried.timers) == (2, 1)
    assert states(services) == [("home", "ready", 0), ("invite", "ready", 0), ("feed", "done", 1)]
    assert found(services, "given up")[0].state is Grade.OK
    assert [finding.says for finding in found(services, "timers")] == ["1 failed, will be retried, such as trying: z"]
    again = Retries(services.declarations).everything()
    assert (again.effects, again.timers) == (0, 0)


def test_effects_that_draw_the_present_state_are_retried_once(services: Services) -> None:
    values: dict[str, Any] = {"coalesce_key": "home:U01ANA", "error": "x"}
    write(services.database, *(an_effect(EffectKind.HOME, EffectState.PARKED, **values) for _ in "ab"))
    Retries(services.declarations).everything()
    assert [state for _, state, _ in states(services)] == ["dropped", "ready"]


def test_effects_that_draw_the_present_state_are_not_retried_if_queued(services: Services) -> None:
    values: dict[str, Any] = {"coalesce_key": "home:U01ANA"}
    write(services.database, an_effect(EffectKind.HOME, EffectState.PARKED, **values))
    write(services.database, an_effect(EffectKind.HOME, EffectState.READY, **values))
    Retries(services.declarations).everything()
    assert [state for _, state, _ in states(services)] == ["dropped", "ready"]


@pytest.fixture
def story(database_url: str, folder: Path) -> Iterator[Story]:
    with told(database_url, folder) as begun:
        yield begun


def test_an_operator_mends_the_reason_and_the_channel_is_made(story: Story, escalate: Program) -> None:
    escalate.settings |= {"DATABASE_URL": story.database_url}
    story.control.post("faults", method="conversations.create", kind="error", error="restricted_action")
    number = story.declare()
    assert story.facts(number).channel_id is None
    report = json.loads(escalate("doctor", "--json").out)
    (line,) = [each for each in report["findings"] if each["what"] == "given up" and "create channel" in each["says"]]
    assert line["says"] == f"1 of kind create channel (ESC-{number}): restricted_action"

    story.control.delete("faults")
    said = escalate("doctor", "--retry")
    assert (said.status, said.err) == (0, "")
    assert said.out == "Retried: 1 effects, 0 timers. See `escalate doctor` in a minute.\n"
    story.settle()
    assert story.channel(number)["name"] == "esc-acme-2026-03-06"
    assert json.loads(escalate("doctor", "--retry", "--json").out) == {"effects": 0, "timers": 0}


def test_a_guest_who_is_named_is_reported(services: Services) -> None:
    guest = {"state": PersonState.ACTIVE, "member_type": MemberType.MULTI_CHANNEL_GUEST, "checked_at": NOW}
    write(services.database, Person(slack_id="U01DANA", email="dana@example.com", **guest))
    told = "dana@example.com is a multi-channel guest, who can't act on an escalation: fallback fix_owner"
    assert (Grade.LOOK, told) in says(services, "people")


def test_empty_rungs_and_teams_without_a_route_are_named(services: Services) -> None:
    policy = loading.load("extends: sev\nname: own\nteams:\n  legal: {email: null}\n", "own.yml")
    doctor = Doctor(services.database, services.directory, policy=policy)
    said = {finding.what: finding for finding in doctor.examine() if finding.what in {"contacts", "teams"}}
    assert said["contacts"].state is said["teams"].state is Grade.LOOK
    assert "no one is named for VP of Customer Success (l3), Chief Customer Officer (CCO) (l4)" in said["contacts"].says
    assert said["teams"].says == "The team Legal has no channel, mail or phone: the card asks people to reach it"
