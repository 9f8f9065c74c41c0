"""The policy's owner, who gets messages about what the bot can't repair itself."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from bot.database import outbox
from bot.database.outbox import NewEffect
from bot.database.people import People, is_slack_id
from bot.database.policies import Policies
from bot.database.transaction import UNSYNCHRONISED, Database, Transaction
from bot.models.work import QUEUED, Effect, EffectKind
from bot.policy.record.escalation import MANAGER

_AGAIN_AFTER = timedelta(days=7)


@dataclass(frozen=True)
class PolicyOwner:
    """Find the policy's owner, if that is a person, else the fallback manager."""

    database: Database
    people: People
    policies: Policies

    def tell(self, words: str, *, about: str) -> str | None:
        """Notify the owner, at most once a week about the same thing, however many processes notice it.

        Return the recipient by Slack id; None if nobody Slack knows is named. `words` is markup that is safe to post.
        """
        with self.database.transaction() as tx:
            return self.tell_within(tx, words, about=about)

    def tell_within(self, tx: Transaction, words: str, *, about: str) -> str | None:
        """Do the same within a transaction."""
        keeper, key = self._owner(tx), _key(about)
        if keeper is not None and not _was_told(tx, key):
            payload = {"person": keeper, "channel": None, "text": words}
            outbox.put_all(tx, None, NewEffect(EffectKind.REPLY, payload, coalesce=key))
        return keeper

    def repaired(self, tx: Transaction, *, about: str) -> None:
        """Record that it is repaired, so that the next occurrence is reported at once."""
        told = update(Effect).where(Effect.coalesce_key == _key(about), Effect.state.not_in(QUEUED))
        tx.session.execute(told.values(coalesce_key=None), execution_options=UNSYNCHRONISED)

    def _owner(self, tx: Transaction) -> str | None:
        named = (self.policies.current.owner, self.people.directory.fallback.get(MANAGER))
        known = (self.people.resolved(tx, who) for who in named if who)
        return next((who for who in known if is_slack_id(who)), None)


def _key(about: str) -> str:
    return f"tell:{about}"[:120]


def _was_told(tx: Transaction, key: str) -> bool:
    told = select(Effect.id).where(Effect.coalesce_key == key, Effect.created_at > tx.now - _AGAIN_AFTER)
    return tx.session.scalars(told.limit(1)).first() is not None
