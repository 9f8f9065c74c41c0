"""The named queries. An escalation is always loaded whole, in a fixed number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Integer, Select, bindparam, func, literal_column, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from bot.database import related, standings
from bot.database.bulk import write_held
from bot.database.instances import loaded, table_of
from bot.database.standings import Standing
from bot.models.account import Account, Person
from bot.models.base import Base, UtcDateTime
from bot.models.escalation import Escalation
from bot.models.policy_version import PolicyVersion
from bot.models.work import Effect, EffectState, Timer
from bot.policy.model.facts import ACCOUNT
from bot.policy.plan.timers import TimerKind
from bot.policy.record.escalation import Status

# A timer with this many failures keeps failing: an operator should look. It is retried all the same.
MOST_FAILURES = 5
LIVE = (Status.OPEN, Status.MITIGATED, Status.RESOLVED)
# The values are literals in the statement, because only then can a partial index serve it.
IS_LIVE: Final[ColumnElement[bool]] = Escalation.status.in_(
    bindparam("live", LIVE, expanding=True, literal_execute=True)
)


# A policy's text is loaded separately, once per process, by processes that haven't parsed it yet.
_ROW = select(Escalation).options(
    joinedload(Escalation.account),
    joinedload(Escalation.policy).defer(PolicyVersion.body),
)
# Hot statements are built once: building one takes longer than the database takes to run it.
_ONE = _ROW.where(Escalation.id == bindparam("number"))
# NO KEY UPDATE: rows that refer to a locked escalation, such as effects of others about it, can be inserted meanwhile.
_ONE_LOCKED = _ONE.with_for_update(of=Escalation, key_share=True)
_ONE_FOR_SOMEBODY = (
    _ONE.add_columns(*standings.COLUMNS)
    .outerjoin(table_of(Person), standings.IS_THEIRS)
    .with_for_update(of=Escalation, key_share=True)
)
_ONE_UNLESS_LOCKED = _ONE.with_for_update(of=Escalation, key_share=True, skip_locked=True)
_SEVERAL = _ROW.where(Escalation.id.in_(bindparam("numbers", expanding=True)))
# Databases limit the parameters of a statement.
AT_ONCE: Final = 500
_DECLARATIONS = select(Escalation.declared_at, Escalation.status).where(
    Escalation.account_id == bindparam("account"),
    Escalation.withdrawn_reason.is_(None),
    Escalation.declared_at >= bindparam("since", type_=UtcDateTime()),
    Escalation.id != bindparam("but"),
)
_LIVE_COUNTS = (
    select(Escalation.account_id, func.count())
    .where(
        IS_LIVE,
        Escalation.account_id.in_(bindparam("accounts", expanding=True)),
        Escalation.is_private.is_(False),
    )
    .group_by(Escalation.account_id)
)


def escalation(session: Session, number: int, *, lock: bool = False) -> Escalation | None:
    """Return one escalation, whole; with `lock`, locked against other writers."""
    return _one(session, _ONE_LOCKED if lock else _ONE, number)


def escalation_for(session: Session, number: int, who: str) -> tuple[Escalation, Standing] | None:
    """Return one escalation, whole and locked, with the standing of the person who wants to change it."""
    found = session.execute(_ONE_FOR_SOMEBODY, {"number": number, "who": who}).one_or_none()
    if found is None:
        return None
    row, *standing = found
    _load_related(session, [row])
    return row, Standing(*standing)


def unless_locked(session: Session, number: int) -> Escalation | None:
    """Return one escalation, locked; None if it doesn't exist or another worker has it (SKIP LOCKED)."""
    return _one(session, _ONE_UNLESS_LOCKED, number)


def escalations(session: Session, numbers: Sequence[int]) -> dict[int, Escalation]:
    """Return several escalations, whole, by number."""
    if not numbers:
        return {}
    rows = session.scalars(_SEVERAL, {"numbers": sorted(set(numbers))}).all()
    return {row.id: row for row in _whole(session, rows)}


def live(session: Session) -> Sequence[Escalation]:
    """Return all escalations that aren't closed, oldest first: for operator reports, never while somebody waits."""
    return _whole(session, session.scalars(_ROW.where(Escalation.status.in_(LIVE)).order_by(Escalation.id)).all())


def live_counts(session: Session, accounts: Sequence[int]) -> dict[int, int]:
    """Return how many escalations each account has that aren't closed; accounts without any are left out.

    Everybody who types a name sees it, so confidential ones aren't counted.
    """
    if not accounts:
        return {}
    return dict(session.execute(_LIVE_COUNTS, {"accounts": list(accounts)}).all())


def declarations_of(
    session: Session, account: int, since: datetime, *, but: int | None = None
) -> Sequence[tuple[datetime, Status]]:
    """Return an account's declarations with their time and status, without withdrawn ones and `but`."""
    # No escalation has the number 0.
    which = {"account": account, "since": since, "but": but or 0}
    return [(at, status) for at, status in session.execute(_DECLARATIONS, which)]


