"""`/escalate simulate`: what the policy would do with a case, with nothing declared."""

from datetime import date
from typing import Any

from bot.policy.file.loading import preset
from bot.policy.preview.simulation import SimulationQuestion, readable, simulate
from bot.views.kit import ids
from tests.support.story import Story, moment

CONFIRMED = {"confirmed_by": "Jo Park", "confirmed_how": "call"}


NOON = moment("Fri 2026-03-06 12:00")


def simulated(story: Story, who: str = "noor", **values: Any) -> str:
    """Fill the form in that is open and return everything it then says."""
    answer = story.submit(who, **values)
    assert answer["result"] == "updated", answer
    return story.form(who).all_text


# The matrix.


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
        SimulationQuestion(
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
    assert all(readable(at, preset("sev")) in said for at in answer["due"].values())
    assert all(how in said for how in answer["roles"].values())
    assert "*Paged at once*: no one" in said
    assert "*Copied*: Security" in said
    assert "*Checklist, if needed*: Escalate to Manager/VP; Assemble response team" in said


def test_an_account_of_the_directory_brings_its_facts_and_any_of_them_can_be_tried_otherwise(story: Story) -> None:
    story.command("noor", "simulate initech")
    account = story.form("noor").question("account")["element"]["initial_option"]
    assert account["text"]["text"] == "Initech"
    said = simulated(story, level="sev3")
    assert "*Initech*: tier standard, plan business, health 54" in said
    assert "Sev 3 chosen → Sev 2, because health 54 is below 60 (rule weak-health)." in said
    # What was asked is still there: one fact is changed and it is asked again.
    assert story.form("noor").question("level")["element"]["initial_option"]["value"] == "sev3"
    assert "no policy rule applies" in simulated(story, health="80")


def test_an_accounts_past_counts_as_far_as_everybody_may_know_of_it(story: Story) -> None:
    for account, confidential in (("Initech", ["confidential"]), ("Initech", []), ("Acme", []), ("Acme", [])):
        number = story.declare("ana", account=account, level="sev4", confidential=confidential)
        story.act("dana", ids.PRESS_RESOLVE, number, fixed="Cleared.", cause="Full disk", **CONFIRMED)
    story.command("noor", "simulate initech")
    said = simulated(story, level="sev4")
    assert "escalated once in 30 days" in said
    assert "Case review" not in said
    story.close_form("noor")
    story.command("noor", "simulate acme")
    said = simulated(story, level="sev4")
    assert "escalated 2 times in 30 days" in said
    assert "*Case review*: opened after 3 escalations in 30 days" in said
    assert "*If the cause is “Full disk” again*: we suggest a policy change" in said
    later = int(moment("Fri 2026-04-10 12:00").timestamp())
    said = simulated(story, declared_at=later)
    assert "Case review" not in said
    assert "Full disk" not in said


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
    assert "5 Mar 10:00 AM EST" in said


def test_a_simulation_writes_nothing_and_tells_nobody(story: Story) -> None:
    before = story.state()["channels"]
    story.command("noor", "simulate acme")
    simulated(story, level="sev1")
    assert story.state()["channels"] == before
    assert story.program.services.escalations.live(viewer="U01NOOR").total == 0
    assert story.pages("dana") == []


def test_what_does_not_go_together_is_said_at_the_field(story: Story) -> None:
    story.command("noor", "simulate")
    answer = story.submit("noor", level="sev1", category="technical", triggers=["financial:fraud"])
    assert answer["errors"] == {"triggers": "One belongs to another category. Switch category or clear it."}


def test_a_trouble_that_begins_with_simulate_is_declared(story: Story) -> None:
    story.command("noor", "simulate mode is broken")
    assert story.form("noor").title == "Declare an escalation"


# When its file changes.
