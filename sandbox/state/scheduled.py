"""Messages that wait for their time."""

from dataclasses import dataclass
from typing import Any


@dataclass
class Scheduled:
    """A message to be posted at `post_at`, in the sandbox's time; `draft` is what `chat.postMessage` would get."""

    id: str
    app_id: str
    channel: str
    post_at: int
    created: int
    draft: dict[str, Any]
