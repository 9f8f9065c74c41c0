"""Habits of people who use Slack every day: where a channel opens, who they are, what keys do."""

import asyncio
import re
import time
from collections.abc import AsyncGenerator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Page, Route, expect
from slack_bolt.async_app import AsyncAck, AsyncApp

from sandbox.server import Sandbox
from tests.browser.page_actions import OpenPage, messages, place
from tests.browser.world import plain
from tests.sandbox.world import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LAPTOP = {"width": 1100, "height": 700}
PHONE = {"width": 390, "height": 844}


async def fill_support(person: Person, count: int = 40) -> list[str]:
    return [await person.say("ben", "support", f"Message number {number}") for number in range(count)]


async def is_at_end(page: Page) -> bool:
    log = page.get_by_role("log", name="Messages")
    return bool(await log.evaluate("box => box.scrollHeight - box.scrollTop - box.clientHeight < 2"))


async def test_a_channel_opens_at_what_is_new(open_page: OpenPage, person: Person) -> None:
    said = await fill_support(person, 80)
    await person.do("read", user="ana", channel="support", ts=said[19])
    page = await open_page("ana", "support")
    log = page.get_by_role("log", name="Messages")
    line = log.get_by_text("New", exact=True)
    await expect(line).to_be_in_viewport()
    await expect(messages(page).filter(has_text="Message number 20")).to_be_in_viewport()
    await expect(messages(page).filter(has_text="Message number 79")).not_to_be_in_viewport()
    top = await log.evaluate("box => box.getBoundingClientRect().top")
    assert 0 <= (await line.bounding_box())["y"] - top < 80  # type: ignore[index] # it is in view
    await page.get_by_role("button", name="Latest messages").click()
    await expect(messages(page).filter(has_text="Message number 79")).to_be_in_viewport()


async def test_a_channel_whose_news_fit_opens_at_its_end(open_page: OpenPage, person: Person) -> None:
    said = await fill_support(person, 80)
    await person.do("read", user="ana", channel="support", ts=said[76])
    page = await open_page("ana", "support")
    await expect(messages(page).filter(has_text="Message number 79")).to_be_in_viewport()
    await expect(page.get_by_role("log", name="Messages").get_by_text("New", exact=True)).to_be_in_viewport()
    assert await is_at_end(page)


async def test_names_stand_below_the_faces(open_page: OpenPage) -> None:
    page = await open_page("ana")
    rail = page.get_by_role("navigation", name="Act as")
    for name in ("Ana", "Ben", "Cy"):
        await expect(rail.get_by_text(name, exact=True)).to_be_visible()


@pytest.mark.parametrize(("name", "seconds"), [("+15 min", 900), ("+1 day", 86_400)])
async def test_a_button_lets_time_pass(open_page: OpenPage, sandbox: Sandbox, name: str, seconds: int) -> None:
    page = await open_page("ana")
    before = time.time()
    await page.get_by_role("button", name=re.compile(re.escape(name))).click()
    shown = datetime.fromtimestamp(sandbox.clock.now(), ZoneInfo("America/New_York"))
    await expect(page.locator(".sandbox-clock")).to_contain_text(f"{shown:%B} {shown.day}")
    assert seconds <= sandbox.clock.now() - before < seconds + 60


async def test_a_day_that_passes_says_how_far_it_is(open_page: OpenPage, sandbox: Sandbox) -> None:
    """Also after the page was loaded again, and to somebody else."""
    page, reached, go_on = await open_page("ana"), asyncio.Event(), asyncio.Event()

    async def stops(until: float) -> AsyncGenerator[float, None]:
        yield until - 20.5 * 3600
        reached.set()
        await go_on.wait()

    sandbox.clock.stops = stops
    button = page.get_by_role("button", name="Let a day pass")
    await button.click()
    await reached.wait()
    await expect(button).to_contain_text("3 of 24 hours")
    await expect(button).to_be_disabled()
    await page.reload()
    for seen in (page, await open_page("ben")):
        button = seen.get_by_role("button", name="Let a day pass")
        await expect(button).to_contain_text("3 of 24 hours")
        await expect(button).to_be_disabled()
        await expect(seen.get_by_role("button", name="Let 15 minutes pass")).to_be_disabled()
    phone = await open_page("ana", viewport=PHONE)
    menu = phone.get_by_role("button", name="3 of 24 hours")
    await expect(menu.get_by_text("3/24")).to_be_visible()
    go_on.set()
    await expect(button).to_contain_text("+1 day")
    await expect(button).to_be_enabled()


