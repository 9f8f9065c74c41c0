"""The payloads of interactions and commands, shaped like Slack's."""

from dataclasses import dataclass
from typing import Any

from sandbox.apps import App
from sandbox.state.channels import DIRECT, GROUP, PUBLIC, Channel
from sandbox.state.messages import Message
from sandbox.state.people import User
from sandbox.state.views import View
from sandbox.state.wire import message_json
from sandbox.state.workspace import Workspace

Json = dict[str, Any]


def action_ts(workspace: Workspace) -> str:
    """Return the time of an action."""
    return workspace.new_ts()


def channel_name(channel: Channel) -> str:
    """Return a conversation's name as payloads have it; a private one's is withheld."""
    if channel.kind == DIRECT:
        return "directmessage"
    return channel.name if channel.kind in (PUBLIC, GROUP) else "privategroup"


@dataclass(frozen=True)
class Typed:
    """A slash command as a person entered it."""

    user: User
    channel: Channel
    name: str
    text: str


def command(workspace: Workspace, app: App, typed: Typed, *, trigger_id: str, url: str) -> Json:
    """Return the form fields of a slash command."""
    return {
        "token": app.verification_token,
        "team_id": workspace.team.id,
        "team_domain": workspace.team.domain,
        "channel_id": typed.channel.id,
        "channel_name": channel_name(typed.channel),
        "user_id": typed.user.id,
        "user_name": typed.user.name,
        "command": typed.name,
        "text": typed.text,
        "api_app_id": app.id,
        "is_enterprise_install": "false",
        "response_url": url,
        "trigger_id": trigger_id,
    }


def interaction(workspace: Workspace, app: App, user: User, kind: str, **fields: Any) -> Json:
    """Return the payload of an interaction: the common fields and those of its kind."""
    team_id = user.team_id or workspace.team.id
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": team_id},
        "api_app_id": app.id,
        "token": app.verification_token,
        "team": {"id": workspace.team.id, "domain": workspace.team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
        **fields,
    }


def on_message(workspace: Workspace, channel: Channel, message: Message) -> Json:
    """Return the fields for an interaction in a message; an ephemeral message is not included."""
    ephemeral = bool(message.extra.get("is_ephemeral"))
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": ephemeral,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    answer: Json = {"container": container, "channel": {"id": channel.id, "name": channel_name(channel)}}
    return answer if ephemeral else answer | {"message": message_json(workspace, channel, message)}


def on_view(view: View) -> Json:
    """Return the fields for an interaction in a modal or Home tab."""
    return {"container": {"type": "view", "view_id": view.id}, "view": view.as_json()}


def entities(workspace: Workspace, channel_id: str | None) -> Json:
    """Return the context for agents: what the person has in view, or nothing."""
    if channel_id is None:
        return {}
    return {"entities": [{"type": "slack#/types/channel_id", "value": channel_id, "team_id": workspace.team.id}]}


def event(workspace: Workspace, app: App, inner: Json) -> Json:
    """Return an event in the envelope of the Events API."""
    return {
        "token": app.verification_token,
        "team_id": workspace.team.id,
        "context_team_id": workspace.team.id,
        "context_enterprise_id": None,
        "api_app_id": app.id,
        "event": inner,
        "type": "event_callback",
        "event_id": workspace.ids.new("Ev"),
        "event_time": workspace.moment(),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": workspace.team.id,
                "user_id": app.user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": _is_shared(workspace, inner),
        "event_context": workspace.ids.new("EC"),
    }


def _is_shared(workspace: Workspace, inner: Json) -> bool:
    """Return True if an event is about a channel that is shared with another company."""
    about = inner.get("channel") or inner.get("channel_id") or (inner.get("item") or {}).get("channel")
    name = about.get("id") if isinstance(about, dict) else about
    channel = workspace.channels.get(str(name))
    return channel is not None and channel.is_ext_shared
