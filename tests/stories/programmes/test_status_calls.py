"""Status calls with the customer: planned, invited with a calendar file, moved, cancelled, reminded of, noted."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import icalendar
import pytest

from bot.views.kit import ids
from tests.stories.mail.conftest import MailStory
from tests.stories.programmes.proposing import accepted, at
from tests.stories.programmes.test_action_items import SPLIT, record
from tests.stories.sending.conftest import JO, SAM, begun
from tests.support.story import USERS, Story

LINK = "https://meet.example/acme"
MONDAY = "Mon 2026-03-09 10:00"


@pytest.fixture
def post(database_url: str, folder: Path) -> Iterator[MailStory]:
    """Yield a story with a mail server and the customer's contacts, on both databases."""
    yield from begun(database_url, folder)


def plan(story: Story, number: int, when: str = MONDAY, **said: Any) -> dict[str, Any]:
    answer: dict[str, Any] = story.menu(
        "ana", "status_call", number, status_call_at=at(when), status_call_link=LINK, **said
    )
    return answer


def invited(post: MailStory) -> list[tuple[str, str, int, str]]:
    """Return the invitations that arrived: to whom, the method, SEQUENCE and UID."""
    found = []
    for mail in post.server.delivered:
        for part in mail.message.walk():
            if part.get_content_type() == "text/calendar":
                calendar = icalendar.Calendar.from_ical(part.get_content())
                (event,) = calendar.walk("VEVENT")
                method = str(calendar["METHOD"])
                assert part.get_param("method") == method
                found.append((mail.recipients[0], method, int(str(event["SEQUENCE"])), str(event["UID"])))
    return found


def reminders(story: Story, who: str) -> list[str]:
    return [message.text for message in story.direct(who) if "status call" in message.text]


@pytest.mark.both_databases
def test_a_call_is_invited_moved_and_cancelled_by_mail(post: MailStory) -> None:
    story = post.story
    number = accepted(story)
    assert plan(story, number)["result"] == "closed"
    assert "planned a status call" in story.find(number, ":telephone_receiver:").text
    assert "*Status call:* <!date^" in story.card(number).all_text
    first = invited(post)
    assert sorted(one[:3] for one in first) == [(JO, "REQUEST", 0), (SAM, "REQUEST", 0)]
    uid = first[0][3]
    mail = post.server.delivered[0]
    assert mail.message["Subject"] == "Status call · Acme (ESC-1)"
    assert "03/09, 10:00 AM" in mail.text
    assert LINK in mail.text
    # Moved, and Sam isn't needed any more.
    plan(story, number, "Mon 2026-03-09 11:00", status_call_to=JO)
    moved = invited(post)[2:]
    assert sorted(one[:3] for one in moved) == [(JO, "REQUEST", 1), (SAM, "CANCEL", 1)]
    assert {one[3] for one in (*first, *moved)} == {uid}
    story.menu("ana", "status_call", number, status_call_ends=["cancel"])
    assert invited(post)[4:] == [(JO, "CANCEL", 2, uid)]
    assert "cancelled the status call" in story.find(number, ":telephone_receiver:").text
    assert "*Status call:*" not in story.card(number).all_text
    rows = record(story).tables["status_calls"]
    assert [(row["state"], row["sequence"]) for row in rows] == [("cancelled", 2)]


@pytest.mark.both_databases
def test_who_holds_it_is_reminded_before_and_asked_for_notes_afterwards(story: Story) -> None:
    number = accepted(story)
    assert plan(story, number, status_call_owner=USERS["ana"])["result"] == "closed"
    story.skip_to("Mon 2026-03-09 09:44")
    assert not reminders(story, "ana")
    story.forward_to("Mon 2026-03-09 09:45")
    assert "Your status call about ESC-1 (Acme" in reminders(story, "ana")[-1]
    story.skip_to("Mon 2026-03-09 11:00")
    (asked,) = reminders(story, "ana")
    assert asked.startswith(":telephone_receiver: What was agreed on the status call about ESC-1 (Acme")
    story.skip_to("Tue 2026-03-10 11:00")
    assert len(reminders(story, "ana")) == 1
    story.press("ana", ids.PRESS_STATUS_CALL, on=next(one for one in story.direct("ana") if one.text == asked))
    story.submit("ana", status_call_note="They take the workers on Friday")
    assert not reminders(story, "ana")
    said = story.find(number, "noted a status call")
    assert "They take the workers on Friday" in said.all_text
    # What was agreed becomes an action item.
    story.press("ana", ids.PRESS_ADD_ITEM, on=said)
    story.submit("ana", **SPLIT)
    assert "0 of 1 done" in story.card(number).all_text
    (row,) = record(story).tables["status_calls"]
    assert (row["state"], row["note"]) == ("held", "They take the workers on Friday")
    events = [entry.event for entry in record(story).timeline if entry.event.startswith("status call")]
    assert events == ["status call planned", "status call noted"]


def test_times_and_links_that_can_not_be_are_refused_and_without_a_mail_server_no_one_is_invited(story: Story) -> None:
    number = accepted(story)
    answer = plan(story, number, "Fri 2026-03-06 09:00")
    assert answer["errors"] == {"status_call_at": "Choose a time in the future."}
    assert "status_call_to" not in story.form("ana").inputs
    story.close_form("ana")
    assert set(story.menu("ana", "status_call", number)["errors"]) == {"status_call_at"}


def test_a_call_that_nobody_planned_can_be_noted(story: Story) -> None:
    number = accepted(story)
    story.menu("ana", "status_call", number, status_call_note="They called us: all is well")
    assert "They called us: all is well" in story.find(number, "noted a status call").all_text


def test_an_address_that_is_refused_for_good_is_told_to_who_holds_the_call(post: MailStory) -> None:
    story = post.story
    post.server.refusals[SAM] = "550 5.1.1 No such user"
    number = accepted(story)
    plan(story, number)
    assert [one[0] for one in invited(post)] == [JO]
    assert any(SAM in message.all_text for message in story.direct("ana"))


def test_a_german_customer_is_invited_in_german(post: MailStory) -> None:
    story = post.story
    number = accepted(story)
    rows = f"name,csm,contacts,language,zone\nAcme,ana@example.com,{JO},de,Europe/Berlin\n"
    story.program.services.account_import.load(rows.encode(), "accounts.csv")
    plan(story, number)
    mail = post.mails(JO)[-1]
    assert str(mail.message["Subject"]) == f"Statusgespräch · Acme (ESC-{number})"
    assert "Statusgespräch am 09.03., 15:00 MEZ." in mail.text
    assert "Ana Ruiz leitet es." in mail.text
    assert "Status call" not in mail.text
