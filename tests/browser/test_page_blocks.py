"""Block Kit on the page: tables turn and sort, charts are charts, and what is unknown is shown as what it is."""

from itertools import pairwise

import pytest
from playwright.async_api import Locator, expect
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from tests.browser.page_actions import OpenPage, messages
from tests.browser.world import Json, button, mrkdwn, option, plain

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DAYS = ("Mon", "Tue", "Wed")


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


def number(value: int) -> Json:
    return {"type": "raw_number", "value": value, "text": f"{value:,}"}


def series(name: str, *values: int) -> Json:
    return {"name": name, "data": [{"label": day, "value": value} for day, value in zip(DAYS, values, strict=True)]}


async def drawn(open_page: OpenPage, bolt: AsyncApp, *blocks: Json) -> Locator:
    """Post blocks and return the message that is drawn."""
    await bolt.client.chat_postMessage(channel="C01GENERAL", text="t", blocks=list(blocks))
    return messages(await open_page("ana")).last


async def test_a_card_shows_its_fields_in_two_columns(open_page: OpenPage, bolt: AsyncApp) -> None:
    fields = [mrkdwn(f"*Field {at}*\nvalue {at}") for at in range(4)]
    card = await drawn(
        open_page,
        bolt,
        {"type": "header", "text": plain(":red_circle: Sev 1 · Acme")},
        {"type": "section", "fields": fields},
        {"type": "divider"},
        {"type": "context", "elements": [mrkdwn("ESC-142"), mrkdwn("declared by <@U01BEN>")]},
    )
    await expect(card.get_by_role("heading")).to_have_text("🔴 Sev 1 · Acme")
    boxes = [await field.bounding_box() for field in await card.locator(".fields > *").all()]
    left, right = boxes[0], boxes[1]
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert right["x"] > left["x"] + left["width"] - 1
    await expect(card.locator(".block-context")).to_have_text("ESC-142declared by @Ben Okafor")


async def test_a_data_table_turns_its_pages_and_sorts(open_page: OpenPage, bolt: AsyncApp) -> None:
    rows = [[raw("Account"), raw("Hours")], *([raw(f"Account {at}"), number(at * 700 % 1100)] for at in range(5))]
    card = await drawn(open_page, bolt, {"type": "data_table", "caption": "Open", "page_size": 2, "rows": rows})
    first = card.locator("tbody th")
    await expect(first).to_have_text(["Account 0", "Account 1"])
    await expect(card.get_by_role("status")).to_have_text("1\u20132 of 5")
    await card.get_by_label("Next page").click()
    await expect(first).to_have_text(["Account 2", "Account 3"])
    await card.get_by_role("button", name="Hours").click()
    await expect(first).to_have_text(["Account 0", "Account 2"])
    await card.get_by_role("button", name="Hours").click()
    await expect(first).to_have_text(["Account 3", "Account 1"])
    await expect(card.get_by_role("columnheader", name="Hours")).to_have_attribute("aria-sort", "descending")


async def test_a_table_aligns_its_columns(open_page: OpenPage, bolt: AsyncApp) -> None:
    rows = [[raw("Level"), raw("Response")], [raw("Sev 1"), raw("15 min")]]
    table = {"type": "table", "rows": rows, "column_settings": [{}, {"align": "right"}]}
    card = await drawn(open_page, bolt, table)
    await expect(card.get_by_role("columnheader")).to_have_text(["Level", "Response"])
    await expect(card.get_by_role("cell", name="15 min")).to_have_css("text-align", "right")


@pytest.mark.parametrize(("kind", "marks"), [("bar", "rect"), ("line", "polyline"), ("area", "polygon")])
async def test_a_chart_with_axes_is_drawn_to_scale_and_described_in_words(
    open_page: OpenPage, bolt: AsyncApp, kind: str, marks: str
) -> None:
    chart = {
        "type": kind,
        "series": [series("Opened", 3, 7, 5), series("Closed", 1, 2, 9)],
        "axis_config": {"categories": list(DAYS), "x_label": "Day"},
    }
    card = await drawn(open_page, bolt, {"type": "data_visualization", "title": "This week", "chart": chart})
    await expect(card.get_by_role("img", name="This week. Opened: Mon 3,Tue 7,Wed 5")).to_be_visible()
    await expect(card.locator(f"svg {marks}")).to_have_count(6 if kind == "bar" else 2)
    await expect(card.locator(".legend li")).to_have_text(["Opened", "Closed"])


async def test_the_many_labels_of_an_axis_do_not_run_into_each_other_on_a_phone(
    open_page: OpenPage, bolt: AsyncApp
) -> None:
    weeks = [f"{number} Sep" for number in range(1, 14)]
    data = [{"label": week, "value": 1} for week in weeks]
    chart = {"type": "line", "series": [{"name": "Kept", "data": data}], "axis_config": {"categories": weeks}}
    blocks = [{"type": "data_visualization", "title": "Kept", "chart": chart}]
    await bolt.client.chat_postMessage(channel="C01GENERAL", text="t", blocks=blocks)
    page = await open_page("ana", viewport={"width": 390, "height": 844})
    labels = page.locator(".chart .tick[text-anchor=middle]:visible")
    await expect(labels.first).to_be_visible()
    boxes = [await label.bounding_box() for label in await labels.all()]
    ends = [(box["x"], box["x"] + box["width"]) for box in boxes if box is not None]
    assert len(ends) >= 3
    assert all(end < start for (_, end), (start, _) in pairwise(ends))

    await page.set_viewport_size({"width": 1440, "height": 900})
    shown = await labels.all_text_contents()
    assert len(shown) > len(ends)
    assert set(shown) <= set(weeks), "none is cut"


