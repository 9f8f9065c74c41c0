"""An escalation becomes an account programme, which takes over what it has (docs/programme.md#from-an-escalation).

The escalation stays open and belongs to the programme. Lock order: escalation, then programme.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from bot.database import ledger, outbox, queries
from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import FormError
from bot.models.escalation import Escalation
from bot.models.intake import IntakeFact
from bot.models.mails import MailThread
from bot.models.work import EffectKind
from bot.policy.decide import promises
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.programmes import MadeFrom, ProgrammeProposedFrom
from bot.policy.record.channel import InviteState
from bot.policy.record.escalation import EscalationFacts, Holder, PageCause, Status
from bot.policy.record.promises import Audience
from bot.services.incidents.incidents import redraw_incident
from bot.services.paging import pages

_TOKEN_BYTES: Final = 12
_GONE: Final = "{key} belongs to a programme already. Add what is new there."


@dataclass(frozen=True)
class CarriedOver:
    """Make a programme from an escalation, and move the customer's promise between them."""

    records: Records

    def draft(self, number: int, *, by: str) -> tuple[EscalationFacts, Policy]:
        """Return the escalation for the form. Raises NotFound, Refused, and FormError if it is in a programme."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            _require(change)
            return change.facts, change.policy

    def request_of(self, number: int, *, by: str) -> str:
        """Return what identifies the declaration: two people who ask at once get one programme. Raises NotFound."""
        with self.records.database.transaction() as tx:
            self.records.seen(tx, number, by=by)
            ended = (Escalation.made_from_id == number, Escalation.status == Status.CLOSED)
            before = tx.session.scalars(select(func.count()).select_from(Escalation).where(*ended)).one()
            return f"programme from ESC-{number}, {before + 1}"

    def settle(self, tx: Transaction, number: int) -> None:
        """Bring the customer's promise of an escalation in line with the programme made from it. Idempotent."""
        issue = self.records.within(tx, number)
        mine = select(Escalation.id).where(Escalation.made_from_id == number).order_by(Escalation.id.desc()).limit(1)
        found = tx.session.scalars(mine).one_or_none()
        if found is None:
            return
        programme = self.records.within(tx, found)
        owes = programme.facts.is_live and programme.row.has_begun and _share(issue, programme)
        if owes and issue.row.carried_to_id is None and issue.facts.is_live:
            _take_over(issue, programme)
            programme.finish()
            issue.finish()
            redraw_incident(issue)
        elif not owes and issue.row.carried_to_id is not None:
            _give_back(issue, programme)
            issue.finish()
            redraw_incident(issue)


def source_of(records: Records, tx: Transaction, number: int, *, by: str) -> Change:
    """Lock the escalation that a programme is made from. Raises NotFound, Refused, FormError."""
    change = records.seen(tx, number, by=by)
    _require(change)
    return change


def people_of(issue: Change, holders: Sequence[Holder]) -> tuple[tuple[Holder, ...], tuple[str, ...]]:
    """Return who holds the roles of the programme, those of the escalation first, and who else is invited."""
    mine = dict(issue.facts.holders)
    named = (*mine.values(), *(holder for holder in holders if holder.role not in mine))
    invited = tuple(one.person for one in issue.row.participants if one.state is not InviteState.FAILED)
    return named, invited


def fill(issue: Change, row: Escalation) -> None:
    """Give the new row of a programme what the escalation's row has; a confidential one stays confidential."""
    source = issue.row
    row.made_from_id, row.is_private = source.id, row.is_private or source.is_private
    row.ticket_number, row.ticket_url = source.ticket_number, source.ticket_url
    row.reported_at, row.detected_at = source.reported_at, source.detected_at
    row.description, row.permalink = row.description or source.description, row.permalink or source.permalink
    row.last_customer_update_at, row.area = source.last_customer_update_at, source.area


