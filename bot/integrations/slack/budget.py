"""Client-side rate limits: a token bucket per method, and one per channel for messages.

A tier is a number of calls a minute per method and workspace, with bursts tolerated: a bucket starts full and refills
steadily. A call takes its token when it is allowed, even if allowed for a moment later, so no more calls go out than
the rate allows. A bucket holds one token less than Slack's, because calls sent a second apart may arrive closer
together.

Slack limits messages (`chat.postMessage`) twice: about one a second in each channel, and several hundred a minute in
the workspace. A 429 for a message is therefore about that channel. Times are seconds of the real clock.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from bot.errors import Temporary

POST = "chat.postMessage"

_TIERS = {"t1": 1, "t2": 20, "t3": 50, "t4": 100}
_TIER_OF = {
    "bookmarks.add": "t2",
    "bookmarks.edit": "t2",
    "bookmarks.list": "t3",
    "canvases.access.set": "t3",
    "canvases.create": "t2",
    "canvases.delete": "t3",
    "canvases.edit": "t3",
    "chat.update": "t3",
    "chat.delete": "t3",
    "chat.postEphemeral": "t4",
    "chat.unfurl": "t3",
    "conversations.archive": "t2",
    "conversations.create": "t2",
    "conversations.history": "t3",
    "conversations.info": "t3",
    "conversations.invite": "t3",
    "conversations.members": "t4",
    "conversations.open": "t3",
    "conversations.rename": "t2",
    "conversations.replies": "t3",
    "conversations.setPurpose": "t2",
    "conversations.setTopic": "t2",
    "files.completeUploadExternal": "t4",
    "files.delete": "t3",
    "files.getUploadURLExternal": "t4",
    "files.info": "t4",
    "files.list": "t3",
    "pins.add": "t2",
    "usergroups.list": "t2",
    "usergroups.users.list": "t2",
    "usergroups.users.update": "t2",
    "users.conversations": "t3",
    "users.info": "t4",
    "users.lookupByEmail": "t3",
    "views.open": "t4",
    "views.push": "t4",
    "views.publish": "t4",
    "views.update": "t4",
}
_POSTS_A_MINUTE = 300
# Ordinary messages leave this much of the workspace's burst to urgent ones.
_URGENT_POSTS = 60
_CHANNEL_BURST = 5
_CHANNEL_A_MINUTE = 60
# This many channels refused at once mean that the workspace's limit is reached.
_REFUSED_CHANNELS = 3
_MOST_CHANNELS = 10_000
# A wait this short is awaited in place; after a longer one the effect goes back to the queue, so that others may pass.
PATIENCE = 0.25


@dataclass
class Bucket:
    """Tokens that refill at `rate` a second up to `capacity`, and a hold that Slack has requested."""

    capacity: float
    rate: float
    at: float
    held_until: float = -math.inf
    tokens: float = field(init=False)

    def __post_init__(self) -> None:
        self.tokens = self.capacity

    def refill(self, now: float) -> None:
        """Bring the tokens up to date. A clock set back does not prolong a hold."""
        if now < self.at:
            self.held_until -= self.at - now
            self.at = now
        self.tokens = min(self.capacity, self.tokens + (now - self.at) * self.rate)
        self.at = now

    def held(self) -> float:
        """Return for how many more seconds Slack has asked us not to call."""
        return max(0.0, self.held_until - self.at)

    def missing(self, reserve: float = 0.0) -> float:
        """Return the seconds until a token is available; a `reserve` may be overdrawn."""
        return max(0.0, 1 - self.tokens - reserve) / self.rate

    def wait(self) -> float:
        """Return the seconds until an ordinary call may be made."""
        return max(self.held(), self.missing())

    def hold(self, seconds: float) -> None:
        """Block ordinary calls for `seconds`; afterwards start with one token."""
        self.held_until = max(self.held_until, self.at + seconds)
        self.tokens = min(self.tokens, 1 - seconds * self.rate)


@dataclass
class Budget:
    """The buckets of one workspace. See `bot.ports.rates.Rates` for the part other layers use."""

    now: Callable[[], float]
    _methods: dict[str, Bucket] = field(default_factory=dict)
    _channels: dict[str, Bucket] = field(default_factory=dict)

    def take(self, method: str, channel: str | None = None, *, urgent: bool = False) -> float:
        """Take the tokens for a call; return the seconds (at most `PATIENCE`) to delay it.

        Raise Temporary, with nothing taken, if the wait is longer. An urgent call waits only if Slack itself has
        refused it: a message (a page) in that channel, any other call by its method. Urgent messages also wait if they
        alone use up the workspace's rate.
        """
        buckets = self._buckets(method, channel)
        wait = self._urgent_wait(*buckets) if urgent else max(bucket.wait() for bucket in buckets)
        if wait > PATIENCE:
            raise Temporary(method, "over its rate", timedelta(seconds=wait))
        for bucket in buckets:
            bucket.tokens = max(bucket.tokens - 1, -bucket.capacity)
        return wait

    def hold(self, method: str, seconds: float, channel: str | None = None) -> None:
        """Hold a method back after a 429; a message only in its channel, unless several channels are refused."""
        whole, *places = self._buckets(method, channel)
        if not places:
            whole.hold(seconds)
            return
        places[0].hold(seconds)
        refused = sorted((bucket.held_until for bucket in self._channels.values()), reverse=True)
        if len(refused) >= _REFUSED_CHANNELS and (rest := refused[_REFUSED_CHANNELS - 1] - whole.at) > 0:
            whole.held_until = max(whole.held_until, whole.at + rest)
            whole.tokens = min(whole.tokens, 0.0)

    def room(self, method: str, channel: str | None = None) -> int:
        """Return how many ordinary calls may be made now."""
        buckets = self._buckets(method, channel)
        if any(bucket.held() > PATIENCE for bucket in buckets):
            return 0
        return max(0, math.floor(min(bucket.tokens + PATIENCE * bucket.rate for bucket in buckets)))

    def wait(self, method: str, channel: str | None = None) -> float:
        """Return the seconds until an ordinary call may be made."""
        return 0.0 if self.room(method, channel) else max(bucket.wait() for bucket in self._buckets(method, channel))

    def _urgent_wait(self, whole: Bucket, *places: Bucket) -> float:
        if not places:
            return whole.held()
        return max(places[0].held(), whole.missing(reserve=_URGENT_POSTS))

    def _buckets(self, method: str, channel: str | None) -> list[Bucket]:
        """Return the bucket of a method and, for a message, its channel's, both up to date."""
        now = self.now()
        found = [self._method(method, now)]
        if method == POST and channel is not None:
            found.append(self._channel(channel, now))
        for bucket in found:
            bucket.refill(now)
        return found

    def _method(self, method: str, now: float) -> Bucket:
        if method not in self._methods:
            if method == POST:
                bucket = Bucket(_POSTS_A_MINUTE - _URGENT_POSTS, _POSTS_A_MINUTE / 60, now)
            else:
                a_minute = _TIERS[_TIER_OF.get(method, "t3")]
                bucket = Bucket(max(1, a_minute - 1), a_minute / 60, now)
            self._methods[method] = bucket
        return self._methods[method]

    def _channel(self, channel: str, now: float) -> Bucket:
        if channel not in self._channels:
            if len(self._channels) >= _MOST_CHANNELS:
                self._forget_idle(now)
            self._channels[channel] = Bucket(_CHANNEL_BURST - 1, _CHANNEL_A_MINUTE / 60, now)
        return self._channels[channel]

    def _forget_idle(self, now: float) -> None:
        """Forget the buckets of channels that are full again."""
        for channel, bucket in list(self._channels.items()):
            bucket.refill(now)
            if bucket.tokens >= bucket.capacity and not bucket.held():
                del self._channels[channel]
