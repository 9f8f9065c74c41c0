"""What people owe, by person: one look-up however much is on record."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BindParameter, ColumnElement, Row, bindparam, func, select
from sqlalchemy.orm import aliased

from bot.database.policies import Policies
from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.account import Account
from bot.models.escalation import Escalation
from bot.models.obligation import Obligation
from bot.models.watch import WatchQuestion
from bot.policy.model.rules import Policy
from bot.policy.record.channel import ChannelTrouble
from bot.policy.record.obligations import ObligationFacts, ObligationKind, OwedLine, OwedLines

_LATER: Final = aliased(WatchQuestion)
# The newest question of an escalation, until it is answered.
_IS_ASKED: Final = (
    WatchQuestion.answer.is_(None),
    WatchQuestion.since == Escalation.resolved_at,
    Escalation.withdrawn_reason.is_(None),
    ~select(_LATER.id)
    .where(_LATER.escalation_id == WatchQuestion.escalation_id, _LATER.id > WatchQuestion.id)
    .exists(),
)
_CLOSE: Final[BindParameter[Any]] = bindparam(
    "close", ObligationKind.CLOSE, type_=Obligation.kind.type, literal_execute=True
)
# To close an escalation is no line of its own: lists show the escalation.
_IS_LISTED: Final = Obligation.kind != _CLOSE
_OF: Final = (
    Escalation.id.label("number"),
    Escalation.is_private,
    Escalation.channel_id,
    Escalation.channel_trouble,
    Escalation.policy_id,
    Account.name.label("account"),
)


def is_of(own: Collection[str]) -> ColumnElement[bool]:
    """Return the condition for what somebody owes, by their identities."""
    return Obligation.person.in_(sorted(own))


def to_close(own: Collection[str]) -> ColumnElement[bool]:
    """Return the condition for the escalations that wait for somebody, by their identities, to close them."""
    mine = select(Obligation.escalation_id).where(is_of(own), Obligation.kind == _CLOSE)
    # A sum, which no index serves: it is looked up among the numbers of a list.
    return (Escalation.id + 0).in_(mine)


def owed(
    tx: Transaction, policies: Policies, own: Collection[str], seen: ColumnElement[bool], *, limit: int
) -> OwedLines:
    """Return what somebody owes by now, by their identities, as far as `seen` holds: the earliest first.

    What has no date comes last. It takes two statements.
    """
    asked = (
        select(WatchQuestion, func.count().over(), *_OF)
        .join(Escalation, Escalation.id == WatchQuestion.escalation_id)
        .join(Account, Account.id == Escalation.account_id)
        .where(WatchQuestion.person.in_(sorted(own)), *_IS_ASKED, seen)
        .order_by(WatchQuestion.asked_at, WatchQuestion.id)
        .limit(limit)
    )
    stored = _stored(own, Obligation.since <= tx.now, seen).limit(limit)
    return _read(tx, policies, (stored, asked), limit)


def overdue(
    tx: Transaction, policies: Policies, people: Collection[str], seen: ColumnElement[bool], *, limit: int
) -> OwedLines:
    """Return what people owe that is overdue, as far as `seen` holds: the earliest first. It takes one statement."""
    return _read(tx, policies, (_stored(people, Obligation.due_at <= tx.now, seen).limit(limit),), limit)


def _stored(people: Collection[str], *where: ColumnElement[bool]) -> Any:
    return (
        select(Obligation, func.count().over(), *_OF)
        .join(Escalation, Escalation.id == Obligation.escalation_id)
        .join(Account, Account.id == Escalation.account_id)
        .where(is_of(people), _IS_LISTED, *where)
        .order_by(Obligation.due_at.is_(None), Obligation.due_at, Obligation.since, Obligation.id)
    )


def _read(tx: Transaction, policies: Policies, statements: Collection[Any], limit: int) -> OwedLines:
    found, total = list[tuple[ObligationFacts, Row[Any]]](), 0
    for statement in statements:
        rows = tx.session.execute(statement).all()
        total += rows[0][1] if rows else 0
        found += [(_facts(row[0]), row) for row in rows if not reading.problem(row[0])]
    known = policies.numbered(tx, {row.policy_id for _, row in found})
    lines = [_line(facts, row, known[row.policy_id]) for facts, row in found if row.policy_id in known]
    return OwedLines(tuple(sorted(lines, key=_place)[:limit]), total)


def _place(line: OwedLine) -> tuple[bool, datetime]:
    """Return the sort key: what has no date comes last, by when it was asked for."""
    return line.owed.due_at is None, line.at


def _facts(row: Obligation | WatchQuestion) -> ObligationFacts:
    if isinstance(row, Obligation):
        return row.facts()
    return ObligationFacts(kind=ObligationKind.WATCH, person=row.person, since=row.asked_at, about=str(row.id))


def _line(facts: ObligationFacts, row: Row[Any], policy: Policy) -> OwedLine:
    return OwedLine(
        owed=facts,
        number=row.number,
        account=row.account,
        is_private=row.is_private,
        channel=row.channel_id if row.channel_trouble is not ChannelTrouble.DELETED else None,
        policy=policy,
    )
