"""Conversations on the page: what is said is seen, at once, by those who may see it."""

import pytest
from playwright.async_api import FilePayload, expect
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.browser.page_actions import OpenPage, choose_action, messages, place, write
from tests.browser.world import Json, mrkdwn
from tests.sandbox.world import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_what_one_types_is_seen_by_another_at_once(open_page: OpenPage) -> None:
    ana, ben = await open_page("ana"), await open_page("ben")
    await write(ana, "The export is empty")
    for page in (ana, ben):
        await expect(page.get_by_role("article", name="Ana Ruiz: The export is empty")).to_be_visible()
    await expect(ana.get_by_label("Message #general")).to_have_value("")


async def test_shift_and_enter_begin_a_new_line_and_a_draft_waits(open_page: OpenPage) -> None:
    page = await open_page()
    composer = page.get_by_label("Message #general")
    await composer.fill("one")
    await composer.press("Shift+Enter")
    await composer.press_sequentially("two")
    await place(page, "support").click()
    await expect(page.get_by_label("Message #support")).to_have_value("")
    await place(page, "general").click()
    await expect(composer).to_have_value("one\ntwo")
    await expect(messages(page)).to_have_count(0)


async def test_acting_as_somebody_else_shows_what_they_see(open_page: OpenPage, person: Person) -> None:
    await person.say("ana", "leads", "Between us")
    page = await open_page("ana", "leads")
    await expect(messages(page).filter(has_text="Between us")).to_be_visible()
    await page.get_by_role("navigation", name="Act as").get_by_role("button", name="Ben Okafor").click()
    await expect(page.get_by_role("button", name="Acting as Ben Okafor")).to_contain_text("Berlin")
    await expect(place(page, "leads")).to_have_count(0)
    await expect(page.get_by_label("Message #general")).to_be_visible()
    await write(page, "I am Ben")
    await expect(page.get_by_role("article", name="Ben Okafor: I am Ben")).to_be_visible()
    assert "user=U01BEN" in page.url


async def test_the_menu_of_people_tells_their_zones_and_acts_as_them(open_page: OpenPage) -> None:
    page = await open_page("ana")
    await page.get_by_role("button", name="Acting as Ana Ruiz").click()
    await expect(page.get_by_role("menuitem", name="Cy Young")).to_contain_text("Kolkata")
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Acting as Cy Young")).to_be_visible()


async def test_unread_is_marked_and_a_mention_counted_until_read(open_page: OpenPage, person: Person) -> None:
    page = await open_page("ana")
    await person.say("ben", "support", "Nothing for anybody in particular")
    unread = place(page, "support 1 unread")
    await expect(unread).to_be_visible()
    await expect(unread.locator(".count")).to_have_count(0)
    await person.say("ben", "support", "<@U01ANA> this is for you")
    await expect(place(page, "support 2 unread").locator(".count")).to_have_text("1")
    await place(page, "support 2 unread").click()
    await expect(place(page, "support")).to_be_visible()
    await expect(page.get_by_role("separator").filter(has_text="New")).to_be_visible()


async def test_what_waits_for_others_is_counted_beside_their_picture(open_page: OpenPage, person: Person) -> None:
    page = await open_page("ana")
    await person.say("cy", "general", "<@U01BEN> please look")
    await expect(page.get_by_role("button", name="Ben Okafor, Engineering, exports")).to_contain_text("1 waiting")


async def test_what_only_one_person_sees_is_marked_and_kept_from_others(open_page: OpenPage, bolt: AsyncApp) -> None:
    ana, ben = await open_page("ana"), await open_page("ben")
    await bolt.client.chat_postEphemeral(channel="C01GENERAL", user="U01ANA", text="Just between us")
    await bolt.client.chat_postMessage(channel="C01GENERAL", text="For everybody")
    await expect(messages(ana).filter(has_text="Just between us")).to_contain_text("Only visible to you")
    await expect(messages(ben).filter(has_text="For everybody")).to_be_visible()
    await expect(messages(ben).filter(has_text="Just between us")).to_have_count(0)


