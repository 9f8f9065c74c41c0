"""Stories in which customers are asked: a real mail server on loopback, and a public address for the links."""

import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.stories.mail.conftest import FROM, MailStory
from tests.support.mail_server import Delivered, mail_server
from tests.support.story import story as told

PUBLIC = "https://escalate.example.com"
CONTACTS = "name,contacts\nAcme,jo@acme.example;sam@acme.example\n"


@pytest.fixture
def post(database_url: str, folder: Path) -> Iterator[MailStory]:
    """Yield a story with mail, in which Acme has two contacts."""
    stack = AsyncExitStack()
    with told(database_url, folder, public_url=PUBLIC) as begun:
        server = begun.run(stack.enter_async_context(mail_server()))
        begun.restart(smtp_url=f"smtp://127.0.0.1:{server.port}?tls=none", mail_from=FROM)
        begun.program.services.account_import.load(CONTACTS.encode(), "accounts.csv")
        try:
            yield MailStory(begun, server)
        finally:
            begun.run(stack.aclose())


def path_in(mail: Delivered) -> str:
    """Return where the link of a mail leads."""
    found = re.search(rf"{re.escape(PUBLIC)}(/l/\S+)", mail.text)
    assert found is not None, mail.text
    return found[1]
