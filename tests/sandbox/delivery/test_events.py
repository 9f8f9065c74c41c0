"""Events: for whom, with what, and for whom not."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.manifest import Manifest
from sandbox.server import Sandbox
from tests.sandbox.bots import Bot
from tests.sandbox.forms import home
from tests.sandbox.world import Json, Person, manifest


def heard(bot: Bot) -> list[str]:
    return [kind for kind, _ in bot.heard]


async def test_an_event_comes_wrapped(bot: Bot, person: Person) -> None:
    ts = (await person.do("message", user="ana", channel="feed", text="hello"))["ts"]
    wrapped = await bot.hears("message")
    assert (wrapped["type"], wrapped["team_id"], wrapped["api_app_id"]) == ("event_callback", "T01TEST", "A0SANDBOX1")
    assert wrapped["authorizations"][0]["user_id"] == "U0SANDBOX1"
    event = wrapped["event"]
    assert (event["text"], event["user"], event["channel"]) == ("hello", "U01ANA", "C01FEED")
    assert (event["channel_type"], event["ts"], event["event_ts"]) == ("channel", ts, ts)


async def test_the_bot_gets_messages_where_it_is_a_member(bot: Bot, person: Person, sandbox: Sandbox) -> None:
    await person.do("message", user="ana", channel="general", text="not for the bot")
    await person.do("message", user="ana", channel="@tester", text="for the bot")
    await sandbox.courier.idle()
    assert [payload["event"]["channel_type"] for _, payload in bot.heard] == ["im"]


async def test_events_of_edits_and_deletions_have_the_previous_message(bot: Bot, client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C01FEED", text="a"))["ts"]
    await client.chat_update(channel="C01FEED", ts=ts, text="b")
    await client.chat_delete(channel="C01FEED", ts=ts)
    changed = (await bot.hears("message", 2))["event"]
    deleted = (await bot.hears("message", 3))["event"]
    assert (changed["subtype"], changed["message"]["text"], changed["previous_message"]["text"]) == (
        "message_changed",
        "b",
        "a",
    )
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)


async def test_a_mention_is_sent_as_two_events_but_not_to_its_author(
    bot: Bot, person: Person, sandbox: Sandbox
) -> None:
    await person.do("message", user="ana", channel="feed", text="@tester look")
    await sandbox.courier.idle()
    assert sorted(heard(bot)) == ["app_mention", "message"]
    assert (await bot.hears("app_mention"))["event"]["text"] == "<@U0SANDBOX1> look"
    await bot.client.chat_postMessage(channel="C01FEED", text="I am <@U0SANDBOX1>")
    await sandbox.courier.idle()
    assert heard(bot).count("app_mention") == 1


async def test_reactions_and_pins_are_sent_as_events(bot: Bot, client: AsyncWebClient, person: Person) -> None:
    ts = (await client.chat_postMessage(channel="C01FEED", text="a"))["ts"]
    reaction = {"user": "ana", "channel": "feed", "ts": ts, "name": "eyes"}
    await person.do("reaction", **reaction)
    await person.do("reaction", **reaction, remove=True)
    await client.pins_add(channel="C01FEED", timestamp=ts)
    await client.pins_remove(channel="C01FEED", timestamp=ts)
    added = (await bot.hears("reaction_added"))["event"]
    assert (added["reaction"], added["item"]["ts"], added["item_user"]) == ("eyes", ts, "U0SANDBOX1")
    assert (await bot.hears("reaction_removed"))["event"]["user"] == "U01ANA"
    assert (await bot.hears("pin_added"))["event"]["pin_count"] == "1"
    assert (await bot.hears("pin_removed"))["event"]["has_pins"] is False


async def test_the_life_of_a_channel_is_sent_as_events(bot: Bot, client: AsyncWebClient) -> None:
    channel = (await client.conversations_create(name="acme"))["channel"]["id"]
    await client.conversations_invite(channel=channel, users=["U01ANA"])
    await client.conversations_kick(channel=channel, user="U01ANA")
    await client.conversations_rename(channel=channel, name="acme-2")
    await client.conversations_archive(channel=channel)
    assert (await bot.hears("channel_created"))["event"]["channel"]["name"] == "acme"
    assert (await bot.hears("member_joined_channel", 2))["event"]["inviter"] == "U0SANDBOX1"
    assert (await bot.hears("member_left_channel"))["event"]["user"] == "U01ANA"
    assert (await bot.hears("channel_rename"))["event"]["channel"]["name"] == "acme-2"
    assert (await bot.hears("channel_archive"))["event"]["channel"] == channel


async def test_a_bot_gets_an_event_when_it_is_removed_from_a_channel(
    bot: Bot, client: AsyncWebClient, person: Person
) -> None:
    secret = (await client.conversations_create(name="secret-2", is_private=True))["channel"]["id"]
    await client.conversations_invite(channel=secret, users=["U01ANA"])
    await person.do("remove", user="ana", channel="feed", other="tester")
    await person.do("remove", user="ana", channel=secret, other="tester")
    left = (await bot.hears("channel_left"))["event"]
    assert (left["channel"], left["actor_id"]) == ("C01FEED", "U01ANA")
    assert (await bot.hears("group_left"))["event"]["channel"] == secret


async def test_a_bot_gets_an_event_when_a_channel_is_deleted_or_converted(
    bot: Bot, client: AsyncWebClient, person: Person
) -> None:
    await person.do("convert", user="ana", channel="feed", is_private=True)
    line = (await bot.hears("message"))["event"]
    assert (line["subtype"], line["channel_type"]) == ("channel_convert_to_private", "group")
    await person.do("erase", user="ana", channel="feed")
    assert (await bot.hears("group_deleted"))["event"]["channel"] == "C01FEED"
    public = (await client.conversations_create(name="public"))["channel"]["id"]
    await person.do("erase", user="ana", channel=public)
    gone = (await bot.hears("channel_deleted"))["event"]
    assert (gone["channel"], gone["actor_id"]) == (public, "U01ANA")


async def test_groups_and_tokens_are_sent_as_events(bot: Bot, client: AsyncWebClient) -> None:
    group = (await client.usergroups_create(name="On call"))["usergroup"]["id"]
    await client.usergroups_users_update(usergroup=group, users=["U01CY"])
    await client.auth_revoke()
    assert (await bot.hears("subteam_created"))["event"]["subteam"]["handle"] == "on-call"
    assert (await bot.hears("subteam_updated"))["event"]["subteam"]["users"] == ["U01CY"]
    assert (await bot.hears("tokens_revoked"))["event"]["tokens"]["bot"] == ["U0SANDBOX1"]


async def test_an_administrators_changes_of_a_person_are_sent_as_events(bot: Bot, person: Person) -> None:
    await person.do("member", user="ben", is_restricted=True)
    guest = (await bot.hears("user_change"))["event"]["user"]
    assert (guest["id"], guest["is_restricted"], guest["deleted"]) == ("U01BEN", True, False)
    await person.do("member", user="ben", deleted=True)
    assert (await bot.hears("user_change", 2))["event"]["user"]["deleted"] is True
    assert (await bot.client.users_info(user="U01BEN"))["user"]["deleted"] is True
    assert (await person.tried("member", user="ben", deleted="yes"))[1]["error"] == "not_a_truth"
    refused = await person.tried("member", user="ana", real_name="Bo", tz="@ben")
    assert (refused[1]["error"], refused[1]["message"]) == ("no_such_zone", "no time zone is called '@ben'")
    assert (await bot.client.users_info(user="U01ANA"))["user"]["real_name"] != "Bo", "all is changed, or nothing"


async def test_opening_home_tells_the_view_that_is_there(bot: Bot, person: Person, client: AsyncWebClient) -> None:
    first = await person.do("home", user="ana")
    assert first["view"] is None
    await client.views_publish(user_id="U01ANA", view=home())
    second = await person.do("home", user="ana")
    opened = (await bot.hears("app_home_opened", 2))["event"]
    assert (opened["tab"], opened["channel"], opened["view"]["id"]) == ("home", first["channel"], second["view"]["id"])


class TestWithFewSubscriptions:
    @pytest.fixture
    def app_manifest(self) -> Manifest:
        return manifest(
            events=frozenset({"message.channels", "message.im", "reaction_added", "link_shared"}),
            scopes=frozenset({"channels:history", "chat:write", "links:read", "users:read"}),
            unfurl_domains=("tracker.example",),
        )

    async def test_what_was_not_subscribed_or_not_granted_is_not_sent(
        self, bot: Bot, person: Person, sandbox: Sandbox
    ) -> None:
        ts = (await person.do("message", user="ana", channel="feed", text="@tester hello"))["ts"]
        await person.do("reaction", user="ana", channel="feed", ts=ts, name="eyes")
        await person.do("message", user="ana", channel="@tester", text="no im:history")
        opened = await person.do("home", user="ana")
        await sandbox.courier.idle()
        assert heard(bot) == ["message"]
        assert opened["sent"] is False

    async def test_links_to_the_apps_own_domains_are_sent_even_where_it_is_not_a_member(
        self, bot: Bot, person: Person
    ) -> None:
        text = "see https://app.tracker.example/1 and https://other.example/2"
        await person.do("message", user="ana", channel="general", text=text)
        event = (await bot.hears("link_shared"))["event"]
        assert event["links"] == [{"domain": "app.tracker.example", "url": "https://app.tracker.example/1"}]
        assert event["is_bot_user_member"] is False


async def test_metadata_is_sent_when_it_is_added_changed_and_removed(bot: Bot, client: AsyncWebClient) -> None:
    first, second = ({"event_type": "task", "event_payload": {"n": number}} for number in (1, 2))
    ts = (await client.chat_postMessage(channel="C01FEED", text="a", metadata=first))["ts"]
    posted = (await bot.hears("message_metadata_posted"))["event"]
    assert (posted["metadata"], posted["message_ts"], posted["app_id"]) == (first, ts, "A0SANDBOX1")
    await client.chat_update(channel="C01FEED", ts=ts, text="b")  # leaves it as it is
    await client.chat_update(channel="C01FEED", ts=ts, text="b", metadata=second)
    updated = (await bot.hears("message_metadata_updated"))["event"]
    assert (updated["previous_metadata"], updated["metadata"]) == (first, second)
    await client.chat_delete(channel="C01FEED", ts=ts)
    deleted = (await bot.hears("message_metadata_deleted"))["event"]
    assert (deleted["previous_metadata"], deleted["deleted_ts"]) == (second, ts)


class TestMetadataOfOthers:
    @pytest.fixture
    def app_manifest(self) -> Manifest:
        return manifest(metadata=frozenset({("A0SANDBOX1", "task")}))

    async def test_only_events_in_the_manifest_are_sent(
        self, bot: Bot, client: AsyncWebClient, sandbox: Sandbox
    ) -> None:
        for kind in ("note", "task"):
            metadata: Json = {"event_type": kind, "event_payload": {}}
            await client.chat_postMessage(channel="C01FEED", text=kind, metadata=metadata)
        await sandbox.courier.idle()
        told = [payload["event"] for kind, payload in bot.heard if kind == "message_metadata_posted"]
        assert [event["metadata"]["event_type"] for event in told] == ["task"]


async def test_changed_members_of_a_group_are_sent_as_a_difference(bot: Bot, client: AsyncWebClient) -> None:
    await client.usergroups_users_update(usergroup="S01CSM", users="U01ANA,U01CY")
    event = (await bot.hears("subteam_members_changed"))["event"]
    assert (event["subteam_id"], event["added_users"], event["removed_users"]) == ("S01CSM", ["U01CY"], ["U01BEN"])
    assert (event["added_users_count"], event["removed_users_count"]) == (1, 1)
    assert event["date_update"] >= event["date_previous_update"]


async def test_events_of_files_and_canvases_have_their_id(bot: Bot, person: Person, client: AsyncWebClient) -> None:
    file = (await person.do("upload", user="ana", name="a.txt", content="aGk="))["file"]
    await person.do("message", user="ana", channel="feed", text="look", files=[file["id"]])
    created = (await bot.hears("file_created"))["event"]
    assert (created["file_id"], created["user_id"], created["file"]) == (file["id"], "U01ANA", {"id": file["id"]})
    uploaded = await client.files_upload_v2(channel="C01FEED", content="hello", filename="b.txt")
    await client.files_delete(file=uploaded["file"]["id"])
    deleted = (await bot.hears("file_deleted"))["event"]
    assert (deleted["file_id"], deleted["channel_ids"]) == (uploaded["file"]["id"], ["C01FEED"])
    canvas = (await client.canvases_create(title="Plan"))["canvas_id"]
    rename = {"operation": "rename", "title_content": {"type": "markdown", "markdown": "Other"}}
    await client.canvases_edit(canvas_id=canvas, changes=[rename])
    assert (await bot.hears("file_change"))["event"]["file_id"] == canvas


async def test_a_file_outlives_the_channel_it_was_shared_in(bot: Bot, person: Person, client: AsyncWebClient) -> None:
    uploaded = await client.files_upload_v2(channel="C01FEED", content="hello", filename="b.txt")
    canvas = (await client.api_call("conversations.canvases.create", json={"channel_id": "C01FEED"}))["canvas_id"]
    await person.do("member", user="ana", is_admin=True)
    await person.do("erase", user="ana", channel="feed")
    assert {file["id"] for file in (await client.files_list())["files"]} == {uploaded["file"]["id"], canvas}
    await client.files_delete(file=uploaded["file"]["id"])
    assert (await bot.hears("file_deleted"))["event"]["channel_ids"] == []
    await client.canvases_delete(canvas_id=canvas)
    assert (await bot.hears("file_deleted", 2))["event"]["file_id"] == canvas
