"""The hot list: planned as a timer, composed when it fires, posted once a day, and edited through that day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from sqlalchemy import select, update

from bot.database import homes, hot_list_queries, outbox, timetable
from bot.database.hot_list_queries import OPENLY
from bot.database.lists import Lists
from bot.database.outbox import NewEffect
from bot.database.policies import Policies
from bot.database.records import Records
from bot.database.transaction import UNSYNCHRONISED, Transaction
from bot.models.hot_list import HotListPost
from bot.models.work import EffectKind
from bot.policy.plan import hot_list
from bot.policy.plan.hot_list import HotListPage
from bot.policy.plan.timers import Planned, TimerKind
from bot.ports.workspace import Posted
from bot.services.overview import hot_customers

# The most customers on a list.
SHOWN: Final = 30
LANE: Final = "hot list"
# A list that shows how long something is overdue is drawn again at least this often.
_REDRAWN_AFTER: Final = timedelta(hours=1)


@dataclass(frozen=True)
class HotLists:
    """Plan, compose and keep hot lists."""

    records: Records
    policies: Policies

    @property
    def channel(self) -> str | None:
        """Return the channel, by name or id; None if there is none."""
        return self.records.service_settings.hot_list_channel

    def plan(self) -> None:
        """Ensure that the next list is planned, and no other."""
        with self.records.database.transaction() as tx:
            self._plan(tx)

    def fire(self, key: str) -> tuple[str, ...]:
        """Queue the list of a timer, and plan the next. A timer locked by another worker is skipped."""
        with self.records.database.transaction() as tx:
            if timetable.take_due(tx, key, TimerKind.HOT_LIST) is None:
                return ()
            due_on = hot_list.due_on(tx.now, self.policies.current)
            if self.channel is not None and due_on is not None:
                outbox.put_all(tx, None, _effect(due_on))
            self._plan(tx)
            return (TimerKind.HOT_LIST,)

    def post_if_due(self) -> None:
        """Queue today's list if its time has come and it isn't posted yet."""
        with self.records.database.transaction() as tx:
            due_on = hot_list.due_on(tx.now, self.policies.current)
            if self.channel is not None and due_on is not None and not hot_list_queries.post_of(tx.session, due_on):
                outbox.put_all(tx, None, _effect(due_on))

    def refresh(self) -> bool:
        """Queue another drawing of today's list if something changed since it was drawn; return True if so."""
        with self.records.database.transaction() as tx:
            row = hot_list_queries.post_of(tx.session, self._today(tx)) if self.channel is not None else None
            if row is None or (row.seen == homes.newest_entry(tx) and tx.now - row.drawn_at < _REDRAWN_AFTER):
                return False
            outbox.put_all(tx, None, _effect(row.on))
            return True

    def compose(self) -> HotListPage:
        """Return the list as of now."""
        with self.records.database.reading() as tx:
            policy, on, lists = self.policies.current, self._today(tx), Lists(self.records)
            earlier = hot_list_queries.of_last_week(tx.session, on)
            last = hot_list_queries.last_before(tx.session, on)
            found = hot_customers.read(tx, lists, *OPENLY, limit=SHOWN, earlier=earlier, last=last)
            hidden = hot_list_queries.confidential(tx.session)
            before = earlier.total if earlier is not None else None
            return HotListPage(on, tx.now, policy, found.customers, found.total, hidden, before, found.unreadable)

    def posted(self, on: date) -> tuple[Posted | None, int | None]:
        """Return where a day's list is, if it is posted, and the newest entry of the timeline."""
        with self.records.database.reading() as tx:
            row = hot_list_queries.post_of(tx.session, on)
            return (Posted(row.channel, row.ts) if row is not None else None), homes.newest_entry(tx)

    def was_ever_posted(self) -> bool:
        """Return True if a list was posted before: then its channel was lost, and not only never made."""
        with self.records.database.reading() as tx:
            return tx.session.scalars(select(HotListPost.id).limit(1)).first() is not None

    @staticmethod
    def note(tx: Transaction, page: HotListPage, at: Posted, seen: int | None) -> None:
        """Note where a day's list is and what it shows."""
        shown = {"channel": at.channel, "ts": at.ts, "seen": seen, "drawn_at": page.at}
        values = {**shown, "total": page.total, "ranks": dict(page.snapshot())}
        changed = update(HotListPost).where(HotListPost.on == page.on).values(values).returning(HotListPost.id)
        if tx.session.scalars(changed, execution_options=UNSYNCHRONISED).first() is None:
            tx.session.add(HotListPost(on=page.on, **values))

    def _plan(self, tx: Transaction) -> None:
        following = hot_list.next_time(tx.now, self.policies.current) if self.channel is not None else None
        wanted = [_planned(*following)] if following is not None else []
        timetable.keep_only(tx, TimerKind.HOT_LIST, wanted)

    def _today(self, tx: Transaction) -> date:
        return tx.now.astimezone(self.policies.current.zone).date()


def _planned(on: date, at: datetime) -> Planned:
    key = f"{TimerKind.HOT_LIST}:{on.isoformat()}"
    return Planned(key, TimerKind.HOT_LIST, at.astimezone(UTC), {"on": on.isoformat()})


def _effect(on: date) -> NewEffect:
    return NewEffect(EffectKind.HOT_LIST, {"on": on.isoformat()}, lane=LANE, coalesce=f"{LANE}:{on.isoformat()}")
