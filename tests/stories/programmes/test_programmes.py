"""Account programmes that run: issues roll up under them, health sets their pace, consents end them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.policy.model.facts import HealthState
from bot.policy.record.escalation import Status
from bot.services.operator import broken_rows
from bot.views.kit import ids
from bot.views.kit.text import day
from tests.stories.programmes.proposing import accept, accepted, asked, at, propose, text_of
from tests.support.story import Story, moment
from tests.support.story import story as told

CONFIRMED = {"confirmed_by": "Jo Park, Acme", "confirmed_how": "call"}


REVIEWED = {
    "review_url": "https://wiki.example/reviews/1",
    "action": "Alert on failed exports",
    "action_owner": "U01ELI",
    "action_due": "2026-04-01",
}


@pytest.fixture
def gitlab(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story under the policy that ends an escalation by questions."""
    with told(database_url, folder, policy="gitlab") as begun:
        yield begun


def test_issues_of_the_account_roll_up_under_its_programme(story: Story) -> None:
    before = story.declare(account="Acme", level="sev3", summary="Imports are slow")
    other = story.declare(account="Globex", level="sev3")
    number = accepted(story)
    after = story.declare(account="Acme", level="sev2", summary="Logins fail")
    assert [story.facts(issue).programme for issue in (before, after, other)] == [number, number, None]
    assert "A new issue of Acme" in story.last(number).text
    assert f"ESC-{after}: Logins fail" in story.last(number).text
    card = story.card(number).all_text
    assert "Open issues of Acme (2)" in card
    assert f"<#{story.facts(after).channel_id}> Logins fail · unacknowledged" in card
    for issue in (before, after):
        assert f"Part of account programme ESC-{number}" in story.card(issue).all_text
    story.act("dana", ids.PRESS_MITIGATE, after)
    assert "Logins fail · impact stopped" in story.card(number).all_text
    story.menu("noor", "withdraw", after, why="mistake", reason="Not theirs.")
    assert "Open issues of Acme (1)" in story.card(number).all_text


def test_a_confidential_issue_is_only_counted_by_the_programme(story: Story) -> None:
    number = accepted(story)
    said = len(story.messages(number))
    secret = story.declare("ana", level="sev2", category="legal_compliance", summary="A letter from a lawyer")
    assert story.facts(secret).programme == number
    assert len(story.messages(number)) == said
    card = story.card(number).all_text
    assert "1 confidential" in card
    assert "lawyer" not in card
    assert f"ESC-{secret}" not in card


def test_a_confidential_programme_is_there_for_its_people_only(story: Story) -> None:
    issue = story.declare(account="Acme", level="sev3", summary="Imports are slow")
    number = propose(story, summary="Their lawyers have written", confidential=["confidential"])
    assert "Confidential: " in asked(story).all_text
    for answer in (story.command("eli", "list"), story.command("eli", f"status ESC-{number}")):
        assert "lawyers" not in str(answer)
    assert "lawyers" not in story.home("eli")
    accept(story)
    channel = story.channel(number)
    assert channel["is_private"]
    assert channel["name"].startswith("esc-confidential-")
    assert "Acme" not in f"{channel['topic']}{channel['purpose']}"
    assert story.members(number) == {"noor", "dana", "ana", "maria"}
    # Nothing that others read leads there: the customer's issues go on by themselves.
    later = story.declare("eli", account="Acme", level="sev3", summary="Logins fail")
    for one in (issue, later):
        assert story.facts(one).programme is None
        assert f"ESC-{number}" not in story.card(one).all_text
    assert "Open issues" not in story.card(number).all_text
    # Nor does proposing another one: a programme that everybody may see can stand beside it.
    assert story.facts(propose(story, "eli")).is_proposed


