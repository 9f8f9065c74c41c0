"""A drill as one person plays it: ten minutes of an escalation, counterparts who write, and a score."""

import pytest

from bot.database import queries
from bot.errors import NotFound
from bot.policy.model.training import DrillStep
from bot.policy.training.drills import Played
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story

KEY = "exports"


def begin(story: Story, who: str = "ana", scenario: str = KEY) -> str:
    """Begin a drill and return its channel."""
    story.command(who, "drill")
    assert story.submit(who, scenario=scenario)["result"] == "closed"
    channels = story.state()["channels"]
    channel = next(str(channel["id"]) for channel in channels if channel["name"].startswith("drill-"))
    assert f"begins in <#{channel}>" in story.messages("general", who)[-1].text
    return channel


def card(story: Story, channel: str, who: str = "ana") -> Seen:
    return next(message for message in story.messages(channel, who) if message.text.startswith("Drill:"))


def said(story: Story, channel: str, who: str = "ana") -> list[str]:
    return [message.text for message in story.messages(channel, who) if not message.text.startswith("Drill:")]


def press(story: Story, channel: str, action: str, step: str) -> None:
    """Press the card's button of a step."""
    story.press("ana", f"{action}-{step.replace(' ', '_')}", on=card(story, channel))


def form(story: Story, channel: str, step: str, **values: str) -> dict[str, object]:
    press(story, channel, ids.PRESS_DRILL_FORM, step)
    return story.submit("ana", **values)


def test_the_whole_loop_played_well_scores_a_hundred(story: Story) -> None:
    channel = begin(story)
    found = next(each for each in story.state()["channels"] if each["id"] == channel)
    assert found["is_private"]
    assert "U01ANA" in found["members"]
    assert "Acknowledge by" in card(story, channel).all_text
    press(story, channel, ids.PRESS_DRILL_STEP, "acknowledged")
    assert "not acknowledged" not in card(story, channel).all_text
    story.forward(minutes=1)
    assert any("We report at nine" in text for text in said(story, channel))
    update = "Exports of your size stop at the moment. Smaller ones work. We look into it with priority."
    form(story, channel, "updated", text=update, note="Sam looks at export-worker-3.", minutes="30")
    assert f"you to Jo Keller:\n>{update}" in said(story, channel)[-1]
    story.forward(minutes=1)
    assert any("What do I tell her?" in text for text in said(story, channel))
    story.by_hand("message", "ana", channel=channel, text="Tell her that Jo hears from us every half hour.")
    story.forward(minutes=1)
    form(story, channel, "updated", text="We still look into it, and nothing of yours is lost.", minutes="30")
    story.forward(minutes=1)
    assert any("Rolled back" in text for text in said(story, channel))
    press(story, channel, ids.PRESS_DRILL_STEP, "impact stopped")
    form(story, channel, "resolved", text="A deploy made large exports run out of memory.")
    form(story, channel, "asked")
    story.forward(minutes=1)
    assert any("we can report" in text for text in said(story, channel))
    form(story, channel, "closed", text="A limit for the size of exports", note="Sam, by Friday")
    score = said(story, channel)[-1]
    assert score.startswith("*100 of 100*"), score
    assert not card(story, channel).buttons
    assert [
        message.text for message in story.messages(channel, "ana") if set(message.buttons) - {ids.PRESS_DRILLS}
    ] == []


def test_what_asks_for_a_step_has_its_button(story: Story) -> None:
    channel = begin(story)
    assert "You hold both roles: fix owner and customer owner." in card(story, channel).all_text
    story.forward(minutes=2)
    asked = {message.text.split("\n")[0]: list(message.buttons) for message in story.messages(channel, "ana")}
    assert asked[":speech_balloon: *Jo Keller*"] == [f"{ids.PRESS_DRILL_FORM}-updated"]
    assert asked[":wrench: *Sam Ortiz*"] == []
    told = {message.text.split("\n")[0]: message.all_text for message in story.messages(channel, "ana")}
    assert "Write your answer in this channel." in told[":necktie: *Rita Blum*"]
    assert "Write your answer" not in told[":wrench: *Sam Ortiz*"]
    late = ":alarm_clock: No one acknowledged within 15 min. Press *Acknowledge*."
    assert asked[late] == [f"{ids.PRESS_DRILL_STEP}-acknowledged"]
    reminder = next(message for message in story.messages(channel, "ana") if message.text == late)
    story.press("ana", f"{ids.PRESS_DRILL_STEP}-acknowledged", on=reminder)
    assert "not acknowledged" not in card(story, channel).all_text
    story.forward(minutes=3)
    fixed = next(message for message in story.messages(channel, "ana") if "Rolled back" in message.text)
    story.press("ana", f"{ids.PRESS_DRILL_STEP}-impact_stopped", on=fixed)
    assert "*Impact stopped*" in card(story, channel).all_text
    fixed = next(message for message in story.messages(channel, "ana") if "Rolled back" in message.text)
    assert fixed.buttons == [], "what it asked for is done"


def test_a_drill_is_in_no_list_page_feed_or_number(story: Story) -> None:
    channel = begin(story)
    story.forward(minutes=15)
    assert said(story, channel)[-1].split("*")[1].endswith("of 100")
    story.command("maria", "list")
    assert "No open escalations" in story.messages("general", "maria")[-1].all_text
    for who in ("dana", "maria", "omar"):
        assert not story.direct(who)
    assert "Northwind" not in story.home("maria")
    posted = [call for call in story.calls("chat.postMessage") if not call["error"]]
    assert {call["arguments"]["channel"] for call in posted} == {channel}


