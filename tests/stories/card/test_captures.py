"""The timeline takes what people mark in the channel, follows it, and tells those who join late where things stand."""

import base64
import re

import pytest

from bot.policy.record.captures import SaidMessage
from bot.views.kit import ids
from tests.support.person import Json
from tests.support.story import USERS, Story, moment


def say(story: Story, number: int, text: str, who: str = "dana", **more: object) -> Json:
    channel = story.facts(number).channel_id
    return {"channel": channel, "ts": story.by_hand("message", who, channel=channel, text=text, **more)["ts"]}


def shown(story: Story, number: int, who: str = "ana") -> str:
    story.more(who, "timeline", number)
    found = story.form(who).all_text
    story.close_form(who)
    return found


@pytest.mark.both_databases
def test_a_pushpin_adds_a_message_and_its_edits_are_followed(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    place = say(story, number, "The queue is full since 9:40 & growing")
    story.by_hand("reaction", "noor", **place, name="pushpin")
    found = shown(story, number)
    assert "Message added" in found
    assert ">The queue is full since 9:40 &amp; growing" in found
    story.by_hand("reaction", "ana", **place, name="pushpin")
    assert shown(story, number).count("Message added") == 1
    story.by_hand("edit", "dana", **place, text="The queue is full since 9:30")
    found = shown(story, number)
    assert ">The queue is full since 9:30 _(edited)_" in found
    assert "9:40" not in found
    story.by_hand("delete", "dana", **place)
    found = shown(story, number)
    assert "9:30" not in found
    assert "_Deleted._" in found


@pytest.mark.both_databases
def test_a_pushpin_that_is_removed_takes_the_message_off_and_the_audit_keeps_it(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    place = say(story, number, "It was Bob's deploy")
    pin = {**place, "name": "pushpin"}
    story.by_hand("reaction", "noor", **pin)
    story.by_hand("reaction", "ana", **pin)
    story.by_hand("reaction", "ana", **pin, remove=True)
    assert "It was Bob's deploy" in shown(story, number), "another had added it"
    story.by_hand("reaction", "noor", **pin, remove=True)
    found = shown(story, number)
    assert "It was Bob's deploy" not in found
    assert "Message added" not in found
    assert found.count("Message taken off") == 1
    story.command("ana", f"audit ESC-{number}")
    assert {"Message added", "Message taken off"} <= set(re.findall("Message [a-z ]+[a-z]", story.form("ana").all_text))
    story.close_form("ana")
    story.by_hand("reaction", "noor", **pin)
    assert ">It was Bob's deploy" in shown(story, number)


def test_a_long_timeline_goes_on_by_pages_until_its_beginning(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    channel, captures = str(story.facts(number).channel_id), story.program.services.captures
    for index in range(45):
        said = SaidMessage(channel, f"1772809200.{index:06}", USERS["dana"], f"Step {index}.", story.clock.at)
        captures.add(said, by=USERS["dana"])
    story.more("ana", "timeline", number)
    assert "1 to 40 of" in story.form("ana").all_text
    assert "Step 44." in story.form("ana").all_text
    assert "Step 1." not in story.form("ana").all_text
    story.press_in_form("ana", ids.PRESS_TIMELINE_OLDER)
    assert "Step 1." in story.form("ana").all_text
    assert "Declared" in story.form("ana").all_text
    story.press_in_form("ana", ids.PRESS_TIMELINE_NEWER)
    assert "Step 44." in story.form("ana").all_text


def test_other_reactions_and_other_channels_add_nothing(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.by_hand("reaction", "noor", **say(story, number, "Looking"), name="eyes")
    elsewhere = story.by_hand("message", "noor", channel="general", text="Lunch?")
    story.by_hand("reaction", "noor", channel="general", ts=elsewhere["ts"], name="pushpin")
    assert "Message added" not in shown(story, number)


@pytest.mark.both_databases
def test_the_shortcut_adds_a_reply_of_a_thread_and_says_so_to_its_person(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    head = say(story, number, "What do we know?")
    reply = say(story, number, "A bad deploy at 9:30", "ana", thread_ts=head["ts"])
    story.shortcut("noor", ids.SHORTCUT_CAPTURE, **reply)
    assert ">A bad deploy at 9:30" in shown(story, number)
    assert any("Added to the timeline of ESC-1" in seen.text for seen in story.messages(number, "noor"))
    assert not any("Added to the timeline" in seen.text for seen in story.messages(number, "ana"))
    other = story.by_hand("message", "noor", channel="general", text="Lunch?")
    story.shortcut("noor", ids.SHORTCUT_CAPTURE, channel="general", ts=other["ts"])
    assert any("belongs to no escalation" in seen.text for seen in story.direct("noor"))


def test_a_guest_who_pins_is_refused_kindly(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    place, earlier = say(story, number, "The queue is full"), say(story, number, "It was the deploy")
    story.by_hand("join", "omar", channel=place["channel"])
    story.by_hand("reaction", "omar", **earlier, name="pushpin")
    story.by_hand("member", "omar", is_restricted=True)
    story.by_hand("reaction", "omar", **place, name="pushpin")
    story.by_hand("reaction", "omar", **earlier, name="pushpin", remove=True)
    assert "The queue is full" not in shown(story, number)
    assert "It was the deploy" in shown(story, number), "nor does one take off any more what one had added"
    assert any("own people" in seen.text for seen in story.messages(number, "omar"))


def test_a_pinned_reply_is_read_when_slack_is_back(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    head = say(story, number, "What do we know?")
    reply = say(story, number, "A bad deploy", "ana", thread_ts=head["ts"])
    story.lose_slack()
    story.by_hand("reaction", "noor", **reply, name="pushpin")
    story.find_slack()
    story.forward(minutes=5)
    assert ">A bad deploy" in shown(story, number)


@pytest.mark.both_databases
def test_files_of_the_channel_belong_to_the_record(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    content = base64.b64encode(b"png").decode()
    file = story.control.post("upload", user=USERS["ana"], name="error <1>.png", content=content)["file"]
    place = say(story, number, "Here", "ana", files=[file["id"]])
    found = shown(story, number)
    assert "File added" in found
    assert "error" in found
    record = next(iter(story.program.services.export.batches())).records[0]
    (kept,) = record.tables["files"]
    assert (kept["name"], kept["by"]) == ("error <1>.png", "U01ANA")
    assert str(kept["link"]).startswith("http")
    story.by_hand("delete", "ana", **place)
    (kept,) = next(iter(story.program.services.export.batches())).records[0].tables["files"]
    assert kept["link"] is None


def test_who_joins_late_gets_five_lines_that_only_they_see(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    channel = story.facts(number).channel_id
    next_at = int(moment("Mon 2026-03-09 09:30").timestamp())
    said = {"known": "A slow query.", "customer_text": "We found the cause.", "next_at": next_at}
    story.act("ana", ids.PRESS_UPDATE, number, **said)
    story.by_hand("join", "omar", channel=channel)
    mine = [seen for seen in story.messages(number, "omar") if "The customer was last told" in seen.text]
    assert len(mine) == 1
    lines = mine[0].text.split("\n")
    assert len(lines) == 5
    assert "Exports are down" in lines[0] or "Acme" in lines[0]
    assert "We found the cause." in lines[3]
    assert "A slow query." in lines[4]
    assert not [seen for seen in story.messages(number, "noor") if "The customer was last told" in seen.text]


def test_who_is_brought_in_late_gets_them_too_and_nobody_at_the_opening(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    assert not [seen for seen in story.messages(number, "ana") if "hasn't been told anything" in seen.text]
    story.forward(minutes=11)
    story.menu("noor", "people", number, people=[USERS["omar"]])
    assert [seen for seen in story.messages(number, "omar") if "hasn't been told anything yet" in seen.text]
