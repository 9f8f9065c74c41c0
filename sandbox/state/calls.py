"""Calls held in other products, as apps register them with Slack."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class VoiceCall:
    """A call. `users` are Slack users (`slack_id`) and others (`external_id`, `display_name`)."""

    id: str
    external_unique_id: str
    join_url: str
    created_by: str
    date_start: int
    external_display_id: str = ""
    desktop_app_join_url: str = ""
    title: str = ""
    users: list[Json] = field(default_factory=list)
    date_end: int = 0

    def as_json(self) -> Json:
        """Return it as Slack's JSON, without fields that were not given."""
        hidden = {"created_by"} | {name for name, value in vars(self).items() if value in ("", 0)}
        return {name: value for name, value in vars(self).items() if name not in hidden}
