"""Channels that the policy and the settings name, for teams, major incidents and the feed, change under us.

The person who acts is notified at once, the policy's owner once; messages for the channel go out when it is back.
"""

from collections.abc import Callable

import pytest

from bot.database import queries
from bot.services.operator.doctor import Doctor
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story

TEAM, INCIDENTS, FEED = "tech-support-escalations", "incidents", "escalations"


def made(story: Story, name: str, *, is_private: bool = False) -> str:
    """Make a channel as Eli and bring the bot in."""
    created = story.control.post("create", user=USERS["eli"], name=name, is_private=is_private)["channel"]
    story.control.post("invite", user=USERS["eli"], channel=created, users=[bot_of(story)])
    return str(created)


def channel_named(story: Story, name: str) -> str:
    return next(str(channel["id"]) for channel in story.state()["channels"] if channel.get("name") == name)


def bot_of(story: Story) -> str:
    return str(next(app["user_id"] for app in story.state()["apps"]))


def archive(story: Story, channel: str) -> Callable[[], None]:
    """Archive a channel; returns what brings it back."""
    story.by_hand("archive", "eli", channel=channel)

    def back() -> None:
        story.by_hand("unarchive", "eli", channel=channel)
        story.by_hand("invite", "eli", channel=channel, users=[bot_of(story)])

    return back


def put_out(story: Story, channel: str) -> Callable[[], None]:
    """Make a channel private and remove the bot from it; returns what brings it back."""
    if not next(each for each in story.state()["channels"] if each["id"] == channel).get("is_private"):
        story.by_hand("convert", "eli", channel=channel, is_private=True)
    story.by_hand("remove", "eli", channel=channel, other=bot_of(story))

    def back() -> None:
        story.by_hand("invite", "eli", channel=channel, users=[bot_of(story)])

    return back


LOSSES = pytest.mark.parametrize("lose", [archive, put_out])


def ours(story: Story, channel: str) -> list[Seen]:
    messages = story.messages(channel, "eli")
    return [message for message in messages if message.raw.get("bot_id") and not message.raw.get("subtype")]


def warned(story: Story, name: str) -> int:
    """Return how often the policy's owner was notified of a channel."""
    return sum(f"Escalate can't post in #{name}" in message.text for message in story.direct("maria"))


def parked(story: Story) -> list[str]:
    with story.program.services.database.transaction() as tx:
        return [f"{effect.kind}: {effect.error}" for effect in queries.parked(tx.session)]


@LOSSES
@pytest.mark.both_databases
def test_a_lost_team_channel_is_reported_at_once_and_asked_when_it_is_back(
    story: Story, lose: Callable[[Story, str], Callable[[], None]]
) -> None:
    place = made(story, TEAM)
    back = lose(story, place)
    first = story.declare("noor", account="Acme", level="sev3", category="technical")
    second = story.declare("noor", account="Globex", level="sev3", category="technical")
    story.skip(hours=2)
    for number in (first, second):
        [told] = [words for words in story.said(number) if "Couldn't post in" in words]
        assert "wait until we can post there" in told
        assert "tell them yourself for now" in told
    assert warned(story, TEAM) == 1
    assert ours(story, place) == []
    services = story.program.services
    said = [found.says for found in Doctor(services.database, services.directory).examine() if found.what == "channels"]
    assert any(f"posted in #{TEAM}" in words and "2 messages wait for it" in words for words in said)
    back()
    asked = [message.text for message in ours(story, place) if "we need you" in message.text]
    assert len(asked) == 2
    assert all(any(f"ESC-{number}" in words for words in asked) for number in (first, second))
    assert parked(story) == []
    lose(story, place)
    story.declare("noor", account="Initech", level="sev3", category="technical")
    assert warned(story, TEAM) == 2, "it had been put right in between"


def test_a_team_that_cannot_be_chased_is_not_said_to_have_been(story: Story) -> None:
    place = made(story, TEAM)
    story.by_hand("archive", "eli", channel=place)
    number = story.declare(level="sev4", category="technical", at="Fri 2026-03-06 10:00")
    [asked] = [message for message in story.direct("noor") if ids.PRESS_TEAM_WRITTEN in message.buttons]
    story.press("noor", ids.PRESS_TEAM_WRITTEN, on=asked)
    story.skip(days=7)
    [chased] = [words for words in story.said(number) if "hasn't responded. " in words]
    assert "We can't post there either" in chased
    assert sum("Couldn't post in" in words for words in story.said(number)) == 1


