"""Takes the documents' screenshots from the page: `python -m tests.screenshots`. Needs a Chromium and emoji fonts.

`python -m tests.screenshots FOLDER dark` takes them in the dark theme, into another folder, to look at.
"""

import asyncio
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Literal

from playwright.async_api import FloatRect, Locator, Page, ViewportSize, async_playwright, expect

from bot import settings
from bot.app import build
from bot.commands.migrating import upgrade
from sandbox import manifest, workspace_file
from sandbox.server import Sandbox
from tests.browser.conftest import FLAGS
from tests.browser.page_actions import messages, place, write

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "screenshots"
_SAMPLES = files("bot.commands.samples")
Theme = Literal["light", "dark"]


async def main(pictures: Path = PICTURES, theme: Theme = "light") -> None:
    """Live a part of an escalation and take a picture at each station."""
    with tempfile.TemporaryDirectory() as folder, as_file(_SAMPLES) as samples:
        url = f"sqlite:///{folder}/escalate.db"
        await asyncio.to_thread(upgrade, url)
        seed, app = workspace_file.read(samples / "workspace.yml"), manifest.read(ROOT / "manifest.yml")
        async with Sandbox(seed, [app]) as sandbox:
            loaded = settings.load(
                slack_bot_token=sandbox.bot_token,
                slack_app_token=sandbox.app_token,
                slack_api_url=sandbox.api_url,
                database_url=url,
                directory=samples / "directory.yml",
                http_port=0,
                metrics_port=0,
                pagerduty_routing_key="demo" * 8,
                pagerduty_url=f"{sandbox.url}/pagerduty",
                smtp_url=await sandbox.mailbox.start(),
                mail_from="Escalate <escalate@example.com>",
            )
            sandbox.pager.state.users = {user.email: user.real_name for user in seed.users if user.email}
            program = await build(loaded)
            program.services.account_import.load((samples / "accounts.csv").read_bytes(), "accounts.csv")
            await program.start()
            try:
                await _tour(sandbox.url, pictures, theme)
            finally:
                await program.stop()


async def _tour(url: str, pictures: Path, theme: Theme) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        size: ViewportSize = {"width": 1280, "height": 860}
        context = await browser.new_context(viewport=size, device_scale_factor=1, color_scheme=theme)
        page = await context.new_page()
        await page.goto(f"{url}/#user=ana&channel=general")
        take = Camera(page, pictures)
        await _declare(page, take)
        await _work(page, take)
        await _home(page, take)
        await _directory(page, take, url)
        await _outside(page, take, url)
        await browser.close()


@dataclass(frozen=True)
class Camera:
    """Takes pictures of a page."""

    page: Page
    pictures: Path

    async def __call__(self, name: str, of: Locator | None = None, *, height: int | None = None) -> None:
        """Take a picture: of a part, or of the upper end of the page, or of all of it."""
        # Transitions have ended when two frames look alike; a moment is enough for that.
        await self.page.wait_for_timeout(500)
        path = self.pictures / f"{name}.png"
        if of is not None:
            await of.screenshot(path=path, animations="disabled")
        else:
            clip: FloatRect | None = {"x": 190, "y": 0, "width": 900, "height": height} if height else None
            await self.page.screenshot(path=path, animations="disabled", clip=clip)


async def _declare(page: Page, take: Camera) -> None:
    await write(page, "/escalate hooli nobody can sign in since 9:00")
    form = page.get_by_role("dialog", name="Declare an escalation")
    await form.get_by_role("radio", name="Sev 3").check()
    await expect(form.get_by_text("acknowledges by")).to_be_visible()
    await take("declare")
    await form.get_by_role("button", name="Declare", exact=True).click()
    line = messages(page).filter(has_text="is declared")
    await expect(line).to_be_visible()
    await take("declared", line)


