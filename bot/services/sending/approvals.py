"""Approval of texts for the customer: asked of one person, given by anybody who may send, or lapsed."""

from dataclasses import dataclass
from typing import Final

from bot.database.change import Change
from bot.database.records import Records
from bot.errors import FormError
from bot.models.customer_text import CustomerText
from bot.models.updates import Update
from bot.policy.decide import sending as rules
from bot.policy.decide.lifecycle import Move, Obstacle, Refusal, Refused, refusals, require
from bot.policy.decide.sending import Way
from bot.policy.record.announcements.sending import NotApproved
from bot.policy.record.customer_texts import TextState
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.sending import TextToApproveNotice
from bot.services.sending import dispatch, texts

_FIELD: Final = "customer_text"
_WAITS: Final = "Another text already waits for approval. Wait for the answer, or keep yours as a draft."
_NOBODY: Final = "There's no one to ask. Keep it as a draft."


@dataclass(frozen=True)
class TextApprovals:
    """Approve texts."""

    records: Records

    def approve(self, number: int, text: int, *, by: str) -> EscalationFacts:
        """Send a text that waits for approval. Raises Refused if they may not, or if it doesn't wait any more."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.UPDATE))
            if not texts.may_send(change, by):
                whom = rules.approvers(change.policy, change.facts)
                raise Refused([Refusal(Obstacle.NOT_ADMITTED, Move.APPROVE, change.row.status, people=whom)])
            row = texts.one_of(change, text)
            if row.state is not TextState.ASKED or row.route is None:
                raise Refused([_over(change, row)])
            if row.next_at is not None and row.next_at <= change.tx.now:
                raise Refused([Refusal(Obstacle.PROMISE_PASSED, Move.UPDATE, change.row.status)])
            change.record("text approved", by=by, after={"text": row.id})
            dispatch.send(change, row, texts.way_of(change, row.route), by=by)
            change.redraw_update(row.update_id)
            return change.facts


def ask(change: Change, text: CustomerText, way: Way, words: str) -> None:
    """Ask the first of those who may send to approve a text, until it is too late."""
    asked_of = next(iter(rules.approvers(change.policy, change.facts)), None)
    if asked_of is None:
        raise FormError(_FIELD, _NOBODY)
    person = change.present(asked_of)
    until = rules.approval_ends(change.policy, change.tx.now)
    text.state, text.route, text.asked_of, text.expires_at = TextState.ASKED, way.route, person, until
    texts.keep_open(change, text)
    change.record("approval asked for", by=text.by, after={"text": text.id, "person": person})
    change.notify(
        TextToApproveNotice(
            text=text.id,
            by=text.by,
            words=words,
            route=way.route,
            addresses=way.to,
            next_at=text.next_at,
            expires_at=until,
        ),
        person,
    )


def lapse(change: Change, text: int) -> None:
    """Make a text that nobody approved in time a draft again, and say so."""
    row = texts.one_of(change, text)
    if row.state is not TextState.ASKED or row.expires_at is None or row.expires_at > change.tx.now:
        return
    asked_of = row.asked_of or row.by
    row.state = TextState.DRAFT
    texts.keep_open(change, row)
    change.record("approval lapsed", after={"text": row.id, "person": asked_of})
    change.announce(NotApproved(text=row.id, asked_by=row.by, asked_of=asked_of))
    change.redraw_update(row.update_id)


def must_not_wait(change: Change, by: str) -> None:
    """Raise FormError if somebody else's text waits for approval: one is asked at a time."""
    kept = change.facts.open_text
    if kept is not None and kept.state is TextState.ASKED and kept.by != by:
        raise FormError(_FIELD, _WAITS)


def words_of(change: Change, text: CustomerText) -> str:
    """Return the words of a text."""
    return change.tx.session.get_one(Update, text.update_id).customer_text


def _over(change: Change, row: CustomerText) -> Refusal:
    """Return why a text can't be approved any more."""
    settled = row.state in (TextState.APPROVED, TextState.SENT, TextState.FAILED)
    obstacle = Obstacle.ALREADY_ANSWERED if settled and row.approved_by else Obstacle.SUPERSEDED
    return Refusal(obstacle, Move.UPDATE, change.row.status, row.approved_by)