async def test_a_thread_opens_beside_and_the_message_counts_its_replies(open_page: OpenPage, person: Person) -> None:
    head = await person.say("ana", "general", "Who knows about exports?")
    ana, ben = await open_page("ana"), await open_page("ben")
    await choose_action(ben, "Who knows", "Reply in thread")
    await write(ben, "I do", into="Reply…")
    thread = ben.get_by_role("complementary", name="Thread")
    await expect(thread.get_by_role("article", name="Ben Okafor: I do")).to_be_visible()
    await ana.get_by_role("button", name="1 reply").click()
    await expect(ana.get_by_role("complementary", name="Thread")).to_contain_text("I do")
    await person.say("cy", "general", "So do I", thread_ts=head)
    await expect(ana.get_by_role("button", name="2 replies")).to_be_visible()
    await expect(ana.get_by_role("complementary", name="Thread")).to_contain_text("So do I")
    await expect(messages(ana)).to_have_count(1)


async def test_an_edit_is_marked_and_a_deletion_leaves_nothing(open_page: OpenPage, person: Person) -> None:
    page = await open_page("ana")
    other = await open_page("ben")
    await person.say("ana", "general", "Teh export")
    await choose_action(page, "Teh export", "More message actions")
    await page.get_by_role("menuitem", name="Edit message").click()
    await page.get_by_role("dialog").get_by_label("Message").fill("The export")
    await page.get_by_role("button", name="Save changes").click()
    await expect(messages(other).filter(has_text="The export (edited)")).to_be_visible()
    await choose_action(page, "The export", "More message actions")
    await page.get_by_role("menuitem", name="Delete message…").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(messages(other)).to_have_count(0)


async def test_a_reaction_is_added_and_taken_back(open_page: OpenPage, person: Person) -> None:
    await person.say("ana", "general", "Shipped")
    page = await open_page("ben")
    await choose_action(page, "Shipped", "React with eyes")
    pill = page.get_by_role("button", name="eyes, 1: You")
    await expect(pill).to_have_attribute("aria-pressed", "true")
    await page.get_by_role("button", name="Add a reaction").click()
    await page.get_by_label("Search emoji").fill("rocket")
    await page.get_by_label("Search emoji").press("Enter")
    await expect(page.get_by_role("button", name="rocket, 1: You")).to_be_visible()
    await pill.click()
    await expect(pill).to_have_count(0)


async def test_messages_in_a_row_are_grouped_and_days_divide_them(open_page: OpenPage, person: Person) -> None:
    await person.do("clock", now=1772750000, speed=0)
    await person.say("ana", "general", "late on the fifth")
    await person.say("ana", "general", "and again")
    await person.do("clock", now=1772800000)
    await person.say("ana", "general", "on the sixth")
    page = await open_page("ana")
    await expect(messages(page)).to_have_count(3)
    await expect(messages(page).locator(".author")).to_have_count(2)
    await expect(page.get_by_role("separator")).to_have_text(["Yesterday", "Today"])


async def test_joining_and_topics_are_shown_in_a_line(open_page: OpenPage, bolt: AsyncApp, person: Person) -> None:
    page = await open_page("ana", "support")
    await person.do("invite", user="ana", channel="support", users=["cy"])
    await bolt.client.conversations_setTopic(channel="C01SUPPORT", topic="Sev 1 · Acme")
    await expect(messages(page).filter(has_text="Cy Young was added to #support by Ana Ruiz")).to_be_visible()
    await expect(messages(page).filter(has_text="Helper set the channel topic: Sev 1 · Acme")).to_be_visible()
    await expect(page.locator(".topic")).to_have_text("Sev 1 · Acme")


async def test_the_topic_is_edited_by_hand(open_page: OpenPage) -> None:
    page = await open_page("ana", "support")
    await page.get_by_role("button", name="Details").click()
    await page.get_by_role("button", name="Edit").click()
    await page.get_by_role("dialog").get_by_label("Topic").fill("Exports only")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator(".topic")).to_have_text("Exports only")
    await expect(messages(page)).to_contain_text("Ana Ruiz set the channel topic: Exports only")


