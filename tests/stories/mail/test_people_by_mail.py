"""People who are known only by mail hear by mail what others hear as a direct message, in the same words."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.database import outbox, personal_mails
from bot.database.outbox import NewEffect
from bot.models.watch import WatchQuestion
from bot.models.work import EffectKind
from bot.policy.decide.watches import AccountState
from bot.policy.plan.nudges import NudgeEnd
from bot.policy.record.escalation import Status
from bot.services.teams.mail_answers import MailOutcome
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
    yield from _told(database_url, folder, PEOPLE)


def _told(url: str, folder: Path, directory: str) -> Iterator[MailStory]:
    stack = AsyncExitStack()
    with told(url, folder, directory=directory) as begun:
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


ON_CALL = """
  - key: billing
    name: Billing
    rota:
      people: [dana@example.com, pat@partner.example]
      starts_at: "2026-03-06T09:00"
      every: 1d
      zone: America/New_York
"""


@pytest.fixture
def on_call(database_url: str, folder: Path) -> Iterator[MailStory]:
    """Yield a story in which Dana and Pat are on call in turn."""
    yield from _told(database_url, folder, PEOPLE.replace("teams:", f"{ON_CALL.lstrip(chr(10))}teams:"))


def resolved(post: MailStory) -> int:
    """Return a resolved and closed escalation of Hooli, whose CSM is Pat."""
    story = post.story
    number = story.declare(account="Hooli", level="sev3", at="Fri 2026-03-06 10:00")
    done = {"fixed": "Faster.", "confirmed_by": "Jo", "confirmed_how": "call"}
    assert story.act("dana", ids.PRESS_RESOLVE, number, **done)["result"] == "closed"
    assert story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")["result"] == "closed"
    return number


def test_shifts_are_told_by_mail_in_the_same_words(on_call: MailStory) -> None:
    on_call.story.skip_to("Sat 2026-03-07 09:05")
    begins = on_call.only(PAT)
    assert begins.text.startswith("You're on call for Billing until")
    assert "Dana Fox was on call before you." in begins.text, "and Pat reads times in the zone of the rota"
    assert str(begins.message["Subject"]) == "You're on call for Billing until 8 Mar 9:00 AM EDT"
    assert "<" not in begins.text
    assert begins.message["Reply-To"] is None, "an answer would reach nobody"
    on_call.story.skip_to("Sun 2026-03-08 09:05")
    [_, ends] = on_call.mails(PAT)
    assert ends.text.startswith("Your shift for Billing is over. Dana Fox is on call now.")
    assert ends.message["In-Reply-To"] == begins.message["Message-ID"]


def test_while_slack_is_dead_who_is_on_call_now_is_mailed_and_hears_it_once(on_call: MailStory) -> None:
    story = on_call.story
    story.skip_to("Sun 2026-03-08 08:50")
    story.declare(account="Hooli", level="sev1")
    story.lose_slack()
    story.forward(minutes=30)
    mine = [mail for mail in on_call.mails("dana@example.com") if "on call for Billing" in mail.text]
    assert len(mine) == 1
    assert mine[0].text.startswith("You're on call for Billing until 9 Mar 2:00 PM CET."), "Dana is in Berlin"
    story.find_slack()
    story.forward(minutes=5)
    assert not any("on call for *Billing*" in message.text for message in story.direct("dana"))


def test_the_digest_of_a_manager_without_slack_comes_by_mail(post: MailStory) -> None:
    story = post.story
    story.program.services.account_import.load(f"name,manager\nHooli,{PAT}\n".encode(), "accounts.csv")
    story.declare(account="Hooli", level="sev3", at="Fri 2026-03-06 10:00")
    story.forward(minutes=1)
    for day in ("Sat 2026-03-07 09:30", "Sun 2026-03-08 09:30", "Mon 2026-03-09 09:30"):
        story.skip_to(day)
    [digest] = [mail for mail in post.mails(PAT) if mail.text.startswith("Your team:")]
    assert str(digest.message["Subject"]).startswith("Your team: 1 open")
    assert "Hooli" in digest.text
    assert "https://sample-corp.slack.com/archives/" in digest.text
    story.skip_to("Tue 2026-03-10 09:30")
    assert len([mail for mail in post.mails(PAT) if mail.text.startswith("Your team:")]) == 2


def test_the_digest_of_a_sponsor_and_the_pack_of_a_csm_without_slack_come_by_mail(post: MailStory) -> None:
    story, services = post.story, post.story.program.services
    found = f"name,plan,csm,executive_sponsor\nHooli,enterprise,{PAT},{PAT}\n"
    services.account_import.load(found.encode(), "accounts.csv")
    services.sponsor_digests.plan()
    story.declare(account="Hooli", level="sev4", at="Fri 2026-03-06 10:00")
    story.forward(minutes=1)
    story.skip_to("Mon 2026-03-09 09:01")
    [digest] = [mail for mail in post.mails(PAT) if mail.text.startswith("Customers you sponsor: 1 escalated")]
    assert "Hooli" in digest.text
    with services.database.transaction() as tx:
        data = {"to": PAT, "on": "2026-04-01"}
        outbox.put_all(tx, None, *personal_mails.in_place_of(tx, NewEffect(EffectKind.SUCCESS_PACK, data), "pack"))
    story.settle()
    assert not [mail for mail in post.mails(PAT) if "Success review" in mail.text], "the policy has no packs"


@pytest.mark.both_databases
def test_who_is_known_by_mail_is_asked_about_a_watched_account_and_answers_by_mail(post: MailStory) -> None:
    story = post.story
    number = resolved(post)
    story.skip(days=8)
    [asked] = [mail for mail in post.mails(PAT) if "How is Hooli since" in mail.text]
    assert 'Reply with "All good" on the first line, or write what is wrong.' in asked.text
    assert taken(post, reply(post, "All good, thanks!", to=PAT)) is MailOutcome.ANSWER
    assert story.facts(number).status is Status.CLOSED
    with story.program.services.database.transaction() as tx:
        [question] = tx.session.scalars(select(WatchQuestion))
        assert (question.answer, question.answered_by) == (AccountState.WELL, PAT)
    assert "answered how" not in str([message.text for message in story.direct("maria")])


def test_another_answer_goes_to_somebody_who_can_reopen_it(post: MailStory) -> None:
    story = post.story
    number = resolved(post)
    story.skip(days=8)
    taken(post, reply(post, "Exports are slow <!channel> again.", to=PAT))
    [told] = [message for message in story.direct("maria") if "answered how Hooli is" in message.text]
    assert "pat@partner.example answered" in told.text
    assert "Exports are slow &lt;!channel&gt; again." in told.all_text
    story.press("maria", ids.PRESS_WATCH_WRONG, on=told)
    story.submit("maria", reason="Slow again")
    assert story.facts(number).status is Status.OPEN


def test_who_is_known_by_mail_is_reminded_by_their_manager_once_in_an_hour(post: MailStory) -> None:
    story = post.story
    story.declare(account="Hooli", level="sev3", at="Mon 2026-03-09 10:00")
    story.command("dana", "ack ESC-1")
    story.forward_to("Tue 2026-03-10 10:01")
    nudge = story.program.services.nudges.nudge
    assert [nudge(1, by=USERS["maria"])[0].end for _ in range(2)] == [NudgeEnd.SENT, NudgeEnd.TOO_SOON]
    story.settle()
    assert sum("reminds you" in text for text in said(post)) == 1
