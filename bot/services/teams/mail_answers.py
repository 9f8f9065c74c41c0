"""Answers by mail: an answer counts as the team's, and is posted in the escalation's channel.

Who knows the address that a mail was sent from, with its token, may answer for the team. The sender proves nothing.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, Protocol

import structlog
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from bot.database import outbox
from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.clocks import ClockKind
from bot.models.incident import Incident
from bot.models.mails import MailThread, ReceivedMail
from bot.models.work import EffectKind
from bot.policy.decide.incidents import incident_key
from bot.policy.mail_text import written
from bot.policy.record.announcements.teams import MailAnswered, MailNotSent, MailsLeft
from bot.policy.record.team_routes import TeamRouteKind, TeamRouteState
from bot.ports.inbox import IncomingMail, MailOrigin
from bot.services.teams import routes, teams
from bot.services.teams.routes import RouteResult

_ADDRESS: Final = re.compile(r"(?P<about>(?:esc|inc)-\d{1,18})\+(?P<token>[0-9a-f]{24})@(?P<domain>[^@\s]+)")
_LONGEST: Final = 2500
_LONGEST_NAME: Final = 80
_MOST_NAMES: Final = 10
# Two programs that answer each other are stopped here, if nothing in their mails shows what they are.
_MOST_IN_AN_HOUR: Final = 20
_BOUNCED: Final = "their mail server sent it back"


class MailOutcome(StrEnum):
    """The outcome of a mail that came in."""

    ANSWER = "answer"
    KNOWN = "known"  # it was taken before
    NOT_OURS = "not ours"  # sent to none of our addresses, or with a token that doesn't exist
    EXPIRED = "expired"  # the escalation is over
    AUTOMATIC = "automatic"
    BOUNCE = "bounce"
    TOO_MANY = "too many"
    EMPTY = "empty"


class Approve(Protocol):
    """Approve a request by an answer to a mail; None if the answer is about something else, False if it may not."""

    def __call__(self, change: Change, address: str, *, sender: str, text: str) -> bool | None:
        """Return whether it was approved."""
        ...


class AnswerWatch(Protocol):
    """Take an answer to the question how a watched account is; False if none is open for that address."""

    def __call__(self, change: Change, address: str, text: str) -> bool:
        """Return whether it was taken."""
        ...


class TakeCustomerMails(Protocol):
    """Take the customer's mails, within a change of the escalation that they are about."""

    def wrote(self, change: Change, mail: IncomingMail, words: str) -> None:
        """Take what a customer wrote; `words` are without the mail they quote."""
        ...

    def came_back(self, change: Change, mail: IncomingMail, address: str) -> None:
        """Take a mail to the customer that came back, from the conversation with an address."""
        ...


