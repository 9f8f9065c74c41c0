"""The manager updates the customer's sponsor in person: a promise of its own, which only the manager can keep."""

from sqlalchemy import select

from bot.models.promises import Promise
from bot.policy.record.promises import Audience, PromiseState
from bot.views.kit import ids
from tests.stories.programmes.proposing import accepted
from tests.stories.programmes.test_programmes import CONFIRMED, REVIEWED
from tests.support.story import Story, moment

DUE = "Fri 2026-03-13 10:00"


def ledger(story: Story, number: int) -> list[PromiseState]:
    with story.program.services.database.transaction() as tx:
        mine = (Promise.escalation_id == number, Promise.audience == Audience.SPONSOR)
        return [row.state for row in tx.session.scalars(select(Promise).where(*mine).order_by(Promise.id))]


def reminders(story: Story, who: str = "maria") -> list[str]:
    return [message.text for message in story.direct(who) if "Your update to the sponsor" in message.text]


def update(story: Story, who: str, number: int) -> None:
    said = {"known": "Going well.", "customer_text": "It is going well.", "health": "green"}
    assert story.act(who, ids.PRESS_UPDATE, number, **said)["result"] == "closed"


def test_only_the_managers_own_update_keeps_the_promise(story: Story) -> None:
    number = accepted(story, level="sev4", health="green")
    assert story.facts(number).sponsor_update_due_at == moment(DUE)
    assert "Manager's next update to their sponsor:* <!date^" in story.card(number).all_text
    update(story, "ana", number)
    assert ledger(story, number) == [PromiseState.OPEN]
    story.skip_to(DUE)
    assert len(reminders(story)) == 1
    story.skip_to("Mon 2026-03-16 10:00")
    assert len(reminders(story)) == 1, "the new one takes the place of the one before"
    update(story, "maria", number)
    assert not reminders(story)
    assert ledger(story, number) == [PromiseState.LATE, PromiseState.OPEN]
    assert story.facts(number).sponsor_update_due_at == moment("Mon 2026-03-23 10:00")


def test_a_status_call_the_manager_noted_counts_and_an_undone_end_changes_nothing(story: Story) -> None:
    number = accepted(story)
    story.forward(hours=1)
    story.menu("maria", "status_call", number, status_call_note="Their VP is content")
    assert ledger(story, number) == [PromiseState.KEPT, PromiseState.OPEN]
    due_at = story.facts(number).sponsor_update_due_at
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Queue split.", **CONFIRMED, **REVIEWED)
    assert story.facts(number).sponsor_update_due_at is None
    assert ledger(story, number)[-1] is PromiseState.LIFTED
    resolved = next(one for one in story.messages(number) if ids.PRESS_UNDO in one.buttons)
    story.press("dana", ids.PRESS_UNDO, on=resolved)
    assert story.facts(number).sponsor_update_due_at == due_at
    assert ledger(story, number)[-1] is PromiseState.OPEN


def test_an_issue_owes_no_update_of_the_manager(story: Story) -> None:
    number = story.declare(level="sev3")
    assert story.facts(number).sponsor_update_due_at is None
    assert ledger(story, number) == []
