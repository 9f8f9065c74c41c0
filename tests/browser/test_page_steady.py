"""A steady page: the thing being pressed and the focus stay where they are, whatever arrives meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Locator, Page, expect
from slack_bolt.async_app import AsyncAck, AsyncApp

from tests.browser.page_actions import OpenPage, messages, place, write
from tests.browser.world import Json, button, modal, mrkdwn
from tests.sandbox.world import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@asynccontextmanager
async def pressing(page: Page, target: Locator) -> AsyncIterator[None]:
    """Hold the mouse button down on something, and let go at the end."""
    await target.hover()
    await page.mouse.down()
    yield
    await page.mouse.up()


async def test_a_channel_opens_though_news_arrive_for_it_while_one_presses(open_page: OpenPage, person: Person) -> None:
    page = await open_page("ana")
    async with pressing(page, place(page, "support")):
        await person.say("ben", "support", "Just now")
        await expect(place(page, "support 1 unread")).to_be_visible()
    await expect(messages(page)).to_contain_text("Just now")
    await expect(page.get_by_label("Message #support")).to_be_visible()


async def test_one_becomes_another_though_something_waits_for_them_meanwhile(
    open_page: OpenPage, person: Person
) -> None:
    page = await open_page("ana")
    ben = page.get_by_role("navigation", name="Act as").get_by_role("button", name="Ben Okafor")
    async with pressing(page, ben):
        await person.say("ana", "@ben", "Are you there?")
        await expect(ben).to_contain_text("1 waiting")
    await expect(page.get_by_role("button", name="Acting as Ben Okafor")).to_be_visible()


async def test_the_menu_of_people_stays_open_while_the_clock_runs(open_page: OpenPage, person: Person) -> None:
    page = await open_page("ana")
    acting = page.get_by_role("button", name="Acting as Ana Ruiz")
    await acting.click()
    await person.do("clock", now=1772812800, speed=600)
    await expect(acting).to_contain_text("AM · New York")
    await page.keyboard.press("Escape")
    await expect(acting).to_be_focused()


async def test_the_members_are_shown_though_somebody_joins_while_one_presses(
    open_page: OpenPage, person: Person
) -> None:
    page = await open_page("ana", "support")
    members = page.get_by_role("button", name="members")
    async with pressing(page, members):
        await person.do("join", user="cy", channel="support")
        await expect(members).to_contain_text("4 members")
    await expect(page.get_by_role("complementary", name="Details")).to_contain_text("Cy Young")


async def test_a_button_of_a_message_is_pressed_though_the_message_changes_meanwhile(
    open_page: OpenPage, bolt: AsyncApp, person: Person
) -> None:
    pressed: list[str] = []

    @bolt.action("acknowledge")
    async def acknowledged(ack: AsyncAck, body: Json) -> None:
        await ack()
        pressed.append(body["user"]["id"])

    card = [{"type": "actions", "block_id": "card", "elements": [button("Acknowledge", "acknowledge")]}]
    posted = await bolt.client.chat_postMessage(channel="C01GENERAL", text="The card", blocks=card)
    page = await open_page("ana")
    async with pressing(page, messages(page).get_by_role("button", name="Acknowledge")):
        note = {"type": "context", "elements": [mrkdwn("Waiting for 2 minutes")]}
        await bolt.client.chat_update(channel="C01GENERAL", ts=posted["ts"], text="The card", blocks=[note, *card])
        await person.say("ben", "support", "What comes after the change")
        await expect(place(page, "support 1 unread")).to_be_visible()
    await expect(messages(page).filter(has_text="Waiting for 2 minutes")).to_be_visible()
    assert pressed == ["U01ANA"]


async def test_a_form_is_sent_though_the_app_redraws_it_meanwhile(open_page: OpenPage, bolt: AsyncApp) -> None:
    opened: list[str] = []

    @bolt.command("/ticket")
    async def ticket(ack: AsyncAck, body: Json) -> None:
        view = await bolt.client.views_open(trigger_id=body["trigger_id"], view=modal(said("Looking …")))
        opened.append(view["view"]["id"])
        await ack()

    @bolt.view("form")
    async def submitted(ack: AsyncAck) -> None:
        await ack()
        opened.clear()

    def said(text: str) -> Json:
        return {"type": "section", "block_id": "said", "text": mrkdwn(text)}

    page = await open_page("ana")
    await write(page, "/ticket")
    form = page.get_by_role("dialog", name="A form")
    async with pressing(page, form.get_by_role("button", name="Save")):
        found = modal(said("Found it"), submit={"type": "plain_text", "text": "Keep"})
        await bolt.client.views_update(view_id=opened[0], view=found)
        await expect(form.get_by_text("Found it")).to_be_visible()
    await expect(form).to_have_count(0)
    assert opened == []


@pytest.mark.parametrize("name", ["Inspector", "Use the dark theme", "Details"])
async def test_what_is_switched_by_the_keyboard_keeps_the_focus(open_page: OpenPage, name: str) -> None:
    page = await open_page("ana")
    await page.get_by_label("Message #general").wait_for()
    button = await page.get_by_role("button", name=name, exact=True).element_handle()
    assert button is not None
    await button.focus()
    await page.keyboard.press("Enter")
    for _ in range(2):
        await page.evaluate("new Promise(requestAnimationFrame)")
    assert await button.evaluate("(node) => node === document.activeElement")