@dataclass(frozen=True)
class MailAnswers:
    """Take mails that come in."""

    records: Records
    approve: Approve
    customer: TakeCustomerMails
    about_watch: AnswerWatch

    def take(self, mail: IncomingMail) -> MailOutcome:
        """Take one mail, once for its Message-ID, and say what became of it."""
        key = hashlib.sha256(mail.message_id.encode(errors="replace")).hexdigest()
        try:
            with self.records.database.transaction() as tx:
                if tx.session.get(ReceivedMail, key) is not None:
                    return MailOutcome.KNOWN
                thread = self._thread(tx, mail)
                outcome = self._outcome(tx, mail, thread)
                row = ReceivedMail(
                    id=key, thread_id=thread.id if thread else None, outcome=outcome, received_at=tx.real_now
                )
                tx.session.add(row)
        except IntegrityError:
            return MailOutcome.KNOWN  # another process took it at the same moment
        structlog.get_logger().info("mail taken", outcome=outcome.value, about=thread.about if thread else None)
        return outcome

    def _thread(self, tx: Transaction, mail: IncomingMail) -> MailThread | None:
        domain = self.records.service_settings.answers_domain
        for address in mail.recipients:
            found = _ADDRESS.fullmatch(address.strip().lower())
            if found is None or domain is None or found["domain"] != domain:
                continue
            mine = (MailThread.token == found["token"], func.lower(MailThread.about) == found["about"])
            thread = tx.session.scalars(select(MailThread).where(*mine)).one_or_none()
            if thread is not None:
                return thread
        return None

    def _outcome(self, tx: Transaction, mail: IncomingMail, thread: MailThread | None) -> MailOutcome:
        if thread is None:
            return MailOutcome.NOT_OURS
        if mail.origin in (MailOrigin.PROGRAM, MailOrigin.OURSELVES):
            return MailOutcome.AUTOMATIC
        if self._are_too_many(tx, thread):
            return MailOutcome.TOO_MANY
        if thread.escalation_id is None:
            return self._about_incident(tx, mail, thread)
        change = self.records.within(tx, thread.escalation_id)
        if thread.for_customer:
            return self._from_customer(change, mail, thread)
        answer = _answer(mail)
        is_person = mail.origin is not MailOrigin.BOUNCE and not thread.team
        if is_person and answer and self.about_watch(change, thread.address, answer):
            change.finish()
            return MailOutcome.ANSWER
        if not change.facts.is_live:
            return MailOutcome.EXPIRED
        if mail.origin is MailOrigin.BOUNCE:
            _bounced(change, thread)
            return MailOutcome.BOUNCE
        if not answer and not mail.attachments:
            return MailOutcome.EMPTY
        approval = self.approve(change, thread.address, sender=mail.sender, text=answer)
        _answered(change, thread, mail, answer, approval=approval)
        return MailOutcome.ANSWER

    def _are_too_many(self, tx: Transaction, thread: MailThread) -> bool:
        """Return True if so many mails came within an hour that this one stays in the mailbox; say so once."""
        recent = (ReceivedMail.thread_id == thread.id, ReceivedMail.received_at > tx.real_now - timedelta(hours=1))
        count = tx.session.scalars(select(func.count()).select_from(ReceivedMail).where(*recent)).one()
        if count == _MOST_IN_AN_HOUR and thread.escalation_id is not None:
            told = MailsLeft(address=thread.address, most=_MOST_IN_AN_HOUR)
            self.records.within(tx, thread.escalation_id).announce(told)
        return count >= _MOST_IN_AN_HOUR

    def _from_customer(self, change: Change, mail: IncomingMail, thread: MailThread) -> MailOutcome:
        """Take what the customer answers. It is never a team's answer, and comes through after the closing too."""
        if mail.origin is MailOrigin.BOUNCE:
            self.customer.came_back(change, mail, thread.address)
            return MailOutcome.BOUNCE
        words = _answer(mail)
        if not words and not mail.attachments:
            return MailOutcome.EMPTY
        self.customer.wrote(change, mail, words)
        return MailOutcome.ANSWER

    def _about_incident(self, tx: Transaction, mail: IncomingMail, thread: MailThread) -> MailOutcome:
        """Notify the declarer of a major incident of the team's answer."""
        number = int(thread.about.rpartition("-")[2])
        row = tx.session.get(Incident, number)
        if row is None or row.ended_at is not None:
            return MailOutcome.EXPIRED
        if mail.origin is MailOrigin.BOUNCE:
            words = f"The mail about {incident_key(number)} to {thread.address} came back. Write to them yourself."
        else:
            words = f"{thread.address} answered about {incident_key(number)}: {_answer(mail)}"
        answer = {"person": row.declared_by, "channel": None, "text": words}
        outbox.put(tx, None, NewEffect(EffectKind.REPLY, answer))
        return MailOutcome.BOUNCE if mail.origin is MailOrigin.BOUNCE else MailOutcome.ANSWER


def _answer(mail: IncomingMail) -> str:
    return written(mail.text)[:_LONGEST]


def _answered(change: Change, thread: MailThread, mail: IncomingMail, answer: str, *, approval: bool | None) -> None:
    team = thread.team
    if team:
        routes.written(change, team, by=thread.address)
        if change.row.team == team:
            change.stop_clock(ClockKind.TEAM)
        teams.take(change, team, by=thread.address, noted=True)
        change.record("team answered by mail", after={"team": team, "from": mail.sender})
    else:
        change.record("answered by mail", after={"from": mail.sender})
    change.announce(
        MailAnswered(
            team=team,
            sender=mail.sender[:_LONGEST_NAME],
            name=mail.sender_name[:_LONGEST_NAME],
            text=answer,
            attachments=tuple(name[:_LONGEST_NAME] for name in mail.attachments[:_MOST_NAMES]),
            approval=approval,
        )
    )
    change.finish()


def _bounced(change: Change, thread: MailThread) -> None:
    """Take back that a team was reached: its mail came back."""
    result = RouteResult(TeamRouteKind.MAIL, thread.address, TeamRouteState.FAILED, _BOUNCED)
    known = any(one.team == thread.team and one.to == thread.address for one in change.facts.team_routes)
    if known:
        routes.settled(change, thread.team, result)
    else:
        change.announce(MailNotSent(to=thread.address, why=_BOUNCED))
    change.finish()
