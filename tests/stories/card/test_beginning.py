"""When the customer reported it, and when we detected it: said at the declaration, and corrected with a reason."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.policy.record.sla import due_at
from bot.services.reports.export_columns import header, row
from bot.views.kit import ids
from tests.support.story import Story, moment


def seconds(text: str) -> int:
    return int(moment(text).timestamp())


def response_due(story: Story, number: int) -> object:
    facts, policy = story.program.services.escalations.one(number, viewer="U01ANA")
    return due_at(facts.response, policy.calendars)


def declare_earlier(story: Story, at: str, **given: int) -> int:
    story.skip_to(at)
    story.command("noor", "Acme exports are down")
    story.press_in_form("noor", ids.MORE_OPTIONS)
    answer = story.submit("noor", level="sev2", **given)
    assert answer["result"] == "closed", answer
    return 1


@pytest.mark.both_databases
def test_it_is_said_at_the_declaration_and_the_clocks_count_from_there(story: Story) -> None:
    number = declare_earlier(story, "Fri 2026-03-06 11:00", reported_at=seconds("Fri 2026-03-06 10:20"))
    facts = story.facts(number)
    assert facts.reported_at == moment("Fri 2026-03-06 10:20")
    assert response_due(story, number) == moment("Fri 2026-03-06 12:00")
    assert "reported <!date^" in story.card(number).all_text
    story.more("ana", "timeline", number)
    assert "Escalated after 40 min" in story.form("ana").all_text
    record = next(iter(story.program.services.export.batches())).records[0]
    cells = dict(zip(header(), row(record), strict=True))
    assert (cells["reported_at"], cells["escalated_after_seconds"]) == ("2026-03-06T15:20:00Z", "2400")


@pytest.mark.both_databases
def test_a_policy_may_count_from_the_report(story: Story, tmp_path: Path) -> None:
    policy = tmp_path / "own.yml"
    policy.write_text("extends: sev\nname: own\nclocks_from: reported\n")
    story.restart(policy=str(policy))
    number = declare_earlier(story, "Fri 2026-03-06 11:00", reported_at=seconds("Fri 2026-03-06 10:20"))
    assert response_due(story, number) == moment("Fri 2026-03-06 11:20")
    answer = story.menu("ana", "began", number, reported_at=seconds("Fri 2026-03-06 10:40"), reason="Their ticket.")
    assert answer["result"] == "closed"
    assert response_due(story, number) == moment("Fri 2026-03-06 11:40")
    assert "<@U01ANA> corrected when ESC-1 began: reported" in story.last(number).text
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert "Acknowledged in 20 min" in story.card(number).all_text


def test_a_time_that_has_not_come_is_refused(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    later = seconds("Fri 2026-03-06 12:00")
    answer = story.menu("ana", "began", number, reported_at=later, detected_at=later, reason="Their ticket.")
    assert answer["errors"] == dict.fromkeys(("reported_at", "detected_at"), "That time hasn't come yet.")
    answer = story.submit("ana", reported_at=later - 3 * 3600, detected_at=later - 3 * 3600, reason="-")
    assert answer["errors"] == {"reason": "Enter how you know."}


def test_a_form_that_says_nothing_new_says_nothing(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    said = len(story.said(number))
    assert story.menu("ana", "began", number, reason="Just looking.")["result"] == "closed"
    assert len(story.said(number)) == said


@pytest.mark.both_databases
def test_a_report_in_the_hour_that_comes_twice_is_as_long_ago_as_it_was(story: Story) -> None:
    """In the night to 1 November an hour comes twice in New York."""
    declared = moment("Sun 2026-11-01 03:00")
    reported = int((declared - timedelta(hours=3)).timestamp())
    number = declare_earlier(story, "Sun 2026-11-01 03:00", reported_at=reported)
    story.more("ana", "timeline", number)
    assert "Escalated after 3 h" in story.form("ana").all_text
