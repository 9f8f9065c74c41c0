"""The weekly digest of an executive sponsor: their escalated customers, and what is needed of them."""

from collections.abc import Iterator
from functools import partial

from bot.policy.plan.digest import DigestNews
from bot.policy.plan.sponsor_digest import SponsorDigest
from bot.ports.workspace import Block, Message
from bot.views.kit import ids, lines
from bot.views.kit.parts import actions, button, context, header, section
from bot.views.kit.text import times
from bot.views.overview import hot_list
from bot.views.overview.listing import cannot_be_read


def draw(digest: SponsorDigest) -> Message:
    """Draw the digest."""
    return Message(_title(digest), tuple(_blocks(digest)))


def _title(digest: SponsorDigest) -> str:
    return f"Customers you sponsor: {digest.total or 'none'} escalated"


def _blocks(digest: SponsorDigest) -> Iterator[Block]:
    yield header(_title(digest))
    news = _news(digest.news)
    if news:
        yield context(news)
    for each in digest.customers:
        words = partial(hot_list.customer, each, digest.at, digest.policy)
        yield section(lines.line(each.facts.key, words))
    yield from cannot_be_read([f"ESC-{number}" for number in digest.unreadable])
    more = digest.total - len(digest.customers) - len(digest.unreadable)
    if more > 0:
        yield context(f"{times(more, 'more customer')}.")
    yield actions(button("When it comes…", ids.PRESS_SPONSOR_HOURS, "digest"))


def _news(news: DigestNews) -> str:
    said = [f"{news.declared} declared"] if news.declared else []
    said += [f"{news.resolved} resolved"] if news.resolved else []
    said += [f"{times(news.broken, 'promised update')} missed"] if news.broken else []
    return f"In the last 7 days: {', '.join(said)}." if said else ""