def test_silence_is_reminded_of_and_scored(story: Story) -> None:
    channel = begin(story)
    story.forward(minutes=13)
    texts = said(story, channel)
    assert any("No one acknowledged within 15 min" in text for text in texts)
    score = texts[-1]
    assert "Never acknowledged." in score
    assert "Jo Keller got no update." in score
    assert "Not finished." in score
    assert score.count("\n") == 5


def test_what_the_customer_should_not_read_comes_back(story: Story) -> None:
    channel = begin(story)
    press(story, channel, ids.PRESS_DRILL_STEP, "acknowledged")
    form(story, channel, "updated", text="This will be fixed by 5 pm, I promise. See export-worker-3.eu.internal.")
    story.forward(minutes=1)
    texts = said(story, channel)
    assert any("I've told our board" in text for text in texts)
    assert any("I don't know what half of that means" in text for text in texts)


def test_closing_before_the_customer_confirms_costs_points(story: Story) -> None:
    channel = begin(story)
    press(story, channel, ids.PRESS_DRILL_STEP, "acknowledged")
    press(story, channel, ids.PRESS_DRILL_STEP, "impact stopped")
    form(story, channel, "resolved", text="Unknown")
    form(story, channel, "asked")
    story.forward(minutes=1)
    assert any("stopped at 40 % again" in text for text in said(story, channel))
    form(story, channel, "closed")
    assert "You called it over before Sam Ortiz did." in said(story, channel)[-1]


def test_nobody_else_plays_it_and_nobody_plays_two(story: Story) -> None:
    channel = begin(story)
    story.command("ana", "drill")
    assert "You're in *Exports fail at quarter end*" in story.form("ana").all_text
    story.close_form("ana")
    story.press("ana", ids.PRESS_DRILL_END, on=card(story, channel))
    assert "of 100" in said(story, channel)[-1]
    story.command("ana", "drill")
    assert story.submit("ana", scenario="angry")["result"] == "closed"


def test_a_command_in_a_drill_never_reaches_for_a_real_escalation(story: Story) -> None:
    story.declare("ana", level="sev3")
    channel = begin(story)
    for verb in ("ack", "mitigate", "resolve", "update"):
        story.command("ana", verb, channel=channel)
        assert not story.has_form("ana")
        assert said(story, channel)[-1] == "This is a drill. Use the buttons of its card."


def test_only_its_person_plays_it(story: Story) -> None:
    begin(story)
    drills = story.program.services.drills
    for refused in (
        lambda: drills.play(1, Played(step=DrillStep.ACKNOWLEDGED), by="U01DANA"),
        lambda: drills.end(1, by="U01DANA"),
        lambda: drills.form(1, DrillStep.UPDATED, by="U01DANA"),
    ):
        with pytest.raises(NotFound, match="someone else's drill"):
            refused()
    assert not drills.said("C0UNKNOWN", "U01ANA", "1.1", "Hello")


def test_a_choice_sent_twice_begins_one_drill(story: Story) -> None:
    story.command("ana", "drill")
    story.control.post("faults", kind="duplicate", delivery="interactive:view_submission", times=1)
    story.by_hand("submit", "ana", values={"scenario": KEY})
    assert sum(channel["name"].startswith("drill-") for channel in story.state()["channels"]) == 1


def test_slack_refuses_the_channel_and_the_person_is_told(story: Story) -> None:
    story.control.post("faults", kind="error", method="conversations.create", error="restricted_action", times=1)
    story.command("ana", "drill")
    story.submit("ana", scenario=KEY)
    assert "The drill can't begin: Slack refused its channel (restricted_action)." in story.direct("ana")[-1].text
    story.command("ana", "drill")
    assert story.submit("ana", scenario=KEY)["result"] == "closed"


def test_the_channel_is_archived_a_day_after_the_end(story: Story) -> None:
    channel = begin(story)
    story.press("ana", ids.PRESS_DRILL_END, on=card(story, channel))
    story.forward(hours=25)
    found = next(each for each in story.state()["channels"] if each["id"] == channel)
    assert found["is_archived"]


def test_a_drill_goes_on_after_a_restart(story: Story) -> None:
    channel = begin(story)
    story.restart()
    story.forward(minutes=2)
    assert any("We report at nine" in text for text in said(story, channel))


@pytest.mark.parametrize("how", ["archive", "erase"])
def test_a_drill_ends_when_its_channel_is_gone_and_its_person_is_told_once(story: Story, how: str) -> None:
    channel = begin(story)
    story.control.post("member", user=USERS["ana"], is_admin=True)
    story.by_hand(how, "ana", channel=channel)
    story.forward(minutes=12)
    told = [message.text for message in story.direct("ana") if "drill" in message.text]
    assert told == [
        "The drill's channel is gone, so the drill ended without a score. Start another with the command `drill`."
    ]
    with story.program.services.database.transaction() as tx:
        assert not queries.parked(tx.session)
    story.command("ana", "drill")
    assert story.submit("ana", scenario=KEY)["result"] == "closed"
