"""Mails are read however broken they are."""

import base64
import random

import pytest

from bot.integrations.mail import parsing
from bot.integrations.mail.parsing import UnreadableMailError, parse, parse_in_time
from bot.policy.mail_text import written
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
        (b"Return-Path: <>\r\nAuto-Submitted: auto-replied\r\n", MailOrigin.PROGRAM),
        (b"Return-Path: <>\r\nX-Autoreply: yes\r\n", MailOrigin.PROGRAM),
        (b"Return-Path: <>\r\nSubject: Automatic reply: ESC-1 Acme\r\n", MailOrigin.PROGRAM),
        (b"Subject: Out of Office: back on Monday\r\n", MailOrigin.PROGRAM),
        (b"Subject: =?utf-8?q?R=C3=A9ponse_automatique_=3A_ESC-1?=\r\n", MailOrigin.PROGRAM),
        (b"Subject: Abwesenheitsnotiz\r\n", MailOrigin.PROGRAM),
        (b"Subject: Re: Automatic reply: ESC-1 Acme\r\n", MailOrigin.PERSON),
        (b"Subject: Re: ESC-1 Acme: out of office calendars are empty\r\n", MailOrigin.PERSON),
        (b"Content-Type: multipart/report; report-type=disposition-notification; boundary=x\r\n", MailOrigin.PROGRAM),
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
    deep = b"To: " + b"(" * 20_000 + b"\r\n\r\n"
    for raw in (b"", b"\r\n", b"From:", b"\xff" * 100, b"To: " + b"<" * 1000 + b"\r\n\r\n", deep):
        parse(raw)
    assert parse(HEAD + b"Content-Type: text/html\r\n\r\nHello <![<![<![").text.strip() == "Hello"


@pytest.mark.parametrize(
    "raw", [HEAD + b"Content-Type: text/html\r\n\r\n" + b"<a " * 200_000, b"To: " + b'"' * 200_000 + b"\r\n\r\nhi"]
)
async def test_a_mail_whose_reading_takes_for_ever_is_given_up(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Strangers write to the address of answers, too."""
    monkeypatch.setattr(parsing, "_SECONDS", 0.3)
    with pytest.raises(UnreadableMailError, match="TimeoutError"):
        await parse_in_time(raw)


def report(action: bytes) -> bytes:
    """Return a report of a mail server about a mail of ours."""
    head = HEAD + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    status = b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.com\r\n\r\n"
    about = b"Final-Recipient: rfc822; legal@example.com\r\nAction: " + action + b"\r\n\r\n"
    return head + b"--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b\r\n" + status + about + b"--b--\r\n"


@pytest.mark.parametrize(
    ("action", "origin"),
    [
        (b"failed", MailOrigin.BOUNCE),
        (b"Failed", MailOrigin.BOUNCE),
        (b"delayed", MailOrigin.PROGRAM),
        (b"delivered", MailOrigin.PROGRAM),
        (b"relayed", MailOrigin.PROGRAM),
    ],
)
def test_only_a_report_of_a_failure_is_a_mail_that_came_back(action: bytes, origin: MailOrigin) -> None:
    assert parse(report(action)).origin is origin


def test_an_html_mail_quotes_what_it_answers() -> None:
    markup = (
        b"Content-Type: text/html; charset=utf-8\r\n\r\n<html><head><title>x</title><meta charset=utf-8><body>"
        b"<p>On it.\nFay</p><blockquote>Billing,\nwe need you<div>on ESC-1</div></blockquote><p>Later words</p>"
    )
    lines = [line for line in parse(HEAD + markup).text.splitlines() if line.strip("> ")]
    assert lines == ["On it.", "Fay", "> Billing, we need you", "> on ESC-1", "Later words"]
    assert written(parse(HEAD + markup).text).split() == ["On", "it.", "Fay", "Later", "words"]


def test_an_empty_plain_text_leaves_the_html_to_be_read() -> None:
    raw = (
        HEAD
        + b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n \r\n"
        + b"--b\r\nContent-Type: text/html\r\n\r\n<p>We have it.</p>\r\n--b--\r\n"
    )
    assert parse(raw).text.strip() == "We have it."


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        ("iso-8859-15", "Größe: 5 €"),
        ("shift_jis", "対応します"),
        ("koi8-r", "Щука"),
        ("utf-16", "Ждём"),
        ("gb18030", "好的"),
    ],
)
def test_answers_in_any_character_set_are_read(charset: str, words: str) -> None:
    raw = HEAD + f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n".encode()
    assert parse(raw + base64.encodebytes(words.encode(charset))).text.strip() == words


def test_a_huge_mail_is_read_at_its_beginning() -> None:
    many = b"<p>word</p>" * 500_000
    mail = parse(HEAD + b"Content-Type: text/html\r\n\r\n" + many)
    assert mail.text.strip().startswith("word")
    assert len(mail.text) <= 50_000
    attached = b"x" * 5_000_000
    raw = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee it.\r\n--b\r\n"
        + b'Content-Disposition: attachment; filename="a\r\n\tb.bin"\r\n\r\n'
        + attached
        + b"\r\n--b--\r\n"
    )
    mail = parse(raw)
    assert (mail.text.strip(), len(mail.attachments)) == ("See it.", 1)
