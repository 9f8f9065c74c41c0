"""Sends mail by SMTP, encrypted unless the settings say otherwise.

aiosmtplib is imported at the first mail, because most processes never send one.
"""

import asyncio
import contextlib
import re
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import policy
from email.headerregistry import Address
from typing import TYPE_CHECKING, Final

from bot.clock import Clock
from bot.errors import Ambiguous, Blocked, OutsideError, Permanent
from bot.integrations.mail.composing import CALL, compose, required
from bot.integrations.mail.servers import MailServer, Tls
from bot.ports.leases import require_lease
from bot.ports.mailer import Mail

if TYPE_CHECKING:
    from aiosmtplib import SMTP

# An answer to one command. The whole delivery ends before the scheduler's own deadline (40 s).
_ANSWER_SECONDS: Final = 10
_WHOLE_SECONDS: Final = 30
_LONGEST_REASON: Final = 160
_PERMANENT: Final = 500
# Codes that concern the account or the server, not the one mail: somebody has to correct the settings.
_ACCOUNT: Final = (530, 534, 535, 538)


@dataclass(frozen=True)
class SmtpMailer:
    """Hands mails to one server, each over a connection of its own."""

    server: MailServer
    sender: Address
    clock: Clock
    tls_context: ssl.SSLContext | None = field(default=None, repr=False)

    async def send(self, mail: Mail) -> None:
        """Hand one mail to the server. See `bot.ports.mailer.Mailer`."""
        recipient = required(mail.recipient)
        content = compose(mail, self.sender, self.clock.now()).as_bytes(policy=policy.SMTP)
        sending = _Progress()
        async with _explained(sending), asyncio.timeout(_WHOLE_SECONDS), self._connected() as client:
            await client.mail(self.sender.addr_spec)
            await client.rcpt(recipient)
            require_lease()
            sending.text_is_out = True
            await client.data(content)
            sending.is_taken = True

    async def check(self) -> None:
        """Connect and log in. Raises OutsideError."""
        async with _explained(_Progress()), asyncio.timeout(_WHOLE_SECONDS), self._connected() as client:
            await client.noop()

    @contextlib.asynccontextmanager
    async def _connected(self) -> AsyncIterator["SMTP"]:
        from aiosmtplib import SMTP  # noqa: PLC0415 - see the module's docstring

        require_lease()
        context = self.tls_context
        if context is None and self.server.tls is not Tls.NONE:
            context = await asyncio.to_thread(ssl.create_default_context)  # reads the machine's certificates
        client = SMTP(
            hostname=self.server.host,
            port=self.server.port,
            timeout=_ANSWER_SECONDS,
            use_tls=self.server.tls is Tls.TLS,
            start_tls=False,  # done below, where a server that can't is told from one that doesn't answer
            tls_context=context,
            local_hostname=self.sender.domain,
        )
        try:
            await client.connect()
            await client.ehlo()
            if self.server.tls is Tls.STARTTLS:
                if not client.supports_extension("starttls"):
                    raise Blocked(CALL, "the mail server offers no TLS")
                await client.starttls()
                await client.ehlo()
            if self.server.user is not None and self.server.password is not None:
                await client.login(self.server.user, self.server.password)
            yield client
        finally:
            client.close()


@dataclass
class _Progress:
    """How far a delivery came."""

    text_is_out: bool = False
    is_taken: bool = False


@contextlib.asynccontextmanager
async def _explained(sending: _Progress) -> AsyncIterator[None]:
    """Turn errors of the connection, and answers of the server, into ours."""
    import aiosmtplib  # noqa: PLC0415 - see the module's docstring

    try:
        yield
    except aiosmtplib.SMTPRecipientsRefused as error:
        raise _refused(error.recipients[0].code, error.recipients[0].message) from error
    except aiosmtplib.SMTPAuthenticationError as error:
        # The password may be corrected: nothing is given up meanwhile.
        raise Blocked(CALL, f"the mail server refused our login ({error.code})") from error
    except aiosmtplib.SMTPResponseException as error:
        raise _refused(error.code, error.message) from error
    except aiosmtplib.SMTPNotSupported as error:
        raise Blocked(CALL, "the mail server offers no login") from error
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        if sending.is_taken:
            return
        raise _lost(error, sending) from error


def _refused(code: int, message: str) -> OutsideError:
    why = f"{code} {_said(message)}".strip()
    if code in _ACCOUNT:
        return Blocked(CALL, why)
    if code >= _PERMANENT:
        return Permanent(CALL, why)
    # Greylisting, a full mailbox, a server that is busy: 4xx means "try again later".
    return Blocked(CALL, why)


def _lost(error: Exception, sending: _Progress) -> OutsideError:
    if sending.text_is_out:
        return Ambiguous(CALL, "the mail server's answer was lost")
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return Blocked(CALL, "the mail server's certificate isn't valid")
    return Blocked(CALL, "the mail server doesn't answer")


def _said(message: str) -> str:
    """Return what the server said as one short line, without addresses."""
    line = " ".join(message.split())
    line = re.sub(r"[^\s<>]+@[^\s<>]+", "…", line)
    return line[:_LONGEST_REASON]
