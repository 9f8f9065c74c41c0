"""Every address, channel and copy that S3 names is used by the presets, for what S3 names it for."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from bot.policy.file.loading import preset
from bot.policy.model.rules import Policy

SOURCE: Final = Path(__file__).parents[4] / "shared" / "sources" / "003_2551422d44491a41.txt"
_HEADING: Final = re.compile(r"(?:#+ |\*\*)(?P<title>[^*]+?):?(?:\*\*)?")
_REACHES: Final = re.compile(r"@\[company\]|#[a-z]|\bCC\b|\bAlert\b|Jira")
# Headings of lists within a section.
_WITHIN: Final = ("Action", "Process", "Do", "Don't")
_LISTS: Final = ("If ", "Signs", "Verify", "Identification", "Investigate")

# Each line of S3 that says whom to reach, with its section, in its order: the source isn't published with us.
LINES: Final = [
    ("Security & Privacy", "Email: security@[company].com"),
    ("Financial Issues", "Email: billing@[company].com"),
    ("Financial Issues", "For fraud: Also alert security@[company].com"),
    ("Service Outage", "If not posted: Email operations@[company].com immediately"),
    ("Legal/Compliance", "Email: legal@[company].com"),
    ("Technical Issues", "Create ticket in Jira: [Project: TECH-SUPPORT]"),
    ("Account Access", "Email: access@[company].com"),
    ("Angry/Frustrated Customers", "Email: escalations@[company].com"),
    ("Angry/Frustrated Customers", "CC: Customer success manager if Enterprise customer"),
    ("Product Questions Beyond Knowledge Base", "If customer wants follow-up: Email product@[company].com"),
    ("Complex Billing Questions", "Email: billing@[company].com"),
    ("Partnership/Integration Inquiries", "Email: partnerships@[company].com"),
    ("High-Risk Requests (3 factors + management approval)", "Email: verification@[company].com"),
    ("Technical Issues", "Email: tech-support@[company].com"),
    ("Technical Issues", "Slack: #tech-support-escalations"),
    ("Billing/Payments", "Email: billing@[company].com"),
    ("Security", "Email: security@[company].com"),
    ("Legal/Compliance", "Email: legal@[company].com"),
    ("Partnerships", "Email: partnerships@[company].com"),
    ("Customer Success (Enterprise)", "CC: success@[company].com"),
    ("VIP/Enterprise Customers", "All escalations CC their CSM"),
    ("Churn Risk Customers", "Alert Customer Success team"),
    ("Media/Influencer Inquiries", "Forward to: press@[company].com"),
    ("Media/Influencer Inquiries", "Alert marketing team via Slack #marketing-alerts"),
    ("Repeat Escalations", "Email summary to success@[company].com"),
    ("In Case of Major Incident", "**If not posted:** Alert immediately"),
    ("In Case of Major Incident", "Email: incidents@[company].com"),
    ("In Case of Major Incident", "Slack: #incidents (use @here)"),
    ("Questions about escalation procedures?", "Contact your team lead or email: support-training@[company].com"),
]


def reaching(source: str) -> Iterator[tuple[str, str]]:
    """Yield each line of the source that says whom to reach, with the section it stands in."""
    section = ""
    for line in map(str.strip, source.splitlines()):
        heading = _HEADING.fullmatch(line)
        if heading is not None:
            title = heading["title"]
            is_new = title not in _WITHIN and not title.startswith(
                ("If ", "Signs", "Verify", "Identification", "Investigate")
            )
            section = title if is_new else section
        elif _REACHES.search(line) and not line.startswith("#"):
            yield section, re.sub(r"^(?:-|\d\.) ", "", line)


@pytest.mark.skipif(not SOURCE.is_file(), reason="the sources are not beside the repository")
def test_no_address_of_the_source_is_left_out() -> None:
    assert list(reaching(SOURCE.read_text(encoding="utf-8"))) == LINES


def mails(policy: Policy, team: str | None) -> str | None:
    return policy.team(team).email if team else None


@pytest.mark.parametrize("name", ["sev", "three-tier", "p-levels", "gitlab"])
def test_each_address_is_that_of_the_category_which_the_source_names_it_for(name: str) -> None:
    policy = preset(name)
    by_label = {category.label: category for category in policy.categories}
    addressed = [
        (label, line) for label, line in LINES[:23] if label in by_label and "@" in line and "fraud" not in line
    ]
    assert len(addressed) == 12
    for label, line in addressed:
        address = line.partition("@")[0].split()[-1]
        team = policy.team(by_label[label].team or "")
        assert team.email == f"{address}@example.com", (label, line)


@pytest.mark.parametrize("name", ["sev", "three-tier", "p-levels", "gitlab"])
def test_each_copy_channel_and_condition_of_the_source_is_kept(name: str) -> None:
    policy = preset(name)
    of = policy.category
    fraud = next(one for one in of("financial").triggers if one.key == "fraud")
    assert [mails(policy, copy) for copy in fraud.copies] == ["security@example.com"]
    assert of("service_outage").status_page is not None, "operations are alerted if it isn't posted"
    assert of("technical").queue == "Jira project TECH-SUPPORT, Priority: High"
    assert policy.team("tech_support").slack == "#tech-support-escalations"
    follow_up = next(one for one in of("product_question").triggers if one.key == of("product_question").ask_if)
    assert "follow-up" in follow_up.text
    assert of("media").alert == ("#marketing-alerts",)
    patterns = policy.patterns
    assert patterns.enterprise is not None
    assert patterns.repeats is not None
    assert patterns.churn_risk is not None
    assert patterns.major_incident is not None
    for team in (patterns.enterprise.team, patterns.repeats.team, patterns.churn_risk.team):
        assert mails(policy, team) == "success@example.com"
    incidents = policy.team(patterns.major_incident.team or "")
    assert (incidents.email, incidents.slack) == ("incidents@example.com", "#incidents")
    assert mails(policy, policy.verification.team) == "verification@example.com"
    assert mails(policy, "training") == "support-training@example.com"
