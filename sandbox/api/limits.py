"""Rate limits: a bucket per app and method, refilled by the sandbox's clock.

A bucket holds one minute's worth of its tier and refills steadily, so a burst of one minute's allowance is tolerated
and no more. Posting has two buckets: a channel takes one message a second with a burst of five, the workspace three
hundred a minute.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100}

POSTS_PER_CHANNEL_AND_SECOND = 1.0
POSTS_BURST = 5
POSTS_PER_MINUTE = 300

POSTING = frozenset({"chat.postMessage", "chat.meMessage"})
"""The methods that count towards the limits of posting."""

MOST_BUCKETS = 10_000
"""Above this the oldest buckets are dropped: a full bucket is the same as none."""


@dataclass
class Bucket:
    """Tokens that refill with time."""

    capacity: float
    per_second: float
    tokens: float
    at: float

    def wait(self, now: float) -> float:
        """Return the seconds until a token is available; 0 if there is one."""
        self.at = min(self.at, now)  # the clock may have been set back
        self.tokens = min(self.capacity, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.per_second


class Limits:
    """Decides whether a call is rate limited. With `strict` off it never is."""

    def __init__(self, now: Callable[[], float], *, strict: bool = True) -> None:
        self._now = now
        self.strict = strict
        self._buckets: dict[tuple[str, ...], Bucket] = {}

    def clear(self) -> None:
        """Fill every bucket."""
        self._buckets.clear()

    def wait(self, app_id: str, method: str, tier: int, channel: str | None) -> int:
        """Take a token and return 0; if there is none, return the seconds for `Retry-After`."""
        if not self.strict:
            return 0
        buckets = self._for(app_id, method, tier, channel)
        now = self._now()
        missing = max((bucket.wait(now) for bucket in buckets), default=0.0)
        if missing > 0:
            return max(1, math.ceil(missing))
        for bucket in buckets:
            bucket.tokens -= 1
        return 0

    def _for(self, app_id: str, method: str, tier: int, channel: str | None) -> list[Bucket]:
        if method in POSTING:
            buckets = [self._bucket((app_id, "posting"), POSTS_PER_MINUTE, POSTS_PER_MINUTE / 60)]
            if channel:
                buckets.append(self._bucket((app_id, "posting", channel), POSTS_BURST, POSTS_PER_CHANNEL_AND_SECOND))
            return buckets
        if (per_minute := PER_MINUTE.get(tier)) is None:
            return []
        return [self._bucket((app_id, method), per_minute, per_minute / 60)]

    def _bucket(self, key: tuple[str, ...], capacity: float, per_second: float) -> Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= MOST_BUCKETS:
                del self._buckets[next(iter(self._buckets))]
            bucket = self._buckets[key] = Bucket(capacity, per_second, capacity, self._now())
        return bucket
