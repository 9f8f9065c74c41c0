"""assistant.threads.* and agents.sessions.*: what an agent shows in its threads with people."""

from typing import Any

from sandbox.api.arguments import Unreadable
from sandbox.api.call import Call
from sandbox.errors import SlackError, invalid_arguments
from sandbox.state import agents, posting
from sandbox.state.agents import ROOT, AgentThread
from sandbox.state.channels import DIRECT, Channel

Json = dict[str, Any]

MOST_PROMPTS = 4
MOST_LOADING = 10
LONGEST_TITLE = 200
SESSION = ("active", "processing", "suspended", "closed")


def set_status(call: Call) -> Json:
    """Set the agent's status in any thread of a conversation it is in; an empty status removes it."""
    loading = call.args.get("loading_messages") or []
    if len(loading) > MOST_LOADING:
        raise invalid_arguments(f"must have at most {MOST_LOADING} items [json-pointer:/loading_messages]")
    thread = _thread(call, _channel(call), call.text("thread_ts"))
    thread.status, thread.loading_messages = call.text("status"), loading
    thread.status_until = call.workspace.now() + agents.STATUS_SECONDS
    agents.tell(call.workspace, thread)
    return {}


def set_title(call: Call) -> Json:
    """Set the title of a thread in the person's history with the agent."""
    channel = _channel(call)
    thread = _thread(call, channel, call.text("thread_ts"))
    if channel.kind != DIRECT:
        raise SlackError("invalid_thread_ts")
    _name(call, channel, thread, call.text("title"))
    return {}


def _name(call: Call, channel: Channel, thread: AgentThread, title: str) -> None:
    thread.title = title
    root = channel.messages.get(thread.ts)
    if root is not None and root.subtype == ROOT:
        extra = {ROOT: {"title": title, "title_blocks": [], "artifacts": []}}
        posting.edit(call.workspace, channel, root, call.user, text=title, extra=extra)
    agents.tell(call.workspace, thread)


def set_prompts(call: Call) -> Json:
    """Suggest up to four prompts to the person, in a thread or in the whole conversation."""
    channel = _channel(call)
    prompts = call.args["prompts"]
    if isinstance(prompts, Unreadable) or not isinstance(prompts, list) or not all(map(_is_prompt, prompts)):
        raise invalid_arguments("must be a list of objects with title and message [json-pointer:/prompts]")
    if len(prompts) > MOST_PROMPTS:
        raise invalid_arguments(f"must have at most {MOST_PROMPTS} items [json-pointer:/prompts]")
    ts = call.text("thread_ts")
    if ts and call.app.manifest.agent_view and not call.app.manifest.assistant_view:
        return {}  # Slack says that this fails silently: an agent's prompts belong to no thread
    thread = _thread(call, channel, ts) if ts else agents.thread_of(call.workspace, channel, "", call.app.id)
    thread.prompts, thread.prompts_title = prompts, call.text("title")
    agents.tell(call.workspace, thread)
    return {}


def _is_prompt(prompt: Any) -> bool:
    return isinstance(prompt, dict) and all(isinstance(prompt.get(name), str) for name in ("title", "message"))


def set_session(call: Call) -> Json:
    """Set the status of the agent's session in a thread; the first call starts the session."""
    if not call.app.manifest.agent_view:
        raise invalid_arguments("only an app that is declared as an agent (features.agent_view) has sessions")
    if call.text("status") not in SESSION:
        raise invalid_arguments(f"must be one of: {', '.join(SESSION)} [json-pointer:/status]")
    title = _title(call) if call.args.get("title") is not None else ""
    channel = _channel(call)
    thread = _thread(call, channel, call.text("thread_ts"))
    if thread.session is None and title:
        thread.title = title
    thread.session = call.text("status")
    thread.user = thread.user or call.text("initiator_user_id")
    agents.tell(call.workspace, thread)
    answer: Json = {"status": thread.session, "title": thread.title}
    if thread.session == "processing" and not call.app.hears("agent_session_stopped"):
        missing = "missing_agent_session_stopped_event_subscription"
        answer |= {"warning": missing, "response_metadata": {"warnings": [missing]}}
    return answer


def rename_session(call: Call) -> Json:
    """Set the title of an agent's session."""
    title = _title(call)
    channel = _channel(call)
    thread = call.workspace.threads.get((channel.id, call.text("thread_ts")))
    if thread is None or thread.session is None:
        raise SlackError("invalid_thread_ts")
    _name(call, channel, thread, title)
    return {"title": title}


def _title(call: Call) -> str:
    title = call.text("title")
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise invalid_arguments(f"must be between 1 and {LONGEST_TITLE} characters [json-pointer:/title]")
    return title


def _channel(call: Call) -> Channel:
    """Return the conversation of the thread; the agent has to be in it."""
    channel = call.find_channel(call.text("channel_id"))
    if call.user not in channel.members:
        raise SlackError("channel_not_found")
    return channel


def _thread(call: Call, channel: Channel, ts: str) -> AgentThread:
    """Return the thread that starts at a message; a reply does not start one."""
    root = channel.messages.get(ts)
    if root is None or root.is_reply:
        raise SlackError("invalid_thread_ts")
    return agents.thread_of(call.workspace, channel, ts, call.app.id)


HANDLERS = {
    "agents.sessions.rename": rename_session,
    "agents.sessions.setStatus": set_session,
    "assistant.threads.setStatus": set_status,
    "assistant.threads.setSuggestedPrompts": set_prompts,
    "assistant.threads.setTitle": set_title,
}
