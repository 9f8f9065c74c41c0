"""A company with years of Escalate: thousands of open escalations and many more closed ones, written in bulk.

A few escalations are declared through the services. Everything else is copied from them inside the database, with
different role holders, accounts and end times. Timers of open escalations are those the policy plans, the next due in
an hour at the earliest, so a bot that starts on it finds nothing to repair.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)

from bot import settings
from bot.app import build_services
from bot.models.account import Account, Person, PersonState
from bot.models.base import Base, UtcDateTime
from bot.models.clocks import ClockSpan
from bot.models.ending import cause_key
from bot.models.escalation import Escalation
from bot.models.people import Participant, Slot
from bot.models.work import Effect, EffectState, Timer
from bot.policy.account_names import same_key
from bot.policy.members import MemberType
from bot.policy.plan.timers import TimerKind
from bot.policy.record.channel import InviteState
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, Status
from bot.policy.record.promises import PromiseState
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from tests.bench.world import DECLARERS, DIRECTORY
from tests.bench.world import MANAGER as TEMPLATE_MANAGER
from tests.bench.world import OWNER as TEMPLATE_OWNER
from tests.bench.world import RELATIONSHIP as TEMPLATE_RELATIONSHIP
from tests.support.databases import Postgres, Sqlite
from tests.support.members import meet


@dataclass(frozen=True)
class Size:
    """The number of open escalations, and of closed ones besides."""

    live: int
    ended: int

    def __str__(self) -> str:
        """Return it for a figure's details."""
        return f"{self.live:,} open, {self.ended:,} closed"


SMALL = Size(live=100, ended=100)
LARGE = Size(live=5_000, ended=100_000)

ACCOUNTS = 5_000
FIX_OWNERS = tuple(f"U02F{number:03}" for number in range(200))
RELATIONSHIP_OWNERS = tuple(f"U02C{number:03}" for number in range(100))
MANAGERS = tuple(f"U02M{number:02}" for number in range(50))

# Of twenty escalations one is confidential and two are not acknowledged.
_TEMPLATES = 20
_CONFIDENTIAL = 19
_UNACKNOWLEDGED = (6, 13)
_LEVELS = ("sev2", "sev3", "sev3", "sev4")
_YEARS_BACK = timedelta(days=3 * 365)

