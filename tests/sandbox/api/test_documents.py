"""Files, canvases, lists, scheduled messages, unfurled links, steps of workflows, and asking beforehand."""

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.manifest import Manifest
from sandbox.server import Sandbox
from tests.sandbox.bots import Bot
from tests.sandbox.forms import modal
from tests.sandbox.world import SEED, Json, Person, Refused, Watch, manifest

# Sent by browsers; a program shows its token instead.
BROWSER = {"Sec-Fetch-Site": "same-origin"}


async def test_a_file_is_uploaded_in_three_steps_and_served_back(client: AsyncWebClient, person: Person) -> None:
    answer = await client.files_upload_v2(
        channel="C01FEED", content="hello", filename="note.txt", title="A note", initial_comment="look"
    )
    file = answer["file"]
    (seen,) = await person.messages("ana", "feed")
    assert (seen["text"], seen["files"][0]["title"], seen["subtype"]) == ("look", "A note", "file_share")
    async with person.http.get(file["url_private"], headers=BROWSER) as response:
        assert (response.content_type, await response.text()) == ("text/plain", "hello")
    assert (await client.files_info(file=file["id"]))["file"]["size"] == 5
    assert [one["id"] for one in (await client.files_list(channel="C01FEED"))["files"]] == [file["id"]]
    assert (await client.files_list(types="images"))["files"] == []


async def test_an_upload_may_come_as_a_form(client: AsyncWebClient, http: aiohttp.ClientSession) -> None:
    ticket = await client.files_getUploadURLExternal(filename="a.png", length=3)
    form = aiohttp.FormData()
    form.add_field("file", b"abc", filename="a.png")
    async with http.post(ticket["upload_url"], data=form) as response:
        assert await response.text() == "OK - 3"
    done = await client.files_completeUploadExternal(files=[{"id": ticket["file_id"], "title": "A"}])
    assert (done["files"][0]["size"], done["files"][0]["channels"]) == (3, [])


async def test_a_canvas_is_a_file_too(client: AsyncWebClient, refused: Refused, person: Person) -> None:
    content = {"type": "markdown", "markdown": "# Why\n\n<b>"}
    canvas = (await client.canvases_create(title="Review", document_content=content, channel_id="C01FEED"))["canvas_id"]
    file = (await client.files_info(file=canvas))["file"]
    assert (file["title"], file["channels"]) == ("Review", ["C01FEED"])
    assert [one["id"] for one in (await client.files_list(channel="C01FEED", types="canvases"))["files"]] == [canvas]
    assert (await client.files_list(channel="C01FEED", types="images"))["files"] == []
    async with person.http.get(file["permalink"]) as response:
        assert "# Why\n\n&lt;b&gt;" in await response.text()
    await client.canvases_delete(canvas_id=canvas)
    assert (await refused(client.files_info(file=canvas)))["error"] == "file_not_found"
    async with person.http.get(file["permalink"]) as response:
        assert response.status == 404


async def test_a_deleted_file_leaves_a_stump(client: AsyncWebClient, refused: Refused, person: Person) -> None:
    file = (await client.files_upload_v2(channel="C01FEED", content="x", filename="a.txt"))["file"]["id"]
    await client.files_delete(file=file)
    (seen,) = await person.messages("ana", "feed")
    assert seen["files"] == [{"id": file, "mode": "tombstone"}]
    assert (await refused(client.files_info(file=file)))["error"] == "file_deleted"
    assert (await refused(client.files_delete(file=file)))["error"] == "file_deleted"
    async with person.http.get(f"/files/{file}/a.txt") as response:
        assert response.status == 404


async def test_uploads_that_slack_refuses(client: AsyncWebClient, refused: Refused, person: Person) -> None:
    theirs = (await person.do("upload", user="ana", name="a.txt", content=""))["file"]["id"]
    ticket = await client.files_getUploadURLExternal(filename="a.png", length=3)
    unsent = [{"id": ticket["file_id"]}]
    for call, error in {
        client.files_getUploadURLExternal(filename="a", length=0): "missing_argument",
        client.files_getUploadURLExternal(filename="a", length=1, alt_txt="x" * 1001): "alt_txt_too_large",
        client.files_getUploadURLExternal(filename="a", length=2_000_000, snippet_type="python"): "snippet_too_large",
        client.files_completeUploadExternal(files=[{"id": "F404"}]): "file_not_found",
        client.files_completeUploadExternal(files=unsent): "file_not_found",
        client.files_info(file=theirs): "file_not_found",
        client.files_list(types="poems"): "unknown_type",
        client.files_list(user="U404"): "user_not_found",
        client.files_completeUploadExternal(files=[]): "invalid_arguments",
        client.files_getUploadURLExternal(filename="a", length=2_000_000_000): "file_upload_size_restricted",
        client.files_delete(file=theirs): "file_not_found",
    }.items():
        assert (await refused(call))["error"] == error


