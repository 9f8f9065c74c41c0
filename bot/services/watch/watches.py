"""The watch after resolution: somebody is asked directly how the account is, and the answer is stored.

It doesn't need the channel: the escalation may have been closed and its channel archived long before.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select

from bot.database import list_queries
from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.database.people import is_slack_id
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import NotFound
from bot.models.escalation import Escalation
from bot.models.watch import WatchQuestion
from bot.models.work import EffectKind
from bot.policy.decide.watches import WATCH_LOOK, AccountState, QuestionFacts, WatchDay, is_asked, is_worse
from bot.policy.model.directory import identity_key
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import MANAGER, RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.notices.watch import WatchAnsweredNotice
from bot.ports.workspace import Posted

_WELL: Final = re.compile(r"all\s+good\b", re.IGNORECASE)
_LONGEST: Final = 1000


@dataclass(frozen=True, slots=True)
class WatchAsked:
    """A question in its present state, and where its message is, once it is posted."""

    question: QuestionFacts
    posted: Posted | None


@dataclass(frozen=True)
class Watches:
    """Read the questions of watches, and record answers."""

    records: Records

    def one(self, question: int) -> WatchAsked | None:
        """Return a question, for its message; None if it is gone."""
        with self.records.database.transaction() as tx:
            row = tx.session.get(WatchQuestion, question)
            if row is None:
                return None
            posted = Posted(row.message_channel, row.message_ts) if row.message_channel and row.message_ts else None
            return WatchAsked(row.facts(), posted)

    def answer(self, number: int, question: int, answer: AccountState, *, by: str) -> tuple[EscalationFacts, Policy]:
        """Record how the account is. The first answer counts; none does after a reopening. Raises NotFound."""
        with self.records.changing(number, by=by) as change:
            row = change.tx.session.get(WatchQuestion, question)
            if row is None or row.escalation_id != number:
                raise NotFound("This question is closed.")
            if is_asked(row.facts(), change.facts):
                _record(change, row, answer, by=by)
            change.do(_drawn(row))
            return change.facts, change.policy

    def posted(self, tx: Transaction, question: int, at: Posted) -> None:
        """Record where the message of a question is."""
        row = tx.session.get_one(WatchQuestion, question)
        row.message_channel, row.message_ts = at.channel, at.ts


def look(change: Change) -> None:
    """Look at the account's health; ask whether to reopen if it has fallen since the resolution, once in a watch."""
    row, health = change.row, change.row.account.health
    row.reminded = {**row.reminded, WATCH_LOOK: change.tx.now.isoformat()}
    if row.watch_health is None:
        row.watch_health = health
    elif is_worse(row.watch_health, health) and not _was_asked(change, WatchDay.HEALTH):
        ask(change, WatchDay.HEALTH, about=f"{row.watch_health} to {health}")


def watched(tx: Transaction, account: int, *, but: int) -> Sequence[int]:
    """Return the watched escalations of an account, without one."""
    mine = (Escalation.account_id == account, Escalation.id != but, list_queries.is_watched(tx.now))
    return tx.session.scalars(select(Escalation.id).where(*mine).order_by(Escalation.id)).all()


def escalated_again(change: Change) -> None:
    """Ask whether to reopen a watched escalation, because its account escalated again; once in a watch."""
    if not _was_asked(change, WatchDay.AGAIN):
        ask(change, WatchDay.AGAIN)


def _was_asked(change: Change, day: WatchDay) -> bool:
    mine = (WatchQuestion.escalation_id == change.row.id, WatchQuestion.day == day)
    since = WatchQuestion.since == change.row.resolved_at
    return change.tx.session.scalars(select(WatchQuestion.id).where(*mine, since).limit(1)).first() is not None


def ask(change: Change, day: WatchDay, *, about: str | None = None) -> None:
    """Ask the relationship owner how the account is, by mail if they are known only by mail; else who can be asked."""
    facts = change.facts
    if facts.resolved_at is None:
        return
    candidates = (facts.holder(RELATIONSHIP_OWNER), facts.holder(MANAGER), facts.declared_by)
    person = next((who for who in candidates if who and _can_be_asked(change, who)), facts.declared_by)
    row = WatchQuestion(
        escalation_id=facts.number, day=day, since=facts.resolved_at, person=person, asked_at=change.tx.now, about=about
    )
    change.tx.session.add(row)
    change.tx.session.flush()
    change.owing.add(person)
    change.record("watch asked after", after={"turn": day, "person": person})
    change.do(_drawn(row))


def answer_by_mail(change: Change, address: str, text: str) -> bool:
    """Take an answer to a question that was mailed to an address. Return False if none is open there.

    "All good" on the first line answers it. Anything else is passed on to somebody who can reopen the escalation.
    """
    mine = (WatchQuestion.escalation_id == change.row.id, WatchQuestion.person == identity_key(address))
    rows = change.tx.session.scalars(select(WatchQuestion).where(*mine).order_by(WatchQuestion.id.desc()).limit(1))
    row = rows.first()
    if row is None or not is_asked(row.facts(), change.facts):
        return False
    if _WELL.match(text.strip()):
        _record(change, row, AccountState.WELL, by=row.person)
    else:
        facts = change.facts
        candidates = (facts.holder(MANAGER), facts.declared_by)
        to = next((who for who in candidates if who and is_slack_id(who)), facts.declared_by)
        change.notify(WatchAnsweredNotice(question=row.id, by=row.person, words=text[:_LONGEST]), to)
        change.record("watch answered", by=row.person, after={"turn": row.day})
    return True


def _record(change: Change, row: WatchQuestion, answer: AccountState, *, by: str) -> None:
    row.answer, row.answered_by, row.answered_at = answer, by, change.tx.now
    change.owing.add(row.person)
    if row.day is WatchDay.LAST and answer is AccountState.WELL:
        change.row.watch_finished_at = change.tx.now
    change.record("watch answered", by=by, after={"turn": row.day, "answer": answer})


def _can_be_asked(change: Change, person: str) -> bool:
    return is_slack_id(person) or change.reaches_by_mail(person)


def remove_buttons(change: Change) -> None:
    """Remove the buttons of questions that no longer matter."""
    offers = or_(WatchQuestion.answer.is_(None), WatchQuestion.answer == AccountState.WRONG)
    mine = select(WatchQuestion).where(WatchQuestion.escalation_id == change.row.id, offers)
    for row in change.tx.session.scalars(mine.order_by(WatchQuestion.id)).all():
        change.do(_drawn(row))


def _drawn(row: WatchQuestion) -> NewEffect:
    key = f"watch-{row.id}"
    return NewEffect(EffectKind.WATCH, {"question": row.id, "to": row.person}, lane=key, coalesce=key)
