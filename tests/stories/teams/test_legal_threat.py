"""A threat of legal action on a Friday at 17:30: who hears what, by which route and by when, over the weekend."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.stories.mail.conftest import FROM, MailStory
from tests.support.mail_server import mail_server
from tests.support.story import moment
from tests.support.story import story as told

LEGAL = "legal@example.com"


@pytest.fixture
def post(database_url: str, folder: Path) -> Iterator[MailStory]:
    """Yield a story under S3's policy, with mail."""
    stack = AsyncExitStack()
    with told(database_url, folder, policy="three-tier") as begun:
        server = begun.run(stack.enter_async_context(mail_server()))
        begun.restart(smtp_url=f"smtp://127.0.0.1:{server.port}?tls=none", mail_from=FROM)
        try:
            yield MailStory(begun, server)
        finally:
            begun.run(stack.aclose())


def test_a_legal_threat_on_a_friday_evening(post: MailStory) -> None:
    story = post.story
    number = story.declare(
        "noor", level="critical", category="legal_compliance", summary="They threaten to sue", at="Fri 2026-03-06 17:30"
    )
    facts = story.facts(number)
    assert facts.is_private, "a legal matter is confidential"
    [asked] = post.mails(LEGAL)
    assert asked.text.startswith(f"Legal, we need you on ESC-{number}. Please answer by 11 Mar 5:00 PM EDT.")
    assert "They threaten to sue" in asked.text
    assert "sue" not in asked.message["Subject"]
    assert {page.role for page in facts.pages} == {"fix_owner"}, "Critical pages the fix owner at once"
    story.forward_to("Fri 2026-03-06 18:01")
    assert "wasn't acknowledged in time" in str(story.said(number)), "30 minutes around the clock, also in the evening"
    assert "We paged <@U01MARIA>." in str(story.find(number, "wasn't acknowledged in time").all_text)
    assert any(page.person == "U01MARIA" for page in story.facts(number).pages)
    [_, called] = post.mails(LEGAL)
    assert "no one responded to our pages" in called.text, "Critical's ladder calls the team after 30 minutes"
    story.forward_to("Sat 2026-03-07 17:31")
    chased = post.mails(LEGAL)[-1]
    assert "we haven't heard from you" in chased.text, "24 hours around the clock at the heaviest level"
    assert moment("Sat 2026-03-07 17:31") == story.clock.at
    story.skip_to("Wed 2026-03-11 17:01")
    assert "Legal hasn't responded" in str(story.said(number)), "its own answer is due on its own calendar"
