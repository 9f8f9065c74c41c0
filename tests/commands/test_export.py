import csv
import gc
import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot import settings
from bot.app import build_services
from bot.clock import ManualClock
from bot.models.account import Account, Person
from bot.models.case_review import CaseReview
from bot.models.escalation import Escalation
from bot.models.programme import Proposal
from bot.models.timeline import TimelineEntry
from bot.policy.decide.review_edits import UNCHANGED
from bot.policy.model.directory import EntryKind
from bot.services.bundle import Services
from bot.services.closing.closures import Resolution
from bot.services.declaring.declaration import Declaration
from bot.services.directory.directory_changes import store
from bot.services.incidents.incidents import NewIncident
from bot.services.reports.export import BATCH, Export
from bot.services.reviews.parts import ReviewPart
from bot.services.updates.updates import NewUpdate
from bot.services.verification.verifications import FactorChecks
from tests.commands.program import Program, Said
from tests.support.members import meet
from tests.support.story import ACCOUNTS

NOW = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
MONEY = "extends: sev\nname: own\nshow_money: true\n"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def services(with_database: Program, clock: ManualClock) -> Iterator[Services]:
    built = build_services(settings.load(database_url=with_database.settings["DATABASE_URL"]), clock=clock)
    built.account_import.load(ACCOUNTS.encode(), "accounts.csv")
    yield built
    built.core.close()


def declare(
    services: Services, *, account: str = "Acme", summary: str = "Exports are down", level: str = "sev3"
) -> int:
    declaration = Declaration(account_id=None, new_account=account, summary=summary, level=level)
    meet(services.database)
    request = f"{account} {summary} {level}"[:80]
    return services.declarations.declare(declaration, by="U01NOOR", request=request).number


def copies(services: Services, number: int, count: int) -> None:
    """Write so many more escalations like one that was declared."""
    with services.database.transaction() as tx:
        table = Escalation.__table__
        like = dict(tx.session.execute(select(table).where(table.c.id == number)).mappings().one())
        rows = [like | {"id": number + n, "request_key": f"copy {number + n}"} for n in range(1, count + 1)]
        tx.session.execute(insert(Escalation), rows)


def as_rows(said: Said) -> list[dict[str, str]]:
    assert (said.status, said.err) == (0, "")
    assert said.out[0] == "\ufeff"
    return list(csv.DictReader(io.StringIO(said.out[1:], newline="")))


def as_documents(said: Said) -> list[dict[str, Any]]:
    assert (said.status, said.err) == (0, "")
    return [json.loads(line) for line in said.out.splitlines()]


def test_the_audit_is_a_table_of_who_did_what_when_and_why(with_database: Program, services: Services) -> None:
    number = declare(services)
    services.acknowledgements.acknowledge(number, by="U01NOOR")
    rows = as_rows(with_database("export", "--format", "csv", "--table", "timeline"))
    assert {row["escalation"] for row in rows} == {f"ESC-{number}"}
    assert [row["actor"] for row in rows if row["event"] == "acknowledged"] == ["U01NOOR"]
    assert json.loads(rows[0]["after"])
    documents = as_documents(with_database("export", "--format", "jsonl", "--table", "timeline"))
    assert [each["event"] for each in documents] == [row["event"] for row in rows]
    with services.database.transaction() as tx:
        store(tx, EntryKind.FALLBACK, "vp", {"person": "U01DANA"}, by="U01MARIA")
    services.policy_history.note()
    settings = as_rows(with_database("export", "--format", "csv", "--table", "settings"))
    assert [(row["by"], row["what"]) for row in settings] == [
        ("U01MARIA", "fallback vp"),
        ("Customer Success Team", "policy sev, version 1"),
    ]
    assert as_rows(with_database("export", "--format", "csv", "--table", "settings", "--since", "2199-01-01")) == []


def test_of_nothing_only_the_header_is_written(with_database: Program) -> None:
    said = with_database("export", "--format", "csv")
    assert as_rows(said) == []
    assert said.out.startswith("\ufeffkey,account,tier,")
    assert as_documents(with_database("export", "--format", "jsonl")) == []


