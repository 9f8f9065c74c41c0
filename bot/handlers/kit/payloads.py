"""The shape of Slack's payloads, as far as handlers rely on it: others reach no handler.

Slack's own payloads always fit. Others come from somebody with the signing secret, or from a defect in between: they
are refused with the name of the invalid field, without a traceback.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_Id = Annotated[str, Field(min_length=1, max_length=255)]


class _SlackPayload(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class _PersonPayload(_SlackPayload):
    id: _Id


class _ChoicePayload(_SlackPayload):
    value: str


class _ControlPayload(_SlackPayload):
    """A field of a form, as filled in."""

    type: str
    value: str | None = None
    selected_option: _ChoicePayload | None = None
    selected_options: list[_ChoicePayload] | None = None
    selected_user: str | None = None
    selected_users: list[str] | None = None
    selected_date: str | None = None
    selected_time: str | None = None
    selected_date_time: int | None = None


class _StatePayload(_SlackPayload):
    values: dict[str, dict[str, _ControlPayload]]


class _BlockPayload(_SlackPayload):
    type: str
    block_id: str


class _SurfacePayload(_SlackPayload):
    """A form or Home tab in which somebody used a control."""

    id: _Id
    type: str = ""
    callback_id: str = ""
    private_metadata: str = ""
    hash: str = ""
    blocks: list[_BlockPayload] = []
    state: _StatePayload | None = None


class _FormPayload(_SurfacePayload):
    callback_id: str
    private_metadata: str
    blocks: list[_BlockPayload]
    state: _StatePayload


class _ChannelPayload(_SlackPayload):
    id: _Id
    name: str | None = None


class _MessagePayload(_SlackPayload):
    ts: _Id
    text: str | None = None
    thread_ts: str | None = None


class _ButtonPayload(_SlackPayload):
    action_id: str
    block_id: str | None = None
    value: str | None = None


class _ViewPayload(_SlackPayload):
    private_metadata: str | None = None


class _ActionPayload(_SlackPayload):
    value: str | None = None


class _EventPersonPayload(_SlackPayload):
    type: str | None = None
    user: str | dict[str, Any] | None = None


class _RequestPayload(_SlackPayload):
    """The fields read from every request: for access, error responses and the subject."""

    type: str | None = None
    command: str | None = None
    text: str | None = None
    user: _PersonPayload | None = None
    user_id: str | None = None
    channel: _ChannelPayload | None = None
    channel_id: str | None = None
    response_url: str | None = None
    view: _ViewPayload | None = None
    actions: list[_ActionPayload] | None = None
    event: _EventPersonPayload | None = None


class _CommandPayload(_SlackPayload):
    command: str
    text: str = ""
    user_id: _Id
    channel_id: _Id
    trigger_id: str
    response_url: str | None = None


class _ActionsPayload(_SlackPayload):
    user: _PersonPayload
    actions: list[_ButtonPayload] = Field(min_length=1)
    trigger_id: str
    channel: _ChannelPayload | None = None
    message: _MessagePayload | None = None
    view: _SurfacePayload | None = None
    response_url: str | None = None


class _SubmissionPayload(_SlackPayload):
    user: _PersonPayload
    view: _FormPayload


class _ClosingPayload(_SlackPayload):
    user: _PersonPayload
    view: _SurfacePayload


class _SuggestionPayload(_SlackPayload):
    user: _PersonPayload
    action_id: str
    value: str | None = None


class _ShortcutPayload(_SlackPayload):
    user: _PersonPayload
    callback_id: str
    trigger_id: str


class _MessageShortcutPayload(_ShortcutPayload):
    channel: _ChannelPayload
    message: _MessagePayload
    response_url: str | None = None


class _EventPayload(_SlackPayload):
    type: str
    user: str | dict[str, Any] | None = None
    channel: str | dict[str, Any] | None = None


class _EventsPayload(_SlackPayload):
    event: _EventPayload


class _NamedEventPayload(_SlackPayload):
    user: _Id


class _MembershipPayload(_NamedEventPayload):
    channel: _Id
    inviter: str | None = None


class _ProfilePayload(_SlackPayload):
    display_name: str | None = None
    email: str | None = None


class _UserPayload(_PersonPayload):
    name: str | None = None
    real_name: str | None = None
    tz: str | None = None
    team_id: str | None = None
    profile: _ProfilePayload | None = None


class _UserChangePayload(_SlackPayload):
    user: _UserPayload


class _ChannelChangePayload(_SlackPayload):
    channel: _Id | _ChannelPayload
    user: str | None = None
    actor_id: str | None = None


class _MessageEventPayload(_SlackPayload):
    channel: _Id
    subtype: str | None = None
    channel_type: str | None = None
    user: str | None = None
    deleted_ts: str | None = None
    ts: str | None = None
    text: str | None = None
    files: list[Any] | None = None
    message: dict[str, Any] | None = None


class _ReactedItemPayload(_SlackPayload):
    type: str | None = None
    channel: str | None = None
    ts: str | None = None


class _ReactionPayload(_NamedEventPayload):
    reaction: str
    item: _ReactedItemPayload


class _LinkPayload(_SlackPayload):
    url: str


class _LinksPayload(_SlackPayload):
    channel: _Id
    message_ts: str
    links: list[_LinkPayload]
    user: str | None = None
    source: str | None = None


_KINDS: Mapping[str, type[_SlackPayload]] = {
    "block_actions": _ActionsPayload,
    "view_submission": _SubmissionPayload,
    "view_closed": _ClosingPayload,
    "block_suggestion": _SuggestionPayload,
    "shortcut": _ShortcutPayload,
    "message_action": _MessageShortcutPayload,
    "event_callback": _EventsPayload,
}
# The events with listeners. Changes of channels share one shape.
EVENTS: Mapping[str, type[_SlackPayload]] = {
    "app_home_opened": _NamedEventPayload,
    "link_shared": _LinksPayload,
    "member_joined_channel": _MembershipPayload,
    "member_left_channel": _MembershipPayload,
    "message": _MessageEventPayload,
    "reaction_added": _ReactionPayload,
    "reaction_removed": _ReactionPayload,
    "user_change": _UserChangePayload,
    **{
        f"{kind}_{change}": _ChannelChangePayload
        for kind in ("channel", "group")
        for change in ("archive", "deleted", "left", "rename", "unarchive")
    },
    "channel_shared": _ChannelChangePayload,
    "channel_unshared": _ChannelChangePayload,
}
_FIRST_NUMBER = re.compile(r"^(\d{1,18})(?:\D|$)")
_NUMBER_IN_FORM = re.compile(r'"number": ?(\d{1,18})')
_KEY = re.compile(r"(?i)\bESC-(\d{1,18})\b")


def problem(body: Any) -> str | None:
    """Return what is wrong with a request's shape, or None.

    For kinds without a listener only the fields read from every request are checked.
    """
    if not isinstance(body, dict):
        return "it is no object"
    try:
        _RequestPayload.model_validate(body)
        kind = body.get("type")
        shape = _KINDS.get(kind) if kind else _CommandPayload if "command" in body else None
        if shape is not None:
            shape.model_validate(body)
        if shape is _EventsPayload and (named := EVENTS.get(body["event"]["type"])) is not None:
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
