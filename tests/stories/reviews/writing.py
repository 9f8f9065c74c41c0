"""What the stories of reviews have in common."""

from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story

FOLLOW_UP = {"action": "Alert the on-call phone", "action_owner": USERS["eli"], "action_due": "2026-03-20"}
WHYS = "The export queue filled the disk.\nThe queue has no limit.\nAlerts go to mail, which isn't read at night."


def mitigated(story: Story, level: str = "sev1") -> int:
    """Declare an escalation whose impact stops after an hour."""
    number = story.declare(account="Acme", level=level, at="Fri 2026-03-06 10:00", summary="Exports fail")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward(minutes=60)
    story.act("dana", ids.PRESS_MITIGATE, number, note="Restarted the export workers.")
    return number


def write(story: Story, who: str, number: int, **values: object) -> dict[str, object]:
    """Open the form of the review, and send it with these values."""
    return dict(story.menu(who, "review", number, **values))


def told(story: Story, number: int) -> Seen:
    """Return the message of the review."""
    return story.find(number, "Post-incident review")


def offers(story: Story, who: str) -> list[Seen]:
    """Return the messages that ask somebody to sign off."""
    return [one for one in story.direct(who) if "sign off the review" in one.text]
