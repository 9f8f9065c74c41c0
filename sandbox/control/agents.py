"""Actions of people with an agent: opening a thread, switching channels, stopping it, renaming it."""

from typing import Any

from sandbox.apps import App
from sandbox.control.asked import Asked
from sandbox.control.channels import open_to
from sandbox.control.interact import Hands, told
from sandbox.delivery.payloads import entities, event
from sandbox.errors import Misuse
from sandbox.state import agents, posting
from sandbox.state.agents import ROOT, STOPPED, AgentThread
from sandbox.state.channels import Channel
from sandbox.state.messages import Message
from sandbox.state.people import User

Json = dict[str, Any]

NEW = "New Assistant Thread"


async def assistant(hands: Hands, asked: Asked) -> Json:
    """Open a new thread with an assistant, with or without a channel in view."""
    asked.only("user", "app", "channel")
    user = asked.user()
    app = asked.app()
    if not app.manifest.assistant_view:
        name = app.manifest.display_name
        more = "; open its Messages tab with `home` and write to it" if app.manifest.agent_view else ""
        raise Misuse("no_assistant", f"the manifest of {name} has no features.assistant_view{more}")
    workspace = asked.workspace
    direct = workspace.direct(user.id, app.user_id)
    root = Message(
        ts=workspace.new_ts(direct),
        user=app.user_id,
        text=NEW,
        subtype=ROOT,
        app_id=app.id,
        extra={ROOT: {"title": NEW, "title_blocks": [], "artifacts": []}},
    )
    posting.post(workspace, direct, root)
    thread = agents.thread_of(workspace, direct, root.ts, app.id)
    thread.user, thread.title, thread.context = user.id, NEW, _seen(asked, user)
    agents.tell(workspace, thread)
    inner = {"type": "assistant_thread_started", "assistant_thread": _described(asked, thread)}
    return {"channel": direct.id, "thread_ts": root.ts} | await _announced(hands, app, inner)


async def context(hands: Hands, asked: Asked) -> Json:
    """Switch to another channel while an agent's thread is open beside it."""
    asked.only("user", "app", "channel", "thread_ts")
    user = asked.user()
    workspace = asked.workspace
    app = asked.app()
    seen = _seen(asked, user)
    direct = workspace.direct(user.id, app.user_id)
    sent: Json = {"sent": False}
    if thread_ts := asked.text("thread_ts", ""):
        thread = _thread(asked, direct, thread_ts)
        thread.context = seen
        agents.tell(workspace, thread)
        inner = {"type": "assistant_thread_context_changed", "assistant_thread": _described(asked, thread)}
        if app.manifest.assistant_view:
            sent = await _announced(hands, app, inner)
    if app.manifest.agent_view:
        inner = {"type": "app_context_changed", "channel": direct.id, "user": user.id}
        answer = await _announced(hands, app, inner | {"context": entities(workspace, seen)})
        sent = answer if answer["sent"] else sent
    return sent


async def session(hands: Hands, asked: Asked) -> Json:
    """Stop an agent in a thread, or rename the thread."""
    asked.only("user", "channel", "thread_ts", "title", "stop")
    user = asked.user()
    channel = open_to(asked, user)
    thread = _thread(asked, channel, asked.text("thread_ts"))
    app = asked.workspace.app(thread.app_id)
    if asked.given.get("stop"):
        return await _stop(hands, asked, channel, thread)
    title = asked.text("title")
    if not title.strip():
        raise Misuse("no_title", "a session has a title")
    inner: Json = {
        "type": "agent_session_title_changed",
        "channel": channel.id,
        "user": user.id,
        "team_id": asked.workspace.team.id,
        "thread_ts": thread.ts,
        "title": title,
    }
    if thread.title:
        inner["previous_title"] = thread.title
    thread.title = title
    agents.tell(asked.workspace, thread)
    return await _announced(hands, app, inner)


async def _stop(hands: Hands, asked: Asked, channel: Channel, thread: AgentThread) -> Json:
    """Stop the streams of a thread and send the event; the agent has to change the session's status itself."""
    workspace = asked.workspace
    writing = agents.streams(workspace, channel, thread.ts, thread.app_id)
    if not writing and thread.session != "processing":
        raise Misuse("nothing_to_stop", "the agent is neither processing nor writing in this thread")
    for message in writing:
        posting.edit(workspace, channel, message, None, extra=message.extra | {"streaming_state": STOPPED})
    inner = {
        "type": "agent_session_stopped",
        "channel": channel.id,
        "user": asked.user().id,
        "thread_ts": thread.ts,
        "streaming_message_ts": [message.ts for message in writing],
    }
    return await _announced(hands, workspace.app(thread.app_id), inner)


def threads(asked: Asked) -> Json:
    """Return a person's threads with agents and what each shows."""
    asked.only("user")
    user = asked.user()
    channels = asked.workspace.channels
    now = asked.workspace.now()
    seen = [thread for thread in asked.workspace.threads.values() if user.id in channels[thread.channel].members]
    return {"threads": [thread.as_json(now) for thread in seen]}


async def _announced(hands: Hands, app: App, inner: Json) -> Json:
    """Send an event to the app if it is subscribed and allowed; return how it was received."""
    if app not in hands.events.listeners(inner["type"]):
        return {"sent": False}
    inner = inner | {"event_ts": hands.workspace.new_ts()}
    receipt = await hands.courier.announce(app, inner["type"], event(hands.workspace, app, inner))
    return {"sent": True} | told(receipt)


def _seen(asked: Asked, user: User) -> str | None:
    """Return the channel the person has in view."""
    return asked.channel(user).id if asked.text("channel", "") else None


def _thread(asked: Asked, channel: Channel, ts: str) -> AgentThread:
    """Return a thread an agent takes part in: it was opened with it, has its session, or the agent writes in it."""
    found = asked.workspace.threads.get((channel.id, ts))
    if found is None:
        writing = (m for m in channel.messages if m.thread_ts == ts and "streaming_state" in m.extra and m.app_id)
        if (message := next(writing, None)) is None or message.app_id is None:
            raise Misuse("thread_not_found", f"there is no thread {ts!r} with an agent in {channel.name or channel.id}")
        found = agents.thread_of(asked.workspace, channel, ts, message.app_id)
    return found


def _described(asked: Asked, thread: AgentThread) -> Json:
    team = asked.workspace.team.id
    seen = {"channel_id": thread.context, "team_id": team, "enterprise_id": None} if thread.context else {}
    return {"user_id": thread.user, "context": seen, "channel_id": thread.channel, "thread_ts": thread.ts}