async def _work(page: Page, take: Camera) -> None:
    await page.get_by_role("navigation", name="Workspace").get_by_role("button", name="esc-hooli-").click()
    card = messages(page).filter(has_text="Fix owner")
    await expect(card).to_be_visible()
    await take("channel")
    await card.get_by_role("button", name="Acknowledge").click()
    await card.get_by_role("button", name="Post update").click()
    form = page.get_by_role("dialog", name="Post update")
    await form.get_by_label("Internal note").fill("A certificate expired at 8:58. Nobody watches that alert.")
    await form.get_by_label("Customer update").fill("We have found the cause and are deploying a fix.")
    await form.get_by_role("combobox", name="Did you tell them?").click()
    await page.get_by_role("option", name="I told them", exact=True).click()
    await take("update")
    await form.get_by_role("button", name="Post", exact=True).click()
    await expect(messages(page).filter(has_text="For the customer")).to_be_visible()


async def _home(page: Page, take: Camera) -> None:
    await place(page, "Escalate").click()
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_role("button", name="Declare an escalation")).to_be_visible()
    await take("home")


async def _directory(page: Page, take: Camera, url: str) -> None:
    await _become(page, url, "noor")
    await write(page, "/escalate acme exports are down for everybody")
    form = page.get_by_role("dialog", name="Declare an escalation")
    await form.get_by_role("radio", name="Sev 1").check()
    await expect(form.get_by_text("acknowledges by")).to_be_visible()
    await form.get_by_role("button", name="Declare", exact=True).click()
    await expect(messages(page).filter(has_text="ESC-2 for Acme is declared")).to_be_visible()
    await _become(page, url, "omar")
    await write(page, "/escalate oncall")
    await expect(messages(page).filter(has_text="Payments and invoices")).to_be_visible()
    await take("oncall", messages(page).filter(has_text="Payments and invoices"))
    await messages(page).filter(has_text="Payments and invoices").get_by_role("button", name="Take over").first.click()
    form = page.get_by_role("dialog", name="Take over a shift")
    await take("shift", form)
    await form.get_by_role("button", name="Cancel").click()
    await write(page, "/escalate admin")
    form = page.get_by_role("dialog", name="Directory")
    await expect(form.get_by_text("Contact matrix")).to_be_visible()
    await take("directory", form)
    await form.get_by_role("button", name="Add").nth(1).click()
    form = page.get_by_role("dialog", name="Add area")
    await form.get_by_label("Key").fill("billing")
    await form.get_by_label("Name", exact=True).fill("Billing")
    await form.get_by_label("Hours").scroll_into_view_if_needed()
    await form.get_by_label("Hours").fill("MON-FRI 09:00-18:00")
    await take("area", form)
    await form.get_by_role("button", name="Save").click()
    form = page.get_by_role("dialog", name="Directory")
    await expect(form.get_by_text("has no owner")).to_be_visible()
    await form.get_by_role("button", name="Add").nth(2).click()
    form = page.get_by_role("dialog", name="Add rota")
    await form.get_by_label("Name", exact=True).fill("apac")
    await form.get_by_label("Hours").fill("MON-FRI 09:00-17:00")
    await form.get_by_label("Days off").fill("JP, 2026-12-24")
    await take("rota", form)
    await form.get_by_role("button", name="Cancel").click()


async def _become(page: Page, url: str, who: str) -> None:
    await page.goto("about:blank")  # else only the fragment changes, and the page stays where it is
    await page.goto(f"{url}/#user={who}&channel=general")


async def _outside(page: Page, take: Camera, url: str) -> None:
    await page.goto(f"{url}/pager")
    await take("pager", height=360)
    await page.goto(f"{url}/mail")
    await take("mailbox", height=240)
    await page.get_by_role("link").filter(has_text="ESC-1").first.click()
    await take("mail", height=560)


if __name__ == "__main__":
    folder, theme = Path(sys.argv[1]) if sys.argv[1:] else PICTURES, sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(folder, "dark" if theme == ["dark"] else "light"))
