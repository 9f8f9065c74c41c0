"""Every mail to a customer brings answers to the channel; one that comes back counts as never sent."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest

from bot.integrations.mail.parsing import parse
from bot.services.teams.mail_answers import MailOutcome
from bot.views.kit import ids
from tests.stories.closing.test_ending import CONFIRMED
from tests.stories.confirming.conftest import PUBLIC, path_in
from tests.stories.mail.conftest import MailStory
from tests.stories.programmes.proposing import accepted, at
from tests.stories.programmes.test_action_items import record
from tests.stories.sending.conftest import FROM, JO, SAM, begun
from tests.stories.sending.test_replies import answer
from tests.stories.sending.test_sending import the_update, write
from tests.support.mail_server import Delivered
from tests.support.story import Story

WORDS = "Hello Jo,\n\nwe've fixed the exports. Do they work again?\n\nAna"
OWN = "esc-1+"


@pytest.fixture
def linked(database_url: str, folder: Path) -> Iterator[MailStory]:
    """Yield a story that sends, with a public address for links, on both databases."""
    yield from begun(database_url, folder, public_url=PUBLIC)


@pytest.fixture
def sqlite_linked(sqlite_url: str, folder: Path) -> Iterator[MailStory]:
    """Yield the same on SQLite."""
    yield from begun(sqlite_url, folder, public_url=PUBLIC)


def bounce(post: MailStory, mail: Delivered, *failed: str) -> MailOutcome:
    """Send a mail back as servers do (RFC 3464): to who sent it, with the headers of the mail and who failed."""
    status = "".join(f"\r\n\r\nFinal-Recipient: rfc822; {to}\r\nAction: failed\r\nStatus: 5.1.1" for to in failed)
    headers = "\r\n".join(f"{name}: {mail.message[name]}" for name in ("Message-ID", "Reply-To", "Subject"))
    parts = (
        "Content-Type: text/plain\r\n\r\nYour mail wasn't delivered.",
        f"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example{status}",
        f"Content-Type: text/rfc822-headers\r\n\r\n{headers}",
    )
    body = "".join(f"--b\r\n{part}\r\n\r\n" for part in parts) + "--b--\r\n"
    head = f"From: mailer-daemon@acme.example\r\nTo: {FROM}\r\nMessage-ID: {make_msgid()}\r\n"
    kind = 'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    return take(post, (head + kind + body).encode())


def take(post: MailStory, raw: bytes) -> MailOutcome:
    found = post.story.program.services.mail_answers.take(parse(raw))
    post.story.settle()
    return found


def ask(story: Story, number: int) -> None:
    assert story.menu("ana", "confirm", number, words=WORDS)["result"] == "closed"


def heard(story: Story, who: str) -> str:
    return "\n".join(message.all_text for message in story.direct(who))


@pytest.mark.both_databases
def test_a_question_that_comes_back_was_never_asked(linked: MailStory) -> None:
    story = linked.story
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    due_at = story.facts(number).customer_update_due_at
    assert due_at is not None
    story.forward(minutes=10)
    ask(story, number)
    promised = story.facts(number).customer_update_due_at
    assert promised == due_at + timedelta(minutes=10)
    story.forward(minutes=5)
    mail = linked.mails(JO)[-1]
    assert bounce(linked, mail, JO) is MailOutcome.BOUNCE
    facts = story.facts(number)
    assert (facts.last_customer_update_at, facts.customer_update_due_at) == (None, due_at)
    said = story.find(number, "came back")
    assert said.text == f":x: <@U01ANA>, the question to {JO} came back: their mail server didn't deliver it."
    assert "The customer hasn't been asked." in said.all_text
    assert "came back" in heard(story, "ana")
    # Asked again, another way: the form says what became of the first question.
    story.more("ana", "confirm", number)
    assert f"The mail to {JO} came back." in story.form("ana").all_text
    assert story.submit("ana", to=SAM, words=WORDS)["result"] == "closed"
    assert story.facts(number).customer_update_due_at != due_at
    # The second report of the same mail changes nothing.
    before = len(story.said(number))
    bounce(linked, mail, JO)
    assert len(story.said(number)) == before
    events = [entry.event for entry in record(story).timeline]
    assert events.count("customer not asked") == 1


def test_a_question_that_comes_back_after_the_customer_was_told_otherwise_leaves_the_clock(
    sqlite_linked: MailStory,
) -> None:
    story = sqlite_linked.story
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    ask(story, number)
    story.forward(minutes=10)
    write(story, "ana", number)
    owed = story.facts(number)
    question, update = (sqlite_linked.mails(JO)[place] for place in (0, -1))
    bounce(sqlite_linked, question, JO)
    facts = story.facts(number)
    assert facts.last_customer_update_at == owed.last_customer_update_at
    assert facts.customer_update_due_at == owed.customer_update_due_at
    # Now the update comes back, too: nothing has reached them, and what was promised first is due.
    bounce(sqlite_linked, update, JO, SAM)
    facts = story.facts(number)
    assert facts.last_customer_update_at is None
    assert facts.customer_update_due_at == story.facts(number).declared_at + timedelta(minutes=30)


def test_a_report_is_about_the_mail_it_names_not_the_newest(sqlite_linked: MailStory) -> None:
    story = sqlite_linked.story
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    write(story, "ana", number)
    first = sqlite_linked.mails(JO)[-1]
    story.forward(minutes=10)
    write(story, "ana", number, customer_text="We've found the cause.")
    told_at = story.facts(number).last_customer_update_at
    bounce(sqlite_linked, first, JO, SAM)
    assert story.facts(number).last_customer_update_at == told_at, "the newer one arrived"
    assert "Not sent" not in the_update(story, number).all_text
    bounce(sqlite_linked, sqlite_linked.mails(JO)[-1], SAM)
    assert story.facts(number).last_customer_update_at == told_at, "it reached Jo"


def test_an_update_that_comes_back_after_the_resolution_owes_nothing_again(sqlite_linked: MailStory) -> None:
    story = sqlite_linked.story
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    write(story, "ana", number)
    mail = sqlite_linked.mails(JO)[-1]
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    story.forward(minutes=10)
    bounce(sqlite_linked, mail, JO, SAM)
    facts = story.facts(number)
    assert facts.customer_update_due_at is None
    assert facts.last_customer_update_at is None
    assert "didn't reach" in heard(story, "ana") + "\n".join(story.said(number))


def test_a_rating_that_comes_back_was_never_asked_and_its_owner_hears(sqlite_linked: MailStory) -> None:
    story = sqlite_linked.story
    number = story.declare(account="Acme", level="sev3")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.", rate_to=JO)
    mail = sqlite_linked.mails(JO)[-1]
    assert str(mail.message["Reply-To"]).startswith(OWN)
    bounce(sqlite_linked, mail, JO)
    assert f"Couldn't mail {JO}" in heard(story, "ana")
    [row] = record(story).tables["customer_questions"]
    assert row["failure"] == "their mail server sent it back"


def test_answers_to_questions_come_to_the_channel(sqlite_linked: MailStory) -> None:
    story = sqlite_linked.story
    number = story.declare(account="Acme", level="sev2")
    ask(story, number)
    mail = sqlite_linked.mails(JO)[-1]
    assert str(mail.message["Reply-To"]).startswith(OWN)
    assert "You can also reply to this mail." in mail.text
    assert answer(sqlite_linked, "Not really, the PDF is empty.") is MailOutcome.ANSWER
    assert "the PDF is empty" in story.find(number, "the customer wrote").all_text
    # A question and the updates are one conversation.
    write(story, "ana", number)
    update = sqlite_linked.mails(JO)[-1]
    assert update.message["Reply-To"] == mail.message["Reply-To"]
    assert str(mail.message["Message-ID"]) in str(update.message["References"])


def test_invitations_bring_answers_back_and_one_that_returns_is_told(sqlite_linked: MailStory) -> None:
    story = sqlite_linked.story
    number = accepted(story)
    story.menu("ana", "status_call", number, status_call_at=at("Mon 2026-03-09 10:00"), status_call_to=f"{JO}, {SAM}")
    mail = sqlite_linked.mails(SAM)[-1]
    assert str(mail.message["Reply-To"]).startswith(OWN)
    assert str(mail.message["From"]) == '"Ana Ruiz, Sample Corp" <escalate@example.com>'
    assert bounce(sqlite_linked, mail, SAM) is MailOutcome.BOUNCE
    said = story.find(number, "came back")
    assert f"the invitation to {SAM} came back" in said.text
    assert SAM in heard(story, "ana")
    assert "invitation not mailed" in [entry.event for entry in record(story).timeline]
    # Their calendar's answer is no word of the customer's.
    accepting = EmailMessage()
    accepting["From"], accepting["To"] = JO, str(sqlite_linked.mails(JO)[-1].message["Reply-To"])
    accepting["Subject"], accepting["Message-ID"] = "Accepted: Status call", make_msgid()
    accepting.set_content("Jo has accepted.")
    accepting.add_alternative("BEGIN:VCALENDAR\r\nEND:VCALENDAR", subtype="calendar", params={"method": "REPLY"})
    assert take(sqlite_linked, accepting.as_bytes()) is MailOutcome.AUTOMATIC


def test_a_summary_to_the_customer_brings_answers_back_and_one_that_returns_is_told(sqlite_linked: MailStory) -> None:
    story = sqlite_linked.story
    number = story.declare(account="Acme", level="sev3")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")
    story.menu("maria", "summary", number, to=f"{JO}, ana@example.com")
    mail = sqlite_linked.mails(JO)[-1]
    assert str(mail.message["Reply-To"]).startswith(OWN)
    assert str(mail.message["From"]) == '"Maria Lee, Sample Corp" <escalate@example.com>'
    assert sqlite_linked.mails("ana@example.com")[-1].message["Reply-To"] == "maria@example.com"
    # What goes to the customer too is looked at as any text for them.
    story.press("maria", ids.PRESS_SUMMARY, on=story.find(number, "closed by"))
    words = "The deploy on ip-10-2-3-4 broke it."
    story.submit("maria", text=words, to="vp@example.com")
    story.press("maria", ids.PRESS_SUMMARY, on=story.find(number, "closed by"))
    assert (
        "“ip-10-2-3-4”" in str(story.submit("maria", text=words, to="sam@acme.example")) + story.form("maria").all_text
    )
    story.close_form("maria")
    bounce(sqlite_linked, mail, JO)
    assert f"the issue summary to {JO} came back" in story.find(number, "came back").text
    assert f"Couldn't mail {JO}" in heard(story, "maria")


def test_while_the_mail_server_is_away_nothing_is_claimed_and_each_mail_comes_once_afterwards(
    sqlite_linked: MailStory,
) -> None:
    story, server = sqlite_linked.story, sqlite_linked.server
    number = accepted(story)
    owed = story.facts(number).customer_update_due_at
    server.refusals["*"] = "451 4.3.2 System not accepting messages"
    ask(story, number)
    story.menu("ana", "status_call", number, status_call_at=at("Mon 2026-03-09 10:00"), status_call_to=SAM)
    story.forward(hours=1)
    assert not any("asked" in text and JO in text for text in story.said(number))
    assert story.facts(number).customer_update_due_at == owed
    told = [message.text for message in story.direct("ana")]
    for address in (JO, SAM):
        assert sum(f"The mail to {address} about" in text for text in told) == 1, "once, not at each attempt"
    assert "We're trying again." in heard(story, "ana")
    assert f"The invitation goes to {SAM}." in story.find(number, "planned a status call").all_text
    server.refusals.clear()
    story.forward(minutes=10)
    assert [len(sqlite_linked.mails(one)) for one in (JO, SAM)] == [1, 1]
    assert f"asked {JO} whether" in story.find(number, "whether it's solved").text


def test_the_link_of_a_question_that_came_back_still_answers_it(sqlite_linked: MailStory) -> None:
    """Some servers send a report although somebody got the mail: what they say counts."""
    story = sqlite_linked.story
    number = story.declare(account="Acme", level="sev2")
    ask(story, number)
    mail = sqlite_linked.mails(JO)[-1]
    bounce(sqlite_linked, mail, JO)
    assert "Thank you" in story.browse("POST", path_in(mail), answer="yes", words="").text
    assert story.facts(number).confirmation is not None
    bounce(sqlite_linked, mail, JO)
    assert story.facts(number).confirmation is not None
