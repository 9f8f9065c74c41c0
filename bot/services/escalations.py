"""Reading escalations: one, those of somebody, everything that is not closed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.errors import NotFound
from bot.models import queries
from bot.models.escalation import Escalation
from bot.models.work import EffectKind
from bot.policy.escalation import EscalationFacts
from bot.policy.lifecycle import Move, moves, refusals, refusals_of_closing, require
from bot.services import outbox
from bot.services.accounts import Accounts
from bot.services.core import Transaction
from bot.services.homes import home_of
from bot.services.outbox import NewEffect
from bot.services.people import People
from bot.services.policies import Found
from bot.services.records import Records

_NUMBER = re.compile(r"(?:esc-?|#)?(\d{1,9})", re.IGNORECASE)


# So long "try again" is an answer; later, people have done so or gone on to something else.
STILL_OF_USE: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Reference:
    """What somebody means by a few words: an escalation, or an account and its escalations that are not closed."""

    number: int | None = None
    account: str | None = None
    live: tuple[Found, ...] = ()
    # The accounts that a name may mean, where it means none for certain.
    alike: tuple[str, ...] = ()


@dataclass(frozen=True)
class Escalations:
    """Reads escalations."""

    records: Records
    accounts: Accounts
    people: People

    def one(self, number: int, *, viewer: str) -> Found:
        """Return one escalation. Raises NotFound, also for whoever may not see it, and NotOurs."""
        with self.records.database.transaction() as tx:
            return self._one(tx, number, viewer)

    def for_move(self, number: int, move: Move, *, viewer: str) -> Found:
        """Return one escalation for which something is asked. Raises NotFound, and Refused when it cannot be."""
        with self.records.database.transaction() as tx:
            facts, policy = self._one(tx, number, viewer)
            require(refusals(facts, move))
            if move is Move.CLOSE:
                require(refusals_of_closing(facts, policy, self.people.identities(tx, viewer)))
            return facts, policy

    def live(self, *, viewer: str) -> Sequence[Found]:
        """Return everything that is not closed and that somebody may see, oldest first. Raises NotOurs."""
        with self.records.database.transaction() as tx:
            return self._seen_by(tx, viewer, queries.live(tx.session))

    def open_to(self, move: Move, *, viewer: str) -> Sequence[EscalationFacts]:
        """Return the escalations for which somebody can ask something, newest first. Raises NotOurs."""
        with self.records.database.transaction() as tx:
            rows = queries.recent(tx.session) if move is Move.REOPEN else queries.live(tx.session)
            found = [one for one in self._seen_by(tx, viewer, rows) if move in moves(one[0])]
            if move is Move.CLOSE:
                who = self.people.identities(tx, viewer)
                found = [one for one in found if not refusals_of_closing(*one, who)]
        return sorted((facts for facts, _ in found), key=lambda facts: -facts.number)

    def mine(self, person: str) -> Sequence[Found]:
        """Return what is not closed and somebody owns, manages or declared. Raises NotOurs."""
        with self.records.database.transaction() as tx:
            rows = queries.live_of(tx.session, sorted(self.people.identities(tx, person)))
            return self._seen_by(tx, person, rows)

    def unreadable(self) -> Sequence[str]:
        """Return the keys of what is left out of every list because its record is broken."""
        return self.records.policies.unreadable()

    def of_channel(self, channel: str) -> int | None:
        """Return the number of the escalation whose channel that is."""
        with self.records.database.transaction() as tx:
            return queries.of_channel(tx.session, channel)

    def meant_by(self, words: str, *, viewer: str) -> Reference:
        """Return what `ESC-12`, `12` or an account's name means; an empty reference where it means nothing.

        Raises NotOurs.
        """
        number = _NUMBER.fullmatch(words.strip())
        if number is not None:
            return Reference(number=int(number[1]))
        with self.records.database.transaction() as tx:
            self.people.must_be_ours(tx, viewer)
            account = self.accounts.meant(tx, words, viewer=viewer)
            if account is None:
                return Reference(alike=tuple(known.name for known in self.accounts.index.alike(words)))
            live = self._seen_by(tx, viewer, queries.live(tx.session, account=account.id))
            latest = live[0][0].number if len(live) == 1 else None
            if not live:
                ended = self._seen_by(tx, viewer, queries.latest_of_account(tx.session, account.id))
                latest = ended[0][0].number if ended else None
            return Reference(number=latest, account=account.name, live=live)

    def _one(self, tx: Transaction, number: int, viewer: str) -> Found:
        self.people.must_be_ours(tx, viewer)
        row = queries.escalation(tx.session, number)
        if row is None:
            raise NotFound(f"There is no ESC-{number}.")
        facts, policy = self.records.policies.read(row)
        if not self.people.may_see(tx, facts, policy, viewer):
            raise NotFound(f"There is no ESC-{number}.")
        return facts, policy

    def _seen_by(self, tx: Transaction, viewer: str, rows: Iterable[Escalation]) -> tuple[Found, ...]:
        """Return what somebody may see. Raises NotOurs."""
        self.people.must_be_ours(tx, viewer)
        return tuple(one for one in self.records.policies.readable(rows) if self.people.may_see(tx, *one, viewer))

    def show_home(self, person: str) -> None:
        """Have somebody's Home tab drawn."""
        with self.records.database.transaction() as tx:
            outbox.put_all(tx, None, home_of(person))

    def reply(self, person: str, channel: str | None, text: str, *, fresh_for: timedelta | None = None) -> None:
        """Have one person told something where they are; what only makes sense at once is dropped after a while."""
        with self.records.database.transaction() as tx:
            until = {"until": (tx.real_now + fresh_for).isoformat()} if fresh_for is not None else {}
            payload = {"person": person, "channel": channel, "text": text} | until
            outbox.put(tx, None, NewEffect(EffectKind.REPLY, payload))
