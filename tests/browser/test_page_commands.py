"""Commands and shortcuts: they are offered as one types, and their answers are seen."""

import pytest
from playwright.async_api import expect
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.browser.page_actions import OpenPage, choose_action, messages, write
from tests.browser.world import Json, modal, plain
from tests.sandbox.world import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NOTE = {"type": "section", "text": plain("Opened by a shortcut")}


async def test_a_command_is_suggested_completed_and_answered_to_one_person(open_page: OpenPage, bolt: AsyncApp) -> None:
    @bolt.command("/whisper")
    async def whisper(ack: AsyncAck, command: Json) -> None:
        await ack(f"You said: {command['text']}")

    page = await open_page("ana")
    composer = page.get_by_label("Message #general")
    await composer.press_sequentially("/wh")
    await expect(page.get_by_role("option")).to_have_text("/whisperAnswer to you alone · Helper")
    await composer.press("Tab")
    await composer.press_sequentially("hello there")
    await composer.press("Enter")
    answer = messages(page).filter(has_text="You said: hello there")
    await expect(answer).to_contain_text("Only visible to you")
    await expect(composer).to_have_value("")


async def test_names_of_people_channels_and_emoji_are_completed(open_page: OpenPage) -> None:
    page = await open_page("ana")
    composer = page.get_by_label("Message #general")
    for typed in ("Ask @be", "in #sup", ":tad"):
        await composer.press_sequentially(typed)
        await expect(page.get_by_role("option").first).to_be_visible()
        await composer.press("Enter")
    await expect(composer).to_have_value("Ask @ben in #support :tada: ")
    await composer.press("Enter")
    shown = messages(page).last
    await expect(shown.get_by_role("button", name="@Ben Okafor")).to_be_visible()
    await expect(shown.get_by_role("button", name="#support")).to_be_visible()
    await expect(shown.get_by_role("img", name="tada")).to_have_text("🎉")


async def test_slackbot_reports_an_app_that_does_not_answer(open_page: OpenPage) -> None:
    page = await open_page("ana")
    await write(page, "/ticket nobody listens")
    await expect(messages(page)).to_contain_text('/ticket failed with the error "dispatch_failed"')


async def test_a_shortcut_opens_a_modal_from_anywhere(open_page: OpenPage, bolt: AsyncApp) -> None:
    @bolt.shortcut("new_ticket")
    async def opened(ack: AsyncAck, shortcut: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=modal(NOTE, title="New ticket"))

    page = await open_page("ana")
    await page.get_by_role("button", name="Shortcuts").click()
    await page.get_by_role("menuitem", name="New ticket").click()
    await expect(page.get_by_role("dialog", name="New ticket")).to_contain_text("Opened by a shortcut")


async def test_a_shortcut_on_a_message_hands_the_message_to_the_app(
    open_page: OpenPage, bolt: AsyncApp, person: Person
) -> None:
    heard: list[Json] = []

    @bolt.shortcut("from_message")
    async def opened(ack: AsyncAck, shortcut: Json, client: AsyncWebClient) -> None:
        heard.append(shortcut)
        await ack()
        await client.views_open(trigger_id=shortcut["trigger_id"], view=modal(NOTE, title="From a message"))

    ts = await person.say("ben", "general", "The customer is upset")
    page = await open_page("ana")
    await choose_action(page, "upset", "More message actions")
    await page.get_by_role("menuitem", name="Ticket from this message").click()
    await expect(page.get_by_role("dialog", name="From a message")).to_be_visible()
    assert [(one["message"]["ts"], one["user"]["id"]) for one in heard] == [(ts, "U01ANA")]
