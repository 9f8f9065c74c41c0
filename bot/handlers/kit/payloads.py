"""The shape of Slack's payloads, as far as handlers rely on it: others reach no handler.

Slack's own payloads always fit. Others come from somebody with the signing secret, or from a defect in between: they
are refused with the name of the invalid field, without a traceback.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_Id = Annotated[str, Field(min_length=1, max_length=255)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class _Person(_Part):
    id: _Id


class _Choice(_Part):
    value: str


class _Control(_Part):
    """A field of a form, as filled in."""

    type: str
    value: str | None = None
    selected_option: _Choice | None = None
    selected_options: list[_Choice] | None = None
    selected_user: str | None = None
    selected_users: list[str] | None = None
    selected_date: str | None = None
    selected_time: str | None = None
    selected_date_time: int | None = None


class _State(_Part):
    values: dict[str, dict[str, _Control]]


class _Block(_Part):
    type: str
    block_id: str


class _Surface(_Part):
    """A form or Home tab in which somebody used a control."""

    id: _Id
    type: str = ""
    callback_id: str = ""
    private_metadata: str = ""
    hash: str = ""
    blocks: list[_Block] = []
    state: _State | None = None


class _Form(_Surface):
    callback_id: str
    private_metadata: str
    blocks: list[_Block]
    state: _State


class _Channel(_Part):
    id: _Id
    name: str | None = None


class _Message(_Part):
    ts: _Id
    text: str | None = None
    thread_ts: str | None = None


class _Pressed(_Part):
    action_id: str
    block_id: str | None = None
    value: str | None = None


class _Shown(_Part):
    private_metadata: str | None = None


class _Done(_Part):
    value: str | None = None


class _Told(_Part):
    type: str | None = None
    user: str | dict[str, Any] | None = None


class _Request(_Part):
    """The fields read from every request: for access, error responses and the subject."""

    type: str | None = None
    command: str | None = None
    text: str | None = None
    user: _Person | None = None
    user_id: str | None = None
    channel: _Channel | None = None
    channel_id: str | None = None
    response_url: str | None = None
    view: _Shown | None = None
    actions: list[_Done] | None = None
    event: _Told | None = None


class _Command(_Part):
    command: str
    text: str = ""
    user_id: _Id
    channel_id: _Id
    trigger_id: str
    response_url: str | None = None


class _Actions(_Part):
    user: _Person
    actions: list[_Pressed] = Field(min_length=1)
    trigger_id: str
    channel: _Channel | None = None
    message: _Message | None = None
    view: _Surface | None = None
    response_url: str | None = None


class _Submission(_Part):
    user: _Person
    view: _Form


class _Closing(_Part):
    user: _Person
    view: _Surface


class _Suggestion(_Part):
    user: _Person
    action_id: str
    value: str | None = None


class _Shortcut(_Part):
    user: _Person
    callback_id: str
    trigger_id: str


class _MessageShortcut(_Shortcut):
    channel: _Channel
    message: _Message
    response_url: str | None = None


class _Event(_Part):
    type: str
    user: str | dict[str, Any] | None = None
    channel: str | dict[str, Any] | None = None


class _Events(_Part):
    event: _Event


class _NamedEvent(_Part):
    user: _Id


class _Membership(_NamedEvent):
    channel: _Id
    inviter: str | None = None


class _Profile(_Part):
    display_name: str | None = None
    email: str | None = None


class _User(_Person):
    name: str | None = None
    real_name: str | None = None
    tz: str | None = None
    team_id: str | None = None
    profile: _Profile | None = None


class _UserChange(_Part):
    user: _User


class _ChannelChange(_Part):
    channel: _Id | _Channel
    user: str | None = None
    actor_id: str | None = None


class _MessageEvent(_Part):
    channel: _Id
    subtype: str | None = None
    channel_type: str | None = None
    user: str | None = None
    deleted_ts: str | None = None


_KINDS: Mapping[str, type[_Part]] = {
    "block_actions": _Actions,
    "view_submission": _Submission,
    "view_closed": _Closing,
    "block_suggestion": _Suggestion,
    "shortcut": _Shortcut,
    "message_action": _MessageShortcut,
    "event_callback": _Events,
}
# The events with listeners. Changes of channels share one shape.
EVENTS: Mapping[str, type[_Part]] = {
    "app_home_opened": _NamedEvent,
    "member_joined_channel": _Membership,
    "member_left_channel": _Membership,
    "message": _MessageEvent,
    "user_change": _UserChange,
    **{
        f"{kind}_{change}": _ChannelChange
        for kind in ("channel", "group")
        for change in ("archive", "deleted", "left", "rename", "unarchive")
    },
}
# The null character, which databases reject, and surrogates, which encodings reject: nobody types either.
_FIRST_NUMBER = re.compile(r"^(\d{1,18})(?:\D|$)")
_NUMBER_IN_FORM = re.compile(r'"number": ?(\d{1,18})')
_KEY = re.compile(r"(?i)\bESC-(\d{1,18})\b")
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


def problem(body: Any) -> str | None:
    """Return what is wrong with a request's shape, or None.

    For kinds without a listener only the fields read from every request are checked.
    """
    if not isinstance(body, dict):
        return "it is no object"
    try:
        _Request.model_validate(body)
        kind = body.get("type")
        shape = _KINDS.get(kind) if kind else _Command if "command" in body else None
        if shape is not None:
            shape.model_validate(body)
        if shape is _Events and (named := EVENTS.get(body["event"]["type"])) is not None:
            named.model_validate(body["event"])
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in found['loc'])}: {found['msg']}"
    return None


def subject(body: Mapping[str, Any]) -> str | None:
    """Return what a request is about as far as is known without the records; None if nothing in particular.

    It is the number in a button or form, or `ESC-n` in a command; otherwise the channel of the request.
    """
    view, actions = body.get("view") or {}, body.get("actions") or [{}]
    for words, pattern in (
        (actions[0].get("value"), _FIRST_NUMBER),
        (view.get("private_metadata"), _NUMBER_IN_FORM),
        (body.get("text"), _KEY),
    ):
        if isinstance(words, str) and (found := pattern.search(words)):
            return f"number {found[1]}"
    if body.get("type") == "view_submission" or (body.get("text") or "").split()[:1] in ([], ["list"], ["help"]):
        return None
    return body.get("channel_id")


def readable(value: Any) -> Any:
    """Return a payload with invalid characters replaced: lone surrogates and the null character."""
    if isinstance(value, str):
        return _NO_TEXT.sub("\ufffd", value) if _NO_TEXT.search(value) else value
    if isinstance(value, dict):
        return {readable(key): readable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [readable(item) for item in value]
    return value
