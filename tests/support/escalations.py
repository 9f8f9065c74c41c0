"""Escalations as policy and views see them, without a database."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from bot.models.account import Account
from bot.models.escalation import Escalation
from bot.models.people import Slot
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts

if TYPE_CHECKING:
    from sqlalchemy import ExecutionContext

DECLARED_AT = datetime(2026, 3, 6, 15, tzinfo=UTC)
HOLDERS = {FIX_OWNER: "U01DANA", RELATIONSHIP_OWNER: "U01ANA", MANAGER: "U01MARIA"}


def escalation(**given: Any) -> EscalationFacts:
    """Return an open Sev 2 of Acme, declared by Noor in a channel; `given` overrides fields of the record."""
    row = Escalation(
        **{
            **_defaults(),
            "id": 1,
            "summary": "Exports are down",
            "chosen_level": "sev2",
            "level": "sev2",
            "highest_level": "sev2",
            "declared_by": "U01NOOR",
            "declared_at": DECLARED_AT,
            "channel_id": "C01ESC",
            **given,
        }
    )
    row.account = Account(name="Acme", plan="business", vip=False, dedicated_csm=False, contacts=[], extra={})
    row.slots = [
        Slot(role=role, person=person, how="named", position=place)
        for place, (role, person) in enumerate(HOLDERS.items())
    ]
    return row.facts()


def _defaults() -> dict[str, Any]:
    """Return what the database layer would fill in: the columns' defaults, and no related rows."""
    mapper = Escalation.__mapper__
    defaults = {column.key: column.default for column in mapper.columns}
    scalars = {key: found.arg for key, found in defaults.items() if isinstance(found, ScalarElementColumnDefault)}
    made = {
        key: found.arg(cast("ExecutionContext", None))
        for key, found in defaults.items()
        if isinstance(found, CallableColumnDefault)
    }
    return scalars | made | {related.key: [] for related in mapper.relationships if related.uselist}
