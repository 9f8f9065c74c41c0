"""Guests: Escalate is for the company's own people. Guests and people of other workspaces read and change nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.models.account import Person
from bot.policy.members import MemberType
from bot.policy.record.escalation import Status
from bot.views.kit import ids
from tests.support.story import USERS, WORKSPACE, Story
from tests.support.story import story as told

GUESTS = """
  - {id: U01GUS, name: gus, real_name: Gus Guest, is_restricted: true}
  - {id: U01SOL, name: sol, real_name: Sol Single, is_restricted: true, is_ultra_restricted: true}
  - {id: U01IVY, name: ivy, real_name: Ivy Other, email: omar@example.com, team_id: T09OTHER}
  - {id: U01BEA, name: bea, real_name: Bea New, email: bea@example.com}
channels:"""
VISITORS = {"gus": "U01GUS", "sol": "U01SOL", "ivy": "U01IVY", "bea": "U01BEA"}
SENTENCE = "Escalate is for Sample Corp's own people. Ask someone there to help you with this."
OPEN_TO_ALL = "[U01ANA, U01DANA, U01ELI, U01MARIA, U01OMAR, U01NOOR"
OUTSIDE = ("gus", "sol", "ivy")


@pytest.fixture
def guests(
    database_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Story]:
    """Yield a story in which guests, somebody of another workspace and somebody new are in #general."""
    for name, who in VISITORS.items():
        monkeypatch.setitem(USERS, name, who)
    workspace = WORKSPACE.replace("\nchannels:", GUESTS).replace(
        OPEN_TO_ALL, f"{OPEN_TO_ALL}, {', '.join(VISITORS.values())}"
    )
    transport = getattr(request, "param", "socket")
    with told(database_url, folder, workspace=workspace, strangers=True, transport=transport) as begun:
        begun.meet(USERS[name] for name in ("noor", "dana", "ana", "maria"))
        begun.settle()
        yield begun


def heard(story: Story, who: str, place: str = "C01GENERAL") -> str:
    """Return everything that somebody reads in a place and directly."""
    here = story.messages(place, who)
    return "\n".join(message.all_text for message in [*here, *story.direct(who)])


def person(story: Story, slack_id: str) -> Person:
    """Return what the bot knows of somebody."""
    with story.program.services.database.transaction() as tx:
        return tx.session.scalars(select(Person).where(Person.slack_id == slack_id)).one()


@pytest.mark.parametrize("who", OUTSIDE)
@pytest.mark.parametrize("guests", ["socket", "http"], indirect=True)
def test_a_non_member_reads_one_kind_sentence(guests: Story, who: str) -> None:
    """No list, no status, no names of customers, no form; the first time as well as afterwards."""
    story = guests
    number = story.declare("noor", account="Acme", summary="Exports are down")
    for text in (
        "list",
        f"status ESC-{number}",
        "status Acme",
        "policy",
        "help",
        "Acme it is down",
        f"ack ESC-{number}",
    ):
        before = heard(story, who)
        answer = str(story.command(who, text))
        new = heard(story, who)[len(before) :]
        assert SENTENCE in answer + new, text
        assert not story.has_form(who), text
        assert "Exports are down" not in answer + new
        assert "Acme" not in answer + new
    assert not story.facts(number).is_acknowledged
    story.shortcut(who, "declare")
    assert not story.has_form(who)
    assert "Acme" not in story.home(who)
    assert SENTENCE in story.home(who)


@pytest.mark.parametrize("who", OUTSIDE)
def test_a_non_members_press_does_nothing_in_the_channel_either(guests: Story, who: str) -> None:
    """Brought in by hand, they still acknowledge nothing, update nothing and end nothing."""
    story = guests
    number = story.declare("noor")
    story.by_hand("invite", "noor", channel=story.facts(number).channel_id, users=[USERS[who]])
    for button in (ids.PRESS_ACKNOWLEDGE, ids.PRESS_UPDATE, ids.PRESS_RESOLVE, ids.PICK_MORE):
        story.press(who, button, on=story.card(number))
        assert not story.has_form(who), button
    facts = story.facts(number)
    assert (facts.status, facts.is_acknowledged) == (Status.OPEN, False)
    assert SENTENCE in heard(story, who, str(facts.channel_id))


@pytest.mark.parametrize("guests", ["socket", "http"], indirect=True)
def test_somebody_new_is_let_in_at_their_first_word(guests: Story) -> None:
    """Slack is asked after the acknowledgement, once, and what they asked for happens then."""
    story = guests
    number = story.declare("noor", summary="Exports are down")
    story.command("bea", "list")
    assert "Sev 1 · Acme" in heard(story, "bea")
    assert len([call for call in story.calls("users.info") if call["arguments"].get("user") == "U01BEA"]) == 1
    answer = story.command("bea", f"ack ESC-{number}")
    assert "You acknowledged" in str(answer) + heard(story, "bea")
    assert story.facts(number).acknowledged_by == "U01BEA"