async def test_a_message_is_posted_at_its_time(client: AsyncWebClient, person: Person, sandbox: Sandbox) -> None:
    sandbox.clock.set(speed=0)
    posted = Watch(sandbox, "message_posted")
    soon = int(sandbox.clock.now()) + 60
    kept = await client.chat_scheduleMessage(channel="C01FEED", text="later", post_at=soon)
    gone = await client.chat_scheduleMessage(channel="C01FEED", text="never", post_at=soon)
    await client.chat_deleteScheduledMessage(channel="C01FEED", scheduled_message_id=gone["scheduled_message_id"])
    (listed,) = (await client.chat_scheduledMessages_list())["scheduled_messages"]
    assert (listed["id"], listed["text"]) == (kept["scheduled_message_id"], "later")
    assert await person.messages("ana", "feed") == []
    sandbox.clock.set(now=soon)
    await posted.for_times(1)
    (seen,) = await person.messages("ana", "feed")
    assert (seen["text"], seen["ts"]) == ("later", f"{soon}.000000")
    assert (await client.chat_scheduledMessages_list())["scheduled_messages"] == []


async def test_times_that_slack_refuses(client: AsyncWebClient, refused: Refused, sandbox: Sandbox) -> None:
    sandbox.clock.set(speed=0)
    sandbox.limits.strict = False
    now = int(sandbox.clock.now())
    for post_at, error in {0: "invalid_time", now: "time_in_past", now + 121 * 86_400: "time_too_far"}.items():
        call = client.chat_scheduleMessage(channel="C01FEED", text="x", post_at=post_at)
        assert (await refused(call))["error"] == error
    for _ in range(30):
        await client.chat_scheduleMessage(channel="C01FEED", text="x", post_at=now + 900)
    crowded = client.chat_scheduleMessage(channel="C01FEED", text="x", post_at=now + 900)
    assert (await refused(crowded))["error"] == "restricted_too_many"
    missing = client.chat_deleteScheduledMessage(channel="C01FEED", scheduled_message_id="Q404")
    assert (await refused(missing))["error"] == "invalid_scheduled_message_id"
    assert (await refused(client.chat_scheduledMessages_list(channel="C404")))["error"] == "invalid_channel"


async def test_a_canvas_is_written_found_in_and_edited(
    client: AsyncWebClient, refused: Refused, sandbox: Sandbox
) -> None:
    content = {"type": "markdown", "markdown": "# Timeline\n\nIt began.\n\n## Actions\n\nNone yet."}
    canvas = (await client.canvases_create(title="Review", document_content=content))["canvas_id"]

    async def found(**criteria: object) -> list[str]:
        answer = await client.canvases_sections_lookup(canvas_id=canvas, criteria=criteria)
        return [section["id"] for section in answer["sections"]]

    async def change(**change: object) -> None:
        await client.canvases_edit(canvas_id=canvas, changes=[change])

    assert len(await found(section_types=["any_header"])) == 2
    (actions,) = await found(section_types=["h2"], contains_text="actions")
    (none,) = await found(contains_text="None yet")
    new = {"type": "markdown", "markdown": "Fix the export."}
    await change(operation="replace", section_id=none, document_content=new)
    await change(operation="insert_after", section_id=actions, document_content=new | {"markdown": "Two:"})
    await change(operation="insert_at_end", document_content=new | {"markdown": "The end."})
    await change(operation="insert_at_start", document_content=new | {"markdown": "Draft"})
    await change(operation="insert_before", section_id=actions, document_content=new | {"markdown": "And so on."})
    await change(operation="delete", section_id=(await found(contains_text="It began"))[0])
    assert sandbox.workspace.canvases[canvas].markdown == (
        "Draft\n\n# Timeline\n\nAnd so on.\n\n## Actions\n\nTwo:\n\nFix the export.\n\nThe end."
    )
    lost = client.canvases_edit(canvas_id=canvas, changes=[{"operation": "delete", "section_id": "temp:C:404"}])
    assert (await refused(lost))["error"] == "canvas_editing_failed"
    for changes, error in (([], "invalid_arguments"), ([{"operation": "dance"}], "canvas_editing_failed")):
        call = client.canvases_edit(canvas_id=canvas, changes=changes)
        assert (await refused(call))["error"] == error
    await change(operation="rename", title_content={"type": "markdown", "markdown": "After the storm"})
    assert sandbox.workspace.canvases[canvas].title == "After the storm"
    await client.canvases_delete(canvas_id=canvas)
    assert (await refused(client.canvases_delete(canvas_id=canvas)))["error"] == "canvas_not_found"


