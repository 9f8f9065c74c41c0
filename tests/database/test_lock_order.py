"""Lock order: two changes at once wait for each other, never in a circle, and both succeed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
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
from bot.views.kit import ids
from tests.support.databases import Postgres
from tests.support.every_form import FORMS
from tests.support.locks import Locks
from tests.support.members import meet
from tests.support.story import ACCOUNTS, USERS, Story
from tests.support.story import story as told

DANA = Profile(
    "U01DANA", "Dana Fox", "dana@example.com", "Europe/Berlin", is_active=True, member_type=MemberType.MEMBER
)
LONG = 30


@pytest.fixture(name="server")
def _server(_postgres: Postgres) -> Postgres:
    return _postgres


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
    number = services.declarations.declare(declaration, by="U01NOOR", request="V1").number
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


# Kinds of rows that are locked in both orders, and why it does no harm.
HARMLESS = {
    frozenset({"effect running"}): "a process renews the leases of its own effects only, one time after the other",
}
# What changes several records at once, and what the scheduler does afterwards.
DRIVE = (
    ids.STATUS_CALL,
    ids.CASE_REVIEW,
    ids.CLOSE,
    ids.ASSIGN,
    ids.DECLINE_LEVEL,
    ids.INCIDENT_OVER,
    ids.FOLLOW_UP,
    ids.TAKE_SHIFT,
    ids.DRILL_STEP,
    ids.ADMIN_ENTRY,
)


def test_no_two_transactions_lock_rows_in_opposite_orders(server: Postgres, folder: Path) -> None:
    """No two transactions lock A and B in opposite orders, unless something else keeps them apart."""
    locks = Locks()
    with server.fresh() as url:
        locks.install(url)
        with told(url, folder) as story, locks.recording(story.program.services.database.engine):
            for name in DRIVE:
                locks.about = name
                who = FORMS[name].open(story)
                story.submit(who, **FORMS[name].values)
                if story.has_form(who):
                    story.control.post("close", user=USERS[who], all=True)
            locks.about = "the rest"
            rest(story)
    # One of each kind, with the shortest first.
    circles = {frozenset((step.held, step.wanted) for step in circle): circle for circle in locks.circles(HARMLESS)}
    found = ["\n".join(locks.steps[step] for step in circle) for circle in sorted(circles.values(), key=len)]
    assert not found, "\n\n".join(found)
    assert locks.tables > {"escalation", "timer", "effect", "account", "person", "incident", "level_request", "drill"}
    assert locks.transactions > 500


def rest(story: Story) -> None:
    """Become confidential, load accounts again, refresh people, let time pass, and remove what is over."""
    story.menu("ana", "category", story.declare(), category="technical", confidential=["confidential"])
    story.program.services.account_import.load(f"{ACCOUNTS}Hooli,,,,,,,,,,\n".encode(), "accounts.csv")
    story.by_hand("member", "eli", deleted=True)
    story.forward(minutes=30)
    story.skip(days=20)
    engine = story.program.engine
    for job in (engine._names, engine._weights, engine._audit, engine._homes, engine._groups, engine._retention):
        story.run(job())
    story.settle()
