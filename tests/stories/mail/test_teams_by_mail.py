"""Teams are asked by mail: what it says, who gets a copy, when their clock starts, and what follows a refusal."""

import re
from datetime import timedelta

import pytest

from bot.policy.record.team_routes import TeamRouteKind, TeamRouteState
from bot.views.kit import ids
from tests.stories.mail.conftest import MailStory

ENTERPRISE = "name,plan,csm\nHooli,enterprise,ana@example.com\n"


def customer(post: MailStory, *, is_enterprise: bool) -> str:
    if is_enterprise:
        post.story.program.services.account_import.load(ENTERPRISE.encode(), "accounts.csv")
    return "Hooli" if is_enterprise else "Acme"


def declare(post: MailStory, category: str, *signs: str, account: str = "Acme", **more: str) -> int:
    """Declare an escalation of a category with its signs ticked."""
    story = post.story
    story.command("noor")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    story.fill("noor", account=account)
    story.choose("noor", ids.CATEGORY, category)
    ticked = {f"signs-{category}": list(signs)} if signs else {}
    given = {"summary": "Exports are down", **more}
    story.submit("noor", account=account, level="sev1", **given, **ticked)
    return story.newest()


# Every "Email:", "alert" and "CC:" of the source's categories: who gets a mail when one is declared.
WHO = [
    ("security_privacy", None, ["security"]),
    ("security_privacy", "gdpr_deletion", ["legal", "security"]),
    ("security_privacy", "subpoena", ["legal", "security"]),
    ("financial", None, ["billing"]),
    ("financial", "fraud", ["billing", "security"]),
    ("service_outage", None, ["operations"]),
    ("service_outage", "several_customers", ["incidents", "operations"]),
    ("legal_compliance", None, ["legal"]),
    ("technical", None, ["tech-support"]),
    ("account_access", None, ["access"]),
    ("angry_customer", None, ["escalations"]),
    ("product_question", None, []),
    ("product_question", "follow_up", ["product"]),
    ("complex_billing", None, ["billing"]),
    ("partnership", None, ["partnerships"]),
    ("partnership", "press", ["press"]),
    ("media", None, ["press"]),
]


@pytest.mark.parametrize(("category", "sign", "readers"), WHO)
def test_the_teams_of_a_category_get_a_mail(
    post: MailStory, category: str, sign: str | None, readers: list[str]
) -> None:
    declare(post, category, *([sign] if sign else []))
    assert post.readers() == [f"{name}@example.com" for name in readers]


@pytest.mark.parametrize("category", ["angry_customer", "financial", "technical"])
def test_of_an_enterprise_customer_the_csm_and_the_success_team_get_a_copy(post: MailStory, category: str) -> None:
    post.story.declare(account=customer(post, is_enterprise=True), level="sev1", category=category)
    team, *copies = ("ana@example.com", "success@example.com")
    asked = [mail for mail in post.mails() if str(mail.message["To"]) not in (team, *copies)]
    assert {str(mail.message["Cc"]) for mail in asked} == {"ana@example.com, success@example.com"}
    assert len({str(mail.message["Message-ID"]) for mail in asked}) == 1, "it is one mail"
    assert sorted(mail.recipients[0] for mail in asked if mail.recipients[0] != str(mail.message["To"])) == [
        "ana@example.com",
        "success@example.com",
    ]


def test_the_success_team_hears_of_every_escalation_of_an_enterprise_customer(post: MailStory) -> None:
    post.story.declare(account=customer(post, is_enterprise=True), level="sev3")
    told = post.only("success@example.com")
    assert told.text.startswith("Customer success, for your information: ESC-1.")
    assert "Hooli, enterprise (Enterprise customer)" in told.text


def test_a_confidential_mail_names_no_customer_in_its_subject_and_copies_nobody_who_may_not_know(
    post: MailStory,
) -> None:
    account = customer(post, is_enterprise=True)
    declare(post, "security_privacy", "gdpr_deletion", account=account, summary="Data of others")
    assert post.readers() == ["ana@example.com", "legal@example.com", "security@example.com"]
    for mail in post.mails():
        assert str(mail.message["Subject"]) == "ESC-1 (confidential)"
    told = post.only("security@example.com")
    assert "Customer: Hooli" in told.text
    assert "Data of others" in told.html
    copied = post.only("legal@example.com")
    assert "Hooli" not in copied.text + copied.html
    assert "Data of others" not in copied.text + copied.html
    assert copied.text.startswith("Legal, for your information: Security is helping with ESC-1.")


def test_teams_that_are_only_informed_get_no_mail_of_something_confidential(post: MailStory) -> None:
    """The customer success team hears of a silent team, of churn risk and of a third escalation."""
    for _ in range(3):
        post.story.declare(level="sev1", category="security_privacy", summary="Data of others")
    post.story.menu("noor", "churn", 3, signs=["4"])
    post.story.skip(days=2)
    asked = [mail for mail in post.mails("security@example.com") if "haven't heard from you" in mail.text]
    assert asked, "its own team is asked again"
    assert post.mails("success@example.com") == []


