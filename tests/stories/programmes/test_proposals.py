"""Proposals of account programmes: made by anybody, answered by a manager, or accepted when nobody answers in time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.database import homes
from bot.database.transaction import Transaction
from bot.policy.model.facts import HealthState
from bot.policy.record.escalation import Status
from bot.services.declaring import on_record
from bot.services.declaring.on_record import OnRecord
from bot.views.kit import ids
from tests.stories.programmes.proposing import accept, accepted, asked, propose
from tests.support.story import DIRECTORY, USERS, Story, moment
from tests.support.story import story as told

TWO_MANAGERS = """
extends: sev
name: own
guards: {accept: {slots: [], people: [eli@example.com, omar@example.com]}}
"""


@pytest.fixture
def two_managers(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story under a policy that lets two people accept programmes."""
    (folder / "own.yml").write_text(TWO_MANAGERS, encoding="utf-8")
    people = (
        "people:\n  - {email: eli@example.com, slack_id: U01ELI}\n  - {email: omar@example.com, slack_id: U01OMAR}\n"
    )
    directory = DIRECTORY.replace("people:\n", people, 1)
    with told(database_url, folder, policy=str(folder / "own.yml"), directory=directory) as begun:
        yield begun


def press_on_home(story: Story, who: str, *, again: bool = False) -> None:
    """Press the button of the proposal on somebody's Home tab, which is not opened for it `again`."""
    if not again:
        story.home(who)
    blocks = story.control.get("home", user=USERS[who])["view"]["blocks"]
    block_id = [block["block_id"] for block in blocks if "Accept or decline" in str(block)][-1]
    story.control.post("press", user=USERS[who], surface="home", action_id=ids.PRESS_ANSWER, block_id=block_id)
    story.settle()


def test_anybody_proposes_and_the_manager_is_asked(any_transport: Story) -> None:
    story = any_transport
    number = propose(story)
    facts = story.facts(number)
    assert facts.is_proposed
    assert facts.health is HealthState.RED
    assert facts.channel_id is None
    assert facts.response.spans[0].started_at == facts.declared_at
    assert facts.accept_at == moment("Mon 2026-03-09 10:00")
    question = asked(story)
    assert "<@U01NOOR> proposes an account programme for Acme (ESC-1)" in question.text.replace("*", "")
    for words in ("asked for by Sales", "Multiple issues with a single product", "RED", "No outage for a month"):
        assert words in question.all_text
    assert question.buttons == [ids.PRESS_ACCEPT, ids.PRESS_DECLINE]
    accept(story, reason="High time.")
    said = story.find(number, "'s account programme").text
    assert "<@U01MARIA> accepted <@U01NOOR>'s account programme for Acme: High time." in said


def test_a_proposal_that_the_account_raises_says_why(sqlite_story: Story) -> None:
    story = sqlite_story
    number = propose(story, account="Globex", level="sev2")
    assert story.facts(number).level == "sev1"
    assert "Severity: Sev 1. " in asked(story).all_text.replace("*", "")
    assert "strategic" in asked(story).all_text
    propose(story, level="sev3")
    assert "strategic" not in asked(story).all_text


def test_the_form_says_what_happens_next(story: Story) -> None:
    story.command("noor", "programme acme")
    story.press_in_form("noor", ids.MORE_PROPOSAL)
    form = story.form("noor")
    assert "after 1 business day" in form.all_text
    assert "clearly achievable goal" in form.all_text
    assert form.question("account")["element"]["initial_option"]["text"]["text"] == "Acme"
    story.submit("noor", summary="Outages", criteria=["1"], source="0", level="sev2", health="yellow")
    assert not story.has_form("noor")
    said = story.messages("general", "noor")[-1].text
    assert said.startswith("ESC-1 is proposed for Acme. We asked <@U01MARIA> to accept or decline.")
    assert "Without an answer it's accepted <!date^" in said
    assert not any("ESC-1" in message.text for message in story.messages("general", "eli"))


def test_acceptance_opens_the_channel_and_takes_the_buttons_away(story: Story) -> None:
    number = accepted(story)
    facts = story.facts(number)
    assert facts.has_begun
    assert story.members(number) == {"noor", "dana", "ana", "maria"}
    assert asked(story).buttons == []
    assert "Accepted by <@U01MARIA>" in asked(story).all_text
    told = story.direct("noor")[-1]
    assert "<@U01MARIA> accepted your programme for Acme (ESC-1)" in told.text
    card = story.card(number)
    for words in ("RED account programme", "No outage for a month", "New deal or renewal at stake", "Sales"):
        assert words in card.all_text
    assert "Open issues of Acme:* none" in card.all_text
    assert "RED" in story.channel(number)["topic"]