def test_a_row_has_the_main_facts_and_times(with_database: Program, services: Services, clock: ManualClock) -> None:
    number = declare(services)
    noor = {"email": "noor@example.com", "name": "Noor Haddad"}
    with services.database.transaction() as tx:
        tx.session.execute(update(Person).where(Person.slack_id == "U01NOOR").values(noor))
    clock.forward(timedelta(minutes=20, seconds=5))
    services.acknowledgements.acknowledge(number, by="U01NOOR")
    (row,) = as_rows(with_database("export", "--format", "csv"))
    expected = {
        "key": f"ESC-{number}",
        "account": "Acme",
        "tier": "standard",
        "plan": "business",
        "summary": "Exports are down",
        "kind": "issue",
        "status": "open",
        "level": "sev3",
        "highest_level": "sev3",
        "policy": "sev",
        "policy_version": "1",
        "declared_at": "2026-03-06T15:00:00Z",
        "declared_by": "Noor Haddad (U01NOOR)",
        "acknowledged_at": "2026-03-06T15:20:05Z",
        "acknowledged_by": "Noor Haddad (U01NOOR)",
        "mitigated_at": "",
        "relationship_owner": "ana@example.com",
        "response_due_at": "2026-03-09T14:00:00Z",
        "response_state": "met",
        "response_seconds": "1205",
        "updates": "0",
        "confirmed_by": "",
        "duplicate_of": "",
        "channel": "esc-acme-2026-03-06",
    }
    assert {name: row[name] for name in expected} == expected


def test_a_document_is_the_whole_record_with_updates_and_timeline(
    with_database: Program, services: Services, clock: ManualClock
) -> None:
    number = declare(services, level="sev1", summary="Exports\u2028are “down”")
    clock.forward(timedelta(minutes=5))
    update = NewUpdate(
        note="A bad deploy.",
        customer_text="We have found it.",
        next_at=clock.at + timedelta(minutes=20),
    )
    services.updates.post(number, update, by="U01ANA", request="U1")
    clock.forward(timedelta(minutes=10))
    action = ReviewPart(url="https://wiki.example/1")
    services.reviews.save(number, UNCHANGED, action, by="U01ANA")
    (document,) = as_documents(with_database("export", "--format", "jsonl"))
    assert document["key"] == f"ESC-{number}"
    assert document["summary"] == "Exports\u2028are “down”"
    assert document["account"]["name"] == "Acme"
    assert "arr" not in document["account"]
    assert document["policy"] == {"name": "sev", "version": "1"}
    assert document["status"] == "open"
    assert document["response"] == {
        "terms": {"target": "15m", "calendar": "24x7"},
        "spans": [{"started_at": "2026-03-06T15:00:00Z", "stopped_at": "2026-03-06T15:05:00Z"}],
        "counted_from": None,
        "paused_at": None,
        "state": "met",
        "due_at": "2026-03-06T15:15:00Z",
        "elapsed_seconds": 300,
    }
    assert document["resolution"]["due_at"] == "2026-03-06T19:00:00Z"
    assert document["updates"] == [
        {
            "at": "2026-03-06T15:05:00Z",
            "by": "U01ANA",
            "known": "A bad deploy.",
            "internal_note": "",
            "customer_text": "We have found it.",
            "answered_due_at": "2026-03-06T15:30:00Z",
            "next_promised_at": "2026-03-06T15:25:00Z",
            "first_promised_at": None,
            "edited_by": None,
            "edited_at": None,
        }
    ]
    assert document["timeline"][0] == {
        "at": "2026-03-06T15:00:00Z",
        "actor": "U01NOOR",
        "event": "declared",
        "before": None,
        "after": {"level": "sev1", "chosen": "sev1"},
        "reason": None,
    }
    assert "updated" in [entry["event"] for entry in document["timeline"]]
    assert document["review"]["url"] == "https://wiki.example/1"
    assert {invitee["person"] for invitee in document["invitees"]} >= {"U01NOOR"}


