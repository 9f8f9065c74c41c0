"""Answers that come late, twice, or against each other: each link counts once, and "not yet" is never lost."""

import asyncio

import pytest

from bot.policy.record.escalation import Status
from bot.ports.links import LinkUsedError
from bot.views.kit import ids
from tests.stories.closing.test_ending import CONFIRMED
from tests.stories.confirming.conftest import path_in
from tests.stories.mail.conftest import MailStory

JO, SAM = "jo@acme.example", "sam@acme.example"
WORDS = "Do the exports work again?"


def test_not_yet_after_the_channel_was_archived_opens_a_new_one(post: MailStory) -> None:
    story = post.story
    number = story.declare(account="Acme", level="sev3")
    story.menu("ana", "confirm", number, to=SAM, words=WORDS)
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.", rate_to="")
    story.forward(days=2)
    old = story.channel(number)
    assert old["is_archived"]
    path = path_in(post.only(SAM))
    assert "Thank you" in story.browse("POST", path, answer="not yet", words="Sums are wrong.").text
    story.forward(minutes=2)
    facts = story.facts(number)
    assert (facts.status, facts.confirmation) == (Status.OPEN, None)
    assert story.channel(number)["name"] == f"{old['name']}-2"
    assert {"ana", "dana"} <= set(story.members(number))
    for who in ("ana", "dana"):
        told = [message.all_text for message in story.direct(who) if f"{SAM} says" in message.all_text]
        assert len(told) == 1
        assert "Sums are wrong." in told[0]
    again = story.browse("POST", path, answer="not yet", words="Hello?")
    assert "answered already" in again.text
    assert [text for text in story.said(number) if "Hello?" in text] == []


@pytest.mark.both_databases
def test_two_answers_at_one_moment_are_one(post: MailStory) -> None:
    story = post.story
    number = story.declare(account="Acme", level="sev3")
    story.menu("ana", "confirm", number, words=WORDS)
    services = story.program.services
    asked = services.customer_questions.to_send(number, 1)
    assert asked is not None
    link = asked.link

    async def both() -> list[object]:
        yes = services.core.run(services.customer_answers.confirm, link)
        no = services.core.run(services.customer_answers.not_yet, link, "Still empty.")
        again = services.core.run(services.customer_answers.confirm, link)
        return list(await asyncio.gather(yes, no, again, return_exceptions=True))

    answers = story.run(both())
    story.settle()
    assert sum(isinstance(answer, LinkUsedError) for answer in answers) == 2
    said = [text for text in story.said(number) if "confirmed by" in text or "isn't solved" in text]
    assert len(said) == 1


def test_a_colleagues_not_yet_outweighs_a_yes_also_after_closing(post: MailStory) -> None:
    story = post.story
    number = story.declare(account="Acme", level="sev3")
    for address in (JO, SAM):
        story.menu("ana", "confirm", number, to=address, words=WORDS)
    story.browse("POST", path_in(post.only(JO)), answer="yes", words="")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.")
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.", rate_to="")
    assert story.facts(number).status is Status.CLOSED
    story.browse("POST", path_in(post.only(SAM)), answer="not yet", words="Mine fail.")
    facts = story.facts(number)
    assert (facts.status, facts.confirmation) == (Status.OPEN, None)
    assert "Mine fail." in story.last(number).all_text or any("Mine fail." in text for text in story.said(number))
