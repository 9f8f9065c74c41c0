"""The intake list: facts beyond the three answers of the declaration, filled in by anybody over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, or_, select

from bot.database import live_notices
from bot.database.change import Change
from bot.database.outbox import RECIPIENT
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import FormError
from bot.models.base import UtcDateTime
from bot.models.intake import IntakeFact
from bot.models.work import Effect, EffectKind
from bot.policy.decide.lifecycle import Move, refusals, refusals_to_read, require
from bot.policy.decide.questionnaire import KnownFact, Questionnaire, asks_anything, questionnaire
from bot.policy.model.rules import Policy
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.plan.schedule import ASK_PUT_OFF
from bot.policy.plan.stored_notices import payload_of
from bot.policy.record.captures import KeptFile, SharedFile
from bot.policy.record.escalation import RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.notices.intake import FactsMissingNotice
from bot.services.intake import record_files

_MOST_NAMED = 8
# The least time between two requests to one person.
_BETWEEN: Final = timedelta(hours=1)
_SENT_LATELY: Final = select(Effect.payload).where(
    Effect.lane == bindparam("lane"),
    Effect.kind == EffectKind.DIRECT,
    or_(Effect.settled_at.is_(None), Effect.settled_at > bindparam("since", type_=UtcDateTime())),
)
# Built once, because each status and card reads it.
_ANSWERS = select(IntakeFact).where(IntakeFact.escalation_id == bindparam("number"))


@dataclass(frozen=True, slots=True)
class IntakeAsked:
    """An escalation with its intake questions, and its newest files."""

    facts: EscalationFacts
    policy: Policy
    questionnaire: Questionnaire
    files: Sequence[KeptFile] = ()
    files_in_all: int = 0


@dataclass(frozen=True)
class Intakes:
    """Ask for missing facts, and store the answers."""

    records: Records

    def form(self, number: int, *, viewer: str) -> IntakeAsked:
        """Return the content of the form, also once it is closed. Raises NotFound, and Refused for a proposal."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=viewer)
            require(refusals_to_read(change.facts, Move.INTAKE))
            files, in_all = record_files.newest(tx, number)
            return replace(_asked(change), files=files, files_in_all=in_all)

    def known(self, number: int) -> Questionnaire | None:
        """Return the questions with what is known, for those who are asked to help; None if nothing is asked for."""
        with self.records.database.transaction() as tx:
            change = self.records.within(tx, number)
            return _asked(change).questionnaire if asks_anything(change.policy, change.facts) else None

    def fill(
        self, number: int, answers: Mapping[str, str], *, by: str, files: Sequence[SharedFile] = ()
    ) -> EscalationFacts:
        """Store answers by question key, and files; an empty answer removes an earlier one.

        Keys that aren't given stay as they are, even if answered meanwhile. Raises Refused, and FormError for a
        fact that is no longer asked for.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.INTAKE))
            asked = _asked(change).questionnaire.questions
            gone = answers.keys() - {question.key for question in asked if not question.by_check}
            if gone:
                raise FormError(gone.pop(), "This detail is no longer needed. Open the form again.")
            changed = [key for key, text in answers.items() if _write(change, key, text, by)]
            if changed:
                change.record("facts filled in", by=by, after={"facts": changed})
                change.tx.session.flush()  # what is still missing is read from the rows
                left = _missing(change)
                says = payload_of(left) if left is not None else None
                for effect in live_notices.renewed(change.row, NoticeSubject.DETAILS, says):
                    change.do(effect)
            record_files.add(change, files, by=by)
            return change.facts


def ask_owner(change: Change) -> None:
    """Ask the relationship owner directly if facts are missing. Its timer fires only once, unless it is put off.

    Nobody is asked while they are paged for the escalation or owe it an update, nor about two of them within an hour.
    """
    notice = _missing(change)
    if notice is None:
        return
    owner = change.facts.holder(RELATIONSHIP_OWNER) or change.row.declared_by
    if _is_busy(change, owner) or _was_asked(change.tx, owner):
        change.row.reminded = {**change.row.reminded, ASK_PUT_OFF: change.tx.now.isoformat()}
        return
    change.notify(notice, owner)
    change.record("facts asked for", after={"of": owner, "missing": len(notice.missing) + notice.more})


def _missing(change: Change) -> FactsMissingNotice | None:
    """Return the request for what is missing, what is needed first; None if nothing that is needed is.

    It counts every question without an answer, as the card does.
    """
    asked = _asked(change).questionnaire
    named = tuple(question.label for question in asked.missing[:_MOST_NAMED])
    unanswered = sum(question.answer is None for question in asked.questions)
    return FactsMissingNotice(missing=named, more=unanswered - len(named)) if named else None


def _is_busy(change: Change, owner: str) -> bool:
    """Return True if somebody is paged for the escalation now, or was reminded of an update of it that is due."""
    is_paged = any(page.person == owner and not page.ended for page in change.facts.pages)
    owes = (live["to"] == owner and live["subject"] == NoticeSubject.UPDATE for live in change.row.live_notices)
    return is_paged or any(owes)


def _was_asked(tx: Transaction, owner: str) -> bool:
    """Return True if somebody was asked about the facts of another escalation within the hour."""
    since = tx.real_now - _BETWEEN
    sent = tx.session.scalars(_SENT_LATELY, {"lane": f"{RECIPIENT}{owner}", "since": since})
    return any(payload.get("notice") == FactsMissingNotice.word for payload in sent)


def _asked(change: Change) -> IntakeAsked:
    facts, policy = change.facts, change.policy
    return IntakeAsked(facts, policy, questionnaire(policy, facts, answers_of(change.tx, facts.number)))


def answers_of(tx: Transaction, number: int) -> dict[str, KnownFact]:
    """Return the answers of an escalation that people have filled in, by question key."""
    rows = tx.session.scalars(_ANSWERS, {"number": number})
    return {row.key: KnownFact(row.text, row.by, row.at) for row in rows}


def _write(change: Change, key: str, text: str, by: str) -> bool:
    """Store one answer; return True if it changed anything. Repeating an answer keeps who gave it first."""
    session = change.tx.session
    row = session.get(IntakeFact, (change.row.id, key))
    if row is not None and not text:
        session.delete(row)
    elif row is None and text:
        session.add(IntakeFact(escalation_id=change.row.id, key=key, text=text, by=by, at=change.tx.now))
    elif row is not None and row.text != text:
        row.text, row.by, row.at = text, by, change.tx.now
    else:
        return False
    return True