def carry(issue: Change, programme: Change, *, by: str) -> None:
    """Copy details and the customer's mail threads, and note on both records that one was made from the other."""
    _copy_rows(issue, programme)
    programme.record("made from", by=by, after={"key": issue.row.key})
    if _share(issue, programme):
        issue.record("programme proposed", by=by, after={"programme": programme.row.key})
        issue.announce(ProgrammeProposedFrom(by=by, number=programme.row.id, names=(programme.row.id,)))
    issue.finish()


def announce_source(programme: Change) -> None:
    """Announce in the programme's channel, which begins, what it was made from."""
    number = programme.row.made_from_id
    if number is not None:
        summary = programme.tx.session.scalars(select(Escalation.summary).where(Escalation.id == number)).one()
        programme.announce(MadeFrom(by=programme.row.declared_by, number=number, summary=summary, names=(number,)))


def settle_later(change: Change) -> None:
    """Queue what follows for the escalation that a programme was made from: the programme began, or ended."""
    number = change.row.made_from_id
    if number is not None:
        key = f"ESC-{number}:carry-over"
        effect = NewEffect(EffectKind.CARRY_OVER, lane=key, coalesce=key)
        outbox.put_all(change.tx, number, effect)


def _require(change: Change) -> None:
    require(refusals(change.facts, Move.CARRY_OVER))
    if change.row.programme_id is not None or _has_one(change):
        raise FormError("summary", _GONE.format(key=change.row.key))


def _has_one(change: Change) -> bool:
    """Return True if a programme that lives was made from it: also a confidential one, whose people are the same."""
    mine = (Escalation.made_from_id == change.row.id, Escalation.status.in_(queries.LIVE))
    return change.tx.session.scalars(select(Escalation.id).where(*mine).limit(1)).first() is not None


def _share(issue: Change, programme: Change) -> bool:
    """Return True if one may speak of the other: a confidential programme isn't named where others read."""
    return issue.row.is_private or not programme.row.is_private


def _copy_rows(issue: Change, programme: Change) -> None:
    """Copy what was filled in, and continue the customer's mail threads."""
    session, number = issue.tx.session, programme.row.id
    for fact in session.scalars(select(IntakeFact).where(IntakeFact.escalation_id == issue.row.id)).all():
        session.add(IntakeFact(escalation_id=number, key=fact.key, text=fact.text, by=fact.by, at=fact.at))
    mine = (MailThread.escalation_id == issue.row.id, MailThread.for_customer.is_(True))
    for thread in session.scalars(select(MailThread).where(*mine)).all():
        session.add(
            MailThread(
                escalation_id=number,
                about=programme.row.key,
                address=thread.address,
                team=thread.team,
                for_customer=True,
                token=secrets.token_hex(_TOKEN_BYTES),
                first_mail=thread.first_mail,
                latest_mail=thread.latest_mail,
            )
        )


def _take_over(issue: Change, programme: Change) -> None:
    """Move the customer's next update to the programme, by the earlier of both times; the escalation owes none."""
    due_at, own = issue.row.customer_update_due_at, programme.row.customer_update_due_at
    if due_at is not None:
        ledger.owe_one(programme, Audience.CUSTOMER, min(due_at, own or due_at))
        ledger.owe_one(issue, Audience.CUSTOMER, None)
        internal = issue.row.internal_update_due_at
        if internal is None or internal > issue.tx.now:
            pages.end(issue, (PageCause.MISSED_UPDATE,))
    issue.row.carried_to_id = programme.row.id
    stamp = due_at and due_at.isoformat()
    issue.record("promise carried over", after={"programme": programme.row.key, "due": stamp})
    programme.record("promise carried over", after={"key": issue.row.key, "due": stamp})


def _give_back(issue: Change, programme: Change) -> None:
    """Resume the escalation's updates to the customer, because the programme has ended."""
    issue.row.carried_to_id = None
    if issue.row.programme_id == programme.row.id:
        issue.row.programme_id = None
    if issue.row.status in (Status.OPEN, Status.MITIGATED):
        owed = promises.after_reopening(issue.facts, issue.policy, issue.tx.now)
        ledger.owe_one(issue, Audience.CUSTOMER, owed.customer)
    issue.record("promise given back", after={"programme": programme.row.key})
