"""Channels that the policy names for others: those of teams, and the one of major incidents.

Other hands may archive or delete them, make them private or put the bot out. What was meant for one waits then, and is
tried again now and then, and whenever some channel has changed. Whoever keeps the policy is told once.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.database import outbox
from bot.database.transaction import Transaction
from bot.models.work import Effect
from bot.services.policies.policy_owner import PolicyOwner

# How often it is tried again, in case nobody tells us that the channel is back.
_AGAIN_AFTER: Final = timedelta(minutes=5)
# In the payload of what waits: for which channel. Its people know that it does.
WAITS_FOR: Final = "waits_for"


def waits(effect: Effect) -> bool:
    """Tell whether an effect has waited for its channel before, of which its people have been told."""
    return WAITS_FOR in effect.payload


@dataclass(frozen=True)
class Places:
    """Keeps what such a channel does not take."""

    policy_owner: PolicyOwner

    def lost(self, tx: Transaction, effect: Effect, channel: str, words: str) -> None:
        """Keep what cannot be posted now, and have whoever keeps the policy told."""
        outbox.postpone(tx, effect.id, tx.real_now + _AGAIN_AFTER, payload={**effect.payload, WAITS_FOR: channel})
        self.policy_owner.tell_within(tx, words, about=_about(channel))

    def found(self, tx: Transaction, effect: Effect, channel: str) -> None:
        """Note that it could be posted, where it had not been before."""
        if waits(effect):
            self.policy_owner.mended(tx, about=_about(channel))


def _about(channel: str) -> str:
    return f"place {channel}"
