"""Actions of people with an agent: opening a thread, switching channels, stopping it, renaming it."""

from typing import Any

from sandbox.apps import App
from sandbox.control.channels import open_to
from sandbox.control.control_call import ControlCall
from sandbox.control.interact import Interactions, told
from sandbox.delivery.payloads import entities, event
from sandbox.errors import Misuse
from sandbox.state import agents, posting
from sandbox.state.agents import ROOT, STOPPED, AgentThread
from sandbox.state.channels import Channel
from sandbox.state.messages import Message
from sandbox.state.people import User

Json = dict[str, Any]

NEW = "New Assistant Thread"


async def assistant(interactions: Interactions, call: ControlCall) -> Json:
    """Open a new thread with an assistant, with or without a channel in view."""
    call.only("user", "app", "channel")
    user = call.user()
    app = call.app()
    if not app.manifest.assistant_view:
        name = app.manifest.display_name
        more = "; open its Messages tab with `home` and write to it" if app.manifest.agent_view else ""
        raise Misuse("no_assistant", f"the manifest of {name} has no features.assistant_view{more}")
    workspace = call.workspace
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
    thread.user, thread.title, thread.context = user.id, NEW, _seen(call, user)
    agents.tell(workspace, thread)
    inner = {"type": "assistant_thread_started", "assistant_thread": _described(call, thread)}
    return {"channel": direct.id, "thread_ts": root.ts} | await _announced(interactions, app, inner)


async def context(interactions: Interactions, call: ControlCall) -> Json:
    """Switch to another channel while an agent's thread is open beside it."""
    call.only("user", "app", "channel", "thread_ts")
    user = call.user()
    workspace = call.workspace
    app = call.app()
    seen = _seen(call, user)
    direct = workspace.direct(user.id, app.user_id)
    sent: Json = {"sent": False}
    if thread_ts := call.text("thread_ts", ""):
        thread = _thread(call, direct, thread_ts)
        thread.context = seen
        agents.tell(workspace, thread)
        inner = {"type": "assistant_thread_context_changed", "assistant_thread": _described(call, thread)}
        if app.manifest.assistant_view:
            sent = await _announced(interactions, app, inner)
    if app.manifest.agent_view:
        inner = {"type": "app_context_changed", "channel": direct.id, "user": user.id}
        answer = await _announced(interactions, app, inner | {"context": entities(workspace, seen)})
        sent = answer if answer["sent"] else sent
    return sent


async def session(interactions: Interactions, call: ControlCall) -> Json:
    """Stop an agent in a thread, or rename the thread."""
    call.only("user", "channel", "thread_ts", "title", "stop")
    user = call.user()
    channel = open_to(call, user)
    thread = _thread(call, channel, call.text("thread_ts"))
    app = call.workspace.app(thread.app_id)
    if call.given.get("stop"):
        return await _stop(interactions, call, channel, thread)
    title = call.text("title")
    if not title.strip():
        raise Misuse("no_title", "a session has a title")
    inner: Json = {
        "type": "agent_session_title_changed",
        "channel": channel.id,
        "user": user.id,
        "team_id": call.workspace.team.id,
        "thread_ts": thread.ts,
        "title": title,
    }
    if thread.title:
        inner["previous_title"] = thread.title
    thread.title = title
    agents.tell(call.workspace, thread)
    return await _announced(interactions, app, inner)


async def _stop(interactions: Interactions, call: ControlCall, channel: Channel, thread: AgentThread) -> Json:
    """Stop the streams of a thread and send the event; the agent has to change the session's status itself."""
    workspace = call.workspace
    writing = agents.streams(workspace, channel, thread.ts, thread.app_id)
    if not writing and thread.session != "processing":
        raise Misuse("nothing_to_stop", "the agent is neither processing nor writing in this thread")
    for message in writing:
        posting.edit(workspace, channel, message, None, extra=message.extra | {"streaming_state": STOPPED})
    inner = {
        "type": "agent_session_stopped",
        "channel": channel.id,
        "user": call.user().id,
        "thread_ts": thread.ts,
        "streaming_message_ts": [message.ts for message in writing],
    }
    return await _announced(interactions, workspace.app(thread.app_id), inner)


def threads(call: ControlCall) -> Json:
    """Return a person's threads with agents and what each shows."""
    call.only("user")
    user = call.user()
    channels = call.workspace.channels
    now = call.workspace.now()
    seen = [thread for thread in call.workspace.threads.values() if user.id in channels[thread.channel].members]
    return {"threads": [thread.as_json(now) for thread in seen]}


async def _announced(interactions: Interactions, app: App, inner: Json) -> Json:
    """Send an event to the app if it is subscribed and allowed; return how it was received."""
    if app not in interactions.events.listeners(inner["type"]):
        return {"sent": False}
    inner = inner | {"event_ts": interactions.workspace.new_ts()}
    receipt = await interactions.courier.announce(app, inner["type"], event(interactions.workspace, app, inner))
    return {"sent": True} | told(receipt)


def _seen(call: ControlCall, user: User) -> str | None:
    """Return the channel the person has in view."""
    return call.channel(user).id if call.text("channel", "") else None


def _thread(call: ControlCall, channel: Channel, ts: str) -> AgentThread:
    """Return a thread an agent takes part in: it was opened with it, has its session, or the agent writes in it."""
    found = call.workspace.threads.get((channel.id, ts))
    if found is None:
        writing = (m for m in channel.messages if m.thread_ts == ts and "streaming_state" in m.extra and m.app_id)
        if (message := next(writing, None)) is None or message.app_id is None:
            raise Misuse("thread_not_found", f"there is no thread {ts!r} with an agent in {channel.name or channel.id}")
        found = agents.thread_of(call.workspace, channel, ts, message.app_id)
    return found


def _described(call: ControlCall, thread: AgentThread) -> Json:
    team = call.workspace.team.id
    seen = {"channel_id": thread.context, "team_id": team, "enterprise_id": None} if thread.context else {}
    return {"user_id": thread.user, "context": seen, "channel_id": thread.channel, "thread_ts": thread.ts}
