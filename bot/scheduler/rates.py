"""The room that rate limits leave for each kind of effect, so that a claim takes only what can be called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from bot.models.work import EffectKind
from bot.ports.rates import Rates

# The first calls of each kind, all of which need room. Missing kinds are never held back at the claim: pages and
# breaches are urgent, and some kinds make no call.
_POST, _EDIT = "chat.postMessage", "chat.update"
CALLS_OF: Final[Mapping[EffectKind, tuple[str, ...]]] = MappingProxyType(
    {
        EffectKind.CREATE_CHANNEL: ("conversations.create",),
        EffectKind.INVITE: ("conversations.invite",),
        EffectKind.ARCHIVE: ("conversations.archive",),
        EffectKind.TOPIC: ("conversations.setTopic",),
        EffectKind.PIN: ("pins.add",),
        EffectKind.BOOKMARK: ("bookmarks.add",),
        EffectKind.PROGRESS: ("chat.postEphemeral",),
        EffectKind.HOME: ("views.publish",),
        EffectKind.CHANNEL_CHECK: ("conversations.info",),
        EffectKind.MEMBERSHIP: ("conversations.members",),
        EffectKind.CAPTURE: ("conversations.replies",),
        EffectKind.FILES: (_POST, "files.info"),
        EffectKind.CATCH_UP: ("chat.postEphemeral",),
        EffectKind.CARD: (_POST,),
        EffectKind.REMINDER: (_POST,),
        EffectKind.LEVEL_REQUEST: (_POST,),
        EffectKind.PROPOSAL: (_POST,),
        EffectKind.ANNOUNCEMENT: (_POST,),
        EffectKind.DIRECT: (_POST,),
        EffectKind.DUTY_NOTICE: (_POST,),
        EffectKind.KEEP_GROUP: ("usergroups.users.list", "usergroups.users.update"),
        EffectKind.CUSTOMER_POST: (_POST,),
        EffectKind.CHART: ("files.getUploadURLExternal", "files.completeUploadExternal", "conversations.open"),
        EffectKind.FEED: (_POST,),
        EffectKind.DIGEST: (_POST,),
        EffectKind.SPONSOR_DIGEST: (_POST,),
        EffectKind.REFRESH_CARD: (_EDIT,),
        EffectKind.REFRESH_PAGE: (_EDIT,),
        EffectKind.END_NOTICE: (_EDIT,),
        EffectKind.REMOVE_MESSAGE: ("chat.delete",),
        EffectKind.REFRESH_LEVEL_REQUEST: (_EDIT,),
        EffectKind.REFRESH_PROPOSAL: (_EDIT,),
        EffectKind.REDACT: (_EDIT,),
        # Edited if it was posted before, otherwise posted.
        EffectKind.TEAM: (_POST, _EDIT),
        EffectKind.HOT_LIST: (_POST, _EDIT),
        EffectKind.LEARNINGS: (_POST,),
        EffectKind.SUCCESS_PACK: (_POST,),
        EffectKind.POLICY_CHANGE: (_POST,),
        EffectKind.INCIDENT: (_POST, _EDIT),
        EffectKind.CASE_REVIEW: (_POST, _EDIT),
        EffectKind.REVIEW: (_POST, _EDIT),
        EffectKind.WATCH: (_POST, _EDIT),
        EffectKind.TRACKED_MESSAGE: (_POST, _EDIT),
        EffectKind.UPDATE_MESSAGE: (_POST, _EDIT),
        EffectKind.DRILL_CHANNEL: ("conversations.create",),
        EffectKind.DRILL_LINE: (_POST,),
        EffectKind.DRILL_CARD: (_POST, _EDIT),
        EffectKind.DRILL_SCORE: (_POST,),
        EffectKind.DRILL_ARCHIVE: ("conversations.archive",),
        EffectKind.UNFURL: ("chat.unfurl", "conversations.members", "users.info"),
        EffectKind.REPLY: ("chat.postEphemeral",),
        EffectKind.RECEIPT: ("chat.postEphemeral",),
        # Looked up by id or by e-mail.
        EffectKind.LOOK_UP: ("users.info", "users.lookupByEmail"),
    }
)


@dataclass
class RoomByKind:
    """The room left at the time of one claim. See `bot.scheduler.claims.Room`.

    While the workspace is away, only pages are tried: each tells whether it is back, and goes on by other routes.
    """

    rates: Rates
    is_away: bool = False
    _left: dict[str, int] = field(default_factory=dict)
    _left_of: dict[str, int] = field(default_factory=dict)

    def take(self, kind: EffectKind) -> bool:
        """Count one effect of a kind against the room left; return False if there is none."""
        calls = CALLS_OF.get(kind, ())
        if self.is_away and (calls or kind is EffectKind.BREACH):
            return False
        for call in calls:
            self._left.setdefault(call, self.rates.room(call))
        if any(self._left[call] <= 0 for call in calls):
            return False
        for call in calls:
            self._left[call] -= 1
        return True

    def has_place(self, kind: EffectKind, to: str) -> bool:
        """Count one effect against the rate of one person or channel; return False if it is used up for now."""
        if _POST not in CALLS_OF.get(kind, ()):
            return True
        left = self._left_of.setdefault(to, self.rates.room(_POST, to))
        self._left_of[to] = left - 1
        return left > 0
