"""Keeps the timers of an escalation in line with what policy says they should be."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.models.base import Base
from bot.models.work import Timer
from bot.policy.escalation import EscalationFacts
from bot.policy.rules import Policy
from bot.policy.timers import Planned, plan
from bot.services.core import Transaction

# Timers are written past the session, as effects are.
_TABLE = Base.metadata.tables[Timer.__tablename__]


def bring_in_line(tx: Transaction, facts: EscalationFacts, policy: Policy, archive_after: timedelta) -> int:
    """Take away the timers that should no longer be, add those that are missing; return how many were wrong.

    One that has fired stays fired: its key is taken. Of those only the planned ones are read, however many have fired.
    """
    wanted = {timer.key: timer for timer in plan(facts, policy, archive_after=archive_after)}
    waiting = and_(Timer.escalation_id == facts.number, Timer.fired_at.is_(None))
    rows = tx.session.execute(select(Timer.key, Timer.fired_at).where(or_(waiting, Timer.key.in_(wanted)))).all()
    known = {key for key, _ in rows}
    stale = [key for key, fired_at in rows if fired_at is None and key not in wanted]
    missing = [timer for key, timer in wanted.items() if key not in known]
    if stale:
        tx.session.execute(delete(Timer).where(Timer.key.in_(stale), Timer.fired_at.is_(None)))
    add(tx, facts.number, missing)
    return len(stale) + len(missing)


def add(tx: Transaction, escalation: int | None, timers: Sequence[Planned]) -> None:
    """Write timers; one whose key exists already, fired or not, is left as it is."""
    if not timers:
        return
    rows: list[dict[str, Any]] = [
        {
            "key": timer.key,
            "escalation_id": escalation,
            "kind": timer.kind,
            "due_at": timer.due_at,
            "data": dict(timer.data),
            "failures": 0,
        }
        for timer in timers
    ]
    insert = sqlite.insert if tx.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    tx.session.execute(insert(_TABLE).on_conflict_do_nothing(), rows)
