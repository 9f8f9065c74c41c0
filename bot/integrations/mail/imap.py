"""Reads answers from a mailbox by IMAP, now and then, in a thread of its own.

imap-tools is imported at the first look.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import structlog

from bot.integrations.mail.parsing import UnreadableMailError, parse_in_time
from bot.integrations.mail.servers import MailServer, Tls
from bot.ports.inbox import TakeMail

if TYPE_CHECKING:
    from imap_tools import BaseMailBox, MailMessage

_EVERY_SECONDS: Final = 20.0
_LONGEST_PAUSE_SECONDS: Final = 300.0
_ANSWER_SECONDS: Final = 15.0
_AT_ONCE: Final = 50
_FOLDER: Final = "INBOX"


@dataclass
class ImapInbox:
    """Looks for unread mails and hands them on; what was taken is marked as read."""

    server: MailServer
    take: TakeMail
    tls_context: ssl.SSLContext | None = None
    problem: str | None = None
    _looking: asyncio.Task[None] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start to look now and then."""
        self._looking = asyncio.create_task(self._look_always(), name="inbox")

    async def stop(self) -> None:
        """Stop looking."""
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking

    async def look(self) -> int:
        """Take what is unread; return how many mails that were. Raises OSError or what the library raises."""
        loop = asyncio.get_running_loop()

        async def take(raw: bytes) -> None:
            await self.take(await parse_in_time(raw))

        def hand_on(raw: bytes) -> None:
            asyncio.run_coroutine_threadsafe(take(raw), loop).result()

        return await asyncio.to_thread(self._look, hand_on)

    async def _look_always(self) -> None:
        pause = _EVERY_SECONDS
        while True:
            try:
                found = await self.look()
                self.problem, pause = None, _EVERY_SECONDS
                if found:
                    structlog.get_logger().info("mails read", count=found)
            except Exception as error:  # noqa: BLE001 - the next look must come, whatever the error
                self.problem = f"the mailbox can't be read ({type(error).__name__})"
                structlog.get_logger().warning("mailbox not read", error=type(error).__name__)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(pause)

    def _look(self, hand_on: Callable[[bytes], None]) -> int:
        with contextlib.closing(_Closing(self._mailbox())) as opened:
            box = opened.box
            box.login(self.server.user or "", self.server.password or "", initial_folder=self.server.path or _FOLDER)
            count, failed = 0, 0
            for message in box.fetch("UNSEEN", limit=_AT_ONCE, mark_seen=False):
                try:
                    hand_on(_raw(message))
                except UnreadableMailError as error:
                    # Left unread, it would be tried again for ever.
                    structlog.get_logger().warning("mail not readable", uid=message.uid, error=str(error))
                except Exception as error:  # noqa: BLE001 - one that can't be taken holds up no other
                    structlog.get_logger().warning("mail not taken", uid=message.uid, error=type(error).__name__)
                    failed += 1
                    continue
                if message.uid is not None:
                    box.flag(message.uid, r"\Seen", value=True)
                count += 1
            if failed and not count:
                raise _NothingTakenError(failed)
            return count

    def _mailbox(self) -> "BaseMailBox":
        from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted  # noqa: PLC0415 - see the module's docstring

        host, port = self.server.host, self.server.port
        match self.server.tls:
            case Tls.NONE:
                return MailBoxUnencrypted(host, port, timeout=_ANSWER_SECONDS)
            case Tls.TLS:
                return MailBox(host, port, timeout=_ANSWER_SECONDS, ssl_context=self._context())
            case Tls.STARTTLS:
                return MailBoxStartTls(host, port, timeout=_ANSWER_SECONDS, ssl_context=self._context())

    def _context(self) -> ssl.SSLContext:
        return self.tls_context or ssl.create_default_context()


def _raw(message: "MailMessage") -> bytes:
    try:
        return message.obj.as_bytes()
    except Exception as error:
        raise UnreadableMailError(type(error).__name__) from error


class _NothingTakenError(Exception):
    """None of the unread mails could be taken: they stay unread, and are tried again."""


@dataclass
class _Closing:
    """Logs out of a mailbox, whatever happened in it."""

    box: "BaseMailBox"

    def close(self) -> None:
        """Log out, and close the connection."""
        with contextlib.suppress(Exception):
            self.box.logout()
        with contextlib.suppress(Exception):
            self.box.client.shutdown()
