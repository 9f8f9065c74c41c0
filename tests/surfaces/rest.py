"""Surfaces seen less often: numbers, link previews, shifts, parts of a review, what customers read, the next day."""

import re
from typing import Final

from tests.support.camera import Camera
from tests.surfaces.places import acme

_A_DAY_MS: Final = 600_000


def numbers(camera: Camera) -> None:
    """The report and its chart, a customer's page, the search, the audit and the follow-ups."""
    camera.go("maria", "support")
    for at, words in enumerate(("report", "report quarter")):
        camera.go("maria", "support")
        camera.type(f"/escalate {words}")
        camera.take(f"a0-{at}-{words.replace(' ', '-')}")
        camera.leave()
    camera.type("/escalate report")
    camera.press("How they're counted", camera.form)
    camera.take_form("a1-definitions")
    camera.leave()
    for at, words in enumerate(("account stark", "audit globex", "find exports", "followups mine", "list stark")):
        camera.go("maria", "support")
        camera.type(f"/escalate {words}")
        camera.take(f"a2-{at}-{words.replace(' ', '-')}")
        camera.leave()


def links(camera: Camera) -> None:
    """The preview of a link to a customer's record."""
    acme(camera)
    camera.go("noor", "support")
    camera.type("See https://crm.example.com/accounts/acme before you call them.")
    camera.page.wait_for_timeout(2500)
    camera.take("a3-link-preview")


def duty(camera: Camera) -> None:
    """On call: taking a shift over, a rota, an area and a person."""
    camera.go("dana", "engineering")
    camera.type("/escalate oncall")
    camera.press("Take over")
    camera.take_form("a4-take-over")
    for at, name in enumerate(("Product areas", "Contact matrix", "People")):
        camera.go("omar")
        camera.type("/escalate admin")
        block = camera.form.locator(".block, [data-block], section, div").filter(has_text=re.compile(f"^{name}"))
        block.get_by_role("button", name="Add").first.click()
        camera.page.wait_for_timeout(1500)
        camera.take_form(f"a5-{at}-add-{name.lower().replace(' ', '-')}")
        camera.leave()


def reviewing(camera: Camera) -> None:
    """The parts of a post-incident review."""
    for at, name in enumerate(("Lessons", "Debriefs", "Follow-ups", "(Kept elsewhere\\?|Change the link)")):
        acme(camera)
        camera.more("Post-incident review")
        camera.press(name, camera.form)
        camera.page.wait_for_timeout(800)
        camera.take_form(f"a6-{at}-{name.lower().partition(' ')[0].lstrip('(')}")
        camera.leave()


def fill_in_proposal(camera: Camera, account: str, risk: str, health: str, criteria: str) -> None:
    """Open the form that proposes a programme and fill it in."""
    camera.type(f"/escalate programme {account}")
    camera.fill(What_puts_the_account_at_risk=risk)
    camera.choose("What applies?", "Multiple issues")
    camera.page.keyboard.press("Escape")  # the list of a field for several stays open
    camera.choose("Who asked for it?", "Sales")
    camera.choose("Severity", "Sev 2")
    camera.form.get_by_role("radio", name=health).check()
    camera.take("86-propose-what-is-needed")
    camera.press("More options", camera.form)
    camera.fill(Success_criteria=criteria)


def plan(camera: Camera) -> None:
    """An account programme that runs: card, plan, action items, consents, status call."""
    camera.go("maria", "support")
    known = set(camera.channels())
    fill_in_proposal(camera, "initech", "Reports are late every month.", "YELLOW", "Thirty days without a late report.")
    camera.send("Propose")
    camera.page.wait_for_timeout(3000)
    channel = next(name for name in camera.channels() if name.startswith("esc-initech") and name not in known)
    camera.go("maria", channel)
    camera.take("a7-programme-card")
    camera.press("Plan and criteria")
    camera.take_form("a8-plan")
    camera.press("Consents")
    camera.take_form("a9-consents")
    camera.more("Status call")
    camera.take_form("b0-status-call")


def telling(camera: Camera) -> None:
    """Texts for the customer: the form's ways and templates, what is sent, what was sent, the mails."""
    channel = acme(camera)
    camera.go("ana", channel)
    camera.press("Post update")
    camera.form.get_by_role("combobox").first.click()
    camera.take("b1-ways-to-tell")
    camera.page.keyboard.press("Escape")
    camera.leave()
    camera.go("ana", channel)
    camera.press("Post update")
    camera.fill(Customer_update="It will be fixed by 5 pm, guaranteed.")
    camera.send("Post")
    camera.take_form("b2-wording-findings")
    camera.go("ana", channel)
    camera.press("Post update")
    camera.fill(Customer_update="We found the cause of the failing exports. A fix is being tested.")
    camera.send("Post")
    camera.page.wait_for_timeout(2500)
    camera.more("What the customer was told")
    camera.take_form("b3-what-we-told-them")
    camera.take_page("mail", "b4-mails")
    for at, mail in enumerate(camera.mails()):
        camera.take_page(mail, f"b5-{at}-mail")


def customer(camera: Camera) -> None:
    """Questions to the customer: the form, the mail, its page, and the page to rate us."""
    channel = acme(camera)
    camera.go("ana", channel)
    camera.more("Customer's confirmation")
    camera.take("b6-ask-the-customer")
    camera.fill(Message_to_the_customer="Exports work again. Could you check?")
    camera.send("Send")
    camera.page.wait_for_timeout(2500)
    mail = camera.mails()[0]
    camera.take_page(mail, "b7-question-mail")
    camera.take_link(mail, "b8-customers-page")
    camera.page.get_by_role("button", name="Not yet").click()
    camera.take("b9-not-yet")


def days(camera: Camera) -> None:
    """A day later: the digest and its menu, and what has become of everything."""
    acme(camera)  # whom Iris sponsors
    camera.app("iris", "Home")
    camera.press("Your sponsor digest…")
    for box in camera.form.get_by_role("checkbox").all():
        box.check()
    camera.take("73-sponsor-hours")
    camera.send("Save")
    camera.go("ana")
    camera.pass_time("Let a day pass", patience_ms=_A_DAY_MS)
    camera.app("maria", "Messages")
    digest = camera.page.get_by_role("article").filter(has_text="Your team").last
    digest.scroll_into_view_if_needed()
    camera.take("70-digest")
    camera.page.set_viewport_size({"width": 1440, "height": 900})
    digest.get_by_role("button", name=re.compile("More|menu|options", re.IGNORECASE)).first.click()
    camera.take("70-digest-menu")
    camera.page.keyboard.press("Escape")
    digest.get_by_role("button", name="When it comes…").click()
    camera.page.wait_for_timeout(1200)
    camera.take_form("70-digest-hours")
    camera.app("ana", "Messages")
    camera.take("71-owner-next-day")
    camera.app("maria", "Home")
    camera.take("72-home-next-day")
    camera.app("iris", "Messages")
    camera.page.get_by_role("article").filter(has_text="Customers you sponsor").last.scroll_into_view_if_needed()
    camera.take("73-sponsor-digest")
