"""A follow-up has an owner and a date, is reminded of around its date, and is tracked until it is done or dropped."""

from datetime import date

import pytest

from bot.policy.record.ending import CorrectiveActionFacts, FollowUpState
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story

ALERT = "Alert on connection errors"


def mitigated(story: Story, account: str = "Acme") -> int:
    number = story.declare(account=account, level="sev3", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    return number


def added(story: Story, number: int, *, by: str = "dana", owner: str = "eli", due: str = "2026-03-11") -> int:
    answer = story.menu(by, "followups", number, what=ALERT, owner=USERS[owner], due=due)
    assert answer["result"] == "closed", answer
    return story.facts(number).review.actions[-1].id


def notices(story: Story, who: str, words: str = "follow-up for") -> list[Seen]:
    return [message for message in story.direct(who) if words in message.text]


def only(story: Story, number: int) -> CorrectiveActionFacts:
    (action,) = story.facts(number).review.actions
    return action


def test_a_follow_up_takes_an_owner_and_a_date_and_its_owner_hears_of_it(story: Story) -> None:
    number = mitigated(story)
    assert story.menu("dana", "followups", number, what="-")["errors"] == {"what": "Enter what will be done."}
    assert set(story.submit("dana", what=ALERT, owner=None, due=None)["errors"]) == {"owner", "due"}
    late = story.submit("dana", what=ALERT, owner=USERS["eli"], due="2026-03-05")
    assert late["errors"] == {"due": "That day has passed. Choose a later one."}
    assert story.submit("dana", what=ALERT, owner=USERS["eli"], due="2026-03-11")["result"] == "closed"
    assert "added a follow-up for <@U01ELI>, due" in story.last(number).text
    assert ALERT in story.last(number).text
    (notice,) = notices(story, "eli")
    assert notice.text.startswith(":dart: Your follow-up for ESC-1")
    assert {ids.PRESS_FOLLOW_UP_DONE, ids.PRESS_FOLLOW_UP} <= set(notice.buttons)
    assert "*Follow-ups:* 0 of 1 done" in story.card(number).all_text


def test_its_owner_is_reminded_before_and_after_the_date_by_one_message_and_then_the_manager(story: Story) -> None:
    number = mitigated(story)
    added(story, number, due="2026-03-11")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Rolled back.", confirmed_by="Jo", confirmed_how="call")
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")
    story.skip_to("Tue 2026-03-10 08:59")
    assert "by" in notices(story, "eli")[-1].text
    told = notices(story, "eli")[-1].ts
    story.skip_to("Tue 2026-03-10 09:00")
    assert len(notices(story, "eli")) == 1
    assert notices(story, "eli")[-1].ts != told
    reminded = notices(story, "eli")[-1].ts
    story.skip_to("Wed 2026-03-11 18:00")
    assert notices(story, "eli")[-1].ts == reminded
    story.skip_to("Thu 2026-03-12 09:00")
    (overdue,) = notices(story, "eli")
    assert "*overdue* since" in overdue.text
    assert notices(story, "maria", "overdue") == []
    story.skip_to("Mon 2026-03-16 09:00")
    (left,) = notices(story, "maria", "overdue")
    assert "1 follow-up for ESC-1" in left.text
    assert len(notices(story, "eli")) == 1
    story.press("eli", ids.PRESS_FOLLOW_UP_DONE, on=notices(story, "eli")[-1])
    assert only(story, number).state is FollowUpState.DONE
    assert [message.text for message in story.direct("eli") if "No follow-ups left for you" in message.text]
    assert not any(ids.PRESS_FOLLOW_UP_DONE in message.buttons for message in story.direct("eli"))
    assert notices(story, "maria", "any more")
    story.skip(days=14)
    assert not any(ids.PRESS_FOLLOW_UP_DONE in message.buttons for message in story.direct("eli"))
    assert len(notices(story, "maria", "overdue")) == 1


@pytest.mark.both_databases
def test_a_date_moves_with_a_reason_and_a_follow_up_is_dropped_with_one(story: Story) -> None:
    number = mitigated(story)
    added(story, number)
    story.press("eli", ids.PRESS_FOLLOW_UP, on=notices(story, "eli")[-1])
    assert story.submit("eli", due="2026-03-18")["errors"] == {"reason": "Say why it moves."}
    assert story.submit("eli", due="2026-03-18", reason="Waiting for the vendor.")["result"] == "closed"
    assert "Waiting for the vendor." in story.last(number).all_text
    story.skip_to("Thu 2026-03-12 09:00")
    assert "18 Mar" in notices(story, "eli")[-1].text
    story.skip_to("Tue 2026-03-17 09:00")
    story.press("eli", ids.PRESS_FOLLOW_UP, on=notices(story, "eli")[-1])
    assert story.submit("eli", state="dropped", reason="")["errors"] == {"reason": "Say why it's dropped."}
    assert story.submit("eli", state="dropped", reason="The queue is gone.")["result"] == "closed"
    dropped = only(story, number)
    assert (dropped.state, dropped.reason) == (FollowUpState.DROPPED, "The queue is gone.")
    story.skip(days=7)
    assert not any(ids.PRESS_FOLLOW_UP in message.buttons for message in story.direct("eli"))


def test_done_twice_is_done_once_and_a_message_shows_what_is_left(story: Story) -> None:
    number = mitigated(story)
    first = added(story, number)
    story.menu("dana", "followups", number, what="Write the runbook", owner=USERS["eli"], due="2026-03-20")
    (both,) = notices(story, "eli", "follow-ups for")
    assert "Your 2 follow-ups for ESC-1" in both.text
    place = {"channel": both.raw["channel"], "ts": both.ts}
    story.by_hand("press", "eli", action_id=ids.PRESS_FOLLOW_UP_DONE, block_id=f"follow-up-{first}", **place)
    follow_ups = story.program.services.follow_ups
    follow_ups.done(number, first, by=USERS["eli"])
    story.settle()
    (left,) = [message for message in story.direct("eli") if ids.PRESS_FOLLOW_UP_DONE in message.buttons]
    assert "Write the runbook" in left.text
    assert sum("finished a follow-up" in text for text in story.said(number)) == 1


def test_the_form_changes_one_and_shows_it(story: Story) -> None:
    number = mitigated(story)
    added(story, number)
    story.more("dana", "followups", number)
    assert ALERT in story.form("dana").all_text
    story.press_in_form("dana", ids.PRESS_FOLLOW_UP_HERE)
    story.submit("dana", state="in progress", url="https://tracker.example/OPS-7")
    assert "in progress" in story.form("dana").all_text
    assert only(story, number).url == "https://tracker.example/OPS-7"
    assert "finished" not in story.last(number).text


def test_a_confidential_one_takes_only_those_who_may_see_it(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", category="security_privacy", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    answer = story.menu("dana", "followups", number, what=ALERT, owner=USERS["eli"], due="2026-03-11")
    assert answer["errors"] == {"owner": "They can't see this escalation. Bring them in first."}
    assert story.submit("dana", what=ALERT, owner=USERS["maria"], due="2026-03-11")["result"] == "closed"
    assert ALERT in str(story.command("maria", "followups")["ack"])
    assert "No open follow-ups." in str(story.command("eli", "followups")["ack"])


def test_a_follow_up_moves_on_when_its_owner_leaves(story: Story) -> None:
    number = mitigated(story)
    added(story, number)
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Rolled back.", confirmed_by="Jo", confirmed_how="call")
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")
    story.by_hand("member", "eli", deleted=True)
    assert only(story, number).owner == USERS["dana"]
    assert notices(story, "dana", "Your follow-up for ESC-1")


def test_who_stands_in_is_reminded_while_the_owner_is_away(story: Story) -> None:
    number = mitigated(story)
    added(story, number)
    story.command("eli", "away until next friday")
    story.submit("eli", stand_in=USERS["omar"])
    story.skip_to("Tue 2026-03-10 09:00")
    (reminded,) = notices(story, "omar")
    assert "<@U01ELI>'s follow-up for ESC-1" in reminded.text
    story.press("omar", ids.PRESS_FOLLOW_UP_DONE, on=reminded)
    assert only(story, number).state is FollowUpState.DONE


def test_home_and_the_managers_digest_show_what_is_late(story: Story) -> None:
    number = mitigated(story)
    added(story, number)
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Rolled back.", confirmed_by="Jo", confirmed_how="call")
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")
    assert ALERT not in story.home("eli")
    story.skip_to("Wed 2026-03-11 12:00")
    assert ALERT not in story.home("eli")
    story.skip_to("Thu 2026-03-12 09:30")
    home = story.home("eli")
    assert home.index("Needs you") < home.index(ALERT)
    assert ALERT not in story.home("omar")
    (digest,) = [message for message in story.direct("maria") if "Your team" in message.text]
    assert "1 follow-up overdue" in digest.all_text
    assert f"{ALERT} (ESC-1, <@U01ELI>)" in digest.markup
    story.press("eli", ids.PRESS_FOLLOW_UP_DONE, on=notices(story, "eli")[-1])
    assert ALERT not in story.home("eli")


def test_the_list_is_limited_by_words_and_goes_on_by_parts(story: Story) -> None:
    number = mitigated(story)
    other = mitigated(story, "Globex")
    for day in range(10, 27):
        owner = "eli" if day % 2 else "dana"
        story.program.services.follow_ups.add(
            number, CorrectiveActionFacts(f"Task {day}.", USERS[owner], date(2026, 3, day)), by=USERS["dana"]
        )
    added(story, other, owner="omar", due="2026-03-13")
    story.settle()
    everything = listed(story, "")
    assert "18 open follow-ups" in everything
    assert "3 more: `/escalate followups 2`" in everything
    assert "Task 26." in listed(story, "2")
    assert "Task 26." not in everything
    assert "8 open follow-ups: mine" in listed(story, "mine", "eli")
    assert "1 open follow-up: Globex" in listed(story, "Globex")
    assert "1 open follow-up: ESC-2" in listed(story, "ESC-2")
    assert "No overdue follow-ups." in listed(story, "overdue")
    assert "You have no open follow-ups." in listed(story, "mine", "maria")
    story.skip_to("Mon 2026-03-16 12:00")
    assert "*overdue* since" in listed(story, "overdue")


def listed(story: Story, words: str, who: str = "noor") -> str:
    return str(story.command(who, f"followups {words}")["ack"])
