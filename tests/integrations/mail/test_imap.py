"""A real mailbox: what can't be taken holds up no other mail, and a server that was away is read when it is back."""

import asyncio
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from bot.integrations.mail import parsing
from bot.integrations.mail.imap import ImapInbox
from bot.integrations.mail.servers import imap_server as read_address
from bot.ports.inbox import IncomingMail
from tests.support.imap_server import Mailbox, imap_server


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with imap_server() as running:
        yield running


class Taker:
    """Takes mails, but for those whose subject it was told to fail on."""

    def __init__(self, *failing: str) -> None:
        self.failing = set(failing)
        self.taken: list[str] = []

    async def take(self, mail: IncomingMail) -> None:
        if mail.text.strip() in self.failing:
            raise RuntimeError(mail.text)
        self.taken.append(mail.text.strip())


def letter(words: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = (
        "fay@example.com",
        "esc-1@answers.example.com",
        f"<{words}@x.example>",
    )
    mail.set_content(words)
    return mail


async def test_a_mail_that_cannot_be_taken_stays_unread_and_holds_up_no_other(mailbox: Mailbox) -> None:
    taker = Taker("second")
    inbox = ImapInbox(read_address(mailbox.url), taker.take)
    await inbox.look()  # the two mails that are there at first
    taker.taken.clear()
    for words in ("first", "second", "third"):
        await asyncio.to_thread(mailbox.put, letter(words))
    assert await inbox.look() == 2
    assert taker.taken == ["first", "third"]
    assert await asyncio.to_thread(mailbox.unread) == 1
    taker.failing.clear()
    assert await inbox.look() == 1
    assert taker.taken == ["first", "third", "second"]


async def test_a_mail_that_can_never_be_read_is_not_tried_for_ever(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parsing, "_SECONDS", 0.3)
    taker = Taker()
    inbox = ImapInbox(read_address(mailbox.url), taker.take)
    await inbox.look()
    taker.taken.clear()
    poison = letter("poison")
    poison.set_content("<a " * 100_000, subtype="html")
    for mail in (poison, letter("next")):
        await asyncio.to_thread(mailbox.put, mail)
    await inbox.look()
    assert taker.taken == ["next"]
    assert await asyncio.to_thread(mailbox.unread) == 0


async def test_what_came_while_the_server_was_away_is_read_when_it_is_back(mailbox: Mailbox) -> None:
    taker = Taker()
    away = read_address(mailbox.url.replace(str(mailbox.port), "1"))
    inbox = ImapInbox(away, taker.take)
    with pytest.raises(ConnectionRefusedError):
        await inbox.look()
    for count in range(60):
        await asyncio.to_thread(mailbox.put, letter(f"mail {count}"))
    inbox.server = read_address(mailbox.url)
    assert await inbox.look() + await inbox.look() == 62
    assert taker.taken[-60:] == [f"mail {count}" for count in range(60)], "in their order, none of them twice"
    assert await inbox.look() == 0
