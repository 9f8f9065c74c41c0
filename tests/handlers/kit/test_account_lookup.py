"""AccountLookup that people type in the first seconds after a start, before all accounts are in memory."""

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from bot import settings
from bot.app import build_services
from bot.database.transaction import Database
from bot.errors import StillStarting
from bot.handlers.kit import account_lookup
from bot.handlers.kit.account_lookup import AccountLookup
from bot.policy.decide.lifecycle import Move
from tests.support.members import meet


@pytest.fixture
def just_started(sqlite_url: str) -> AccountLookup:
    loading = build_services(settings.load(database_url=sqlite_url))
    meet(loading.database)
    loading.account_import.load(b"name\nAcme\nGlobex\n", "accounts.csv")
    loading.core.close()
    services = build_services(settings.load(database_url=sqlite_url))
    assert not services.accounts.is_loaded
    return AccountLookup(services.core, services.accounts, services.people.is_area, services.escalations.account_in)


async def test_a_verb_with_an_account_waits_for_the_names(just_started: AccountLookup) -> None:
    words = await just_started.understood("close globex")
    assert (words.move, words.rest) == (Move.CLOSE, "globex")
    just_started.core.close()


async def test_a_declaration_finds_its_account(just_started: AccountLookup) -> None:
    account, rest, _ = await just_started.begins("acme export is down", viewer="U01NOOR")
    assert account is not None
    assert (account.name, rest) == ("Acme", "export is down")
    just_started.core.close()


async def test_what_needs_no_name_does_not_wait(just_started: AccountLookup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Database, "_transaction", None)
    for text in ("help", "list", "close ESC-1", "export is down", "update"):
        await just_started.understood(text)
    just_started.core.close()


async def test_who_would_wait_too_long_is_told_to_try_again(
    just_started: AccountLookup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_lookup, "_LOADING_SECONDS", 0.0)
    with pytest.raises(StillStarting):
        await just_started.understood("close globex")
    await asyncio.to_thread(just_started.core.close)


async def test_a_form_opens_though_the_database_is_away(
    just_started: AccountLookup, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_given: object) -> None:
        raise OperationalError("", None, Exception("gone"))

    monkeypatch.setattr(Database, "_transaction", gone)
    assert await just_started.begins("acme is down", viewer="U01NOOR") == (None, "acme is down", [])
    with pytest.raises(StillStarting):
        await just_started.understood("close globex")
    just_started.core.close()
