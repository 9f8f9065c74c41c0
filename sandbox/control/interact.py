"""The common part of all interactions: the app, the trigger, the acknowledgement."""

from dataclasses import dataclass
from typing import Any

from sandbox.apps import App
from sandbox.delivery.courier import INTERACTIVE, Courier, Parcel, Receipt
from sandbox.delivery.events import Events
from sandbox.delivery.responses import Responses
from sandbox.state.workspace import Workspace

Json = dict[str, Any]


@dataclass(frozen=True)
class Interactions:
    """The parts that interactions need: the workspace, its apps, and the response_urls."""

    workspace: Workspace
    courier: Courier
    responses: Responses
    events: Events

    async def interact(self, app: App, payload: Json, name: str | None = None) -> Receipt:
        """Send an interaction to its app and wait for the acknowledgement; sends nothing if interactivity is off."""
        if not app.manifest.interactive:
            return Receipt(failure="interactivity_disabled")
        return await self.courier.deliver(Parcel(app, INTERACTIVE, name or payload["type"], payload))


def told(receipt: Receipt) -> Json:
    """Return the control call's response for an acknowledgement."""
    if receipt.status is None:
        return {"timeout": True, "failure": receipt.failure}
    return {"ack": receipt.body, "status": receipt.status}
