"""Which channels another company reads: what Slack has said of each in the last minutes.

Nothing internal is posted there. Slack is asked before the first post in a channel, and again after a while, in case
the event that it was shared was missed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.integrations.slack.calls import Calls

# The code with which a post is refused here.
SHARED: Final = "shared_channel"
_KEPT_SECONDS: Final = 600


def is_shared(found: Mapping[str, Any]) -> bool:
    """Return True if another company reads a channel that Slack describes, or is invited to."""
    return bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared"))


@dataclass(frozen=True)
class SharedChannels:
    """Answers by channel, with the time at which Slack gave them."""

    _known: dict[str, tuple[float, bool]] = field(default_factory=dict)

    def known(self, channel: str, calls: Calls) -> bool | None:
        """Return what Slack has said in the last minutes; None if it has said nothing."""
        at, shared = self._known.get(channel, (float("-inf"), False))
        return shared if calls.budget.now() - at < _KEPT_SECONDS else None

    def note(self, channel: str, calls: Calls, *, is_shared: bool) -> None:
        """Note what Slack has said."""
        self._known[channel] = (calls.budget.now(), is_shared)

    def forget(self, channel: str) -> None:
        """Forget a channel, so that Slack is asked again."""
        self._known.pop(channel, None)