async def test_pins_bookmarks_and_members_are_at_the_head(open_page: OpenPage, bolt: AsyncApp) -> None:
    page = await open_page("ana", "support")
    posted = await bolt.client.chat_postMessage(channel="C01SUPPORT", text="The card")
    await bolt.client.pins_add(channel="C01SUPPORT", timestamp=posted["ts"])
    await bolt.client.bookmarks_add(
        channel_id="C01SUPPORT", title="Runbook", type="link", link="https://example.com/runbook"
    )
    await expect(page.get_by_role("link", name="Runbook")).to_have_attribute("href", "https://example.com/runbook")
    await expect(messages(page).filter(has_text="Pinned by Helper")).to_contain_text("The card")
    await page.get_by_role("button", name="1 pinned").click()
    details = page.get_by_role("complementary", name="Details")
    await expect(details).to_contain_text("The card")
    await details.get_by_role("tab", name="Members").click()
    await details.get_by_label("Add people to support").fill("cy")
    await page.get_by_role("option", name="Cy Young").click()
    await expect(page.get_by_role("button", name="4 members")).to_be_visible()


async def test_a_channel_one_is_not_in_is_joined_before_one_writes(open_page: OpenPage) -> None:
    page = await open_page("ana", "random")
    await page.get_by_role("button", name="Join channel").click()
    await write(page, "Here I am", into="Message #random")
    await expect(messages(page).filter(has_text="Here I am")).to_be_visible()


async def test_an_archived_channel_takes_no_messages(open_page: OpenPage, bolt: AsyncApp) -> None:
    page = await open_page("ana", "support")
    await expect(page.get_by_label("Message #support")).to_be_visible()
    await bolt.client.conversations_archive(channel="C01SUPPORT")
    await expect(page.get_by_text("You are looking at #support, an archived channel.")).to_be_visible()
    await expect(page.get_by_label("Message #support")).to_have_count(0)


async def test_a_channel_is_made_and_a_direct_message_begun(open_page: OpenPage, person: Person) -> None:
    page = await open_page("ana")
    await page.get_by_role("button", name="Browse channels").click()
    await page.get_by_label("Find a channel, or name a new one").fill("war-room")
    await page.get_by_role("button", name="Create #war-room").click()
    await expect(page.get_by_label("Message #war-room")).to_be_visible()
    await page.get_by_role("button", name="New message").click()
    await page.get_by_role("dialog").get_by_role("button", name="Ben Okafor").click()
    await write(page, "Psst", into="Message Ben Okafor")
    await expect(messages(page).filter(has_text="Psst")).to_be_visible()
    found = await person.look("search", q="Psst", user="ben")
    assert found["total"] == 1


async def test_what_was_typed_is_not_lost_when_it_cannot_be_sent(open_page: OpenPage) -> None:
    page = await open_page("ana")
    await page.get_by_label("Message #general").fill("/unheard of")
    await page.get_by_label("Message #general").press("Enter")
    await expect(page.get_by_role("status").filter(has_text="no app answers /unheard")).to_be_visible()
    await expect(page.get_by_label("Message #general")).to_have_value("/unheard of")


async def test_a_picture_that_was_attached_is_shown(open_page: OpenPage) -> None:
    page = await open_page("ana")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect width="40" height="30"/></svg>'
    chooser = page.locator(".composer input[type=file]")
    await chooser.set_input_files(FilePayload(name="chart.svg", mimeType="image/svg+xml", buffer=drawing.encode()))
    await expect(page.get_by_label("Remove chart.svg")).to_be_visible()
    await write(page, "See for yourself")
    shown = messages(page).filter(has_text="See for yourself").get_by_role("img", name="chart.svg")
    await expect(shown).to_have_js_property("naturalWidth", 40)


async def test_a_button_in_a_message_reaches_the_app_which_redraws_it(open_page: OpenPage, bolt: AsyncApp) -> None:
    @bolt.action("ack")
    async def acknowledge(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.chat_update(
            channel=body["channel"]["id"],
            ts=body["message"]["ts"],
            text="Acknowledged",
            blocks=[{"type": "section", "text": mrkdwn(f"Acknowledged by <@{body['user']['id']}>")}],
        )

    page = await open_page("ana")
    blocks: list[Json] = [
        {"type": "section", "text": mrkdwn("*Sev 1*")},
        {
            "type": "actions",
            "elements": [{"type": "button", "action_id": "ack", "text": {"type": "plain_text", "text": "Acknowledge"}}],
        },
    ]
    await bolt.client.chat_postMessage(channel="C01GENERAL", text="Sev 1", blocks=blocks)
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(messages(page)).to_contain_text("Acknowledged by @Ana Ruiz")
