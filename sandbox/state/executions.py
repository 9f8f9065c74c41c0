"""Steps of workflows that an app was asked to do."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass
class Execution:
    """One run of a function of an app: `running`, `succeeded` or `failed`."""

    id: str
    app_id: str
    callback_id: str
    inputs: Json
    status: str = "running"
    outputs: Json = field(default_factory=dict)
    error: str = ""

    def as_json(self) -> Json:
        """Write it for the control API."""
        return dict(vars(self))
