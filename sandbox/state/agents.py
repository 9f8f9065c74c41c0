"""Agents: their threads with people, what they show while they work, and messages that are written bit by bit."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.state.channels import Channel
    from sandbox.state.messages import Message
    from sandbox.state.workspace import Workspace

Json = dict[str, Any]

STATUS_SECONDS = 120
"""Seconds, by the sandbox's clock, after which a status goes away by itself."""

ROOT = "assistant_app_thread"
"""The subtype of the message that Slack begins an assistant's thread with."""

IN_PROGRESS, COMPLETED, STOPPED = "in_progress", "completed", "stopped_by_user"


@dataclass
class AgentThread:
    """A thread with an agent. `ts` is empty where something is set for a whole conversation.

    `context` is the channel that the person has before them, `session` the status of the agent's session in the
    thread: `processing`, `active`, `suspended` or `closed`.
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
        """Write it for the control API; a status that has lasted too long is gone."""
        written = {name: value for name, value in vars(self).items() if name != "status_until"}
        return written if now < self.status_until else written | {"status": "", "loading_messages": []}


@dataclass
class Streaming:
    """What a message that is being written consists of so far, as the blocks that show it."""

    display: str
    blocks: list[Json] = field(default_factory=list)
    title: str = ""

    @property
    def text(self) -> str:
        """Return the text alone."""
        return "".join(block["text"] for block in self.blocks if block["type"] == "markdown")

    def say(self, text: str) -> None:
        """Go on with the text."""
        if self.blocks and self.blocks[-1]["type"] == "markdown":
            self.blocks[-1] = self.blocks[-1] | {"text": self.blocks[-1]["text"] + text}
        else:
            self.blocks.append({"type": "markdown", "text": text})

    def task(self, chunk: Json) -> None:
        """Show a task, or how it stands now: as a card, or as a line of the plan."""
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
        """Give the plan its title."""
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
    """Put a card in the place of an earlier one of the same task, or at the end."""
    if any(other.get("task_id") == card["task_id"] for other in cards):
        return [other | card if other.get("task_id") == card["task_id"] else other for other in cards]
    return [*cards, card]


def _rich(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def thread_of(workspace: "Workspace", channel: "Channel", ts: str, app_id: str) -> AgentThread:
    """Return what is kept of a thread, begun if need be."""
    return workspace.threads.setdefault((channel.id, ts), AgentThread(channel.id, ts, app_id))


def tell(workspace: "Workspace", thread: AgentThread) -> None:
    """Announce that a thread is shown otherwise now."""
    workspace.changes.tell("agent_thread_changed", thread=thread.as_json(workspace.now()))


def answered(workspace: "Workspace", channel: "Channel", message: "Message") -> None:
    """Take the status away once its agent has said something in the thread."""
    thread = workspace.threads.get((channel.id, message.thread_ts or ""))
    if thread is not None and thread.app_id == message.app_id and thread.status:
        thread.status, thread.loading_messages = "", []
        tell(workspace, thread)


def streams(workspace: "Workspace", channel: "Channel", thread_ts: str, app_id: str) -> "list[Message]":
    """Return the messages that an app is writing in a thread at this moment."""
    return [
        message
        for message in channel.messages
        if (message.thread_ts, message.app_id) == (thread_ts, app_id)
        and message.extra.get("streaming_state") == IN_PROGRESS
        and (channel.id, message.ts) in workspace.streams
    ]
