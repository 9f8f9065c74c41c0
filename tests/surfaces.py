"""Takes a picture of every surface in both themes at three widths: `python -m tests.surfaces DIR [NAME …]`.

The demonstration with its past is led through an escalation's life by its own page. `NAME` takes only the chapters
whose names begin so. Needs a Chromium and emoji fonts.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from playwright.sync_api import Locator, Page, sync_playwright

from tests.browser.conftest import FLAGS

ROOT: Final = Path(__file__).resolve().parents[1]
THEMES: Final = ("light", "dark")
SIZES: Final = ((1440, 900), (1024, 768), (390, 844))
_PATIENCE_MS: Final = 12_000


@dataclass(frozen=True)
class Camera:
    """A person's view of the page: goes to places, opens forms, and takes the pictures."""

    page: Page
    url: str
    folder: Path

    def go(self, who: str, channel: str = "general") -> None:
        """Be somebody in a channel, in the widest window."""
        self.page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
        self.page.goto("about:blank")
        self.page.goto(f"{self.url}/#user={who}&channel={channel}")
        self._settle(900)

    def app(self, who: str, tab: str) -> None:
        """Open a tab of the app as somebody."""
        self.go(who)
        self.page.get_by_role("navigation", name="Workspace").get_by_role(
            "button", name=re.compile("^Escalate")
        ).click()
        self.page.get_by_role("tab", name=tab).click()
        self._settle(900)

    def type(self, text: str) -> None:
        """Send a message or a command where the person is."""
        composer = self.page.get_by_label(re.compile("^Message (#|Escalate)")).last
        composer.fill(text)
        composer.press("Enter")
        self._settle(1200)

    def press(self, name: str, within: Locator | None = None) -> None:
        """Press the last button of a name, which may have a count."""
        (within or self.page).get_by_role("button", name=re.compile(rf"^{name}( \d\S*)?$")).last.click()
        self._settle(900)

    def more(self, choice: str) -> None:
        """Choose from the *More* menu of the card."""
        menu = self.page.get_by_role("log", name="Messages").get_by_role("combobox").first
        menu.click()
        self.page.get_by_role("option", name=choice, exact=True).click()
        self._settle(900)

    @property
    def form(self) -> Locator:
        """The form that is open."""
        return self.page.get_by_role("dialog").last

    def fill(self, **values: str) -> None:
        """Fill in texts of the form by their labels, with _ for a space or a hyphen."""
        for label, value in values.items():
            self.form.get_by_label(re.compile(label.replace("_", "[ -]"))).fill(value)

    def choose(self, label: str, typed: str) -> None:
        """Choose in a select of the form by typing."""
        field = self.form.get_by_role("combobox", name=re.compile(f"^{re.escape(label)}"))
        field.click()
        field.fill(typed)
        self.page.get_by_role("option", name=typed).first.click()
        self._settle(600)

    def send(self, name: str) -> None:
        """Send the form."""
        self.form.get_by_role("contentinfo").get_by_role("button", name=name, exact=True).click()
        self._settle(1200)

    def leave(self) -> None:
        """Close every form."""
        while self.page.get_by_role("dialog").count():
            self.page.keyboard.press("Escape")
            self._settle(300)

    def pass_time(self, name: str) -> None:
        """Let time pass with a button of the top bar, and wait until all of it has passed."""
        self.page.get_by_role("button", name=name).click()
        self._settle(3000)

    def take(self, name: str) -> None:
        """Take the picture: both themes, all widths."""
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            for theme in THEMES:
                self.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
                self._settle(250)
                path = self.folder / f"{name}-{width}-{theme}.png"
                self.page.screenshot(path=path, animations="disabled")
        self.page.evaluate("document.documentElement.dataset.theme = 'light'")
        self.page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
        self._settle(200)
        sys.stdout.write(f"{name}\n")

    def take_form(self, name: str) -> None:
        """Take the picture of the form that is open, and close it."""
        self.take(name)
        self.leave()

    def channel(self, words: str) -> str:
        """Return the name of the channel whose entry in the side bar begins so."""
        entry = self.page.get_by_role("navigation", name="Workspace").get_by_role("button", name=words).first
        return entry.inner_text().split()[0]

    def _settle(self, ms: int) -> None:
        self.page.wait_for_timeout(ms)


