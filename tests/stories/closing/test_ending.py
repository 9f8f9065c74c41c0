"""To the end: closing is a contract, and every refusal says what is missing."""

from pathlib import Path

import pytest

from bot.policy.decide.lifecycle import Refused
from bot.policy.record.escalation import Status
from bot.views.kit import ids
from tests.support.story import USERS, Story, moment
from tests.support.story import story as told

CONFIRMED = {"confirmed_by": "Jo at Acme", "confirmed_how": "call"}
REVIEWED = {
    "review_url": "https://wiki.example/review-1",
    "action": "Test exports before each deploy",
    "action_owner": "U01ELI",
    "action_due": "2026-03-20",
    "cause": "Untested deploy",
}


def test_a_light_escalation_needs_only_the_customers_word(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    answer = story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.")
    assert answer["errors"].keys() == {"confirmed_by", "confirmed_how"}
    assert story.submit("dana", **CONFIRMED)["result"] == "closed"
    facts = story.facts(number)
    assert facts.status is Status.RESOLVED
    assert facts.mitigated_at == facts.resolved_at
    assert facts.acknowledged_by == "U01DANA"
    assert story.act("dana", ids.PRESS_CLOSE, number, summary="Restarted; all is well.")["result"] == "closed"
    assert "ESC-1 closed by <@U01DANA>" in story.last(number).text


def test_who_confirmed_without_how_is_asked_for(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    answer = story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", confirmed_by="Jo")
    assert answer["errors"].keys() == {"confirmed_how"}


def test_resolving_a_sev_1_asks_for_everything_at_once_and_fills_in_what_it_knows(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_RESOLVE, on=story.card(number))
    blocks = {block["block_id"]: block for block in story.form("dana").raw["blocks"] if block["type"] == "input"}
    assert [name for name, block in blocks.items() if block.get("optional")] == ["cause", "evidence", "review_url"]
    assert blocks["action_owner"]["element"]["initial_user"] == USERS["dana"]
    assert blocks["action_due"]["element"]["initial_date"] == "2026-03-13"
    answer = story.submit("dana", fixed="Rolled back.")
    assert set(answer["errors"]) == {"confirmed_by", "confirmed_how", "action"}
    given = {**CONFIRMED, "review_url": "https://wiki.example/1", "action": "Test exports"}
    assert story.submit("dana", **given)["result"] == "closed"
    [action] = story.facts(number).review.actions
    assert (action.owner, f"{action.due_on}") == (USERS["dana"], "2026-03-13")


def test_the_link_to_the_review_can_follow_until_closing(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.press("dana", ids.PRESS_RESOLVE, on=story.card(number))
    assert "It can follow until 13 Mar 10:00 AM EDT. Only closing needs it." in story.form("dana").all_text
    given = {**CONFIRMED, "action": "Test exports"}
    assert story.submit("dana", fixed="Rolled back.", **given)["result"] == "closed"
    ended = {"summary": "Done.", "finished_on": "2026-03-06", "cause": "Deploy"}
    answer = story.act("dana", ids.PRESS_CLOSE, number, **ended)
    assert answer["errors"] == {"review_url": "Write the review, or add its link."}
    assert story.submit("dana", review_url="https://wiki.example/1")["result"] == "closed"
    assert story.facts(number).review.url == "https://wiki.example/1"


def test_a_dash_says_nothing(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    answer = story.act("dana", ids.PRESS_RESOLVE, number, fixed="...", confirmed_by="-", confirmed_how="call")
    assert answer["errors"] == {"fixed": "Enter what was fixed.", "confirmed_by": "Name who confirmed it."}


def test_a_sev_1_closes_only_with_a_cause_and_a_review_after_its_declaration(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    reviewed = {key: value for key, value in REVIEWED.items() if key != "cause"}
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Rolled back.", **CONFIRMED, **reviewed)
    answer = story.act("dana", ids.PRESS_CLOSE, number, summary="Done.", finished_on="2026-03-05", cause="Deploy")
    assert answer["errors"] == {"finished_on": "That's before this was declared."}
    answer = story.submit("dana", finished_on="2026-03-06")
    assert answer["result"] == "closed", answer
    assert story.facts(number).cause == "Deploy"


def test_a_manager_may_waive_the_customers_word(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    story.more("dana", "waive", number)
    assert "Only <@U01MARIA> can do this." in story.form("dana").all_text
    story.close_form("dana")
    story.menu("maria", "waive", number, reason="They have left for the holidays.")
    assert "<@U01MARIA> waived the customer's confirmation: They have left" in story.last(number).text
    assert story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.")["result"] == "closed"
    assert "The customer's confirmation was waived." in story.last(number).all_text


def test_who_may_waive_is_whom_the_policy_names(database_url: str, folder: Path) -> None:
    """The texts name the people of the guard, not the manager, who is not among them."""
    own = folder / "own.yml"
    own.write_text("extends: sev\nguards: {waive: {slots: [], people: [U01ELI]}}\n", encoding="utf-8")
    with told(database_url, folder, policy=str(own)) as story:
        number = story.declare(account="Acme", level="sev3")
        story.press("dana", ids.PRESS_RESOLVE, on=story.card(number))
        assert "Can't reach the customer? <@U01ELI> can waive this." in story.form("dana").all_text
        story.close_form("dana")
        story.more("maria", "waive", number)
        assert "Only <@U01ELI> can do this." in story.form("maria").all_text
        story.close_form("maria")
        story.menu("eli", "waive", number, reason="They have left for the holidays.")
        assert "<@U01ELI> waived the customer's confirmation" in story.last(number).text


def test_the_review_reminds_five_business_days_after_mitigation(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_MITIGATE, number)
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Rolled back.", **CONFIRMED, **REVIEWED)
    story.forward_to("Fri 2026-03-13 09:59")
    assert not any("review of Acme" in said for said in story.said(number))
    story.forward_to("Fri 2026-03-13 10:00")
    assert "the review of Acme has been overdue since" in story.last(number).text
    story.menu("dana", "review", number, finished_on="2026-03-13")
    assert story.act("dana", ids.PRESS_CLOSE, number, summary="Done.")["result"] == "closed"


def test_the_highest_level_ever_held_decides_about_the_review(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    story.menu("maria", "level", number, level="sev3", reason="There is a workaround.")
    answer = story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    assert set(answer["errors"]) == {"action"}


def test_cadence_and_clocks_stop_at_the_end(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    said = len(story.said(number))
    story.forward(days=10)
    assert len(story.said(number)) == said
    assert story.pages("maria") == []


def test_a_closed_channel_is_archived_after_the_pause_with_its_card_up_to_date(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")
    assert "Closed" in story.card(number).all_text
    story.forward(hours=23)
    assert not story.channel(number)["is_archived"]
    story.forward(hours=1)
    assert story.channel(number)["is_archived"]


def test_reopening_within_the_pause_keeps_the_channel(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")
    story.forward(hours=3)
    story.act("noor", ids.PRESS_REOPEN, number, reason="It is back.")
    story.forward(days=3)
    assert not story.channel(number)["is_archived"]
    assert story.channel(number)["name"] == "esc-acme-2026-03-06"
    facts = story.facts(number)
    assert facts.status is Status.OPEN
    assert facts.confirmation is None
    assert facts.customer_update_due_at == moment("Mon 2026-03-09 13:00")


def test_reopening_an_archived_one_makes_a_successor_and_links_both(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_MITIGATE, number)
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Rolled back.", **CONFIRMED, **REVIEWED)
    story.act("dana", ids.PRESS_CLOSE, number, summary="Done.", finished_on="2026-03-06")
    old = story.facts(number).channel_id
    story.menu("ana", "summary", number)
    story.forward(days=2)
    story.command("noor", f"reopen ESC-{number}")
    pages = len(story.pages("dana"))
    story.submit("noor", reason="It is back.")
    assert story.channel(number)["name"] == "esc-acme-2026-03-06-2"
    assert f"<#{old}>" in story.card(number).all_text
    assert f"Earlier messages: <#{old}>" in story.find(number, "reopened by").all_text
    assert story.members(number) == {"noor", "dana", "ana", "maria"}
    # Reopening at level one pages the fix owner, and the resolution clock continues from where it stopped.
    assert len(story.pages("dana")) == pages + 1
    assert len(story.facts(number).resolution.spans) == 2


def test_what_was_declared_by_mistake_is_withdrawn(story: Story) -> None:
    first = story.declare(account="Acme", level="sev1")
    second = story.declare(account="Acme", level="sev1", summary="The same again")
    answer = story.menu("noor", "withdraw", second, why="duplicate", reason="Declared twice.")
    assert "Choose the one it duplicates" in answer["errors"]["why"]
    answer = story.submit("noor", duplicate_of=str(first))
    assert answer["result"] == "closed"
    facts = story.facts(second)
    assert facts.status is Status.CLOSED
    assert facts.withdrawal is not None
    assert facts.withdrawal.duplicate_of == first
    assert "It is a duplicate of ESC-1." in story.last(second).text
    card = story.card(second).all_text
    assert card.count("Not needed") == 4, "the next update, twice, and two clocks that were never met"
    assert not any(word in card for word in ("Acknowledged in", "Impact stopped in"))
    pages = len(story.pages("dana"))
    story.forward(minutes=6)
    assert len(story.pages("dana")) == pages + 1  # only the first one still rings


def test_either_role_can_be_handed_over_or_taken(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.hand_over("noor", number, role="relationship_owner", person="U01OMAR")
    assert story.facts(number).holder("relationship_owner") == "U01OMAR"
    assert "omar" in story.members(number)
    assert "<@U01OMAR> took over as customer owner from <@U01ANA>." in story.last(number).text
    story.menu("eli", "owners", number, role="fix_owner", person="U01ELI")
    assert story.facts(number).holder("fix_owner") == "U01ELI"
    assert story.facts(number).acknowledged_by == "U01ELI"
    assert "<@U01ELI> took over as fix owner from <@U01DANA>." in story.last(number).text
    pages = len(story.pages("dana"))
    story.forward(minutes=10)
    assert len(story.pages("dana")) == pages


def test_who_accepts_the_fix_answers_the_page(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.menu("noor", "owners", number, role="fix_owner", person="U01ELI")
    assert not story.pages("eli"), "Dana stays the fix owner until Eli accepts, and is paged"
    story.hand_over("noor", number, role="fix_owner", person="U01ELI")
    assert story.facts(number).acknowledged_by == "U01ELI"
    pages = len(story.pages("dana"))
    story.forward(minutes=5)
    assert len(story.pages("dana")) == pages


def test_pressing_twice_does_it_once(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1")
    place = {"channel": story.facts(number).channel_id, "ts": story.card(number).ts}
    for who in ("dana", "eli"):
        story.control.post("press", user=USERS[who], action_id=ids.PRESS_ACKNOWLEDGE, **place)
    story.settle()
    assert story.facts(number).holder("fix_owner") == "U01DANA"
    assert sum("> acknowledged." in said for said in story.said(number)) == 1
    told = story.direct("eli")
    assert [message.text for message in told] == ["<@U01DANA> already acknowledged this."]


def test_what_people_type_never_pings_or_links(story: Story) -> None:
    evil = "<!channel> <@U01MARIA> <https://evil.example|https://bank.example> & *bold*"
    number = story.declare(account="Acme <!here>", level="sev1", summary=evil)
    story.act("ana", ids.PRESS_UPDATE, number, known=evil, customer_text=evil)
    story.act("dana", ids.PRESS_MITIGATE, number, note=evil)
    for message in story.messages(number):
        said = message.markup
        assert "<!channel>" not in said
        assert "<!here>" not in said
        assert "<https://evil" not in said
    lines = [message.all_text for message in story.messages("escalations") if message.raw.get("bot_id")]
    assert all("<!" not in line for line in lines)
    topic = story.channel(number)["topic"]
    assert "<" not in topic
    assert "@" not in topic


def test_only_those_who_answer_for_it_close_it(story: Story) -> None:
    """The policy names who closes: owners and manager. Others learn whom to ask, and are not offered it."""
    number = story.declare("noor", level="sev4")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", confirmed_by="Jo", confirmed_how="call")
    story.press("eli", ids.PRESS_CLOSE, on=story.card(number))
    said = story.form("eli").all_text
    assert "You can't close this. Ask <@U01ANA>, <@U01DANA> or <@U01MARIA>." in said
    story.close_form("eli")
    story.command("noor", "close")
    assert not story.has_form("noor") or f"ESC-{number}" not in str(story.form("noor").raw)
    with pytest.raises(Refused):
        story.program.services.closures.close(number, by="U01ELI", summary="Over.", finished_on=None)
    assert story.act("maria", ids.PRESS_CLOSE, number, summary="All good.")["result"] == "closed"
    assert story.facts(number).status is Status.CLOSED


def test_a_policy_that_names_nobody_lets_everybody_close(database_url: str, folder: Path) -> None:
    """A company that wants it open says so."""
    own = folder / "own.yml"
    own.write_text("extends: sev\nname: own\nguards: {close: {slots: [], people: []}}\n", encoding="utf-8")
    with told(database_url, folder, policy=str(own)) as story:
        number = story.declare("noor", level="sev4")
        story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", confirmed_by="Jo", confirmed_how="call")
        assert story.act("eli", ids.PRESS_CLOSE, number, summary="All good.")["result"] == "closed"


@pytest.mark.parametrize(
    ("hears", "lines"),
    [
        ("[opening, level, closing]", ["declared", "closed"]),
        ("[status]", ["impact stopped", "impact continues, undone by", "resolved"]),
        ("[]", []),
    ],
)
def test_the_feed_gets_the_events_the_policy_names(
    database_url: str, folder: Path, hears: str, lines: list[str]
) -> None:
    """Quiet is what a company calls quiet."""
    own = folder / "own.yml"
    own.write_text(f"extends: sev\nname: own\nfeed: {{hears: {hears}}}\n", encoding="utf-8")
    with told(database_url, folder, policy=str(own), feed_channel="C01GENERAL") as story:
        story.control.post("invite", user="U01ANA", channel="C01GENERAL", users=["U0SANDBOX1"])
        number = story.declare("noor", level="sev4")
        story.act("dana", ids.PRESS_MITIGATE, number, note="")
        story.press("dana", ids.PRESS_UNDO, on=story.find(number, "Impact stopped, noted by"))
        story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", confirmed_by="Jo", confirmed_how="call")
        story.act("dana", ids.PRESS_CLOSE, number, summary="All good.")
        story.forward(minutes=5)
        said = [message.text for message in story.messages("C01GENERAL") if f"ESC-{number}" in message.text]
        assert len(said) == len(lines), said
        for line, word in zip(said, lines, strict=True):
            assert word.casefold() in line.casefold()
