"""Converts errors to what the person sees.

Every request gets a response. If the database is unavailable, the response goes to Slack directly.
"""

import asyncio
import json
import traceback
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from slack_bolt.response import BoltResponse

from bot.database.transaction import Core, about_nothing, is_away, is_out_of_range
from bot.errors import AlreadyDone, EscalateError, FormError, Misread, OutsideError, Unavailable
from bot.handlers.kit.background import Background
from bot.policy.decide.lifecycle import Obstacle, Refused
from bot.ports.workspace import Message, View, Workspace
from bot.services.overview.escalations import Escalations
from bot.views.kit import info_form, wording
from bot.views.kit.parts import section

# How long a response may wait for the database before it goes to Slack directly.
_PATIENCE_SECONDS = 5
# Python's errors for payloads that are not shaped as the code expects.
_SHAPE = (LookupError, ValueError, TypeError, AttributeError, OverflowError)
# The block of an error in a form without questions, and what of a form is sent back to Slack.
_ERROR = "error"
_OWN = ("type", "callback_id", "title", "submit", "close", "private_metadata")
# The elements that people type into.
_TYPED = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
_READERS = ("bot.handlers.", "bot.views.")


@dataclass(frozen=True)
class ErrorResponder:
    """Responds to errors. `fields` names the field that shows a refusal, in forms that have it."""

    core: Core
    workspace: Workspace
    escalations: Escalations
    fields: Mapping[Obstacle, str]
    background: Background = field(default_factory=Background)

    async def handle(self, error: Exception, body: Mapping[str, Any]) -> BoltResponse:
        """Respond to an error: at the field, in the form, or as an ephemeral message.

        It waits neither for the database nor for Slack, because the request has to be acknowledged now.
        """
        error = meaning(error)
        kind = body.get("type")
        if kind == "view_submission":
            return _in_form(error, body["view"], self.fields)
        if "command" in body:
            return _json({"response_type": "ephemeral", "text": words_of(error)})
        if kind == "block_suggestion":
            # A menu has no place for a sentence, so it offers nothing.
            words_of(error)
            return _json({"options": []})
        if kind == "event_callback" and isinstance(error, Unavailable):
            # Nobody waits for a response: Slack resends an event that failed.
            return BoltResponse(status=503, body="")
        self.background.start(self.tell(error, body))
        return BoltResponse(status=200, body="")

    async def tell(self, error: Exception, body: Mapping[str, Any]) -> None:
        """Report an error to the person where they acted, if the request was already answered."""
        error = meaning(error)
        words = words_of(error)
        person = body.get("user_id") or (body.get("user") or {}).get("id") or (body.get("event") or {}).get("user")
        channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
        if isinstance(person, str):
            await self.say(words, person, channel, body.get("response_url"), is_away=isinstance(error, Unavailable))

    async def say(
        self,
        words: str,
        person: str,
        channel: str | None = None,
        response_url: str | None = None,
        *,
        fresh_for: timedelta | None = None,
        is_away: bool = False,
    ) -> None:
        """Queue a message to one person; raises nothing. If the database `is_away`, Slack is called directly.

        A message that is useful only for a while is dropped after `fresh_for`.
        """
        try:
            if not is_away:
                with about_nothing():
                    async with asyncio.timeout(_PATIENCE_SECONDS):
                        await self.core.run(self.escalations.reply, person, channel, words, fresh_for=fresh_for)
                return
        except Exception as error:  # noqa: BLE001 - whatever it is, there is another way
            structlog.get_logger().warning("answer not recorded", person=person, error=repr(error))
        await self.say_directly(words, person, channel, response_url)

    async def say_directly(self, words: str, person: str, channel: str | None, response_url: str | None) -> None:
        """Use the first that works: the request's response_url, the channel, a direct message."""
        answer = {"response_type": "ephemeral", "replace_original": False, "text": words}
        ways = [
            self.workspace.respond(response_url, answer) if response_url else None,
            self.workspace.post_ephemeral(channel, person, Message(words)) if channel else None,
            self.workspace.post(person, Message(words), effect_id=0, urgent=True),
        ]
        refused: list[str] = []
        for way in [way for way in ways if way is not None]:
            if refused == ["done"]:
                way.close()
                continue
            try:
                await way
                refused = ["done"]
            except OutsideError as error:
                refused.append(str(error))
        if refused != ["done"]:
            structlog.get_logger().error("answer not sent", person=person, errors=refused)


def meaning(error: Exception) -> Exception:
    """Return the error to show for an unavailable database or a malformed request; any other error unchanged."""
    if is_away(error):
        structlog.get_logger().error("database does not answer", error=repr(error))
        return Unavailable()
    where = _misread(error)
    if where is not None or is_out_of_range(error):
        structlog.get_logger().error("request not understood", error=repr(error), at=where)
        return Misread(repr(error))
    return error


