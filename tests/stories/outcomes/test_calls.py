"""A follow-up call is planned, reminded of, and noted."""

from bot.views.kit import ids
from tests.stories.closing.test_ending import CONFIRMED
from tests.support.person import Seen
from tests.support.story import USERS, Story, moment


def resolved(story: Story) -> int:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    return number


def reminders(story: Story, who: str) -> list[Seen]:
    return [message for message in story.direct(who) if "Your follow-up call about" in message.text]


def at(text: str) -> int:
    return int(moment(text).timestamp())


def test_a_planned_call_reminds_who_holds_it_until_it_is_noted(story: Story) -> None:
    number = resolved(story)
    assert set(story.menu("maria", "call", number)["errors"]) == {"call_at"}
    assert story.submit("maria", call_at=at("Fri 2026-03-06 09:00"))["errors"] == {
        "call_at": "Choose a time in the future."
    }
    assert story.submit("maria", call_at=at("Mon 2026-03-09 15:00"), call_owner=USERS["ana"])["result"] == "closed"
    assert "Follow-up call with the customer" in story.last(number).text
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")
    story.forward_to("Mon 2026-03-09 14:59")
    assert reminders(story, "ana") == []
    story.forward_to("Mon 2026-03-09 15:00")
    assert len(reminders(story, "ana")) == 1
    story.forward_to("Tue 2026-03-10 15:00")
    assert len([text for text in reminders(story, "ana") if ids.PRESS_CALL in text.buttons]) == 1
    story.press("ana", ids.PRESS_CALL, on=reminders(story, "ana")[-1])
    assert story.submit("ana", call_note="They are happy with the new queue.")["result"] == "closed"
    call = story.facts(number).call
    assert call is not None
    assert call.note == "They are happy with the new queue."
    story.skip(days=5)
    assert not any(ids.PRESS_CALL in message.buttons for message in reminders(story, "ana"))


def test_a_call_that_is_moved_reminds_at_its_new_time(story: Story) -> None:
    number = resolved(story)
    story.menu("ana", "call", number, call_at=at("Mon 2026-03-09 15:00"))
    story.forward_to("Mon 2026-03-09 15:00")
    assert len(reminders(story, "ana")) == 1
    story.press("ana", ids.PRESS_CALL, on=reminders(story, "ana")[-1])
    story.submit("ana", call_at=at("Thu 2026-03-12 11:00"))
    story.forward_to("Thu 2026-03-12 10:59")
    assert not any(ids.PRESS_CALL in message.buttons for message in reminders(story, "ana"))
    story.forward_to("Thu 2026-03-12 11:00")
    assert ids.PRESS_CALL in reminders(story, "ana")[-1].buttons
