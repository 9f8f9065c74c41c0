"""Membership: only the company's own people use Escalate, not guests, people of other workspaces or bots."""

from enum import StrEnum


class MemberType(StrEnum):
    """The kind of member somebody is in the workspace, according to Slack."""

    MEMBER = "member"
    MULTI_CHANNEL_GUEST = "multi-channel guest"
    SINGLE_CHANNEL_GUEST = "single-channel guest"
    OUTSIDER = "person of another workspace"
    BOT = "bot"

    @property
    def is_ours(self) -> bool:
        """Return True if the account belongs to our own workspace, so that its e-mail address is proven."""
        return self is not MemberType.OUTSIDER


class Admission(StrEnum):
    """The answer whether somebody may use Escalate. UNKNOWN: Slack hasn't been asked about them yet."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


def admission(member_type: MemberType | None, *, is_active: bool | None) -> Admission:
    """Decide whether somebody may use Escalate.

    `member_type` is None if Slack hasn't said it yet. `is_active` is None for a person unknown to Slack.
    """
    if is_active is None:
        return Admission.REFUSED
    if member_type is None:
        return Admission.UNKNOWN
    return Admission.ADMITTED if is_active and member_type is MemberType.MEMBER else Admission.REFUSED
