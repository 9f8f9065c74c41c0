"""The main job by clicking: the real bot behind the page, from the command to the end and back."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from bot import settings
from bot.app import build
from bot.database import outbox
from bot.database.outbox import NewEffect
from bot.models.work import EffectKind
from bot.policy.members import Admission
from bot.program import Program
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from bot.services.overview import digests
from sandbox import manifest, workspace_file
from sandbox.server import Sandbox
from tests.browser.conftest import PATIENCE_MS
from tests.browser.page_actions import messages, place, write
from tests.support.databases import Sqlite
from tests.support.story import ACCOUNTS, DIRECTORY, ROOT, WORKSPACE

# A declare form with a severity chosen is no higher than this, whatever it says.
_HIGHEST = 800
# Home with twelve open is one screen and a half.
_HIGHEST_HOME = 1100

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def bot(_sqlite: Sqlite, folder: Path) -> AsyncIterator[tuple[Program, Sandbox]]:
    """Run the bot as it runs for real: awake, on its own clock."""
    (folder / "workspace.yml").write_text(WORKSPACE, encoding="utf-8")
    (folder / "directory.yml").write_text(DIRECTORY, encoding="utf-8")
    seed, app = workspace_file.read(folder / "workspace.yml"), manifest.read(ROOT / "manifest.yml")
    with _sqlite.fresh() as url:
        async with Sandbox(seed, [app]) as sandbox:
            loaded = settings.load(
                slack_bot_token=sandbox.bot_token,
                slack_app_token=sandbox.app_token,
                slack_api_url=sandbox.api_url,
                database_url=url,
                directory=folder / "directory.yml",
                http_port=0,
                metrics_port=0,
            )
            program = await build(loaded)
            program.services.account_import.load(ACCOUNTS.encode(), "accounts.csv")
            await program.start()
            yield program, sandbox
            await program.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, bot: tuple[Program, Sandbox]) -> AsyncIterator[Page]:
    """Open the page as Ana, in #general."""
    context = await browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(PATIENCE_MS)
    opened = await context.new_page()
    await opened.goto(f"{bot[1].url}/#user=ana&channel=general")
    yield opened
    await context.close()


async def press(page: Page, name: str) -> None:
    """Press a button of the card."""
    await messages(page).filter(has_text="Fix owner").get_by_role("button", name=name).click()


async def choose(page: Page, label: str, typed: str) -> None:
    """Choose in a select of the form by typing."""
    field = page.get_by_role("dialog").get_by_role("combobox", name=label)
    await field.click()
    await field.fill(typed)
    await page.get_by_role("option", name=typed).first.click()


async def send(page: Page, name: str) -> None:
    """Send the form."""
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("contentinfo").get_by_role("button", name=name, exact=True).click()
    try:
        await expect(dialog).to_have_count(0)
    except AssertionError as error:
        error.add_note(f"The form stays, and says: {await dialog.inner_text()}")
        raise


async def test_an_escalation_is_lived_from_the_command_to_the_end_and_back(page: Page) -> None:
    await write(page, "/escalate acme export is down")
    form = page.get_by_role("dialog", name="Declare an escalation")
    await expect(form.get_by_label("What's happening")).to_have_value("export is down")
    await form.get_by_role("radio", name="Sev 1").check()
    await expect(form.get_by_text("acknowledges by")).to_be_visible()
    await form.get_by_role("button", name="Declare", exact=True).click()

    await expect(messages(page).filter(has_text="ESC-1 for Acme is declared")).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)

    channel = page.get_by_role("navigation", name="Workspace").get_by_role("button", name="esc-acme-")
    await channel.click()
    await expect(messages(page).filter(has_text="Fix owner").filter(has_text="Unacknowledged")).to_be_visible()
    await press(page, "Acknowledge")
    await expect(messages(page).filter(has_text=" acknowledged.")).to_be_visible()

    await press(page, "Post update")
    form = page.get_by_role("dialog", name="Post update")
    await form.get_by_label("Internal note").fill("A bad deploy.")
    await form.get_by_label("Customer update").fill("We have found the cause and are deploying a fix.")
    await form.get_by_role("combobox", name="Did you tell them?").click()
    await page.get_by_role("option", name="I told them", exact=True).click()
    await send(page, "Post")
    await expect(messages(page).filter(has_text="For the customer")).to_be_visible()

    await press(page, "Impact stopped")
    await page.get_by_role("dialog").get_by_label("What stopped the impact?").fill("Rolled back.")
    await send(page, "Save")
    await expect(messages(page).filter(has_text="Impact stopped, noted by")).to_be_visible()

    await press(page, "Resolve")
    form = page.get_by_role("dialog", name="Resolve")
    await form.get_by_label("What was fixed?").fill("The deploy was rolled back.")
    await form.get_by_role("button", name="Resolve", exact=True).click()
    await expect(form.get_by_text("Please complete this required field.")).to_have_count(3)
    await form.get_by_label("Who confirmed it for the customer?").fill("Jo at Acme")
    await choose(page, "How did they confirm it?", "On a call")
    await form.get_by_label("Post-incident review link").fill("https://wiki.example/review-1")
    await form.get_by_label("Follow-up").fill("Test exports before each deploy")
    await send(page, "Resolve")

    await press(page, "Close")
    form = page.get_by_role("dialog", name="Close")
    today = datetime.now(ZoneInfo("America/New_York"))  # the policy's zone
    await expect(form.get_by_label("Review finished on")).to_have_value(f"{today:%b} {today.day}, {today.year}")
    await choose(page, "What caused it?", "Untested deploy")
    await send(page, "Close")
    await expect(messages(page).filter(has_text="ESC-1 closed by")).to_be_visible()

    await press(page, "Reopen")
    await page.get_by_role("dialog").get_by_label("Why are you reopening this?").fill("Down again.")
    await send(page, "Reopen")
    await expect(messages(page).filter(has_text="ESC-1 reopened by")).to_be_visible()


