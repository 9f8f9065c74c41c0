"""Modals: every input is filled in by hand, and what was entered reaches the app as Slack would send it."""

from collections.abc import Awaitable, Callable

import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, Locator, Page, expect
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.browser.page_actions import OpenPage, write
from tests.browser.world import Json, button, modal, mrkdwn, option, plain, question
from tests.sandbox.world import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

OpenModal = Callable[[Json], Awaitable[Page]]

LEVELS = [option("low", "Low", "Nobody waits"), option("high", "High", "Everybody waits")]
SUMMARY = question("summary", "What is happening?", {"type": "plain_text_input"})
CUSTOMER = question("customer", "Which customer?", {"type": "external_select", "min_query_length": 1})


@pytest_asyncio.fixture(loop_scope="session")
async def open_modal(open_page: OpenPage, bolt: AsyncApp) -> OpenModal:
    """Open a view by the command, typed as Ana."""

    async def opened(view: Json) -> Page:
        @bolt.command("/ticket")
        async def ticket(ack: AsyncAck, command: Json, client: AsyncWebClient) -> None:
            await ack()
            await client.views_open(trigger_id=command["trigger_id"], view=view)

        page = await open_page("ana")
        await write(page, "/ticket")
        await page.get_by_role("dialog", name=view["title"]["text"]).wait_for()
        return page

    return opened


@pytest.fixture
def submissions(bolt: AsyncApp) -> list[Json]:
    """Collect what is submitted; each submission closes the view."""
    heard: list[Json] = []

    @bolt.view("form")
    async def submitted(ack: AsyncAck, view: Json) -> None:
        heard.append(view["state"]["values"])
        await ack()

    return heard


async def save(page: Page) -> None:
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()


def closed(page: Page) -> Locator:
    return page.locator("dialog[open]")


async def test_every_kind_of_input_is_filled_in_and_submitted(open_modal: OpenModal, submissions: list[Json]) -> None:
    page = await open_modal(
        modal(
            SUMMARY,
            question("story", "What else?", {"type": "plain_text_input", "multiline": True}),
            question("level", "How bad?", {"type": "radio_buttons", "options": LEVELS}),
            question("marks", "What applies?", {"type": "checkboxes", "options": LEVELS}),
            question("area", "Area", {"type": "static_select", "options": LEVELS}),
            question("areas", "Areas", {"type": "multi_static_select", "options": LEVELS}),
            question("owner", "Owner", {"type": "users_select"}),
            question("others", "Others", {"type": "multi_users_select"}),
            question("where", "Where", {"type": "conversations_select"}),
            question("channel", "Channel", {"type": "channels_select"}),
            question("day", "Day", {"type": "datepicker"}),
            question("hour", "Hour", {"type": "timepicker"}),
            question("next", "Next update", {"type": "datetimepicker"}),
            question("count", "How many?", {"type": "number_input", "is_decimal_allowed": False}),
            question("mail", "Mail", {"type": "email_text_input"}),
            question("page", "Page", {"type": "url_text_input"}),
            question("proof", "Proof", {"type": "file_input"}),
        )
    )
    dialog = page.get_by_role("dialog", name="A form")
    for label, text in (
        ("What is happening?", "Export is empty"),
        ("What else?", "Since Monday\nfor finance"),
        ("How many?", "12"),
        ("Mail", "mia@example.com"),
        ("Page", "https://status.example.com"),
    ):
        await dialog.get_by_label(label, exact=True).fill(text)
    await dialog.get_by_role("radio", name="High").check()
    await dialog.get_by_role("checkbox", name="Low").check()
    await dialog.get_by_role("checkbox", name="High").check()
    for label, name in (
        ("Area", "Low"),
        ("Areas", "High"),
        ("Owner", "Ben Okafor"),
        ("Others", "Ana Ruiz"),
        ("Where", "support"),
        ("Channel", "general"),
    ):
        field = dialog.get_by_role("combobox", name=label, exact=True)
        await field.click()
        await field.fill(name)
        await page.get_by_role("option", name=name).click()
        if label in ("Areas", "Others"):
            await field.press("Escape")  # A menu of several stays open; in any other, this would close the modal.
    await dialog.get_by_label("Day", exact=True).fill("2026-03-06")
    await dialog.get_by_label("Hour", exact=True).fill("16:45")
    await dialog.get_by_label("Hour", exact=True).press("Enter")
    moment = dialog.get_by_role("group", name="Next update")
    await moment.get_by_label("Date").fill("Mar 9, 2026")
    await moment.get_by_label("Time").fill("9:15 am")
    await moment.get_by_label("Time").press("Enter")
    await dialog.locator("input[type=file]").set_input_files(
        FilePayload(name="proof.txt", mimeType="text/plain", buffer=b"empty")
    )
    await expect(dialog.get_by_text("proof.txt")).to_be_visible()
    await save(page)
    await expect(closed(page)).to_have_count(0)
    values = {block: next(iter(entries.values())) for block, entries in submissions[0].items()}
    files = values.pop("proof")["files"]
    assert [len(files), values] == [
        1,
        {
            "summary": {"type": "plain_text_input", "value": "Export is empty"},
            "story": {"type": "plain_text_input", "value": "Since Monday\nfor finance"},
            "level": {"type": "radio_buttons", "selected_option": LEVELS[1]},
            "marks": {"type": "checkboxes", "selected_options": LEVELS},
            "area": {"type": "static_select", "selected_option": LEVELS[0]},
            "areas": {"type": "multi_static_select", "selected_options": [LEVELS[1]]},
            "owner": {"type": "users_select", "selected_user": "U01BEN"},
            "others": {"type": "multi_users_select", "selected_users": ["U01ANA"]},
            "where": {"type": "conversations_select", "selected_conversation": "C01SUPPORT"},
            "channel": {"type": "channels_select", "selected_channel": "C01GENERAL"},
            "day": {"type": "datepicker", "selected_date": "2026-03-06"},
            "hour": {"type": "timepicker", "selected_time": "16:45"},
            "next": {"type": "datetimepicker", "selected_date_time": 1773062100},
            "count": {"type": "number_input", "value": "12"},
            "mail": {"type": "email_text_input", "value": "mia@example.com"},
            "page": {"type": "url_text_input", "value": "https://status.example.com"},
        },
    ]


