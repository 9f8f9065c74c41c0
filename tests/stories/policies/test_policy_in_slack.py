"""The policy as people read it in Slack, and its review."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.views.kit import ids
from bot.views.kit.text import day
from bot.views.overview import digest
from bot.views.policies.policy_table import PolicyPart
from tests.stories.policies.own_policy import shown, write
from tests.support.every_press import press
from tests.support.person import Json, Seen
from tests.support.story import Story
from tests.support.story import story as told

# Of the table: what a screen has room for.
MOST_CHARACTERS = 1_500


def table(answer: Json) -> list[list[str]]:
    """Return the one table of an answer, cell by cell, as text."""
    (found,) = [block for block in shown(answer)["blocks"] if block["type"] == "table"]
    return [[_text(cell) for cell in row] for row in found["rows"]]


def _text(cell: Mapping[str, Any]) -> str:
    return str(cell["text"]) if "text" in cell else str(cell["elements"][0]["elements"][0]["text"])


def test_everybody_can_read_what_each_level_promises(story: Story) -> None:
    rows = {row[0]: row[1:] for row in table(story.command("omar", "policy"))}
    assert rows[" "] == ["Sev 1", "Sev 2", "Sev 3", "Sev 4"]
    assert rows["Acknowledge"] == ["15 minutes", "1 hour", "1 business day", "2 business days"]
    assert rows["Resolve"] == ["4 hours", "1 business day", "5 business days", "backlog"]
    assert rows["Updates"] == ["every 30 minutes", "every 2 hours", "every business day", "on change"]
    assert rows["Paged"] == ["Fix owner", "—", "—", "—"]
    assert rows["Review"] == ["within 5 business days", "within 5 business days", "—", "—"]


def test_the_policy_is_one_screen_and_a_menu_has_the_rest(story: Story) -> None:
    command = story.command("omar", "policy")
    answer = shown(command)
    assert answer["response_type"] == "ephemeral"
    assert [block["type"] for block in answer["blocks"]] == ["header", "context", "table", "actions", "context"]
    assert len(json.dumps(table(command))) < MOST_CHARACTERS
    (menu,) = answer["blocks"][3]["elements"]
    assert [choice["value"] for choice in menu["options"]] == list(PolicyPart)
    said = json.dumps(answer, ensure_ascii=False)
    assert "Owner: Customer Success Team. Next review: not set." in said
    # The notification carries the point, also where no table is drawn.
    assert "Sev 1: Production down, data loss or security exposure" in answer["text"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("levels", "Brought in: Fix owner, Customer owner, Manager"),
        ("changes", "one level up: health below 60 (rule weak-health)"),
        ("categories", "*Security &amp; Privacy* from Sev 1, Security; never below Sev 1, confidential"),
        (
            "teams",
            "*Legal*: Legal/Compliance\n    legal@example.com. Monday to Friday, 9am to 5pm Eastern Time. Answers",
        ),
        ("paging", "2. Customer Success Manager (Customer owner), after 30 minutes"),
        ("programmes", "*RED* every business day"),
        ("hours", "America/New_York, MON-FRI 09:00-18:00"),
        ("training", "*New people:*"),
    ],
)
def test_each_part_of_the_policy_opens_from_the_menu(sqlite_story: Story, name: str, says: str) -> None:
    sqlite_story.command("omar", "policy")
    press(sqlite_story, "omar", ids.PICK_POLICY_PART, name)
    sqlite_story.settle()
    form = sqlite_story.form("omar")
    assert says in form.all_text
    assert "top-tier-floor" not in form.all_text, "a rule that is switched off does nothing"
    assert "(CCO) (Chief" not in form.all_text


def test_a_client_without_tables_gets_the_same_as_a_list(story: Story) -> None:
    assert "`/escalate policy list`" in json.dumps(shown(story.command("omar", "policy")))
    answer = shown(story.command("omar", "policy list"))
    said = json.dumps(answer, ensure_ascii=False)
    assert {block["type"] for block in answer["blocks"]} == {"header", "section", "context", "actions"}
    assert "*Sev 3*\\nMeans: Degraded function with a workaround\\nAcknowledge: 1 business day" in said


def test_a_sentence_that_begins_with_policy_is_declared(story: Story) -> None:
    story.command("noor", "policy documents cannot be downloaded")
    assert story.form("noor").title == "Declare an escalation"


# What it would do.


def digests(story: Story, who: str) -> list[Seen]:
    return [message for message in story.direct(who) if "Your team: " in message.text]


def test_an_overdue_review_is_said_with_the_policy_and_on_mondays_in_the_digest(
    database_url: str, folder: Path
) -> None:
    write(folder, "extends: sev\nname: own\nowner: Ana & Co\nnext_review_on: 2026-03-05\n")
    with told(database_url, folder, policy=str(folder / "own.yml")) as story:
        said = json.dumps(shown(story.command("omar", "policy")), ensure_ascii=False)
        assert (
            f"The review of this policy was due on {day(date(2026, 3, 5))}, yesterday. "
            "Ana &amp; Co: look at it, then set its next_review_on."
        ) in said
        number = story.declare(account="Acme", level="sev4", summary="A wrong colour")
        story.command("dana", f"ack ESC-{number}")
        story.forward_to("Tue 2026-03-10 12:00")
        monday, tuesday = digests(story, "maria")
        assert (
            f"The review of this policy was due on {day(date(2026, 3, 5))}, 4 days ago. Ana &amp; Co" in monday.all_text
        )
        assert "The review" not in tuesday.all_text
        compose = story.program.services.digests.compose
        assert "The review" not in digest.as_text(compose("U01MARIA"))
        story.forward_to("Mon 2026-03-16 08:00")
        assert "was due on 5 Mar 2026, 11 days ago" in digest.as_text(compose("U01MARIA"))


def test_a_policy_whose_review_lies_ahead_is_not_nagged_about(own: Story) -> None:
    own.declare(account="Acme", level="sev4", summary="A wrong colour")
    own.forward_to("Mon 2026-03-09 12:00")
    (monday,) = digests(own, "maria")
    assert "review" not in monday.all_text
    assert "was due" not in json.dumps(shown(own.command("omar", "policy")))
