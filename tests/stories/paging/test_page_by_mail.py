"""A page by mail: who lists nothing is reached by it when Slack fails or they stay silent, and acknowledges from it."""

import re
from collections import Counter

from bot.database import past_pages
from bot.views.kit import ids
from tests.stories.mail.conftest import FROM, MailStory, post
from tests.support.story import USERS

__all__ = ["post"]

PUBLIC = "https://escalate.example.com"


def pages(post: MailStory, to: str) -> list[str]:
    return [one.text for one in post.server.delivered if one.recipients == (to,) and "Page:" in one.message["subject"]]


def test_slack_fails_and_the_page_comes_by_mail_with_a_link_that_acknowledges(post: MailStory) -> None:
    story = post.story
    smtp = f"smtp://127.0.0.1:{post.server.port}?tls=none"
    story.restart(public_url=PUBLIC, smtp_url=smtp, mail_from=FROM)
    story.command("noor")
    story.lose_slack()
    story.submit("noor", account="Acme", summary="Exports are down", level="sev1")
    [text] = pages(post, "dana@example.com")
    assert "ESC-1 Sev 1 Acme: acknowledge it" in text
    path = re.search(rf"{PUBLIC}(/l/\S+)", text)
    assert path is not None
    assert story.browse("GET", path[1]).status == 200
    assert story.facts(1).acknowledged_at is None
    assert "You acknowledged this" in story.browse("POST", path[1], answer="acknowledge").text
    assert story.facts(1).acknowledged_by == USERS["dana"]


def test_the_ladder_climbs_by_mail_while_slack_is_down(post: MailStory) -> None:
    story = post.story
    story.command("noor")
    story.lose_slack()
    story.submit("noor", account="Acme", summary="Exports are down", level="sev1")
    story.forward(minutes=95)
    for person in ("dana", "ana", "maria", "omar"):
        assert pages(post, f"{person}@example.com"), person
    assert "Press Acknowledge in Slack." in pages(post, "ana@example.com")[0], (
        "without a public address there is no link"
    )


def test_while_slack_works_only_who_stays_silent_gets_a_mail(post: MailStory) -> None:
    number = post.story.declare(account="Acme", level="sev1")
    post.story.forward(minutes=4)
    assert pages(post, "dana@example.com") == []
    post.story.forward(minutes=1)
    assert len(pages(post, "dana@example.com")) == 1
    post.story.press("dana", ids.PRESS_ACKNOWLEDGE, on=post.story.card(number))
    post.story.forward(minutes=10)
    assert len(pages(post, "dana@example.com")) == 1


def test_a_person_is_mailed_once_in_a_round_however_often_they_are_rung(post: MailStory) -> None:
    story = post.story
    story.declare(account="Acme", level="sev1")
    story.forward(minutes=89)
    people = ("dana", "ana", "maria", "omar")
    assert all(len(story.pages(who)) >= 3 for who in people)
    assert {who: len(pages(post, f"{who}@example.com")) for who in people} == dict.fromkeys(people, 1)
    story.more("noor", "pages", 1)
    assert "Slack (sent), mail (sent)" in story.form("noor").all_text, "the ring before the last went by it"
    story.close_form("noor")
    story.forward(hours=12)
    with story.program.services.database.transaction() as tx:
        written = past_pages.newest(tx.session, 1, 100).pages
    rounds = Counter(page.person for page in written if page.sends)
    assert min(rounds.values()) > 2, rounds
    assert {who: len(pages(post, f"{who}@example.com")) for who in people} == {
        who: rounds[USERS[who]] for who in people
    }


def test_a_confidential_page_names_no_customer_in_a_mail(post: MailStory) -> None:
    story = post.story
    story.command("noor")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    story.fill("noor", account="Acme")
    story.choose("noor", ids.CATEGORY, "security_privacy")
    story.lose_slack()
    story.submit("noor", account="Acme", summary="A leak at Acme", level="sev1")
    [mail] = [one for one in post.server.delivered if "Page:" in one.message["subject"]][:1]
    assert "Acme" not in mail.message["subject"] + mail.text
    assert "leak" not in mail.text


def test_whom_a_level_tells_is_mailed_while_slack_is_down(post: MailStory) -> None:
    story = post.story
    smtp = f"smtp://127.0.0.1:{post.server.port}?tls=none"
    story.restart(policy="p-levels", smtp_url=smtp, mail_from=FROM)
    story.command("noor")
    story.lose_slack()
    story.submit("noor", account="Acme", summary="Exports are slow", level="p2")
    for _ in range(5):
        story.forward(minutes=1)
    for person in ("ana", "maria"):
        [mail] = post.mails(f"{person}@example.com")
        assert "ESC-1" in mail.text, mail.text
        assert "P2" in mail.text, mail.text
    story.find_slack()
    story.forward(minutes=1)
    assert not any("New P2" in message.text for message in story.direct("maria"))
    assert len(post.mails("maria@example.com")) == 1