def test_what_has_ended_says_how(with_database: Program, services: Services, clock: ManualClock) -> None:
    first, second = declare(services), declare(services, account="Globex")
    services.closures.withdraw(second, by="U01ANA", reason="The same, told twice", duplicate_of=first)
    clock.forward(timedelta(days=30))
    resolution = Resolution(fixed="Rolled back.", confirmed_by="Jo", confirmed_how="call")
    services.owners.assign(first, "fix_owner", "U01ANA", by="U01ANA")
    services.closures.resolve(first, resolution, by="U01ANA")
    services.closures.close(first, by="U01ANA", summary="All good.", finished_on=None)
    closed, withdrawn = as_rows(with_database("export", "--format", "csv"))
    assert (closed["status"], closed["closed_by"], closed["confirmed_by"]) == ("closed", "Ana (U01ANA)", "Jo")
    assert closed["closed_at"] == "2026-04-05T15:00:00Z"
    assert closed["resolution_state"] == "breached"
    assert (withdrawn["withdrawn_because"], withdrawn["duplicate_of"]) == ("The same, told twice", str(first))
    assert (withdrawn["response_state"], withdrawn["resolution_state"]) == ("", "")
    assert (withdrawn["response_seconds"], withdrawn["resolution_seconds"]) == ("", ""), "neither ever happened"


@pytest.mark.parametrize(
    "lead", ["=", "+", "-", "@", "\t=", "\r=", " =", "\n+", "\uff1d", "\u00a0@", "\ufeff=", "\t", "\r"]
)
def test_no_cell_is_a_formula(with_sqlite: Program, lead: str) -> None:
    services = build_services(settings.load(database_url=with_sqlite.settings["DATABASE_URL"]))
    text = f'{lead}HYPERLINK("https://evil.example";"x"),\n"y"'
    declare(services, account=f"{lead}cmd", summary=text)
    services.core.close()
    (row,) = as_rows(with_sqlite("export", "--format", "csv"))
    assert row["summary"] == f"'{text}"
    (document,) = as_documents(with_sqlite("export", "--format", "jsonl"))
    assert document["summary"] == text
    assert not [cell for cell in row.values() if cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))]


def test_only_what_was_declared_since_a_day_is_written(
    with_database: Program, services: Services, clock: ManualClock
) -> None:
    clock.at = datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)
    declare(services)
    clock.at = datetime(2026, 3, 6, 0, 0, 0, tzinfo=UTC)
    declare(services, account="Globex")
    assert [row["account"] for row in as_rows(with_database("export", "--format", "csv", "--since", "2026-03-06"))] == [
        "Globex"
    ]
    assert len(as_rows(with_database("export", "--format", "csv", "--since", "2026-03-05"))) == 2
    assert as_rows(with_database("export", "--format", "csv", "--since", "9999-12-31")) == []
    assert len(as_rows(with_database("export", "--format", "csv", "--since", "0001-01-01"))) == 2


def test_revenue_is_written_only_where_the_policy_shows_money(with_database: Program, services: Services) -> None:
    declare(services)
    with services.database.transaction() as tx:
        for account in tx.session.scalars(select(Account)):
            account.arr = Decimal(480_000)
    own = str(with_database.file("own.yml", MONEY))
    (document,) = as_documents(with_database("export", "--format", "jsonl", ESCALATE_POLICY=own))
    assert document["account"]["arr"] == "480000.00"
    assert "480000" not in with_database("export", "--format", "jsonl").out
    assert "480000" not in with_database("export", "--format", "csv").out


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_the_confidential_are_counted_and_nothing_more(with_database: Program, services: Services, form: str) -> None:
    secret, _known = declare(services, summary="Leaked keys"), declare(services, account="Globex")
    with services.records.changing(secret, by="U01ANA") as change:
        change.row.is_private = True
    said = with_database("export", "--format", form)
    assert (said.status, said.err) == (0, "Left out as confidential: 1.\n")
    assert "Globex" in said.out
    assert "Leaked" not in said.out
    assert "Acme" not in said.out


