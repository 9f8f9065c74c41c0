"""A real mail server (aiosmtpd) on loopback that keeps what it takes, and can be told to misbehave."""

import asyncio
import shutil
import ssl
import subprocess
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "escalate", "se:cr@t"


@dataclass(frozen=True)
class Delivered:
    """A mail as it was taken."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def text(self) -> str:
        """The plain text."""
        part = self.message.get_body(("plain",))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")

    @property
    def html(self) -> str:
        """The HTML."""
        part = self.message.get_body(("html",))
        assert part is not None
        return str(part.get_content()).replace("\r\n", "\n")


@dataclass
class MailServer:
    """Mails taken, and how the server answers: a code and words for a step ("RCPT", "DATA"), as often as given."""

    delivered: list[Delivered] = field(default_factory=list)
    # By the recipient's address; "*" is everybody.
    refusals: dict[str, str] = field(default_factory=dict)
    # Refused once for each mail and recipient, taken at the next attempt.
    greylists: bool = False
    hangs: asyncio.Event | None = None
    hang_ups_after_text: int = 0
    port: int = 0
    _seen: set[str] = field(default_factory=set)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own name
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        refusal = self.refusals.get(address) or self.refusals.get("*")
        if refusal:
            return refusal
        if self.greylists and address not in self._seen:
            self._seen.add(address)
            return "450 4.2.0 Greylisted, try again in 5 minutes"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        if self.hangs is not None:
            await self.hangs.wait()
        if "*data" in self.refusals:
            return self.refusals["*data"]
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, policy=policy.default)
        self.delivered.append(Delivered(envelope.mail_from or "", tuple(envelope.rcpt_tos), message))
        if self.hang_ups_after_text:
            self.hang_ups_after_text -= 1
            server.transport.abort()
        return "250 OK"


def _login(_server: Any, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


def _protocol(*arguments: Any, **options: Any) -> SMTP:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it advises against logins without STARTTLS
        return SMTP(*arguments, **options)


@asynccontextmanager
async def mail_server(
    *, tls: str = "none", certificate: Path | None = None, needs_login: bool = False
) -> AsyncIterator[MailServer]:
    """Run a server; with `tls` "starttls" or "tls" by the certificate."""
    found = MailServer()
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    factory: Callable[[], SMTP] = partial(
        _protocol,
        found,
        hostname="mail.example.com",
        tls_context=context if tls == "starttls" else None,
        require_starttls=tls == "starttls",
        authenticator=_login if needs_login else None,
        auth_required=needs_login,
        auth_require_tls=False,
        loop=asyncio.get_running_loop(),
    )
    server = await asyncio.get_running_loop().create_server(
        factory, "127.0.0.1", 0, ssl=context if tls == "tls" else None
    )
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()


@cache
def certificate_for_localhost(folder: Path) -> Path:
    """Make a certificate for `localhost` with its key, in one file; it is its own authority."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed, which makes the certificate")
    path = folder / "localhost.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    key = folder / "localhost.key"
    subprocess.run([openssl, *words, *names, "-keyout", key, "-out", path], check=True, capture_output=True)  # noqa: S603 - ours
    path.write_text(path.read_text() + key.read_text())
    return path
