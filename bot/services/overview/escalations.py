"""Reading escalations: one, somebody's, all that aren't closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, false, or_, select, true

from bot.database import (
    action_item_queries,
    follow_up_queries,
    homes,
    obligation_queries,
    outbox,
    promise_queries,
    queries,
)
from bot.database import list_queries as lists
from bot.database.lists import Lists
from bot.database.outbox import NewEffect
from bot.database.people import People
from bot.database.policies import Found
from bot.database.queries import IS_LIVE
from bot.database.records import Records
from bot.database.references import named_by
from bot.database.transaction import Transaction
from bot.errors import NoEscalation
from bot.models.account import Account
from bot.models.escalation import Escalation
from bot.models.work import EffectKind
from bot.policy.decide import list_words
from bot.policy.decide.lifecycle import Move, refusals, refusals_by_guard, refusals_of_closing, require
from bot.policy.decide.list_words import ListFilter, ListVocabulary
from bot.policy.decide.references import key_in
from bot.policy.excerpts import Excerpt
from bot.policy.model.rules import Policy
from bot.policy.plan.attention import HomePage, OpenCounts, needs
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.obligations import OwedLines
from bot.policy.record.promises import PromiseTally
from bot.services.accounts.account_index import IndexedAccount
from bot.services.accounts.accounts import Accounts

# How many escalations a list shows at once.
LISTED: Final = 20
# The late follow-ups that Home shows, and the late action items.
LATE_SHOWN: Final = 3
# What else somebody owes, on Home and in the list of theirs.
OWED_SHOWN: Final = 3
OWED_LISTED: Final = 10
_ACCOUNTS_SOUGHT = 100
# The length of the column.
_LONGEST_LANE = 120


# How long "try again" is a useful answer; later, people have done so or moved on.
STILL_OF_USE: Final = timedelta(seconds=30)


def _facts_alone(found: Found) -> EscalationFacts:
    return found[0]


@dataclass(frozen=True, slots=True)
class Reference:
    """The escalation that a person's words refer to, or the account with its escalations that aren't closed."""

    number: int | None = None
    account: str | None = None
    live: Excerpt[Found] = field(default_factory=Excerpt)
    # The accounts a name may mean, if it doesn't mean exactly one.
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page of a list: the filter asked for, the escalations shown, and the identities of the person who asked.

    `account` is the customer that the words name, `promises` says how we kept our word to each customer, by number.
    `owed` is what else the person owes, on the first page of `list mine`.
    """

    wanted: ListFilter
    found: Excerpt[Found]
    own: frozenset[str]
    account: IndexedAccount | None = None
    promises: Mapping[int, PromiseTally] = field(default_factory=dict)
    owed: OwedLines = field(default_factory=OwedLines)


