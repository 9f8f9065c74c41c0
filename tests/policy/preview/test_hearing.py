"""The table of who hears what is in the docs as the policy has it, and says what its source says.

`python -m tests.policy.preview.test_hearing` writes it anew.
"""

from collections import defaultdict
from pathlib import Path

import pytest

from bot.policy.file.loading import preset
from bot.policy.preview.hearing import other_rows, rows, table

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
    assert copied["Financial Issues: Suspected fraudulent transaction"] == ["mail to security@example.com"]
    assert copied["Media/Influencer Inquiries"] == ["#marketing-alerts"]
    assert copied["Angry/Frustrated Customers: Customer threatens to leave/cancel (churn risk)"] == [
        "mail to success@example.com"
    ]
    assert copied["A major incident"] == ["mail to incidents@example.com, #incidents"]
    assert copied["An identity that was checked"] == ["mail to verification@example.com"]
    for about in ("Any escalation of an Enterprise customer", "A customer who escalates again and again"):
        assert copied[about] == ["mail to success@example.com"]


def write() -> None:
    """Write the table into the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    DOCUMENT.write_text(
        f"{before}{BEGIN}{table(preset('three-tier'))}\n{END}{rest.partition(END)[2]}", encoding="utf-8"
    )


if __name__ == "__main__":
    write()
