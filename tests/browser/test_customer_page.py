"""The customer's page in a real browser: opened from a real mail, answered by clicking, while the bot runs."""

import asyncio
import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot import settings
from bot.app import build
from bot.policy.members import Admission
from bot.policy.record.escalation import EscalationFacts
from bot.program import Program
from bot.services.declaring.declaration import Declaration
from sandbox import manifest, workspace_file
from sandbox.server import Sandbox
from tests.browser.conftest import PATIENCE_MS
from tests.support.databases import Sqlite
from tests.support.mail_server import MailServer, mail_server
from tests.support.story import DIRECTORY, ROOT, WORKSPACE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
PUBLIC = "http://127.0.0.1:1"
ANA, JO = "U01ANA", "jo@acme.example"
WORDS = "Hello Jo,\n\nwe've fixed the exports: they arrive whole again. Could you check?\n\nAna Ruiz"


@pytest_asyncio.fixture(loop_scope="session")
async def bot(_sqlite: Sqlite, folder: Path) -> AsyncIterator[tuple[Program, MailServer]]:
    """Run the bot as it runs for real, with a mail server."""
    (folder / "workspace.yml").write_text(WORKSPACE, encoding="utf-8")
    (folder / "directory.yml").write_text(DIRECTORY, encoding="utf-8")
    seed, app = workspace_file.read(folder / "workspace.yml"), manifest.read(ROOT / "manifest.yml")
    with _sqlite.fresh() as url:
        async with Sandbox(seed, [app]) as sandbox, mail_server() as mails:
            loaded = settings.load(
                slack_bot_token=sandbox.bot_token,
                slack_app_token=sandbox.app_token,
                slack_api_url=sandbox.api_url,
                database_url=url,
                directory=folder / "directory.yml",
                http_port=0,
                metrics_port=0,
                smtp_url=f"smtp://127.0.0.1:{mails.port}?tls=none",
                mail_from="escalate@example.com",
                public_url=PUBLIC,
            )
            program = await build(loaded)
            await program.start()
            yield program, mails
            await program.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """Open a browser as a customer has it, on a phone. The page may load nothing and complain of nothing."""
    complaints: list[str] = []
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE_MS)
    opened = await context.new_page()
    opened.on("console", lambda said: complaints.append(said.text))
    yield opened
    await context.close()
    assert [one for one in complaints if "favicon" not in one] == []


async def asked(program: Program, mails: MailServer) -> tuple[int, str]:
    """Declare, ask the customer, and return the number and where the link of the mail leads."""
    run, services = program.services.core.run, program.services

    def is_known() -> bool:
        with services.database.transaction() as tx:
            return services.people.admission(tx, ANA) is not Admission.UNKNOWN

    async with asyncio.timeout(20):
        while not await run(is_known):  # noqa: ASYNC110 - the bot learns it in another thread
            await asyncio.sleep(0.1)
    declaration = Declaration(account_id=None, new_account="Acme", summary="Exports arrive empty", level="sev3")
    declared = await run(partial(services.declarations.declare, declaration, by=ANA, request="V1"))
    await run(partial(services.customer_questions.ask, declared.number, JO, WORDS, by=ANA))
    async with asyncio.timeout(20):
        while not (mine := [mail for mail in mails.delivered if JO in mail.recipients]):  # noqa: ASYNC110 - by SMTP
            await asyncio.sleep(0.1)
    found = re.search(rf"{PUBLIC}(/l/\S+)", mine[0].text)
    assert found is not None
    return declared.number, f"http://127.0.0.1:{program.listener.port}{found[1]}"


def facts_of(program: Program, number: int) -> EscalationFacts:
    return program.services.escalations.one(number, viewer=ANA)[0]


async def test_a_customer_says_that_it_is_solved(bot: tuple[Program, MailServer], page: Page) -> None:
    program, mails = bot
    number, address = await asked(program, mails)
    await page.goto(address)
    await expect(page.get_by_role("heading")).to_have_text("Is it solved?")
    await expect(page.locator("body")).to_contain_text("they arrive whole again")
    await page.get_by_role("button", name="Yes, it's solved").click()
    await expect(page.get_by_role("heading")).to_have_text("Thank you")
    confirmation = (await program.services.core.run(facts_of, program, number)).confirmation
    assert confirmation is not None
    assert confirmation.by == JO
    await page.goto(address)
    await expect(page.get_by_role("heading")).to_have_text("You've answered already")
    await expect(page.get_by_role("button")).to_have_count(0)


async def test_a_customer_says_not_yet_and_is_asked_why(bot: tuple[Program, MailServer], page: Page) -> None:
    program, mails = bot
    number, address = await asked(program, mails)
    await page.goto(address)
    await page.get_by_role("button", name="Not yet").click()
    await expect(page.locator("body")).to_contain_text("Please write what's still wrong")
    await page.get_by_label("If not yet: what's still wrong?").fill("Only the PDF is empty — Grüße, Jo 🙂")
    await page.get_by_role("button", name="Not yet").click()
    await expect(page.get_by_role("heading")).to_have_text("Thank you for telling us")
    assert (await program.services.core.run(facts_of, program, number)).confirmation is None
