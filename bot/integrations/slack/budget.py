"""Slack's rates, kept before Slack has to say so: a bucket per method, and one per channel for posting.

Tiers are a minute's worth of calls per method and workspace, and bursts are tolerated, so a bucket starts full and
refills steadily (SLACK.md, "Rates"). Times are seconds of the real clock.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.errors import Temporary

_TIERS = {"t1": 1, "t2": 20, "t3": 50, "t4": 100}
_TIER_OF = {
    "bookmarks.add": "t2",
    "bookmarks.list": "t3",
    "chat.update": "t3",
    "chat.postEphemeral": "t4",
    "conversations.archive": "t2",
    "conversations.create": "t2",
    "conversations.history": "t3",
    "conversations.invite": "t3",
    "conversations.members": "t4",
    "conversations.open": "t3",
    "conversations.setPurpose": "t2",
    "conversations.setTopic": "t2",
    "pins.add": "t2",
    "users.conversations": "t3",
    "users.info": "t4",
    "users.lookupByEmail": "t3",
    "views.open": "t4",
    "views.publish": "t4",
    "views.update": "t4",
}
_POSTS_A_MINUTE = 300
_CHANNEL_BURST = 4
_CHANNEL_A_MINUTE = 60
# A wait this short is sat out on the spot; a longer one goes back to the queue, so that others may pass.
PATIENCE = 0.25


@dataclass
class Bucket:
    """Tokens that refill at `rate` a second up to `burst`. Those turned away are told different times to return."""

    burst: float
    rate: float
    now: Callable[[], float]
    tokens: float = field(init=False)
    filled_at: float = field(init=False)
    held_until: float = 0.0
    queue_end: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = self.burst
        self.filled_at = self.now()

    def take(self) -> float:
        """Take a token and return 0, or return the seconds after which to ask again."""
        now = self.now()
        self.tokens = min(self.burst, self.tokens + (now - self.filled_at) * self.rate)
        self.filled_at = now
        if now >= self.held_until and self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        free_at = max(self.held_until, now + max(0.0, 1 - self.tokens) / self.rate)
        self.queue_end = max(free_at, self.queue_end + 1 / self.rate if self.queue_end > now else free_at)
        return self.queue_end - now

    def hold(self, seconds: float) -> None:
        """Let nothing through for a while: Slack said so."""
        self.held_until = max(self.held_until, self.now() + seconds)
        self.tokens = min(self.tokens, 1.0)


@dataclass
class Budget:
    """The buckets of one workspace."""

    now: Callable[[], float]
    _buckets: dict[str, Bucket] = field(default_factory=dict)

    def take(self, method: str, channel: str | None = None, *, urgent: bool = False) -> float:
        """Take what a call needs and return 0, or the seconds to wait. Raises Temporary when the wait is long.

        An urgent call (a page) never waits here: it waits only where Slack itself has said so.
        """
        wait = self._bucket(method).take()
        if wait == 0 and method == "chat.postMessage" and channel is not None:
            wait = self._channel(channel).take()
        if urgent:
            return max(0.0, self._bucket(method).held_until - self.now())
        if wait > PATIENCE:
            raise Temporary(method, "over its rate", timedelta(seconds=wait))
        return wait

    def hold(self, method: str, seconds: float) -> None:
        """Hold one method back after a 429; no other is touched."""
        self._bucket(method).hold(seconds)

    def _bucket(self, method: str) -> Bucket:
        if method not in self._buckets:
            a_minute = _POSTS_A_MINUTE if method == "chat.postMessage" else _TIERS[_TIER_OF.get(method, "t3")]
            burst = _POSTS_A_MINUTE / 6 if method == "chat.postMessage" else a_minute
            self._buckets[method] = Bucket(burst, a_minute / 60, self.now)
        return self._buckets[method]

    def _channel(self, channel: str) -> Bucket:
        key = f"chat.postMessage {channel}"
        if key not in self._buckets:
            if len(self._buckets) > 10_000:  # noqa: PLR2004 - a bound on memory, not a rule
                self._forget_full()
            self._buckets[key] = Bucket(_CHANNEL_BURST, _CHANNEL_A_MINUTE / 60, self.now)
        return self._buckets[key]

    def _forget_full(self) -> None:
        for key, bucket in list(self._buckets.items()):
            if " " in key and self.now() - bucket.filled_at > 60:  # noqa: PLR2004 - a minute refills any bucket
                del self._buckets[key]
