"""Acknowledging an escalation, wherever it is pressed. Stops the response clock and ends pages.

It never changes the fix owner: somebody else who acknowledges is asked once (docs/policy.md#acknowledge).
"""

from dataclasses import dataclass
from typing import Final

from bot.database import outbox
from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.models.clocks import ClockKind
from bot.models.work import EffectKind
from bot.policy.decide.lifecycle import Move, may_take_over, refusals, require
from bot.policy.record.announcements.paging import Acknowledged
from bot.policy.record.escalation import EscalationFacts, PageCause
from bot.services.paging import pages

# The offer of a reply: become the fix owner.
TAKE_OVER: Final = "take over"
_ANSWERED_BY_ACKNOWLEDGING = (PageCause.OPENING, PageCause.RESPONSE_BREACH, PageCause.ASKED)


@dataclass(frozen=True)
class Acknowledgements:
    """Acknowledge escalations and pages, pass a page on, or page the next rung."""

    records: Records

    def acknowledge(self, number: int, *, by: str, channel: str | None = None, offers: bool = True) -> EscalationFacts:
        """Acknowledge an escalation. `channel` is where it was pressed, if in one. Raises Refused.

        `offers` is false if the answer in place asks whether they take over.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.ACKNOWLEDGE))
            acknowledge(change, by=by)
            if offers:
                offer_taking_over(change, by=by, channel=channel)
            return change.facts

    def acknowledge_page(self, number: int, *, by: str, channel: str | None = None) -> EscalationFacts:
        """Answer the pages of an escalation, for all their reasons, from whichever page: also an old one.

        It acknowledges the escalation, if nobody has. Raises Refused if somebody has, and no page rings any more.
        """
        with self.records.changing(number, by=by) as change:
            answer(change, by=by, channel=channel)
            return change.facts

    def decline_page(self, number: int, page_id: int, *, by: str) -> EscalationFacts:
        """Pass a page on at once: its person can't take it."""
        with self.records.changing(number, by=by) as change:
            pages.decline(change, page_id, by=by)
            return change.facts

    def page_rung(self, number: int, page_id: int, rung: str, *, by: str) -> None:
        """Page a rung that is paged only on request. Raises Refused once the escalation is finished."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.UPDATE))
            pages.page_rung(change, page_id, rung, by=by)


def answer(
    change: Change, *, by: str, channel: str | None = None, via: str | None = None, name: str | None = None
) -> None:
    """Answer the running alarm and acknowledge the escalation within a running change. Raises Refused.

    `via` is where somebody answered, if not here; `name` theirs there, if `by` only stands in for them.
    """
    answered = pages.acknowledge(change, by=by)
    if not (answered and refusals(change.facts, Move.ACKNOWLEDGE)):
        require(refusals(change.facts, Move.ACKNOWLEDGE))
        acknowledge(change, by=by, via=via, name=name)
        offer_taking_over(change, by=by, channel=channel)


def acknowledge(
    change: Change, *, by: str, aloud: bool = True, via: str | None = None, name: str | None = None
) -> None:
    """Acknowledge within a running change; do nothing if it was acknowledged before.

    `aloud` is false if the next message (an update, a mitigation) says it too. `via` and `name` are as in `answer`.
    """
    row = change.row
    if row.acknowledged_at is not None:
        return
    row.acknowledged_at, row.acknowledged_by = change.tx.now, by
    change.stop_clock(ClockKind.RESPONSE)
    change.invite(by)
    before = row.page_reasons
    pages.end(change, _ANSWERED_BY_ACKNOWLEDGING, by=by)
    if row.page_reasons == before:
        pages.redraw(change)  # what is late stays late, but it's acknowledged now
    change.record("acknowledged", by=by)
    if aloud:
        due_at = row.customer_update_due_at
        is_overdue = due_at is not None and due_at <= change.tx.now
        change.announce(Acknowledged(by=by, is_overdue=is_overdue, via=via, name=name))


def offer_taking_over(change: Change, *, by: str, channel: str | None) -> None:
    """Ask somebody who has acknowledged in place of the fix owner, once, whether they take over."""
    if may_take_over(change.facts, by):
        payload = {"person": by, "channel": channel, "text": "", "offer": TAKE_OVER}
        lane = f"reply:{channel or ''}:{by}"
        outbox.put(change.tx, change.row.id, NewEffect(EffectKind.REPLY, payload, lane=lane))
