"""Errors are answers: one place turns what rose before the acknowledgement into what the person sees."""

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.response import BoltResponse

from bot.errors import EscalateError, FormError
from bot.policy.lifecycle import Obstacle, Refused
from bot.ports.workspace import View
from bot.services.core import Core
from bot.services.escalations import Escalations
from bot.views import manage_forms, wording

# The field of a form at which an obstacle is best told, where the form has that field.
_FIELD_OF = {
    Obstacle.NO_CONFIRMATION: "confirmed_by",
    Obstacle.NO_REVIEW: "review_url",
    Obstacle.NO_ACTION: "action",
    Obstacle.REVIEW_UNFINISHED: "finished_on",
    Obstacle.NO_STAKEHOLDERS: "stakeholders",
    Obstacle.CRITERIA_NOT_MET: "success_criteria",
    Obstacle.SAME_LEVEL: "level",
    Obstacle.NO_SUCH_ESCALATION: "duplicate_of",
}
# An error at a field is plain text: Slack shows a mention in it as it is written.
_MENTION = re.compile(r"<@[A-Z0-9]+>")


@dataclass(frozen=True)
class Answers:
    """Answers for errors."""

    core: Core
    escalations: Escalations

    async def handle(self, error: Exception, body: Mapping[str, Any]) -> BoltResponse:
        """Answer whatever rose: at the field, in the form, or as a message only this person sees."""
        if body.get("type") == "view_submission":
            return _in_form(error, body["view"])
        if "command" in body:
            return _json({"response_type": "ephemeral", "text": _words(error)})
        await self.tell(error, body)
        return BoltResponse(status=200, body="")

    async def tell(self, error: Exception, body: Mapping[str, Any]) -> None:
        """Tell whoever asked, where they asked, when the request itself has been answered already."""
        person = body.get("user_id") or (body.get("user") or {}).get("id")
        channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
        words = _words(error)
        if person:
            await self.core.run(self.escalations.reply, person, channel, words)


def _in_form(error: Exception, view: Mapping[str, Any]) -> BoltResponse:
    if isinstance(error, FormError):
        return _errors(view, {error.block_id: error.message}, error.message)
    if isinstance(error, Refused):
        at_fields = {
            _FIELD_OF[reason.obstacle]: _MENTION.sub("the manager", wording.refusal(reason))
            for reason in error.reasons
            if reason.obstacle in _FIELD_OF
        }
        words = wording.refusals(error.reasons)
        if len(at_fields) == len(error.reasons):
            return _errors(view, at_fields, words)
        return _update(manage_forms.notice("Not now", words))
    return _update(manage_forms.notice("Not possible" if isinstance(error, EscalateError) else "Sorry", _words(error)))


def _errors(view: Mapping[str, Any], errors: Mapping[str, str], words: str) -> BoltResponse:
    """Tell errors at their fields; Slack takes only inputs the form has, so otherwise the form says it whole."""
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not errors.keys() <= inputs:
        return _update(manage_forms.notice("Not now", words))
    return _json({"response_action": "errors", "errors": dict(errors)})


def _words(error: Exception) -> str:
    if isinstance(error, Refused):
        return wording.refusals(error.reasons)
    if isinstance(error, FormError):
        return error.message
    if isinstance(error, EscalateError):
        return str(error)
    reference = uuid.uuid4().hex[:8]
    structlog.get_logger().error("request failed", reference=reference, exc_info=error)
    return wording.apology(reference)


def _update(view: View) -> BoltResponse:
    return _json({"response_action": "update", "view": view})


def _json(body: Mapping[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(body), headers={"content-type": "application/json"})