async def test_a_channel_has_one_canvas_of_its_own(client: AsyncWebClient, refused: Refused) -> None:
    content = {"type": "markdown", "markdown": "x"}
    canvas = (await client.conversations_canvases_create(channel_id="C01FEED", document_content=content))["canvas_id"]
    channel = (await client.conversations_info(channel="C01FEED"))["channel"]
    assert channel["properties"]["canvas"]["file_id"] == canvas
    again = client.conversations_canvases_create(channel_id="C01FEED", document_content=content)
    assert (await refused(again))["error"] == "channel_canvas_already_exists"
    broken = client.canvases_create(document_content={"type": "html"})
    assert (await refused(broken))["error"] == "canvas_creation_failed"


SCHEMA: list[Json] = [
    {"key": "task", "name": "Task", "type": "text", "is_primary_column": True},
    {
        "key": "status",
        "name": "Status",
        "type": "select",
        "options": {"choices": [{"value": "open", "label": "Open"}, {"value": "done", "label": "Done"}]},
    },
]


async def test_a_list_takes_rows_and_tells_them(client: AsyncWebClient, refused: Refused) -> None:
    made = await client.slackLists_create(name="Actions", schema=SCHEMA)
    list_id = made["list_id"]
    task, status = (column["id"] for column in made["list_metadata"]["schema"])
    fields = [{"column_id": status, "select": ["open"]}]
    row = (await client.slackLists_items_create(list_id=list_id, initial_fields=fields))["item"]["id"]
    cell = {"row_id": row, "column_id": status, "select": ["done"]}
    await client.slackLists_items_update(list_id=list_id, cells=[cell])
    record = (await client.slackLists_items_info(list_id=list_id, id=row))["record"]
    assert [(field["key"], field["value"]) for field in record["fields"]] == [("status", ["done"])]
    assert len((await client.slackLists_items_list(list_id=list_id))["items"]) == 1
    for broken, error in {
        (status, "select", "never"): "invalid_option_id",
        (task, "select", "open"): "invalid_input_type",
        ("Col404", "select", "open"): "invalid_column_id",
    }.items():
        column, key, value = broken
        call = client.slackLists_items_update(
            list_id=list_id, cells=[{"row_id": row, "column_id": column, key: [value]}]
        )
        assert (await refused(call))["error"] == error
    await client.slackLists_items_delete(list_id=list_id, id=row)
    assert (await refused(client.slackLists_items_info(list_id=list_id, id=row)))["error"] == "record_not_found"


