"""Who may use Escalate at all: the company's own people. Guests, people of other workspaces and bots may not."""

from enum import StrEnum


class MemberType(StrEnum):
    """What somebody is in the workspace, as Slack says."""

    MEMBER = "member"
    MULTI_CHANNEL_GUEST = "multi-channel guest"
    SINGLE_CHANNEL_GUEST = "single-channel guest"
    OUTSIDER = "person of another workspace"
    BOT = "bot"

    @property
    def is_ours(self) -> bool:
        """Tell whether their account belongs to our own workspace, so that its e-mail address is theirs."""
        return self is not MemberType.OUTSIDER


class Admission(StrEnum):
    """Whether somebody may use Escalate. UNKNOWN: Slack has not been asked about them yet."""

    ADMITTED = "admitted"
    REFUSED = "refused"
    UNKNOWN = "unknown"


def admission(member_type: MemberType | None, *, is_active: bool | None) -> Admission:
    """Decide whether somebody may use Escalate.

    `member_type` is None where Slack has not said it yet. `is_active` is None for whom Slack does not know at all.
    """
    if is_active is None:
        return Admission.REFUSED
    if member_type is None:
        return Admission.UNKNOWN
    return Admission.ADMITTED if is_active and member_type is MemberType.MEMBER else Admission.REFUSED