async def test_on_a_phone_a_menu_lets_time_pass(open_page: OpenPage, sandbox: Sandbox) -> None:
    page = await open_page("ana", viewport=PHONE)
    before = time.time()
    await page.get_by_role("button", name="Let time pass").click()
    await page.get_by_role("menuitem", name="Let 15 minutes pass").click()
    await expect(page.get_by_role("button", name="Let time pass")).to_be_enabled()
    assert sandbox.clock.now() - before >= 900


async def test_a_link_leads_to_a_place_and_never_to_another_person(
    open_page: OpenPage, bolt: AsyncApp, person: Person, sandbox: Sandbox
) -> None:
    """Bookmarks, links in messages, and addresses of the page itself open their place for anyone who presses them."""
    ts = await person.say("ben", "support", "The card")
    address = f"https://sample-corp.slack.com/archives/C01SUPPORT/p{ts.replace('.', '')}"
    bookmark = {"channel_id": "C01GENERAL", "title": "Live card", "type": "link", "link": address}
    await bolt.client.bookmarks_add(**bookmark)
    here = f"{sandbox.url}/#user=U01CY&channel=support"
    await bolt.client.chat_postMessage(channel="C01GENERAL", text=f"<{here}|As Cy> <{address}|As anybody>")
    page = await open_page("ana")
    await expect(page.get_by_role("link", name="Live card")).to_be_visible()
    await page.get_by_role("navigation", name="Act as").get_by_role("button", name="Ben").click()
    for name in ("Live card", "As anybody", "As Cy"):
        await page.get_by_role("link", name=name).click()
        await expect(page.get_by_label("Message #support")).to_be_visible()
        await expect(page.locator(".person b")).to_have_text("Acting as Ben Okafor")
        await expect(page).to_have_url(re.compile(r"#user=U01BEN&channel=support"))
        await place(page, "general").click()
        await expect(page.get_by_label("Message #general")).to_be_visible()


async def test_what_was_pressed_last_counts_however_slow_the_answers_are(open_page: OpenPage, person: Person) -> None:
    """Somebody presses a face, and before it answers a link, or another face."""
    await person.say("ben", "general", "<#C01SUPPORT|support>")
    page = await open_page("ana")
    faces = page.get_by_role("navigation", name="Act as")
    slow = asyncio.Event()

    async def wait(route: Route) -> None:
        await slow.wait()
        await route.continue_()

    await page.route(re.compile(r"conversations\?.*U01BEN"), wait)
    await faces.get_by_role("button", name="Ben").click()
    await place(page, "support").click()
    await expect(page.get_by_label("Message #support")).to_be_visible()
    slow.set()
    await expect(page.locator(".person b")).to_have_text("Acting as Ben Okafor")
    await expect(page.get_by_label("Message #support")).to_be_visible()
    await faces.get_by_role("button", name="Cy").click()
    await expect(page.locator(".person b")).to_have_text("Acting as Cy Young")
    slow.clear()
    await faces.get_by_role("button", name="Ben").click()
    await faces.get_by_role("button", name="Cy").click()
    slow.set()
    await page.wait_for_load_state("networkidle")
    await expect(page.locator(".person b")).to_have_text("Acting as Cy Young")


