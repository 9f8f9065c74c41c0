"""`/escalate account acme`: "escalated" is a state of the customer, and this is its page (S0)."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.models.account import Account
from bot.policy.decide.customer_state import Spell, escalated_since
from bot.views.kit import ids
from tests.stories.programmes.proposing import propose
from tests.support.every_form import CONFIRMED
from tests.support.statements import watched
from tests.support.story import Story


def page(story: Story, who: str, words: str) -> str:
    return str(story.command(who, f"account {words}")["ack"])


@pytest.mark.both_databases
def test_the_page_says_since_when_and_why_who_and_what_was_said_last(story: Story) -> None:
    before = page(story, "omar", "acme")
    assert "*Not escalated.*" in before
    assert "Nothing is open" not in before
    number = story.declare("noor", account="Acme", level="sev2", summary="Exports are slow", at="Mon 2026-03-02 10:00")
    story.act("ana", ids.PRESS_UPDATE, number, known="The index is rebuilt.", customer_text="We rebuild an index.")
    story.skip_to("Wed 2026-03-04 10:00")
    story.declare("noor", account="Acme", level="sev3", summary="Wrong totals")
    said = page(story, "omar", "acme")
    assert "*Escalated* since <!date^1772" in said
    assert "2 Mar 2026" in said
    assert "Exports are slow\\nSev 2'" in said, "of what is most urgent, which no rule raised"
    assert f"ESC-{number}" in said
    assert "Wrong totals" not in said or "ESC-2" in said
    assert "*Last word* · ESC-1 · <@U01ANA>" in said
    assert "We rebuild an index." in said
    assert "*Escalated*\\n2 times in 30 days" in said
    assert "<@U01DANA>, <@U01ANA>" in said
    assert "31 Mar 2027" in said, "the renewal"
    assert "Umbrella" not in said


def test_a_proposal_that_nobody_has_accepted_is_no_reason(sqlite_story: Story) -> None:
    sqlite_story.declare("noor", account="Acme", level="sev4", summary="Exports are slow")
    propose(sqlite_story, summary="Acme may leave")
    said = page(sqlite_story, "omar", "acme")
    assert "Proposed" in said
    assert "Exports are slow\\nSev " in said
    assert "Acme may leave\\nSev " not in said


@pytest.mark.both_databases
def test_the_past_is_paged_and_promises_and_ratings_are_counted(story: Story) -> None:
    story.clock.at = datetime(2026, 3, 2, 15, tzinfo=UTC)
    for place in range(7):
        number = story.declare("noor", account="Acme", level="sev3", summary=f"Problem {place}")
        story.command("noor", f"withdraw ESC-{number}")
        story.submit("noor", why="mistake", reason="Nothing is broken.")
    said = page(story, "omar", "acme")
    assert "*Past escalations* · 1-5 of 7" in said
    assert "Problem 6" in said
    assert "Problem 1" not in said
    assert "in 30 days" not in said, "a withdrawn one is no escalation"
    seen = next(each for each in story.messages("general", "omar") if "Past escalations" in str(each.raw))
    story.press("omar", ids.PRESS_ACCOUNT_OLDER, on=seen)
    (again,) = [each for each in story.messages("general", "omar") if "Past escalations" in str(each.raw)]
    assert "*Past escalations* · 6-7 of 7" in str(again.raw)
    assert "Problem 0" in str(again.raw)
    story.press("omar", ids.PRESS_ACCOUNT_NEWER, on=again)
    (first,) = [each for each in story.messages("general", "omar") if "Past escalations" in str(each.raw)]
    assert "1-5 of 7" in str(first.raw)


@pytest.mark.both_databases
def test_what_is_rated_is_counted_once_it_is_closed(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev4", at="Mon 2026-03-02 10:00")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **CONFIRMED)
    assert "*Escalated* since" in page(story, "omar", "acme"), "resolved isn't over"


def test_a_button_of_the_page_does_the_next_step_and_redraws_the_page(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3", at="Mon 2026-03-02 10:00")
    story.command("dana", "account acme")
    seen = next(each for each in story.messages("general", "dana") if "Acme: 1 open" in each.text)
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=seen)
    assert story.facts(number).acknowledged_by == "U01DANA"
    (again,) = [each for each in story.messages("general", "dana") if "Acme: 1 open" in each.text]
    assert ids.PRESS_ACKNOWLEDGE not in again.buttons


def test_a_confidential_escalation_is_on_the_page_of_its_people_only(story: Story) -> None:
    story.declare("noor", account="Acme", level="sev3", summary="A leak", confidential=["confidential"])
    theirs, others = page(story, "noor", "acme"), page(story, "eli", "acme")
    assert "*Escalated* since" in theirs
    assert "*Not escalated.*" in others
    assert "ESC-1" not in others
    assert "in 30 days" not in others
    story.declare("noor", account="Nobody's own", level="sev3", confidential=["confidential"])
    assert "*Escalated* since" in page(story, "noor", "nobody's own")
    assert "Nobody's own" not in str(story.command("eli", "account nobody's own")["ack"]).split("matches")[0]


def test_words_find_the_page_by_number_channel_and_order(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3")
    assert "*Escalated* since" in page(story, "omar", f"ESC-{number}")
    assert "*Escalated* since" in str(story.command("omar", "acme account")["ack"])
    channel = str(story.facts(number).channel_name)
    assert "*Escalated* since" in str(story.command("dana", "account", channel=channel)["ack"])
    assert "Which account?" in page(story, "omar", "")
    assert "No escalation or account matches" in page(story, "omar", "zzz")
    assert "There is no ESC-99" in page(story, "omar", "ESC-99")


def test_the_list_of_a_customer_leads_to_the_page(story: Story) -> None:
    number = story.declare("noor", account="Acme", level="sev3", summary="Exports are slow")
    story.command("dana", "list acme")
    seen = next(each for each in story.messages("general", "dana") if "1 open escalation: acme" in each.text)
    story.press("dana", ids.PRESS_ACCOUNT, on=seen)
    shown = str(story.form("dana"))
    assert "*Escalated* since" in shown
    assert f"ESC-{number}" in shown
    assert ids.PRESS_ACKNOWLEDGE not in shown, "a form wouldn't follow"


@pytest.mark.both_databases
def test_the_page_costs_the_same_however_much_is_on_record(story: Story) -> None:
    def statements() -> int:
        with story.program.services.database.reading() as tx:
            account = tx.session.scalars(select(Account.id).where(Account.name == "Acme")).one()
        with watched(story.program.services.database.engine) as found:
            story.program.services.account_pages.page(account, viewer="U01OMAR")
        return found.count

    story.declare("noor", account="Acme", level="sev3", at="Mon 2026-03-02 10:00")
    page(story, "omar", "acme")
    one = statements()
    for place in range(6):
        story.declare("noor", account="Acme", level="sev3", summary=f"Problem {place}")
    assert statements() == one


def test_the_stretch_of_being_escalated_has_no_gap() -> None:
    def day(number: int) -> datetime:
        return datetime(2026, 3, number, tzinfo=UTC)

    assert escalated_since([]) is None
    assert escalated_since([Spell(day(1), day(2))]) is None
    assert escalated_since([Spell(day(5), None), Spell(day(3), None)]) == day(3)
    overlapping = [Spell(day(9), None), Spell(day(6), day(10)), Spell(day(2), day(7)), Spell(day(1), day(1))]
    assert escalated_since(overlapping) == day(2)
