"""Someone who goes through the demonstration's page with a camera."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from playwright.sync_api import Locator, Page, expect

ROOT: Final = Path(__file__).resolve().parents[2]
THEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
SIZES: Final = ((1440, 900), (1024, 768), (390, 844))
# The height and the controls of the form that is open, else of Home, else of the tallest message.
_MEASURED: Final = """() => {
  const height = (box) => {
    const scrolls = (e) => e.tagName !== "TEXTAREA" && e.scrollHeight > e.clientHeight + 1;
    const inner = [...box.querySelectorAll("*")].find((e) => scrolls(e) && getComputedStyle(e).overflowY === "auto");
    return box.offsetHeight + (inner ? inner.scrollHeight - inner.clientHeight : 0);
  };
  const pressed = (box) => [...box.querySelectorAll("button, select, [role=combobox]")].filter(
    (e) => !e.closest("[role=toolbar]") && !/^@|^#|^Escalate$/.test(e.innerText.trim()) && e.offsetParent).length;
  const said = (name, box) => `${name} ${height(box)} px, ${pressed(box)} controls`;
  const form = [...document.querySelectorAll("[role=dialog], dialog[open]")].at(-1);
  if (form) return `${said("form", form)}, ${form.querySelectorAll("input, textarea").length} fields`;
  const messages = [...document.querySelectorAll("[role=log] article")].filter((e) => e.offsetParent);
  const tallest = messages.sort((a, b) => b.offsetHeight - a.offsetHeight)[0];
  const main = document.querySelector("main") ?? document.body;
  return tallest ? said("tallest message", tallest) : said("page", main);
}"""

# The height of what is in the open form, if some of it is out of sight.
_HIDDEN: Final = """() => {
  const form = [...document.querySelectorAll("[role=dialog], dialog[open]")].at(-1);
  const inner = form && [...form.querySelectorAll("*")].find((e) => e.tagName !== "TEXTAREA" &&
    e.scrollHeight > e.clientHeight + 1 && getComputedStyle(e).overflowY === "auto");
  return inner ? inner.scrollHeight : 0;
}"""
# What is wider than its place, so that it scrolls sideways: nothing should, but code and the bar of the tabs.
_SIDEWAYS: Final = """() => [...document.querySelectorAll("*")].filter((e) => e.offsetParent &&
  !e.closest("pre, code") && e.scrollWidth > e.clientWidth + 1 && (e === document.documentElement ||
  ["auto", "scroll"].includes(getComputedStyle(e).overflowX))).map((e) => e.className || e.tagName)"""


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
        """Send the form, and wait for its answer."""
        self.form.get_by_role("contentinfo").get_by_role("button", name=name, exact=True).click()
        self._settle(1200)
        expect(self.page.locator("dialog[open] [aria-busy=true]")).to_have_count(0)
        self._settle(300)

    def leave(self) -> None:
        """Close every form."""
        while self.page.get_by_role("dialog").count():
            self.page.keyboard.press("Escape")
            self._settle(300)

    def pass_time(self, name: str, *, patience_ms: int = 60_000) -> None:
        """Move time forward with a button of the top bar, and wait until all of it has passed."""
        passing = self.page.get_by_role("button", name=name)
        passing.click()
        self._settle(1000)
        expect(passing).to_be_enabled(timeout=patience_ms)
        self._settle(2000)

    def take(self, name: str) -> None:
        """Take the picture: both themes, all widths. Print how large what it shows is in the widest window."""
        size = self.page.evaluate(_MEASURED)
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            for theme in THEMES:
                self.page.emulate_media(color_scheme=theme)
                self.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
                self._settle(250)
                path = self.folder / f"{name}-{width}-{theme}.png"
                self.page.screenshot(path=path, animations="disabled")
            for wide in self.page.evaluate(_SIDEWAYS):
                sys.stdout.write(f"{name}: {wide} scrolls sideways at {width} px\n")
        self._take_all_of_it(name)
        self.page.emulate_media(color_scheme="light")
        self.page.evaluate("document.documentElement.dataset.theme = 'light'")
        self.page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
        self._settle(200)
        sys.stdout.write(f"{name}: {size}\n")
        sys.stdout.flush()

    def _take_all_of_it(self, name: str) -> None:
        """Take the picture of a form that is taller than the window in windows as tall as the form."""
        height = self.page.evaluate(_HIDDEN)
        if not height:
            return
        for width, _ in SIZES[::2]:
            self.page.set_viewport_size({"width": width, "height": height + 400})
            self._settle(250)
            self.page.screenshot(path=self.folder / f"{name}-{width}-whole.png", animations="disabled")

    def take_page(self, path: str, name: str) -> None:
        """Take the picture of another page, which follows the theme of the browser and may load itself again."""
        for width, height in SIZES:
            self.page.set_viewport_size({"width": width, "height": height})
            for theme in THEMES:
                self.page.emulate_media(color_scheme=theme)
                self.page.goto(f"{self.url}/{path}")
                self._settle(1200)
                self.page.screenshot(path=self.folder / f"{name}-{width}-{theme}.png", animations="disabled")
        self.page.emulate_media(color_scheme="light")
        sys.stdout.write(f"{name}\n")

    def take_form(self, name: str) -> None:
        """Take the picture of the form that is open, and close it."""
        self.take(name)
        self.leave()

    def channel(self, words: str) -> str:
        """Return the name of the channel whose entry in the side bar begins so."""
        entry = self.page.get_by_role("navigation", name="Workspace").get_by_role("button", name=words).first
        return entry.inner_text().split()[0]

    def channels(self) -> list[str]:
        """Return the names in the side bar."""
        entries = self.page.get_by_role("navigation", name="Workspace").get_by_role("button").all()
        return [words[0] for entry in entries if (words := entry.inner_text().split())]

    def mails(self) -> list[str]:
        """Return the addresses of what was mailed, the newest first."""
        self.page.goto(f"{self.url}/mail")
        rows = self.page.locator("a.mail").all()
        return [str(row.get_attribute("href")).lstrip("/") for row in rows]

    def take_link(self, mail: str, name: str) -> None:
        """Take the picture of the page that the first link of a mail leads to."""
        self.page.goto(f"{self.url}/{mail}")
        text = self.page.locator("pre").first.text_content() or ""
        found = re.search(r"https?://\S+/l/\S+", text)
        assert found is not None, text
        self.page.goto(found[0])
        self.take(name)

    def _settle(self, ms: int) -> None:
        self.page.wait_for_timeout(ms)


@contextlib.contextmanager
def demonstration() -> Iterator[str]:
    """Run the demonstration in a folder of its own, and yield its address."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "manifest.yml", folder)
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, "-m", "bot", "demo", "--port", os.environ.get("PORT") or str(_free_port())]
        log = Path(folder) / "demo.log"
        with log.open("w") as said, subprocess.Popen(command, cwd=folder, env=env, stdout=said) as running:  # noqa: S603
            try:
                yield _address(running, log)
            finally:
                running.terminate()


def _free_port() -> int:
    """Return a port that is free, with the two behind it: only with a port of its own has the demonstration links."""
    for port in range(20_000, 30_000, 10):
        with contextlib.suppress(OSError):
            for number in range(port, port + 3):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", number))
            return port
    raise SystemExit("no three ports in a row are free")


def _address(running: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until the demonstration says where it is."""
    while running.poll() is None:
        found = re.search(r"Open\s+(http://\S+)/\n[\s\S]*Ctrl-C", log.read_text())
        if found:
            return found[1]
        time.sleep(0.5)
    raise SystemExit(log.read_text())
