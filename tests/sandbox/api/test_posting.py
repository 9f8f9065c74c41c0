"""Messages: posted, whispered, edited, deleted, linked to."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.manifest import Manifest
from tests.sandbox.world import Person, Refused, manifest

SECTION = {"type": "section", "block_id": "s", "text": {"type": "mrkdwn", "text": "hello"}}


async def test_a_message_is_posted_as_the_bot(client: AsyncWebClient, person: Person) -> None:
    answer = await client.chat_postMessage(channel="C01FEED", text="hello", blocks=[SECTION])
    (seen,) = await person.messages("ana", "feed")
    assert answer["channel"] == "C01FEED"
    assert (seen["ts"], seen["user"], seen["bot_id"]) == (answer["ts"], "U0SANDBOX1", "B0SANDBOX1")
    assert (seen["text"], seen["blocks"]) == ("hello", [SECTION])
    assert seen["bot_profile"]["name"] == "Tester"


async def test_a_block_without_an_id_gets_one(client: AsyncWebClient) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}
    blocks = [{"type": "actions", "elements": [button]}]
    message = (await client.chat_postMessage(channel="C01FEED", text="x", blocks=blocks))["message"]
    assert message["blocks"][0]["block_id"]
    assert message["blocks"][0]["elements"][0]["action_id"]


@pytest.mark.parametrize("name", ["C01FEED", "feed", "#feed"])
async def test_a_channel_may_be_named_by_id_or_name(client: AsyncWebClient, name: str) -> None:
    assert (await client.chat_postMessage(channel=name, text="x"))["channel"] == "C01FEED"


async def test_a_message_to_a_person_opens_a_direct_message(client: AsyncWebClient, person: Person) -> None:
    answer = await client.chat_postMessage(channel="U01ANA", text="psst")
    assert answer["channel"].startswith("D")
    assert [m["text"] for m in await person.messages("ana", "@tester")] == ["psst"]


@pytest.mark.parametrize("channel", ["C404", "nowhere", "U404", "U01DEL", "C01SECRET"])
async def test_what_is_not_there_cannot_be_posted_to(client: AsyncWebClient, refused: Refused, channel: str) -> None:
    assert (await refused(client.chat_postMessage(channel=channel, text="x")))["error"] == "channel_not_found"


async def test_a_bot_posts_where_it_is_a_member(client: AsyncWebClient, refused: Refused) -> None:
    assert (await refused(client.chat_postMessage(channel="C01OLD", text="x")))["error"] == "is_archived"
    await client.chat_postMessage(channel="C01GENERAL", text="allowed by chat:write.public")


class TestWithoutChatWritePublic:
    @pytest.fixture
    def app_manifest(self) -> Manifest:
        return manifest(scopes=frozenset({"chat:write", "im:history"}))

    async def test_a_bot_does_not_post_where_it_is_not_a_member(self, client: AsyncWebClient, refused: Refused) -> None:
        answer = await refused(client.chat_postMessage(channel="C01GENERAL", text="x"))
        assert answer["error"] == "not_in_channel"

    async def test_a_custom_name_is_ignored(self, client: AsyncWebClient) -> None:
        message = (await client.chat_postMessage(channel="C01FEED", text="x", username="Somebody"))["message"]
        assert "username" not in message


async def test_a_name_and_a_picture_may_be_given_with_the_scope_for_it(client: AsyncWebClient) -> None:
    message = (await client.chat_postMessage(channel="C01FEED", text="x", username="Owl", icon_emoji=":owl:"))[
        "message"
    ]
    assert (message["username"], message["icons"]) == ("Owl", {"emoji": ":owl:"})
    assert message["subtype"] == "bot_message"


@pytest.mark.parametrize("arguments", [{}, {"text": ""}, {"text": "  "}, {"blocks": []}, {"attachments": []}])
async def test_a_message_says_something(client: AsyncWebClient, refused: Refused, arguments: dict[str, object]) -> None:
    answer = await refused(client.api_call("chat.postMessage", json={"channel": "C01FEED", **arguments}))
    assert answer["error"] == "no_text"


async def test_blocks_without_text_leave_nothing_for_the_notification(client: AsyncWebClient) -> None:
    answer = await client.api_call("chat.postMessage", json={"channel": "C01FEED", "blocks": [SECTION]})
    assert answer["message"]["text"] == "This content can't be displayed."


async def test_very_long_text_is_cut_off_with_a_warning(client: AsyncWebClient) -> None:
    answer = await client.chat_postMessage(channel="C01FEED", text="x" * 40_001)
    assert len(answer["message"]["text"]) == 40_000
    assert answer["response_metadata"]["warnings"] == ["message_truncated"]


async def test_a_bad_block_is_named_by_its_pointer(client: AsyncWebClient, refused: Refused) -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    answer = await refused(client.chat_postMessage(channel="C01FEED", text="x", blocks=[SECTION, section]))
    assert answer["error"] == "invalid_blocks"
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/1/text/text]"
    ]


@pytest.mark.parametrize("blocks", ["{", '{"type": "divider"}', "divider"])
async def test_blocks_that_are_not_a_list_have_an_invalid_format(
    client: AsyncWebClient, refused: Refused, blocks: str
) -> None:
    answer = await refused(client.api_call("chat.postMessage", data={"channel": "C01FEED", "blocks": blocks}))
    assert answer["error"] == "invalid_blocks_format"


async def test_attachments_are_kept_and_counted(client: AsyncWebClient, refused: Refused) -> None:
    attachment = {"text": "more", "fallback": "more", "color": "#f00"}
    answer = await client.chat_postMessage(channel="C01FEED", text="x", attachments=[attachment])
    assert answer["message"]["attachments"] == [{"id": 1, **attachment}]
    many = [attachment] * 101
    assert (await refused(client.chat_postMessage(channel="C01FEED", text="x", attachments=many)))["error"] == (
        "too_many_attachments"
    )


async def test_blocks_inside_attachments_are_checked_too(client: AsyncWebClient, refused: Refused) -> None:
    attachment = {"fallback": "x", "blocks": [{"type": "header"}]}
    answer = await refused(client.chat_postMessage(channel="C01FEED", text="x", attachments=[attachment]))
    assert answer["errors"] == ["missing required field: text [json-pointer:/attachments/0/blocks/0]"]


async def test_metadata_comes_back_only_when_asked_for(client: AsyncWebClient) -> None:
    metadata = {"event_type": "effect", "event_payload": {"id": "e-1"}}
    posted = await client.chat_postMessage(channel="C01FEED", text="x", metadata=metadata)
    plain = (await client.conversations_history(channel="C01FEED"))["messages"][0]
    full = (await client.conversations_history(channel="C01FEED", include_all_metadata=True))["messages"][0]
    assert posted["message"]["metadata"] == metadata
    assert "metadata" not in plain
    assert full["metadata"] == metadata


@pytest.mark.parametrize(
    ("metadata", "error"),
    [
        ("{", "invalid_metadata_format"),
        ("[]", "invalid_metadata_format"),
        ('{"event_type": "x"}', "invalid_metadata_schema"),
        ('{"event_type": "", "event_payload": {}}', "invalid_metadata_schema"),
        ('{"event_type": "x", "event_payload": "y"}', "invalid_metadata_schema"),
        ('{"event_type": "x", "event_payload": {"a": "' + "y" * 16_000 + '"}}', "metadata_too_large"),
    ],
)
async def test_metadata_has_a_form(client: AsyncWebClient, refused: Refused, metadata: str, error: str) -> None:
    call = client.api_call("chat.postMessage", data={"channel": "C01FEED", "text": "x", "metadata": metadata})
    assert (await refused(call))["error"] == error


async def test_markdown_excludes_text_and_blocks(client: AsyncWebClient, refused: Refused) -> None:
    posted = await client.chat_postMessage(channel="C01FEED", markdown_text="**bold**")
    assert posted["message"]["text"] == "**bold**"
    both = client.chat_postMessage(channel="C01FEED", markdown_text="**bold**", text="bold")
    assert (await refused(both))["error"] == "markdown_text_conflict"


async def test_a_reply_belongs_to_its_thread(client: AsyncWebClient, person: Person) -> None:
    head = (await client.chat_postMessage(channel="C01FEED", text="head"))["ts"]
    reply = (await client.chat_postMessage(channel="C01FEED", text="reply", thread_ts=head))["ts"]
    nested = (await client.chat_postMessage(channel="C01FEED", text="deeper", thread_ts=reply))["message"]
    assert nested["thread_ts"] == head
    assert [m["text"] for m in await person.messages("ana", "feed")] == ["head"]
    (seen,) = await person.messages("ana", "feed")
    assert (seen["reply_count"], seen["latest_reply"], seen["reply_users"]) == (2, nested["ts"], ["U0SANDBOX1"])


async def test_a_broadcast_reply_is_seen_in_the_channel_too(client: AsyncWebClient, person: Person) -> None:
    head = (await client.chat_postMessage(channel="C01FEED", text="head"))["ts"]
    await client.chat_postMessage(channel="C01FEED", text="loud", thread_ts=head, reply_broadcast=True)
    assert [(m["text"], m.get("subtype")) for m in await person.messages("ana", "feed")] == [
        ("head", None),
        ("loud", "thread_broadcast"),
    ]


async def test_a_reply_needs_a_parent_message(client: AsyncWebClient, refused: Refused) -> None:
    call = client.chat_postMessage(channel="C01FEED", text="x", thread_ts="1503435956.000247")
    assert (await refused(call))["error"] == "cannot_reply_to_message"


async def test_an_edit_by_text_takes_the_blocks_away_and_is_marked(client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C01FEED", text="a", blocks=[SECTION]))["ts"]
    message = (await client.chat_update(channel="C01FEED", ts=ts, text="b"))["message"]
    assert (message["text"], [block["type"] for block in message["blocks"]]) == ("b", ["rich_text"])
    assert message["edited"]["user"] == "U0SANDBOX1"


async def test_an_edit_by_blocks_is_not_marked_and_keeps_the_text(client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C01FEED", text="a", blocks=[SECTION]))["ts"]
    other = SECTION | {"text": {"type": "mrkdwn", "text": "other", "verbatim": False}}
    answer = await client.api_call("chat.update", json={"channel": "C01FEED", "ts": ts, "blocks": [other]})
    assert (answer["message"]["text"], answer["message"]["blocks"]) == ("a", [other])
    assert "edited" not in answer["message"]


async def test_metadata_survives_an_edit_and_an_empty_object_removes_it(client: AsyncWebClient) -> None:
    metadata = {"event_type": "effect", "event_payload": {}}
    ts = (await client.chat_postMessage(channel="C01FEED", text="a", metadata=metadata))["ts"]
    kept = (await client.chat_update(channel="C01FEED", ts=ts, text="b"))["message"]
    gone = (await client.chat_update(channel="C01FEED", ts=ts, text="c", metadata={}))["message"]
    assert kept["metadata"] == metadata
    assert "metadata" not in gone


async def test_an_edit_has_4000_characters_at_most(client: AsyncWebClient, refused: Refused) -> None:
    ts = (await client.chat_postMessage(channel="C01FEED", text="a"))["ts"]
    await client.chat_update(channel="C01FEED", ts=ts, text="x" * 4000)
    assert (await refused(client.chat_update(channel="C01FEED", ts=ts, text="x" * 4001)))["error"] == "msg_too_long"


async def test_an_edit_leaves_something(client: AsyncWebClient, refused: Refused) -> None:
    ts = (await client.chat_postMessage(channel="C01FEED", text="a"))["ts"]
    for arguments in ({}, {"text": ""}):
        call = client.api_call("chat.update", json={"channel": "C01FEED", "ts": ts, **arguments})
        assert (await refused(call))["error"] == "no_text"


async def test_a_bot_edits_and_deletes_only_its_own(client: AsyncWebClient, refused: Refused, person: Person) -> None:
    ts = (await person.do("message", user="ana", channel="feed", text="mine"))["ts"]
    assert (await refused(client.chat_update(channel="C01FEED", ts=ts, text="x")))["error"] == "cant_update_message"
    assert (await refused(client.chat_delete(channel="C01FEED", ts=ts)))["error"] == "cant_delete_message"
    missing = "1503435956.000247"
    assert (await refused(client.chat_update(channel="C01FEED", ts=missing, text="x")))["error"] == "message_not_found"
    assert (await refused(client.chat_delete(channel="C01FEED", ts=missing)))["error"] == "message_not_found"


async def test_a_deleted_message_is_gone_with_its_pin(client: AsyncWebClient) -> None:
    ts = (await client.chat_postMessage(channel="C01FEED", text="a"))["ts"]
    await client.pins_add(channel="C01FEED", timestamp=ts)
    await client.chat_delete(channel="C01FEED", ts=ts)
    assert (await client.conversations_history(channel="C01FEED"))["messages"] == []
    assert (await client.pins_list(channel="C01FEED"))["items"] == []


async def test_the_head_of_a_thread_leaves_a_stump(client: AsyncWebClient) -> None:
    head = (await client.chat_postMessage(channel="C01FEED", text="head"))["ts"]
    reply = (await client.chat_postMessage(channel="C01FEED", text="reply", thread_ts=head))["ts"]
    await client.chat_delete(channel="C01FEED", ts=head)
    stump, left = (await client.conversations_replies(channel="C01FEED", ts=head))["messages"]
    assert (stump["subtype"], left["ts"]) == ("tombstone", reply)


async def test_a_thread_whose_replies_are_gone_is_none(client: AsyncWebClient) -> None:
    head = (await client.chat_postMessage(channel="C01FEED", text="head"))["ts"]
    reply = (await client.chat_postMessage(channel="C01FEED", text="reply", thread_ts=head))["ts"]
    await client.chat_delete(channel="C01FEED", ts=reply)
    (message,) = (await client.conversations_history(channel="C01FEED"))["messages"]
    assert "thread_ts" not in message


async def test_a_whisper_is_for_one_and_never_in_the_history(client: AsyncWebClient, person: Person) -> None:
    await client.conversations_invite(channel="C01FEED", users=["U01BEN"])
    answer = await client.chat_postEphemeral(channel="C01FEED", user="U01ANA", text="only you")
    (seen,) = await person.messages("ana", "feed")
    assert (seen["ts"], seen["is_ephemeral"]) == (answer["message_ts"], True)
    assert await person.messages("ben", "feed") == []
    history = (await client.conversations_history(channel="C01FEED"))["messages"]
    assert "only you" not in [message["text"] for message in history]


async def test_a_whisper_is_for_somebody_in_the_channel(client: AsyncWebClient, refused: Refused) -> None:
    call = client.chat_postEphemeral(channel="C01FEED", user="U01BEN", text="x")
    assert (await refused(call))["error"] == "user_not_in_channel"


async def test_a_me_message_is_marked(client: AsyncWebClient) -> None:
    await client.chat_meMessage(channel="C01FEED", text="waves")
    assert (await client.conversations_history(channel="C01FEED"))["messages"][0]["subtype"] == "me_message"


async def test_a_permalink_leads_to_the_message(client: AsyncWebClient, refused: Refused) -> None:
    ts = (await client.chat_postMessage(channel="C01FEED", text="a"))["ts"]
    link = (await client.chat_getPermalink(channel="C01FEED", message_ts=ts))["permalink"]
    assert link == f"https://test-corp.slack.com/archives/C01FEED/p{ts.replace('.', '')}"
    reply = (await client.chat_postMessage(channel="C01FEED", text="b", thread_ts=ts))["ts"]
    link = (await client.chat_getPermalink(channel="C01FEED", message_ts=reply))["permalink"]
    assert link.endswith(f"?thread_ts={ts}&cid=C01FEED")
    missing = client.chat_getPermalink(channel="C01FEED", message_ts="1503435956.000247")
    assert (await refused(missing))["error"] == "message_not_found"


class TestWithoutMessagesTab:
    @pytest.fixture
    def app_manifest(self) -> Manifest:
        return manifest(messages_tab=False)

    async def test_nothing_can_be_written_to_people(self, client: AsyncWebClient, refused: Refused) -> None:
        assert (await refused(client.chat_postMessage(channel="U01ANA", text="x")))["error"] == "messages_tab_disabled"
