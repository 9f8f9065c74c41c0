"""A real IMAP server (pymap) on loopback, with a mailbox that mails can be put into."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from imap_tools import MailBoxUnencrypted

USER, PASSWORD = "answers", "s3cret"
_PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Mailbox:
    """A mailbox as its owner reaches it."""

    port: int

    @property
    def url(self) -> str:
        """Return its address as the settings have it."""
        return f"imap://{USER}:{PASSWORD}@127.0.0.1:{self.port}/INBOX?tls=none"

    def put(self, mail: EmailMessage) -> None:
        """Deliver a mail."""
        with self._opened() as box:
            box.append(mail.as_bytes(), "INBOX")

    def unread(self) -> int:
        """Return how many mails are unread."""
        with self._opened() as box:
            return len(box.uids("UNSEEN"))

    @contextmanager
    def _opened(self) -> Iterator[MailBoxUnencrypted]:
        box = MailBoxUnencrypted("127.0.0.1", self.port, timeout=10)
        box.login(USER, PASSWORD)
        try:
            yield box
        finally:
            box.logout()


@contextmanager
def imap_server() -> Iterator[Mailbox]:
    """Run a server with a mailbox in memory. It holds two unread mails that are none of ours."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    program = Path(sys.executable).parent / "pymap"
    words = ["--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    without = ["--no-service", "admin", "--no-service", "managesieve"]
    demo = ["dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
    with subprocess.Popen(  # noqa: S603 - ours
        [program, *without, *words, *demo], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait_for(port)
            yield Mailbox(port)
        finally:
            server.kill()


def _wait_for(port: int) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError("the IMAP server did not start")