def words_of(error: Exception) -> str:
    """Return the words for a person. An error without any is logged, and reported with a reference to the log.

    A refusal by an outside system is not a defect and is logged as what it is.
    """
    if isinstance(error, Refused):
        return wording.refusals(error.reasons)
    if isinstance(error, FormError):
        return error.message
    if isinstance(error, EscalateError):
        return str(error)
    if isinstance(error, OutsideError):
        structlog.get_logger().warning("Slack refused", error=str(error))
        return wording.SLACK_REFUSED
    reference = uuid.uuid4().hex[:8]
    structlog.get_logger().error("request failed", reference=reference, exc_info=error)
    return wording.apology(reference)


def error_form(error: Exception) -> View:
    """Draw a form that explains an error, in place of the requested form."""
    error = meaning(error)
    if isinstance(error, Refused):
        return info_form.info("Can't do this", words_of(error))
    if isinstance(error, Unavailable | OutsideError):
        return info_form.info("Try again", words_of(error))
    return info_form.info("Not possible" if isinstance(error, EscalateError) else "Sorry", words_of(error))


def _misread(error: Exception) -> str | None:
    """Return where a payload could not be parsed, if that is the error.

    Payloads and form states are parsed in two packages, and the other values they use were checked before. So an error
    of shape is the payload's if our innermost frame is in one of them.
    """
    if not isinstance(error, _SHAPE) or isinstance(error, UnicodeError):
        return None
    ours = [
        (frame.f_globals["__name__"], line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if str(frame.f_globals.get("__name__", "")).startswith("bot.")
    ]
    module, line = ours[-1] if ours else ("", 0)
    return f"{module}:{line}" if module.startswith(_READERS) else None


def _in_form(error: Exception, view: Mapping[str, Any], fields: Mapping[Obstacle, str]) -> BoltResponse:
    if isinstance(error, AlreadyDone) and error.is_same:
        return BoltResponse(status=200, body="")
    if isinstance(error, FormError):
        return _errors(view, error.at, error.message)
    if isinstance(error, Refused):
        # A field's error is plain text: Slack would show a mention's syntax.
        at_fields = {
            fields[reason.obstacle]: wording.without_mentions(wording.refusal(reason))
            for reason in error.reasons
            if reason.obstacle in fields
        }
        words = wording.refusals(error.reasons)
        if len(at_fields) == len(error.reasons):
            return _errors(view, at_fields, words)
        if _has_words(view):
            # What was typed stays: it can be copied, or sent again once nothing prevents it.
            return _update(_again(view, words))
    inputs = _inputs(view)
    if isinstance(error, Unavailable):
        # The form stays open with all input: submitting it again is all there is to do.
        return _errors(view, {inputs[-1]: str(error)}, str(error)) if inputs else _update(_again(view, str(error)))
    return _update(kept_form(view, error))


def kept_form(view: Mapping[str, Any], error: Exception) -> View:
    """Return an open form with an error above it, if somebody has typed words into it; else a view of the error."""
    return _again(view, words_of(meaning(error))) if _has_words(view) else error_form(error)


def _has_words(view: Mapping[str, Any]) -> bool:
    """Return True if somebody has typed words into a form that it wasn't opened with."""
    shown = {block.get("block_id"): block.get("element", {}).get("initial_value") for block in view["blocks"]}
    typed = {
        block_id: control.get("value")
        for block_id, controls in view["state"]["values"].items()
        for control in controls.values()
        if control.get("type") in _TYPED
    }
    return any(words and words != shown.get(block_id) for block_id, words in typed.items())


def _again(view: Mapping[str, Any], words: str) -> View:
    """Return a form as it is, with an error above it."""
    error = section(f":warning: {words}", block_id=_ERROR)
    blocks = [error, *(block for block in view["blocks"] if block.get("block_id") != _ERROR)]
    return {**{key: view[key] for key in _OWN if view.get(key)}, "blocks": blocks}


def _inputs(view: Mapping[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def _errors(view: Mapping[str, Any], errors: Mapping[str, str], words: str) -> BoltResponse:
    """Show errors at their fields.

    If the form has none of them, show a view with the text, because Slack accepts only existing inputs.
    """
    if not errors.keys() <= set(_inputs(view)):
        return _update(_again(view, words) if _has_words(view) else info_form.info("Can't do this", words))
    return _json({"response_action": "errors", "errors": dict(errors)})


def _update(view: View) -> BoltResponse:
    return _json({"response_action": "update", "view": view})


def _json(body: Mapping[str, Any]) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(body), headers={"content-type": "application/json"})