async def test_a_pie_shows_each_part_and_its_share(open_page: OpenPage, bolt: AsyncApp) -> None:
    segments = [{"label": "Sev 1", "value": 1}, {"label": "Sev 2", "value": 3}]
    chart = {"type": "pie", "segments": segments}
    card = await drawn(open_page, bolt, {"type": "data_visualization", "title": "By level", "chart": chart})
    await expect(card.locator(".chart path")).to_have_count(2)
    await expect(card.locator(".legend li")).to_have_text(["Sev 11 (25 %)", "Sev 23 (75 %)"])


async def test_a_container_folds_and_its_buttons_work(open_page: OpenPage, bolt: AsyncApp) -> None:
    heard: list[str] = []

    @bolt.action("inside")
    async def pressed(ack: AsyncAck, action: Json) -> None:
        heard.append(action["block_id"])
        await ack()

    child = {"type": "actions", "block_id": "child", "elements": [button("Inside", "inside")]}
    more = {"is_collapsible": True, "default_collapsed": True}
    card = await drawn(
        open_page, bolt, {"type": "container", "title": plain("Checklist"), "child_blocks": [child], **more}
    )
    await expect(card.get_by_role("button", name="Inside")).to_be_hidden()
    await card.get_by_text("Checklist").click()
    await card.get_by_role("button", name="Inside").click()
    await expect(card.get_by_role("button", name="Inside")).to_be_enabled()
    assert heard == ["child"]


async def test_markdown_is_drawn_with_headings_lists_and_tables(open_page: OpenPage, bolt: AsyncApp) -> None:
    words = "## Found\n\n1. **One**\n2. two\n   - inner\n\n> said\n\n- [x] done\n<b>no</b>"
    text = f"{words}\n\n| a | b |\n|---|---|\n| 1 | `2` |"
    card = await drawn(open_page, bolt, {"type": "markdown", "text": text})
    await expect(card.get_by_role("heading", name="Found")).to_be_visible()
    await expect(card.locator("ol > li > b")).to_have_text("One")
    await expect(card.locator("ol ul li")).to_have_text("inner")
    await expect(card.get_by_role("cell", name="2")).to_be_visible()
    await expect(card.get_by_role("checkbox")).to_be_checked()
    await expect(card.get_by_text("<b>no</b>")).to_be_visible()


async def test_a_menu_in_a_message_keeps_what_was_chosen(open_page: OpenPage, bolt: AsyncApp) -> None:
    heard: list[str] = []

    @bolt.action("level")
    async def chosen(ack: AsyncAck, action: Json, body: Json, client: AsyncWebClient) -> None:
        heard.append(action["selected_option"]["value"])
        await ack()
        blocks = [{**body["message"]["blocks"][0], "text": mrkdwn("Changed")}]
        await client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="t", blocks=blocks)

    menu = {"type": "static_select", "action_id": "level", "options": [option("low"), option("high")]}
    block = {"type": "section", "block_id": "s", "text": mrkdwn("Level?"), "accessory": menu}
    card = await drawn(open_page, bolt, block)
    await card.get_by_role("combobox").click()
    await card.page.get_by_role("option", name="High").click()
    await expect(card).to_contain_text("Changed")
    await expect(card.get_by_role("combobox")).to_have_value("High")
    assert heard == ["high"]


async def test_a_picture_that_cannot_be_had_is_described(open_page: OpenPage, bolt: AsyncApp, sandbox: Sandbox) -> None:
    picture = {"type": "image", "image_url": f"{sandbox.url}/files/F0NONE/none.png", "alt_text": "A falling curve"}
    card = await drawn(open_page, bolt, picture)
    await expect(card.locator(".missing")).to_have_text("A falling curve")


async def test_a_block_the_page_does_not_know_is_shown_as_what_it_is(open_page: OpenPage) -> None:
    page = await open_page("ana")
    await page.evaluate(
        """async () => {
          const { src } = document.querySelector("script[type=module]");
          const { drawBlock } = await import(new URL("blocks/blocks.js", src));
          document.querySelector(".rows").append(drawBlock({ type: "hologram", block_id: "h", depth: 3 }, {}));
        }"""
    )
    unknown = page.locator(".unknown-block")
    await expect(unknown).to_contain_text("A block of type “hologram”, which this page does not draw")
    await unknown.locator("summary").click()
    await expect(unknown.locator("code")).to_contain_text('"depth": 3')


async def test_a_whole_gallery_of_blocks_fits_the_width_of_a_phone(open_page: OpenPage, bolt: AsyncApp) -> None:
    wide = [[raw(f"Column {at}") for at in range(12)], [raw("a longer cell") for _ in range(12)]]
    axes = {"categories": list(DAYS)}
    chart = {"type": "bar", "series": [series("Opened", 3, 7, 5)], "axis_config": axes}
    await bolt.client.chat_postMessage(
        channel="C01GENERAL",
        text="t",
        blocks=[
            {"type": "table", "rows": wide},
            {"type": "data_visualization", "title": "Week", "chart": chart},
            {"type": "card", "title": mrkdwn("*Acme*"), "body": mrkdwn("x" * 190), "actions": [button("Open", "open")]},
            {"type": "section", "text": mrkdwn("y" * 400), "accessory": button("A rather long button", "long")},
        ],
    )
    page = await open_page("ana", viewport={"width": 390, "height": 844})
    await expect(messages(page)).to_have_count(1)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    assert await page.locator(".message-list").first.evaluate("node => node.scrollWidth <= node.clientWidth")
