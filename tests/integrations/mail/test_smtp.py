"""Mail goes to a real SMTP server: encrypted, refused, greylisted, slow, lost; nothing breaks out of a header."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import policy

import pytest

from bot.clock import ManualClock
from bot.errors import Ambiguous, Blocked, OutsideError, Permanent
from bot.integrations.mail import smtp
from bot.integrations.mail.addresses import sender
from bot.integrations.mail.composing import compose
from bot.integrations.mail.servers import imap_server, smtp_server
from bot.integrations.mail.smtp import SmtpMailer
from bot.policy.addresses import mail_address
from bot.ports.mailer import Mail
from tests.support.mail_server import MailServer, certificate_for_localhost, mail_server

NOW = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
FROM = sender("Escalate <escalate@example.com>")
MAIL = Mail(
    recipient="security@example.com",
    subject="ESC-1",
    text="We need you.\n",
    html="<p>We need <b>you</b>.</p>",
    message_id="esc-1.m7",
    thread=("esc-1.m3", "esc-1.m5"),
    copies=("success@example.com",),
    reply_to="esc-1+abcdef@answers.example.com",
)


def mailer(url: str, context: ssl.SSLContext | None = None) -> SmtpMailer:
    return SmtpMailer(smtp_server(url), FROM, ManualClock(NOW), context)


@asynccontextmanager
async def plain() -> AsyncIterator[tuple[MailServer, SmtpMailer]]:
    async with mail_server() as server:
        yield server, mailer(f"smtp://127.0.0.1:{server.port}?tls=none")


async def failing(sending: SmtpMailer) -> OutsideError:
    with pytest.raises(OutsideError) as caught:
        await sending.send(MAIL)
    return caught.value


async def test_a_mail_arrives_with_both_texts_its_thread_and_its_address_for_answers() -> None:
    async with plain() as (server, sending):
        await sending.send(MAIL)
        [found] = server.delivered
    assert (found.sender, found.recipients) == ("escalate@example.com", ("security@example.com",))
    assert found.text == "We need you.\n"
    assert found.html == "<p>We need <b>you</b>.</p>\n"
    assert {name: str(found.message[name]) for name in ("From", "To", "Cc", "Reply-To", "Message-ID", "Date")} == {
        "From": "Escalate <escalate@example.com>",
        "To": "security@example.com",
        "Cc": "success@example.com",
        "Reply-To": "esc-1+abcdef@answers.example.com",
        "Message-ID": "<esc-1.m7@example.com>",
        "Date": "Fri, 06 Mar 2026 15:00:00 +0000",
    }
    assert found.message["In-Reply-To"] == "<esc-1.m5@example.com>"
    assert found.message["References"] == "<esc-1.m3@example.com> <esc-1.m5@example.com>"
    assert found.message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("way", ["starttls", "tls"])
async def test_a_mail_and_the_password_are_encrypted(way: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    certificate = certificate_for_localhost(tmp_path_factory.getbasetemp())
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with mail_server(tls=way, certificate=certificate, needs_login=True) as server:
        url = f"smtp://escalate:se%3Acr%40t@localhost:{server.port}?tls={way}"
        await mailer(url, trusting).send(MAIL)
        assert len(server.delivered) == 1
        wrong = await failing(mailer(url.replace("se%3A", "no"), trusting))
        assert (type(wrong), wrong.code) == (Blocked, "the mail server refused our login (535)")
        strange = await failing(mailer(url))
        assert (type(strange), strange.code) == (Blocked, "the mail server's certificate isn't valid")
        assert len(server.delivered) == 1


async def test_a_server_without_tls_gets_nothing_unless_the_settings_say_so() -> None:
    async with mail_server() as server:
        error = await failing(mailer(f"smtp://127.0.0.1:{server.port}"))
        assert (type(error), error.code) == (Blocked, "the mail server offers no TLS")
        assert server.delivered == []


async def test_what_is_refused_for_good_is_told_from_what_may_come_through_later() -> None:
    async with plain() as (server, sending):
        server.refusals = {"security@example.com": "550 5.1.1 <security@example.com>: no such\r\n user"}
        assert type(await failing(sending)) is Permanent
        assert "security@" not in (await failing(sending)).code
        server.refusals = {"*data": "554 5.7.1 looks like spam"}
        error = await failing(sending)
        assert (type(error), error.code) == (Permanent, "554 5.7.1 looks like spam")
        server.refusals = {"*": "452 4.2.2 mailbox full"}
        error = await failing(sending)
        assert (type(error), error.code) == (Blocked, "452 4.2.2 mailbox full")
        server.refusals = {"*": "530 5.7.0 Authentication required"}
        assert type(await failing(sending)) is Blocked


async def test_a_greylisted_mail_is_taken_at_the_next_attempt() -> None:
    async with plain() as (server, sending):
        server.greylists = True
        error = await failing(sending)
        assert (type(error), error.code) == (Blocked, "450 4.2.0 Greylisted, try again in 5 minutes")
        await sending.send(MAIL)
        assert len(server.delivered) == 1


async def test_a_server_that_says_nothing_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "_ANSWER_SECONDS", 0.05)
    async with plain() as (server, sending):
        server.hangs = asyncio.Event()
        error = await failing(sending)
        assert (type(error), error.code) == (Ambiguous, "the mail server's answer was lost")
        server.hangs.set()


async def test_a_lost_answer_is_in_doubt_and_the_repetition_has_the_same_id() -> None:
    async with plain() as (server, sending):
        server.hang_ups_after_text = 1
        assert type(await failing(sending)) is Ambiguous
        await sending.send(MAIL)
        first, second = server.delivered
    assert first.message["Message-ID"] == second.message["Message-ID"]


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    async with mail_server() as server:
        port = server.port
    error = await failing(mailer(f"smtp://127.0.0.1:{port}?tls=none"))
    assert (type(error), error.code) == (Blocked, "the mail server doesn't answer")


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x00", "\u2028", "\x0b", "\x85"])
def test_nothing_that_is_typed_becomes_a_header(break_: str) -> None:
    typed = f"Acme{break_}Bcc: thief@example.net{break_}{break_}<b>hello"
    mail = Mail(recipient="security@example.com", subject=typed, text=typed, html=typed, message_id="m1")
    raw = compose(mail, FROM, NOW).as_bytes(policy=policy.SMTP)
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert not any(line.lower().startswith(b"bcc") for line in head.splitlines())
    assert compose(mail, FROM, NOW)["Bcc"] is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "security",
        "@example.com",
        "a@b@example.com",
        "security@example.com, thief@example.net",
        "security@example.com\r\nBcc: thief@example.net",
        "security@example.com>\r\nDATA",
        "Security <security@example.com>",
        "se curity@example.com",
        "security@-example-.com",
        f"{'a' * 65}@example.com",
        f"a@{'b' * 300}.com",
    ],
)
async def test_an_address_that_is_none_is_never_written_to(address: str) -> None:
    assert mail_address(address) is None
    async with plain() as (server, sending):
        with pytest.raises(Permanent):
            await sending.send(Mail(recipient=address, subject="x", text="x", message_id="m1"))
        assert server.delivered == []


def test_an_address_with_letters_beyond_ascii_in_its_host_is_written_as_the_wire_has_it() -> None:
    assert mail_address("hilfe@Müller.example") == "hilfe@xn--mller-kva.example"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("smtp://mail.example.com", ("mail.example.com", 587, "starttls", None)),
        ("smtps://mail.example.com", ("mail.example.com", 465, "tls", None)),
        ("smtp://u:p@mail.example.com:2525?tls=none", ("mail.example.com", 2525, "none", "u")),
        ("smtp://mail.example.com?tls=tls", ("mail.example.com", 465, "tls", None)),
    ],
)
def test_the_address_of_a_server_says_how_it_is_reached(url: str, shown: tuple[object, ...]) -> None:
    found = smtp_server(url)
    assert (found.host, found.port, found.tls.value, found.user) == shown


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.com",
        "https://mail.example.com",
        "smtp://",
        "smtp://user@mail.example.com",
        "smtp://mail.example.com:port",
        "smtp://mail.example.com?tls=yes",
        "smtp://mail.example.com?ssl=1",
        "smtp://u:very-secret@mail.example.com?tls=yes",
    ],
)
def test_a_server_that_cannot_be_used_is_named_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"write|tls") as caught:
        smtp_server(url)
    assert "very-secret" not in str(caught.value)


def test_a_mailbox_is_read_as_somebody() -> None:
    found = imap_server("imaps://escalate%40example.com:p@imap.example.com/Answers")
    assert (found.host, found.port, found.tls.value, found.user, found.path) == (
        "imap.example.com",
        993,
        "tls",
        "escalate@example.com",
        "Answers",
    )
    assert "p" not in repr(found).split("password")[-1][:3]
    with pytest.raises(ValueError, match="write a user"):
        imap_server("imaps://imap.example.com")
