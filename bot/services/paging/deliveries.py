"""How rings fare by their routes: what arrived counts as a page; what failed goes on by the next route, then to others.

A page that fails by every route for now stays owed to its person, while the next person and the manager are paged. One
that can never be delivered ends.
"""

from dataclasses import dataclass

from bot.database import queries
from bot.database.change import Change
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.pages import Page
from bot.policy.decide import reaching
from bot.policy.decide.ladder import NextPaged
from bot.policy.model.reaching import SLACK
from bot.policy.record.announcements.paging import PageUnreached
from bot.policy.record.escalation import EscalationFacts, RouteState
from bot.ports.pager import Reached
from bot.ports.workspace import Posted
from bot.services.paging import alarms, climbing, pages, rings


@dataclass(frozen=True)
class Deliveries:
    """Record how rings fared, in the transaction that settles their effect."""

    records: Records

    def posted(self, tx: Transaction, number: int, page_id: int, send: int, at: Posted, *, channel: str | None) -> None:
        """Record that a page's message stands in Slack. It replaces the person's earlier message of the same alarm.

        It was drawn with a link to `channel`: one that was created meanwhile is added. A page that has ended meanwhile
        loses its buttons.
        """
        change = self.records.within(tx, number)
        page = alarms.found(change, page_id)
        if page is None:
            return
        rings.replace_message(change, page, at)
        if change.row.channel_id != channel or page.ended_at is not None:
            rings.redraw(change, page)
        self._arrived(change, page, send, SLACK)

    def sent(self, tx: Transaction, number: int, page_id: int, send: int, route: str) -> None:
        """Record that a ring went out by a route: from now on the page's repeats and the next rung are due."""
        change = self.records.within(tx, number)
        page = alarms.found(change, page_id)
        if page is not None:
            self._arrived(change, page, send, route)

    def failed(
        self, tx: Transaction, number: int, page_id: int, send: int, route: str, why: str, *, for_good: bool = False
    ) -> None:
        """Record that a ring failed by a route; it may still be tried again by it, unless it is `for_good`."""
        change = self.records.within(tx, number)
        page = alarms.found(change, page_id)
        if page is not None and page.asked == send:
            failed(change, page_id, route, why, for_good=for_good)
            change.finish()

    def next_paged(self, number: int, page_id: int) -> NextPaged | None:
        """Return who is paged after a page if nobody responds; None if nobody is left. A transaction of its own."""
        with self.records.database.transaction() as tx:
            row = queries.escalation(tx.session, number)
            change = self.records.of(tx, row) if row is not None else None
            page = alarms.found(change, page_id) if change is not None else None
            return climbing.next_paged(change, page) if change is not None and page is not None else None

    def with_page(self, number: int, page_id: int) -> EscalationFacts | None:
        """Return an escalation with a page of a round that is long over; None without such a page.

        A transaction of its own. Raises UnreadableRecord.
        """
        with self.records.database.transaction() as tx:
            row = queries.escalation(tx.session, number)
            change = self.records.of(tx, row) if row is not None else None
            page = alarms.found(change, page_id) if change is not None else None
            return change.facts if change is not None and page is not None else None

    def contact(self, person: str) -> Reached:
        """Return how somebody is reached outside Slack; a transaction of its own."""
        people = self.records.people
        with self.records.database.transaction() as tx:
            entry = people.entry(tx, person)
            slack_id = people.resolved(tx, person)
            emails = [who for who in (person, *sorted(people.identities(tx, slack_id))) if "@" in who]
            email = entry.email if entry is not None and "@" in entry.email else next(iter(emails), None)
            name = people.names(tx, [slack_id]).get(slack_id) or email or person
            phone = entry.phone if entry is not None else None
            known = slack_id if "@" not in slack_id else None
            return Reached(name=name, email=email, phone=phone, slack_id=known)

    def _arrived(self, change: Change, page: Page, send: int, route: str) -> None:
        if page.asked == send:
            if any(one["route"] == route and one["state"] == RouteState.FAILED for one in page.routes):
                change.refresh_card()
            rings.note(change, page, route, RouteState.SENT)
        pages.arrived(change, page, send, route)
        change.bring_timers_in_line()
        change.refresh_counts()


def failed(change: Change, page_id: int | None, route: str, why: str, *, for_good: bool = False) -> None:
    """Note that the latest ring of a page failed by a route, and go on by the next one, or to others.

    Does nothing if the page has ended.
    """
    page = alarms.found(change, page_id)
    if page is None or page.ended_at is not None:
        return
    before = [one["state"] for one in page.routes if one["route"] == route]
    rings.note(change, page, route, RouteState.FAILED, why, for_good=for_good)
    if before != [RouteState.FAILED.value]:
        change.record("page not sent", after={"person": page.person, "route": route, "why": why})
    tried = page.facts().routes_of_ring
    following = reaching.following(route, rings.routes_of(change, page.person), tried)
    if following is not None:
        rings.by_route(change, page, following)
        return
    if not reaching.all_failed(tried, change.tx.now):
        return
    if all(one.for_good for one in tried):
        pages.undeliverable(change, page.id, why)
        if len(tried) > 1:
            pages.page_manager_too(change, page)
    elif page.unreached_at is None:
        _page_others(change, page)


def _page_others(change: Change, page: Page) -> None:
    """Page others because every route fails for now. Say so, unless Slack is all that somebody has, and nobody else."""
    page.unreached_at = change.tx.now
    others = pages.unreached(change, page)
    change.redraw_notices_of_pages()
    tried = page.facts().routes_of_ring
    if others or len(tried) > 1:
        change.record("page not received", after={"person": page.person, "others": list(others)})
        change.announce(
            PageUnreached(
                person=page.person,
                role=page.role,
                routes=tuple(one.route for one in tried),
                others=tuple(others),
            )
        )