async def test_a_list_is_copied_renamed_and_cleared(client: AsyncWebClient, refused: Refused) -> None:
    made = await client.slackLists_create(name="Actions", schema=SCHEMA, todo_mode=True)
    columns = [column["key"] for column in made["list_metadata"]["schema"]]
    assert columns == ["task", "status", "todo_completed", "todo_assignee", "todo_due_date"]
    copy = await client.slackLists_create(name="Copy", copy_from_list_id=made["list_id"])
    assert [column["key"] for column in copy["list_metadata"]["schema"]] == columns
    list_id = made["list_id"]
    first = (await client.slackLists_items_create(list_id=list_id))["item"]["id"]
    second = (await client.slackLists_items_create(list_id=list_id, duplicated_item_id=first))["item"]["id"]
    third = (await client.slackLists_items_create(list_id=list_id, parent_item_id=first))["item"]
    assert third["parent_record_id"] == first
    assert len((await client.slackLists_items_info(list_id=list_id, id=first))["subtasks"]) == 1
    await client.slackLists_items_deleteMultiple(list_id=list_id, ids=[first, second, "Rec404"])
    left = (await client.slackLists_items_list(list_id=list_id))["items"]
    assert [item["id"] for item in left] == [third["id"]]
    await client.slackLists_update(id=list_id, name="Renamed")
    assert (await client.slackLists_items_info(list_id=list_id, id=third["id"]))["list"]["title"] == "Renamed"
    for call, error in {
        client.slackLists_update(id=list_id): "missing_arguments",
        client.slackLists_update(id="F404", name="x"): "list_not_found",
        client.slackLists_items_create(list_id=list_id, duplicated_item_id="Rec404"): "duplicated_item_not_found",
        client.slackLists_items_delete(list_id=list_id, id="Rec404"): "record_not_found",
        client.slackLists_items_update(list_id=list_id, cells=[{"column_id": "Col1"}]): "row_id_not_provided",
        client.slackLists_items_update(list_id=list_id, cells=[{"row_id": "Rec1"}]): "column_id_not_provided",
        client.slackLists_items_update(list_id=list_id, cells=[{"row_id": "R", "column_id": "C"}]): "invalid_row_id",
    }.items():
        assert (await refused(call))["error"] == error


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"schema": "{"}, "invalid_schema"),
        ({"schema": [{"name": "A", "type": "text"}]}, "invalid_schema"),
        ({"schema": SCHEMA * 26}, "over_column_maximum"),
        ({"include_copied_list_records": True}, "missing_arg_copy_from_list_id"),
        ({"schema": [{"key": "a", "name": "A", "type": "poem", "is_primary_column": True}]}, "invalid_column_type"),
        ({"schema": [{"key": "a", "name": "A", "type": "text"}]}, "invalid_primary_column"),
        ({"schema": SCHEMA, "copy_from_list_id": "F1"}, "invalid_copy_and_schema_args"),
        ({"name": "x" * 256}, "over_title_length_maximum"),
    ],
)
async def test_lists_that_slack_refuses(client: AsyncWebClient, refused: Refused, arguments: Json, error: str) -> None:
    call = client.api_call("slackLists.create", json={"name": "Actions"} | arguments)
    assert (await refused(call))["error"] == error


class TestLinks:
    @pytest.fixture
    def app_manifest(self) -> Manifest:
        return manifest(unfurl_domains=("tracker.example",))

    async def test_a_link_is_unfurled_once_by_its_app(self, bot: Bot, person: Person) -> None:
        url = "https://tracker.example/1"
        await person.do("message", user="ana", channel="feed", text=f"see {url}")
        event = (await bot.hears("link_shared"))["event"]
        where = {"channel": event["channel"], "ts": event["message_ts"]}
        await bot.client.chat_unfurl(**where, unfurls={url: {"title": "One"}})
        await bot.client.chat_unfurl(
            unfurl_id=event["unfurl_id"], source=event["source"], unfurls={url: {"title": "Again"}}
        )
        (seen,) = await person.messages("ana", "feed")
        assert [(a["title"], a["from_url"], a["id"]) for a in seen["attachments"]] == [("Again", url, 1)]

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"unfurls": "{"}, "invalid_unfurls_format"),
            ({"unfurls": None}, "missing_unfurls"),
            ({"unfurls": {"https://tracker.example/2": {}}}, "cannot_unfurl_message"),
            ({"unfurls": {"https://other.example/1": {}}}, "cannot_unfurl_url"),
            ({"unfurls": {"https://other.example/1": "x"}}, "cannot_parse_attachment"),
            ({"channel": "C404"}, "cannot_find_channel"),
            ({"channel": None}, "missing_channel"),
            ({"ts": None}, "missing_ts"),
            ({"ts": "1503435956.000247"}, "cannot_find_message"),
        ],
    )
    async def test_unfurls_that_slack_refuses(
        self, client: AsyncWebClient, refused: Refused, person: Person, changes: Json, error: str
    ) -> None:
        text = "see https://tracker.example/1 and https://other.example/1"
        ts = (await person.do("message", user="ana", channel="feed", text=text))["ts"]
        given = {"channel": "C01FEED", "ts": ts, "unfurls": {"https://tracker.example/1": {"title": "x"}}} | changes
        call = client.api_call("chat.unfurl", json={key: value for key, value in given.items() if value is not None})
        assert (await refused(call))["error"] == error


