"""Shifts: taken over in Slack, handed over by the rota, and what that means for a page that rings."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import pytest

from bot.views.kit import ids
from tests.support.story import Story, moment


def take_over(story: Story, who: str, start: str, end: str) -> dict[str, object]:
    """Take the shift of exports over, from one time in New York to another."""
    story.command(who, "oncall")
    story.press(who, ids.PRESS_TAKE_SHIFT, on=story.messages("general", who)[-1])
    span = {"from": int(moment(start).timestamp()), "to": int(moment(end).timestamp())}
    return story.submit(who, **span)


def told(story: Story, who: str) -> list[str]:
    return [message.text for message in story.direct(who)]


def test_a_shift_taken_over_is_told_to_both_and_new_escalations_follow(story: Story) -> None:
    assert take_over(story, "eli", "Fri 2026-03-06 10:00", "Sat 2026-03-07 10:00")["result"] == "closed"
    assert "You took over the shift for *Exports and reports*" in told(story, "eli")[-1]
    assert "<@U01DANA> had it, and was notified." in told(story, "eli")[-1]
    assert told(story, "dana")[-1].startswith("<@U01ELI> took over your shift for *Exports and reports*, from")
    number = story.declare(level="sev1")
    assert story.facts(number).holder("fix_owner") == "U01ELI"
    assert story.pages("eli")
    assert not story.pages("dana")


def test_the_shift_goes_back_at_its_end_and_both_are_told(story: Story) -> None:
    take_over(story, "eli", "Fri 2026-03-06 10:00", "Sat 2026-03-07 10:00")
    story.skip_to("Sat 2026-03-07 10:01")
    assert "You're on call for *Exports and reports*" in told(story, "dana")[-1]
    assert "<@U01ELI> was on call before you." in told(story, "dana")[-1]
    assert told(story, "eli")[-1] == "Your shift for *Exports and reports* is over. <@U01DANA> is on call now."


def test_the_rotas_own_hand_over_is_told_to_both(story: Story) -> None:
    story.declare(level="sev4", summary="A wish")
    story.skip_to("Mon 2026-03-09 04:05")
    assert "You're on call for *Exports and reports*" in told(story, "eli")[-1]
    assert "Open: ESC-1." in told(story, "eli")[-1]
    assert "Your shift for *Exports and reports* is over. <@U01ELI> is on call now." in told(story, "dana")


def test_a_swap_during_an_escalation_moves_the_page_and_leaves_the_owner(story: Story) -> None:
    number = story.declare(level="sev1")
    assert story.pages("dana")
    take_over(story, "eli", "Fri 2026-03-06 10:00", "Sat 2026-03-07 10:00")
    assert story.facts(number).holder("fix_owner") == "U01DANA"
    assert story.pages("eli")
    assert "<@U01ELI> is on call now and gets the pages. <@U01DANA> stays fix owner." in "\n".join(story.said(number))
    before = len(story.pages("dana"))
    story.forward(minutes=11)
    assert len(story.pages("dana")) == before
    assert len(story.pages("eli")) == 3
    assert "eli" in story.members(number)


def test_an_owner_who_took_it_over_keeps_the_pages_when_the_shift_changes(story: Story) -> None:
    number = story.declare(level="sev3")
    story.menu("noor", "owners", number, role="fix_owner", person="U01NOOR")
    take_over(story, "eli", "Fri 2026-03-06 10:00", "Sat 2026-03-07 10:00")
    story.menu("maria", "level", number, level="sev1", reason="It is their launch day.")
    assert story.pages("noor")
    assert not story.pages("eli")


def test_times_that_make_no_shift_are_answered_at_the_field(story: Story) -> None:
    answer = take_over(story, "eli", "Fri 2026-03-06 12:00", "Fri 2026-03-06 11:00")
    assert answer["errors"] == {"to": "Choose a time after the start."}
    past = int(datetime(2026, 3, 5, tzinfo=UTC).timestamp())
    assert "That has passed." in str(story.submit("eli", **{"from": past, "to": past})["errors"])
    far = int(datetime(2027, 3, 6, tzinfo=UTC).timestamp())
    assert "within 62 days" in str(story.submit("eli", to=far)["errors"])


@pytest.mark.both_databases
def test_a_shift_sent_twice_is_taken_once(story: Story) -> None:
    story.command("eli", "oncall")
    story.press("eli", ids.PRESS_TAKE_SHIFT, on=story.messages("general", "eli")[-1])
    story.control.post("faults", kind="duplicate", delivery="interactive:view_submission", times=1)
    story.by_hand("submit", "eli", values={})
    assert sum("You took over the shift" in text for text in told(story, "eli")) == 1


@pytest.mark.both_databases
@pytest.mark.both_databases
def test_of_two_who_take_it_at_once_the_second_takes_it_from_the_first(story: Story) -> None:
    story.meet(["dana@example.com"])
    span = moment("Sat 2026-03-07 10:00"), moment("Sun 2026-03-08 10:00")
    take = story.program.services.shifts.take_over
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(partial(take, "exports", *span, by=who)) for who in ("U01ELI", "U01OMAR")]
    assert [one.result() for one in done] == [None, None]
    story.settle()
    lost = [text for who in ("dana", "eli", "omar") for text in told(story, who) if "took over your shift" in text]
    assert len(lost) == 2, "Dana lost it to the first, who lost it to the second"
    assert sum("took over your shift" in text for text in told(story, "dana")) == 1
    story.skip_to("Sat 2026-03-07 10:01")
    [holder] = [who for who in ("eli", "omar") if not any("took over your shift" in text for text in told(story, who))]
    number = story.declare(level="sev1", area="exports")
    assert story.facts(number).holder("fix_owner") == f"U01{holder.upper()}"