_PLACES = Table(
    "place",
    MetaData(),
    Column("number", Integer, primary_key=True),
    Column("template", Integer),
    Column("account", Integer),
    Column("declarer", String),
    Column("fix_owner", String),
    Column("relationship_owner", String),
    Column("manager", String),
    # When it began and ended; None for open ones, which keep their template's times.
    Column("began_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    prefixes=["TEMPORARY"],
)
# Tables copied with an escalation. Case reviews, proposals and answers to forms are rare and left out.
_COPIED = ("slot", "sla_clock", "clock_span", "participant", "timeline", "timer", "effect", "promise")


def staff() -> dict[str, str]:
    """Return the names of everybody who holds a role, by Slack id."""
    people = {"fix": FIX_OWNERS, "csm": RELATIONSHIP_OWNERS, "manager": MANAGERS}
    return {who: f"{kind}{number}" for kind, ids in people.items() for number, who in enumerate(ids)}


@contextmanager
def populated(databases: Sqlite | Postgres, size: Size) -> Iterator[str]:
    """Yield the URL of a database of this size."""
    with databases.fresh() as url:
        populate(url, size)
        yield url


@contextmanager
def services_on(url: str) -> Iterator[Services]:
    """Yield the services on a database, with the benchmark's directory."""
    with TemporaryDirectory() as folder:
        directory = Path(folder, "directory.yml")
        directory.write_text(DIRECTORY)
        services = build_services(settings.load(database_url=url, directory=directory))
        try:
            yield services
        finally:
            services.core.close()


def populate(url: str, size: Size) -> None:
    """Fill an empty, migrated database."""
    with services_on(url) as services:
        _write_accounts_and_people(services)
        _declare_templates(services)
        with services.database.engine.begin() as connection:
            if not services.database.is_sqlite:
                # Copying a hundred thousand rows takes longer than any statement of the bot may.
                connection.execute(text("SET LOCAL statement_timeout = 0"))
            _settle_templates(connection)
            _PLACES.create(connection)
            _copy(connection, _open_places(size.live))
            _end_templates(connection)
            # The templates are the first closed ones.
            _copy(connection, _ended_places(size.live, size.ended - _TEMPLATES))
            _note_what_is_next(connection)
        _analyze(services)


def _write_accounts_and_people(services: Services) -> None:
    with services.database.transaction() as tx:
        common: dict[str, Any] = {
            "tier": "standard",
            "plan": "business",
            "health": 90,
            "vip": False,
            "dedicated_csm": False,
            "contacts": [],
            "extra": {},
            "created_at": tx.now,
            "updated_at": tx.now,
        }
        names = [f"Customer {number:04}" for number in range(ACCOUNTS)]
        tx.session.execute(insert(Account), [{"name": name, "name_key": same_key(name), **common} for name in names])
        seen: dict[str, Any] = {"zone": "UTC", "state": PersonState.ACTIVE, "checked_at": tx.now}
        seen["member_type"] = MemberType.MEMBER
        people = [
            {"slack_id": who, "email": f"{name}@example.com", "name": name, **seen} for who, name in staff().items()
        ]
        tx.session.execute(insert(Person), people)


def _declare_templates(services: Services) -> None:
    meet(services.database, TEMPLATE_OWNER, TEMPLATE_MANAGER, TEMPLATE_RELATIONSHIP, *DECLARERS)
    for place in range(_TEMPLATES):
        declaration = Declaration(
            account_id=ACCOUNTS - place,
            new_account=None,
            summary="Exports are down",
            level=_LEVELS[place % len(_LEVELS)],
            confidential=place == _CONFIDENTIAL,
        )
        facts = services.declarations.declare(declaration, by=DECLARERS[place], request=f"T{place}")
        if place not in _UNACKNOWLEDGED:
            services.acknowledgements.acknowledge(facts.number, by=TEMPLATE_OWNER)


def _settle_templates(connection: Connection) -> None:
    """Give the templates a channel and a card with everybody in it, and nothing left to be done outside."""
    for number in connection.execute(select(Escalation.id)).scalars().all():
        channel = {"channel_id": f"C03{number}", "channel_name": f"esc-customer-{number}", "card_ts": "1.1"}
        connection.execute(
            update(Escalation).where(Escalation.id == number).values(opening_effect_id=None, problems={}, **channel)
        )
    connection.execute(update(Participant).values(state=InviteState.INVITED))
    asked = Timer.kind.in_((TimerKind.CHECKLIST, TimerKind.ASK_FACTS))  # within the first minutes, which are over
    connection.execute(update(Timer).where(asked).values(fired_at=datetime.now(UTC)))
    settled = {"state": EffectState.DONE, "after_id": None, "coalesce_key": None, "lane": None}
    connection.execute(update(Effect).values(settled_at=datetime.now(UTC), **settled))


def _end_templates(connection: Connection) -> None:
    """Close the templates, so that later copies are closed. Few of their timers and effects are kept."""
    now = datetime.now(UTC)
    connection.execute(update(ClockSpan).where(ClockSpan.escalation_id <= _TEMPLATES).values(stopped_at=now))
    connection.execute(update(Slot).where(Slot.escalation_id <= _TEMPLATES).values(is_open=False))
    connection.execute(
        update(Escalation)
        .where(Escalation.id <= _TEMPLATES)
        .values(
            status=Status.CLOSED,
            mitigated_at=now,
            resolved_at=now,
            closed_at=now,
            closed_by=TEMPLATE_OWNER,
            fixed="The queue was emptied.",
            cause="Deployment",
            cause_key=cause_key("Deployment"),
            closing_summary="It works again.",
            acknowledged_by=TEMPLATE_OWNER,
            acknowledged_at=now,
            customer_update_due_at=None,
            internal_update_due_at=None,
            # Confidential escalations keep their channel.
            channel_archived_at=case((Escalation.is_private.is_(False), literal(now, UtcDateTime())), else_=None),
        )
    )
    for table, kept in ((Timer, 2), (Effect, 3)):
        numbered = select(
            table.id, func.row_number().over(partition_by=table.escalation_id, order_by=table.id).label("nth")
        ).where(table.escalation_id <= _TEMPLATES)
        ranked = numbered.subquery()
        connection.execute(delete(table).where(table.id.in_(select(ranked.c.id).where(ranked.c.nth > kept))))
    connection.execute(update(Timer).where(Timer.escalation_id <= _TEMPLATES).values(fired_at=now))


def _note_what_is_next(connection: Connection) -> None:
    """Set when each escalation's next timer is due, and stop account weighting for closed ones."""
    waiting = select(Timer.escalation_id, func.min(Timer.due_at).label("at")).where(Timer.fired_at.is_(None))
    earliest = waiting.group_by(Timer.escalation_id).subquery()
    connection.execute(update(Escalation).values(next_due_at=None))
    noted = update(Escalation).where(Escalation.id == earliest.c.escalation_id)
    connection.execute(noted.values(next_due_at=earliest.c.at))
    connection.execute(update(Escalation).where(Escalation.status == Status.CLOSED).values(weigh_at=None))


def _open_places(live: int) -> list[dict[str, Any]]:
    return [_place(_TEMPLATES + number, began_at=None, ended_at=None) for number in range(1, live + 1)]


def _ended_places(live: int, ended: int) -> list[dict[str, Any]]:
    """Spread closed escalations over three years, newest last; each took a day."""
    began, step = datetime.now(UTC) - _YEARS_BACK, (_YEARS_BACK - timedelta(days=40)) / max(1, ended)
    return [
        _place(
            _TEMPLATES + live + number,
            began_at=began + step * number,
            ended_at=began + step * number + timedelta(days=1),
        )
        for number in range(1, ended + 1)
    ]


def _place(number: int, **times: datetime | None) -> dict[str, Any]:
    return {
        "number": number,
        "template": 1 + number % _TEMPLATES,
        "account": 1 + number % (ACCOUNTS - _TEMPLATES),
        "declarer": DECLARERS[number % len(DECLARERS)],
        "fix_owner": FIX_OWNERS[number % len(FIX_OWNERS)],
        "relationship_owner": RELATIONSHIP_OWNERS[number % len(RELATIONSHIP_OWNERS)],
        # The first manager is responsible for every second one, so that their screens are full even if few are open.
        "manager": MANAGERS[0] if number % 2 else MANAGERS[1 + number // 2 % (len(MANAGERS) - 1)],
        **times,
    }


def _copy(connection: Connection, places: list[dict[str, Any]]) -> None:
    """Copy templates: every column as it is, except those that differ between copies."""
    place = _PLACES.c
    connection.execute(delete(_PLACES))
    connection.execute(insert(_PLACES), places)
    for name in ("escalation", *_COPIED):
        table = Base.metadata.tables[name]
        own = Escalation.__table__.c.id if name == "escalation" else table.c.escalation_id
        values = _differing(table)
        columns = [column for column in table.c if column.name in values or column.name != "id"]
        copied = select(*(values.get(column.name, column) for column in columns)).join_from(
            table, _PLACES, own == place.template
        )
        connection.execute(insert(table).from_select(columns, copied.order_by(place.number, *table.primary_key)))


def _differing(table: Table) -> dict[str, ColumnElement[Any]]:
    """Return the columns that are not copied unchanged, with their expressions."""
    place, own = _PLACES.c, table.c
    number = cast(place.number, String)

    def moved(column: str, to: ColumnElement[Any]) -> ColumnElement[Any]:
        """Return a moved time if there is one; what did not happen to the template did not happen to the copy."""
        return case((own[column].is_(None), None), else_=func.coalesce(to, own[column], type_=UtcDateTime()))

    match table.name:
        case "escalation":
            ends = ("mitigated_at", "resolved_at", "closed_at", "channel_archived_at")
            began = ("declared_at", "acknowledged_at", "weighed_at")
            return {
                "id": place.number,
                "request_key": literal("copy-") + number,
                "account_id": place.account,
                "declared_by": place.declarer,
                "channel_id": literal("C04") + number,
                "channel_name": literal("esc-copy-") + number,
                **{name: moved(name, place.began_at) for name in began},
                **{name: moved(name, place.ended_at) for name in ends},
            }
        case "slot":
            person = case(
                (own.role == FIX_OWNER, place.fix_owner),
                (own.role == RELATIONSHIP_OWNER, place.relationship_owner),
                (own.role == MANAGER, place.manager),
                else_=own.person,
            )
            return {"escalation_id": place.number, "person": person}
        case "promise":
            owner = case(
                (own.owner == TEMPLATE_OWNER, place.fix_owner),
                (own.owner == TEMPLATE_RELATIONSHIP, place.relationship_owner),
                (own.owner == TEMPLATE_MANAGER, place.manager),
                else_=own.owner,
            )
            state = case((place.ended_at.is_(None), own.state), else_=literal(PromiseState.KEPT, own.state.type))
            times = {name: moved(name, place.began_at) for name in ("made_at", "due_at")}
            settled = {name: moved(name, place.ended_at) for name in ("settled_at", "answered_at")}
            return {"escalation_id": place.number, "owner": owner, "state": state, **times, **settled}
        case "participant":
            person = case(
                (own.person == TEMPLATE_OWNER, place.fix_owner),
                (own.person == TEMPLATE_RELATIONSHIP, place.relationship_owner),
                (own.person == TEMPLATE_MANAGER, place.manager),
                else_=place.declarer,
            )
            return {"escalation_id": place.number, "person": person}
        case "clock_span":
            times = {
                "started_at": moved("started_at", place.began_at),
                "stopped_at": moved("stopped_at", place.ended_at),
            }
            return {"escalation_id": place.number, **times}
        case "timeline":
            return {"escalation_id": place.number, "at": func.coalesce(place.ended_at, own.at)}
        case "timer":
            old = literal("ESC-") + cast(place.template, String) + ":"
            key = func.replace(own.key, old, literal("ESC-") + number + ":")
            times = {"due_at": moved("due_at", place.began_at), "fired_at": moved("fired_at", place.ended_at)}
            return {"escalation_id": place.number, "key": key, **times}
        case "effect":
            times = {name: func.coalesce(place.ended_at, own[name]) for name in ("created_at", "settled_at")}
            return {"escalation_id": place.number, **times}
        case _:
            return {"escalation_id": place.number}


def _analyze(services: Services) -> None:
    """Update the planner's statistics, as on a database that has run for years."""
    with services.database.engine.connect() as plain:
        connection = plain.execution_options(isolation_level="AUTOCOMMIT")
        if services.database.is_sqlite:
            connection.execute(text("ANALYZE"))
            return
        highest = select(func.max(Escalation.id)).scalar_subquery()
        connection.execute(select(func.setval(func.pg_get_serial_sequence("escalation", "id"), highest)))
        connection.execute(text("VACUUM ANALYZE"))
