"""Stories in which Escalate tells the customer: by mail to a real server, and in a channel shared with them."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.stories.mail.conftest import MailStory
from tests.support.mail_server import mail_server
from tests.support.story import WORKSPACE
from tests.support.story import story as told

FROM = "Escalate <escalate@example.com>"
DOMAIN = "answers.example.com"
JO, SAM = "jo@acme.example", "sam@acme.example"
SHARED = "C01ACMESHARED"
POLICY = """extends: sev
name: own
sending:
  routes: [mail, slack]
"""
CONTACTS = f"""name,csm,contacts,slack_channel
Acme,ana@example.com,{JO};{SAM},
Globex,ana@example.com,,{SHARED}
Initech,ana@example.com,bill@initech.example,{SHARED}2
"""
CHANNELS = f"""  - {{id: {SHARED}, name: ext-globex, members: [U01ANA, U0SANDBOX1], is_ext_shared: true}}
  - {{id: {SHARED}2, name: inside, members: [U01ANA, U0SANDBOX1]}}
"""


@pytest.fixture
def post(database_url: str, folder: Path) -> Iterator[MailStory]:
    """Yield a story on both databases."""
    yield from begun(database_url, folder)


@pytest.fixture
def sqlite_post(sqlite_url: str, folder: Path) -> Iterator[MailStory]:
    """Yield a story on SQLite, where the database makes no difference."""
    yield from begun(sqlite_url, folder)


def begun(url: str, folder: Path, policy: str = POLICY, **more: str) -> Iterator[MailStory]:
    """Yield a story whose policy sends, with contacts and shared channels."""
    (folder / "policy.yml").write_text(policy, encoding="utf-8")
    stack = AsyncExitStack()
    with told(url, folder, workspace=WORKSPACE + CHANNELS, policy=str(folder / "policy.yml")) as begun:
        server = begun.run(stack.enter_async_context(mail_server()))
        smtp = f"smtp://127.0.0.1:{server.port}?tls=none"
        begun.restart(smtp_url=smtp, mail_from=FROM, mail_answers=DOMAIN, mail_webhook_secret="between us", **more)
        begun.program.services.account_import.load(CONTACTS.encode(), "accounts.csv")
        begun.settle()
        try:
            yield MailStory(begun, server)
        finally:
            begun.run(stack.aclose())
