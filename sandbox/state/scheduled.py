"""Messages that wait for their time."""

from dataclasses import dataclass

from sandbox.state.messages import Message


@dataclass
class Scheduled:
    """A message to be posted at `post_at`, in the sandbox's time; it gets its `ts` then."""

    id: str
    app_id: str
    channel: str
    post_at: int
    created: int
    message: Message
