"""Makes submitting a form idempotent: a form that is sent twice is processed once.

People press twice, Slack delivers twice, and people retry when asked to. The transaction that processes a form records
which form it was, so that a second one finds it. That holds for every form whose work begins with `Records.changing`,
also for those added later.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import delete, select

from bot.database.instances import table_of
from bot.database.transaction import Transaction
from bot.database.upserts import upsert_on
from bot.errors import AlreadyDone
from bot.models.work import ProcessedForm

# Long after Slack's last retry, and after everybody has closed the form.
KEPT = timedelta(days=2)


@dataclass
class Submission:
    """A submitted form: `form` identifies it as it was drawn, `content` its values. Both are digests."""

    form: str
    content: str
    noted_in: Transaction | None = None

    @classmethod
    def of(cls, view: Mapping[str, Any]) -> "Submission":
        """Return the digests of a form. A form redrawn in place of another is another form."""
        drawn = [view.get(part) for part in ("id", "callback_id", "private_metadata", "blocks")]
        return cls(_digest(drawn), _digest((view.get("state") or {}).get("values")))


_current: ContextVar[Submission | None] = ContextVar("submission", default=None)


@contextmanager
def answering(view: Mapping[str, Any]) -> Iterator[None]:
    """Process a form in this block, once."""
    token = _current.set(Submission.of(view))
    try:
        yield
    finally:
        _current.reset(token)


@cache
def _note(dialect: str) -> Any:
    table = table_of(ProcessedForm)
    return upsert_on(dialect, table).on_conflict_do_nothing().returning(table.c.form)


def note(tx: Transaction) -> None:
    """Record that the current form is processed. Raises AlreadyDone if it was before; else the work may go on.

    Without a current form there is nothing to record. A later transaction of the same request may go on as well.
    """
    sent = _current.get()
    if sent is None or sent.noted_in is not None:
        return
    # If the same form came at the same moment, this waits until that one is committed.
    row = {"form": sent.form, "content": sent.content, "sent_at": tx.real_now}
    if tx.session.execute(_note(tx.session.connection().dialect.name), row).one_or_none() is None:
        content = tx.session.scalars(select(ProcessedForm.content).where(ProcessedForm.form == sent.form)).one()
        raise AlreadyDone(is_same=content == sent.content)
    sent.noted_in = tx


def forget(tx: Transaction) -> int:
    """Delete the records of forms too old to be resent, unless another replica is doing it; return how many."""
    old = select(ProcessedForm.form).where(ProcessedForm.sent_at < tx.real_now - KEPT)
    free = old.with_for_update(skip_locked=True)
    found = tx.session.execute(delete(ProcessedForm).where(ProcessedForm.form.in_(free)))
    return int(found.rowcount)  # type: ignore[attr-defined] # a DELETE's result counts rows


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
