"""The message about a source of on-call that fails."""

from typing import Final

from bot.policy.model.on_call import OnCallSource
from bot.views.kit.text import escape

_NAMES: Final = {
    OnCallSource.CALENDAR: "calendar feed",
    OnCallSource.PAGERDUTY: "PagerDuty schedule",
    OnCallSource.GROUP: "Slack user group",
}


def failing(area: str, source: OnCallSource, why: str) -> str:
    """Return the message to the policy's owner, as markup."""
    what = _NAMES.get(source, source.value)
    return (
        f":warning: We can't read who is on call for *{escape(area)}* from its {what}: {escape(why)}. "
        "The last answer stays in use. `escalate doctor` has more."
    )
