"""Mails are read however broken they are."""

import random

import pytest

from bot.integrations.mail.parsing import parse
from bot.ports.inbox import MailOrigin

HEAD = b"From: Fay <fay@example.com>\r\nTo: esc-1+abc@answers.example.com\r\nMessage-ID: <m1@example.com>\r\n"


def test_an_html_mail_is_read_as_its_words() -> None:
    raw = (
        HEAD + b"Content-Type: text/html\r\n\r\n<style>b{}</style><p>We're <b>on it</b>.</p><script>x()</script>ok&amp;"
    )
    mail = parse(raw)
    assert mail.text.split() == ["We're", "on", "it.", "ok&"]
    assert (mail.sender, mail.sender_name, mail.message_id) == ("fay@example.com", "Fay", "m1@example.com")
    assert mail.recipients == ("esc-1+abc@answers.example.com",)


def test_an_unknown_character_set_is_read_as_far_as_it_goes() -> None:
    assert "hello" in parse(HEAD + b'Content-Type: text/plain; charset="no-such"\r\n\r\nhello').text


@pytest.mark.parametrize(
    ("header", "origin"),
    [
        (b"", MailOrigin.PERSON),
        (b"Auto-Submitted: no\r\n", MailOrigin.PERSON),
        (b"Auto-Submitted: auto-generated\r\n", MailOrigin.PROGRAM),
        (b"List-Id: <team.example.com>\r\n", MailOrigin.PROGRAM),
        (b"X-Escalate: mail\r\n", MailOrigin.OURSELVES),
        (b"Return-Path: <>\r\n", MailOrigin.BOUNCE),
        (b"Content-Type: multipart/report; boundary=x\r\n", MailOrigin.BOUNCE),
    ],
)
def test_who_wrote_it_is_seen_from_its_headers(header: bytes, origin: MailOrigin) -> None:
    assert parse(HEAD + header + b"\r\nhello\r\n").origin is origin


def test_a_mail_without_an_id_is_known_by_its_content() -> None:
    raw = b"From: a@example.com\r\n\r\nhello"
    assert parse(raw).message_id == parse(raw).message_id != parse(raw + b"!").message_id


def test_nonsense_is_read_as_something() -> None:
    source = random.Random(7)  # noqa: S311 - not for secrets
    parts = (b"hi", b"Content-Disposition: attachment", b"x")
    body = b"--b\r\n\r\n" + b"\r\n--b\r\n".join(parts) + b"\r\n--b--\r\n"
    whole = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + body
    for _ in range(300):
        changed = bytearray(whole)
        for _ in range(source.randint(1, 12)):
            changed[source.randrange(len(changed))] = source.randrange(256)
        parse(bytes(changed))
    for raw in (b"", b"\r\n", b"From:", b"\xff" * 100, b"To: " + b"<" * 1000 + b"\r\n\r\n"):
        parse(raw)
