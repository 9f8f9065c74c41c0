"""Memberships: a person who joins a channel in Slack becomes one of its people; a person who leaves no longer is."""

from sqlalchemy import select

from bot.models.timeline import TimelineEntry
from bot.policy.record.channel import InviteState
from bot.policy.record.escalation import FIX_OWNER
from tests.support.story import USERS, Story


def test_people_added_to_a_confidential_channel_see_it_until_they_leave(story: Story) -> None:
    number = story.declare("noor", level="sev2", summary="Leaked keys", confidential=["confidential"])
    channel, said = story.facts(number).channel_id, len(story.said(number))
    assert "There is no ESC-1" in str(story.command("eli", "status ESC-1")["ack"])
    story.by_hand("invite", "dana", channel=channel, users=[USERS["eli"]])
    assert "Leaked keys" in str(story.command("eli", "status ESC-1")["ack"])
    story.by_hand("remove", "dana", channel=channel, other=USERS["eli"])
    assert "There is no ESC-1" in str(story.command("eli", "status ESC-1")["ack"])
    with story.program.services.database.transaction() as tx:
        entries = select(TimelineEntry.event, TimelineEntry.actor, TimelineEntry.after, TimelineEntry.before)
        told = tx.session.execute(entries.where(TimelineEntry.event.endswith("the channel")).order_by(TimelineEntry.id))
        assert [tuple(row) for row in told] == [
            ("joined the channel", USERS["dana"], {"person": USERS["eli"]}, None),
            ("left the channel", "escalate", None, {"person": USERS["eli"]}),
        ]
    assert len(story.said(number)) == said


def test_a_role_holder_who_leaves_is_named_on_the_card_and_may_still_see_it(story: Story) -> None:
    number = story.declare("noor", level="sev2", summary="Leaked keys", confidential=["confidential"])
    channel = story.facts(number).channel_id
    assert story.facts(number).holder(FIX_OWNER) == USERS["dana"]
    story.by_hand("leave", "dana", channel=channel)
    assert "Not in this channel: <@U01DANA>: left it, or was put out of it" in _card(story, number, "ana")
    assert "Leaked keys" in str(story.command("dana", "status ESC-1")["ack"])


def test_repeated_late_and_bot_events_change_nothing(story: Story) -> None:
    number = story.declare("noor", level="sev3")
    channel, before = story.facts(number).channel_id or "", story.facts(number).invitees
    memberships = story.program.services.memberships
    bot = next(app["user_id"] for app in story.state()["apps"])
    for person in (USERS["eli"], USERS["noor"], bot):
        # Eli has come and gone, Noor has been in it all along.
        memberships.changed(channel, person, by=None)
        memberships.changed(channel, person, by=None)
    memberships.changed("C01GENERAL", USERS["eli"], by=None)
    story.settle()
    assert story.facts(number).invitees == before
    story.by_hand("join", "eli", channel=channel)
    assert [one.state for one in story.facts(number).invitees if one.person == USERS["eli"]] == [InviteState.INVITED]


def _card(story: Story, number: int, who: str) -> str:
    card = story.facts(number).card_ts
    return next(message.all_text for message in story.messages(number, who) if message.ts == card)
