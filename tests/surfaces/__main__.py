"""Takes a picture of every surface in both themes at three widths: `python -m tests.surfaces DIR [NAME …]`.

The demonstration with its past is led through an escalation's life by its own page. `NAME` takes only the chapters
whose names begin so. Needs a Chromium and emoji fonts.
"""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from playwright.sync_api import Error, sync_playwright

from tests.browser.conftest import FLAGS
from tests.support.camera import Camera, demonstration
from tests.surfaces.places import acme, fixer
from tests.surfaces.rest import customer, days, duty, fill_in_proposal, links, numbers, plan, reviewing, telling

_PATIENCE_MS: Final = 60_000


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
    camera.type("/escalate acme reports are late")
    camera.take("04-join-offered")
    camera.leave()
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
    channel = acme(camera)
    fixing = fixer(camera)
    camera.app(fixing, "Messages")
    camera.take("10-page")
    for _ in range(3):
        camera.pass_time("Let 15 minutes pass")
    camera.go("ana", channel)
    camera.take("11-channel-unanswered")
    camera.app("maria", "Messages")
    camera.take("12-manager-paged")
    camera.app(fixing, "Messages")
    camera.take("13-page-passed-on")
    for _ in range(4):
        camera.pass_time("Let 15 minutes pass")
    camera.go("ana", channel)
    camera.take("14-ladder-ended")
    camera.app("ana", "Messages")
    camera.take("15-owner-reminded")


def forms(camera: Camera) -> None:
    """Every form behind the card."""
    acme(camera)
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
    channel = acme(camera)
    fixing = fixer(camera)
    camera.go(fixing, channel)
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
    camera.choose("What caused it?", "Untested deploy")
    camera.send("Close")
    camera.take("51-closed")
    camera.press("Reopen")
    camera.take("52-reopen")
    camera.fill(Why_are_you_reopening_this="Down again.")
    camera.send("Reopen")
    camera.take("53-reopened")


def asking(camera: Camera) -> None:
    """Take pictures of requests between people: a severity and a role."""
    channel = acme(camera)
    camera.go("noor", "support")
    camera.type("/escalate level acme")
    camera.form.get_by_role("radio", name="Sev 3").check()
    camera.fill(Reason="Only exports of one user fail.")
    camera.send("Request")
    camera.app("maria", "Messages")
    camera.take("80-severity-asked-of")
    camera.press("Decline…")
    camera.take("81-decline")
    camera.fill(Why_not="All exports fail.")
    camera.send("Decline")
    camera.take("82-severity-declined")
    camera.go("ana", channel)
    camera.more("Change owners")
    camera.choose("New owner", "Tom Reyes")
    camera.send("Hand over")
    camera.take("83-role-asked-for")
    camera.app("tom", "Messages")
    camera.take("84-role-offer")
    camera.press("Accept")
    camera.take("85-role-accepted")


def programme(camera: Camera) -> None:
    """A programme that is proposed and accepted."""
    camera.go("ana", "support")
    at_risk, criteria = "Exports failed three times in a month.", "Seven days without a failed export."
    fill_in_proposal(camera, "globex", at_risk, "RED", criteria)
    camera.take("86-propose")
    camera.send("Propose")
    camera.take("87-proposed")
    camera.app("maria", "Messages")
    camera.take("88-proposal")
    camera.press("Accept…")
    camera.take("89-accept")
    camera.fill(Reason="They renew in February.")
    camera.send("Accept")
    camera.page.wait_for_timeout(2500)
    camera.take("90-accepted")


def pattern(camera: Camera) -> None:
    """An account that escalates for the third time."""
    for at, what in enumerate(("search is slow", "filters are lost", "charts are wrong")):
        camera.go("noor", "support")
        camera.type(f"/escalate umbrella {what}")
        camera.form.get_by_role("radio", name=f"Sev {4 - at % 2}").check()
        camera.page.wait_for_timeout(1200)
        camera.send("Declare")
        camera.page.wait_for_timeout(1500)
    camera.app("ben", "Messages")
    camera.take("91-case-review-owner")
    camera.press("Note the findings…")
    camera.take_form("92-case-review")


