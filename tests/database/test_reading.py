"""Reading takes no transaction on PostgreSQL, and one connection however many services take part."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event, select, text

from bot.handlers.kit.status_copies import draw_status
from bot.models.account import Account
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from tests.bench.population import services_on
from tests.bench.world import OWNER, load_accounts
from tests.support.statements import watched

# The person, the escalation, everything related to it, the answers, the ticks, and the person's addresses.
_STATEMENTS_OF_A_STATUS = 7


@pytest.fixture
def services(database_url: str) -> Iterator[Services]:
    load_accounts(database_url)
    with services_on(database_url) as services:
        mine = Declaration(account_id=1, new_account=None, summary="Exports are down", level="sev3")
        services.declarations.declare(mine, by=OWNER, request="one")
        yield services


@contextmanager
def begun(engine: Engine) -> Iterator[list[str]]:
    found: list[str] = []

    def note(connection: object) -> None:
        found.append(type(connection).__name__)

    event.listen(engine, "begin", note)
    try:
        yield found
    finally:
        event.remove(engine, "begin", note)


def test_a_status_is_one_reading_of_few_statements(services: Services) -> None:
    draw_status(services, 1, OWNER)
    with begun(services.database.engine) as transactions, watched(services.database.engine) as statements:
        draw_status(services, 1, OWNER)
    assert len(transactions) == 1
    assert statements.count <= _STATEMENTS_OF_A_STATUS, statements.run


def test_a_reading_within_another_is_the_same(services: Services) -> None:
    with services.database.reading() as outer:
        with services.database.reading() as inner:
            assert inner is outer
        assert outer.session.scalars(select(Account.id).limit(1)).one()
    with services.database.reading() as later:
        assert later is not outer


def test_a_reading_that_fails_leaves_none_behind(services: Services) -> None:
    with pytest.raises(LookupError), services.database.reading():
        raise LookupError
    with services.database.reading() as tx:
        assert tx.session.scalars(select(Account.id).limit(1)).one()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_reading_begins_no_transaction_on_postgresql_and_sees_what_is_committed_meanwhile(services: Services) -> None:
    named = select(Account.name).where(Account.id == 1)
    with services.database.reading() as tx:
        raw = tx.session.connection().connection.driver_connection
        assert raw is not None
        assert raw.autocommit
        before = tx.session.scalars(named).one()
        with services.database.transaction() as other:
            other.session.execute(text("UPDATE account SET name = 'Renamed' WHERE id = 1"))
        assert tx.session.scalars(named).one() == "Renamed" != before
    # The connection goes back as it was: changes are transactions again.
    for _ in range(10):
        with services.database.transaction() as tx:
            raw = tx.session.connection().connection.driver_connection
            assert raw is not None
            assert not raw.autocommit
