"""The page as a whole: getting about, themes, small screens, what is behind it, and staying alive."""

import asyncio
import re

import pytest
from playwright.async_api import Route, expect
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.errors import SlackApiError

from sandbox.server import Sandbox
from tests.browser.page_actions import OpenPage, messages, place, write
from tests.browser.world import MANIFEST, SEED, bolt_app, option
from tests.sandbox.world import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_the_address_opens_any_place_and_follows_where_one_goes(open_page: OpenPage, person: Person) -> None:
    head = await person.say("ana", "support", "Beginning")
    await person.say("ben", "support", "Answer", thread_ts=head)
    page = await open_page("U01BEN", "C01SUPPORT", more=f"&thread={head}")
    await expect(page.get_by_role("complementary", name="Thread")).to_contain_text("Answer")
    await place(page, "general").click()
    await expect(page.get_by_label("Message #general")).to_be_visible()
    assert page.url.endswith("#user=U01BEN&channel=general")
    await page.go_back()
    await expect(page.get_by_label("Message #support")).to_be_visible()


async def test_a_direct_message_is_reached_by_name(open_page: OpenPage, person: Person) -> None:
    await person.do("direct", user="ana", users=["ben"])
    await person.say("ben", "@ana", "Only us two")
    page = await open_page("ana", "@ben")
    await expect(messages(page)).to_contain_text("Only us two")


async def test_a_few_letters_jump_to_a_channel(open_page: OpenPage) -> None:
    page = await open_page("ana")
    await page.get_by_label("Message #general").wait_for()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("supp")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Message #support")).to_be_visible()
    await page.keyboard.press("Control+k")
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog[open]")).to_have_count(0)


async def test_messages_are_walked_through_with_the_arrow_keys(open_page: OpenPage, person: Person) -> None:
    for word in ("first", "second"):
        await person.say("ana", "general", word)
    page = await open_page("ben")
    await expect(messages(page)).to_have_count(2)
    await page.get_by_role("log", name="Messages").focus()
    await page.keyboard.press("ArrowUp")
    await expect(messages(page).filter(has_text="second")).to_be_focused()
    await page.keyboard.press("ArrowUp")
    await expect(messages(page).filter(has_text="first")).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("toolbar", name="Message actions")).to_be_visible()


async def test_the_theme_follows_the_system_until_one_chooses(open_page: OpenPage) -> None:
    page = await open_page("ana", color_scheme="dark")
    body = page.locator("body")
    await expect(body).to_have_css("background-color", "rgb(26, 29, 33)")
    await page.get_by_role("button", name="Use the light theme").click()
    await expect(body).to_have_css("background-color", "rgb(255, 255, 255)")
    await page.reload()
    await expect(body).to_have_css("background-color", "rgb(255, 255, 255)")