def test_the_confidential_are_not_named_by_others_either(with_database: Program, services: Services) -> None:
    secret, known = declare(services, summary="Leaked keys"), declare(services, account="Globex")
    new = NewIncident("Logins of acme and others fail", NOW)
    incident = services.incidents.declare(new, [secret, known], by="U01ANA", request="I1")
    services.incidents.end(incident.id, by="U01ANA", fixed="Acme's keys are new")
    services.closures.withdraw(known, by="U01ANA", reason="The same, told twice", duplicate_of=secret)
    services.closures.reopen(known, by="U01ANA", reason="It is not the same.")
    with services.records.changing(known, by="U01ANA") as change:
        change.row.programme_id = secret
        change.record("case review opened", after={"review": 7, "escalations": [f"ESC-{secret}", f"ESC-{known}"]})
        change.record("rolled up", after={"programme": f"ESC-{secret}"})
        change.record("major incident suggested", after={"escalations": [secret, known]})
        other = {"key": f"ESC-{secret}", "channel": "C01SECRET"}
        change.record("policy change suggested", after={"earlier": [other], "names": [secret, known]})
    with services.records.changing(secret, by="U01ANA") as change:
        change.row.is_private = True
    said = with_database("export", "--format", "jsonl")
    document = json.loads(said.out)
    assert (document["programme"], document["incident"]) == (None, incident.id)
    told = {entry["event"]: entry["after"] for entry in document["timeline"]}
    assert told["withdrawn"] == {"duplicate_of": None}
    assert told["case review opened"] == {"review": 7, "escalations": [None, f"ESC-{known}"]}
    assert told["rolled up"] == {"programme": None}
    assert told["major incident suggested"] == {"escalations": [None, known]}
    assert told["policy change suggested"] == {"earlier": [None], "names": [None, known]}
    assert "C01SECRET" not in said.out
    (made,) = as_documents(with_database("export", "--format", "jsonl", "--table", "incidents"))
    assert (made["incident"], made["escalations"], made["confidential"]) == ("INC-1", [f"ESC-{known}"], 1)
    assert (made["title"], made["fixed"]) == ("Logins of a customer and others fail", "a customer's keys are new")
    ended = next(entry for entry in document["timeline"] if entry["event"] == "major incident over")
    assert ended["reason"] == "a customer's keys are new"
    assert f"ESC-{secret}" not in said.out


def test_related_rows_are_in_the_escalations_document_and_in_tables(with_database: Program, services: Services) -> None:
    secret, number = declare(services, summary="Leaked keys", level="sev4"), declare(services, account="Globex")
    for each, name in ((secret, "Kim"), (number, "=Jo")):
        services.intakes.fill(each, {"customer.name": name}, by="U01OMAR")
        services.verifications.check(each, FactorChecks(tier="low"), by="U01OMAR")
        services.verifications.check(each, FactorChecks(now=frozenset({"email_control"})), by="U01OMAR")
        services.level_requests.change_or_ask(each, "sev1", by="U01OMAR", reason="All of theirs.")
    with services.database.transaction() as tx:
        account = tx.session.get_one(Escalation, number).account_id
        tx.session.add(
            CaseReview(
                account_id=account,
                escalation_id=number,
                opened_on=NOW.date(),
                due_at=NOW,
                owner="U01ANA",
                findings="DNS",
            )
        )
        tx.session.add(Proposal(escalation_id=number, source="CSM", criteria=["Several issues", "Deal at stake"]))
        tx.session.get_one(Escalation, secret).is_private = True
    (document,) = [json.loads(line) for line in with_database("export", "--format", "jsonl").out.splitlines()]
    at = "2026-03-06T15:00:00Z"
    wanted: dict[str, dict[str, Any]] = {
        "facts": {"key": "customer.name", "text": "=Jo", "by": "U01OMAR", "at": at},
        "checks": {"factor": "email_control", "by": "U01OMAR", "at": at},
        "requests": {"level": "sev1", "by": "U01OMAR", "reason": "All of theirs.", "granted": None},
        "case_reviews": {"opened_on": "2026-03-06", "owner": "U01ANA", "findings": "DNS"},
        "proposals": {"source": "CSM", "criteria": ["Several issues", "Deal at stake"]},
    }
    for table, columns in wanted.items():
        (found,) = document[table]
        assert {name: found[name] for name in columns} == columns
        assert with_database("export", "--format", "jsonl", "--table", table).out == (
            json.dumps({"escalation": f"ESC-{number}", **found}) + "\n"
        )
    said = with_database("export", "--format", "csv", "--table", "facts")
    assert (said.out, said.err) == (
        f"\ufeffescalation,key,text,by,at\nESC-{number},customer.name,'=Jo,U01OMAR,{at}\n",
        "Left out as confidential: 1.\n",
    )
    assert "Several issues; Deal at stake" in with_database("export", "--format", "csv", "--table", "proposals").out


