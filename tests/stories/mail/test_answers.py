"""Answers by mail are read by IMAP or handed on by a signed webhook; they count as the team's, and only once."""

import base64
import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import AsyncExitStack
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from typing import Any

import pytest

from bot.integrations.mail.parsing import parse
from bot.services.teams.mail_answers import MailOutcome
from tests.stories.mail.conftest import FROM, MailStory
from tests.support.imap_server import Mailbox, imap_server
from tests.support.mail_server import mail_server
from tests.support.story import story as told

DOMAIN, SECRET = "answers.example.com", "between us"
QUOTED = """Found it: a broken export job. <!channel> Rolling back now.

Fay

On Fri, 6 Mar 2026 at 10:00, Escalate <escalate@example.com>
wrote:
> Billing, we need you on ESC-1.
"""


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with imap_server() as running:
        yield running


@pytest.fixture
def post(database_url: str, folder: Path) -> Iterator[MailStory]:
    """Yield a story whose bot reads answers from the webhook, over HTTP."""
    yield from _told(database_url, folder, transport="http", mail_webhook_secret=SECRET)


@pytest.fixture
def by_imap(database_url: str, folder: Path, mailbox: Mailbox) -> Iterator[MailStory]:
    """Yield a story whose bot reads answers from a mailbox."""
    yield from _told(database_url, folder, transport="socket", imap_url=mailbox.url)


def _told(url: str, folder: Path, *, transport: str, **reading: str) -> Iterator[MailStory]:
    stack = AsyncExitStack()
    with told(url, folder, transport=transport) as begun:
        server = begun.run(stack.enter_async_context(mail_server()))
        smtp = f"smtp://127.0.0.1:{server.port}?tls=none"
        begun.restart(smtp_url=smtp, mail_from=FROM, mail_answers=DOMAIN, **reading)
        try:
            yield MailStory(begun, server)
        finally:
            begun.run(stack.aclose())


def reply(post: MailStory, text: str = QUOTED, *, to: str = "billing@example.com", **headers: str) -> EmailMessage:
    """Return an answer to the last mail to an address."""
    asked = post.mails(to)[-1].message
    mail = EmailMessage()
    mail["From"] = "Fay Ito <fay@example.com>"
    mail["To"] = str(asked["Reply-To"])
    mail["Subject"] = f"Re: {asked['Subject']}"
    mail["Message-ID"] = make_msgid(domain="example.com")
    mail["In-Reply-To"] = str(asked["Message-ID"])
    for name, value in headers.items():
        del mail[name.replace("_", "-")]
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def taken(post: MailStory, mail: EmailMessage) -> MailOutcome:
    """Hand a mail to the bot as any door does; return what became of it."""
    found = post.story.program.services.mail_answers.take(parse(mail.as_bytes()))
    post.story.settle()
    return found


def test_an_answer_by_imap_is_the_teams_answer_and_is_posted(by_imap: MailStory, mailbox: Mailbox) -> None:
    story = by_imap.story
    number = story.declare(level="sev2", category="financial")
    asked = by_imap.only("billing@example.com").message
    assert str(asked["Reply-To"]).startswith("esc-1+")
    assert str(asked["Reply-To"]).endswith(f"@{DOMAIN}")
    answer = reply(by_imap)
    answer.add_attachment(b"x", maintype="image", subtype="png", filename="export <job>.png")
    mailbox.put(answer)
    story.forward(minutes=20)
    inbox = story.program.inbox
    assert inbox is not None
    assert story.run(inbox.look()) >= 1
    story.settle()
    assert mailbox.unread() == 0
    [said] = [message for message in story.messages(number) if "answered by mail" in message.all_text]
    assert "*Billing* answered by mail (from Fay Ito, fay@example.com)." in said.all_text
    assert "Found it: a broken export job. &lt;!channel&gt; Rolling back now." in said.markup
    assert "we need you on ESC-1" not in said.all_text, "what they quote was cut"
    assert "export &lt;job&gt;.png" in said.markup
    facts = story.facts(number)
    assert facts.team_answer.spans[-1].stopped_at == story.clock.at
    story.skip(days=5)
    assert "Billing hasn't responded" not in str(story.said(number))
    assert story.run(inbox.look()) == 0


def posted(post: MailStory, mail: EmailMessage, *, secret: str = SECRET, late: int = 0) -> int:
    """Send a mail as a mail service does; return the status of the answer."""
    story = post.story
    raw = base64.b64encode(mail.as_bytes()).decode()
    return sent(story, json.dumps({"raw": raw}).encode(), secret=secret, late=late)


