"""Channels: made, named, described, renamed, archived; found and listed."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from tests.sandbox.world import Person, Refused


async def test_who_makes_a_channel_is_in_it_and_history_says_so(client: AsyncWebClient) -> None:
    channel = (await client.conversations_create(name="esc-acme"))["channel"]
    assert channel["creator"] == "U0SANDBOX1"
    assert channel["is_member"] is True
    assert (await client.conversations_members(channel=channel["id"]))["members"] == ["U0SANDBOX1"]
    (joined,) = (await client.conversations_history(channel=channel["id"]))["messages"]
    assert (joined["subtype"], joined["text"]) == ("channel_join", "<@U0SANDBOX1> has joined the channel")


@pytest.mark.parametrize("name", ["a", "esc-acme_2026-03-06", "7", "größe", "東京-支社", "हिन्दी", "x" * 80])
async def test_names_that_slack_takes(client: AsyncWebClient, name: str) -> None:
    assert (await client.conversations_create(name=name))["channel"]["name"] == name


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("", "invalid_name_required"),
        ("x" * 81, "invalid_name_maxlength"),
        ("--_", "invalid_name_punctuation"),
        ("!?…", "invalid_name_punctuation"),
        ("Acme", "invalid_name_specials"),
        ("esc acme", "invalid_name_specials"),
        ("esc.acme", "invalid_name_specials"),
        ("acme!", "invalid_name_specials"),
        ("rocket-🚀", "invalid_name_specials"),
        ("general", "name_taken"),
        ("secret", "name_taken"),
        ("old", "name_taken"),
    ],
)
async def test_names_that_slack_refuses(client: AsyncWebClient, refused: Refused, name: str, error: str) -> None:
    assert (await refused(client.conversations_create(name=name)))["error"] == error


async def test_a_renamed_channel_frees_its_old_name(client: AsyncWebClient) -> None:
    channel = (await client.conversations_create(name="before"))["channel"]["id"]
    renamed = (await client.conversations_rename(channel=channel, name="after"))["channel"]
    assert (renamed["name"], renamed["previous_names"]) == ("after", ["before"])
    await client.conversations_create(name="before")
    newest = (await client.conversations_history(channel=channel))["messages"][0]
    assert (newest["subtype"], newest["old_name"], newest["name"]) == ("channel_name", "before", "after")


async def test_only_who_made_a_channel_may_rename_it(client: AsyncWebClient, refused: Refused) -> None:
    assert (await refused(client.conversations_rename(channel="C01FEED", name="food")))["error"] == "not_authorized"


async def test_topic_and_purpose_are_kept_and_announced(client: AsyncWebClient) -> None:
    topic = "t" * 250
    channel = (await client.conversations_setTopic(channel="C01FEED", topic=topic))["channel"]
    assert (channel["topic"]["value"], channel["topic"]["creator"]) == (topic, "U0SANDBOX1")
    await client.conversations_setPurpose(channel="C01FEED", purpose="why")
    purpose, told = (await client.conversations_history(channel="C01FEED"))["messages"]
    assert (purpose["subtype"], purpose["purpose"]) == ("channel_purpose", "why")
    assert (told["subtype"], told["topic"], told["text"]) == (
        "channel_topic",
        topic,
        f"set the channel topic: {topic}",
    )


async def test_topic_and_purpose_have_250_characters_at_most(client: AsyncWebClient, refused: Refused) -> None:
    long = "x" * 251
    assert (await refused(client.conversations_setTopic(channel="C01FEED", topic=long)))["error"] == "too_long"
    assert (await refused(client.conversations_setPurpose(channel="C01FEED", purpose=long)))["error"] == "too_long"


async def test_a_missing_topic_is_an_invalid_argument_that_is_named(client: AsyncWebClient, refused: Refused) -> None:
    answer = await refused(client.api_call("conversations.setTopic", data={"channel": "C01FEED"}))
    assert answer["error"] == "invalid_arguments"
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: topic"]


async def test_an_archived_channel_is_left_as_it_is(client: AsyncWebClient, refused: Refused) -> None:
    channel = (await client.conversations_create(name="done"))["channel"]["id"]
    posted = (await client.chat_postMessage(channel=channel, text="last words"))["ts"]
    await client.conversations_archive(channel=channel)
    assert (await client.conversations_info(channel=channel))["channel"]["is_archived"] is True
    assert (await client.conversations_history(channel=channel))["messages"][0]["subtype"] == "channel_archive"
    for call, error in {
        client.conversations_archive(channel=channel): "already_archived",
        client.chat_postMessage(channel=channel, text="more"): "is_archived",
        client.chat_update(channel=channel, ts=posted, text="other words"): "is_inactive",
        client.conversations_setTopic(channel=channel, topic="x"): "is_archived",
        client.conversations_invite(channel=channel, users=["U01ANA"]): "is_archived",
        client.conversations_join(channel=channel): "is_archived",
        client.conversations_leave(channel=channel): "is_archived",
        client.conversations_rename(channel=channel, name="undone"): "is_archived",
        client.reactions_add(channel=channel, timestamp=posted, name="eyes"): "is_archived",
        client.bookmarks_add(channel_id=channel, title="x", type="link", link="https://x.y"): "permission_denied",
    }.items():
        assert (await refused(call))["error"] == error


async def test_a_bot_cannot_unarchive(client: AsyncWebClient, refused: Refused) -> None:
    assert (await refused(client.conversations_unarchive(channel="C01OLD")))["error"] == "not_in_channel"
    assert (await refused(client.conversations_unarchive(channel="C01FEED")))["error"] == "not_archived"


async def test_general_is_not_archived(client: AsyncWebClient, refused: Refused, person: Person) -> None:
    await person.do("invite", user="ana", channel="general", users=["U0SANDBOX1"])
    assert (await refused(client.conversations_archive(channel="C01GENERAL")))["error"] == "cant_archive_general"


async def test_a_channel_the_bot_is_not_in_is_not_changed(client: AsyncWebClient, refused: Refused) -> None:
    for call in (
        client.conversations_archive(channel="C01GENERAL"),
        client.conversations_setTopic(channel="C01GENERAL", topic="x"),
        client.conversations_rename(channel="C01GENERAL", name="specific"),
        client.conversations_invite(channel="C01GENERAL", users=["U01DEL"]),
        client.conversations_history(channel="C01GENERAL"),
        client.conversations_mark(channel="C01GENERAL", ts="1503435956.000247"),
    ):
        assert (await refused(call))["error"] == "not_in_channel"


async def test_a_private_channel_the_bot_is_not_in_does_not_exist_for_it(
    client: AsyncWebClient, refused: Refused
) -> None:
    for call in (
        client.conversations_info(channel="C01SECRET"),
        client.conversations_members(channel="C01SECRET"),
        client.conversations_history(channel="C01SECRET"),
        client.chat_postMessage(channel="C01SECRET", text="hello?"),
        client.conversations_join(channel="C01SECRET"),
        client.conversations_info(channel="C404"),
    ):
        assert (await refused(call))["error"] == "channel_not_found"
    listed = (await client.conversations_list(types="public_channel,private_channel"))["channels"]
    assert "C01SECRET" not in {channel["id"] for channel in listed}


async def test_info_counts_members_on_request(client: AsyncWebClient) -> None:
    plain = (await client.conversations_info(channel="C01GENERAL"))["channel"]
    counted = (await client.conversations_info(channel="C01GENERAL", include_num_members=True))["channel"]
    assert "num_members" not in plain
    assert counted["num_members"] == 4


async def test_slack_connect_channels_are_marked(client: AsyncWebClient) -> None:
    channel = (await client.conversations_info(channel="C01SHARED"))["channel"]
    assert (channel["is_ext_shared"], channel["is_shared"]) == (True, True)


async def test_listing_goes_page_by_page_to_the_end(client: AsyncWebClient) -> None:
    seen: list[str] = []
    async for page in await client.conversations_list(limit=2):
        assert len(page["channels"]) <= 2
        seen += [channel["name"] for channel in page["channels"]]
    assert sorted(seen) == ["feed", "general", "old", "shared"]


async def test_archived_channels_are_left_out_on_request(client: AsyncWebClient) -> None:
    names = {c["name"] for c in (await client.conversations_list(exclude_archived=True))["channels"]}
    assert names == {"feed", "general", "shared"}


async def test_a_made_up_cursor_a_strange_limit_and_a_strange_type_are_refused(
    client: AsyncWebClient, refused: Refused
) -> None:
    assert (await refused(client.conversations_list(cursor="bm90bWluZQ==")))["error"] == "invalid_cursor"
    assert (await refused(client.conversations_list(cursor="not base64!")))["error"] == "invalid_cursor"
    assert (await refused(client.conversations_list(limit=1001)))["error"] == "invalid_limit"
    assert (await refused(client.conversations_list(limit=-1)))["error"] == "invalid_limit"
    assert (await refused(client.conversations_list(types="secret_channel")))["error"] == "invalid_types"


async def test_a_bot_lists_what_it_is_in_and_what_others_are_in_as_far_as_it_may_know(client: AsyncWebClient) -> None:
    own = {c["name"] for c in (await client.users_conversations())["channels"]}
    theirs = await client.users_conversations(user="U01ANA", types="public_channel,private_channel")
    assert own == {"feed", "old", "shared"}
    assert {c["name"] for c in theirs["channels"]} == {"feed", "general", "old"}


async def test_the_archived_channels_of_a_bot_can_be_left_out(client: AsyncWebClient) -> None:
    own = {c["name"] for c in (await client.users_conversations(exclude_archived=True))["channels"]}
    assert own == {"feed", "shared"}


async def test_a_direct_message_is_opened_once(client: AsyncWebClient) -> None:
    first = await client.conversations_open(users=["U01ANA"])
    second = await client.conversations_open(users=["U01ANA"], return_im=True)
    assert first["channel"] == {"id": second["channel"]["id"]}
    assert (second["already_open"], second["no_op"]) == (True, True)
    assert (second["channel"]["is_im"], second["channel"]["user"]) == (True, "U01ANA")


async def test_a_group_message_is_for_two_to_eight_others(client: AsyncWebClient, refused: Refused) -> None:
    group = (await client.conversations_open(users=["U01ANA", "U01BEN"], return_im=True))["channel"]
    assert (group["is_mpim"], group["name"]) == (True, "mpdm-tester--ana--ben-1")
    again = (await client.conversations_open(users=["U01BEN", "U01ANA"]))["channel"]["id"]
    assert again == group["id"]
    assert (await refused(client.conversations_open(users=[])))["error"] == "users_list_not_supplied"
    assert (await refused(client.conversations_open(users=["U404"])))["error"] == "user_not_found"
    assert (await refused(client.conversations_open(users=["U01DEL"])))["error"] == "user_disabled"
    nine = [f"U0{number}" for number in range(9)]
    assert (await refused(client.conversations_open(users=nine)))["error"] == "too_many_users"


async def test_opening_may_be_asked_to_create_nothing(client: AsyncWebClient, sandbox: Sandbox) -> None:
    before = len(sandbox.workspace.channels)
    answer = await client.conversations_open(users=["U01BEN"], prevent_creation=True)
    assert answer["channel"] is None
    assert len(sandbox.workspace.channels) == before


async def test_a_direct_message_is_closed_and_closed_again(client: AsyncWebClient, refused: Refused) -> None:
    channel = (await client.conversations_open(users=["U01ANA"]))["channel"]["id"]
    assert "no_op" not in (await client.conversations_close(channel=channel)).data
    assert (await client.conversations_close(channel=channel))["already_closed"] is True
    error = (await refused(client.conversations_close(channel="C01FEED")))["error"]
    assert error == "method_not_supported_for_channel_type"


async def test_reading_is_noted(client: AsyncWebClient, refused: Refused) -> None:
    ts = (await client.chat_postMessage(channel="C01FEED", text="x"))["ts"]
    await client.conversations_mark(channel="C01FEED", ts=ts)
    assert (await client.conversations_info(channel="C01FEED"))["channel"]["last_read"] == ts
    assert (await refused(client.conversations_mark(channel="C01FEED", ts="now")))["error"] == "invalid_timestamp"


async def test_what_is_for_channels_is_refused_for_direct_messages(client: AsyncWebClient, refused: Refused) -> None:
    channel = (await client.conversations_open(users=["U01ANA"]))["channel"]["id"]
    for call in (
        client.conversations_archive(channel=channel),
        client.conversations_rename(channel=channel, name="x"),
        client.conversations_invite(channel=channel, users=["U01BEN"]),
        client.conversations_kick(channel=channel, user="U01ANA"),
        client.conversations_leave(channel=channel),
        client.conversations_join(channel=channel),
        client.conversations_setTopic(channel=channel, topic="x"),
    ):
        assert (await refused(call))["error"] == "method_not_supported_for_channel_type"
