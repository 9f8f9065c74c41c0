"""Channels that the policy names for others: those of teams, and the one of major incidents.

Others may archive or delete them, make them private or remove the bot. Messages for one then wait; they are retried now
and then, and whenever some channel has changed. The policy's owner is notified once.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.database import outbox
from bot.database.transaction import Transaction
from bot.models.work import Effect
from bot.services.policies.policy_owner import PolicyOwner

# The interval of retries, in case no event says that the channel is back.
_AGAIN_AFTER: Final = timedelta(minutes=5)
# Key in the payload of a waiting effect: the channel it waits for. The escalation's people have been notified.
WAITS_FOR: Final = "waits_for"


def waits(effect: Effect) -> bool:
    """Return True if an effect has waited for its channel before, so its people have been notified."""
    return WAITS_FOR in effect.payload


@dataclass(frozen=True)
class Places:
    """Postpone messages that such a channel doesn't accept."""

    policy_owner: PolicyOwner

    def lost(self, tx: Transaction, effect: Effect, channel: str, words: str) -> None:
        """Postpone messages that can't be posted now, and notify the policy's owner."""
        outbox.postpone(tx, effect.id, tx.real_now + _AGAIN_AFTER, payload={**effect.payload, WAITS_FOR: channel})
        self.policy_owner.tell_within(tx, words, about=_about(channel))

    def refused(self, channel: str, words: str) -> None:
        """Notify the policy's owner of a channel that refuses messages, whether or not they are retried."""
        self.policy_owner.tell(words, about=_about(channel))

    def found(self, tx: Transaction, effect: Effect, channel: str) -> None:
        """Record that a channel accepts messages again, if it didn't before."""
        if waits(effect):
            self.policy_owner.repaired(tx, about=_about(channel))


def _about(channel: str) -> str:
    return f"place {channel}"