async def test_on_a_phone_the_side_bar_comes_when_it_is_called(open_page: OpenPage) -> None:
    page = await open_page("ana", viewport={"width": 390, "height": 844})
    await expect(page.get_by_label("Message #general")).to_be_visible()
    await expect(page.get_by_role("navigation", name="Workspace")).to_be_hidden()
    await page.get_by_role("button", name="Show the side bar").first.click()
    await place(page, "support").click()
    await expect(page.get_by_label("Message #support")).to_be_visible()
    await expect(page.get_by_role("navigation", name="Workspace")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_the_buttons_that_let_time_pass_are_whole_on_a_small_screen(open_page: OpenPage) -> None:
    page = await open_page("ana", viewport={"width": 1024, "height": 768})
    day = await page.get_by_role("button", name="Let a day pass").bounding_box()
    start = await page.locator(".topbar-start").bounding_box()
    assert day is not None
    assert start is not None
    assert day["x"] + day["width"] <= start["x"] + start["width"]


@pytest.mark.parametrize("width", [390, 820])
async def test_where_there_is_little_room_a_panel_takes_the_place_of_the_conversation(
    open_page: OpenPage, width: int
) -> None:
    page = await open_page("ana", viewport={"width": width, "height": 900})
    await page.get_by_role("button", name="Details").click()
    panel = await page.get_by_role("complementary", name="Details").bounding_box()
    assert panel == await page.get_by_role("main").bounding_box()


async def test_the_inspector_shows_calls_and_deliveries_with_their_payloads(
    open_page: OpenPage, bolt: AsyncApp
) -> None:
    @bolt.command("/whisper")
    async def whisper(ack: AsyncAck) -> None:
        await ack("psst")

    page = await open_page("ana")
    await page.get_by_role("button", name="Inspector").click()
    await write(page, "/whisper")
    traffic = page.get_by_role("list", name="Traffic")
    command = traffic.get_by_role("listitem").filter(has_text="/whisper").first
    await command.locator("summary").first.click()
    await expect(command).to_contain_text("Acknowledged with")
    await expect(command).to_contain_text('user_id: "U01ANA"')
    with pytest.raises(SlackApiError, match="invalid_blocks"):
        await bolt.client.chat_postMessage(channel="C01GENERAL", text="t", blocks=[{"type": "header"}])
    await page.get_by_role("button", name="Problems").click()
    refused = traffic.get_by_role("listitem").filter(has_text="chat.postMessage").first
    await expect(refused).to_contain_text("invalid_blocks")
    await refused.locator("summary").first.click()
    await expect(refused.locator(".refused")).to_contain_text("missing required field: text")


async def test_search_finds_words_and_leads_to_the_message(open_page: OpenPage, person: Person) -> None:
    await person.say("ben", "support", "The export scheduler was paused by hand")
    for number in range(260):
        await person.say("ben", "support", f"noise {number}")
    page = await open_page("ana")
    await page.get_by_label("Search messages").fill("scheduler paused")
    await page.get_by_label("Search messages").press("Enter")
    found = page.get_by_role("complementary", name="Search")
    await expect(found).to_contain_text("1 message with scheduler paused")
    await found.get_by_role("button", name="paused by hand").click()
    await expect(messages(page).filter(has_text="paused by hand")).to_be_in_viewport()


async def test_older_messages_are_loaded_as_one_goes_up(open_page: OpenPage, person: Person) -> None:
    for number in range(450):
        await person.say("ana" if number % 2 else "ben", "support", f"Message number {number}")
    page = await open_page("ana", "support")
    await expect(messages(page).filter(has_text="Message number 449")).to_be_in_viewport()
    await expect(messages(page)).to_have_count(200)
    scroll = "node => (node.scrollTop = 0)"
    for loaded in (400, 450):
        await page.get_by_role("log", name="Messages").evaluate(scroll)
        await expect(messages(page)).to_have_count(loaded)
    await page.get_by_role("button", name="Latest messages").click()
    await expect(messages(page).filter(has_text="Message number 449")).to_be_in_viewport()


async def test_one_stays_where_one_reads_when_others_write(open_page: OpenPage, person: Person) -> None:
    for number in range(60):
        await person.say("ben", "support", f"Message number {number}")
    page = await open_page("ana", "support")
    await messages(page).filter(has_text="Message number 20").scroll_into_view_if_needed()
    await expect(page.get_by_role("button", name="Latest messages")).to_be_visible()
    await person.say("ben", "support", "Newest of all")
    await expect(messages(page)).to_have_count(61)
    await expect(messages(page).filter(has_text="Message number 20")).to_be_in_viewport()
    await expect(messages(page).filter(has_text="Newest of all")).not_to_be_in_viewport()


async def test_the_page_reconnects_after_the_sandbox_restarts(open_page: OpenPage, sandbox: Sandbox) -> None:
    page = await open_page("ana")
    await write(page, "Before the restart")
    await expect(messages(page)).to_have_count(1)
    port = int(sandbox.url.rsplit(":", 1)[1])
    await sandbox.stop()
    await expect(page.get_by_text("Reconnecting…")).to_be_visible()
    again = Sandbox(SEED, [MANIFEST])
    await again.start(port)
    try:
        await expect(page.get_by_text("Reconnecting…")).to_have_count(0)
        await expect(messages(page)).to_have_count(0)
        async with bolt_app(again) as app:
            await app.client.chat_postMessage(channel="C01GENERAL", text="After the restart")
        await expect(messages(page)).to_contain_text("After the restart")
    finally:
        await page.close()
        await again.stop()


async def test_a_reset_of_the_sandbox_is_seen_at_once(open_page: OpenPage, person: Person) -> None:
    page = await open_page("ana")
    await write(page, "Soon gone")
    await expect(messages(page)).to_have_count(1)
    await person.do("reset")
    await expect(messages(page)).to_have_count(0)
    await write(page, "Still here")
    await expect(messages(page)).to_have_count(1)


async def test_a_clock_that_was_set_is_shown(open_page: OpenPage, person: Person) -> None:
    page = await open_page("ana")
    await person.do("clock", now=1772812800, speed=60)
    await expect(page.locator(".sandbox-clock")).to_contain_text("\u00d760")
    await expect(page.get_by_role("button", name="Acting as Ana Ruiz")).to_contain_text("AM · New York")


async def test_what_happens_while_the_page_is_opening_is_not_missed(open_page: OpenPage, person: Person) -> None:
    page = await open_page("ana")
    changed = asyncio.Event()

    async def hold(route: Route) -> None:
        await changed.wait()
        await route.continue_()

    side_bar = re.compile("/_sandbox/conversations")
    await page.route(side_bar, hold)
    async with page.expect_request(side_bar):
        await page.reload(wait_until="commit")
    await person.do("clock", now=1772812800, speed=0)
    changed.set()
    await expect(page.locator(".sandbox-clock")).to_contain_text("\u00d70")


async def test_trouble_is_asked_for_and_taken_back(open_page: OpenPage, bolt: AsyncApp) -> None:
    page = await open_page("ana")
    await page.get_by_role("button", name="Inspector").click()
    for choice in ("Failed once", "Slow from now on"):
        await page.get_by_role("button", name="Trouble").click()
        await page.get_by_role("menuitem", name=choice).click()
    in_force = page.get_by_role("list", name="Trouble in force").get_by_role("listitem")
    await expect(in_force).to_have_text(["calls *: status \u00d71", "calls *: latency"])
    with pytest.raises(SlackApiError):
        await bolt.client.chat_postMessage(channel="C01GENERAL", text="lost in trouble")
    await expect(in_force).to_have_text(["calls *: latency"])
    await page.get_by_role("button", name="Take back calls *: latency").click()
    await expect(in_force).to_have_count(0)


async def test_no_button_and_no_field_is_without_a_name(open_page: OpenPage, bolt: AsyncApp) -> None:
    menu = {"type": "static_select", "action_id": "level", "options": [option("low")]}
    blocks = [{"type": "actions", "elements": [menu, {"type": "datepicker", "action_id": "day"}]}]
    await bolt.client.chat_postMessage(channel="C01GENERAL", text="t", blocks=blocks)
    page = await open_page("ana")
    await page.get_by_role("button", name="Inspector").click()
    await messages(page).last.hover()
    await expect(page.get_by_role("toolbar", name="Message actions")).to_be_visible()
    snapshot = await page.locator("body").aria_snapshot()
    nameless = [
        line for line in snapshot.splitlines() if re.fullmatch(r"\s*- (button|textbox|combobox|searchbox):?", line)
    ]
    assert nameless == []


async def test_long_names_of_channels_are_told_apart_by_their_ends(open_page: OpenPage, bolt: AsyncApp) -> None:
    start = "esc-globex-corporation-2026-11-30"
    for end in ("", "-2"):
        made = (await bolt.client.conversations_create(name=f"{start}{end}"))["channel"]["id"]
        await bolt.client.conversations_invite(channel=made, users="U01ANA")
    page = await open_page("ana")
    second = place(page, f"{start}-2")
    await expect(second).to_have_attribute("title", f"{start}-2")
    entry = await second.bounding_box()
    last = await second.get_by_text("-11-30-2", exact=True).bounding_box()
    assert entry is not None
    assert last is not None
    assert last["x"] + last["width"] <= entry["x"] + entry["width"]
    assert await second.locator(".place-start").evaluate("node => node.scrollWidth > node.clientWidth")
    await second.click()
    await expect(page.get_by_label(f"Message #{start}-2")).to_be_visible()