def test_a_mail_has_what_its_team_needs_and_names_what_is_missing(post: MailStory) -> None:
    story = post.story
    number = story.declare(level="sev2", category="financial", description="Charged twice\nfor <May>")
    story.details("ana", number, **{"category.transaction_id": "TX-991", "category.amount": "$ 1,200"})
    story.menu("dana", "category", number, category="complex_billing")
    first, second = (mail for mail in post.mails("billing@example.com"))
    assert str(first.message["Subject"]) == "ESC-1 Acme: Exports are down"
    for words in ("Billing, we need you on ESC-1.", "Customer: Acme, business", "Severity: Sev 2", "Charged twice"):
        assert words in first.text
    assert "Missing: Transaction ID, User ID, Amount" in first.text
    assert "for &lt;May&gt;" in first.html
    assert "Reported: Noor Haddad, 6 Mar 10:00 AM EST" in first.text
    assert re.search(r"Open ESC-1 in Slack https?://\S+/archives/C\w+", first.text)
    assert "Company name: Acme" in second.text
    assert "Current plan: business" in second.text
    assert "Missing: Specific request" in second.text


def test_all_mails_of_an_escalation_to_one_address_are_one_thread(post: MailStory) -> None:
    story = post.story
    story.declare(level="sev4", category="complex_billing", at="Fri 2026-03-06 10:00")
    story.declare(level="sev4", category="complex_billing", account="Globex")
    story.skip(days=7)
    mine = [mail for mail in post.mails("billing@example.com") if "ESC-1" in str(mail.message["Subject"])]
    first, chase = mine
    assert first.message["In-Reply-To"] is None
    assert chase.message["In-Reply-To"] == first.message["Message-ID"]
    assert first.message["Message-ID"] in chase.message["References"]
    assert chase.message["Subject"] == first.message["Subject"]
    assert "we haven't heard from you about ESC-1 yet" in chase.text
    other = [mail for mail in post.mails("billing@example.com") if "ESC-2" in str(mail.message["Subject"])]
    assert not {mail.message["Message-ID"] for mail in mine} & {mail.message["References"] for mail in other}
    assert len(post.mails("success@example.com")) == 2, "the chase copies the success team"


def test_the_clock_of_a_team_runs_from_the_first_route_that_worked(post: MailStory) -> None:
    story = post.story
    post.server.refusals = {"security@example.com": "451 4.7.1 try again later"}
    number = story.declare(level="sev1", category="security_privacy")
    facts = story.facts(number)
    assert facts.team_answer.spans == ()
    [mail, person] = facts.team_routes
    assert (mail.route, mail.state) == (TeamRouteKind.MAIL, TeamRouteState.DELAYED)
    assert (person.route, person.state, person.to) == (TeamRouteKind.PERSON, TeamRouteState.WAITING, "U01NOOR")
    card = story.card(number).all_text
    assert "*Security doesn't know yet.*" in card
    assert "Couldn't mail Security: 451 4.7.1 try again later, trying again." in card
    post.server.refusals = {}
    story.forward(minutes=6)
    facts = story.facts(number)
    assert [span.started_at for span in facts.team_answer.spans] != []
    assert facts.team_answer.spans[0].started_at > facts.declared_at
    assert "doesn't know yet" not in story.card(number).all_text
    told = next(message for message in story.direct("noor") if "Security knows about ESC-1" in message.all_text)
    assert told.buttons == []
    due = facts.team_answer.spans[0].started_at + timedelta(minutes=30)
    story.forward(seconds=(due - story.clock.at).total_seconds() + 1)
    assert "Security hasn't responded about Acme" in str(story.said(number))


def test_a_refused_mail_is_shown_and_somebody_writes_instead(post: MailStory) -> None:
    story = post.story
    post.server.refusals = {"billing@example.com": "550 5.1.1 no such user"}
    number = story.declare(level="sev2", category="financial")
    card = story.card(number)
    assert (
        "*Billing doesn't know yet.* Couldn't mail Billing: 550 5.1.1 no such user. <@U01NOOR>: write to"
        in card.all_text
    )
    [asked] = [message for message in story.direct("noor") if "Please write to them" in message.all_text]
    assert "Billing, we need you on ESC-1" in asked.all_text
    assert "Missing: Transaction ID" in asked.all_text
    assert story.facts(number).team_answer.spans == ()
    story.forward(minutes=20)
    story.press("noor", ids.PRESS_TEAM_WRITTEN, on=asked)
    facts = story.facts(number)
    assert facts.team_answer.spans[0].started_at == facts.declared_at + timedelta(minutes=20)
    [told] = [message for message in story.direct("noor") if "Billing knows about ESC-1" in message.all_text]
    assert "<@U01NOOR> wrote to them" in told.all_text
    assert "doesn't know yet" not in story.card(number).all_text
    assert story.program.services.teams.written(number, "billing", by="U01ANA") is False, "they know already"
