"""Scheduled messages."""

from dataclasses import dataclass

from sandbox.state.messages import Message


@dataclass
class Scheduled:
    """A message to be posted at `post_at` on the sandbox's clock; it gets its `ts` then."""

    id: str
    app_id: str
    channel: str
    post_at: int
    created: int
    message: Message