async def test_initial_values_are_shown_and_submitted(open_modal: OpenModal, submissions: list[Json]) -> None:
    signed = option("low", ":white_circle: Low", "Nobody waits")
    page = await open_modal(
        modal(
            question("summary", "Summary", {"type": "plain_text_input", "initial_value": "As before"}),
            question("level", "Level", {"type": "static_select", "options": [signed], "initial_option": signed}),
            question("areas", "Areas", {"type": "multi_static_select", "options": LEVELS, "initial_options": LEVELS}),
            question("owner", "Owner", {"type": "users_select", "initial_user": "U01CY"}),
            question("next", "Next", {"type": "datetimepicker", "initial_date_time": 1773062100}),
        )
    )
    dialog = page.get_by_role("dialog", name="A form")
    await expect(dialog.get_by_label("Summary")).to_have_value("As before")
    await expect(dialog.get_by_role("combobox", name="Level")).to_have_value("⚪ Low")
    await expect(dialog.get_by_role("combobox", name="Owner")).to_have_value("Cy Young")
    await expect(dialog.get_by_label("Date")).to_have_value("Mar 9, 2026")
    await expect(dialog.get_by_label("Time")).to_have_value("9:15 AM")
    await dialog.get_by_role("button", name="Remove Low").click()
    await save(page)
    await expect(closed(page)).to_have_count(0)
    assert submissions[0]["areas"]["areas"]["selected_options"] == [LEVELS[1]]
    assert submissions[0]["next"]["next"]["selected_date_time"] == 1773062100


async def test_a_required_field_left_empty_has_an_error_at_the_field(
    open_modal: OpenModal, submissions: list[Json]
) -> None:
    page = await open_modal(modal(question("note", "A note", {"type": "plain_text_input"}, optional=True), SUMMARY))
    await save(page)
    field = page.get_by_label("What is happening?")
    await expect(field).to_have_accessible_description("Please complete this required field.")
    await expect(field).to_be_focused()
    await expect(page.get_by_label("A note")).not_to_have_attribute("aria-invalid", "true")
    assert submissions == []
    await field.fill("Now it is there")
    await expect(field).not_to_have_attribute("aria-invalid", "true")
    await field.press("Enter")
    await expect(closed(page)).to_have_count(0)