@pytest.mark.parametrize("count", [BATCH - 1, BATCH, 2 * BATCH, 2 * BATCH + 1])
def test_each_is_written_once_and_in_order_however_many_there_are(
    with_database: Program, services: Services, count: int
) -> None:
    number = declare(services)
    copies(services, number, count - 1)
    wanted = [f"ESC-{number + n}" for n in range(count)]
    assert [row["key"] for row in as_rows(with_database("export", "--format", "csv"))] == wanted
    assert [document["key"] for document in as_documents(with_database("export", "--format", "jsonl"))] == wanted


def test_memory_does_not_grow_with_the_number(services: Services) -> None:
    number = declare(services)
    copies(services, number, 2 * BATCH)
    # Collecting looks only at what comes from now on, and not at all that the tests have loaded.
    gc.collect()
    gc.freeze()

    def peak() -> int:
        tracemalloc.start()
        for batch in services.export.batches():
            assert len(batch.records) <= BATCH
            gc.collect()  # What waits for the collector is bounded too, but not by the size of a batch.
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    try:
        next(services.export.batches())  # statements are compiled and policies read once
        few = peak()
        copies(services, number + 2 * BATCH, 6 * BATCH)
        assert peak() < 1.2 * few
    finally:
        gc.unfreeze()


def test_a_slow_reader_blocks_no_writer(services: Services) -> None:
    number = declare(services)
    copies(services, number, BATCH)
    reading = Export(services.database, services.policies).batches()
    next(reading)
    services.acknowledgements.acknowledge(number + BATCH, by="U01ANA")
    (last,) = next(reading).records
    assert last.facts.acknowledged_by == "U01ANA"
    assert list(reading) == []


def test_a_reader_that_has_seen_enough_gets_no_traceback(with_database: Program, services: Services) -> None:
    number = declare(services, summary="x" * 300)
    copies(services, number, 5 * BATCH)
    with services.database.transaction() as tx:
        entries = [{"escalation_id": number + n, "at": NOW, "actor": "x", "event": "y" * 60} for n in range(5 * BATCH)]
        tx.session.execute(insert(TimelineEntry), entries)
    with with_database.process("export", "--format", "jsonl") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=60) == 1


def test_it_is_written_in_utf_8_whatever_the_terminal_has(with_sqlite: Program) -> None:
    services = build_services(settings.load(database_url=with_sqlite.settings["DATABASE_URL"]))
    declare(services, account="株式会社さくら", summary="Größe → 0")
    services.core.close()
    (row,) = as_rows(with_sqlite.run("export", "--format", "csv", PYTHONIOENCODING="latin-1"))
    (document,) = as_documents(with_sqlite.run("export", "--format", "jsonl", PYTHONIOENCODING="latin-1"))
    assert (row["account"], row["summary"]) == ("株式会社さくら", "Größe → 0")
    assert (document["account"]["name"], document["summary"]) == ("株式会社さくら", "Größe → 0")


@pytest.mark.parametrize(
    "words", [(), ("--format", "xlsx"), ("--format", "csv", "--since", "yesterday"), ("--format", "csv", "extra")]
)
def test_wrong_usage_exits_with_2(with_sqlite: Program, words: tuple[str, ...]) -> None:
    said = with_sqlite("export", *words)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("Usage: ")
