"""Escalations read for reading only are what the ORM reads, and a change of one goes nowhere."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from bot.database import instances, queries, snapshots
from bot.database.related import RELATED
from bot.database.transaction import Transaction
from bot.errors import UnreadableRecord
from bot.models.account import Account
from bot.models.base import Base
from bot.models.escalation import Escalation
from bot.models.pages import Page
from bot.models.review import CorrectiveAction
from bot.policy.record.escalation import PageCause
from bot.services.bundle import Services
from tests.bench.population import Size, populate, services_on
from tests.support.statements import watched


@pytest.fixture
def services(database_url: str) -> Iterator[Services]:
    populate(database_url, Size(live=40, ended=40))
    with services_on(database_url) as services:
        with services.database.transaction() as tx:
            for number in (3, 5):
                row = queries.escalation(tx.session, number)
                assert row is not None
                page = Page(
                    cause=PageCause.OPENING, role="manager", person="U01OTHER", due_at=tx.now, started_at=tx.now
                )
                row.pages = [page]
                row.actions = [CorrectiveAction(what=f"Act {at}", owner="U01", due_on=date(2026, 3, 9)) for at in "ab"]
        yield services


@pytest.fixture(params=[1, 7, 500])
def at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "AT_ONCE", request.param)
    monkeypatch.setattr(queries, "AT_ONCE", request.param)


def as_the_orm_reads(tx: Transaction, numbers: Sequence[int]) -> dict[int, Escalation]:
    ways = [selectinload(relation) for relation in RELATED]
    ways += [joinedload(Escalation.account), joinedload(Escalation.policy)]
    return {
        row.id: row for row in tx.session.scalars(select(Escalation).options(*ways).where(Escalation.id.in_(numbers)))
    }


@pytest.mark.usefixtures("at_once")
def test_a_snapshot_is_the_escalation(services: Services) -> None:
    with services.database.transaction() as tx:
        numbers = tx.session.scalars(select(Escalation.id)).all()
        whole = as_the_orm_reads(tx, numbers)
        seen = services.policies.snapshots(tx, [*numbers, 987_654])
        assert len(seen) == len(numbers) == 80
        assert [services.policies.read(seen[number]) for number in numbers] == [
            services.policies.read(whole[number]) for number in numbers
        ]
    with services.database.transaction() as tx:
        loaded = queries.escalations(tx.session, numbers)
        assert [loaded[number].facts() for number in numbers] == [seen[number].facts() for number in numbers]
    with services.database.transaction() as tx:
        one = queries.escalation(tx.session, 3)
        assert one is not None
        assert one.facts() == seen[3].facts()
        # What is read is more than empty lists.
        facts = [row.facts() for row in seen.values()]
        assert sorted(one.number for one in facts if one.pages) == [3, 5]
        assert [one.what for one in seen[3].facts().review.actions] == ["Act a", "Act b"]
        assert all(one.holders and one.response.spans and one.invitees for one in facts)


@pytest.mark.parametrize("model", [Escalation, Account, *(one.property.mapper.class_ for one in RELATED)])
def test_values_are_assigned_to_their_own_attributes(model: type[Base]) -> None:
    names = instances.keys(model)
    made = instances.made(model, names)
    assert {name: made.__dict__[name] for name in names} == {name: name for name in names}
    assert set(names) == {attribute.key for attribute in model.__mapper__.column_attrs}


def test_a_change_of_a_snapshot_goes_nowhere(services: Services) -> None:
    with services.database.transaction() as tx:
        row = services.policies.snapshots(tx, [3])[3]
        row.summary = "Changed"
        row.slots.clear()
        assert not tx.session.new
        assert not tx.session.dirty
    with services.database.transaction() as tx:
        row = services.policies.snapshots(tx, [3])[3]
        assert row.summary != "Changed"
        assert row.slots


def test_a_policy_that_was_not_parsed_yet_is_read(services: Services) -> None:
    services.policies._parsed.clear()
    with services.database.transaction() as tx:
        facts, policy = services.policies.read(services.policies.snapshots(tx, [3])[3])
    assert policy.level(facts.level).code == facts.level


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_without_its_account_or_policy_is_unreadable(services: Services) -> None:
    with closing(sqlite3.connect(services.database.engine.url.database or "")) as connection:
        connection.execute("UPDATE escalation SET account_id = 9999 WHERE id = 3")
        connection.execute("UPDATE escalation SET policy_id = 9999 WHERE id = 4")
        connection.commit()
    with services.database.transaction() as tx:
        found = services.policies.snapshots(tx, [3, 4])
    for number, what in ((3, "account"), (4, "policy")):
        with pytest.raises(UnreadableRecord) as refused:
            services.policies.read(found[number])
        assert what in refused.value.why


def test_rows_that_were_changed_in_this_session_are_not_read_again(services: Services) -> None:
    with services.database.transaction() as tx:
        row = queries.escalation(tx.session, 3, lock=True)
        assert row is not None
        row.slots[0].person = "U01OTHER"
        again = queries.escalation(tx.session, 3)
        assert again is row
        assert again.slots[0].person == "U01OTHER"


def test_whole_rows_are_the_session_s_own_and_read_in_two_statements(services: Services) -> None:
    with services.database.transaction() as tx, watched(services.database.engine) as found:
        rows = queries.escalations(tx.session, [3, 4])
        assert found.count == 2
        assert not tx.session.dirty
        assert {slot for row in rows.values() for slot in row.slots} <= set(tx.session)
        rows[3].slots[0].person = "U01OTHER"
        rows[4].slots.clear()
    with services.database.transaction() as tx:
        rows = queries.escalations(tx.session, [3, 4])
        assert rows[3].slots[0].person == "U01OTHER"
        assert rows[4].slots == []