class TestWorkflows:
    @pytest.fixture
    def app_manifest(self) -> Manifest:
        function = {
            "title": "Declare",
            "input_parameters": {"account": {"type": "string", "is_required": True}},
            "output_parameters": {"id": {"type": "string", "is_required": True}},
        }
        return manifest(functions={"declare": function})

    async def test_a_step_is_done_once(self, bot: Bot, person: Person, refused: Refused) -> None:
        asked = await person.do("function", callback_id="declare", inputs={"account": "Acme"})
        event = (await bot.hears("function_executed"))["event"]
        run = event["function_execution_id"]
        assert (asked["function_execution_id"], event["inputs"]) == (run, {"account": "Acme"})
        incomplete = bot.client.functions_completeSuccess(function_execution_id=run, outputs={})
        assert (await refused(incomplete))["error"] == "parameter_validation_failed"
        await bot.client.functions_completeSuccess(function_execution_id=run, outputs={"id": "ESC-1"})
        twice = bot.client.functions_completeError(function_execution_id=run, error="no")
        assert (await refused(twice))["error"] == "execution_not_in_running_state"
        (seen,) = (await person.look("executions"))["executions"]
        assert (seen["status"], seen["outputs"]) == ("succeeded", {"id": "ESC-1"})

    async def test_a_step_may_fail(self, bot: Bot, person: Person, refused: Refused) -> None:
        run = (await person.do("function", callback_id="declare"))["function_execution_id"]
        await bot.client.functions_completeError(function_execution_id=run, error="no such account")
        (seen,) = (await person.look("executions"))["executions"]
        assert (seen["status"], seen["error"]) == ("failed", "no such account")
        missing = bot.client.functions_completeError(function_execution_id="Fx404", error="x")
        assert (await refused(missing))["error"] == "function_execution_not_found"
        assert (await person.tried("function", callback_id="other"))[1]["error"] == "function_not_found"


async def test_blocks_views_and_messages_may_be_checked_beforehand(client: AsyncWebClient, refused: Refused) -> None:
    async def check(**given: object) -> Json:
        answer: Json = (await client.api_call("blocks.validate", json=given)).data  # type: ignore[assignment]  # bytes only for file downloads
        return answer

    assert await check(blocks=[{"type": "divider"}]) == {"ok": True}
    assert await check(view=modal()) == {"ok": True}
    broken = {"type": "section", "text": {"type": "invalid", "text": "x"}}
    assert await refused(check(blocks=[broken])) == {
        "ok": False,
        "error": "invalid_blocks",
        "errors": [
            {
                "code": "failed_constraint",
                "message": "unsupported type: invalid",
                "pointer": "/0/text/type",
                "constraint": {"type": "enum", "expected": ["mrkdwn", "plain_text"]},
            }
        ],
    }
    assert (await refused(check(message={"blocks": [broken]})))["errors"][0]["pointer"] == "/blocks/0/text/type"
    assert (await refused(check(view=modal(title=None))))["error"] == "invalid_view"
    neither = await refused(check())
    assert neither["response_metadata"]["messages"] == ["must provide exactly one of `blocks`, `view`, or `message`"]


async def test_a_manifest_may_be_checked_beforehand(client: AsyncWebClient, refused: Refused) -> None:
    good = {"display_information": {"name": "Mine"}}
    assert (await client.api_call("apps.manifest.validate", json={"manifest": good}))["errors"] == []
    bad = good | {"settings": {"event_subscriptions": {"bot_events": ["app_mention"]}}}
    answer = await refused(client.api_call("apps.manifest.validate", json={"manifest": bad}))
    assert (answer["error"], answer["errors"][0]["pointer"]) == ("invalid_manifest", "/settings/event_subscriptions")


