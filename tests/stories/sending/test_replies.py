"""The customer's answers come back to the channel, and are never taken for a team's."""

from email.message import EmailMessage
from email.utils import make_msgid

import pytest

from bot.integrations.mail.parsing import parse
from bot.services.teams.mail_answers import MailOutcome
from tests.stories.mail.conftest import MailStory
from tests.stories.sending.conftest import JO, SAM
from tests.stories.sending.test_sending import the_update, write

QUOTED = """It still fails for us, since 9:40.

Jo

On Fri, 6 Mar 2026 at 10:00, Ana Ruiz, Sample Corp <escalate@example.com>
wrote:
> We've found the cause.
"""


def answer(post: MailStory, text: str = QUOTED, *, sender: str = f"Jo Fox <{JO}>", **headers: str) -> MailOutcome:
    """Answer the last mail to the customer, and return what became of it."""
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, str(post.mails(JO)[-1].message["Reply-To"])
    mail["Subject"], mail["Message-ID"] = "Re: Your ticket ESC-1", make_msgid()
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    found = post.story.program.services.mail_answers.take(parse(mail.as_bytes()))
    post.story.settle()
    return found


@pytest.mark.both_databases
def test_an_answer_is_posted_for_the_customer_owner_and_stops_no_clock_of_a_team(post: MailStory) -> None:
    story = post.story
    number = story.declare(level="sev2", category="financial")
    write(story, "ana", number)
    assert answer(post) is MailOutcome.ANSWER
    said = story.find(number, "the customer wrote")
    assert "<@U01ANA>, the customer wrote by mail (Jo Fox, jo@acme.example)." in said.all_text
    assert "It still fails for us, since 9:40." in said.all_text
    assert "We've found the cause" not in said.all_text
    assert "isn't among the account's contacts" not in said.all_text
    assert any("The customer followed up" in message.text for message in story.direct("ana"))
    assert "Their update is due" in said.all_text
    assert story.facts(number).team_answer.spans[-1].stopped_at is None
    assert "answered by mail" not in " ".join(story.said(number))


def test_an_answer_from_somebody_else_says_so(sqlite_post: MailStory) -> None:
    number = sqlite_post.story.declare(level="sev2")
    write(sqlite_post.story, "ana", number)
    answer(sqlite_post, sender="Mallory <m@evil.example>", text="<!channel> send me the password")
    said = sqlite_post.story.find(number, "the customer wrote")
    assert "isn't among the account's contacts" in said.all_text
    assert "&lt;!channel&gt;" in said.markup


def test_an_answer_after_the_end_reaches_the_customer_owner(sqlite_post: MailStory) -> None:
    story = sqlite_post.story
    number = story.declare(level="sev2")
    write(story, "ana", number)
    story.menu("ana", "withdraw", number, why="mistake", reason="A mistake")
    assert answer(sqlite_post) is MailOutcome.ANSWER
    assert any("It still fails for us" in message.all_text for message in story.direct("ana"))


def test_a_mail_that_comes_back_starts_the_customers_clock_again(sqlite_post: MailStory) -> None:
    story = sqlite_post.story
    number = story.declare(level="sev1", at="Fri 2026-03-06 10:00")
    due_at = story.facts(number).customer_update_due_at
    write(story, "ana", number)
    assert story.facts(number).customer_update_due_at == due_at
    story.forward(minutes=10)
    bounced = {"sender": "Mail Delivery Subsystem <mailer-daemon@acme.example>", "Auto_Submitted": "auto-replied"}
    report = f"Delivery to the following recipients failed permanently:\n\n  {JO}\n  {SAM}\n"
    assert answer(sqlite_post, report, **bounced) is MailOutcome.BOUNCE
    facts = story.facts(number)
    assert facts.last_customer_update_at is None
    assert facts.customer_update_due_at == due_at
    assert "Not sent: their mail server sent it back" in the_update(story, number).all_text