async def test_a_link_leads_to_a_channel_that_the_page_does_not_know_yet(open_page: OpenPage, bolt: AsyncApp) -> None:
    page = await open_page("ana")
    await expect(page.get_by_label("Message #general")).to_be_visible()
    await page.route(re.compile(r"_sandbox/stream"), lambda route: route.abort())
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # listens again, in vain
    created = await bolt.client.conversations_create(name="esc-new")
    channel = created["channel"]["id"]
    await bolt.client.conversations_invite(channel=channel, users="U01ANA")
    await expect(place(page, "esc-new")).to_have_count(0)
    await page.evaluate(f"location.hash = 'channel={channel}'")
    await expect(page.get_by_role("heading", name="esc-new", level=1)).to_be_visible()


async def test_the_list_of_channels_names_people(open_page: OpenPage, bolt: AsyncApp) -> None:
    await bolt.client.conversations_setPurpose(channel="C01SUPPORT", purpose="Fix: <@U01BEN>. See <#C01GENERAL>.")
    page = await open_page("ana")
    await page.get_by_role("button", name="Browse channels").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Fix: @Ben Okafor. See #general.")


async def test_archived_channels_are_listed_last(open_page: OpenPage, bolt: AsyncApp) -> None:
    gone = (await bolt.client.conversations_create(name="aardvark"))["channel"]["id"]
    await bolt.client.conversations_archive(channel=gone)
    page = await open_page("ana")
    await page.get_by_role("button", name="Browse channels").click()
    await expect(page.get_by_role("dialog").locator(".found li").last).to_contain_text("aardvark")


async def test_escape_closes_the_drawer_on_a_phone(open_page: OpenPage) -> None:
    page = await open_page("ana", viewport=PHONE)
    await page.get_by_role("button", name="Show the side bar").first.click()
    await expect(page.get_by_role("navigation", name="Workspace")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("navigation", name="Workspace")).to_be_hidden()


@pytest.mark.parametrize("opener", ["Details", "Inspector"])
@pytest.mark.parametrize("width", [1100, 1440])
async def test_opening_a_panel_keeps_the_end_in_sight(
    open_page: OpenPage, person: Person, opener: str, width: int
) -> None:
    for number in range(40):
        await person.say("ben", "support", f"Message number {number}. {'word ' * 40}")
    await person.do("read", user="ana", channel="support")
    page = await open_page("ana", "support", viewport={"width": width, "height": 700})
    await expect(messages(page).filter(has_text="Message number 39")).to_be_in_viewport()
    await page.get_by_role("button", name=opener).click()
    await expect(page.get_by_role("complementary")).to_be_visible()
    await page.wait_for_timeout(300)
    assert await is_at_end(page)
    await expect(page.get_by_role("button", name="Latest messages")).to_be_hidden()


async def test_a_thread_keeps_the_end_of_the_conversation_in_sight(open_page: OpenPage, person: Person) -> None:
    said = await fill_support(person)
    await person.say("ben", "support", "Answer", thread_ts=said[-1])
    await person.do("read", user="ana", channel="support")
    page = await open_page("ana", "support", viewport=LAPTOP)
    await page.get_by_role("button", name="1 reply").click()
    await expect(page.get_by_role("complementary", name="Thread")).to_be_visible()
    await page.wait_for_timeout(300)
    assert await is_at_end(page)


@pytest.mark.parametrize("opener", ["Details", "Inspector"])
async def test_a_panel_stands_beside_the_conversation_and_covers_nothing_of_it(
    open_page: OpenPage, opener: str
) -> None:
    page = await open_page("ana", viewport=LAPTOP)
    await page.get_by_role("button", name=opener).click()
    side = await page.get_by_role("complementary").bounding_box()
    main = await page.get_by_role("main").bounding_box()
    assert side is not None
    assert main is not None
    assert main["x"] + main["width"] <= side["x"]
    assert main["width"] > 500
    await page.get_by_role("button", name="Show the side bar").first.click()
    await place(page, "support").click()
    await expect(page.get_by_label("Message #support")).to_be_visible()
    await page.get_by_role("complementary").or_(page.get_by_role("main")).first.wait_for()


async def test_details_are_about_one_place_and_close_when_it_is_left(open_page: OpenPage) -> None:
    page = await open_page("ana")
    await page.get_by_role("button", name="Details").click()
    await expect(page.get_by_role("complementary", name="Details")).to_be_visible()
    await place(page, "support").click()
    await expect(page.get_by_role("complementary")).to_be_hidden()