def private(camera: Camera) -> None:
    """A confidential escalation, as those who may see it do, and as others don't."""
    camera.go("ana", "support")
    camera.type("/escalate hooli someone reads other customers' rows")
    camera.form.get_by_role("radio", name="Sev 1").check()
    camera.press("More options", camera.form)
    camera.choose("Category", "Security & Privacy")
    camera.page.wait_for_timeout(1200)
    camera.take("95-declare-private")
    camera.send("Declare")
    camera.page.wait_for_timeout(2500)
    camera.go("ana", camera.channel("esc-confidential"))
    camera.take("96-private-card")
    camera.more("Identity check")
    camera.take_form("97-identity")
    camera.app("noor", "Home")
    camera.take("98-home-of-others")


def outside(camera: Camera) -> None:
    """Take pictures of the pager and mailbox stand-ins."""
    acme(camera)
    for name in ("pager", "mail"):
        camera.take_page(name, f"99-{name}")


def overview(camera: Camera) -> None:
    """Take pictures of the overviews: list, status, Home, help, on call, policy, feed."""
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


def training(camera: Camera) -> None:
    """Take pictures of the training: the decision tree, the weeks, and a drill with its score."""
    camera.go("ana")
    camera.type("/escalate should i")
    camera.take("80-should-i")
    camera.press("No", camera.form)
    camera.press("Partly, or with a workaround", camera.form)
    camera.press("Yes", camera.form)
    camera.take_form("81-advice")
    camera.type("/escalate drill")
    camera.take("82-drills")
    camera.send("Start")
    camera.page.wait_for_timeout(4000)
    camera.leave()
    channel = camera.channel("drill-")
    camera.go("ana", channel)
    camera.take("83-drill")
    camera.press("Acknowledge", camera.page.get_by_role("log", name="Messages"))
    camera.press("Post update", camera.page.get_by_role("log", name="Messages"))
    camera.fill(
        To_Jo="Large exports stop at 40 %. Smaller ones work. We look into it with priority.",
        Internal_note="Sam looks.",
    )
    camera.take("84-drill-update")
    camera.send("Post")
    camera.page.wait_for_timeout(100_000)
    camera.go("ana", channel)
    camera.take("85-drill-later")
    camera.press("Stop drill", camera.page.get_by_role("log", name="Messages"))
    camera.press("Stop it", camera.page.get_by_role("dialog"))
    camera.page.wait_for_timeout(3000)
    camera.take("86-drill-score")
    camera.go("ana")
    camera.type("/escalate training")
    camera.choose("Who is your mentor?", "dana")
    camera.send("Begin")
    camera.page.wait_for_timeout(2000)
    camera.take_form("87-weeks")


CHAPTERS: Final[tuple[Callable[[Camera], None], ...]] = (
    opening,
    unanswered,
    forms,
    life,
    asking,
    programme,
    pattern,
    private,
    outside,
    overview,
    training,
    numbers,
    links,
    duty,
    reviewing,
    plan,
    telling,
    customer,
    days,
)


def main() -> None:
    """Live the chapters and take the pictures."""
    folder, wanted = Path(sys.argv[1] if len(sys.argv) > 1 else "var/surfaces"), tuple(sys.argv[2:])
    folder.mkdir(parents=True, exist_ok=True)
    failed: list[str] = []
    with demonstration() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(_PATIENCE_MS)
        for chapter in CHAPTERS:
            if not wanted or chapter.__name__.startswith(wanted):
                camera = Camera(page, url, folder)
                try:
                    chapter(camera)
                except (AssertionError, Error, StopIteration) as error:
                    failed.append(chapter.__name__)
                    sys.stdout.write(f"{chapter.__name__} ended early: {str(error).splitlines()[0]}\n")
                    camera.leave()  # A form that stays open covers what the next chapter presses.
        browser.close()
    if failed:
        raise SystemExit(f"chapters that ended early: {', '.join(failed)}")


if __name__ == "__main__":
    main()
