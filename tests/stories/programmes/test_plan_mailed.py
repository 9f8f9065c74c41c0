"""The remediation mail leaves by a real mail server, and each change of the plan follows it in the same thread."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.views.kit import ids
from tests.stories.mail.conftest import MailStory
from tests.stories.programmes.proposing import accepted
from tests.stories.programmes.test_action_items import add, change
from tests.stories.programmes.test_plan_told import plan, send, tell
from tests.stories.sending.conftest import JO, SAM, begun

INSIDE = ("Three outages", "slack.com", "<@", "U01", "cause", "[")


@pytest.fixture
def post(database_url: str, folder: Path) -> Iterator[MailStory]:
    """Yield a story whose policy sends, with contacts, on both databases."""
    yield from begun(database_url, folder)


@pytest.mark.both_databases
def test_the_plan_and_its_changes_are_one_thread_of_mails(post: MailStory) -> None:
    story, server = post.story, post.server
    number = accepted(story)
    add(story, "ana", number)
    story.close_form("ana")
    plan(story, number, plan_cause="One queue for all customers")
    assert not post.mails(JO), "nothing leaves before a person sends it"
    send(story, tell(story, story.find(number, "wrote the remediation plan")))
    for address in (JO, SAM):
        (mail,) = post.mails(address)
        assert "We've agreed that it has worked when: No outage for a month" in mail.text
        assert "Split the queue, Eli Brandt, by 03/10" in mail.text
        assert not any(words in mail.text for words in INSIDE), mail.text
    assert "wasn't told the plan" not in story.card(number).all_text
    change(story, "eli", number, 1, item_due="2026-03-13")
    send(story, tell(story, story.find(number, "changed an action item")))
    first, second = post.mails(JO)
    assert "Split the queue: by 03/13 instead of 03/10" in second.text
    assert second.message["In-Reply-To"] == first.message["Message-ID"]
    assert ":envelope:" not in story.card(number).all_text
    # What the server refuses wasn't told: the card goes on counting it.
    server.refusals |= {JO: "550 no such mailbox", SAM: "550 no such mailbox"}
    change(story, "eli", number, 1, item_state="done")
    send(story, tell(story, story.find(number, "finished an action item")))
    assert len(post.mails(JO)) == 2
    assert ":envelope: 1 change of the plan since the customer was told." in story.card(number).all_text
    server.refusals.clear()
    failed = story.find(number, "didn't reach")
    story.press("ana", ids.PRESS_SEND_OTHERWISE, on=failed)
    kept = str(story.form("ana").question("customer_text")["element"]["initial_value"])
    assert "Done: Split the queue" in kept, "the text is there to be sent another time"
    send(story, kept)
    assert "Done: Split the queue" in post.mails(JO)[-1].text
    assert ":envelope:" not in story.card(number).all_text


def test_a_german_customer_reads_the_plan_and_its_changes_in_german(post: MailStory) -> None:
    story = post.story
    rows = f"name,csm,contacts,language,zone\nAcme,ana@example.com,{JO},de,Europe/Berlin\n"
    number = accepted(story)
    story.program.services.account_import.load(rows.encode(), "accounts.csv")
    add(story, "ana", number, item="Warteschlange teilen")
    story.close_form("ana")
    plan(story, number, plan_cause="One queue for all customers")
    send(story, tell(story, story.find(number, "wrote the remediation plan")))
    assert "Warteschlange teilen, Eli Brandt, bis 10.03." in post.mails(JO)[-1].text
    change(story, "eli", number, 1, item_due="2026-03-13")
    send(story, tell(story, story.find(number, "changed an action item")))
    assert "Warteschlange teilen: bis 13.03. statt bis 10.03." in post.mails(JO)[-1].text
    for mail in post.mails(JO):
        assert mail.message["Subject"] == f"Ihr Ticket ESC-{number}"
        assert not re.search(r"\b(the|our|your|we|by|instead)\b", mail.text, re.IGNORECASE), mail.text