async def test_a_message_is_read_aloud_in_words(open_page: OpenPage, bolt: AsyncApp) -> None:
    text = ":memo: Update by <@U01BEN> for <#C01SUPPORT>, due <!date^1795000000^{date_short}|soon>"
    await bolt.client.chat_postMessage(channel="C01GENERAL", text=text)
    page = await open_page("ana")
    said = await messages(page).last.get_attribute("aria-label")
    assert said == "Helper: 📝 Update by @Ben Okafor for #support, due Nov 18, 2026"
    await expect(messages(page).last.get_by_role("img", name="memo")).to_be_visible()


async def test_the_arrow_up_corrects_what_was_said_last(open_page: OpenPage, person: Person) -> None:
    await person.say("ana", "general", "First")
    await person.say("ana", "general", "Sceond")
    await person.say("ben", "general", "Mine")
    page = await open_page("ana")
    await expect(messages(page)).to_have_count(3)
    await page.get_by_label("Message #general").press("ArrowUp")
    form = page.get_by_role("dialog", name="Edit message")
    await expect(form.get_by_label("Message")).to_have_value("Sceond")
    await expect(form.get_by_label("Message")).to_be_focused()
    await form.get_by_label("Message").fill("Second")
    await form.get_by_role("button", name="Save changes").click()
    await expect(messages(page).filter(has_text="Second")).to_contain_text("(edited)")
    await page.get_by_label("Message #general").fill("typed already")
    await page.get_by_label("Message #general").press("ArrowUp")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_the_arrow_keys_go_into_the_calendar(open_page: OpenPage, bolt: AsyncApp) -> None:
    picker = {"type": "datepicker", "action_id": "day", "initial_date": "2026-03-06"}
    blocks = [{"type": "actions", "elements": [picker]}]
    await bolt.client.chat_postMessage(channel="C01GENERAL", text="When?", blocks=blocks)

    @bolt.action("day")
    async def chosen(ack: AsyncAck) -> None:
        await ack()

    page = await open_page("ana")
    field = page.locator(".day-field")
    await field.click()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("button", name="Friday, March 6, 2026")).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(field).to_have_value("Mar 14, 2026")


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
async def test_the_way_to_the_latest_messages_lies_over_nothing(
    open_page: OpenPage, bolt: AsyncApp, person: Person, size: dict[str, int]
) -> None:
    await fill_support(person)
    buttons = [{"type": "button", "action_id": f"b{n}", "text": plain(f"Choice {n}")} for n in range(4)]
    for _ in range(6):
        blocks = [{"type": "actions", "elements": buttons}]
        await bolt.client.chat_postMessage(channel="C01SUPPORT", text="Choose", blocks=blocks)
    await person.do("read", user="ana", channel="support")
    page = await open_page("ana", "support", viewport=size)
    log = page.get_by_role("log", name="Messages")
    await expect(messages(page).last).to_be_in_viewport()
    await log.evaluate("box => (box.scrollTop -= 150)")
    latest = page.get_by_role("button", name="Latest messages")
    await expect(latest).to_be_visible()
    pill, listed = await latest.bounding_box(), await log.bounding_box()
    assert pill is not None
    assert listed is not None
    assert listed["y"] + listed["height"] <= pill["y"]
    await latest.click()
    await expect(latest).to_be_hidden()
    assert await is_at_end(page)


async def test_a_message_taller_than_the_screen_is_shown_from_its_beginning(
    open_page: OpenPage, bolt: AsyncApp, person: Person
) -> None:
    text = "\n".join(f"Line {number}" for number in range(60))
    tall = (await bolt.client.chat_postMessage(channel="C01SUPPORT", text=text))["ts"]
    await fill_support(person)
    page = await open_page("ana", "support", more=f"&message={tall}", viewport=PHONE)
    await expect(messages(page).filter(has_text="Line 59").get_by_text("Helper", exact=True)).to_be_in_viewport()
