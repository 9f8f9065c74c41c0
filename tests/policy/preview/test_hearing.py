"""The table of who hears what is in the docs as the policy has it, and says what its source says.

`python -m tests.policy.preview.test_hearing` writes it anew.
"""

from collections import defaultdict
from pathlib import Path

import pytest

from bot.policy.file.loading import preset
from bot.policy.preview.hearing import other_rows, rows, table
from bot.policy.preview.hearing_levels import rows as level_rows
from bot.policy.preview.hearing_levels import table as levels_table

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "mail.md"
BEGIN, END = "<!-- who hears what -->\n", "<!-- end -->"

# Every "Email:", "Slack:" and response of the source's categories (S3), in the order in which it names them.
SOURCE = {
    "Security & Privacy": ("security", "30 minutes, around the clock"),
    "Financial Issues": ("billing", "24 business hours"),
    "Service Outage": ("operations", "24 business hours"),
    "Legal/Compliance": ("legal", "24 business hours, on the calendar legal"),
    "Technical Issues": ("tech-support", "24 business hours"),
    "Account Access": ("access", "24 business hours"),
    "Angry/Frustrated Customers": ("escalations", "24 business hours"),
    "Product Questions Beyond Knowledge Base, only if: Customer wants follow-up": ("product", "24 business hours"),
    "Complex Billing Questions": ("billing", "24 business hours"),
    "Partnership/Integration Inquiries": ("partnerships", "48 business hours"),
    "Media/Influencer Inquiries": ("press", "24 business hours"),
}


def test_the_document_has_the_table_of_the_preset() -> None:
    told = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    assert told.strip() == table(preset("three-tier")).strip()


@pytest.mark.parametrize("name", ["sev", "three-tier", "p-levels", "gitlab"])
def test_each_team_of_the_source_hears_by_mail_and_answers_in_its_time(name: str) -> None:
    asked = {one.about: one for one in rows(preset(name)) if ": " not in one.about.replace("if: ", "") and one.within}
    assert list(asked) == list(SOURCE)
    for about, (address, within) in SOURCE.items():
        assert f"mail to {address}@example.com" in asked[about].routes
        assert asked[about].within.startswith(within)


def test_those_who_are_copied_are_those_of_the_source() -> None:
    copied = defaultdict(list)
    for one in (*rows(preset("three-tier")), *other_rows(preset("three-tier"))):
        if not one.within:
            copied[one.about].append(one.routes)
    assert copied["Financial Issues: Suspected fraudulent transaction"] == [
        "mail to security@example.com, message and ring to who is on call for security, at the heaviest level"
    ]
    assert copied["Media/Influencer Inquiries"] == ["#marketing-alerts"]
    assert copied["Angry/Frustrated Customers: Customer threatens to leave/cancel (churn risk)"] == [
        "mail to success@example.com"
    ]
    assert copied["A major incident"] == ["#incidents, mail to incidents@example.com"]
    assert copied["An identity that was checked"] == ["mail to verification@example.com"]
    for about in ("Any escalation of an Enterprise customer", "A customer who escalates again and again"):
        assert copied[about] == ["mail to success@example.com"]


# What the sources state of each level: the response and the target of S1 and S3, the acknowledgement of S4's checklist.
STATED: dict[str, list[tuple[str, str, str | None]]] = {
    "sev": [
        ("Sev 1", "15 minutes", "4 hours"),
        ("Sev 2", "1 hour", "1 business day"),
        ("Sev 3", "1 business day", "5 business days"),
        ("Sev 4", "2 business days", None),
    ],
    "three-tier": [
        ("Critical", "30 minutes", "4 hours"),
        ("High", "4 business hours", "24 business hours"),
        ("Standard", "24 business hours", "72 business hours"),
    ],
    "p-levels": [
        ("P1", "15 minutes", None),
        ("P2", "1 hour", None),
        ("P3", "4 business hours", None),
        ("P4", "1 business day", None),
    ],
}
EVERY: dict[str, dict[str, str]] = {
    "sev": {"Sev 1": "every 30 minutes", "Sev 2": "every 2 hours", "Sev 3": "every business day"},
    "three-tier": {},
    "p-levels": {"P1": "every hour", "P2": "every business day"},
}


def levels_begin(name: str) -> str:
    return f"<!-- levels of {name} -->\n"


@pytest.mark.parametrize("name", STATED)
def test_the_document_has_the_table_of_the_levels(name: str) -> None:
    told = DOCUMENT.read_text(encoding="utf-8").partition(levels_begin(name))[2].partition(END)[0]
    assert told.strip() == levels_table(preset(name)).strip()


@pytest.mark.parametrize("name", STATED)
def test_the_manager_is_paged_when_a_time_of_the_source_has_passed(name: str) -> None:
    found = list(level_rows(preset(name)))

    def within(level: str, when: str) -> str | None:
        said = [one.within for one in found if (one.level, one.when) == (level, when) and "Manager" in one.who]
        return said[0].removeprefix("after ").partition(",")[0] if said else None

    for level, response, resolution in STATED[name]:
        assert within(level, "It isn't acknowledged") == response
        assert within(level, "Its impact lasts") == resolution
    cadences = {one.level: one.when.partition("(")[2].rstrip(")") for one in found if "update is missed" in one.when}
    assert cadences == EVERY[name]


def test_the_ladder_is_that_of_the_source() -> None:
    def climbed(name: str, level: str) -> list[tuple[str, str]]:
        return [
            (one.who, one.within)
            for one in level_rows(preset(name))
            if one.level == level and one.when == "No one responds to the page"
        ]

    assert climbed("sev", "Sev 1") == [
        ("Customer Success Manager", "after 30 minutes"),
        ("CS Team Lead / Manager", "after 1 hour"),
        ("VP of Customer Success", "after 1 hour 30 minutes"),
        ("Chief Customer Officer (CCO)", "after 2 hours"),
        ("CEO / Executive Leadership", "after 2 hours 30 minutes"),
    ]
    assert climbed("p-levels", "P1") == [
        ("Chief Customer Officer (CCO)", "after 30 minutes"),
        ("CEO / Executive Leadership", "after 1 hour"),
    ]
    assert climbed("three-tier", "Critical") == [
        ("The category's team", "after 30 minutes"),
        ("Customer success", "after 1 hour"),
    ]
    told = [one for one in level_rows(preset("p-levels")) if one.level == "P2" and "direct" in one.routes]
    assert told[0].who == "Customer owner, Manager"


def write() -> None:
    """Write the tables into the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    tables = {BEGIN: table(preset("three-tier"))}
    tables |= {levels_begin(name): levels_table(preset(name)) for name in STATED}
    for begin, found in tables.items():
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}{found}\n{END}{rest.partition(END)[2]}"
    DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write()
