"""Finding an account by the beginning of a sentence, or by a part of its name."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import settings
from bot.app import build_services
from bot.database import profiles
from bot.models.account import Account
from bot.policy.account_names import same_key
from bot.policy.members import MemberType
from bot.ports.workspace import Profile
from bot.services.accounts import accounts
from bot.services.accounts.account_index import AccountIndex, IndexedAccount
from tests.support.members import meet
from tests.support.statements import watched


@pytest.fixture
def index() -> AccountIndex:
    found = AccountIndex()
    names = [
        "Acme, Inc.",
        "Acme Rockets",
        "Globex Corporation",
        "Globex GmbH",
        "Société Générale",
        "Data",
        "株式会社さくら",
    ]
    found.load(
        IndexedAccount(number, name, domain="hooli.example" if name == "Data" else None)
        for number, name in enumerate(names)
    )
    return found


@pytest.mark.parametrize(
    ("typed", "account", "rest"),
    [
        ("acme export is down", "Acme, Inc.", "export is down"),
        ("Acme, Inc.: export is down", "Acme, Inc.", "export is down"),
        ("acme rockets do not start", "Acme Rockets", "do not start"),
        ("ACME ROCKETS", "Acme Rockets", ""),
        ("societe generale sign-in fails", "Société Générale", "sign-in fails"),
        ("株式会社さくら ログイン", "株式会社さくら", "ログイン"),
        ("hooli.example is slow", "Data", "is slow"),
        ("globex is down", None, "globex is down"),
        ("globex gmbh is down", "Globex GmbH", "is down"),
        ("database is down", None, "database is down"),
        ("everything at acme is down", None, "everything at acme is down"),
        ("", None, ""),
        ("   ", None, ""),
    ],
)
def test_the_longest_name_at_the_beginning_is_meant(
    index: AccountIndex, typed: str, account: str | None, rest: str
) -> None:
    found, left = index.split(typed)
    assert (found.name if found else None, left) == (account, rest)


@pytest.mark.parametrize(
    ("typed", "account", "rest"),
    [
        ("acme incorporated is down", "Acme, Inc.", "is down"),
        ("Globex Corp. is down", None, "Globex Corp. is down"),
        ("data gmbh is down", "Data", "is down"),
        ("data as such is down", "Data", "as such is down"),
    ],
)
def test_a_legal_form_may_be_written_in_any_way_or_left_out(
    index: AccountIndex, typed: str, account: str | None, rest: str
) -> None:
    found, left = index.split(typed)
    assert (found.name if found else None, left) == (account, rest)


@pytest.mark.parametrize(
    ("typed", "alike"),
    [
        ("globex is down", ["Globex Corporation", "Globex GmbH"]),
        ("globbex gmbh is down", ["Globex GmbH"]),
        ("societe general is down", ["Société Générale"]),
        ("the sky is down", []),
        ("", []),
    ],
)
def test_what_a_name_may_mean_is_offered(index: AccountIndex, typed: str, alike: list[str]) -> None:
    assert index.split(typed)[0] is None
    found = [known.name for known in index.alike(typed)]
    assert found == alike or (typed.startswith("globbex") and found in (["Globex Corporation"], alike))


def test_the_whole_name_means_its_own_account_though_another_looks_alike() -> None:
    found = AccountIndex()
    found.load([IndexedAccount(1, "Beta, Inc."), IndexedAccount(2, "Beta Inc")])
    assert [found.named(name) for name in ("beta inc", "Beta, Inc.")] == [found.get(2), found.get(1)]
    assert found.split("Beta, Inc. is down") == (found.get(1), "is down")
    assert found.split("beta, inc is down")[0] is None
    # Nobody types punctuation to tell customers apart: both are offered.
    assert found.split("beta inc is down")[0] is None
    assert [known.name for known in found.alike("beta inc is down")] == ["Beta Inc", "Beta, Inc."]
    assert [known.name for known in found.alike("beta is down")] == ["Beta Inc", "Beta, Inc."]


def test_beginnings_come_before_middles(index: AccountIndex) -> None:
    assert [known.name for known in index.search("acme")] == ["Acme, Inc.", "Acme Rockets"]
    assert [known.name for known in index.search("rock")] == ["Acme Rockets"]
    assert [known.name for known in index.search("generale")] == ["Société Générale"]
    assert len(index.search("", limit=3)) == 3
    assert index.search("nobody") == []


@given(st.text(max_size=100))
def test_any_text_is_split_without_losing_a_word(typed: str) -> None:
    found = AccountIndex()
    found.load([IndexedAccount(1, "Acme"), IndexedAccount(2, "Acme Rockets")])
    account, rest = found.split(typed)
    assert rest in typed
    assert account is not None or rest == typed.strip()


def test_what_changes_is_found_as_it_is_now_and_the_rest_as_before() -> None:
    """A refreshed index equals one that is rebuilt."""
    before = [
        IndexedAccount(1, "Acme, Inc.", "acme.example"),
        IndexedAccount(2, "Acme GmbH"),
        IndexedAccount(3, "Globex", "globex.example"),
    ]
    after = [
        IndexedAccount(1, "Acme Rockets, Inc.", "acme.example"),
        IndexedAccount(3, "Globex", health=54),
        IndexedAccount(4, "Initech"),
    ]
    index, anew = AccountIndex(), AccountIndex()
    index.load(before)
    index.update(after)
    anew.load([after[0], before[1], after[1], after[2]])
    assert len(index) == len(anew) == 4
    for text in ("acme", "acme rockets", "acme gmbh", "globex", "globex.example", "initech", "Acme, Inc."):
        assert index.named(text) == anew.named(text), text
        assert list(index.search(text)) == list(anew.search(text)), text
    assert list(index.search("")) == list(anew.search(""))


def test_looking_people_up_in_slack_leaves_the_index_as_it_is(database_url: str) -> None:
    """People change all day long, and customers do not."""
    services = build_services(settings.load(database_url=database_url))
    services.account_import.load(b"name,csm\nAcme,ana@example.com\nGlobex,\n", "accounts.csv")
    services.accounts.refresh()
    known = services.accounts.index.get(1)
    meet(services.database)
    services.accounts.refresh()
    assert services.accounts.index.get(1) is known
    with services.database.transaction() as tx:
        services.accounts.name_openly(tx, services.accounts.named(tx, "Initech"), None)
    services.accounts.refresh()
    assert services.accounts.index.get(1) is known
    assert services.accounts.index.named("Initech") is not None
    with services.database.transaction() as tx:
        profile = Profile("U01ANA", "Ana Ruiz", "ana@example.com", None, is_active=True, member_type=MemberType.MEMBER)
        profiles.learn(tx, "ana@example.com", profile)
    assert services.accounts.search("acme", viewer="U01NOOR")[0][0].csm == "Ana Ruiz"
    services.core.close()


def test_an_account_that_is_committed_late_is_found_all_the_same(database_url: str) -> None:
    """Its transaction began before others that were seen first: it is neither the newest nor the last."""
    services = build_services(settings.load(database_url=database_url))
    now = datetime(2026, 3, 6, 12, tzinfo=UTC)

    def add(number: int, name: str, at: datetime) -> None:
        with services.database.transaction() as tx:
            tx.session.add(Account(id=number, name=name, name_key=same_key(name), created_at=at, updated_at=at))
        services.accounts.refresh()

    add(1, "Acme", now - timedelta(days=1))
    add(9, "Globex", now)
    add(5, "Initech", now - timedelta(seconds=40))
    assert services.accounts.index.named("Initech") is not None
    services.core.close()


def test_as_long_as_nothing_changes_no_account_is_read(database_url: str) -> None:
    services = build_services(settings.load(database_url=database_url))
    rows = "\n".join(["name", *(f"Customer {number}" for number in range(3_000))])
    services.account_import.load(rows.encode(), "accounts.csv")
    services.accounts.refresh()
    assert len(services.accounts.index) == 3_000
    with watched(services.database.engine) as found:
        services.accounts.refresh()
    assert found.rows < 20
    assert found.scans_of("account") == []
    with services.database.transaction() as tx:
        services.accounts.name_openly(tx, services.accounts.named(tx, "Initech"), None)
    services.accounts.refresh()
    assert services.accounts.index.named("Initech") is not None
    services.core.close()


def test_a_name_is_found_before_all_of_them_are_in_memory(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a start they are read in the background, a part at a time; meanwhile no account may seem unknown."""
    monkeypatch.setattr(accounts, "_NAMES", 2)
    services = build_services(settings.load(database_url=database_url))
    meet(services.database)
    services.account_import.load(b"name\nAcme\nGlobex\nHooli\nInitech\nUmbrella\n", "accounts.csv")
    assert services.accounts.refresh_some()
    assert len(services.accounts.index) == 0
    assert [known.name for known, _ in services.accounts.search("umbrella", viewer="U01NOOR")] == ["Umbrella"]
    assert services.accounts.is_loaded
    assert len(services.accounts.index) == 5
    services.core.close()


