"""Agents: their threads with people, their status while they work, and streamed messages."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.state.channels import Channel
    from sandbox.state.messages import Message
    from sandbox.state.workspace import Workspace

Json = dict[str, Any]

STATUS_SECONDS = 120
"""Seconds on the sandbox's clock after which a status expires."""

ROOT = "assistant_app_thread"
"""The subtype of the message with which Slack starts an assistant's thread."""

IN_PROGRESS, COMPLETED, STOPPED = "in_progress", "completed", "stopped_by_user"


@dataclass
class AgentThread:
    """A thread with an agent. `ts` is empty for settings of a whole conversation.

    `context` is the channel the person has in view, `session` the status of the agent's session in the thread:
    `processing`, `active`, `suspended` or `closed`.
    """

    channel: str
    ts: str
    app_id: str
    user: str = ""
    title: str = ""
    context: str | None = None
    prompts: list[Json] = field(default_factory=list)
    prompts_title: str = ""
    status: str = ""
    loading_messages: list[str] = field(default_factory=list)
    status_until: float = 0.0
    session: str | None = None

    def as_json(self, now: float) -> Json:
        """Return it as JSON for the control API, without a status that has expired."""
        written = {name: value for name, value in vars(self).items() if name != "status_until"}
        return written if now < self.status_until else written | {"status": "", "loading_messages": []}


@dataclass
class Streaming:
    """The content of a streamed message so far, as blocks."""

    display: str
    blocks: list[Json] = field(default_factory=list)
    title: str = ""

    @property
    def text(self) -> str:
        """Return only the text."""
        return "".join(block["text"] for block in self.blocks if block["type"] == "markdown")

    def say(self, text: str) -> None:
        """Append text."""
        if self.blocks and self.blocks[-1]["type"] == "markdown":
            self.blocks[-1] = self.blocks[-1] | {"text": self.blocks[-1]["text"] + text}
        else:
            self.blocks.append({"type": "markdown", "text": text})

    def task(self, chunk: Json) -> None:
        """Add or update a task: as a card, or as a line of the plan."""
        card = {"type": "task_card", "task_id": chunk["id"], "title": chunk["title"], "status": chunk["status"]}
        card |= {name: _rich(chunk[name]) for name in ("details", "output") if chunk.get(name)}
        if chunk.get("sources"):
            card["sources"] = chunk["sources"]
        if self.display == "plan":
            tasks = _with(self._plan()["tasks"], card)
            self.blocks = [block | {"tasks": tasks} if block["type"] == "plan" else block for block in self.blocks]
        else:
            self.blocks = _with(self.blocks, card)

    def name_plan(self, title: str) -> None:
        """Set the plan's title."""
        self.title = title
        if self.display == "plan":
            self._plan()
        self.blocks = [block | {"title": title} if block["type"] == "plan" else block for block in self.blocks]

    def _plan(self) -> Json:
        plan = next((block for block in self.blocks if block["type"] == "plan"), None)
        if plan is None:
            plan = {"type": "plan", "title": self.title or "Plan", "tasks": []}
            self.blocks.append(plan)
        return plan


def _with(cards: list[Json], card: Json) -> list[Json]:
    """Return the cards with the task's card replaced or appended."""
    if any(other.get("task_id") == card["task_id"] for other in cards):
        return [other | card if other.get("task_id") == card["task_id"] else other for other in cards]
    return [*cards, card]


def _rich(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def thread_of(workspace: "Workspace", channel: "Channel", ts: str, app_id: str) -> AgentThread:
    """Return the record of a thread, creating it if there is none."""
    return workspace.threads.setdefault((channel.id, ts), AgentThread(channel.id, ts, app_id))


def tell(workspace: "Workspace", thread: AgentThread) -> None:
    """Announce that a thread's display changed."""
    workspace.changes.tell("agent_thread_changed", thread=thread.as_json(workspace.now()))


def answered(workspace: "Workspace", channel: "Channel", message: "Message") -> None:
    """Clear the status after the agent posted in the thread."""
    thread = workspace.threads.get((channel.id, message.thread_ts or ""))
    if thread is not None and thread.app_id == message.app_id and thread.status:
        thread.status, thread.loading_messages = "", []
        tell(workspace, thread)


def streams(workspace: "Workspace", channel: "Channel", thread_ts: str, app_id: str) -> "list[Message]":
    """Return the messages an app is streaming in a thread now."""
    return [
        message
        for message in channel.messages
        if (message.thread_ts, message.app_id) == (thread_ts, app_id)
        and message.extra.get("streaming_state") == IN_PROGRESS
        and (channel.id, message.ts) in workspace.streams
    ]
