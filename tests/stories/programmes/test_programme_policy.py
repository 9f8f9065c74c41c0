"""The policy `programme`: everything declared is the programme of an account, which shows only what it promises."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.policy.record.escalation import Status
from bot.views.kit import ids
from tests.stories.programmes.proposing import accept, at
from tests.support.person import Seen
from tests.support.story import Story, moment
from tests.support.story import story as told

REVIEWED = {
    "review_url": "https://wiki.example/reviews/1",
    "action": "Alert on failed exports",
    "action_owner": "U01ELI",
    "action_due": "2026-04-01",
}
PROPOSED = {"criteria": ["0", "3"], "source": "3", "health": "red", "success_criteria": "No outage for a month"}


@pytest.fixture
def at_risk(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story under the policy that has account programmes only."""
    with told(database_url, folder, policy="programme") as begun:
        yield begun


def begun(story: Story, words: str = "acme three outages in two weeks") -> int:
    story.command("noor", words)
    story.press_in_form("noor", ids.MORE_PROPOSAL)
    assert story.submit("noor", **PROPOSED)["result"] == "closed"
    accept(story)
    return 1


def controls(card: Seen) -> list[str]:
    return [action for action in card.buttons if action.startswith("press_")]


def test_declaring_proposes_a_programme_with_what_was_typed(at_risk: Story) -> None:
    at_risk.command("noor", "acme three outages in two weeks")
    form = at_risk.form("noor")
    assert form.title == "Propose a programme"
    assert form.question("account")["element"]["initial_option"]["text"]["text"] == "Acme"
    assert form.question("summary")["element"]["initial_value"] == "three outages in two weeks"
    assert "Updates count from now." not in form.all_text
    for absent in ("level", "category", "description"):
        assert absent not in form.inputs
    assert "Severity" not in form.all_text
    at_risk.press_in_form("noor", ids.MORE_PROPOSAL)
    assert "Updates count from now." in at_risk.form("noor").all_text


def test_a_message_is_escalated_as_a_programme_that_links_to_it(at_risk: Story) -> None:
    posted = at_risk.control.post("message", user="U01NOOR", channel="general", text="Acme is furious. Third outage.")
    at_risk.shortcut("noor", ids.SHORTCUT_FROM_MESSAGE, channel="general", ts=posted["ts"])
    form = at_risk.form("noor")
    assert form.question("summary")["element"]["initial_value"] == "Acme is furious"
    at_risk.press_in_form("noor", ids.MORE_PROPOSAL)
    at_risk.submit("noor", account="Acme", **PROPOSED)
    assert posted["ts"].replace(".", "") in str(at_risk.facts(1).permalink)


def test_the_card_shows_what_the_programme_promises_and_nothing_else(at_risk: Story) -> None:
    number = begun(at_risk)
    facts = at_risk.facts(number)
    assert (facts.response.terms, facts.resolution.terms) == (None, None)
    assert facts.customer_update_due_at == moment("Mon 2026-03-09 10:00")
    card = at_risk.card(number)
    for words in (":red_circle: Acme", "RED account programme", "Next customer update", "No outage for a month"):
        assert words in card.all_text
    for words in ("Acknowledge", "Unacknowledged", "*Resolve*", "No target", "Account at risk", "Severity"):
        assert words not in card.all_text, words
    assert ids.PRESS_ACKNOWLEDGE not in controls(card)
    assert ids.PRESS_MITIGATE not in controls(card)
    assert "Change severity" not in json.dumps(card.raw)
    assert at_risk.pages("dana") == []
    assert at_risk.channel(number)["topic"].startswith("RED · In progress · ")


def test_home_help_and_list_speak_of_programmes(at_risk: Story) -> None:
    number = begun(at_risk)
    home = at_risk.home("ana")
    assert "Propose an account programme" in home
    assert "Declare an escalation" not in home
    assert "unacknowledged" not in home
    assert f"ESC-{number}" in str(at_risk.command("eli", "list"))
    said = json.dumps(at_risk.command("eli", "help"), ensure_ascii=False)
    assert "propose an account programme" in said
    assert "*Account health*" in str(at_risk.command("eli", "help declaring"))


def test_updates_follow_the_health_and_a_missed_one_reaches_the_manager(at_risk: Story) -> None:
    number = begun(at_risk)
    at_risk.forward_to("Mon 2026-03-09 10:00")
    assert "the update for Acme was due <!date^" in at_risk.last(number).text
    at_risk.forward_to("Mon 2026-03-09 14:00")
    assert len(at_risk.pages("maria")) == 1
    at_risk.press("ana", ids.PRESS_UPDATE, on=at_risk.card(number))
    at_risk.submit("ana", customer_text="The queue is split.", health="yellow", next_at=at("Wed 2026-03-11 13:00"))
    assert at_risk.facts(number).customer_update_due_at == moment("Wed 2026-03-11 13:00")
    at_risk.forward_to("Wed 2026-03-11 13:00")
    at_risk.press("ana", ids.PRESS_UPDATE, on=at_risk.card(number))
    at_risk.submit("ana", customer_text="Two days without a failure.")
    assert at_risk.facts(number).customer_update_due_at == moment("Fri 2026-03-13 13:00")


def test_it_ends_with_a_plan_a_review_and_three_consents(at_risk: Story) -> None:
    number = begun(at_risk)
    at_risk.act("ana", ids.PRESS_UPDATE, number, customer_text="We have a plan.", next_at=at("Mon 2026-03-09 09:30"))
    at_risk.press("ana", ids.PRESS_PLAN, on=at_risk.card(number))
    at_risk.submit("ana", plan="Eli: split the queue", plan_due="2026-03-27", plan_owner="U01ELI")
    at_risk.press("dana", ids.PRESS_RESOLVE, on=at_risk.card(number))
    fixed = {"fixed": "The queue is split.", "confirmed_by": "Jo Park, Acme", "confirmed_how": "call"}
    answer = at_risk.submit("dana", **fixed, **REVIEWED)
    assert answer["result"] == "closed", answer
    at_risk.press("maria", ids.PRESS_CLOSE, on=at_risk.card(number))
    answer = at_risk.submit("maria", summary="Acme stays.", finished_on="2026-03-06")
    assert set(answer["errors"]) == {"stakeholders", "success_criteria"}
    agreed = {"stakeholders": "Sales and support, in the call", "success_criteria": "A month without an outage"}
    answer = at_risk.submit("maria", summary="Acme stays.", finished_on="2026-03-06", **agreed)
    assert answer["result"] == "closed", answer
    assert at_risk.facts(number).status is Status.CLOSED


def test_a_simulation_asks_for_no_severity_and_no_kind(at_risk: Story) -> None:
    at_risk.command("omar", "simulate")
    form = at_risk.form("omar")
    assert not {"level", "kind", "category"} & set(form.inputs)
    at_risk.submit("omar", health_state="red")
    assert "because the programme is RED" in json.dumps(at_risk.form("omar").raw)


def test_every_button_that_declares_opens_the_same_form(at_risk: Story) -> None:
    at_risk.home("eli")
    at_risk.by_hand("press", "eli", surface="home", action_id=ids.PRESS_PROPOSE)
    assert at_risk.form("eli").title == "Propose a programme"
    at_risk.close_form("eli")
    at_risk.shortcut("eli", ids.SHORTCUT_DECLARE)
    assert at_risk.form("eli").title == "Propose a programme"
