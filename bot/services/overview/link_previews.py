"""Previews of links to tickets and accounts, for the people who read the channel in which one is posted.

So they show what everybody may know: nothing confidential, nothing to guests, nothing to another company.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.database import link_queries, outbox
from bot.database.hot_list_queries import OPENLY
from bot.database.lists import Lists
from bot.database.outbox import NewEffect
from bot.database.people import People
from bot.database.policies import Found
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.escalation import Escalation
from bot.models.work import EffectKind
from bot.policy.addresses import spellings
from bot.policy.excerpts import Excerpt
from bot.policy.plan.link_previews import LinkPreview

# The most escalations of a customer in a preview, and the most links of a message that get one.
SHOWN: Final = 3
_LINKS: Final = 5
# Later the talk has moved on.
STILL_OF_USE: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class LinkPreviews:
    """Find what posted links lead to."""

    records: Records
    people: People

    def shared(self, channel: str, ts: str, urls: Sequence[str], *, by: str) -> None:
        """Queue previews of a message that one of our people has posted, if a link in it leads to something.

        Somebody who isn't known yet is looked up, and gets previews from their next message on.
        """
        with self.records.database.transaction() as tx:
            asked = list(dict.fromkeys(urls))[:_LINKS]
            if not self._known(tx, asked):
                return
            can_act = self.people.can_act(tx, by)
            if can_act is None:
                self.people.look_up(tx, {by})
            if not can_act:
                return
            until = (tx.real_now + STILL_OF_USE).isoformat()
            payload = {"channel": channel, "ts": ts, "urls": asked, "until": until}
            key = f"unfurl:{channel}:{ts}"
            outbox.put_all(tx, None, NewEffect(EffectKind.UNFURL, payload, lane=key, coalesce=key))

    def compose(self, channel: str, urls: Sequence[str], readers: Collection[str]) -> Sequence[LinkPreview]:
        """Return the previews of links in a channel as of now; none unless all its readers are known to be members.

        In an escalation's own channel its links have none: its card is there.
        """
        with self.records.database.reading() as tx:
            if not link_queries.are_ours(tx.session, readers):
                return ()
            found = [(url, self._found(tx, place)) for url, place in self._known(tx, urls).items()]
            policy = self.records.policies.current
            return tuple(
                LinkPreview(url, one, tx.now, policy)
                for url, one in found
                if one.shown and all(facts.channel_id != channel for facts, _ in one.shown)
            )

    def unmet(self, readers: Collection[str]) -> Sequence[str]:
        """Return those readers of whom nobody has said yet whether they are guests."""
        with self.records.database.reading() as tx:
            return link_queries.unmet(tx.session, readers)

    def look_up(self, readers: Collection[str]) -> None:
        """Queue look-ups, so that they are known when the next link is posted."""
        with self.records.database.transaction() as tx:
            self.people.look_up(tx, readers)

    def _known(self, tx: Transaction, urls: Sequence[str]) -> Mapping[str, tuple[str, int]]:
        """Return whether a link is a ticket or a record, and whose, by link."""
        spelled = {url: spellings(url) for url in urls}
        every = frozenset[str]().union(*spelled.values())
        if not every:
            return {}
        tickets, records = link_queries.tickets(tx.session, every), link_queries.records(tx.session, every)
        found: dict[str, tuple[str, int]] = {}
        for url, ways in spelled.items():
            for kind, known in (("account", records), ("ticket", tickets)):
                if matching := [known[way] for way in sorted(ways) if way in known]:
                    found[url] = (kind, matching[-1])
        return found

    def _found(self, tx: Transaction, place: tuple[str, int]) -> Excerpt[Found]:
        kind, number = place
        lists = Lists(self.records)
        if kind == "ticket":
            return Excerpt(tuple(one for one in lists.read(tx, [number]) if not one[0].is_private), 1)
        return lists.by_customer(tx, *OPENLY, Escalation.account_id == number, limit=SHOWN, counts_customers=False)
