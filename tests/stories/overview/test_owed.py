"""What a person owes stands under *Needs you* with its date and a press that does it, and goes when it's done."""

from pathlib import Path
from typing import Any

import pytest

from bot.views.kit import ids
from tests.stories.mail.conftest import MailStory
from tests.stories.overview.test_home import buttons, opened, shown, under
from tests.stories.programmes.proposing import accepted, at
from tests.stories.reviews.writing import FOLLOW_UP, WHYS, mitigated, write
from tests.stories.sending.conftest import post  # noqa: F401 - a fixture
from tests.stories.sending.test_sending import write as update
from tests.stories.teams.test_chase import channel
from tests.stories.watch.test_watches import end
from tests.support.story import USERS, Story
from tests.support.story import story as told


def owes(story: Story, who: str) -> list[str]:
    """Return what stands under *Needs you* as the tab was last drawn."""
    return under(shown(story, who), "Needs you")


def press(story: Story, who: str, action_id: str) -> None:
    """Press a button of a Home tab."""
    story.control.post("press", user=USERS[who], surface="home", action_id=action_id)
    story.settle()


def listed(story: Story, who: str) -> Any:
    """Return the blocks of the answer to `list mine`."""
    return story.command(who, "list mine")["ack"]["blocks"]


@pytest.mark.both_databases
def test_an_approval_and_an_offered_role_are_answered_from_home_and_from_the_list(post: MailStory) -> None:  # noqa: F811
    story = post.story
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00", summary="Exports fail")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    for who in ("ana", "eli"):
        opened(story, who)
    # An update waits for the customer owner.
    update(story, "dana", number, way="ask:mail")
    [asked] = [line for line in owes(story, "ana") if "approve" in line]
    assert asked.startswith(":raised_hand: *<@U01DANA> asks you to approve a customer update* · Acme · <")
    assert "|ESC-1> · until <!date^" in asked
    press(story, "ana", ids.PRESS_SEND_OTHERWISE)
    assert story.submit("ana")["result"] == "closed"
    assert not any("approve" in line for line in owes(story, "ana"))
    # A role is offered to somebody who has no part in it yet.
    story.menu("noor", "owners", number, role="fix_owner", person=USERS["eli"])
    assert ":bust_in_silhouette: *<@U01NOOR> asks you to be fix owner* · Acme" in owes(story, "eli")[0]
    press(story, "eli", ids.PRESS_DECLINE_ROLE)
    assert owes(story, "eli") == []
    # Accepted in a list, it goes from the list.
    story.menu("noor", "owners", number, role="fix_owner", person=USERS["eli"])
    story.command("eli", "list mine")
    copy = story.messages("C01GENERAL", "eli")[-1]
    assert "asks you to be fix owner" in copy.all_text
    story.press("eli", ids.PRESS_ACCEPT_ROLE, on=copy)
    again = story.messages("C01GENERAL", "eli")[-1]
    assert (again.ts, "asks you to be fix owner" in again.all_text) == (copy.ts, False)
    assert story.facts(number).holder("fix_owner") == USERS["eli"]


@pytest.mark.both_databases
def test_a_sign_off_the_closing_and_the_summary_wait_for_one_person_each(story: Story) -> None:
    number = mitigated(story)
    for who in ("ana", "maria"):
        opened(story, who)
    write(story, "dana", number, whys=WHYS, **FOLLOW_UP, ready=["ready"])
    [asked] = [line for line in owes(story, "maria") if "sign off" in line]
    assert asked.startswith(":mag: *<@U01DANA> asks you to sign off the review* · Acme · ")
    assert "· due <!date^" in asked
    press(story, "maria", ids.PRESS_REVIEW)
    story.press_in_form("maria", ids.PRESS_SIGN_OFF)
    story.close_form("maria")
    assert not any("sign off" in line for line in owes(story, "maria"))
    # Closing waits for the customer owner, and then their summary does.
    story.menu("maria", "waive", number, reason="They are away.")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="The queue has a limit.", cause="No limit")
    assert ["Resolved" in line for line in owes(story, "ana")] == [True]
    assert owes(story, "maria") == [], "one person closes it"
    assert ids.PRESS_CLOSE in buttons(shown(story, "ana"))
    press(story, "ana", ids.PRESS_CLOSE)
    assert story.submit("ana", summary="Exports work.")["result"] == "closed"
    [summary] = owes(story, "ana")
    assert summary.startswith(":memo: *Issue summary* · Acme · ")
    assert "· due <!date^" in summary
    story.skip_to("Wed 2026-03-11 07:00")
    story.skip_to("Wed 2026-03-11 12:00")
    assert ":exclamation: *overdue by " in under(opened(story, "ana"), "Needs you")[0]
    also = listed(story, "ana")
    assert "Issue summary" in str(also[-1])
    assert {"type": "header", "text": {"type": "plain_text", "text": "You also owe", "emoji": True}} in also
    digest = [message.all_text for message in story.direct("maria") if "Your team:" in message.all_text][-1]
    assert "Also overdue: issue summary (ESC-1, <@U01ANA>)." in digest
    press(story, "ana", ids.PRESS_SUMMARY)
    assert story.submit("ana")["result"] == "closed"
    assert owes(story, "ana") == []
    assert "You also owe" not in str(listed(story, "ana"))


