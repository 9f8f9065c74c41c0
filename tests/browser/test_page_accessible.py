"""The page under axe, the checker of accessibility, in every place and both themes; npm fetches it where npm is."""

import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Page
from slack_bolt.async_app import AsyncApp

from tests.browser.page_actions import OpenPage, messages, place, write
from tests.browser.scenery import furnish
from tests.sandbox.world import Person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

INSTALLED = Path(__file__).parents[2] / "var" / "axe"
SCRIPT = INSTALLED / "node_modules" / "axe-core" / "axe.min.js"
AXE = "axe-core@4"

# Everything but the colours is the same in both themes.
ONLY = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
SERIOUS = """async (only) => {
  const { violations } = await axe.run(document, only);
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .map(({ id, help, nodes }) => `${id}, ${help}: ${nodes.map(({ html }) => html).join(" | ")}`);
}"""


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the script; it is installed once, beside what else is local to this checkout, and whole or not at all."""
    npm = shutil.which("npm")
    if not SCRIPT.is_file() and npm is None:
        pytest.skip("npm is not here to fetch axe")
    if not SCRIPT.is_file() and npm is not None:
        INSTALLED.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(dir=INSTALLED.parent, prefix="axe-"))
        install = [npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(draft), AXE]
        try:
            subprocess.run(install, check=True, capture_output=True, timeout=120)  # noqa: S603 - nothing in it is from outside
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
            pytest.skip(f"npm could not install {AXE}: {error}")
        with suppress(OSError):  # another worker was quicker
            draft.rename(INSTALLED)
    return SCRIPT.read_text(encoding="utf-8")


async def conversation(page: Page) -> None:
    await messages(page).filter(has_text="ESC-142").hover()


async def thread(page: Page) -> None:
    await messages(page).filter(has_text="since nine").get_by_role("button", name="2 replies").click()
    await page.get_by_role("complementary", name="Thread").get_by_text("Looking at the workers").wait_for()


async def details(page: Page) -> None:
    await page.get_by_role("button", name="members").click()
    await page.get_by_role("complementary", name="Details").get_by_text("Cy Young").wait_for()


async def inspector(page: Page) -> None:
    await page.get_by_role("button", name="Inspector").click()
    traffic = page.get_by_role("list", name="Traffic").get_by_role("listitem")
    await traffic.first.locator("summary").first.click()
    await page.get_by_role("button", name="Trouble").click()


async def found(page: Page) -> None:
    await page.get_by_label("Search messages").fill("exports")
    await page.get_by_label("Search messages").press("Enter")
    await page.get_by_role("complementary", name="Search").get_by_text("with exports").wait_for()


async def jump(page: Page) -> None:
    await page.keyboard.press("Control+k")
    await page.get_by_role("option").first.wait_for()


async def home(page: Page) -> None:
    await place(page, "Helper").click()
    await page.get_by_text("All open").wait_for()


async def form(page: Page) -> None:
    await write(page, "/ticket")
    dialog = page.get_by_role("dialog", name="Declare an escalation")
    await dialog.get_by_role("button", name="Save").click()
    await dialog.locator("[aria-invalid=true]").first.wait_for()


async def people(page: Page) -> None:
    await page.get_by_role("button", name="Acting as Ana Ruiz").click()
    await page.get_by_role("menuitem").first.wait_for()


async def channels(page: Page) -> None:
    await page.get_by_role("button", name="Browse channels").click()
    await page.get_by_role("dialog", name="Channels").wait_for()


PLACES = (conversation, thread, details, inspector, found, jump, home, people, channels, form)


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_serious(
    open_page: OpenPage, bolt: AsyncApp, person: Person, axe: str, theme: str
) -> None:
    await furnish(bolt, person)
    page = await open_page("ana", color_scheme=theme)
    beginning = page.url
    violations: dict[str, list[str]] = {}
    for go in PLACES:
        await page.goto("about:blank")  # from a place of the same page it would not be loaded anew
        await page.goto(beginning)
        await messages(page).filter(has_text="ESC-142").wait_for()
        await go(page)
        await page.evaluate(axe)
        if serious := await page.evaluate(SERIOUS, ONLY[theme]):
            violations[go.__name__] = serious
    assert violations == {}