async def test_a_field_is_checked_when_it_is_left(open_modal: OpenModal) -> None:
    page = await open_modal(
        modal(
            question("mail", "Mail", {"type": "email_text_input"}),
            question("count", "Count", {"type": "number_input", "is_decimal_allowed": False, "max_value": "10"}),
        )
    )
    await page.get_by_label("Mail").fill("nobody")
    await page.get_by_label("Count").fill("11")
    await expect(page.get_by_text("Please enter a valid email address.")).to_be_visible()
    await page.get_by_label("Mail").fill("mia@example.com")
    await expect(page.get_by_text("Please enter 10 or less.")).to_be_visible()
    await expect(page.get_by_text("Please enter a valid email address.")).to_have_count(0)


async def test_errors_of_the_app_are_shown_at_their_fields(open_modal: OpenModal, bolt: AsyncApp) -> None:
    @bolt.view("form")
    async def refuse(ack: AsyncAck) -> None:
        await ack(response_action="errors", errors={"summary": "That is too short to act on."})

    page = await open_modal(modal(SUMMARY))
    await page.get_by_label("What is happening?").fill("Bad")
    await save(page)
    described = page.get_by_label("What is happening?")
    await expect(described).to_have_accessible_description("That is too short to act on.")
    await expect(described).to_have_value("Bad")


async def test_an_error_goes_when_the_app_fills_the_field_in(open_modal: OpenModal, bolt: AsyncApp) -> None:
    opened: list[str] = []

    @bolt.view("form")
    async def refuse(ack: AsyncAck, view: Json) -> None:
        opened.append(view["id"])
        await ack(response_action="errors", errors={"summary": "That is too short to act on."})

    page = await open_modal(modal(SUMMARY))
    field = page.get_by_label("What is happening?")
    await field.fill("Bad")
    await save(page)
    await expect(field).to_have_attribute("aria-invalid", "true")
    element = {**SUMMARY["element"], "action_id": "another", "initial_value": "The export is empty"}
    await bolt.client.views_update(view_id=opened[0], view=modal({**SUMMARY, "element": element}))
    await expect(field).to_have_value("The export is empty")
    await expect(field).not_to_have_attribute("aria-invalid", "true")


async def test_an_external_menu_asks_the_app_as_one_types(
    open_modal: OpenModal, submissions: list[Json], bolt: AsyncApp
) -> None:
    asked: list[str] = []

    @bolt.options("customer")
    async def customers(ack: AsyncAck, payload: Json) -> None:
        asked.append(payload["value"])
        known = (option("acme", "Acme", "Strategic"), option("globex", "Globex"))
        groups = [{"label": plain("Customers"), "options": [o for o in known if payload["value"] in o["value"]]}]
        await ack(option_groups=groups if groups[0]["options"] else [])

    page = await open_modal(modal(CUSTOMER))
    field = page.get_by_role("combobox", name="Which customer?")
    await field.click()
    await expect(page.get_by_role("listbox")).to_contain_text("Type at least 1 characters")
    await field.press_sequentially("glo")
    await expect(page.get_by_role("option")).to_have_text("Globex")
    await field.fill("acm")
    await expect(page.get_by_role("option", name="Acme")).to_contain_text("Strategic")
    await expect(page.get_by_role("listbox")).to_contain_text("Customers")
    await field.press("Enter")
    await expect(field).to_have_value("Acme")
    await save(page)
    await expect(closed(page)).to_have_count(0)
    assert submissions[0]["customer"]["customer"]["selected_option"]["value"] == "acme"
    assert asked[-1] == "acm"


