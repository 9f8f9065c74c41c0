"""Status calls: planned, moved, cancelled and noted; each change goes to who is invited by mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from bot.database import manager_updates
from bot.database.change import Change
from bot.database.mail_threads import with_customer
from bot.database.outbox import NewEffect
from bot.database.people import NOT_ONE_OF_US, is_slack_id
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import FormError
from bot.models import reading
from bot.models.status_calls import StatusCall
from bot.models.work import EffectKind
from bot.policy.addresses import is_web_address
from bot.policy.decide import sending
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.model.rules import Policy
from bot.policy.model.verification import masked
from bot.policy.record.announcements.programmes import (
    StatusCallCancelled,
    StatusCallNoted,
    StatusCallPlanned,
)
from bot.policy.record.announcements.sending import CameBack, ReturnedMail
from bot.policy.record.customer_questions import CAME_BACK
from bot.policy.record.escalation import RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.notices.confirming import CustomerNotMailedNotice
from bot.policy.record.status_calls import CallState, StatusCallFacts
from bot.policy.time import years
from bot.policy.wording.templates import customer_zone

_LANE: Final = 120
_LONGEST_URL: Final = 2000
REQUEST, CANCEL = "request", "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRequest:
    """A call as it was entered. `invited` are mail addresses."""

    at: datetime
    owner: str
    link: str | None = None
    invited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CallDraft:
    """The content of the form: the planned call, the last one that was held, and who can be invited."""

    facts: EscalationFacts
    policy: Policy
    planned: StatusCallFacts | None
    held: StatusCallFacts | None
    contacts: tuple[str, ...]
    may_invite: bool
    is_mailed: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """The words of a mail about a call. `is_cancelled` takes the call back for this address.

    A customer's answer to it comes to the channel, a colleague's to who holds the call.
    """

    facts: EscalationFacts
    policy: Policy
    call: StatusCallFacts
    owner_name: str | None
    company: str
    reply_to: str | None
    organizer: str
    is_cancelled: bool


@dataclass(frozen=True)
class StatusCalls:
    """Plan and note status calls. A programme has one at a time."""

    records: Records

    def draft(self, number: int, *, by: str) -> CallDraft:
        """Return the content of the form. Raises NotFound and Refused."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            require(refusals(change.facts, Move.AGREE))
            calls = _calls(tx, number)
            planned = next((call for call in calls if call.state is CallState.PLANNED), None)
            held = next((call for call in reversed(calls) if call.state is CallState.HELD), None)
            contacts = tuple(dict.fromkeys(one.strip() for one in change.row.account.contacts if one.strip()))
            mails = self.records.service_settings.sends_mail
            may = _may_invite(change, by)
            return CallDraft(change.facts, change.policy, planned, held, contacts, may, mails)

    def plan(self, number: int, said: CallRequest, *, by: str, request: str) -> EscalationFacts:
        """Plan the call, or change the planned one. Raises FormError, NotFound, Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.AGREE))
            _check(change, said, by)
            row, before = _planned(change), None
            if row is None:
                row = _new(change, said, by=by, request=request)
            else:
                before = row.facts()
                if (before.at, before.owner, before.link, before.invited) == (
                    said.at,
                    said.owner,
                    said.link,
                    said.invited,
                ):
                    return change.facts
                row.call_at, row.owner, row.link, row.invited = said.at, said.owner, said.link, list(said.invited)
                row.sequence += 1
            change.tx.session.flush()
            change.row.status_call = {
                "id": row.id,
                "at": row.call_at.isoformat(),
                "owner": row.owner,
                "link": row.link,
            }
            was = {"at": before.at.isoformat(), "person": before.owner} if before is not None else None
            after = {"at": row.call_at.isoformat(), "person": row.owner, "to": list(row.invited)}
            change.record("status call planned", by=by, before=was, after=after)
            told = StatusCallPlanned(
                by=by,
                owner=row.owner,
                at=row.call_at,
                link=row.link,
                to=tuple(row.invited),
                is_moved=before is not None or None,
            )
            change.announce(told)
            change.invite(row.owner)
            _mail(change, row, row.invited, REQUEST)
            if before is not None:
                _mail(change, row, [one for one in before.invited if one not in row.invited], CANCEL)
            return change.facts

    def cancel(self, number: int, *, by: str) -> EscalationFacts:
        """Cancel the planned call; nothing happens if there is none. Raises NotFound, Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.AGREE))
            row = _planned(change)
            if row is None:
                return change.facts
            row.state, row.sequence = CallState.CANCELLED, row.sequence + 1
            change.row.status_call = None
            change.record("status call cancelled", by=by, before={"at": row.call_at.isoformat()})
            change.announce(StatusCallCancelled(by=by, at=row.call_at, to=tuple(row.invited)))
            _mail(change, row, row.invited, CANCEL)
            return change.facts

    def note(self, number: int, said: str, *, by: str, request: str) -> EscalationFacts:
        """Note what was agreed on the planned call, or on one that nobody planned. Raises NotFound, Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.AGREE))
            row, now = _planned(change), change.tx.now
            if row is None:
                row = _new(change, CallRequest(at=now, owner=by), by=by, request=request)
            row.state, row.note, row.noted_by, row.noted_at = CallState.HELD, masked(said), by, now
            change.row.status_call = None
            manager_updates.told(change, by=by, at=now)
            change.record("status call noted", by=by, reason=row.note)
            change.announce(StatusCallNoted(by=by, said=row.note))
            return change.facts

    def invitation(self, number: int, call: int, to: str, sequence: int, method: str) -> Invitation | None:
        """Return what is mailed to one address; None if a later change of the call has overtaken it."""
        with self.records.database.transaction() as tx:
            change = self.records.within(tx, number)
            row = tx.session.get(StatusCall, call)
            if row is None or reading.problem(row) or _is_overtaken(row, to, sequence, method):
                return None
            facts, people = row.facts(), self.records.people
            name, address = people.names(tx, [row.owner]).get(row.owner), people.address(tx, row.owner)
            answers_to = None
            if people.entry(tx, to) is None and not is_slack_id(people.resolved(tx, to)):
                domain = self.records.service_settings.answers_domain
                answers_to = with_customer(tx, number, to, mail_id(number, call, sequence), domain).answers_to
            organizer = address or f"escalate@{self.records.service_settings.answers_domain or 'localhost'}"
            reply_to = answers_to or address
            company, is_cancelled = people.company, method == CANCEL
            return Invitation(
                change.facts, change.policy, facts, name, company, reply_to, organizer, is_cancelled=is_cancelled
            )

    def came_back(self, change: Change, call: int, to: str) -> None:
        """Record that an invitation came back, and tell who holds the call. The caller finishes the change."""
        row = change.tx.session.get(StatusCall, call)
        if row is None or row.escalation_id != change.row.id:
            return
        change.record("invitation not mailed", after={"to": to, "why": CAME_BACK})
        if row.state is CallState.PLANNED and to in row.invited:
            change.announce(CameBack(to=(to,), mail=ReturnedMail.INVITATION.value))
            change.notify(CustomerNotMailedNotice(address=to, why=CAME_BACK), row.owner)

    def not_mailed(self, tx: Transaction, number: int, call: int, to: str, why: str) -> None:
        """Notify who holds the call that an invitation was refused for good."""
        change = self.records.within(tx, number)
        change.record("invitation not mailed", after={"to": to, "why": why})
        row = tx.session.get(StatusCall, call)
        if row is not None:
            change.notify(CustomerNotMailedNotice(address=to, why=why), row.owner)


def mail_id(number: int, call: int, sequence: int) -> str:
    """Return the id of an invitation's mail, without the host. It names the call, for a mail that comes back."""
    return f"esc-{number}.c{call}.{sequence}"


