"""Workflow steps that apps were asked to run."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Execution:
    """One run of an app's function: `running`, `succeeded` or `failed`.

    `token` was made for it: what the app posts with it belongs to the step. `ended_at` is when the app ended it.
    """

    id: str
    app_id: str
    callback_id: str
    inputs: Json
    status: str = "running"
    outputs: Json = field(default_factory=dict)
    error: str = ""
    token: str = field(default="", repr=False)
    ended_at: float | None = None

    def as_json(self) -> Json:
        """Return it as JSON for the control API, without the token."""
        return {name: value for name, value in vars(self).items() if name not in ("token", "ended_at")}
