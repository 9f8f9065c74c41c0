"""Texts for the customer: begun with an update, sent or said, failed or dropped (docs/sending.md).

Only a text that reached the customer moves their clock. All functions run within a change of the escalation.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.database import ledger, manager_updates
from bot.database.change import Change
from bot.database.ledger import PromiseAnswer
from bot.errors import FormError
from bot.models.customer_text import CustomerText
from bot.models.updates import Update
from bot.policy.decide import sending
from bot.policy.decide.sending import CustomerReach, Way
from bot.policy.record.customer_texts import (
    OPEN,
    OURS,
    TOLD,
    Arrival,
    OpenText,
    Telling,
    TextRoute,
    TextState,
)
from bot.policy.record.escalation import PageCause, Status
from bot.policy.record.promises import Audience
from bot.services.paging import pages
from bot.services.paging.acknowledgements import acknowledge
from bot.services.sending import untold
from bot.services.waiting import waits

_NO_WAY: Final = "There's no such way to this customer any more. Choose another one."


def reach_of(change: Change) -> CustomerReach:
    """Return how the customer can be reached."""
    account = change.row.account
    return CustomerReach(account.contacts, account.slack_channel, change.service_settings.sends_mail)


def ways_of(change: Change) -> tuple[Way, ...]:
    """Return our ways to the customer, the one to use first; a way that has just failed comes last."""
    open_text = change.facts.open_text
    has_failed = open_text is not None and (open_text.state is TextState.FAILED or open_text.why is not None)
    failed = (open_text.route,) if open_text is not None and open_text.route is not None and has_failed else ()
    return sending.ways(change.policy, reach_of(change), without=failed)


def way_of(change: Change, route: TextRoute) -> Way:
    """Return the way of a route. Raises FormError if there is none now."""
    found = next((way for way in ways_of(change) if way.route is route), None)
    if found is None:
        raise FormError("customer_text", _NO_WAY)
    return found


def may_send(change: Change, by: str) -> bool:
    """Return True if somebody may send to the customer: whom the policy admits, or who stands in for them."""
    identities = change.people.identities(change.tx, by)
    if sending.may_send(change.policy, change.facts, identities):
        return True
    return any(change.present(person) in identities for person in sending.approvers(change.policy, change.facts))


@dataclass(frozen=True, slots=True)
class Begun:
    """A text that was begun with an update; how it answered what was promised, if a person has told it already."""

    text: CustomerText
    answered: PromiseAnswer | None = None

    @property
    def is_told(self) -> bool:
        """Return True if the customer has it."""
        return self.text.state in TOLD


def begin(change: Change, update: Update, telling: Telling, next_at: datetime | None) -> Begun:
    """Keep the text of a new update. One that a person told is told at once; ours still has to be sent."""
    drop_open(change)
    row, now = change.row, change.tx.now
    text = CustomerText(
        escalation_id=row.id,
        update_id=update.id,
        state=TextState.DRAFT,
        route=telling.route,
        by=update.by,
        at=now,
        next_at=next_at,
        recipients=[],
    )
    update.text = text
    change.tx.session.add(text)
    change.tx.session.flush()
    if telling.route is not None and telling.route not in OURS:
        return Begun(text, told(change, text, TextState.SAID, by=update.by, at=telling.told_at or now))
    keep_open(change, text)
    return Begun(text)


def told(change: Change, text: CustomerText, state: TextState, *, by: str, at: datetime) -> PromiseAnswer | None:
    """Record that the customer has a text. It answers what was promised them, and promises the next one."""
    row, update = change.row, change.tx.session.get_one(Update, text.update_id)
    newest = row.last_customer_update_at is None or at >= row.last_customer_update_at
    text.state, text.told_by, text.told_at, text.why = state, by, at, None
    if newest and row.waiting is not None and at >= datetime.fromisoformat(row.waiting["since"]):
        waits.end(change, by=by, why="update")
    update.answered_due_at, update.next_promised_at = row.customer_update_due_at, text.next_at
    answered = None
    if newest:
        text.due_before, text.last_before = row.customer_update_due_at, row.last_customer_update_at
        if row.customer_update_due_at is not None and row.customer_update_due_at < at:
            row.customer_update_missed_at = row.customer_update_due_at
        row.last_customer_update_at = at
        next_at = text.next_at if row.status is not Status.RESOLVED else None
        answered = ledger.answer(change, Audience.CUSTOMER, next_at, by=by, at=at)
        manager_updates.told(change, by=by, at=at)
    if row.open_text is not None and row.open_text["id"] == text.id:
        row.open_text = None
    acknowledge(change, by=by, aloud=False)
    answer_pages(change)
    change.record(
        "customer told",
        by=by,
        after={
            "text": text.id,
            "how": text.route,
            "next": text.next_at and text.next_at.isoformat(),
            "promise": answered and answered.state.value,
            "late_seconds": answered and answered.late_seconds,
        },
    )
    return answered


def answer_pages(change: Change) -> None:
    """End the pages for a missed update once no update is overdue."""
    due = (change.row.customer_update_due_at, change.row.internal_update_due_at)
    if not any(at is not None and at <= change.tx.now for at in due):
        pages.end(change, (PageCause.MISSED_UPDATE,))


def not_told(change: Change, text: CustomerText, why: str) -> None:
    """Record that a text didn't reach the customer after all. Their clock runs as if it had never been sent."""
    row = change.row
    if text.state in TOLD and text.told_at is not None:
        untold.take_back(change, text.told_at, due_before=text.due_before, last_before=text.last_before)
    update = change.tx.session.get_one(Update, text.update_id)
    update.next_promised_at = None
    text.state, text.why, text.told_at, text.told_by = TextState.FAILED, why, None, None
    change.record("customer not told", after={"text": text.id, "how": text.route, "why": why})
    if row.open_text is None or row.open_text["id"] == text.id:
        keep_open(change, text)
    change.redraw_update(text.update_id)


