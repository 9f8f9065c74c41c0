"""The verification team is mailed when everything is checked; an answer approves from an address the policy lists."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.views.kit import ids
from tests.stories.mail.conftest import FROM, MailStory
from tests.stories.mail.test_answers import DOMAIN, reply, taken
from tests.stories.verification.test_verification import HIGH, deletion, note
from tests.support.mail_server import mail_server
from tests.support.story import DIRECTORY
from tests.support.story import story as told

PAT, TEAM = "pat@partner.example", "verification@example.com"
PEOPLE = DIRECTORY.replace("people:\n", f"people:\n  - {{email: {PAT}, routes: [mail]}}\n")
OWN = """
extends: sev
name: own
guards: {approve: {slots: [manager], people: [%s]}, see_confidential: {people: [pat@partner.example]}}
"""


def _told(url: str, folder: Path, listed: str) -> Iterator[MailStory]:
    stack = AsyncExitStack()
    (folder / "own.yml").write_text(OWN % listed, encoding="utf-8")
    with told(url, folder, directory=PEOPLE, policy=str(folder / "own.yml")) as begun:
        server = begun.run(stack.enter_async_context(mail_server()))
        smtp = f"smtp://127.0.0.1:{server.port}?tls=none"
        begun.restart(smtp_url=smtp, mail_from=FROM, mail_answers=DOMAIN, mail_webhook_secret="x", transport="http")
        try:
            yield MailStory(begun, server)
        finally:
            begun.run(stack.aclose())


@pytest.fixture
def post(database_url: str, folder: Path) -> Iterator[MailStory]:
    """Yield a story whose policy lets the manager approve, and nobody else."""
    yield from _told(database_url, folder, "")


@pytest.fixture
def listed(database_url: str, folder: Path) -> Iterator[MailStory]:
    """Yield a story whose policy also lists the team and somebody without Slack."""
    yield from _told(database_url, folder, f"{TEAM}, {PAT}")


def checked(post: MailStory) -> int:
    """Declare a request of high risk whose factors Noor has checked."""
    number = deletion(post.story)
    note(post.story, "noor", number, *HIGH[:2])
    assert post.mails(TEAM) == [], "the team is asked when everything is checked"
    note(post.story, "noor", number, *HIGH)
    return number


def test_the_team_is_asked_when_all_is_checked_and_its_answer_alone_approves_nothing(post: MailStory) -> None:
    story = post.story
    number = checked(post)
    assert "Next: A manager has to approve it in Slack" in post.only(TEAM).text
    taken(post, reply(post, "Approved, go ahead.", to=TEAM))
    assert story.facts(number).verified_at is None
    said = str(story.said(number))
    assert "Approved, go ahead." in said
    assert "This doesn't approve the request. Ask <@U01MARIA>, unless they did the check." in str(
        [message.all_text for message in story.messages(number)]
    )
    [asked] = [message for message in story.direct("maria") if ids.PRESS_APPROVE in message.buttons]
    story.press("maria", ids.PRESS_APPROVE, on=asked)
    assert story.facts(number).verified_at is not None


@pytest.mark.both_databases
def test_the_answer_of_a_team_that_the_policy_lists_is_the_approval(listed: MailStory) -> None:
    story = listed.story
    number = checked(listed)
    assert 'reply with the word "Approved" on the first line' in listed.only(TEAM).text
    taken(listed, reply(listed, "Is the photo clear? Then approved.", to=TEAM))
    assert story.facts(number).verified_at is None
    taken(listed, reply(listed, "Approved.\n\nKim", to=TEAM))
    assert story.facts(number).verified_at == story.clock.at
    assert f"approved by {TEAM}" in str(story.said(number))
    taken(listed, reply(listed, "Approved.", to=TEAM))
    assert str(story.said(number)).count("Identity verified") == 1


def test_somebody_without_slack_whom_the_policy_lists_is_asked_by_mail_and_approves_by_it(listed: MailStory) -> None:
    number = checked(listed)
    mail = next(one for one in listed.mails(PAT) if "Can you approve" in one.text)
    assert 'To approve the request, reply with the word "Approved" on the first line.' in mail.text
    taken(listed, reply(listed, "approved", to=PAT))
    assert f"approved by {PAT}" in str(listed.story.said(number))


def test_who_has_checked_cannot_approve_by_mail_either(listed: MailStory) -> None:
    number = checked(listed)
    taken(listed, reply(listed, "Approved.", to=TEAM, From="Noor <noor@example.com>"))
    assert listed.story.facts(number).verified_at is None


def test_nothing_is_approved_before_everything_is_checked(listed: MailStory) -> None:
    story = listed.story
    number = checked(listed)
    story.more("noor", "verify", number)
    story.submit("noor", factors=HIGH[:2])
    taken(listed, reply(listed, "Approved.", to=TEAM))
    assert story.facts(number).verified_at is None
