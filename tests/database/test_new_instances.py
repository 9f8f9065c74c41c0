"""A new escalation that is inserted past the session is stored, and goes on, as one the session had inserted."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot import settings
from bot.app import build_services
from bot.clock import ManualClock
from bot.database import queries
from bot.database.new_instances import NewInstance, complete, next_ids
from bot.database.related import RELATED
from bot.models.account import Account
from bot.models.clocks import ClockKind, ClockSpan
from bot.models.escalation import Escalation
from bot.models.pages import Page
from bot.models.people import Participant, Slot
from bot.policy.record.channel import InviteState
from bot.policy.record.escalation import FIX_OWNER, PageCause, Status
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from tests.support.members import meet
from tests.support.statements import watched

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)


@pytest.fixture
def services(database_url: str) -> Iterator[Services]:
    clock = ManualClock(NOON)
    services = build_services(settings.load(database_url=database_url), clock=clock, real_clock=clock)
    meet(services.database)
    with services.database.transaction() as tx:
        services.policies.current_id(tx)
        tx.session.add(Account(name="Acme", name_key="acme", created_at=NOON, updated_at=NOON))
    yield services
    services.core.close()


def born(services: Services, key: str = "V1") -> Escalation:
    """Return a new escalation with what it is built with, the rest by default."""
    with services.database.transaction() as tx:
        policy = services.policies.current_id(tx)
    row = Escalation(
        request_key=key,
        account_id=1,
        policy_id=policy,
        summary='It\'s "down" \\ 100 % naïve',
        chosen_level="sev3",
        level="sev3",
        highest_level="sev3",
        declared_by="U01NOOR",
        declared_at=NOON,
    )
    row.slots = [Slot(role=FIX_OWNER, person="U01DANA", how="on call", position=0)]
    row.spans, row.clocks, row.actions, row.pages = [ClockSpan(kind=ClockKind.RESPONSE, started_at=NOON)], [], [], []
    row.participants = [Participant(person=who, state=InviteState.PENDING) for who in ("U01DANA", "U01NOOR")]
    complete(row)
    return row


def test_it_is_stored_with_its_defaults_in_one_statement(services: Services) -> None:
    row = born(services)
    with services.database.transaction() as tx:
        ids = next_ids(tx.session, {Escalation: 1, ClockSpan: 1, Participant: 2})
        [row.id], [row.spans[0].id] = ids[Escalation], ids[ClockSpan]
        row.participants[0].id, row.participants[1].id = ids[Participant]
        with watched(services.database.engine) as found:
            NewInstance(row, RELATED, "escalation_id").hold(tx.session)
            row.channel_name = "esc-acme"
            assert found.count == 0
            tx.session.commit()
            tx.session.begin()
        assert found.count == (1 if not services.database.is_sqlite else 4)
        assert not tx.session.dirty
        assert not tx.session.new
    with services.database.transaction() as tx:
        stored = queries.escalation(tx.session, row.id)
        assert stored is not None
        assert stored is not row
        names = [one.key for one in Escalation.__mapper__.column_attrs]
        assert {name: getattr(stored, name) for name in names} == {name: getattr(row, name) for name in names}
        assert (stored.status, stored.revision, stored.problems, stored.kind) == (Status.OPEN, 0, {}, "issue")
        assert [one.person for one in stored.participants] == ["U01DANA", "U01NOOR"]
        assert [(one.id, one.started_at, one.stopped_at) for one in stored.spans] == [(row.spans[0].id, NOON, None)]
        assert [(one.role, one.person, one.position) for one in stored.slots] == [(FIX_OWNER, "U01DANA", 0)]


def test_what_is_changed_and_added_later_is_stored_too(services: Services) -> None:
    row = born(services)
    with services.database.transaction() as tx:
        ids = next_ids(tx.session, {Escalation: 1, ClockSpan: 1, Participant: 2})
        [row.id], [row.spans[0].id] = ids[Escalation], ids[ClockSpan]
        row.participants[0].id, row.participants[1].id = ids[Participant]
        NewInstance(row, RELATED, "escalation_id").hold(tx.session)
        row.participants.append(Participant(person="U01MARIA", state=InviteState.PENDING))
        row.pages.append(
            Page(cause=PageCause.OPENING, role=FIX_OWNER, person="U01DANA", due_at=NOON, started_at=NOON, alarm=1)
        )
        assert tx.session.scalar(select(Escalation.summary)) == row.summary, "whatever comes after it finds it"
        tx.session.flush()
        assert row.pages[0].id is not None
        row.level = "sev2"
        row.slots[0].person = "U01ELI"
        tx.session.delete(row.participants[0])
        row.spans.append(ClockSpan(kind=ClockKind.RESOLUTION, started_at=NOON))
    with services.database.transaction() as tx:
        stored = queries.escalation(tx.session, row.id)
        assert stored is not None
        assert (stored.level, stored.slots[0].person) == ("sev2", "U01ELI")
        assert [one.person for one in stored.participants] == ["U01NOOR", "U01MARIA"]
        assert [one.kind for one in stored.spans] == [ClockKind.RESPONSE, ClockKind.RESOLUTION]
        assert [one.person for one in stored.pages] == ["U01DANA"]


def test_numbers_go_on_whoever_gave_them(services: Services) -> None:
    declaration = Declaration(account_id=1, new_account=None, summary="Exports are down", level="sev3")
    numbers = [
        services.declarations.declare(declaration, by="U01NOOR", request=f"V{place}").number for place in (1, 2, 2)
    ]
    with services.database.transaction() as tx:
        tx.session.add(
            Escalation(
                request_key="V4",
                account_id=1,
                policy_id=services.policies.current_id(tx),
                summary="By the session",
                chosen_level="sev3",
                level="sev3",
                highest_level="sev3",
                declared_by="U01NOOR",
                declared_at=NOON,
            )
        )
    last = services.declarations.declare(declaration, by="U01NOOR", request="V5").number
    assert numbers == [1, 2, 2]
    assert last == 4
