"""Nothing internal goes into a channel that another company reads, and who comes in from outside is pointed out."""

from pathlib import Path

import pytest

from bot.views.kit import ids
from tests.support.story import WORKSPACE, Story
from tests.support.story import story as told

OUTSIDE = WORKSPACE.replace(
    "channels:",
    """  - {id: U01GUS, name: gus, real_name: Gus Guest, email: gus@example.com, is_restricted: true}
  - {id: U01IVY, name: ivy, real_name: Ivy Elsewhere, email: ivy@other.example, team_id: T09OTHER}
channels:
  - {id: C01SHARED, name: ext-acme, members: [U01ANA, U01DANA, U01IVY, U0SANDBOX1], is_ext_shared: true}""",
)


def update(story: Story, who: str, number: int, **values: str) -> None:
    story.command(who, f"update {number}")
    story.submit(who, **values)


def shared(story: Story, number: int) -> str:
    """Share the channel of an escalation with another company, and return its id."""
    channel = str(story.channel(number)["id"])
    story.control.post("connect", user="U01ANA", channel=channel)
    story.settle()
    return channel


@pytest.mark.both_databases
def test_what_is_internal_is_held_once_the_channel_is_shared_and_the_owners_are_told(story: Story) -> None:
    number = story.declare(level="sev2")
    shared(story, number)
    before = len(story.messages(number))
    assert any("is shared with another company now" in message.text for message in story.direct("ana"))
    assert any("is shared with another company now" in message.text for message in story.direct("dana"))
    update(story, "dana", number, known="A bad query of ours.", customer_text="")
    assert len(story.messages(number)) == before
    asked = next(message for message in story.direct("ana") if ids.PRESS_NEW_CHANNEL in message.buttons)
    story.press("ana", ids.PRESS_NEW_CHANNEL, on=asked)
    assert "A bad query of ours." in " ".join(story.said(number))
    assert "is shared with another company. Don't use it any more." in " ".join(story.said(number))


def test_it_goes_on_in_the_channel_that_is_not_shared_any_more(story: Story) -> None:
    number = story.declare(level="sev2")
    channel = shared(story, number)
    update(story, "dana", number, known="A bad query of ours.", customer_text="")
    assert "A bad query of ours." not in " ".join(story.said(number))
    story.control.post("connect", user="U01ANA", channel=channel, end=True)
    story.settle()
    assert "A bad query of ours." in " ".join(story.said(number))


def test_an_event_that_was_lost_does_no_harm(sqlite_story: Story) -> None:
    story = sqlite_story
    number = story.declare(level="sev2")
    channel = str(story.channel(number)["id"])
    story.sandbox.workspace.channels[channel].is_ext_shared = True
    story.forward(minutes=11)
    update(story, "dana", number, known="A bad query of ours.", customer_text="")
    assert "A bad query of ours." not in " ".join(story.said(number))
    assert any("is shared with another company now" in message.text for message in story.direct("ana"))


def test_a_command_in_a_shared_channel_names_no_customer(sqlite_url: str, folder: Path) -> None:
    with told(sqlite_url, folder, workspace=OUTSIDE) as story:
        number = story.declare(level="sev2")
        for typed in ("list", "status", "acme status", f"status {number}"):
            story.command("ana", typed, channel="ext-acme")
        said = [message.all_text for message in story.messages("ext-acme", "ana")]
        assert said
        assert all("Another company reads this channel" in one for one in said)
        story.command("ana", "", channel="ext-acme")
        story.submit("ana", account="Globex", summary="Exports are down", level="sev3")
        last = story.messages("ext-acme", "ana")[-1].all_text
        assert last.split("\n")[0] == "ESC-2 is declared."
        assert "lobex" not in " ".join(message.all_text for message in story.messages("ext-acme", "ana"))
        assert story.messages("ext-acme", "dana") == []


@pytest.mark.both_databases
def test_a_guest_in_the_channel_is_pointed_out_to_the_owners_once(database_url: str, folder: Path) -> None:
    with told(database_url, folder, workspace=OUTSIDE) as story:
        number = story.declare(level="sev2")
        channel = str(story.channel(number)["id"])
        for _ in range(2):
            story.control.post("invite", user="U01ANA", channel=channel, users=["U01GUS"])
            story.settle()
            story.control.post("remove", user="U01ANA", channel=channel, other="U01GUS")
            story.settle()
        story.control.post("invite", user="U01ANA", channel=channel, users=["U01ELI"])
        story.settle()
        for owner in ("ana", "dana"):
            flagged = [message for message in story.direct(owner) if "a guest" in message.text]
            assert len(flagged) == 1
            assert "<@U01GUS>, a guest, is in" in flagged[0].text
            assert "added by <@U01ANA>" in flagged[0].text


def test_a_team_whose_channel_is_shared_is_not_asked_there(sqlite_url: str, folder: Path) -> None:
    workspace = (
        OUTSIDE
        + "  - {id: C01TECH, name: tech-support-escalations, members: [U01ANA, U0SANDBOX1], is_ext_shared: true}\n"
    )
    with told(sqlite_url, folder, workspace=workspace) as story:
        number = story.declare(level="sev2", category="technical")
        assert story.messages("tech-support-escalations", "ana") == []
        assert any("it's shared with another company" in said for said in story.said(number))
