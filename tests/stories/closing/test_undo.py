"""A step too far: a mitigation and a resolution can be undone for ten minutes, as if they hadn't been."""

from bot.policy.record.escalation import Status
from bot.views.kit import ids
from bot.views.kit.parts import actions, button
from tests.support.story import Story, moment

CONFIRMED = {"confirmed_by": "Jo at Acme", "confirmed_how": "call"}


def test_a_resolution_is_undone_as_if_it_had_not_been(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    before = story.facts(number)
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    message = story.find(number, "Resolved by")
    story.forward(minutes=9)
    story.press("noor", ids.PRESS_UNDO, on=message)
    after = story.facts(number)
    assert (after.status, after.confirmation, after.fixed) == (Status.OPEN, None, None)
    assert after.customer_update_due_at == before.customer_update_due_at
    assert after.internal_update_due_at == before.internal_update_due_at
    assert after.resolution.spans == before.resolution.spans
    assert story.last(number).text.endswith("<@U01NOOR> undid “resolved”. Status: Acknowledged.")
    assert story.find(number, "Resolved by").text.endswith("Restarted. Undone by <@U01NOOR>.")
    assert story.find(number, "Resolved by").buttons == []
    story.skip_to("Mon 2026-03-09 10:00")
    assert any("the update for Acme was due <!date^" in said for said in story.said(number)), "the promise holds"
    assert story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)["result"] == "closed"


def test_a_mitigation_is_undone_and_a_resolution_after_it_goes_back_to_it(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Rolled back.", **CONFIRMED)
    story.press("dana", ids.PRESS_UNDO, on=story.find(number, "Resolved by"))
    assert story.facts(number).status is Status.MITIGATED
    assert story.facts(number).mitigated_at == moment("Fri 2026-03-06 10:00")
    # What the last step was can't be told from the record any more: reopening is the way back.
    assert ids.PRESS_UNDO not in story.find(number, "Impact stopped, noted by").buttons
    story.forward(minutes=11)
    # A button of an earlier version.
    left = story.post_as_bot(number, actions(button("Undo", ids.PRESS_UNDO, str(number))))
    story.press("dana", ids.PRESS_UNDO, on=left)
    told = [message.text for message in story.messages(number, "dana")]
    assert "It's too late to undo this. Reopen it instead." in told
    assert story.facts(number).status is Status.MITIGATED
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Rolled back.", **CONFIRMED)
    story.forward(minutes=9)
    assert [ids.PRESS_UNDO in one.buttons for one in story.messages(number) if "Resolved by" in one.text][-1]
    story.forward(minutes=1)
    still = [one.text for one in story.messages(number) if ids.PRESS_UNDO in one.buttons and one.ts != left.ts]
    assert still == [], "with its ten minutes, and no one does anything"


def test_pressing_undo_twice_undoes_it_once(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    message = story.find(number, "Impact stopped, noted by")
    story.press_together(("dana", "noor"), ids.PRESS_UNDO, on=message)
    assert ids.PRESS_UNDO not in story.find(number, "Impact stopped, noted by").buttons
    facts = story.facts(number)
    assert facts.status is Status.OPEN
    assert len(facts.resolution.spans) == 1
    assert facts.resolution.spans[0].stopped_at is None
    assert sum("undid" in said for said in story.said(number)) == 1
    told = story.find(number, "Impact stopped, noted by")
    assert told.text.endswith("noted by <@U01DANA>. Rolled back. Undone by <@U01DANA>.")
    assert told.buttons == []
    assert "clock stopped" not in told.all_text
    assert "There's nothing to undo." in [message.text for message in story.messages(number, "noor")]
    story.forward(minutes=32)
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    assert "Impact stopped in 32 min" in story.card(number).all_text, "the stop that was undone doesn't count"


def test_what_an_undone_resolution_was_given_is_offered_again(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED, evidence="All good now.")
    story.press("dana", ids.PRESS_UNDO, on=story.find(number, "Resolved by"))
    # Also after another step.
    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    story.press("noor", ids.PRESS_RESOLVE, on=story.card(number))
    assert _filled_in(story) == ["Restarted.", "Jo at Acme", "call", "All good now."]
    story.submit("noor")
    facts = story.facts(number)
    assert facts.confirmation is not None
    assert (facts.fixed, facts.confirmation.by, facts.confirmation.how) == ("Restarted.", "Jo at Acme", "call")
    # Reopening is another matter: what was fixed then didn't last.
    story.act("noor", ids.PRESS_REOPEN, number, reason="It is back.")
    story.press("noor", ids.PRESS_RESOLVE, on=story.card(number))
    assert _filled_in(story) == [None, None, None, None]


def _filled_in(story: Story) -> list[str | None]:
    elements = [
        story.form("noor").question(asked)["element"]
        for asked in ("fixed", "confirmed_by", "confirmed_how", "evidence")
    ]
    return [one.get("initial_value") or one.get("initial_option", {}).get("value") for one in elements]
