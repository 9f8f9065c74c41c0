"""The events of the timeline, in the words of the product: for the timeline, the audit and the review."""

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
    "update missed": "update overdue",
    "response breached": "not acknowledged in time",
    "resolution breached": "resolution target missed",
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
# They say which update it was.
_OF_AN_UPDATE: Final = frozenset({"promise broken", "update missed"})


def event(line: TimelineLine) -> str:
    """Return what happened, as the beginning of a line."""
    said = escape(words(line))
    return f"{said[:1].upper()}{said[1:]}"


def words(line: TimelineLine) -> str:
    """Return what happened, as part of a sentence, and to which update: "customer update overdue"."""
    said, audience = EVENTS.get(line.event, line.event), line.after.get("audience")
    return said.replace("update", f"{audience} update") if line.event in _OF_AN_UPDATE and audience else said