def live_programme(account: int | BindParameter[int]) -> Select[int, bool | None]:
    """Return the statement that finds an account's programme, accepted or proposed: number and answer.

    A confidential one doesn't exist for anybody else, so it isn't found.
    """
    mine = (Escalation.account_id == account, Escalation.kind == ACCOUNT, Escalation.is_private.is_(False))
    return select(Escalation.id, Escalation.accepted).where(*mine, IS_LIVE).order_by(Escalation.id).limit(1)


def of_channel(session: Session, channel: str) -> int | None:
    """Return the number of the escalation a channel belongs to."""
    return session.scalars(
        select(Escalation.id).where(Escalation.channel_id == channel).order_by(Escalation.id.desc()).limit(1)
    ).one_or_none()


def of_accounts(session: Session, accounts: Sequence[int]) -> Sequence[Escalation]:
    """Return all escalations of some accounts."""
    of_them = _ROW.where(Escalation.account_id.in_(accounts)).order_by(Escalation.id)
    return _whole(session, session.scalars(of_them).all())


def account_named(session: Session, key: str) -> Account | None:
    """Return the account with that name, by its key (see `name_key`)."""
    return session.scalars(select(Account).where(Account.name_key == key)).one_or_none()


# No retry is planned further ahead. A row that says otherwise (`infinity`, say) is wrong and is tried at once.
LONGEST_PAUSE: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DueTimers:
    """The most urgent due timers with their escalations, and the due time of the oldest."""

    timers: Sequence[tuple[int | None, str]]
    oldest: datetime | None


def due(session: Session, now: datetime, real_now: datetime, limit: int) -> DueTimers:
    """Return the head of the due, unfired timers, most urgent first; failed ones wait for their retry.

    Kinds written by a newer version wait for that version.
    """
    moments = {"now": now, "real_now": real_now, "implausible": real_now + LONGEST_PAUSE}
    rows = session.execute(_DUE, {**moments, "most": limit}).all()
    if not rows:
        return DueTimers((), None)
    oldest: Any = session.scalar(_OLDEST_DUE, moments)
    return DueTimers([(row.escalation_id, row.key) for row in rows], oldest if isinstance(oldest, datetime) else None)


_now, _real_now = bindparam("now", type_=UtcDateTime()), bindparam("real_now", type_=UtcDateTime())
_implausible = bindparam("implausible", type_=UtcDateTime())
_IS_DUE = (
    Timer.kind.in_([literal_column(f"'{kind}'") for kind in TimerKind]),
    Timer.fired_at.is_(None),
    Timer.due_at <= _now,
    or_(Timer.not_before.is_(None), Timer.not_before <= _real_now, Timer.not_before > _implausible),
)
# Asked each second: building them once saves most of the cost, and so do literals instead of many parameters.
_DUE = (
    select(Timer.escalation_id, Timer.key)
    .where(*_IS_DUE)
    .order_by(Timer.priority, Timer.due_at, Timer.id)
    .limit(bindparam("most", type_=Integer()))
)
_OLDEST_DUE = select(Timer.due_at).where(*_IS_DUE).order_by(Timer.due_at).limit(1)


_FAILING = (
    select(func.count())
    .select_from(Timer)
    .where(Timer.fired_at.is_(None), Timer.failures > 0, Timer.failures >= MOST_FAILURES)
)


def failing(session: Session) -> int:
    """Return how many timers keep failing."""
    return session.scalars(_FAILING).one()


def parked(session: Session, limit: int = 50) -> Sequence[Effect]:
    """Return the parked effects, newest first."""
    statement = select(Effect).where(Effect.state == EffectState.PARKED).order_by(Effect.id.desc()).limit(limit)
    return session.scalars(statement).all()


def _one(session: Session, statement: Select[Escalation], number: int) -> Escalation | None:
    row = session.scalars(statement, {"number": number}).one_or_none()
    if row is not None:
        _load_related(session, [row])
    return row


def _whole(session: Session, rows: Sequence[Escalation]) -> Sequence[Escalation]:
    """Load the related rows of escalations, and return these."""
    for first in range(0, len(rows), AT_ONCE):
        _load_related(session, rows[first : first + AT_ONCE])
    return rows


def _load_related(session: Session, rows: Sequence[Escalation]) -> None:
    # Rows that this session has loaded before may have been changed since.
    missing = {row.id: row for row in rows if any(one.key not in row.__dict__ for one in related.RELATED)}
    if not missing:
        return
    found = {number: {one.key: list[Base]() for one in related.RELATED} for number in missing}
    write_held(session)
    for relation, values in related.read(session, missing):
        part = loaded(session, relation.property.mapper.class_, values)
        found[part.escalation_id][relation.key].append(part)
    for number, parts in found.items():
        for name, several in parts.items():
            if name not in missing[number].__dict__:
                set_committed_value(missing[number], name, several)
