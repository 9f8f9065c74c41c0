"""The conversation with somebody who opens a page's link, outside Slack."""

from dataclasses import dataclass

from bot.database.transaction import Core
from bot.ports.links import Link, WebPage
from bot.services.paging.page_links import PageLinks
from bot.views.paging import link_pages


@dataclass(frozen=True)
class PageLinkHandlers:
    """Answers links that acknowledge a page."""

    core: Core
    page_links: PageLinks

    async def show(self, link: Link) -> WebPage:
        """Ask whether to acknowledge; nothing is changed."""
        linked = await self.core.run(self.page_links.look, link)
        draw = link_pages.used if linked.is_used else link_pages.asks
        return draw(linked.page, linked.facts, linked.policy, linked.names)

    async def follow(self, link: Link, answer: str, words: str) -> WebPage:  # noqa: ARG002 - its page has no field
        """Acknowledge the page, or pass it on. Raises LinkUsedError if the link did its work before."""
        now = await self.core.run(self.page_links.look, link)
        takes_it_back = answer == link_pages.ACKNOWLEDGE and link_pages.can_still_take(now.page, now.facts)
        if now.is_used or (now.page.ended and not takes_it_back):
            return link_pages.used(now.page, now.facts, now.policy, now.names)
        if answer == link_pages.DECLINE:
            linked = await self.core.run(self.page_links.decline, link)
            return link_pages.declined(linked.page, linked.facts, linked.policy, linked.names)
        if answer != link_pages.ACKNOWLEDGE:
            return await self.show(link)
        linked = await self.core.run(self.page_links.acknowledge, link)
        return link_pages.acknowledged(linked.page, linked.facts, linked.policy)

    async def expired(self, link: Link) -> WebPage:  # noqa: ARG002 - it says the same of all
        """Draw what to do instead."""
        return link_pages.expired()
