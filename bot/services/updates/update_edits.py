"""Editing the last update: its words, and its promise while that can still be kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.database import ledger
from bot.database.change import Change
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import FormError
from bot.models import reading
from bot.models.escalation import Escalation
from bot.models.updates import Update
from bot.policy.decide.lifecycle import require
from bot.policy.decide.update_edits import can_be_moved, latest_promise, promise_of, refusals_to_edit
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts, Status
from bot.policy.record.promises import Audience
from bot.policy.record.updates import PostedUpdate
from bot.ports.workspace import Posted
from bot.services.updates.updates import checked_promise, zone_of
from bot.services.wording.reviews import PassedText, let_pass


@dataclass(frozen=True, slots=True, kw_only=True)
class EditedUpdate:
    """The values of the form. `edits` is how often the update had been edited when the form was opened."""

    update: int
    edits: int
    note: str
    customer_text: str
    next_at: datetime | None
    # Set if a manager keeps a text that the wording guard refuses.
    passed: PassedText | None = None


@dataclass(frozen=True, slots=True)
class EditDraft:
    """The content of the form. `latest` is the latest time that may be promised; `moves` if the promise may change.

    `zone` is the reader's.
    """

    facts: EscalationFacts
    policy: Policy
    update: PostedUpdate
    promised_at: datetime | None
    latest: datetime | None
    moves: bool
    zone: str


@dataclass(frozen=True, slots=True)
class UpdateMessage:
    """The announcement of an update as it stands now, and where its message is, once it is posted."""

    announcement: Mapping[str, Any]
    at: Posted | None


@dataclass(frozen=True)
class UpdateEdits:
    """Edit the last update of an escalation."""

    records: Records

    def draft(self, number: int, update: int | None = None, *, by: str) -> EditDraft:
        """Return the content of the form, by default for the last update. Raises NotFound and Refused."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            row = self._editable(change, update, by)
            found, facts = row.facts(), change.facts
            return EditDraft(
                facts,
                change.policy,
                found,
                promise_of(facts, found),
                latest_promise(facts, change.policy, found),
                can_be_moved(facts, found, tx.now),
                zone_of(change, by),
            )

    def edit(self, number: int, edited: EditedUpdate, *, by: str) -> EscalationFacts:
        """Change the words of the last update, and the promise it made. The timeline keeps what it was before.

        Raises NotFound, Refused, and FormError if somebody else has edited it meanwhile.
        """
        with self.records.changing(number, by=by) as change:
            row = self._editable(change, edited.update, by)
            before = row.facts()
            if edited.edits != before.edits:
                field = "customer_text" if before.is_for_customer else "note"
                raise FormError(field, "Someone else edited this update meanwhile. Copy your words and open it again.")
            can_be_reworded = before.text is not None and before.text.can_be_reworded
            if can_be_reworded and not edited.customer_text:
                raise FormError("customer_text", "The customer was told this. Keep a text for them.")
            row.note = edited.note
            if can_be_reworded:
                row.customer_text = edited.customer_text
            _move_promise(change, row, edited.next_at, by=by)
            let_pass(change, edited.passed, by=by)
            _note_edit(change, before, row, by)
            return change.facts

    def message(self, update: int) -> UpdateMessage | None:
        """Return the message of an update as of now; None if there is no such update that can be read."""
        with self.records.database.transaction() as tx:
            row = tx.session.get(Update, update)
            if row is None or row.announced is None or reading.problem(row):
                return None
            found, of = row.facts(), tx.session.get_one(Escalation, row.escalation_id)
            shows = {
                "known": found.note,
                "customer_text": found.customer_text,
                "next_at": found.next_promised_at,
                "edited_by": found.edited_by,
                "edited_at": found.edited_at,
                "promised_before": found.first_promised_at,
                "text": found.text,
                "can_be_edited": of.last_update_id == update and of.status is not Status.CLOSED,
                "is_overdue": of.customer_update_due_at is not None and of.customer_update_due_at <= tx.now,
            }
            at = Posted(row.channel, row.message_ts) if row.channel and row.message_ts else None
            return UpdateMessage({**(row.announced or {}), **shows}, at)

    def posted(self, tx: Transaction, update: int, at: Posted) -> None:
        """Record where the message of an update is."""
        row = tx.session.get(Update, update)
        if row is not None:
            row.channel, row.message_ts = at.channel, at.ts

    def _editable(self, change: Change, update: int | None, by: str) -> Update:
        """Return the row of an update that somebody may edit. Raises Refused."""
        facts, session = change.facts, change.tx.session
        newest = session.get(Update, facts.update_to_edit) if facts.update_to_edit is not None else None
        row = newest if update is None else session.get(Update, update)
        identities = self.records.people.identities(change.tx, by)
        of_newest = newest.facts() if newest is not None else None
        require(refusals_to_edit(facts, _of(facts, row), of_newest, identities))
        if row is None:
            raise LookupError(f"{facts.key} has no update to edit")
        return row


def _of(facts: EscalationFacts, row: Update | None) -> PostedUpdate | None:
    """Return an update, unless it is another escalation's."""
    return row.facts() if row is not None and row.escalation_id == facts.number else None


def _move_promise(change: Change, row: Update, next_at: datetime | None, *, by: str) -> None:
    """Change the next update that was promised. Raises FormError if its time has come, or it isn't within the cadence.

    A form's time has no seconds: the minute of the present promise leaves it as it is.
    """
    before, facts = row.facts(), change.facts
    promised_at = promise_of(facts, before)
    if next_at is None or (promised_at is not None and next_at == promised_at.replace(second=0, microsecond=0)):
        return
    if not can_be_moved(facts, before, change.tx.now):
        raise FormError("next_at", "The time you promised has come. Post a new update instead.")
    moved = checked_promise(next_at, latest_promise(facts, change.policy, before), change, by=by)
    row.first_promised_at = row.first_promised_at or promised_at
    row.next_promised_at = moved
    ledger.owe_one(change, Audience.CUSTOMER if before.is_for_customer else Audience.INTERNAL, moved)


def _note_edit(change: Change, before: PostedUpdate, row: Update, by: str) -> None:
    """Record an edit that changed something, and have the message follow."""
    now, was = _words(row.facts()), _words(before)
    changed = [name for name in now if now[name] != was[name]]
    if not changed:
        return
    row.edited_by, row.edited_at, row.edits = by, change.tx.now, row.edits + 1
    kept, became = ({name: words[name] for name in changed} for words in (was, now))
    change.record("update edited", by=by, before=kept, after=became)
    change.redraw_update(row.id, again=True)


def _words(update: PostedUpdate) -> Mapping[str, Any]:
    next_at = update.next_promised_at
    return {
        "note": update.note,
        "customer_text": update.customer_text,
        "next": next_at.isoformat() if next_at is not None else None,
    }
