"""Acknowledging: somebody has it. Stops the response clock; silences pages."""

from dataclasses import dataclass

from bot.database.change import Change, Records
from bot.models.clocks import ClockKind
from bot.policy.decide.lifecycle import Move, refusals, require, takes_the_fix
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts, PageCause
from bot.services.paging import pages

_ANSWERED_BY_ACKNOWLEDGING = (PageCause.OPENING, PageCause.RESPONSE_BREACH)


@dataclass(frozen=True)
class Acknowledgements:
    """Acknowledges escalations and pages, or takes a page further."""

    records: Records

    def acknowledge(self, number: int, *, by: str) -> EscalationFacts:
        """Take an escalation on. Whoever is neither owner nor manager becomes the fix owner. Raises Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.ACKNOWLEDGE))
            acknowledge(change, by=by)
            return change.facts

    def acknowledge_page(self, number: int, page_id: int, *, by: str) -> EscalationFacts:
        """Silence a page. The fix owner's answer to the opening page acknowledges the escalation too."""
        with self.records.changing(number, by=by) as change:
            page = pages.acknowledge(change, page_id, by=by)
            opening = page is not None and page.cause in _ANSWERED_BY_ACKNOWLEDGING
            if opening and change.facts.is_owner(by) and not change.facts.is_acknowledged:
                acknowledge(change, by=by)
            return change.facts

    def page_further(self, number: int, page_id: int, rung: str, *, by: str) -> None:
        """Have a rung paged that is climbed only if somebody asks. Raises Refused once it is over."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.UPDATE))
            pages.further(change, page_id, rung, by=by)


def acknowledge(change: Change, *, by: str, aloud: bool = True) -> None:
    """Acknowledge within a change that has begun; one already acknowledged stays as it is.

    `aloud` is off where what is said next (an update, a mitigation) says it too.
    """
    row = change.row
    if row.acknowledged_at is not None:
        return
    takes = takes_the_fix(change.facts, by)
    row.acknowledged_at, row.acknowledged_by = change.tx.now, by
    change.stop_clock(ClockKind.RESPONSE)
    if takes:
        change.hold(FIX_OWNER, by, "acknowledged it")
    change.invite(by)
    pages.end(change, _ANSWERED_BY_ACKNOWLEDGING, by=by)
    change.record("acknowledged", by=by, after={"fix_owner": change.facts.holder(FIX_OWNER)})
    if aloud:
        change.announce("acknowledged", by=by, took_over=takes)