def test_health_comes_with_every_update_and_sets_the_pace(story: Story) -> None:
    number = accepted(story, level="sev4")
    facts = story.facts(number)
    # Sev 4 is updated on change only; RED wants a word every business day, from the proposal.
    assert facts.customer_update_due_at == moment("Mon 2026-03-09 10:00")
    story.press("ana", ids.PRESS_UPDATE, on=story.card(number))
    form = story.form("ana")
    assert form.question("health")["element"]["initial_option"]["value"] == "red"
    due = at("Tue 2026-03-10 10:00")
    answer = story.submit("ana", known="Better.", customer_text="It is better.", health="red", next_at=due)
    assert "With this level and health" in answer["errors"]["next_at"]
    assert story.submit("ana", health="yellow")["result"] == "closed"
    facts = story.facts(number)
    assert facts.health is HealthState.YELLOW
    assert facts.customer_update_due_at == moment("Tue 2026-03-10 10:00")
    said = story.said(number)
    assert any("changed the health of Acme from RED to *YELLOW*" in text for text in said)
    assert "YELLOW account programme" in story.card(number).all_text
    assert "because the programme is YELLOW" in " ".join(facts.trace)
    assert "YELLOW" in story.channel(number)["topic"]
    story.forward_to("Tue 2026-03-10 10:00")
    assert "the update for Acme was due <!date^" in story.last(number).text
    assert story.pages("maria") == []
    story.forward_to("Tue 2026-03-10 14:00")
    assert len(story.pages("maria")) == 1


def test_a_worse_health_brings_the_promise_to_the_customer_forward(story: Story) -> None:
    number = accepted(story, level="sev4", health="green")
    assert story.facts(number).customer_update_due_at == moment("Fri 2026-03-06 18:00")
    story.act("ana", ids.PRESS_UPDATE, number, known="So far so good.", customer_text="All good.")
    assert story.facts(number).customer_update_due_at == moment("Wed 2026-03-11 10:00")
    story.forward(hours=2)
    story.press("dana", ids.PRESS_UPDATE, on=story.card(number))
    answer = story.submit("dana", known="It is down again.", health="red", next_at=at("Mon 2026-03-09 12:00"))
    assert answer["result"] == "closed"
    assert story.facts(number).customer_update_due_at == moment("Mon 2026-03-09 10:00")
    assert "changed the health of Acme from GREEN" in " ".join(story.said(number))


def test_health_is_shown_on_list_home_and_digest(story: Story) -> None:
    proposed = propose(story, account="Initech")
    number = accepted(story)
    listed = str(story.command("eli", "list"))
    assert ":red_circle: RED account programme" in listed
    assert f"ESC-{proposed} · Proposed · accepted <!date^" in listed
    home = story.home("ana")
    assert f"ESC-{number}" in home
    assert "RED account programme" in home
    assert "Propose an account programme" in home
    story.act("ana", ids.PRESS_UPDATE, number, known="Calm.", customer_text="Calm.")
    story.forward_to("Mon 2026-03-09 09:00")
    digest = next(message for message in story.direct("maria") if "Your team: " in message.text)
    assert "RED account programme" in digest.all_text
    assert "Proposed · accepted " in digest.all_text


def test_the_plan_is_asked_for_until_it_is_written_down(story: Story) -> None:
    number = accepted(story, success_criteria=None)
    assert "Success criteria:* none yet" in story.card(number).all_text
    assert "Remediation plan:* none yet" in story.card(number).all_text
    story.act("ana", ids.PRESS_UPDATE, number, known="On it.", customer_text="On it.")
    assert "No remediation plan yet" in story.find(number, "On it.").all_text
    story.press("ana", ids.PRESS_PLAN, on=story.card(number))
    written = {"plan": "Eli: split the queue by 20 March", "success_criteria": "No outage for a month"}
    # The manager answers for it unless somebody else is named; without a date it is no plan.
    assert story.form("ana").question("plan_owner")["element"]["initial_user"] == "U01MARIA"
    assert "Choose a due date" in story.submit("ana", **written)["errors"]["plan_due"]
    story.submit("ana", plan_due="2026-03-27", plan_owner="U01ELI", plan_url="https://tickets.example/77")
    said = story.find(number, "wrote the success criteria and the remediation plan")
    assert "not known yet. <@U01DANA> is looking for it." in said.all_text
    for words in (said.all_text, story.card(number).all_text):
        assert f"<@U01ELI>, by {day(date(2026, 3, 27))} · <https://tickets.example/77|in the ticket system>" in words
        assert "Eli: split the queue by 20 March" in words
    story.act("ana", ids.PRESS_UPDATE, number, known="Queue is split.", customer_text="Done.")
    assert "no remediation plan" not in story.find(number, "Queue is split.").all_text
    story.press("eli", ids.PRESS_PLAN, on=story.card(number))
    before = len(story.messages(number))
    story.submit("eli")
    assert len(story.messages(number)) == before