def test_calls_are_shown_the_day_before_and_until_they_are_noted(story: Story) -> None:
    number = accepted(story)
    monday = at("Mon 2026-03-09 10:00")
    story.menu("ana", "status_call", number, status_call_at=monday, status_call_owner=USERS["omar"])
    assert not any("Status call" in line for line in under(opened(story, "omar"), "Needs you"))
    story.skip_to("Mon 2026-03-09 09:00")
    [call] = [line for line in under(opened(story, "omar"), "Needs you") if "Status call" in line]
    assert "· begins <!date^" in call
    story.skip_to("Mon 2026-03-09 12:00")
    [call] = [line for line in under(opened(story, "omar"), "Needs you") if "Status call" in line]
    assert ":exclamation: *no notes since <!date^" in call
    press(story, "omar", ids.PRESS_STATUS_CALL)
    assert story.submit("omar", status_call_note="They take it.")["result"] == "closed"
    assert not any("Status call" in line for line in owes(story, "omar"))
    # A follow-up call about something confidential is no line for somebody who may not see it.
    secret = story.declare("noor", account="Umbrella", level="sev3", confidential=["confidential"])
    hidden = story.declare("noor", account="Acme", level="sev3", summary="Exports are slow")
    for which in (secret, hidden):
        given = {"fixed": "Restarted.", "confirmed_by": "Jo", "confirmed_how": "call"}
        assert story.act("dana", ids.PRESS_RESOLVE, which, **given)["result"] == "closed"
        answer = story.menu("noor", "call", which, call_at=at("Tue 2026-03-10 09:00"), call_owner=USERS["eli"])
        assert answer["result"] == "closed", answer
    story.skip_to("Tue 2026-03-10 11:00")
    lines = under(opened(story, "eli"), "Needs you")
    assert ["Acme" in line for line in lines if "Follow-up call" in line] == [True]
    press(story, "eli", ids.PRESS_CALL)
    assert story.submit("eli", call_note="They are happy.")["result"] == "closed"
    assert not any("Follow-up call" in line for line in owes(story, "eli"))


def test_another_severity_is_approved_from_home(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3")
    opened(story, "maria")
    story.menu("dana", "level", number, level="sev2", reason="All of them.")
    [asked] = [line for line in owes(story, "maria") if "asks you" in line]
    assert asked.startswith(":chart_with_upwards_trend: *<@U01DANA> asks you for Sev 2* · Acme · ")
    press(story, "maria", ids.PRESS_APPROVE_LEVEL)
    assert story.facts(number).level == "sev2"
    assert not any("asks you" in line for line in owes(story, "maria"))


def test_a_team_that_has_not_responded_and_a_case_review_are_owed_and_pressed_in_lists(story: Story) -> None:
    channel(story)
    number = story.declare(account="Acme", level="sev4", category="technical", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.skip_to("Tue 2026-03-10 16:30")
    [team] = [line for line in under(opened(story, "dana"), "Needs you") if "responded" in line]
    assert team.startswith(":busts_in_silhouette: *Technical support hasn't responded* · Acme · ")
    assert ":exclamation: *overdue by " in team
    press(story, "dana", ids.PRESS_TEAM)
    assert not any("responded" in line for line in owes(story, "dana"))
    assert "responded" in story.find(number, "Technical support").all_text
    story.declare(account="Acme", level="sev4")
    third = story.declare(account="Acme", level="sev4")
    assert not any("Case review" in line for line in under(opened(story, "ana"), "Needs you")), "impact comes first"
    story.act("dana", ids.PRESS_MITIGATE, third, note="Restarted.")
    [review] = [line for line in owes(story, "ana") if "Case review" in line]
    assert review.startswith(":repeat: *Case review* · Acme · ")
    press(story, "ana", ids.PRESS_CASE_REVIEW)
    assert story.submit("ana", findings="They were never shown how.")["result"] == "closed"
    assert not any("Case review" in line for line in owes(story, "ana"))


def test_the_question_of_a_watch_is_answered_from_home(sqlite_url: str, folder: Path) -> None:
    reviewed = {"review_url": "https://wiki.example/1", "action": "Test it", "action_owner": USERS["eli"]}
    with told(sqlite_url, folder, policy="p-levels") as story:
        number = story.declare(account="Acme", level="p1", summary="Exports are down", at="Mon 2026-03-09 10:00")
        end(story, number, **reviewed, action_due="2026-03-20", cause="A slow query")
        story.menu("ana", "summary", number)
        story.skip(days=16)
        [asked] = under(opened(story, "ana"), "Needs you")
        assert asked.startswith(":eyes: *How is Acme since <https://")
        assert "|ESC-1> was resolved?* · asked <!date^" in asked
        other = story.declare(account="Umbrella", level="p4", summary="A typo")
        story.menu("noor", "owners", other, role="fix_owner", person=USERS["ana"])
        story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(other))
        assert ["asks you" in line for line in owes(story, "ana")] == [True, False], "what has no date comes last"
        press(story, "ana", ids.PRESS_WATCH_WELL)
        assert ["asks you" in line for line in owes(story, "ana")] == [True]