def test_before_it_is_accepted_nobody_is_reminded_and_nothing_else_can_be_done(story: Story) -> None:
    number = propose(story, level="sev1")
    story.forward(hours=8)
    assert story.direct("dana") == []
    assert story.pages("maria") == []
    for verb in ("update", "ack", "resolve", "level"):
        story.command("dana", f"{verb} ESC-{number}")
    assert "It's a proposal. Work begins when it's accepted" in story.form("dana").all_text
    accept(story)
    # It promises updates only: nobody is paged to acknowledge it, and no clock of the severity runs.
    card = story.card(number)
    assert ids.PRESS_ACKNOWLEDGE not in card.buttons
    for absent in ("Acknowledge by", "Resolve by", "wasn't acknowledged"):
        assert not any(absent in message.all_text for message in story.messages(number))
    facts = story.facts(number)
    assert (facts.response.terms, facts.resolution.terms) == (None, None)
    assert story.pages("dana") == []


def test_an_unanswered_proposal_is_accepted_automatically(story: Story) -> None:
    number = propose(story)
    story.press("maria", ids.PRESS_DECLINE, on=asked(story))
    story.forward_to("Mon 2026-03-09 09:59")
    assert story.facts(number).is_proposed
    story.forward(minutes=1)
    facts = story.facts(number)
    assert facts.has_begun
    assert facts.answered_at == story.clock.at
    assert "so we accepted it" in story.find(number, "is in an account programme now").text
    assert "because no one answered in time" in asked(story).all_text
    # The manager's form was still open.
    story.submit("maria", reason="Too late.")
    assert "Already accepted automatically, because no one answered in time" in story.form("maria").all_text
    assert story.facts(number).has_begun


def test_a_programme_that_rises_to_the_heaviest_severity_wakes_nobody(story: Story) -> None:
    number = accepted(story)
    story.command("maria", f"level ESC-{number}")
    story.submit("maria", level="sev1", reason="The board asks.")
    facts = story.facts(number)
    assert facts.level == "sev1"
    assert not any("clocks" in message.all_text for message in story.messages(number))
    assert (facts.response.terms, facts.resolution.terms) == (None, None)
    assert story.pages("dana") == []


def test_a_declined_proposal_ends_with_its_reason_and_counts_in_no_sla(story: Story) -> None:
    number = propose(story)
    story.press("maria", ids.PRESS_DECLINE, on=asked(story))
    assert "reason" in story.submit("maria")["errors"]
    story.submit("maria", reason="One issue, not a programme.")
    facts = story.facts(number)
    assert facts.status is Status.CLOSED
    assert facts.withdrawal is not None
    assert all(span.stopped_at for span in (*facts.response.spans, *facts.resolution.spans))
    assert facts.channel_id is None
    assert "Declined by <@U01MARIA>" in asked(story).all_text
    assert asked(story).buttons == []
    told = story.direct("noor")[-1]
    assert "<@U01MARIA> declined your programme" in told.text
    assert "One issue, not a programme." in told.all_text
    assert "No open escalations" in str(story.command("noor", "list"))
    assert "Declined" in str(story.command("noor", f"status ESC-{number}"))
    pages = len(story.pages("maria"))
    story.forward(days=5)
    assert len(story.pages("maria")) == pages


def test_a_declined_proposal_that_is_reopened_needs_a_new_answer(story: Story) -> None:
    number = propose(story)
    story.press("maria", ids.PRESS_DECLINE, on=asked(story))
    story.submit("maria", reason="Not yet.")
    story.forward_to("Wed 2026-03-11 15:00")
    story.command("noor", f"reopen ESC-{number}")
    assert story.submit("noor", reason="A fourth outage.")["result"] == "closed"
    facts = story.facts(number)
    assert facts.is_proposed
    assert facts.accept_at == moment("Thu 2026-03-12 15:00")
    assert asked(story).buttons == [ids.PRESS_ACCEPT, ids.PRESS_DECLINE]
    accept(story)
    assert story.facts(number).has_begun