async def test_using_an_element_tells_the_app_all_that_was_typed_and_keeps_it(
    open_modal: OpenModal, bolt: AsyncApp
) -> None:
    heard: list[Json] = []
    level = question("level", "How bad?", {"type": "radio_buttons", "options": LEVELS}, dispatch_action=True)

    @bolt.action("level")
    async def chosen(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        heard.append(body["view"]["state"]["values"])
        await ack()
        explained = {"type": "context", "elements": [mrkdwn("High means *at once*")]}
        await client.views_update(view_id=body["view"]["id"], view=modal(SUMMARY, level, explained))

    page = await open_modal(modal(SUMMARY, level))
    await page.get_by_label("What is happening?").fill("Half a sent")
    await page.get_by_role("radio", name="High").check()
    await expect(page.get_by_text("High means at once")).to_be_visible()
    await expect(page.get_by_label("What is happening?")).to_have_value("Half a sent")
    await expect(page.get_by_role("radio", name="High")).to_be_checked()
    assert heard[0]["summary"]["summary"]["value"] == "Half a sent"
    assert heard[0]["level"]["level"]["selected_option"]["value"] == "high"


async def test_typing_continues_while_the_app_redraws_the_form(
    open_modal: OpenModal, person: Person, bolt: AsyncApp
) -> None:
    page = await open_modal(modal(SUMMARY))
    field = page.get_by_label("What is happening?")
    await field.press_sequentially("one ")
    view = (await person.look("views", user="ana"))["views"][0]
    note = {"type": "section", "text": plain("Meanwhile")}
    await bolt.client.views_update(view_id=view["id"], view=modal(note, SUMMARY, note))
    await expect(page.get_by_text("Meanwhile")).to_have_count(2)
    await expect(field).to_be_focused()
    await page.keyboard.type("two")
    await expect(field).to_have_value("one two")


async def test_views_are_stacked_three_deep_and_keep_what_was_entered(open_modal: OpenModal, bolt: AsyncApp) -> None:
    def layer(number: int) -> Json:
        press = {"type": "actions", "elements": [button(f"Deeper than {number}", "deeper")]}
        field = question(f"field{number}", f"Field {number}", {"type": "plain_text_input"}, optional=True)
        return modal(field, press, title=f"Layer {number}", private_metadata=str(number))

    @bolt.action("deeper")
    async def push(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_push(trigger_id=body["trigger_id"], view=layer(int(body["view"]["private_metadata"]) + 1))

    page = await open_modal(layer(1))
    await page.get_by_label("Field 1").fill("first")
    await page.get_by_role("button", name="Deeper than 1").click()
    await page.get_by_label("Field 2").fill("second")
    await page.get_by_role("button", name="Deeper than 2").click()
    await expect(page.get_by_role("dialog", name="Layer 3")).to_be_visible()
    await page.get_by_role("button", name="Back").click()
    await expect(page.get_by_label("Field 2")).to_have_value("second")
    await page.keyboard.press("Escape")
    await expect(page.get_by_label("Field 1")).to_have_value("first")
    await page.get_by_role("button", name="Deeper than 1").click()
    await expect(page.get_by_role("dialog", name="Layer 2")).to_be_visible()
    await page.get_by_role("dialog").get_by_role("button", name="Close").click()
    await expect(closed(page)).to_have_count(0)


async def test_a_submission_may_be_answered_by_another_view(open_modal: OpenModal, bolt: AsyncApp) -> None:
    done = {"type": "section", "text": mrkdwn(":white_check_mark: Channel made")}

    @bolt.view("form")
    async def progress(ack: AsyncAck) -> None:
        view = {"type": "modal", "callback_id": "done", "title": plain("Under way"), "blocks": [done]}
        await ack(response_action="update", view=view)

    page = await open_modal(modal(SUMMARY))
    await page.get_by_label("What is happening?").fill("Export")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("dialog", name="Under way")).to_contain_text("Channel made")
    await expect(page.get_by_role("dialog").get_by_role("button", name="Save")).to_have_count(0)


async def test_no_acknowledgement_is_trouble_connecting_and_the_form_stays(
    open_modal: OpenModal, person: Person
) -> None:
    page = await open_modal(modal(SUMMARY))
    await page.get_by_label("What is happening?").fill("Export")
    await person.do("faults", kind="refuse", delivery="*", times=1)
    await save(page)
    await expect(page.get_by_role("alert")).to_contain_text("We had some trouble connecting. Try again?")
    await expect(page.get_by_label("What is happening?")).to_have_value("Export")


async def test_a_confirmation_is_asked_before_a_button_counts(open_page: OpenPage, bolt: AsyncApp) -> None:
    heard: list[str] = []

    @bolt.action("withdraw")
    async def withdrawn(ack: AsyncAck, body: Json) -> None:
        heard.append(body["user"]["id"])
        await ack()

    confirm = {
        "title": plain("Withdraw it?"),
        "text": mrkdwn("The channel will be *archived*."),
        "confirm": plain("Withdraw"),
        "deny": plain("Keep"),
    }
    elements = [button("Withdraw…", "withdraw", style="danger", confirm=confirm)]
    await bolt.client.chat_postMessage(
        channel="C01GENERAL", text="card", blocks=[{"type": "actions", "elements": elements}]
    )
    page = await open_page("ana")
    await page.get_by_role("button", name="Withdraw…").click()
    asked = page.get_by_role("dialog", name="Withdraw it?")
    await expect(asked).to_contain_text("The channel will be archived.")
    await asked.get_by_role("button", name="Keep").click()
    await expect(asked).to_have_count(0)
    await page.get_by_role("button", name="Withdraw…").click()
    await asked.get_by_role("button", name="Withdraw").click()
    await expect(page.get_by_role("button", name="Withdraw…")).to_be_enabled()
    assert len(heard) == 1


async def test_typing_into_a_menu_that_was_reached_by_the_keyboard_keeps_every_letter(open_modal: OpenModal) -> None:
    options = [option("acme", "Acme"), option("acorn", "Acorn")]
    page = await open_modal(modal(SUMMARY, question("area", "Area", {"type": "static_select", "options": options})))
    await page.get_by_label("What is happening?").press("Tab")
    await page.keyboard.type("aco")
    await expect(page.get_by_role("option")).to_have_text(["Acorn"])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("combobox", name="Area")).to_have_value("Acorn")