def test_what_is_over_is_not_asked_any_more_when_the_channel_is_back(story: Story) -> None:
    place = made(story, TEAM)
    back = archive(story, place)
    number = story.declare("noor", account="Acme", level="sev3", category="technical")
    story.command("noor", f"withdraw ESC-{number}")
    story.submit("noor", why="mistake", reason="Not theirs.")
    back()
    story.forward(minutes=10)
    assert ours(story, place) == []
    assert parked(story) == []


def test_a_team_channel_that_is_lost_after_it_was_asked_leaves_the_answer_as_it_is(story: Story) -> None:
    place = made(story, TEAM)
    number = story.declare("noor", account="Acme", level="sev3", category="technical")
    story.by_hand("archive", "eli", channel=place)
    story.press("eli", ids.PRESS_TEAM, on=ours(story, place)[-1])
    assert "Technical support responded" in story.last(number).text
    assert parked(story) == []


@LOSSES
def test_people_who_act_learn_of_a_lost_incidents_channel_and_it_is_called_when_it_is_back(
    story: Story, lose: Callable[[Story, str], Callable[[], None]]
) -> None:
    place = made(story, INCIDENTS)
    back = lose(story, place)
    number = story.declare(account="Acme", level="sev1")
    declare_incident(story, number)
    story.skip(hours=1)
    [told] = [message.text for message in story.direct("noor") if "Couldn't post INC" in message.text]
    assert "We post it there as soon as we can" in told
    assert warned(story, INCIDENTS) == 1
    back()
    [called] = ours(story, place)
    assert "<!here>" in called.text
    assert parked(story) == []


@LOSSES
def test_an_incidents_channel_lost_meanwhile_shows_the_status_when_it_is_back(
    story: Story, lose: Callable[[Story, str], Callable[[], None]]
) -> None:
    place = made(story, INCIDENTS)
    first = story.declare(account="Acme", level="sev1")
    declare_incident(story, first)
    back = lose(story, place)
    second = story.declare(account="Globex", level="sev1")
    story.command("eli", f"incident ESC-{second}")
    story.submit("eli", incident="1", escalations=[str(second)])
    story.skip(minutes=30)
    assert warned(story, INCIDENTS) == 1
    third = story.declare(account="Initech", level="sev1")
    story.command("dana", f"incident ESC-{third}")
    story.submit("dana", incident="1", escalations=[str(third)])
    assert "Can't post in #incidents right now." in story.messages("general", "dana")[-1].text
    assert parked(story) == []
    back()
    [kept] = ours(story, place)
    assert "3 accounts affected" in kept.text


def test_an_incidents_message_or_channel_that_was_deleted_is_replaced(story: Story) -> None:
    place = made(story, INCIDENTS)
    declare_incident(story, story.declare(account="Acme", level="sev1"))
    story.control.post("member", user=USERS["eli"], is_admin=True)
    story.by_hand("delete", "eli", channel=place, ts=ours(story, place)[0].ts)
    join(story, story.declare(account="Globex", level="sev1"))
    [anew] = ours(story, place)
    assert "2 accounts affected" in anew.text
    story.by_hand("erase", "eli", channel=place)
    another = made(story, INCIDENTS)
    join(story, story.declare(account="Initech", level="sev1"))
    [moved] = ours(story, another)
    assert "3 accounts affected" in moved.text
    assert parked(story) == []


@LOSSES
def test_a_feed_that_is_lost_again_is_reported_again(
    story: Story, lose: Callable[[Story, str], Callable[[], None]]
) -> None:
    story.declare(account="Acme", level="sev2")
    feed = channel_named(story, FEED)
    story.by_hand("join", "eli", channel=feed)
    for times in (1, 2):
        back = lose(story, feed)
        for account in ("Globex", "Initech"):
            story.declare(account=account, level="sev2")
        assert sum("Escalate can't post in the feed" in message.text for message in story.direct("maria")) == times
        back()
        story.declare(account="Umbrella", level="sev2")
        assert "Umbrella" in ours(story, feed)[-1].text
    assert parked(story) == []


def test_a_deleted_feed_is_recreated(story: Story) -> None:
    story.declare(account="Acme", level="sev2")
    feed = channel_named(story, FEED)
    story.by_hand("erase", "maria", channel=feed)
    story.declare(account="Globex", level="sev2")
    anew = channel_named(story, FEED)
    assert anew != feed
    assert "Globex" in story.messages(anew, "eli")[-1].text


def declare_incident(story: Story, number: int) -> None:
    story.command("noor", "incident")
    assert story.submit("noor", title="Sign-in is down", escalations=[str(number)])["result"] == "closed"


def join(story: Story, number: int) -> None:
    story.command("dana", f"incident ESC-{number}")
    assert story.submit("dana", incident="1", escalations=[str(number)])["result"] == "closed"