def settled_at(change: Change, text: CustomerText, to: str, state: Arrival, why: str | None = None) -> None:
    """Record what became of a text at one address: the first arrival tells the customer, the last failure doesn't."""
    now = change.tx.now
    known = text.facts("").recipients
    found = [replace(one, state=state, at=now, why=why) if one.to == to else one for one in known]
    text.keep(found)
    arrived = any(one.state is Arrival.ARRIVED for one in found)
    if text.state is TextState.DROPPED:
        return
    if arrived and text.state is not TextState.SENT:
        told(change, text, TextState.SENT, by=text.approved_by or text.by, at=now)
    elif not arrived and all(one.state is Arrival.FAILED for one in found):
        not_told(change, text, why or "refused")
    elif state is Arrival.FAILED:
        change.record("address not reached", after={"text": text.id, "to": to, "why": why})
    change.redraw_update(text.update_id)


def keep_open(change: Change, text: CustomerText) -> None:
    """Keep on the escalation what its card and its timers need of a text that hasn't reached the customer."""
    change.row.open_text = {
        "id": text.id,
        "update": text.update_id,
        "state": text.state.value,
        "route": text.route.value if text.route is not None else None,
        "by": text.by,
        "at": text.at.isoformat(),
        "asked_of": text.asked_of,
        "expires_at": text.expires_at.isoformat() if text.expires_at is not None else None,
        "why": text.why,
    }


def drop_open(change: Change) -> None:
    """Drop the text that hasn't reached the customer, because another takes its place. Nothing more of it is sent."""
    kept: OpenText | None = change.facts.open_text
    if kept is None:
        return
    text = change.tx.session.get(CustomerText, kept.id)
    if text is not None and text.state in OPEN:
        text.state = TextState.DROPPED
        change.record("customer text dropped", after={"text": text.id})
        change.redraw_update(text.update_id)
    change.row.open_text = None


def one_of(change: Change, text: int) -> CustomerText:
    """Return one of the escalation's texts. Raises LookupError."""
    found = change.tx.session.get(CustomerText, text)
    if found is None or found.escalation_id != change.row.id:
        raise LookupError(f"{change.row.key} has no text {text}")
    return found
