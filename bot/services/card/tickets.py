"""The ticket of an escalation in the company's own system."""

from dataclasses import dataclass

from bot.database.records import Records
from bot.errors import FormError
from bot.policy.addresses import is_web_address
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.record.escalation import EscalationFacts, Ticket

_LONGEST_URL = 2000


@dataclass(frozen=True)
class Tickets:
    """Link tickets."""

    records: Records

    def link(self, number: int, ticket: Ticket, *, by: str) -> EscalationFacts:
        """Link a ticket in place of an earlier one; without number and address the link is removed.

        Raises Refused, and FormError for an address that is none.
        """
        if ticket.url is not None and (len(ticket.url) > _LONGEST_URL or not is_web_address(ticket.url)):
            raise FormError("url", "Enter a web address that begins with https://.")
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.EDIT))
            row = change.row
            before = {"ticket_number": row.ticket_number, "ticket_url": row.ticket_url}
            row.ticket_number, row.ticket_url = ticket.number, ticket.url
            after = {"ticket_number": row.ticket_number, "ticket_url": row.ticket_url}
            if after != before:
                change.record("ticket linked", by=by, before=before, after=after)
            return change.facts
