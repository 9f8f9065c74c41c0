"""Stories with a mail server: a real one on loopback, whose mails are read here."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.mail_server import Delivered, MailServer, mail_server
from tests.support.story import Story
from tests.support.story import story as told

FROM = "Escalate <escalate@example.com>"


@dataclass
class MailStory:
    """A story whose bot can mail."""

    story: Story
    server: MailServer
    read: int = field(default=0)

    def mails(self, to: str | None = None) -> list[Delivered]:
        """Return the mails that arrived, all or those to one address."""
        return [mail for mail in self.server.delivered if to is None or to in mail.recipients]

    def only(self, to: str) -> Delivered:
        """Return the one mail to an address."""
        [mail] = self.mails(to)
        return mail

    def readers(self) -> list[str]:
        """Return who got mails, in alphabetical order."""
        return sorted(address for mail in self.server.delivered for address in mail.recipients)


@pytest.fixture
def post(database_url: str, folder: Path) -> Iterator[MailStory]:
    """Yield a story with mail."""
    stack = AsyncExitStack()
    with told(database_url, folder) as begun:
        server = begun.run(stack.enter_async_context(mail_server()))
        begun.restart(smtp_url=f"smtp://127.0.0.1:{server.port}?tls=none", mail_from=FROM)
        try:
            yield MailStory(begun, server)
        finally:
            begun.run(stack.aclose())