def test_the_end_takes_the_consents_of_the_kind_and_warns_of_open_issues(story: Story) -> None:
    number = accepted(story)
    issue = story.declare(account="Acme", level="sev3")
    # A review is required of a programme at every level.
    answer = story.act("dana", ids.PRESS_RESOLVE, number, fixed="Queue split.", **CONFIRMED)
    assert set(answer["errors"]) == {"action"}
    assert story.submit("dana", **REVIEWED)["result"] == "closed"
    assert "To close, note the stakeholders' consent and how the success criteria are met." in text_of(story, number)
    story.press("dana", ids.PRESS_CLOSE, on=story.card(number))
    form = story.form("dana")
    assert "1 issue of Acme stays open" in form.all_text
    assert f"ESC-{issue}" in form.all_text
    assert "No remediation plan" in form.all_text
    answer = story.submit("dana", summary="Stable for a month.")
    assert set(answer["errors"]) == {"stakeholders", "success_criteria"}
    answer = story.submit(
        "dana", stakeholders="Sam (Sales), by mail", success_criteria="31 days up", finished_on="2026-03-06"
    )
    assert answer["result"] == "closed"
    assert story.facts(number).status is Status.CLOSED
    last = story.find(number, "ESC-1 closed by").all_text
    assert "Send the issue summary to the stakeholders" in last
    assert "Devise the root cause analysis and corrective actions" in last
    assert "Sam (Sales), by mail" in story.card(number).all_text
    assert story.facts(issue).is_live
    fresh = story.declare(account="Acme", level="sev3", summary="Another")
    assert story.facts(fresh).programme is None


def test_consents_are_noted_while_it_runs_and_waived_by_a_manager_only(story: Story) -> None:
    number = accepted(story)
    story.press("ana", ids.PRESS_CONSENTS, on=story.card(number))
    assert "waived" in story.submit("ana")["errors"]
    story.submit("ana", stakeholders="Sam (Sales), on the call")
    assert "noted consents to closing" in story.last(number).text
    assert "The stakeholders: Sam (Sales), on the call" in story.card(number).all_text
    story.press("ana", ids.PRESS_CONSENTS, on=story.card(number))
    assert "stakeholders" not in story.form("ana").inputs
    assert "reason" in story.submit("ana", waived="success_criteria")["errors"]
    story.submit("ana", waived="success_criteria", reason="They left.")
    assert "Only <@U01MARIA> can do this." in story.form("ana").all_text
    story.press("maria", ids.PRESS_CONSENTS, on=story.card(number))
    story.submit("maria", waived="success_criteria", reason="They left.")
    assert "<@U01MARIA> waived a consent to closing (the success criteria): They left." in story.last(number).text
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Queue split.", **CONFIRMED, **REVIEWED)
    answer = story.act("dana", ids.PRESS_CLOSE, number, summary="Stable.", finished_on="2026-03-06")
    assert answer["result"] == "closed"


