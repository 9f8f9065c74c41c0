"""Requests that check their lease when they are written, not only when they are made.

Between the two a request waits for a connection and for its turn in the event loop. A process that freezes there would
send it when it wakes, although another process has sent it meanwhile.
"""

from typing import Any

import aiohttp

from bot.ports.leases import LeaseLostError, require_lease


class LeasedRequest(aiohttp.ClientRequest):
    """A request that raises LeaseLostError instead of being written if its lease is over. See `bot.ports.leases`."""

    async def send(self, conn: Any) -> aiohttp.ClientResponse:
        """Write the request. One without a body is written here, one with a body in a task of its own."""
        require_lease()
        return await super().send(conn)

    async def write_bytes(self, writer: Any, conn: Any, content_length: int | None = None) -> None:
        """Write the headers together with the body."""
        try:
            require_lease()
        except LeaseLostError as error:
            # No one awaits this task. The caller gets the error from the response.
            conn.protocol.set_exception(error)
            conn.close()
            return
        await super().write_bytes(writer, conn, content_length)