def test_a_withdrawn_proposal_can_no_longer_be_answered(story: Story) -> None:
    number = propose(story)
    story.press("maria", ids.PRESS_ACCEPT, on=asked(story))
    story.command("noor", f"withdraw ESC-{number}")
    assert story.submit("noor", why="mistake", reason="Wrong account.")["result"] == "closed"
    assert asked(story).buttons == []
    assert "Withdrawn. No answer needed" in asked(story).all_text
    story.submit("maria")
    assert "It can't be accepted or declined now" in story.form("maria").all_text


def test_only_a_manager_may_answer_and_only_once(story: Story) -> None:
    number = propose(story)
    home = story.home("dana")
    assert f"ESC-{number}" in home
    assert "Accept or decline" not in home
    press_on_home(story, "maria")
    assert "answer" in story.form("maria").inputs
    assert story.submit("maria", answer="accept")["result"] == "closed"
    assert "Accept or decline" not in story.home("maria")


def test_a_proposal_on_a_home_tab_opened_hours_ago_says_that_it_was_answered(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = propose(story)
    monkeypatch.setattr(homes, "WATCHED", timedelta(0))
    press_on_home(story, "maria")
    story.submit("maria", answer="accept")
    press_on_home(story, "maria", again=True)
    assert "Already accepted by <@U01MARIA>" in story.form("maria").all_text
    assert sum("'s account programme" in said.text for said in story.messages(number)) == 1
    assert "Accept or decline" not in story.home("maria")


def test_a_manager_who_proposes_one_has_accepted_it_also_by_judgement_alone(story: Story) -> None:
    story.command("noor", "programme")
    given = {"account": "Acme", "summary": "A feeling", "source": "4", "level": "sev3", "health": "yellow"}
    assert "Choose at least one" in story.submit("noor", **given)["errors"]["criteria"]
    number = propose(story, "maria", criteria=None)
    assert story.facts(number).has_begun
    said = [message.text for message in story.messages(number)]
    assert "<@U01MARIA> opened an account programme for Acme." in " ".join(said)
    assert "The manager's judgement" in story.card(number).all_text
    assert story.direct("maria") == []


def test_an_account_has_one_programme(story: Story) -> None:
    propose(story)
    story.command("eli", "programme acme")
    given = {"summary": "Again", "criteria": ["1"], "source": "4", "level": "sev3", "health": "yellow"}
    assert "has been proposed for a programme already: ESC-1" in story.submit("eli", **given)["errors"]["account"]
    accept(story)
    assert "is in a programme already: ESC-1" in story.submit("eli", **given)["errors"]["account"]
    assert story.submit("eli", **{**given, "account": "Globex"})["result"] == "closed"


def test_the_second_of_two_managers_sees_what_the_first_answered(two_managers: Story) -> None:
    story = two_managers
    number = propose(story)
    story.press("omar", ids.PRESS_DECLINE, on=asked(story, "omar"))
    accept(story, "eli")
    story.submit("omar", reason="Too early.")
    assert "Already accepted by <@U01ELI>" in story.form("omar").all_text
    assert story.facts(number).has_begun
    assert [asked(story, who).buttons for who in ("eli", "omar")] == [[], []]
    assert "eli" in story.members(number)


def test_a_form_that_arrives_twice_at_the_same_moment_proposes_once(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    look = on_record.read

    def read(tx: Transaction, *, by: str, request: str, account: int | None) -> OnRecord:
        # Each delivery looks before the other is committed.
        looks.append(request)
        found = look(tx, by=by, request=request, account=account)
        return found if len(looks) > 2 else replace(found, declared=None)

    monkeypatch.setattr(on_record, "read", read)
    story.control.post("faults", kind="duplicate", delivery="interactive:view_submission", times=1)
    number = propose(story)
    assert len(set(looks)) == 1
    assert len(looks) == 3
    assert story.facts(number).is_proposed


def test_the_form_asks_what_is_needed_now_and_keeps_what_was_typed_when_the_rest_is_shown(story: Story) -> None:
    story.command("noor", "programme acme")
    asked = story.form("noor").inputs
    assert asked == ["account", "summary", "criteria", "source", "level", "health"]
    story.fill("noor", summary="Three outages in two weeks", criteria=["0", "3"], level="sev3", health="red")
    story.press_in_form("noor", ids.MORE_PROPOSAL)
    assert story.form("noor").inputs == [*asked, "success_criteria", "confidential"]
    assert "More options" not in story.form("noor").all_text
    assert story.submit("noor", source="3")["result"] == "closed"
    facts = story.facts(1)
    assert (facts.summary, facts.level) == ("Three outages in two weeks", "sev3")
