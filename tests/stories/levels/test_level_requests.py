"""Level requests: anybody may ask for another level, those who may set it answer, and both are posted with names."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.policy.decide.lifecycle import Refused
from bot.services.operator import broken_rows
from bot.views.kit import ids
from tests.support.person import Seen
from tests.support.story import USERS, Story, moment
from tests.support.story import story as told

TWO_MANAGERS = """
extends: sev
name: own
guards: {override: {slots: [], people: [maria@example.com, omar@example.com]}}
"""


@pytest.fixture
def two_managers(database_url: str, folder: Path) -> Iterator[Story]:
    """Yield a story under a policy that lets two people overrule."""
    (folder / "own.yml").write_text(TWO_MANAGERS, encoding="utf-8")
    with told(database_url, folder, policy=str(folder / "own.yml")) as begun:
        yield begun


def ask(story: Story, who: str, number: int, level: str = "sev1", reason: str = "It is their launch day.") -> None:
    """Request a severity behind the card's menu."""
    assert story.menu(who, "level", number, level=level, reason=reason)["result"] == "closed"


def test_who_asks_from_outside_the_channel_reads_that_the_manager_was_asked(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    assert "eli" not in story.members(number)
    story.command("eli", f"level ESC-{number}")
    story.submit("eli", level="sev1", reason="It is their launch day.")
    assert not story.has_form("eli")
    line = story.messages("general", "eli")[-1].text
    assert line.startswith("ESC-1: waiting for <@U01MARIA>. Stays Sev 3 until"), "where it was typed, and once"
    assert story.direct("eli") == []


def request_to(story: Story, who: str) -> Seen:
    """Return the latest request that somebody has got directly."""
    return [message for message in story.direct(who) if "asks for" in message.text or "data of" in message.text][-1]


def press_at_once(story: Story, *presses: tuple[str, str, Seen]) -> None:
    """Press buttons before any message is redrawn: who, which button, where."""
    for who, action_id, message in presses:
        place = {"channel": message.raw["channel"], "ts": message.ts}
        story.control.post("press", user=USERS[who], action_id=action_id, **place)
    story.settle()


def has_buttons(message: Seen) -> bool:
    """Return True if a message can still be answered."""
    return any(block["type"] == "actions" for block in message.raw["blocks"])


def test_anybody_may_ask_for_another_level_and_the_manager_approves_it(any_transport: Story) -> None:
    story = any_transport
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.more("noor", "level", number)
    assert "We'll ask <@U01MARIA>." in story.form("noor").all_text
    assert story.submit("noor", level="sev1", reason="It is their launch day.")["result"] == "closed"
    assert story.facts(number).level == "sev3"
    assert ":raised_hand: <@U01NOOR> asks for *Sev 1*: It is their launch day." in story.last(number).text
    assert "Waiting for <@U01MARIA>: <@U01NOOR> asks for *Sev 1*: It is" in story.card(number).all_text

    story.forward(minutes=30)
    story.press("maria", ids.PRESS_APPROVE_LEVEL, on=request_to(story, "maria"))
    facts = story.facts(number)
    assert (facts.level, facts.level_requests) == ("sev1", ())
    assert facts.override is not None
    assert (facts.override.by, facts.override.reason) == ("U01MARIA", "It is their launch day.")
    assert "<@U01MARIA> approved <@U01NOOR>'s request: Sev 3 → *Sev 1*" in story.last(number).text
    # The clocks follow the ruling on a change of level, and the card says so.
    assert facts.response.counted_from == moment("Fri 2026-03-06 10:30")
    card = story.card(number).all_text
    assert "*Why Sev 1:* Sev 3 → Sev 1, set by <@U01MARIA>: It is their launch day." in card
    assert "The time to acknowledge starts there" in card
    assert len(story.pages("dana")) == 1
    assert "maria" in story.members(number)
    assert ":white_check_mark: Approved by <@U01MARIA>" in request_to(story, "maria").all_text
    assert not has_buttons(request_to(story, "maria"))


def test_declining_takes_a_reason_and_leaves_everything_as_it_is(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    ask(story, "eli", number)
    due_at = story.facts(number).customer_update_due_at
    story.press("maria", ids.PRESS_DECLINE_LEVEL, on=request_to(story, "maria"))
    assert "<@U01ELI> asks for *Sev 1* for Acme." in story.form("maria").all_text
    assert story.submit("maria", reason="There is a workaround.")["result"] == "closed"
    facts = story.facts(number)
    assert (facts.level, facts.override, facts.level_requests, facts.customer_update_due_at) == (
        "sev3",
        None,
        (),
        due_at,
    )
    declined = "<@U01MARIA> declined <@U01ELI>'s request for Sev 1: There is a workaround."
    assert declined in story.last(number).text
    assert "Waiting for" not in story.card(number).all_text
    assert "Declined by <@U01MARIA>" in request_to(story, "maria").all_text
    # Eli is not in the channel: the answer comes directly.
    assert "<@U01MARIA> declined Sev 1 for Acme" in story.direct("eli")[-1].text


def test_the_one_in_the_channel_gets_no_second_answer(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3")
    ask(story, "noor", number)
    story.press("maria", ids.PRESS_APPROVE_LEVEL, on=request_to(story, "maria"))
    assert "<@U01NOOR>" in story.last(number).text
    assert not any("approved Sev" in message.text for message in story.direct("noor"))


def test_what_is_asked_for_already_is_not_asked_again(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    ask(story, "noor", number)
    answer = story.menu("ana", "level", number, level="sev1", reason="Me too.")
    assert answer["errors"] == {"level": "Sev 1 is already requested and waits for the manager."}
    story.close_form("ana")
    ask(story, "ana", number, level="sev2")
    assert len(story.facts(number).level_requests) == 2
    answer = story.menu("noor", "level", number, level="sev3", reason="No.")
    assert answer["errors"] == {"level": "It's already at that severity."}


def test_a_button_pressed_twice_answers_plainly(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    ask(story, "noor", number)
    request = request_to(story, "maria")
    press = ("maria", ids.PRESS_APPROVE_LEVEL, request)
    press_at_once(story, press, press, ("maria", ids.PRESS_DECLINE_LEVEL, request))
    assert "<@U01MARIA> already answered this." in story.direct("maria")[-1].text
    assert sum("'s request: " in said for said in story.said(number)) == 1
    assert "already answered this" in story.form("maria").all_text


def test_of_two_managers_the_first_one_answers(two_managers: Story) -> None:
    story = two_managers
    number = story.declare(account="Acme", level="sev3")
    ask(story, "noor", number)
    first, second = request_to(story, "maria"), request_to(story, "omar")
    press_at_once(story, ("omar", ids.PRESS_APPROVE_LEVEL, second), ("maria", ids.PRESS_APPROVE_LEVEL, first))
    assert story.facts(number).level == "sev1"
    assert "Approved by <@U01OMAR>" in request_to(story, "maria").all_text
    assert "<@U01OMAR> already answered this." in story.direct("maria")[-1].text


def test_a_request_is_overtaken_when_the_level_changes_otherwise(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    ask(story, "noor", number)
    story.program.services.overrides.change_level(number, "sev2", by="U01MARIA", reason="Half way.")
    press_at_once(story, ("maria", ids.PRESS_APPROVE_LEVEL, request_to(story, "maria")))
    assert "this is settled" in story.direct("maria")[-1].text
    assert "No answer needed: this is settled." in request_to(story, "maria").all_text
    assert (story.facts(number).level, story.facts(number).level_requests) == ("sev2", ())


def test_a_request_ends_with_the_escalation(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    ask(story, "noor", number)
    story.menu("noor", "withdraw", number, why="mistake", reason="Our own test.")
    assert "No answer needed" in request_to(story, "maria").all_text
    said = len(story.said(number))
    story.forward(hours=5)
    assert len(story.said(number)) == said


def test_only_people_the_policy_lets_overrule_may_answer(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    ask(story, "noor", number)
    request = story.facts(number).level_requests[0]
    services = story.program.services
    with pytest.raises(Refused, match="not admitted"):
        services.level_requests.approve(number, request.id, by="U01NOOR")
    with pytest.raises(Refused, match="not admitted"):
        services.level_requests.decline(number, request.id, by="U01ELI", reason="No.")


@pytest.mark.parametrize(
    ("level", "before", "at"),
    [
        ("sev1", "Fri 2026-03-06 10:59", "Fri 2026-03-06 11:00"),
        ("sev4", "Mon 2026-03-09 09:59", "Mon 2026-03-09 10:00"),
    ],
)
def test_an_unanswered_request_is_reminded_of_once(story: Story, level: str, before: str, at: str) -> None:
    # A heavier level is asked for again after an hour, a lighter one after a business day.
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    ask(story, "noor", number, level=level)
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=story.card(number))
    story.skip_to(before)
    assert not any(":hourglass: Reminded" in said for said in story.said(number))
    story.forward_to(at)
    waits = [said for said in story.said(number) if ":hourglass: Reminded" in said]
    assert len(waits) == 1
    assert "<@U01NOOR> asks for" in waits[0]
    assert "Still waiting for your answer" in request_to(story, "maria").text
    story.skip(days=2)
    assert sum(":hourglass: Reminded" in said for said in story.said(number)) == 1
    # Both messages can be answered, and both lose their buttons.
    story.press("maria", ids.PRESS_APPROVE_LEVEL, on=request_to(story, "maria"))
    asked = [message for message in story.direct("maria") if "asks for" in message.text]
    assert [has_buttons(message) for message in asked] == [False, False]


def test_words_in_a_reason_ping_nobody(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    ask(story, "noor", number, reason="<!channel> now <@U01OMAR>")
    for place in (story.last(number), story.card(number), request_to(story, "maria")):
        assert "<!channel>" not in place.all_text
        assert "<@U01OMAR>" not in place.all_text


def test_a_confidential_one_is_not_found_by_people_who_may_not_see_it(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", category="security_privacy")
    assert f"There is no ESC-{number}." in str(story.command("eli", f"level ESC-{number}")["ack"])


@pytest.mark.parametrize(("column", "value"), [("messages", '[["C1"]]'), ("asked_at", "0001-01-01 00:00:00")])
def test_an_unreadable_request_affects_nothing_else(
    sqlite_story: Story, defects: list[str], column: str, value: str
) -> None:
    story = sqlite_story
    broken = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    ask(story, "noor", broken)
    message = request_to(story, "maria")
    services = story.program.services
    with services.database.transaction() as tx:
        tx.session.execute(text(f"UPDATE level_request SET {column} = :value"), {"value": value})  # noqa: S608 - our own words
    story.press("maria", ids.PRESS_APPROVE_LEVEL, on=message)
    assert story.facts(broken).level == "sev3"
    assert f"ESC-{broken} can't be read. Ask an admin" in "".join(each.all_text for each in story.direct("maria"))
    (place,) = broken_rows.found(services.database, services.policies)
    assert place == f"level_request 1 of ESC-{broken}"
    sound = story.declare(account="Globex", level="sev3")
    ask(story, "noor", sound)
    story.press("maria", ids.PRESS_APPROVE_LEVEL, on=request_to(story, "maria"))
    assert story.facts(sound).level == "sev1"
    defects.clear()