def test_what_changes_while_the_names_are_read_is_found(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "_NAMES", 2)
    services = build_services(settings.load(database_url=database_url))
    services.account_import.load(b"name\nAcme\nGlobex\nHooli\nInitech\nUmbrella\n", "accounts.csv")
    services.accounts.refresh_some()
    with services.database.transaction() as tx:
        services.accounts.named(tx, "Globex").name = "Globex Rockets"
        services.accounts.named(tx, "Globex").updated_at = tx.now + timedelta(seconds=1)
        services.accounts.name_openly(tx, services.accounts.named(tx, "Soylent"), None)
    services.accounts.refresh()
    assert services.accounts.index.named("Globex Rockets") is not None
    assert services.accounts.index.named("Soylent") is not None
    assert len(services.accounts.index) == 6
    services.core.close()


def test_names_are_read_in_parts_that_a_request_can_pass(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "_NAMES", 2)
    services = build_services(settings.load(database_url=database_url))
    services.account_import.load(b"name\nAcme\nGlobex\nHooli\nInitech\nUmbrella\n", "accounts.csv")
    services.accounts.refresh_some()
    for _ in range(2):
        with watched(services.database.engine) as found:
            assert services.accounts.refresh_some()
        assert found.rows <= 2
    assert not services.accounts.refresh_some()
    services.core.close()


def test_the_first_word_of_a_name_suggests_it_unless_many_begin_so() -> None:
    index = AccountIndex()
    index.load(IndexedAccount(number, name) for number, name in enumerate(["Global Foods", "Global Dynamics", "Glob"]))
    assert [known.name for known in index.alike("global login is broken")] == ["Global Dynamics", "Global Foods"]
    index.update([IndexedAccount(number, f"Global {number}") for number in range(10, 13)])
    assert index.alike("global login is broken") == []
    assert index.alike("glo login is broken") == []
