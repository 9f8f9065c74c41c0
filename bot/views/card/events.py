"""The events of the timeline, in the words of the product."""

from typing import Final

from bot.policy.record.timeline import TimelineLine
from bot.views.kit.text import escape

# How events are told, where their own names aren't words of the product.
EVENTS: Final = {
    "mitigated": "impact stopped",
    "updated": "update posted",
    "update edited": "update edited",
    "beginning corrected": "start corrected",
    "wording let pass": "customer text sent despite findings",
    "waiting for customer": "waiting on the customer",
    "wait over": "waiting is over",
    "promise broken": "promised update missed",
    "facts filled in": "details added",
    "facts asked for": "missing details asked for",
    "checklist": "checklist changed",
    "categorised": "category changed",
    "assigned": "owner changed",
    "cause named": "cause recorded",
    "held up": "Slack refused for now",
    "could not be done": "Slack refused",
    "team reached": "team asked",
    "team answered": "team responded",
    "team chased": "team asked again",
    "level asked for": "severity change requested",
    "level changed": "severity changed",
    "level rose": "severity raised",
    "fall proposed": "lower severity proposed",
    "fall approved": "lower severity approved",
    "page taken further": "next person paged",
    "page unanswered": "page not answered",
    "page not sent": "page not sent",
    "page not received": "page failed by every route",
    "escalated early": "escalated early",
    "acknowledged outside": "acknowledged outside Slack",
    "resolved outside": "resolved in PagerDuty, still open here",
    "ladder climbed again": "paged again",
    "customer question": "question to the customer written",
    "customer not yet": "customer says not yet",
    "customer not mailed": "mail to the customer refused",
    "customer not asked": "question to the customer came back",
    "request overtaken": "request superseded",
    "passed over": "owner replaced: not reachable",
}


def event(line: TimelineLine) -> str:
    """Return what happened, as the beginning of a line."""
    words = escape(EVENTS.get(line.event, line.event))
    return f"{words[:1].upper()}{words[1:]}"