async def test_the_home_tab_and_the_page_of_a_message_lead_to_it(page: Page) -> None:
    await write(page, "/escalate")
    form = page.get_by_role("dialog", name="Declare an escalation")
    await choose(page, "Account", "Umbrella")
    await form.get_by_label("What's happening").fill("Nobody can sign in")
    await form.get_by_role("radio", name="Sev 3").check()
    await form.get_by_role("button", name="Declare", exact=True).click()
    await expect(messages(page).filter(has_text="is declared")).to_be_visible()
    # The bot writes to its people meanwhile, and an entry with news has another name.
    await page.get_by_role("navigation", name="Workspace").get_by_role("button", name=re.compile("^Escalate")).click()
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_text("Nobody can sign in").first).to_be_visible()


async def test_the_declare_form_fits_on_the_page_and_nothing_moves_under_the_pointer(page: Page) -> None:
    await write(page, "/escalate initech charged twice, double charge on the invoice")
    form = page.get_by_role("dialog", name="Declare an escalation")
    await form.get_by_role("radio", name="Sev 4").check()
    await expect(form.get_by_text("acknowledges by")).to_be_visible()
    await form.get_by_role("button", name="Declare", exact=True).click()
    await expect(messages(page).filter(has_text="is declared")).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)

    # With everything that may be said without more options: an open escalation, the outcome, a suggestion.
    await write(page, "/escalate initech charged twice, double charge on the invoice")
    await expect(form.get_by_text("already has an open escalation")).to_be_visible()
    choice = form.get_by_role("radio", name="Sev 3")
    before = await _below_the_top(choice, form)
    await choice.check()
    await expect(form.get_by_text("acknowledges by")).to_be_visible()
    await expect(form.get_by_role("button", name="Use it")).to_be_visible()
    assert await _whole_height(form) <= _HIGHEST
    assert await _below_the_top(choice, form) == before


async def test_the_form_that_proposes_a_programme_fits_too(page: Page) -> None:
    await page.set_viewport_size({"width": 1440, "height": 900})
    await write(page, "/escalate programme initech")
    form = page.get_by_role("dialog", name="Propose a programme")
    await expect(form.get_by_role("combobox", name="Account")).to_have_value("Initech")
    assert await _whole_height(form) <= _HIGHEST


async def _whole_height(form: Locator) -> float:
    """Return the height of a form, with what is out of sight in it."""
    height = await form.evaluate("form => form.getBoundingClientRect().height")
    hidden = await form.locator(".dialog-body").evaluate("body => body.scrollHeight - body.clientHeight")
    return float(height + hidden)


async def test_the_line_after_declaring_leads_to_the_channel(page: Page) -> None:
    await write(page, "/escalate acme export is down")
    form = page.get_by_role("dialog", name="Declare an escalation")
    await form.get_by_role("radio", name="Sev 1").check()
    await form.get_by_role("button", name="Declare", exact=True).click()
    declared = messages(page).filter(has_text="ESC-1 for Acme is declared")
    await declared.get_by_role("button", name="Open channel").click()
    await expect(page.get_by_role("heading", name="esc-acme-", level=1)).to_be_visible()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def _below_the_top(control: Locator, form: Locator) -> float:
    """Return how far below the form's top a control is."""
    places = [await each.evaluate("each => each.getBoundingClientRect().y") for each in (control, form)]
    return float(places[0] - places[1])