def test_somebody_new_opens_the_form_and_declares(guests: Story) -> None:
    """The first command opens the form, the first press on a card does too."""
    story = guests
    number = story.declare("bea", account="Globex", summary="Nothing loads")
    assert story.facts(number).declared_by == "U01BEA"


def test_somebody_new_presses_a_button_first(guests: Story) -> None:
    """A button is pressed once, by anyone."""
    story = guests
    number = story.declare("noor")
    story.by_hand("join", "bea", channel=story.facts(number).channel_id)
    story.press("bea", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    assert story.facts(number).acknowledged_by == "U01BEA"


def test_while_slack_does_not_answer_unknown_people_are_refused_with_a_reason(guests: Story) -> None:
    """The bot asks Slack about unknown people; without an answer it lets nobody in."""
    story = guests
    story.declare("noor", summary="Exports are down")
    story.control.post("faults", kind="error", method="users.info", error="internal_error", times=1)
    answer = str(story.command("bea", "list")) + heard(story, "bea")
    assert "Acme" not in answer
    assert "Slack didn't tell us who you are. Try again in a moment." in answer
    story.command("bea", "list")
    assert "Sev 1 · Acme" in heard(story, "bea")


def test_an_address_makes_nobody_somebody(guests: Story) -> None:
    """Ivy's own company gives her Omar's address: she does not become Omar, and Omar stays who he is."""
    story = guests
    with story.program.services.database.transaction() as tx:
        assert story.program.services.people.resolved(tx, "omar@example.com") == "U01OMAR"
    story.command("ivy", "list")
    assert person(story, "U01IVY").member_type is MemberType.OUTSIDER
    assert person(story, "U01IVY").email is None
    assert person(story, "U01OMAR").email == "omar@example.com"
    story.forward(days=3)
    with story.program.services.database.transaction() as tx:
        assert story.program.services.people.resolved(tx, "omar@example.com") == "U01OMAR"
        assert story.program.services.people.identities(tx, "U01IVY") == {"U01IVY"}


@pytest.mark.both_databases
def test_a_member_who_becomes_a_guest_is_out_at_once_and_their_home_is_empty(guests: Story) -> None:
    """An administrator makes Dana a guest while the list is on her Home tab."""
    story = guests
    number = story.declare("noor", summary="Exports are down")
    assert "Exports are down" in story.home("dana")
    story.by_hand("member", "dana", is_restricted=True)
    assert "Exports are down" not in str(story.control.get("home", user="U01DANA"))
    answer = str(story.command("dana", f"ack ESC-{number}"))
    assert SENTENCE in answer
    assert not story.facts(number).is_acknowledged
    story.by_hand("member", "dana", is_restricted=False)
    story.command("dana", f"ack ESC-{number}")
    assert story.facts(number).is_acknowledged


def test_what_an_event_says_of_others_costs_nothing(guests: Story) -> None:
    """People change their status all day: Slack is asked only about people on escalations whose profile changed."""
    story = guests
    asked = len(story.calls("users.info"))
    story.by_hand("member", "eli", display_name="eli :palm_tree:")
    story.by_hand("member", "bea", real_name="Bea Newer")
    story.by_hand("member", "noor")
    assert len(story.calls("users.info")) - asked == 1
    assert person(story, "U01ELI").name == "eli :palm_tree:"


def test_whoever_a_form_names_and_is_not_ours_is_refused_in_the_form_and_asked_about_once(guests: Story) -> None:
    story = guests
    number = story.declare("noor", level="sev3")
    story.act("dana", ids.PRESS_MITIGATE, number, note="Rolled back.")
    said = {"what": "Alert on errors", "due": "2026-03-11"}
    for who in ("gus", "ivy"):
        before = len(story.calls("users.info"))
        refused = story.menu("dana", "followups", number, owner=VISITORS[who], **said)
        assert refused["errors"] == {"owner": "They can't act on an escalation. Choose a colleague."}
        assert story.submit("dana", owner=VISITORS[who], **said)["errors"]
        assert len(story.calls("users.info")) == before + 1
        story.close_form("dana")
    assert story.menu("dana", "followups", number, owner=VISITORS["bea"], **said)["result"] == "closed"
    assert "Your follow-up" in story.direct("bea")[-1].text
    assert [one.owner for one in story.facts(number).review.actions] == [VISITORS["bea"]]


def test_a_guest_is_offered_no_customer_and_holds_no_role(guests: Story) -> None:
    """A role is not handed to a guest, and one that the directory gives to a guest goes to the next in line."""
    story = guests
    number = story.declare("noor")
    refused = story.menu("noor", "owners", number, role="fix_owner", person="U01GUS")
    assert refused["errors"] == {"person": "They can't act on an escalation. Choose a colleague."}
    story.close_form("noor")
    story.by_hand("member", "dana", is_restricted=True)
    other = story.declare("noor", account="Initech", summary="Logins fail")
    assert story.facts(other).holder("fix_owner") != "U01DANA"