def test_reopening_a_programme_takes_its_issues_back_and_its_consents_away(story: Story) -> None:
    number = accepted(story)
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Queue split.", **CONFIRMED, **REVIEWED)
    agreed = {"stakeholders": "Sam", "success_criteria": "31 days up"}
    story.act("dana", ids.PRESS_CLOSE, number, summary="Stable.", finished_on="2026-03-06", **agreed)
    issue = story.declare(account="Acme", level="sev3")
    story.act("noor", ids.PRESS_REOPEN, number, reason="It is down again.")
    assert story.facts(number).has_begun
    assert story.facts(issue).programme == number
    assert "31 days up" not in story.card(number).all_text
    assert story.facts(number).customer_update_due_at == moment("Mon 2026-03-09 10:00")


def test_what_people_type_into_a_programme_never_pings_or_links(story: Story) -> None:
    evil = "<!channel> <@U01ELI> <https://evil.example|https://bank.example> & *bold*"
    number = propose(story, summary=evil, success_criteria=evil)
    assert "<!channel>" not in asked(story).markup
    accept(story, reason=evil)
    story.press("ana", ids.PRESS_PLAN, on=story.card(number))
    story.submit("ana", plan=evil, success_criteria=evil, plan_due="2026-03-27")
    story.press("ana", ids.PRESS_CONSENTS, on=story.card(number))
    story.submit("ana", stakeholders=evil)
    story.declare(account="Acme", level="sev3", summary=evil)
    for message in (*story.messages(number), asked(story), *story.direct("noor")):
        assert "<!channel>" not in message.markup
        assert "<@U01ELI>" not in message.markup
        assert "<https://evil" not in message.markup


def test_a_policy_may_end_a_programme_by_questions_and_without_a_review(gitlab: Story) -> None:
    story = gitlab
    number = accepted(story, level="high")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Queue split.", **CONFIRMED)
    assert "What was the outcome?" in story.find(number, "Resolved by").all_text
    story.press("dana", ids.PRESS_CLOSE, on=story.card(number))
    assert "Were the exit criteria met?" in story.form("dana").all_text
    answers = {"asked-0": "Kept.", "asked-1": "Yes.", "asked-2": "A queue was split."}
    answer = story.submit("dana", **answers, stakeholders="Sam", success_criteria="31 days up")
    assert answer["result"] == "closed"


def test_an_issue_has_exit_criteria_and_its_questions_at_the_end(gitlab: Story) -> None:
    story = gitlab
    number = story.declare(level="high")
    story.menu("ana", "exit", number, words="Exports run for a week")
    assert "the customer hasn't agreed yet" in story.card(number).all_text
    story.menu("ana", "exit", number, customer="Sam of Acme")
    assert "Sam of Acme" in story.card(number).all_text
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Queue split.", **CONFIRMED)
    story.press("dana", ids.PRESS_CLOSE, on=story.card(number))
    assert "Exports run for a week" in story.form("dana").all_text
    assert story.submit("dana", **{"asked-0": "Kept.", "asked-1": " ", "asked-2": "Split."})["result"] == "errors"
    story.submit("dana", **{"asked-0": "Kept.", "asked-1": "Yes, all.", "asked-2": "Split."})
    closure = story.facts(number).closure
    assert closure is not None
    assert "Were the exit criteria met?\nYes, all." in closure.summary
    assert "Yes, all." in story.find(number, "closed by").all_text


def test_an_unreadable_proposal_affects_nothing_else(sqlite_story: Story, defects: list[str]) -> None:
    story = sqlite_story
    broken = propose(story)
    services = story.program.services
    with services.database.transaction() as tx:
        tx.session.execute(text("UPDATE proposal SET messages = '[[1, 2]]'"))
    story.press("maria", ids.PRESS_ACCEPT, on=asked(story))
    assert story.facts(broken).is_proposed
    assert list(broken_rows.found(services.database, services.policies)) == [f"proposal of ESC-{broken}"]
    sound = propose(story, account="Globex")
    assert accept(story)["result"] == "closed"
    assert not story.facts(sound).is_proposed
    defects.clear()