def opening(camera: Camera) -> None:
    """The first minutes: the welcome, the form, the card and what it opens."""
    camera.go("ana")
    camera.take("01-try-this")
    camera.type("/escalate acme export is down")
    camera.form.get_by_role("radio", name="Sev 2").check()
    camera.page.wait_for_timeout(1200)
    camera.take("02-declare")
    camera.press("Use it", camera.form)
    camera.press("More options", camera.form)
    camera.take("03-declare-more")
    camera.form.get_by_role("radio", name="Sev 1").check()
    camera.page.wait_for_timeout(1200)
    camera.send("Declare")
    camera.page.wait_for_timeout(2500)
    camera.take_form("04-declared")
    camera.take("05-where-it-was-typed")
    camera.go("ana", camera.channel("esc-acme"))
    camera.take("06-card")
    for at, name in enumerate(("Playbook", "Checklist", "Details")):
        camera.press(name)
        camera.take_form(f"07-{at}-{name.lower()}")
    camera.page.get_by_role("log", name="Messages").get_by_role("combobox").first.click()
    camera.take("08-more")
    camera.page.keyboard.press("Escape")


def unanswered(camera: Camera) -> None:
    """A Sev 1 that nobody answers: pages, breach, reminders, the end of the ladder."""
    channel = _acme(camera)
    fixer = _fixer(camera)
    camera.app(fixer, "Messages")
    camera.take("10-page")
    for _ in range(3):
        camera.pass_time("Let 15 minutes pass")
    camera.go("ana", channel)
    camera.take("11-channel-unanswered")
    camera.app("maria", "Messages")
    camera.take("12-manager-paged")
    camera.app(fixer, "Messages")
    camera.take("13-page-passed-on")
    for _ in range(4):
        camera.pass_time("Let 15 minutes pass")
    camera.go("ana", channel)
    camera.take("14-ladder-ended")
    camera.app("ana", "Messages")
    camera.take("15-owner-reminded")


def forms(camera: Camera) -> None:
    """Every form behind the card."""
    _acme(camera)
    camera.more("Change severity")
    camera.take_form("20-level")
    camera.more("Change owners")
    camera.take_form("21-owners")
    camera.more("Bring in people")
    camera.take_form("22-people")
    camera.more("Edit summary or account")
    camera.take_form("23-edit")
    camera.more("Link a ticket")
    camera.take_form("24-ticket")
    camera.more("Category and privacy")
    camera.take_form("25-category")
    camera.more("Identity check")
    camera.take_form("26-verify")
    camera.more("Post-incident review")
    camera.take_form("27-review")
    camera.more("Major incident")
    camera.take_form("28-incident")
    camera.more("Churn risk")
    camera.take_form("29-churn")
    camera.more("Timeline")
    camera.take_form("30-timeline")
    camera.more("Escalate now")
    camera.take_form("31-now")
    camera.more("Withdraw")
    camera.take_form("32-withdraw")
    camera.go("noor", "support")
    camera.type("/escalate level acme")
    camera.take("33-level-asked")
    camera.leave()


def life(camera: Camera) -> None:
    """Acknowledge, update, stop the impact, resolve, close, reopen."""
    channel = _acme(camera)
    fixer = _fixer(camera)
    camera.go(fixer, channel)
    camera.press("Acknowledge")
    camera.take("40-acknowledged")
    camera.go("ana", channel)
    camera.press("Post update")
    camera.take("41-update")
    camera.fill(Customer_update="We've found the cause and are deploying a fix.", Internal_note="A bad deploy.")
    camera.send("Post")
    camera.take("42-updated")
    camera.more("Edit last update")
    camera.take_form("43-edit-update")
    camera.press("Impact stopped")
    camera.take("44-impact-stopped")
    camera.fill(What_stopped_the_impact="Rolled back.")
    camera.send("Save")
    camera.take("45-mitigated")
    camera.press("Resolve")
    camera.send("Resolve")
    camera.take("46-resolve-missing")
    camera.leave()
    camera.more("Waive confirmation")
    camera.take_form("47-waive")
    camera.press("Resolve")
    camera.fill(What_was_fixed="The deploy was rolled back.", Who_confirmed_it="Jo at Acme")
    camera.choose("How did they confirm it?", "On a call")
    camera.fill(Post_incident_review_link="https://wiki.example/review-1", Follow_up="Test exports before each deploy")
    camera.take("48-resolve")
    camera.send("Resolve")
    camera.take("49-resolved")
    camera.press("Close")
    camera.take("50-close")
    today = camera.page.evaluate("new Date().toISOString().slice(0, 10)")
    camera.fill(Review_finished_on=today)
    camera.choose("What caused it?", "Untested deploy")
    camera.send("Close")
    camera.take("51-closed")
    camera.press("Reopen")
    camera.take("52-reopen")
    camera.fill(Why_are_you_reopening_this="Down again.")
    camera.send("Reopen")
    camera.take("53-reopened")