class TestAccess:
    """Two apps, and who may read and write what the first has made."""

    @pytest.fixture
    async def two(self) -> AsyncIterator[tuple[AsyncWebClient, AsyncWebClient]]:
        async with Sandbox(SEED, [manifest(), manifest(name="Other")]) as both, aiohttp.ClientSession() as http:
            first, second = (
                AsyncWebClient(token=app.tokens.bot, base_url=both.api_url, session=http) for app in both.apps
            )
            yield first, second

    async def test_a_canvas_is_read_written_and_owned(
        self, two: tuple[AsyncWebClient, AsyncWebClient], refused: Refused
    ) -> None:
        first, second = two
        canvas = (await first.canvases_create(title="Plan"))["canvas_id"]
        rename = {"operation": "rename", "title_content": {"type": "markdown", "markdown": "Other"}}

        async def edited() -> str:
            answer = await second.api_call("canvases.edit", json={"canvas_id": canvas, "changes": [rename]})
            return "ok" if answer["ok"] else ""

        assert (await refused(edited()))["error"] == "canvas_not_found"
        await first.canvases_access_set(canvas_id=canvas, access_level="read", user_ids=["U0SANDBOX2"])
        assert (await refused(edited()))["error"] == "restricted_action"
        await first.canvases_access_set(canvas_id=canvas, access_level="write", user_ids=["U0SANDBOX2"])
        assert await edited() == "ok"
        await first.canvases_access_delete(canvas_id=canvas, user_ids=["U0SANDBOX2"])
        assert (await refused(edited()))["error"] == "canvas_not_found"
        await first.canvases_access_set(canvas_id=canvas, access_level="owner", user_ids=["U0SANDBOX2"])
        assert (await refused(first.canvases_delete(canvas_id=canvas)))["error"] == "restricted_action"
        await second.canvases_delete(canvas_id=canvas)

    async def test_a_list_is_shared_with_a_channel(
        self, two: tuple[AsyncWebClient, AsyncWebClient], refused: Refused
    ) -> None:
        first, second = two
        made = (await first.slackLists_create(name="Tasks"))["list_id"]
        await first.slackLists_access_set(list_id=made, access_level="write", channel_ids=["C01GENERAL"])
        assert (await refused(second.slackLists_items_list(list_id=made)))["error"] == "list_not_found"
        await second.conversations_join(channel="C01GENERAL")
        assert (await second.slackLists_items_list(list_id=made))["items"] == []
        await first.slackLists_access_delete(list_id=made, channel_ids=["C01GENERAL"])
        assert (await refused(second.slackLists_items_list(list_id=made)))["error"] == "list_not_found"

    async def test_it_is_said_for_whom(self, client: AsyncWebClient, refused: Refused) -> None:
        made = (await client.slackLists_create(name="Tasks"))["list_id"]
        wrong = [
            ({}, "invalid_parameters"),
            ({"user_ids": ["U01ANA"], "channel_ids": ["C01FEED"]}, "invalid_parameters"),
            ({"user_ids": ["U0NOPE"]}, "user_not_found"),
            ({"channel_ids": ["C01SECRET"]}, "channel_not_found"),
        ]
        for given, error in wrong:
            call = client.slackLists_access_set(list_id=made, access_level="read", **given)
            assert (await refused(call))["error"] == error


async def test_a_list_is_exported(client: AsyncWebClient, refused: Refused) -> None:
    made = await client.slackLists_create(name="Tasks")
    column = made["list_metadata"]["schema"][0]["id"]
    words = {"type": "rich_text", "elements": []}
    await client.slackLists_items_create(
        list_id=made["list_id"], initial_fields=[{"column_id": column, "rich_text": [words]}]
    )
    content = {}
    for form in ("csv", "json"):
        job = (await client.slackLists_download_start(list_id=made["list_id"], format=form))["job_id"]
        ready = await client.slackLists_download_get(list_id=made["list_id"], job_id=job, format=form)
        assert ready["status"] == "COMPLETED"
        async with aiohttp.ClientSession() as http, http.get(ready["download_url"]) as response:
            content[form] = await response.text()
    assert content["csv"].splitlines()[0] == "Name"
    assert json.loads(content["json"])["items"][0]["fields"][0]["rich_text"] == [words]
    other = client.slackLists_download_get(list_id=made["list_id"], job_id="Le0NOPE")
    assert (await refused(other))["error"] == "job_not_found"
