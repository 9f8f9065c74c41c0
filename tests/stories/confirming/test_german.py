"""A customer who reads German is asked, thanked and sent away in German: mail, post and every page of the link."""

from datetime import timedelta

import pytest

from bot.views.kit import ids
from tests.stories.confirming.conftest import path_in
from tests.stories.mail.conftest import MailStory
from tests.stories.sending.conftest import JO

GERMANS = f"name,contacts,language,zone\nAcme,{JO},de,Europe/Berlin\n"
WORDS = "Guten Tag Jo,\n\nfunktioniert der Export wieder?\n\nAna"


@pytest.fixture
def german(post: MailStory) -> MailStory:
    post.story.program.services.account_import.load(GERMANS.encode(), "accounts.csv")
    return post


def test_the_question_its_pages_and_the_rating_are_german(german: MailStory) -> None:
    story = german.story
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.more("ana", "ticket", number)
    story.submit("ana", number="SUP-7")
    story.menu("ana", "confirm", number, words=WORDS)
    mail = german.only(JO)
    assert str(mail.message["Subject"]) == "Ist es gelöst? (SUP-7)", "the number that the customer knows"
    assert "Der Link gilt einmal, bis 20.03., " in mail.text
    assert '<html lang="de">' in mail.html
    for english in ("Answer", "The link", "reply to this mail", "solved"):
        assert english not in mail.text
    path = path_in(mail)
    shown = story.browse("GET", path).text
    assert '<html lang="de">' in shown
    for words in ("Ist es gelöst?", "SUP-7", "Ja, es ist gelöst", "Noch nicht", "Falls noch nicht:"):
        assert words in shown
    assert "was noch nicht stimmt" in story.browse("POST", path, answer="not yet", words="").text
    thanked = story.browse("POST", path, answer="yes", words="")
    assert "Wir haben notiert, dass es gelöst ist. Ana Ruiz erhält Ihre Antwort." in thanked.text
    assert "Ihre Antwort: es ist gelöst." in story.browse("POST", path, answer="not yet", words="Doch nicht").text
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.")
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.", rate_to=JO)
    rating = german.mails(JO)[-1]
    assert str(rating.message["Subject"]) == "Wie zufrieden sind Sie? (SUP-7)"
    assert "Möchten Sie etwas ergänzen?" in story.browse("GET", path_in(rating)).text
    assert "4 von 5" in story.browse("POST", path_in(rating), answer="4", words="").text


def test_links_of_yesterdays_questions_say_so_in_german(german: MailStory) -> None:
    story = german.story
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.menu("ana", "confirm", number, words=WORDS)
    path = path_in(german.only(JO))
    story.menu("maria", "waive", number, reason="They are away.")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.")
    story.forward(minutes=1)
    story.act("noor", ids.PRESS_REOPEN, number, reason="It is back.")
    over = story.browse("POST", path, answer="yes", words="")
    assert (over.status, "Wir arbeiten wieder daran." in over.text) == (409, True)
    assert story.facts(number).confirmation is None
    story.real_clock.at += timedelta(days=15)
    expired = story.browse("GET", path)
    assert (expired.status, "Dieser Link ist abgelaufen" in expired.text) == (410, True)
