"""The policy in Slack: what it says, what it would do, and what becomes of it when its file changes."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.policy.loading import preset
from bot.policy.simulation import Question, readable, simulate
from tests.support.person import Json
from tests.support.story import Story, moment

NOON = moment("Fri 2026-03-06 12:00")


def shown(answer: Json) -> Mapping[str, Any]:
    """Return the message that answered a command."""
    message: Mapping[str, Any] = answer["ack"]
    return message


def table(answer: Json) -> list[list[str]]:
    """Return the one table of an answer, cell by cell, as text."""
    (found,) = [block for block in shown(answer)["blocks"] if block["type"] == "table"]
    return [[_text(cell) for cell in row] for row in found["rows"]]


def _text(cell: Mapping[str, Any]) -> str:
    return str(cell["text"]) if "text" in cell else str(cell["elements"][0]["elements"][0]["text"])


def simulated(story: Story, who: str = "noor", **values: Any) -> str:
    """Fill the form in that is open and return everything it then says."""
    answer = story.submit(who, **values)
    assert answer["result"] == "updated", answer
    return story.form(who).all_text


# The matrix.


def test_everybody_can_read_what_each_level_promises(story: Story) -> None:
    rows = {row[0]: row[1:] for row in table(story.command("omar", "policy"))}
    assert rows[" "] == ["Sev 1", "Sev 2", "Sev 3", "Sev 4"]
    assert rows["Response"] == ["15 minutes", "1 hour", "1 business day", "2 business days"]
    assert rows["Resolution"] == ["4 hours", "1 business day", "5 business days", "backlog"]
    assert rows["Customer hears"] == ["every 30 minutes", "every 2 hours", "every business day", "on change"]
    assert rows["Paged"] == ["Fix owner", "—", "—", "—"]
    assert rows["Review"] == ["within 5 business days", "within 5 business days", "—", "—"]


def test_the_rest_of_the_policy_stands_below_the_matrix(story: Story) -> None:
    answer = shown(story.command("omar", "policy"))
    said = json.dumps(answer, ensure_ascii=False)
    assert answer["response_type"] == "ephemeral"
    assert "one level up: health below 60 (rule weak-health)" in said
    assert "top-tier-floor" not in said, "a rule that is switched off does nothing"
    assert "*Security &amp; Privacy* from Sev 1, Security; never below Sev 1, confidential" in said
    assert "2. Customer Success Manager (Relationship owner), after 30 minutes" in said
    assert "Owner: Customer Success Team. Next review: nobody has said when." in said
    assert "America/New_York, MON-FRI 09:00-18:00" in said
    # The notification carries the point, also where no table is drawn.
    assert "Sev 1: Production down, data loss or security exposure" in answer["text"]


def test_a_client_without_tables_gets_the_same_as_a_list(story: Story) -> None:
    assert "`/escalate policy list`" in json.dumps(shown(story.command("omar", "policy")))
    answer = shown(story.command("omar", "policy list"))
    said = json.dumps(answer, ensure_ascii=False)
    assert {block["type"] for block in answer["blocks"]} == {"header", "section", "context"}
    assert "*Sev 3*\\nMeans: Degraded function with a workaround\\nResponse: 1 business day" in said
    assert "one level up: health below 60 (rule weak-health)" in said


def test_a_sentence_that_begins_with_policy_is_declared(story: Story) -> None:
    story.command("noor", "policy documents cannot be downloaded")
    assert story.form("noor").title == "Declare an escalation"


# What it would do.


def test_a_simulation_gives_the_answer_of_the_terminal(story: Story) -> None:
    story.command("noor", "simulate")
    said = simulated(
        story,
        level="sev3",
        category="financial",
        triggers=["financial:fraud"],
        tier="standard",
        health="54",
        renewal_on="2026-04-20",
        declared_at=int(NOON.timestamp()),
    )
    answer = simulate(
        Question(
            policy=preset("sev"),
            declared_at=NOON,
            level="sev3",
            category="financial",
            tier="standard",
            health=54,
            renewal_on=date(2026, 4, 20),
        )
    )
    assert answer["level"] == "sev2"
    assert all(reason in said for reason in answer["trace"])
    assert all(readable(at) in said for at in answer["due"].values())
    assert all(how in said for how in answer["roles"].values())
    assert "*Paged at once*: nobody" in said
    assert "*Copied*: Security" in said
    assert "*Checklist, if needed*: Escalate to Manager/VP, Assemble response team" in said


def test_an_account_of_the_directory_brings_its_facts_and_any_of_them_can_be_tried_otherwise(story: Story) -> None:
    story.command("noor", "simulate initech")
    account = story.form("noor").question("account")["element"]["initial_option"]
    assert account["text"]["text"] == "Initech"
    said = simulated(story, level="sev3")
    assert "*Initech*: tier standard, plan business, health 54" in said
    assert "Sev 3 chosen → Sev 2, because health 54 is below 60 (rule weak-health)." in said
    # What was asked is still there: one fact is changed and it is asked again.
    assert story.form("noor").question("level")["element"]["initial_option"]["value"] == "sev3"
    assert "no rule of the policy speaks" in simulated(story, health="80")


def test_an_account_programme_is_asked_about_with_its_health(story: Story) -> None:
    story.command("noor", "simulate")
    tuesday = moment("Tue 2026-03-03 10:00")
    said = simulated(
        story,
        level="sev4",
        kind="account",
        health_state="yellow",
        declared_at=int(moment("Mon 2026-03-02 09:00").timestamp()),
        last_update_at=int(tuesday.timestamp()),
    )
    assert "Updates are due every 2 business days and on Friday at least, because the programme is YELLOW." in said
    assert "Thu 2026-03-05 10:00 -05:00" in said


def test_a_simulation_writes_nothing_and_tells_nobody(story: Story) -> None:
    before = story.state()["channels"]
    story.command("noor", "simulate acme")
    simulated(story, level="sev1")
    assert story.state()["channels"] == before
    assert story.program.services.escalations.live(viewer="U01NOOR") == ()
    assert story.pages("dana") == []


def test_what_does_not_go_together_is_said_at_the_field(story: Story) -> None:
    story.command("noor", "simulate")
    answer = story.submit("noor", level="sev1", category="technical", triggers=["financial:fraud"])
    assert answer["errors"] == {
        "triggers": "One of these belongs to another category. Choose that one, or take it out."
    }


def test_a_trouble_that_begins_with_simulate_is_declared(story: Story) -> None:
    story.command("noor", "simulate mode is broken")
    assert story.form("noor").title == "Declare an escalation"
