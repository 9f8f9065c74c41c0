"""The customer is asked in the channel that is shared with them, and answers on the same page."""

import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.stories.confirming.conftest import PUBLIC
from tests.stories.mail.conftest import FROM
from tests.stories.sending.conftest import CHANNELS, SHARED
from tests.support.mail_server import mail_server
from tests.support.story import WORKSPACE, Story
from tests.support.story import story as told

ACCOUNTS = f"name,csm,slack_channel\nGlobex,ana@example.com,{SHARED}\nInitech,ana@example.com,{SHARED}2\n"


@pytest.fixture
def shared(database_url: str, folder: Path) -> Iterator[Story]:
    stack = AsyncExitStack()
    with told(database_url, folder, workspace=WORKSPACE + CHANNELS, public_url=PUBLIC) as begun:
        server = begun.run(stack.enter_async_context(mail_server()))
        begun.restart(smtp_url=f"smtp://127.0.0.1:{server.port}?tls=none", mail_from=FROM)
        begun.program.services.account_import.load(ACCOUNTS.encode(), "accounts.csv")
        try:
            yield begun
        finally:
            begun.run(stack.aclose())


def link_in(story: Story) -> str:
    [post] = [message for message in story.messages(SHARED, "ana") if "Do the exports work" in message.text]
    found = re.search(rf"{re.escape(PUBLIC)}(/l/[^\"'\s]+)", str(post.raw["blocks"]))
    assert found is not None
    assert "Exports are down" not in str(post.raw), "our summary is for us"
    return found[1]


@pytest.mark.both_databases
def test_the_customer_is_asked_in_the_shared_channel_and_confirms(shared: Story) -> None:
    number = shared.declare(account="Globex", level="sev3")
    shared.menu("ana", "confirm", number, where="channel", words="Do the exports work again?")
    assert "asked the customer in the shared channel whether it's solved." in shared.last(number).text
    thanked = shared.browse("POST", link_in(shared), answer="yes", words="")
    assert "Thank you" in thanked.text
    confirmation = shared.facts(number).confirmation
    assert confirmation is not None
    assert confirmation.by == "someone in the shared channel"


def test_a_channel_that_is_not_shared_is_not_posted_in(shared: Story) -> None:
    number = shared.declare(account="Initech", level="sev3")
    shared.menu("ana", "confirm", number, where="channel", words="Do the exports work again?")
    assert "Couldn't post in the shared channel" in shared.direct("ana")[-1].text
    assert not any("Do the exports" in message.text for message in shared.messages(f"{SHARED}2", "ana"))
