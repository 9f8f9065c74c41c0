"""Takes the README's screenshots from the page: `python -m tests.screenshots`. Needs a Chromium and emoji fonts."""

import asyncio
import shutil
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

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


async def main() -> None:
    """Live a part of an escalation and take a picture at each station."""
    PICTURES.mkdir(parents=True, exist_ok=True)
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
            )
            program = await build(loaded)
            program.services.account_import.load((samples / "accounts.csv").read_bytes(), "accounts.csv")
            await program.start()
            try:
                await _tour(sandbox.url)
            finally:
                await program.stop()


async def _tour(url: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        context = await browser.new_context(viewport={"width": 1280, "height": 860}, device_scale_factor=1)
        page = await context.new_page()
        await page.goto(f"{url}/#user=ana&channel=general")
        await _declare(page)
        await _work(page)
        await _home(page)
        await browser.close()


async def _declare(page: Page) -> None:
    await write(page, "/escalate hooli nobody can sign in since 9:00")
    form = page.get_by_role("dialog", name="Declare an escalation")
    await form.get_by_role("radio", name="Sev 3").check()
    await expect(form.get_by_text("acknowledges by")).to_be_visible()
    await _picture(page, "declare")
    await form.get_by_role("button", name="Declare", exact=True).click()
    progress = page.get_by_role("dialog", name="ESC-1 is declared")
    await expect(progress.get_by_text("Invited:")).to_be_visible()
    await _picture(page, "declared")
    await progress.get_by_role("button", name="Close").first.click()


async def _work(page: Page) -> None:
    await page.get_by_role("navigation", name="Workspace").get_by_role("button", name="esc-hooli-").click()
    card = messages(page).filter(has_text="Fix owner")
    await expect(card).to_be_visible()
    await _picture(page, "channel")
    await card.get_by_role("button", name="Acknowledge").click()
    await card.get_by_role("button", name="Post update").click()
    form = page.get_by_role("dialog", name="Post update")
    await form.get_by_label("Internal note").fill("A certificate expired at 8:58; a new one is being rolled out.")
    await form.get_by_label("Internal note").fill("Nobody watches that alert.")
    await form.get_by_label("Customer update").fill("We have found the cause and are deploying a fix.")
    await _picture(page, "update")
    await form.get_by_role("button", name="Post", exact=True).click()
    await expect(messages(page).filter(has_text="For the customer")).to_be_visible()
    await _picture(page, "updated")


async def _home(page: Page) -> None:
    await place(page, "Escalate").click()
    await page.get_by_role("tab", name="Home").click()
    await expect(page.get_by_role("button", name="Declare an escalation")).to_be_visible()
    await _picture(page, "home")


async def _picture(page: Page, name: str) -> None:
    # Transitions have ended when two frames look alike; a moment is enough for that.
    await page.wait_for_timeout(500)
    await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    asyncio.run(main())
