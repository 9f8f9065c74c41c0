"""The customer is asked once how it went, by a signed link; the answer is on record."""

import pytest

from bot.services.reports import export_columns
from bot.views.kit import ids
from tests.stories.closing.test_ending import CONFIRMED
from tests.stories.confirming.conftest import path_in
from tests.stories.mail.conftest import MailStory

JO, SAM = "jo@acme.example", "sam@acme.example"


def resolved(post: MailStory, account: str = "Acme") -> int:
    number = post.story.declare(account=account, level="sev3")
    post.story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    return number


@pytest.mark.both_databases
def test_closing_asks_the_customer_how_it_went_and_the_answer_is_on_record(post: MailStory) -> None:
    story, number = post.story, resolved(post)
    story.press("dana", ids.PRESS_CLOSE, on=story.card(number))
    offered = next(block for block in story.form("dana").raw["blocks"] if block["block_id"] == "rate_to")
    assert offered["element"]["initial_value"] == JO
    assert story.submit("dana", summary="All good.")["result"] == "closed"
    mail = post.only(JO)
    assert mail.message["Subject"] == f"How did we do? (ESC-{number})"
    assert f"<@U01DANA> asked {JO} how we did." in story.find(number, "how we did").text
    shown = story.browse("GET", path_in(mail))
    assert shown.text.count("<button") == 5
    assert story.browse("POST", path_in(mail), answer="6", words="").status == 200
    assert story.facts(number).rating is None
    thanked = story.browse("POST", path_in(mail), answer="2", words="It took long.")
    assert "2 of 5" in thanked.text
    rating = story.facts(number).rating
    assert rating is not None
    assert (rating.of_five, rating.words) == (2, "It took long.")
    again = story.browse("POST", path_in(mail), answer="5", words="")
    assert "Your answer: 2 of 5." in again.text
    for who in ("ana", "maria"):
        assert "2 of 5." in story.direct(who)[-1].text, "of a poor rating the manager hears, too"
    assert "*Customer's rating:* 2 of 5: It took long." in story.card(number).all_text
    [record] = next(batch for batch in story.program.services.export.batches()).records
    assert dict(zip(export_columns.header(), export_columns.row(record), strict=True))["customer_rating"] == "2"
    assert [row["rating"] for row in record.tables["customer_questions"]] == [2]


def test_a_rating_after_the_channel_is_archived_goes_to_the_customer_owner(post: MailStory) -> None:
    story, number = post.story, resolved(post)
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.", rate_to=SAM)
    story.forward(days=2)
    assert story.channel(number)["is_archived"]
    story.browse("POST", path_in(post.only(SAM)), answer="5", words="")
    assert "5 of 5." in story.direct("ana")[-1].text
    assert not any("of 5." in message.text for message in story.direct("maria"))


def test_nobody_is_asked_twice_or_without_an_address(post: MailStory) -> None:
    story, number = post.story, resolved(post)
    answer = story.act("dana", ids.PRESS_CLOSE, number, summary="All good.", rate_to="")
    assert answer["result"] == "closed"
    assert post.mails(JO) == []
    story.act("noor", ids.PRESS_REOPEN, number, reason="It is back.")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")
    assert len(post.mails(JO)) == 1
    story.act("noor", ids.PRESS_REOPEN, number, reason="It is back.")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    story.press("dana", ids.PRESS_CLOSE, on=story.card(number))
    assert "rate_to" not in {block["block_id"] for block in story.form("dana").raw["blocks"]}
    story.submit("dana", summary="All good.")
    assert len(post.mails(JO)) == 1
