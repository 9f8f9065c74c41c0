"""Lock order: the escalation before its people. Two changes at once wait for each other, and both succeed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import text

from bot import settings
from bot.app import build_services
from bot.database import profiles
from bot.policy.members import MemberType
from bot.policy.record.escalation import FIX_OWNER
from bot.ports.workspace import OwnChannel, Profile
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from tests.support.databases import Postgres
from tests.support.members import meet

DANA = Profile(
    "U01DANA", "Dana Fox", "dana@example.com", "Europe/Berlin", is_active=True, member_type=MemberType.MEMBER
)
LONG = 30


@pytest.fixture
def services(_postgres: Postgres) -> Iterator[Services]:
    """Hand out services on PostgreSQL, where there are row locks."""
    with _postgres.fresh() as url:
        built = build_services(settings.load(database_url=url))
        meet(built.database)
        yield built
        built.core.close()


def _named_by_email(services: Services) -> int:
    """Declare an escalation whose fix owner is known by e-mail only."""
    declaration = Declaration(account_id=None, new_account="Acme", summary="All is down", level="sev3")
    number = services.declarations.declare(declaration, by="U01NOOR", request="V1", view_id=None).number
    with services.records.changing(number, by="U01NOOR") as change:
        change.hold(FIX_OWNER, "Dana@example.com", "named")
        change.invite("Dana@example.com")
    with services.database.transaction() as tx:
        services.channels.opened(tx, number, OwnChannel("C01", "esc-acme"))
    return number


def _wait_for_a_waiter(services: Services) -> None:
    """Wait until the database says that somebody waits for a lock."""
    pause = Event()
    for _ in range(LONG * 20):
        with services.database.engine.connect() as connection:
            if connection.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                return
        pause.wait(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("how", ["invited", "looked up"])
def test_storing_who_somebody_is_waits_for_a_change_of_their_role(services: Services, how: str) -> None:
    """A button is pressed while Slack says who is behind an address."""
    number = _named_by_email(services)
    holds = Event()

    def press() -> None:
        with services.records.changing(number, by="U01NOOR") as change:
            holds.set()
            _wait_for_a_waiter(services)
            # What a press does next: it writes the people of the escalation that it holds.
            for participant in change.row.participants:
                participant.reason = "looked at"
            change.hold(FIX_OWNER, "U01ELI", "took it over")

    def learn() -> None:
        holds.wait(LONG)
        with services.database.transaction() as tx:
            if how == "invited":
                services.channels.invited(tx, number, "C01", asked=[], refused={}, found={"dana@example.com": DANA})
            else:
                profiles.learn(tx, "dana@example.com", DANA)

    with ThreadPoolExecutor(2) as threads:
        for future in [threads.submit(press), threads.submit(learn)]:
            future.result(timeout=LONG)
    facts = services.escalations.one(number, viewer="U01NOOR")[0]
    assert facts.holder(FIX_OWNER) == "U01ELI"
    assert "U01DANA" in {invitee.person for invitee in facts.invitees}