async def test_a_menu_of_several_tells_the_app_once_when_it_closes(open_page: OpenPage, bolt: AsyncApp) -> None:
    heard: list[list[str]] = []

    @bolt.action("areas")
    async def chosen(ack: AsyncAck, action: Json) -> None:
        heard.append([one["value"] for one in action["selected_options"]])
        await ack()

    menu = {"type": "multi_static_select", "action_id": "areas", "options": LEVELS, "placeholder": plain("Areas")}
    section = {"type": "section", "text": mrkdwn("A card"), "accessory": menu}
    await bolt.client.chat_postMessage(channel="C01GENERAL", text="card", blocks=[section])
    page = await open_page("ana")
    field = page.get_by_role("combobox")
    await field.click()
    await page.get_by_role("option", name="Low").click()
    await page.get_by_role("option", name="High").click()
    async with page.expect_response("**/press"):
        await field.press("Escape")
    async with page.expect_response("**/press"):
        await page.get_by_role("button", name="Remove Low").click()
    assert heard == [["low", "high"], ["high"]]


async def test_an_overflow_menu_tells_the_app_which_option(open_page: OpenPage, bolt: AsyncApp) -> None:
    heard: list[str] = []

    @bolt.action("more")
    async def chosen(ack: AsyncAck, action: Json) -> None:
        heard.append(action["selected_option"]["value"])
        await ack()

    menu = {"type": "overflow", "action_id": "more", "options": LEVELS}
    section = {"type": "section", "text": mrkdwn("A card"), "accessory": menu}
    await bolt.client.chat_postMessage(channel="C01GENERAL", text="card", blocks=[section])
    page = await open_page("ana")
    await page.get_by_role("button", name="More actions", exact=True).click()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="More actions", exact=True)).to_be_enabled()
    assert heard == ["high"]


async def test_a_day_is_chosen_from_the_calendar_by_mouse_and_by_keyboard(
    open_modal: OpenModal, submissions: list[Json]
) -> None:
    page = await open_modal(modal(question("day", "Day", {"type": "datepicker", "initial_date": "2026-02-27"})))
    await page.get_by_label("Day", exact=True).click()
    month = page.get_by_role("dialog", name="Choose a date")
    await month.get_by_role("button", name="Next month").click()
    await month.get_by_role("button", name="Friday, March 6, 2026").click()
    await expect(page.get_by_label("Day", exact=True)).to_have_value("Mar 6, 2026")
    await page.get_by_label("Day", exact=True).click()
    await month.get_by_role("button", name="Friday, March 6, 2026").press("ArrowDown")
    await expect(month.get_by_role("button", name="Friday, March 13, 2026")).to_be_focused()
    await page.keyboard.press("Enter")
    await save(page)
    await expect(closed(page)).to_have_count(0)
    assert submissions[0]["day"]["day"]["selected_date"] == "2026-03-13"


async def test_the_keyboard_stays_within_the_modal(open_modal: OpenModal) -> None:
    page = await open_modal(modal(SUMMARY))
    await expect(page.get_by_label("What is happening?")).to_be_focused()
    for _ in range(8):
        await page.keyboard.press("Tab")
        outside = await page.evaluate(
            "document.activeElement !== document.body && !document.activeElement.closest('dialog')"
        )
        assert not outside


async def test_what_somebody_enters_elsewhere_is_seen_here(open_modal: OpenModal, person: Person) -> None:
    page = await open_modal(modal(SUMMARY, question("area", "Area", {"type": "static_select", "options": LEVELS})))
    await person.do("fill", user="ana", values={"summary": "From a script", "area": "high"})
    await expect(page.get_by_label("What is happening?")).to_have_value("From a script")
    await expect(page.get_by_role("combobox", name="Area")).to_have_value("High")
