"""Acknowledging an escalation. Stops the response clock and ends pages."""

from dataclasses import dataclass

from bot.database.change import Change
from bot.database.records import Records
from bot.models.clocks import ClockKind
from bot.policy.decide.lifecycle import Move, becomes_fix_owner, refusals, require
from bot.policy.record.announcements.paging import Acknowledged
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts, PageCause
from bot.services.paging import pages

_ANSWERED_BY_ACKNOWLEDGING = (PageCause.OPENING, PageCause.RESPONSE_BREACH)


@dataclass(frozen=True)
class Acknowledgements:
    """Acknowledge escalations and pages, or page the next rung."""

    records: Records

    def acknowledge(self, number: int, *, by: str) -> EscalationFacts:
        """Acknowledge an escalation. Anybody but the owners and the manager becomes the fix owner. Raises Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.ACKNOWLEDGE))
            acknowledge(change, by=by)
            return change.facts

    def acknowledge_page(self, number: int, page_id: int, *, by: str) -> EscalationFacts:
        """Acknowledge a page. The fix owner's answer to the opening page acknowledges the escalation too."""
        with self.records.changing(number, by=by) as change:
            page = pages.acknowledge(change, page_id, by=by)
            opening = page is not None and page.cause in _ANSWERED_BY_ACKNOWLEDGING
            if opening and change.facts.is_owner(by) and not change.facts.is_acknowledged:
                acknowledge(change, by=by)
            return change.facts

    def page_rung(self, number: int, page_id: int, rung: str, *, by: str) -> None:
        """Page a rung that is paged only on request. Raises Refused once the escalation is finished."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.UPDATE))
            pages.page_rung(change, page_id, rung, by=by)


def acknowledge(change: Change, *, by: str, aloud: bool = True) -> None:
    """Acknowledge within a running change; do nothing if it was acknowledged before.

    `aloud` is false if the next message (an update, a mitigation) says it too.
    """
    row = change.row
    if row.acknowledged_at is not None:
        return
    takes = becomes_fix_owner(change.facts, by)
    row.acknowledged_at, row.acknowledged_by = change.tx.now, by
    change.stop_clock(ClockKind.RESPONSE)
    if takes:
        change.hold(FIX_OWNER, by, "acknowledged it")
    change.invite(by)
    pages.end(change, _ANSWERED_BY_ACKNOWLEDGING, by=by)
    change.record("acknowledged", by=by, after={"fix_owner": change.facts.holder(FIX_OWNER)})
    if aloud:
        change.announce(Acknowledged(by=by, took_over=takes))