@dataclass(frozen=True)
class Escalations:
    """Read escalations."""

    records: Records
    accounts: Accounts
    people: People

    @property
    def lists(self) -> Lists:
        """The reader of lists."""
        return Lists(self.records)

    def one(self, number: int, *, viewer: str) -> Found:
        """Return one escalation. Raises NotAMember, and NotFound, also if the person may not see it."""
        with self.records.database.reading() as tx:
            return self._one(tx, number, viewer)

    def for_move(self, number: int, move: Move, *, viewer: str) -> Found:
        """Return one escalation for a move. Raises NotFound, and Refused if the move isn't possible."""
        with self.records.database.reading() as tx:
            facts, policy = self._one(tx, number, viewer)
            require(refusals(facts, move))
            if move is Move.CLOSE:
                require(refusals_of_closing(facts, policy, self.people.identities(tx, viewer)))
            return facts, policy

    def must_be_there(self, number: int, *, viewer: str) -> None:
        """Raise NoEscalation unless there is one with the number that somebody may see, and NotAMember."""
        with self.records.database.reading() as tx:
            if not lists.count(tx.session, Escalation.id == number, self._seen_by(tx, viewer)):
                raise NoEscalation(number)

    def forbidden(self, facts: EscalationFacts, policy: Policy, *, viewer: str) -> frozenset[Move]:
        """Return the moves that the policy's guards don't let somebody make; others may be refused too."""
        with self.records.database.reading() as tx:
            who = self.people.identities(tx, viewer)
        barred = {Move.WAIVE} if refusals_by_guard(facts, Move.WAIVE, policy.guards.waive, who) else set()
        return frozenset(barred | ({Move.CLOSE} if refusals_of_closing(facts, policy, who) else set()))

    def live(self, *, viewer: str, first: int = 0, limit: int = LISTED) -> Excerpt[Found]:
        """Return an excerpt of the escalations that aren't closed and that somebody may see: what is overdue first.

        Those of a customer stand together. Raises NotAMember.
        """
        with self.records.database.reading() as tx:
            return self.lists.by_customer(tx, self._seen_by(tx, viewer), first=first, limit=limit)

    def list_vocabulary(self) -> ListVocabulary:
        """Return the names that words after `list` may mean, besides those of accounts."""
        return list_words.known_to(self.records.policies.current, self.people.directory)

    def account_in(self, words: str) -> str:
        """Return the account's name among the words after `list`; empty if there is none."""
        return list_words.account_in(words, self.list_vocabulary())

    def listed(self, words: str, *, viewer: str, first: int | None = None) -> ListedPage:
        """Return the escalations that words like `mine sev1 since monday` ask for, as far as somebody may see them.

        Open ones come with the overdue first, closed ones with the newest first. `first` overrides the part that the
        words name. Raises NotAMember, and NotFound for an account that isn't known.
        """
        with self.records.database.reading() as tx:
            zone = self.people.zone(tx, viewer) or self.records.policies.current.zone
            wanted = list_words.parse(words, self.list_vocabulary(), tx.now, zone)
            where = [self._seen_by(tx, viewer)]
            own, account = self.people.identities(tx, viewer), None
            if wanted.account:
                account = self.accounts.must_be_meant(tx, wanted.account, viewer=viewer)
                where.append(Escalation.account_id == account.id)
            where += lists.matching(wanted, own, tx.now)
            first = (wanted.part - 1) * LISTED if first is None else first
            if wanted.is_of_closed:
                found = self.lists.newest(tx, LISTED, lists.IS_CLOSED, *where, first=first)
            else:
                found = self.lists.by_customer(tx, *where, first=first, limit=LISTED)
            kept = promise_queries.of_many(tx, [facts.number for facts, _ in found.shown])
            owed = OwedLines()
            if wanted.is_all_mine and not first:
                owed = obligation_queries.owed(tx, self.records.policies, own, where[0], limit=OWED_LISTED)
            return ListedPage(wanted, found, own, account, kept, owed)

    def identities(self, person: str) -> frozenset[str]:
        """Return the identities under which somebody holds roles."""
        with self.records.database.reading() as tx:
            return self.people.identities(tx, person)

    def open_to(self, move: Move, *, viewer: str, like: str = "", limit: int) -> Excerpt[EscalationFacts]:
        """Return the newest escalations for which somebody can request a move. Raises NotAMember.

        `like` is the text they typed to find one: a number, or the name of an account.
        """
        with self.records.database.reading() as tx:
            mine = [lists.open_to(move), self._seen_by(tx, viewer), *self._like(tx, like, viewer)]
            if move is Move.CLOSE:
                mine.append(self.lists.closed_by(tx, viewer))
            return self.lists.newest(tx, limit, *mine).map(_facts_alone)

    def others(self, number: int | None, *, viewer: str, like: str = "", limit: int) -> Excerpt[EscalationFacts]:
        """Return the newest escalations that aren't closed, without `number`. `like` is as in `open_to`."""
        with self.records.database.reading() as tx:
            another = Escalation.id != number if number is not None else true()
            mine = (IS_LIVE, another, self._seen_by(tx, viewer), *self._like(tx, like, viewer))
            return self.lists.newest(tx, limit, *mine).map(_facts_alone)

    def home(self, person: str, *, limit: int, first: int = 0) -> HomePage:
        """Return an excerpt of what somebody may see and is open: first what needs them. Raises NotAMember."""
        with self.records.database.reading() as tx:
            seen, own = self._seen_by(tx, person), self.people.identities(tx, person)
            needing = self.lists.needing(tx, own, tx.now)
            marks = (lists.is_late(tx.now), lists.IS_UNACKNOWLEDGED, needing)
            ranked = self.lists.ranked(tx, seen, marks=marks)
            found = self.lists.by_customer(tx, seen, leads=needing, apart=True, first=first, limit=limit, ranked=ranked)
            marked = [group.marked for _, same in ranked for group in same]
            counts = OpenCounts(found.total, *(sum(each) for each in zip(*marked, strict=True)))
            needing_now = [needs(*one, own, tx.now) for one in found.shown]
            leading = tuple(one for one, leads in zip(found.shown, needing_now, strict=True) if leads)
            others = tuple(one for one, leads in zip(found.shown, needing_now, strict=True) if not leads)
            kept = promise_queries.of_owner(tx, own)
            policy = self.records.policies.current
            mine = (follow_up_queries.is_of(own), seen)
            today = policy.business.local_day(tx.now)
            late = follow_up_queries.late(tx, *mine, today=today, limit=LATE_SHOWN)
            items = action_item_queries.late(tx, action_item_queries.is_of(own), seen, today=today, limit=LATE_SHOWN)
            owed = obligation_queries.owed(tx, self.records.policies, own, seen, limit=OWED_SHOWN)
            command = self.records.service_settings.command
            return HomePage(counts, found, leading, others, own, policy.has_issues, kept, late, items, owed, command)

    def unreadable(self) -> Sequence[str]:
        """Return the keys left out of every list because their record is broken."""
        return self.records.policies.unreadable()

    def of_channel(self, channel: str) -> int | None:
        """Return the number of the escalation with that channel."""
        with self.records.database.reading() as tx:
            return queries.of_channel(tx.session, channel)

    def of_message(self, channel: str, *, viewer: str) -> int | None:
        """Return the escalation that a message is about; None if its channel doesn't say.

        In a channel shared with a customer it's their one open escalation. Raises NotAMember.
        """
        with self.records.database.reading() as tx:
            self.people.must_be_ours(tx, viewer)
            number = queries.of_channel(tx.session, channel)
            if number is not None:
                return number
            theirs = Escalation.account_id.in_(select(Account.id).where(Account.slack_channel == channel))
            found = self.lists.newest(tx, 2, lists.open_to(Move.FOLLOW_UP), self._seen_by(tx, viewer), theirs).shown
            return found[0][0].number if len(found) == 1 else None

    def meant_by(
        self, words: str, *, viewer: str, first: int = 0, limit: int = LISTED, move: Move | None = None
    ) -> Reference:
        """Return what a key (`key_in`) or an account's name refers to; an empty reference if nothing matches.

        Of several those that allow the `move` are meant. Raises NotAMember.
        """
        key = key_in(words)
        if key is not None and key.number is not None:
            return Reference(number=key.number)
        with self.records.database.reading() as tx:
            self.people.must_be_ours(tx, viewer)
            name, where = words.strip(), named_by(key) if key is not None else None
            if where is None or not lists.newest(tx.session, 1, where, self._seen_by(tx, viewer)):
                account = self.accounts.meant(tx, words, viewer=viewer)
                if account is None:
                    alike = self.accounts.alike(tx, words, viewer=viewer)
                    return Reference(alike=tuple(known.name for known in alike))
                name, where = account.name, Escalation.account_id == account.id
            mine = (where, self._seen_by(tx, viewer))
            live = self._live_for(tx, move, mine, first=first, limit=limit)
            latest = None
            if live.total == 1:
                # An unreadable one matches too: the person who asks for it learns that it is unreadable.
                latest = next(iter((*(facts.number for facts, _ in live.shown), *live.unreadable)), None)
            elif not live.total:
                latest = next(iter(lists.newest(tx.session, 1, *mine)), None)
            return Reference(number=latest, account=name, live=live)

    def _live_for(
        self, tx: Transaction, move: Move | None, mine: tuple[ColumnElement[bool], ...], *, first: int, limit: int
    ) -> Excerpt[Found]:
        """Return what isn't closed; of several, those that allow the move, if any does."""
        live = self.lists.live(tx, *mine, first=first, limit=limit)
        if move is None or live.total == 1:
            return live
        allowing = self.lists.live(tx, lists.open_to(move), *mine, first=first, limit=limit)
        return allowing if allowing.total else live

    def implied_by(self, words: str, channel: str, *, viewer: str) -> int | None:
        """Return the escalation that was typed, else the one whose channel it was typed in. Raises NotAMember."""
        return self.meant_by(words, viewer=viewer).number if words else self.of_channel(channel)

    def acted_on_elsewhere(self, number: int, channel: str, *, viewer: str) -> Found | None:
        """Return an escalation that isn't the channel's own; None in its own. Raises NotFound and NotAMember."""
        with self.records.database.reading() as tx:
            self.people.must_be_ours(tx, viewer)
            own = select(Escalation.channel_id).where(Escalation.id == number)
            if tx.session.scalars(own).one_or_none() == channel:
                return None
            return self._one(tx, number, viewer)

    def _one(self, tx: Transaction, number: int, viewer: str) -> Found:
        self.people.must_be_ours(tx, viewer)
        row = self.records.policies.snapshots(tx, [number]).get(number)
        if row is None:
            raise NoEscalation(number)
        with self.records.named_to(tx, number, viewer):
            facts, policy = self.records.policies.read(row)
        if not self.people.may_see(tx, facts, policy, viewer):
            raise NoEscalation(number)
        return facts, policy

    def _seen_by(self, tx: Transaction, viewer: str) -> ColumnElement[bool]:
        """Return the condition for the escalations that somebody may see. Raises NotAMember."""
        self.people.must_be_ours(tx, viewer)
        return self.lists.visible(tx, viewer)

    def _like(self, tx: Transaction, typed: str, viewer: str) -> tuple[ColumnElement[bool], ...]:
        """Return the condition for a typed key, or for the beginning of an account's name."""
        typed = typed.strip()
        if not typed:
            return ()
        key = key_in(typed)
        accounts = [account.id for account in self.accounts.names(tx).search(typed, _ACCOUNTS_SOUGHT)]
        # An account named in confidence isn't in the index.
        meant = self.accounts.meant(tx, typed, viewer=viewer)
        accounts += [meant.id] if meant else []
        named = Escalation.account_id.in_(accounts) if accounts else false()
        return (or_(named_by(key), named) if key is not None else named,)

    def show_home(self, person: str, *, first: int = 0) -> None:
        """Queue a drawing of the Home tab that somebody looks at, from an offset, and note that they do."""
        with self.records.database.transaction() as tx:
            homes.note_opened(tx, person, first)
            outbox.put_all(tx, None, homes.home_of(person, first))

    def newest_entry(self) -> int | None:
        """Return the newest entry of the timeline, which a Home tab that is drawn now shows."""
        with self.records.database.reading() as tx:
            return homes.newest_entry(tx)

    def redraw_homes(self) -> int:
        """Queue a drawing of some open Home tabs that don't show the latest; return how many."""
        with self.records.database.transaction() as tx:
            return homes.redraw_some(tx)

    def reply(self, person: str, channel: str | None, text: str, *, fresh_for: timedelta | None = None) -> None:
        """Queue an answer to one person where they are; one that is only useful at once is dropped after a while."""
        with self.records.database.transaction() as tx:
            until = {"until": (tx.real_now + fresh_for).isoformat()} if fresh_for is not None else {}
            payload = {"person": person, "channel": channel, "text": text} | until
            # Slack accepts about one message a second to one person: of many, only the next is tried.
            lane = f"reply:{channel or ''}:{person}"[:_LONGEST_LANE]
            outbox.put(tx, None, NewEffect(EffectKind.REPLY, payload, lane=lane))
