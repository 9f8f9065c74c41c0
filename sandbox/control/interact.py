"""What all interactions of a person share: the app it goes to, the trigger, the answer."""

from dataclasses import dataclass
from typing import Any

from sandbox.apps import App
from sandbox.delivery.courier import INTERACTIVE, Courier, Parcel, Receipt
from sandbox.delivery.events import Events
from sandbox.delivery.responses import Responses
from sandbox.state.workspace import Workspace

Json = dict[str, Any]


@dataclass(frozen=True)
class Hands:
    """What a person's hands reach: the workspace, the apps behind it, and the doors they may answer at."""

    workspace: Workspace
    courier: Courier
    responses: Responses
    events: Events

    async def interact(self, app: App, payload: Json, name: str | None = None) -> Receipt:
        """Send an interaction to its app and wait for the acknowledgement; without interactivity none is sent."""
        if not app.manifest.interactive:
            return Receipt(failure="interactivity_disabled")
        return await self.courier.deliver(Parcel(app, INTERACTIVE, name or payload["type"], payload))


def told(receipt: Receipt) -> Json:
    """Return what a control call answers about an acknowledgement."""
    if receipt.status is None:
        return {"timeout": True, "failure": receipt.failure}
    return {"ack": receipt.body, "status": receipt.status}
