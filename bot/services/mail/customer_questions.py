"""Queue a question to a customer: a mail with a signed link."""

from sqlalchemy import func, select

from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.models.customer_questions import CustomerQuestion
from bot.models.work import EffectKind
from bot.policy.decide.confirming import ANSWERED_WITHIN
from bot.policy.model.verification import masked
from bot.policy.record.customer_questions import QuestionKind


def put(change: Change, kind: QuestionKind, to: str, words: str, *, by: str) -> None:
    """Store a question and queue its mail."""
    tx = change.tx
    row = CustomerQuestion(
        escalation_id=change.row.id,
        kind=kind,
        address=to,
        text=masked(words),
        asked_by=by,
        asked_at=tx.now,
        expires_at=(tx.real_now + ANSWERED_WITHIN).replace(microsecond=0),
    )
    tx.session.add(row)
    tx.session.flush()
    change.record("customer question", by=by, after={"to": to, "kind": kind.value})
    lane = f"{change.row.key}:customer-{row.id}"
    change.do(NewEffect(EffectKind.CUSTOMER_QUESTION, {"question": row.id}, lane=lane))


def was_asked(change: Change, kind: QuestionKind) -> bool:
    """Return True if a question of a kind was put before, unless its mail was refused."""
    mine = select(func.count()).where(
        CustomerQuestion.escalation_id == change.row.id,
        CustomerQuestion.kind == kind,
        CustomerQuestion.failure.is_(None),
    )
    return bool(change.tx.session.scalar(mine))