async def test_home_with_twelve_open_is_a_screen_and_a_half(page: Page, bot: tuple[Program, Sandbox]) -> None:
    await page.set_viewport_size({"width": 1440, "height": 740})
    home = await _open_home(page, bot[1], "maria")
    await expect(home.get_by_text("No open escalations.")).to_be_visible()
    await _declare_twelve(bot[0].services)
    # The tab is open meanwhile and follows. All twelve are hers and unacknowledged: two lines each, with a button.
    await expect(home.get_by_text("12 open · ")).to_be_visible()
    await expect(home.get_by_role("button", name="Acknowledge")).to_have_count(12)
    assert await _height(home) <= _HIGHEST_HOME
    # Eli only reads: one line each, and no button.
    home = await _open_home(page, bot[1], "eli")
    await expect(home.get_by_text("12 open · ")).to_be_visible()
    await expect(home.get_by_role("button", name="Acknowledge")).to_have_count(0)
    assert await _height(home) <= _HIGHEST_HOME / 2


async def _declare_twelve(services: Services) -> None:
    """Declare twelve escalations as Maria, who is their manager, once Slack has said who she is."""
    async with asyncio.timeout(20):
        while await services.core.run(partial(_admission, services, "U01MARIA")) is Admission.UNKNOWN:  # noqa: ASYNC110 - the bot learns it in another thread
            await asyncio.sleep(0.1)
    for number, level in enumerate(("sev1", "sev2", "sev3", "sev4") * 3):
        declaration = Declaration(
            account_id=None,
            new_account=f"Globex Corporation {number + 1}",
            summary="Exports arrive empty since the release of this morning",
            level=level,
        )
        declare = partial(services.declarations.declare, declaration, by="U01MARIA", request=f"V{number}")
        await services.core.run(declare)


def _admission(services: Services, person: str) -> Admission:
    with services.database.transaction() as tx:
        return services.people.admission(tx, person)


async def test_the_digest_with_all_it_shows_fits_on_one_screen(page: Page, bot: tuple[Program, Sandbox]) -> None:
    await page.set_viewport_size({"width": 1280, "height": 800})
    services = bot[0].services
    await expect((await _open_home(page, bot[1], "maria")).get_by_text("No open escalations.")).to_be_visible()
    await _declare_twelve(services)

    def send() -> None:
        found = services.digests.compose("U01MARIA")
        with services.database.transaction() as tx:
            outbox.put(tx, None, NewEffect(EffectKind.DIGEST, {"to": found.manager, "on": found.on.isoformat()}))

    await services.core.run(send)
    await page.goto(f"{bot[1].url}/#user=maria&channel=general")
    await page.reload()
    await place(page, "Escalate").click()
    await page.get_by_role("tab", name="Messages").click()
    digest = messages(page).filter(has_text="Your team: 12 open")
    await expect(digest).to_be_visible()
    await expect(digest.locator(".overflow")).to_have_count(digests.SHOWN)
    box = await digest.bounding_box()
    assert box is not None
    assert box["height"] <= await _screen(page)


async def test_the_help_fits_on_one_screen(page: Page) -> None:
    await page.set_viewport_size({"width": 1280, "height": 800})
    await write(page, "/escalate help")
    help_ = messages(page).filter(has_text="Customer in trouble?")
    await expect(help_).to_be_visible()
    box = await help_.bounding_box()
    assert box is not None
    assert box["height"] <= await _screen(page)


async def test_the_policy_fits_on_one_screen(page: Page) -> None:
    await page.set_viewport_size({"width": 1280, "height": 800})
    await write(page, "/escalate policy")
    policy = messages(page).filter(has_text="Open escalations keep their policy.")
    await expect(policy).to_be_visible()
    box = await policy.bounding_box()
    assert box is not None
    assert box["height"] <= await _screen(page)


async def _screen(page: Page) -> float:
    """Return the height in which messages are shown, in pixels."""
    box = await page.get_by_role("log").first.bounding_box()
    assert box is not None
    return float(box["height"])


async def _open_home(page: Page, sandbox: Sandbox, who: str) -> Locator:
    """Open the Home tab as somebody."""
    await page.goto(f"{sandbox.url}/#user={who}&channel=general")
    await page.reload()
    await place(page, "Escalate").click()
    await page.get_by_role("tab", name="Home").click()
    return page.locator(".home")


async def _height(home: Locator) -> float:
    """Return the height of what a Home tab shows, in pixels."""
    inner: float = await home.evaluate(
        """box => Math.max(...[...box.querySelectorAll("*")].map(each => each.getBoundingClientRect().bottom))
            + box.scrollTop - box.getBoundingClientRect().top"""
    )
    return inner
