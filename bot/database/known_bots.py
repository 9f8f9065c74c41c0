"""Remembers what Slack said about our token at the last start."""

import hashlib
from collections.abc import Mapping

from sqlalchemy import delete

from bot.database.locks import advisory_lock
from bot.database.transaction import Database
from bot.models.known_bot import KnownBot

Facts = Mapping[str, str | None]


def remember(database: Database, token: str, facts: Facts) -> None:
    """Store what Slack said; what it said about earlier tokens is forgotten."""
    digest = _digest(token)
    with database.transaction() as tx:
        known = tx.session.get(KnownBot, digest)
        if known is not None and known.facts == dict(facts):
            return
        # Several replicas start at one moment; what another has just stored is replaced by the same.
        advisory_lock(tx, "known bot")
        tx.session.execute(delete(KnownBot).where(KnownBot.token.is_not(None)))
        tx.session.flush()
        tx.session.expunge_all()
        tx.session.add(KnownBot(token=digest, facts=dict(facts)))


def recall(database: Database, token: str) -> Facts | None:
    """Return what Slack said about a token; None if it was never asked, or that can't be read."""
    with database.transaction() as tx:
        known = tx.session.get(KnownBot, _digest(token))
        facts: object = known.facts if known is not None else None
        return facts if isinstance(facts, dict) else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
