"""Shared steps of the stories about reviews."""

from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story

FOLLOW_UP = {"what": "Alert the on-call phone", "owner": USERS["eli"], "due": "2026-03-20"}
# The same in the form that resolves.
ASKED_FOR = {"action": FOLLOW_UP["what"], "action_owner": FOLLOW_UP["owner"], "action_due": FOLLOW_UP["due"]}
WHYS = "The export queue filled the disk.\nThe queue has no limit.\nAlerts go to mail, which isn't read at night."


def mitigated(story: Story, level: str = "sev1") -> int:
    """Declare an escalation whose impact stops after an hour."""
    number = story.declare(account="Acme", level=level, at="Fri 2026-03-06 10:00", summary="Exports fail")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward(minutes=60)
    story.act("dana", ids.PRESS_MITIGATE, number, note="Restarted the export workers.")
    return number


# The fields of each part, by the button that opens it.
PARTS = {
    ids.PRESS_REVIEW_LESSONS: ("went_well", "went_wrong", "lucky"),
    ids.PRESS_REVIEW_DEBRIEFS: ("customer_debrief_on", "customer_debrief_who", "team_debrief_on", "team_debrief_who"),
    ids.PRESS_REVIEW_FOLLOW_UPS: ("what", "owner", "due"),
    ids.PRESS_REVIEW_LINK: ("review_url", "finished_on"),
}


def write(story: Story, who: str, number: int, **values: object) -> dict[str, object]:
    """Open the form of the review, send the parts that have values, and the form itself if it has some or none has.

    Return what the last one was answered.
    """
    story.more(who, "review", number)
    answer: dict[str, object] = {}
    for button, fields in PARTS.items():
        if fields[0] not in values and "finished_on" in fields:
            continue  # the day is noted in the form itself once there is a link
        given = {field: values.pop(field) for field in fields if field in values}
        if given:
            story.press_in_form(who, button)
            answer = dict(story.submit(who, **given))
            if answer["result"] != "closed":
                return answer
    if values or not answer:
        return dict(story.submit(who, **values))
    story.close_form(who)
    return answer


def told(story: Story, number: int) -> Seen:
    """Return the message of the review."""
    return story.find(number, "Post-incident review")


def offers(story: Story, who: str) -> list[Seen]:
    """Return the messages that ask somebody to sign off, or asked."""
    return [one for one in story.direct(who) if "sign off the review" in one.text or ":mag: Review of" in one.text]
