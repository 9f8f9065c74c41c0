"""Test controls: faults, the clock, connections, reset."""

from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from sandbox.api.limits import Limits
from sandbox.clock import Clock
from sandbox.control.control_call import ControlCall
from sandbox.delivery.courier import EVENTS, Courier, Parcel
from sandbox.delivery.responses import Responses
from sandbox.delivery.sockets import GRACE, Sockets
from sandbox.errors import Misuse
from sandbox.faults import Faults
from sandbox.ids import secret
from sandbox.state.workspace import Workspace

Json = dict[str, Any]

EARLIEST = 1_000_000_000
"""The clock can't be set before September 2001: a `ts` has ten digits before its dot."""

MOST_FORWARD = 31 * 86_400
"""The most seconds of one forward call."""

REASONS = ("warning", "refresh_requested", "link_disabled", "drop")


@dataclass(frozen=True)
class Machinery:
    """The test controls of the sandbox."""

    workspace: Workspace
    clock: Clock
    faults: Faults
    limits: Limits
    sockets: Sockets
    responses: Responses
    courier: Courier

    def list_faults(self, call: ControlCall) -> Json:
        """List the active faults."""
        call.only()
        return {"faults": self.faults.as_json()}

    async def add_fault(self, call: ControlCall) -> Json:
        """Add a fault; `disconnect` without a `delivery` closes every socket at once."""
        if call.given.get("kind") == "disconnect" and "delivery" not in call.given:
            call.only("kind", "times")
            return {"fault": None, "dropped": await self.sockets.retire("drop")}
        fault = self.faults.add(call.given)
        self.workspace.changes.tell("faults", faults=self.faults.as_json())
        return {"fault": fault.as_json()}

    def clear_faults(self, call: ControlCall) -> Json:
        """Remove one fault by `id`, or all."""
        call.only("id")
        found = call.number("id")
        self.faults.clear(None if found is None else int(found))
        self.workspace.changes.tell("faults", faults=self.faults.as_json())
        return {"faults": self.faults.as_json()}

    def tell_time(self, call: ControlCall) -> Json:
        """Return the time and the clock's speed."""
        call.only()
        return self.clock.as_json()

    def set_clock(self, call: ControlCall) -> Json:
        """Set the clock, its speed, or both; return the time."""
        call.only("now", "speed")
        now, speed = call.number("now"), call.number("speed")
        if now is not None and now < EARLIEST:
            raise Misuse("too_early", f"the clock is Unix seconds, {EARLIEST} at least")
        if speed is not None and speed < 0:
            raise Misuse("backwards", "the clock does not run backwards; set `now` instead")
        self.clock.set(now=now, speed=speed)
        return self._told_time()

    async def forward(self, call: ControlCall) -> Json:
        """Move time on; return the time once all that was due on the way has happened."""
        call.only("seconds")
        seconds = call.number("seconds")
        if seconds is None or not 0 < seconds <= MOST_FORWARD:
            raise Misuse("no_length", f"'seconds' is how far to go, {MOST_FORWARD} at most")
        return await self.let_pass(seconds)

    async def let_pass(self, seconds: float, *, is_shown: bool = True) -> Json:
        """Move time on, and report each stop to the page, which shows how far it is if it `is_shown`."""
        try:
            async with aclosing(self.clock.forward(seconds, is_shown=is_shown)) as times:
                async for _ in times:
                    self._told_time()
        finally:
            told = self._told_time()
        return told

    def _told_time(self) -> Json:
        told = self.clock.as_json()
        self.workspace.changes.tell("clock", **told)
        return told

    def reset(self, call: ControlCall) -> Json:
        """Reset to the workspace file: no messages, no faults, full rate limits, the machine's time."""
        call.only()
        self.faults.clear()
        self.limits.clear()
        self.responses.clear()
        self.clock.reset()
        self.workspace.reset()
        return {"ok": True}

    def connections(self, call: ControlCall) -> Json:
        """List the Socket Mode connections."""
        call.only()
        return {
            "connections": [
                {"number": s.number, "app": s.app.id, "waiting": len(s.waiting), "retiring": s.retiring}
                for s in self.sockets.all()
            ]
        }

    async def verify(self, call: ControlCall) -> Json:
        """Send a url_verification challenge, as Slack does when an events URL is saved, and check the response."""
        call.only("app")
        app = call.app()
        if not app.events_url:
            raise Misuse("no_url", f"{app.manifest.name} has no address for events; it uses Socket Mode")
        challenge = secret(32)
        payload = {"token": app.verification_token, "challenge": challenge, "type": "url_verification"}
        receipt = await self.courier.deliver(Parcel(app, EVENTS, "url_verification", payload))
        answered = receipt.body.get("challenge") if isinstance(receipt.body, dict) else receipt.body
        return {"verified": receipt.acknowledged and answered == challenge, "status": receipt.status}

    async def retire(self, call: ControlCall) -> Json:
        """Recycle the connections as Slack does: warn, close, or drop them."""
        call.only("reason", "grace")
        grace = call.number("grace")
        reason = call.text("reason")
        if reason not in REASONS:
            raise Misuse("unknown_reason", f"a reason is one of {', '.join(REASONS)}; not {reason!r}")
        return {"connections": await self.sockets.retire(reason, GRACE if grace is None else grace)}