def sent(story: Any, body: bytes, *, secret: str = SECRET, late: int = 0) -> int:
    stamp = str(int(story.real_clock.at.timestamp()) - late)
    signature = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    url = f"http://127.0.0.1:{story.program.listener.port}/mail/inbound"
    headers = {"x-escalate-timestamp": stamp, "x-escalate-signature": f"v0={signature}"}
    request = urllib.request.Request(url, body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_the_webhook_takes_what_is_signed_and_nothing_else(post: MailStory) -> None:
    story = post.story
    number = story.declare(level="sev2", category="financial")
    answer = reply(post)
    assert posted(post, answer, secret="another") == 401
    assert posted(post, answer, late=600) == 401
    assert sent(story, b'{"raw": "no"}') == 400
    assert sent(story, b"[]") == 400
    assert "answered by mail" not in str(story.said(number))
    assert posted(post, answer) == 200
    assert posted(post, answer) == 200, "a repetition is fine, and changes nothing"
    story.settle()
    assert str(story.said(number)).count("answered by mail") == 1


def test_an_answer_with_characters_that_no_text_may_have_is_taken(post: MailStory) -> None:
    """On PostgreSQL, too, which keeps the null character in no text."""
    number = post.story.declare(level="sev2", category="financial")
    raw = reply(post).as_bytes().replace(b"Found it", b"Found\0 it").replace(b"Fay Ito", b"Fay\0 Ito")
    assert sent(post.story, json.dumps({"raw": base64.b64encode(raw).decode()}).encode()) == 200
    post.story.settle()
    assert "Found\ufffd it: a broken export job" in str(post.story.said(number))


def test_an_answer_counts_once_however_often_it_comes(post: MailStory) -> None:
    post.story.declare(level="sev2", category="financial")
    answer = reply(post)
    assert taken(post, answer) is MailOutcome.ANSWER
    assert taken(post, answer) is MailOutcome.KNOWN


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        ({"To": f"esc-1+{'0' * 24}@{DOMAIN}"}, MailOutcome.NOT_OURS),
        ({"To": f"esc-1@{DOMAIN}"}, MailOutcome.NOT_OURS),
        ({"To": "billing@example.com"}, MailOutcome.NOT_OURS),
        ({"Auto_Submitted": "auto-replied"}, MailOutcome.AUTOMATIC),
        ({"Precedence": "bulk"}, MailOutcome.AUTOMATIC),
        ({"X_Escalate": "mail"}, MailOutcome.AUTOMATIC),
        ({"Subject": "Automatic reply: ESC-1 Acme"}, MailOutcome.AUTOMATIC),
        ({"Subject": "Abwesenheitsnotiz: Fay", "Return_Path": "<>"}, MailOutcome.AUTOMATIC),
    ],
)
def test_what_is_no_answer_changes_nothing(post: MailStory, headers: dict[str, str], outcome: MailOutcome) -> None:
    number = post.story.declare(level="sev2", category="financial")
    before = post.story.said(number)
    assert taken(post, reply(post, **headers)) is outcome
    assert post.story.said(number) == before
    assert post.story.facts(number).team_answer.spans[-1].stopped_at is None


def test_the_token_of_one_escalation_opens_no_other(post: MailStory) -> None:
    story = post.story
    story.declare(level="sev2", category="financial")
    story.declare(level="sev2", category="financial", account="Globex")
    own = str(post.mails("billing@example.com")[0].message["Reply-To"])
    assert taken(post, reply(post, To=own.replace("esc-1+", "esc-2+"))) is MailOutcome.NOT_OURS
    # Some mail servers shout.
    assert taken(post, reply(post, To=own.upper())) is MailOutcome.ANSWER


def test_an_answer_to_what_is_over_is_not_posted(post: MailStory) -> None:
    story = post.story
    number = story.declare(level="sev2", category="financial")
    answer = reply(post)
    story.command("noor", f"withdraw ESC-{number}")
    story.submit("noor", why="mistake", reason="Not theirs.")
    assert taken(post, answer) is MailOutcome.EXPIRED


def test_a_mail_that_comes_back_takes_back_that_the_team_was_reached(post: MailStory) -> None:
    story = post.story
    number = story.declare(level="sev2", category="financial")
    bounce = reply(post, "The user is unknown.", From="MAILER-DAEMON@mx.example.com")
    assert taken(post, bounce) is MailOutcome.BOUNCE
    assert "Couldn't mail Billing: their mail server sent it back." in story.card(number).all_text
    assert any("Please write to them" in message.all_text for message in story.direct("noor"))


def test_programs_that_answer_each_other_are_stopped(post: MailStory) -> None:
    number = post.story.declare(level="sev2", category="financial")
    outcomes = [taken(post, reply(post, f"Thank you {count}")) for count in range(22)]
    assert outcomes.count(MailOutcome.ANSWER) == 20
    assert outcomes[-1] is MailOutcome.TOO_MANY
    assert len([words for words in post.story.said(number) if "answered by mail" in words]) == 20
    [left] = [words for words in post.story.said(number) if "The rest are in the mailbox." in words]
    assert "More than 20 mails in an hour answered ours to billing@example.com." in left


def test_an_answer_about_a_confidential_escalation_stays_in_its_channel(post: MailStory) -> None:
    story = post.story
    number = story.declare(level="sev1", category="security_privacy")
    assert taken(post, reply(post, "It's Hooli's key.", to="security@example.com")) is MailOutcome.ANSWER
    assert any("Hooli" in message.all_text for message in story.messages(number))
    posts = [call for call in story.calls("chat.postMessage") if "Hooli" in json.dumps(call["arguments"])]
    assert {call["arguments"]["channel"] for call in posts} == {story.facts(number).channel_id}