def _is_overtaken(row: StatusCall, to: str, sequence: int, method: str) -> bool:
    """Return True if a later change makes a mail wrong: another invitation follows, or the address is invited again."""
    if method == CANCEL:
        return row.state is CallState.PLANNED and to in row.invited
    return row.state is not CallState.PLANNED or row.sequence != sequence


def _calls(tx: Transaction, number: int) -> Sequence[StatusCallFacts]:
    mine = select(StatusCall).where(StatusCall.escalation_id == number).order_by(StatusCall.id)
    return [row.facts() for row in tx.session.scalars(mine) if not reading.problem(row)]


def _planned(change: Change) -> StatusCall | None:
    mine = (StatusCall.escalation_id == change.row.id, StatusCall.state == CallState.PLANNED)
    return change.tx.session.scalars(select(StatusCall).where(*mine).limit(1)).first()


def _new(change: Change, said: CallRequest, *, by: str, request: str) -> StatusCall:
    row = StatusCall(
        escalation_id=change.row.id,
        request=request,
        call_at=said.at,
        zone=str(customer_zone(change.row.account.facts(), change.policy)),
        owner=said.owner,
        link=said.link,
        invited=list(said.invited),
        sequence=0,
        state=CallState.PLANNED,
        by=by,
        at=change.tx.now,
    )
    change.tx.session.add(row)
    return row


def _check(change: Change, said: CallRequest, by: str) -> None:
    """Raise FormError for a time that has passed, a link that is none, and a person who may not write to customers."""
    wrong: dict[str, str] = {}
    if said.at <= change.tx.now or not years.is_plausible(said.at):
        wrong["status_call_at"] = "Choose a time in the future."
    if said.link is not None and (len(said.link) > _LONGEST_URL or not is_web_address(said.link)):
        wrong["status_call_link"] = "Enter a web address that begins with https://."
    if said.invited and not change.service_settings.sends_mail:
        wrong["status_call_to"] = "No mail server is set. Leave this empty, and invite them yourself."
    elif said.invited and not _may_invite(change, by):
        owner = change.facts.holder(RELATIONSHIP_OWNER)
        name = change.people.names(change.tx, [owner]).get(owner) if owner is not None else None
        wrong["status_call_to"] = f"You can't write to this customer. Leave this empty, or ask {name or 'their owner'}."
    if change.people.can_act(change.tx, said.owner) is False:
        wrong["status_call_owner"] = NOT_ONE_OF_US
    elif not change.people.may_see(change.tx, change.facts, change.policy, said.owner):
        wrong["status_call_owner"] = "It's confidential, and they aren't in its channel. Bring them in first."
    if wrong:
        raise FormError.of(wrong)


def _may_invite(change: Change, by: str) -> bool:
    return sending.may_send(change.policy, change.facts, change.people.identities(change.tx, by))


def _mail(change: Change, row: StatusCall, addresses: Sequence[str], method: str) -> None:
    """Queue one mail for each address, in the order of the changes."""
    for address in addresses:
        payload = {"call": row.id, "to": address, "sequence": row.sequence, "method": method}
        lane = f"{change.row.key}:call-{address}"[:_LANE]
        change.do(NewEffect(EffectKind.CALL_INVITE, payload, lane=lane))