def overview(camera: Camera) -> None:
    """What shows all of them: list, status, Home, help, on call, policy, feed."""
    for at, who in enumerate(("maria", "ana", "dana")):
        camera.app(who, "Home")
        camera.take(f"60-{at}-home-{who}")
    camera.go("maria")
    for at, words in enumerate(("list", "status globex", "help", "help commands", "help roles", "oncall", "policy")):
        camera.go("maria", "support")
        camera.type(f"/escalate {words}")
        camera.take(f"61-{at}-{words.replace(' ', '-')}")
        camera.leave()
    for at, words in enumerate(("timeline globex", "simulate acme", "incident", "programme acme", "away")):
        camera.go("maria", "support")
        camera.type(f"/escalate {words}")
        camera.take_form(f"62-{at}-{words.replace(' ', '-')}")
    camera.go("omar")
    camera.type("/escalate admin")
    camera.take_form("63-admin")
    for at, words in enumerate(("acme status", "help me", "status page is down", "close the books", "nobody")):
        camera.go("maria", "support")
        camera.type(f"/escalate {words}")
        camera.take(f"64-{at}-{words.replace(' ', '-')}")
        camera.leave()
    for channel in ("escalations", "exec-hot-list", "incidents", "tech-support-escalations"):
        camera.go("noor" if channel.startswith("tech") else "maria", channel)
        camera.take(f"65-{channel}")
    camera.app("ana", "About")
    camera.take("66-about")


def days(camera: Camera) -> None:
    """What comes a day later: the digest, and what has become of everything."""
    camera.go("ana")
    camera.pass_time("Let a day pass")
    camera.page.wait_for_timeout(60_000)
    camera.app("maria", "Messages")
    camera.take("70-digest")
    camera.app("ana", "Messages")
    camera.take("71-owner-next-day")
    camera.app("maria", "Home")
    camera.take("72-home-next-day")


CHAPTERS: Final[tuple[Callable[[Camera], None], ...]] = (opening, unanswered, forms, life, overview, days)


def _acme(camera: Camera) -> str:
    """Open the channel of the latest escalation of Acme as Ana, who declares a Sev 1 first if there is none."""
    camera.go("ana")
    if not camera.page.get_by_role("navigation", name="Workspace").get_by_role("button", name="esc-acme").count():
        camera.type("/escalate acme export is down")
        camera.form.get_by_role("radio", name="Sev 1").check()
        camera.press("Use it", camera.form)
        camera.send("Declare")
        camera.page.wait_for_timeout(2500)
        camera.leave()
    channel = camera.channel("esc-acme")
    camera.go("ana", channel)
    return channel


def _fixer(camera: Camera) -> str:
    """Return who holds the fix, of the two who share the rota."""
    card = camera.page.get_by_role("log", name="Messages").get_by_role("article").filter(has_text="Fix owner").first
    return "eli" if "Eli" in card.inner_text().partition("Fix owner")[2][:40] else "dana"


@contextlib.contextmanager
def demonstration() -> Iterator[str]:
    """Run the demonstration in a folder of its own, and yield its address."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "manifest.yml", folder)
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "bot", "demo", "--port", os.environ.get("PORT", "0")]
        log = Path(folder) / "demo.log"
        with log.open("w") as said, subprocess.Popen(command, cwd=folder, env=env, stdout=said) as running:  # noqa: S603
            try:
                yield _address(running, log)
            finally:
                running.terminate()


def _address(running: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until the demonstration says where it is."""
    while running.poll() is None:
        found = re.search(r"Open\s+(http://\S+)/\n[\s\S]*Ctrl-C", log.read_text())
        if found:
            return found[1]
        time.sleep(0.5)
    raise SystemExit(log.read_text())


def main() -> None:
    """Live the chapters and take the pictures."""
    folder, wanted = Path(sys.argv[1] if len(sys.argv) > 1 else "var/surfaces"), tuple(sys.argv[2:])
    folder.mkdir(parents=True, exist_ok=True)
    with demonstration() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(_PATIENCE_MS)
        for chapter in CHAPTERS:
            if not wanted or chapter.__name__.startswith(wanted):
                chapter(Camera(page, url, folder))
        browser.close()


if __name__ == "__main__":
    main()
