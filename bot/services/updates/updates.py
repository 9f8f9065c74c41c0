"""Updates: the text for us and for the customer, and the promised next update."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bot.database import ledger
from bot.database.change import Change
from bot.database.records import Records
from bot.errors import FormError
from bot.models.updates import Update
from bot.policy.decide import promises
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.decide.promises import NextUpdates
from bot.policy.model.facts import HealthState
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.registry import payload_of
from bot.policy.record.announcements.updates import Updated
from bot.policy.record.escalation import EscalationFacts, PageCause, Status
from bot.policy.record.promises import Audience
from bot.policy.time import years
from bot.services.paging import pages
from bot.services.paging.acknowledgements import acknowledge
from bot.services.programmes.health import changed
from bot.services.programmes.proposals import lacks_plan


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpdate:
    """The values of the form. `note` is for us. Without `customer_text` it is an internal update."""

    note: str
    customer_text: str
    next_at: datetime | None
    # Account programmes only, which get a health with every update.
    health: HealthState | None = None


@dataclass(frozen=True, slots=True)
class UpdateDraft:
    """The content of the form. `owed` is when the next updates are due at the latest, if this is posted now."""

    facts: EscalationFacts
    owed: NextUpdates
    policy: Policy


@dataclass(frozen=True)
class Updates:
    """Post updates."""

    records: Records

    def draft(self, number: int, *, by: str) -> UpdateDraft:
        """Return the content of the form. Raises NotFound and Refused."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            require(refusals(change.facts, Move.UPDATE))
            return UpdateDraft(change.facts, promises.after_update(change.facts, change.policy, tx.now), change.policy)

    def post(self, number: int, update: NewUpdate, *, by: str, request: str) -> EscalationFacts:
        """Post an update, once per `request`. Raises Refused, and FormError for an invalid promise."""
        with self.records.changing(number, by=by) as change:
            posted = select(Update.id).where(Update.request_key == request)
            if change.tx.session.scalars(posted).one_or_none() is not None:
                return change.facts
            require(refusals(change.facts, Move.UPDATE))
            self._post(change, update, by, request)
            return change.facts

    def _post(self, change: Change, update: NewUpdate, by: str, request: str) -> None:
        row, now, health = change.row, change.tx.now, change.row.health
        after = (update.health or health) if health is not None else None
        row.health = after
        owed = promises.after_update(change.facts, change.policy, now)
        to_customer = bool(update.customer_text)
        next_at = checked_promise(update.next_at, owed.customer if to_customer else owed.internal, change)
        posted = Update(
            escalation_id=row.id,
            by=by,
            at=now,
            note=update.note,
            customer_text=update.customer_text,
            answered_due_at=row.customer_update_due_at if to_customer else row.internal_update_due_at,
            next_promised_at=next_at,
            request_key=request,
        )
        change.tx.session.add(posted)
        change.tx.session.flush()
        row.last_update_id = posted.id
        row.last_internal_update_at = now
        answered = ledger.answer(change, Audience.INTERNAL, next_at if not to_customer else owed.internal, by=by)
        if to_customer:
            if row.customer_update_due_at is not None and row.customer_update_due_at < now:
                row.customer_update_missed_at = row.customer_update_due_at
            row.last_customer_update_at = now
            answered = ledger.answer(change, Audience.CUSTOMER, next_at, by=by)
            acknowledge(change, by=by, aloud=False)
        if health is not None and after is not None and after is not health:
            changed(change, health, after, by=by, told_customer=to_customer)
        _answer_pages(change, now)
        change.record(
            "updated",
            by=by,
            after={
                "customer": to_customer,
                "next": next_at and next_at.isoformat(),
                "promise": answered and answered.state.value,
                "late_seconds": answered and answered.late_seconds,
                "broken": answered and answered.broken,
            },
        )
        told = Updated(
            by=by,
            note=update.note,
            customer_text=update.customer_text,
            next_at=next_at,
            health=after,
            without_plan=lacks_plan(change),
            update=posted.id,
        )
        posted.announced = payload_of(told)
        change.announce(told)


def checked_promise(next_at: datetime | None, latest: datetime | None, change: Change) -> datetime | None:
    """Return the promise. Raises FormError unless it is ahead and within the cadence (docs/policy.md#an-update)."""
    if change.row.status is Status.RESOLVED:
        return None
    if next_at is None:
        if latest is not None:
            raise FormError("next_at", "Choose when the next update is due.")
        return None
    if next_at <= change.tx.now:
        raise FormError("next_at", "Choose a time in the future.")
    if not years.is_plausible(next_at):
        raise FormError("next_at", f"Choose a time before the year {years.LAST + 1}.")
    if latest is not None and next_at > latest:
        local = latest.astimezone(change.policy.business.tz)
        by = "At this level" if change.row.health is None else "With this level and health"
        raise FormError("next_at", f"{by} the next update is due by {local.day} {local:%b %H:%M %Z}.")
    return next_at


def _answer_pages(change: Change, now: datetime) -> None:
    """End the pages for a missed update once no update is overdue."""
    due = (change.row.customer_update_due_at, change.row.internal_update_due_at)
    if not any(at is not None and at <= now for at in due):
        pages.end(change, (PageCause.MISSED_UPDATE,))
