"""People who are known only by mail hear by mail what others hear as a direct message, in the same words."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.views.kit import ids
from tests.stories.mail.conftest import FROM, MailStory
from tests.stories.mail.test_answers import DOMAIN, reply, taken
from tests.support.mail_server import mail_server
from tests.support.story import DIRECTORY, USERS
from tests.support.story import story as told

PAT = "pat@partner.example"
PEOPLE = DIRECTORY.replace("people:\n", f"people:\n  - {{email: {PAT}, routes: [mail]}}\n")
ACCOUNTS = f"name,tier,plan,csm\nHooli,standard,business,{PAT}\n"


@pytest.fixture
def post(database_url: str, folder: Path) -> Iterator[MailStory]:
    """Yield a story with mail, and a customer whose CSM has no Slack."""
    stack = AsyncExitStack()
    with told(database_url, folder, directory=PEOPLE) as begun:
        server = begun.run(stack.enter_async_context(mail_server()))
        smtp = f"smtp://127.0.0.1:{server.port}?tls=none"
        begun.restart(smtp_url=smtp, mail_from=FROM, mail_answers=DOMAIN, mail_webhook_secret="x", transport="http")
        begun.program.services.account_import.load(ACCOUNTS.encode(), "accounts.csv")
        try:
            yield MailStory(begun, server)
        finally:
            begun.run(stack.aclose())


def said(post: MailStory) -> list[str]:
    """Return what Pat has read, pages left out."""
    return [mail.text for mail in post.mails(PAT) if "Page:" not in mail.message["Subject"]]


@pytest.mark.both_databases
def test_the_warning_and_the_missed_update_come_by_mail_in_one_thread(post: MailStory) -> None:
    story = post.story
    number = story.declare(account="Hooli", level="sev2")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward(hours=2, minutes=10)
    mails = [mail for mail in post.mails(PAT) if "Page:" not in mail.message["Subject"]]
    late = next(mail for mail in mails if "overdue" in mail.text)
    assert "ESC-1 (Hooli)" in late.text
    assert "<" not in late.text.partition("Open ESC-1")[0]
    assert "Open ESC-1 in Slack https://sample-corp.slack.com/archives/" in late.text
    assert {str(mail.message["Subject"]) for mail in mails} == {"ESC-1 Hooli: Exports are down"}
    first = str(mails[0].message["Message-ID"])
    assert all(first in str(mail.message["References"]) for mail in mails[1:])
    assert len(mails) == len({mail.text for mail in mails})


def test_a_reply_is_posted_in_the_channel_and_is_no_teams_answer(post: MailStory) -> None:
    story = post.story
    number = story.declare(account="Hooli", level="sev2", category="financial")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.forward(hours=2, minutes=10)
    taken(post, reply(post, "I called them, they know.", to=PAT))
    assert "*Fay Ito, fay@example.com* wrote by mail." in str(story.said(number))
    assert "I called them, they know." in str(story.said(number))
    assert story.facts(number).team_answer.spans[-1].stopped_at is None


def test_a_request_to_decide_and_a_customer_who_may_leave_come_by_mail(post: MailStory) -> None:
    story = post.story
    story.program.services.account_import.load(f"name,manager\nHooli,{PAT}\n".encode(), "accounts.csv")
    number = story.declare(account="Hooli", level="sev3")
    before = len(said(post))
    story.menu("noor", "level", number, level="sev1", reason="It is their launch day.")
    [request] = said(post)[before:]
    assert request.startswith("Noor Haddad asks for Sev 1 for Hooli (ESC-1)")
    assert "\nIt is their launch day." in request
    story.more("noor", "churn", number)
    story.submit("noor", signs=["0"])
    [leaving] = said(post)[before + 1 :]
    assert leaving.startswith("Hooli (ESC-1) may leave: Asking about cancellation process")


def test_who_is_not_in_slack_and_lists_no_mail_is_passed_over(post: MailStory) -> None:
    story = post.story
    story.program.services.account_import.load(b"name,csm\nHooli,sam@partner.example\n", "accounts.csv")
    number = story.declare(account="Hooli", level="sev2")
    assert story.facts(number).holders["relationship_owner"].person == USERS["ana"]
    assert "sam@partner.example can't be reached" in str(story.said(number))


def test_who_may_not_see_a_confidential_one_any_more_reads_nothing(post: MailStory) -> None:
    story = post.story
    story.declare(account="Hooli", level="sev1", category="security_privacy", summary="A leak at Hooli")
    story.forward(minutes=40)
    assert post.mails(PAT), "the CSM is among its people"
    assert all("Hooli" not in mail.message["Subject"] for mail in post.mails(PAT))


def test_who_is_known_in_slack_by_then_gets_a_direct_message(post: MailStory) -> None:
    story = post.story
    story.declare(account="Umbrella", level="sev2")
    story.forward(hours=3)
    assert post.mails("ana@example.com") == []
