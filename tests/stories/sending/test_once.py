"""A text is sent once: after a lost answer, by two people at once, and whatever changes meanwhile."""

import asyncio

import pytest

from bot.errors import EscalateError
from bot.policy.record.customer_texts import TextState
from bot.views.kit import ids
from tests.stories.mail.conftest import MailStory
from tests.stories.sending.conftest import JO, SAM, SHARED
from tests.stories.sending.test_sending import WORDS, customers, the_update, write
from tests.support.story import moment


def test_a_post_whose_answer_was_lost_stands_in_the_channel_once(post: MailStory) -> None:
    story = post.story
    number = story.declare(account="Globex", level="sev1")
    story.control.post("faults", method="chat.postMessage", kind="lost", times=3)
    write(story, "ana", number)
    story.forward(minutes=2)
    [posted] = story.messages(SHARED, "ana")
    assert posted.text.startswith(WORDS.replace("&", "&amp;"))
    assert story.facts(number).last_customer_update_at is not None


def test_a_mail_whose_answer_was_lost_is_the_same_mail(post: MailStory) -> None:
    story = post.story
    number = story.declare(level="sev1")
    post.server.hang_ups_after_text = 1
    write(story, "ana", number)
    story.forward(minutes=2)
    assert set(customers(post)) == {JO, SAM}
    ids_of = {str(mail.message["Message-ID"]) for mail in post.server.delivered if JO in mail.recipients}
    assert len(ids_of) == 1, "mail programs show it once"
    told = [line for line in story.said(number) if "didn't reach" in line]
    assert told == []


@pytest.mark.both_databases
def test_two_who_approve_at_one_moment_send_one_mail(post: MailStory) -> None:
    story = post.story
    number = story.declare(level="sev1")
    write(story, "dana", number, way="ask:mail")
    text = story.facts(number).open_text
    assert text is not None
    services = story.program.services

    async def both() -> list[object]:
        tries = (services.core.run(services.text_approvals.approve, number, text.id, by=who) for who in PEOPLE)
        return list(await asyncio.gather(*tries, return_exceptions=True))

    answers = story.run(both())
    story.settle()
    assert sum(isinstance(answer, EscalateError) for answer in answers) == 1
    assert customers(post) == [JO, SAM]


PEOPLE = ("U01ANA", "U01MARIA")


def test_while_a_text_is_on_its_way_another_one_has_to_wait(sqlite_post: MailStory) -> None:
    story = sqlite_post.story
    sqlite_post.server.refusals = {"*": "451 4.7.1 try again later"}
    number = story.declare(level="sev1")
    story.press("maria", ids.PRESS_UPDATE, on=story.card(number))
    write(story, "ana", number)
    kept = story.facts(number).open_text
    assert kept is not None
    assert kept.state is TextState.APPROVED
    if kept.why is None:
        refused = story.submit("maria", customer_text="Another one.")
        assert "on its way to the customer right now" in refused["errors"]["customer_text"]
    story.forward(minutes=3)
    assert any("We're trying again." in line for line in story.said(number))
    story.submit("maria", customer_text="Another one.")
    sqlite_post.server.refusals = {}
    story.forward(minutes=10)
    assert [mail.text.split("\n")[0] for mail in sqlite_post.mails(JO)] == ["Another one."]


def test_contacts_that_were_removed_meanwhile_are_said(sqlite_post: MailStory) -> None:
    story = sqlite_post.story
    number = story.declare(level="sev1")
    write(story, "dana", number, way="ask:mail")
    [asked] = [message for message in story.direct("ana") if ids.PRESS_APPROVE_TEXT in message.buttons]
    story.program.services.account_import.load(b"name,csm,contacts\nAcme,ana@example.com,\n", "accounts.csv")
    story.press("ana", ids.PRESS_APPROVE_TEXT, on=asked)
    assert customers(sqlite_post) == []
    assert any("no such way to this customer" in message.all_text for message in story.direct("ana"))
    assert story.facts(number).last_customer_update_at is None


def test_a_confidential_escalation_sends_the_text_and_nothing_else(sqlite_post: MailStory) -> None:
    story = sqlite_post.story
    number = story.declare(level="sev1", category="security_privacy", summary="Acme reads rows of Globex")
    write(story, "ana", number, known="Rows of Globex leaked.")
    mail = sqlite_post.only(JO)
    assert str(mail.message["Subject"]) == "Your ticket ESC-1"
    assert mail.text.startswith(WORDS)
    for inside in ("Globex", "rows", "confidential", "Security"):
        assert inside not in mail.text + mail.html + str(mail.message)


def test_what_was_said_earlier_counts_from_then(sqlite_post: MailStory) -> None:
    story = sqlite_post.story
    number = story.declare(level="sev1", at="Fri 2026-03-06 10:00")
    story.forward(minutes=32)
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    story.choose("ana", ids.PICK_WAY, "phone")
    assert "told_at" in story.form("ana").inputs
    late = story.submit("ana", customer_text=WORDS, told_at=str(int(moment("Fri 2026-03-06 11:00").timestamp())))
    assert late["errors"]["told_at"] == "Choose a time in the past."
    said = story.submit("ana", customer_text=WORDS, told_at=str(int(moment("Fri 2026-03-06 10:20").timestamp())))
    assert said["result"] == "closed"
    assert story.facts(number).last_customer_update_at == moment("Fri 2026-03-06 10:20")
    assert story.facts(number).customer_update_missed_at is None, "they were told in time"
    assert "<@U01ANA> told them by phone" in the_update(story, number).all_text


def test_a_person_who_tells_them_just_now_isnt_asked_when(sqlite_post: MailStory) -> None:
    story = sqlite_post.story
    number = story.declare(level="sev1")
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    story.choose("ana", ids.PICK_WAY, "meeting")
    story.choose("ana", ids.PICK_WAY, "person")
    assert "told_at" not in story.form("ana").inputs
