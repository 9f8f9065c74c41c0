"""Answering a page from a signed link: from a mail or a text message, without Slack."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.database import link_uses
from bot.database.change import Change
from bot.database.people import is_slack_id
from bot.database.records import Records
from bot.errors import NotFound
from bot.models.pages import Page
from bot.policy.members import Admission
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts, PageFacts, RouteState
from bot.ports.links import Link, Purpose
from bot.services.paging import acknowledgements, alarms, pages, rings

# A page is repeated for half an hour, and its alarm may start over for as long as nobody answers.
LIVES: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LinkedPage:
    """The page that a link is about, its escalation, and the names of the people in it by identity.

    `is_used` is true if the link did its work before.
    """

    page: PageFacts
    facts: EscalationFacts
    policy: Policy
    names: Mapping[str, str]
    is_used: bool = False


def link_to(page: PageFacts, number: int, route: str, sent_at: datetime) -> Link:
    """Return the link that answers a page, in a message by a route. `sent_at` is on the real clock."""
    expires_at = (sent_at + LIVES).replace(microsecond=0)
    return Link(Purpose.PAGE, number, f"{page.id}/{route}", page.person, expires_at)


@dataclass(frozen=True)
class PageLinks:
    """Show what a page's link is about, and answer the page by it. The link says who answers: the page's person.

    Somebody who has left the company or may not see the escalation any more, and a link to a page of another escalation
    or person, is told that there is nothing.
    """

    records: Records

    def look(self, link: Link) -> LinkedPage:
        """Return what a link is about. Raises NotFound."""
        with self.records.database.transaction() as tx:
            change = self.records.within(tx, link.number)
            page, _ = self._page(change, link)
            return self._linked(change, page, is_used=link_uses.is_used(tx, link.key))

    def acknowledge(self, link: Link) -> LinkedPage:
        """Acknowledge the escalation, as the button of the page does. Raises LinkUsedError, NotFound, Refused."""
        with self._using(link) as (change, page, by):
            route = link.subject.partition("/")[2]
            if page.ended_at is None and any(one["route"] == route for one in page.routes):
                rings.note(change, page, route, RouteState.ACKNOWLEDGED)
            acknowledgements.answer(change, by=by)
            return self._linked(change, page)

    def decline(self, link: Link) -> LinkedPage:
        """Pass the page on at once. Raises LinkUsedError, NotFound."""
        with self._using(link) as (change, page, by):
            pages.decline(change, page.id, by=by)
            return self._linked(change, page)

    @contextmanager
    def _using(self, link: Link) -> Iterator[tuple[Change, Page, str]]:
        with self.records.database.transaction() as tx:
            change = self.records.within(tx, link.number)
            page, by = self._page(change, link)
            link_uses.use(tx, link.key)
            yield change, page, by
            change.finish()

    def _page(self, change: Change, link: Link) -> tuple[Page, str]:
        """Return the page, and who answers it. Raises NotFound."""
        page_id, _, _ = link.subject.partition("/")
        by = self.records.people.resolved(change.tx, link.person)
        # The page is of their Slack id by now, if their address was all that was known when the link was sent.
        theirs = {link.person, by}
        found = alarms.found(change, int(page_id)) if re.fullmatch("[0-9]{1,9}", page_id) else None
        if found is None or found.person not in theirs:
            raise NotFound("There is no such page any more.")
        people, facts = self.records.people, change.facts
        has_left = is_slack_id(by) and people.admission(change.tx, by) is Admission.REFUSED
        if has_left or not people.may_see(change.tx, facts, change.policy, by):
            raise NotFound("There is no such page any more.")
        return found, by

    def _linked(self, change: Change, page: Page, *, is_used: bool = False) -> LinkedPage:
        facts = change.facts
        named = {page.person, *(by for other in facts.pages for by in (other.person, other.acknowledged_by) if by)}
        named |= {facts.acknowledged_by} if facts.acknowledged_by is not None else set()
        names = self.records.people.names(change.tx, named)
        return LinkedPage(page.facts(), facts, change.policy, names, is_used)
