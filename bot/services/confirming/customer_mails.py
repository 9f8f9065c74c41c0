"""Mails that customers write, and mails to them that come back: of whatever kind it was, it counts as never sent."""

import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from bot.database.change import Change
from bot.models.customer_questions import CustomerQuestion
from bot.models.customer_text import CustomerText
from bot.policy.record.announcements.sending import CameBack, ReturnedMail
from bot.policy.record.customer_questions import CAME_BACK, QuestionKind
from bot.policy.record.customer_texts import Arrival, TextRoute, TextState
from bot.policy.record.escalation import RELATIONSHIP_OWNER
from bot.policy.record.notices.confirming import CustomerNotMailedNotice
from bot.ports.inbox import IncomingMail
from bot.services.outcomes.outcomes import Outcomes
from bot.services.programmes.status_calls import StatusCalls
from bot.services.sending import dispatch, replies, untold

# What the ids of our mails to customers name: the text, the question, the status call or the summary.
_NAMED: Final = re.compile(r"esc-(?P<escalation>\d{1,18})\.(?P<kind>[tqcs])(?P<id>\d{1,18})(?:[.@]|$)")


@dataclass(frozen=True)
class CustomerMails:
    """Takes mails of customers, within a change of the escalation that they are about."""

    status_calls: StatusCalls
    outcomes: Outcomes

    def wrote(self, change: Change, mail: IncomingMail, words: str) -> None:
        """Post what a customer wrote."""
        replies.take(change, mail, words)

    def came_back(self, change: Change, mail: IncomingMail, address: str) -> None:
        """Take back what a mail did that came back: the one the report names, else the newest to that address."""
        kind, number = _named(change, mail) or _newest(change, address)
        if kind == "q":
            _question(change, number)
        elif kind == "c":
            self.status_calls.came_back(change, number, address)
        elif kind == "s":
            self.outcomes.came_back(change, address)
        elif kind == "t":
            _text(change, number, mail)
        change.finish()


def _named(change: Change, mail: IncomingMail) -> tuple[str, int] | None:
    for one in mail.about:
        found = _NAMED.match(one.lower())
        if found is not None and int(found["escalation"]) == change.row.id:
            return found["kind"], int(found["id"])
    return None


def _newest(change: Change, address: str) -> tuple[str, int]:
    """Return the newest text or question that was mailed to an address."""
    session, row = change.tx.session, change.row.id
    mailed = (CustomerText.escalation_id == row, CustomerText.route == TextRoute.MAIL)
    sent = (*mailed, CustomerText.state == TextState.SENT)
    text = session.scalars(select(CustomerText).where(*sent).order_by(CustomerText.id.desc())).first()
    asked = (CustomerQuestion.escalation_id == row, CustomerQuestion.address == address)
    reached = (*asked, CustomerQuestion.sent_at.is_not(None))
    question = session.scalars(select(CustomerQuestion).where(*reached).order_by(CustomerQuestion.id.desc())).first()
    if question is not None and (text is None or (question.sent_at or change.tx.now) > (text.told_at or text.at)):
        return "q", question.id
    return ("t", text.id) if text is not None else ("", 0)


def _text(change: Change, number: int, mail: IncomingMail) -> None:
    """Record that an update came back: who didn't get it wasn't told."""
    text = change.tx.session.get(CustomerText, number)
    if text is None or text.escalation_id != change.row.id:
        return
    arrived = [one.to for one in text.facts("").recipients if one.state is Arrival.ARRIVED]
    failed = [to for to in arrived if to.casefold() in map(str.casefold, mail.failed)]
    failed = failed or [to for to in arrived if to.casefold() in mail.text.casefold()]
    failed = failed or (arrived if len(arrived) == 1 else [])
    for to in failed:
        dispatch.refused(change, text.id, to, CAME_BACK)
    if arrived and not failed:
        change.record("customer mail came back", after={"text": text.id})
        change.announce(CameBack(to=tuple(arrived)))


def _question(change: Change, number: int) -> None:
    """Record that a question came back: nobody was asked. An answer that came by its link stays."""
    row = change.tx.session.get(CustomerQuestion, number)
    is_mine = row is not None and row.escalation_id == change.row.id
    if row is None or not is_mine or row.sent_at is None or row.failure is not None or row.answered_at is not None:
        return
    row.failure = CAME_BACK
    if row.kind is QuestionKind.SOLVED:
        untold.take_back(change, row.sent_at, due_before=row.due_before, last_before=row.last_before)
    change.record("customer not asked", after={"to": row.address, "kind": row.kind.value, "why": CAME_BACK})
    what = ReturnedMail.QUESTION if row.kind is QuestionKind.SOLVED else ReturnedMail.RATING
    owner = change.facts.holder(RELATIONSHIP_OWNER) or change.row.declared_by
    told = dict.fromkeys((change.present(owner), row.asked_by))
    if change.row.channel_archived_at is None:
        change.announce(CameBack(to=(row.address,), mail=what.value))
    for person in told:
        change.notify(CustomerNotMailedNotice(address=row.address, why=CAME_BACK), person)
