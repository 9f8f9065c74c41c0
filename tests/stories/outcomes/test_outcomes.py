"""After closing: the issue summary goes to the stakeholders, and lessons are noted."""

import re

import pytest

from bot.policy.record.outcomes import SolvedBy
from bot.views.kit import ids
from tests.stories.closing.test_ending import CONFIRMED
from tests.stories.mail.conftest import MailStory, post  # noqa: F401 - a fixture
from tests.stories.programmes.proposing import accepted
from tests.support.person import Seen
from tests.support.story import USERS, Story

REVIEWED = {"review_url": "https://wiki.example/1", "action": "Test exports", "action_owner": USERS["eli"]}


def reminders(story: Story) -> list[Seen]:
    return [one for one in story.direct("maria") if "The issue summary of" in one.text]


def closed(story: Story) -> int:
    number = story.declare(account="Acme", level="sev3", at="Fri 2026-03-06 10:00")
    story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted the export queue.", cause="Full disk", **CONFIRMED)
    story.act("dana", ids.PRESS_CLOSE, number, summary="Exports work again; we watch the disk.")
    return number


def test_the_summary_is_drafted_from_the_record_and_sent_to_channel_and_mail(post: MailStory) -> None:  # noqa: F811
    story = post.story
    number = closed(story)
    story.press("maria", ids.PRESS_SUMMARY, on=story.find(number, "closed by"))
    drafted = next(block for block in story.form("maria").raw["blocks"] if block["block_id"] == "text")
    text = drafted["element"]["initial_value"]
    for part in ("Acme, ESC-1: Exports are down", "What was fixed: Restarted", "Root cause: Full disk", "Closed: "):
        assert part in text
    assert story.submit("maria", to="vp@example.com, nonsense")["errors"].keys() == {"to"}
    assert story.submit("maria", to="vp@example.com; cfo@example.com")["result"] == "closed"
    said = story.find(number, "sent the issue summary")
    assert "Root cause: Full disk" in said.all_text
    for address in ("vp@example.com", "cfo@example.com"):
        mail = post.only(address)
        assert mail.message["Subject"] == "Issue summary: Acme (ESC-1)"
        assert "Root cause: Full disk" in mail.text
    summary = story.facts(number).issue_summary
    assert summary is not None
    assert summary.by == USERS["maria"]


def test_an_address_that_is_refused_is_told_to_who_sent_the_summary(post: MailStory) -> None:  # noqa: F811
    post.server.refusals["vp@example.com"] = "550 no such mailbox"
    number = closed(post.story)
    post.story.menu("maria", "summary", number, to="vp@example.com")
    assert "Couldn't mail vp@example.com" in post.story.direct("maria")[-1].text


@pytest.mark.both_databases
def test_the_manager_of_a_programme_is_reminded_of_its_summary_until_it_is_sent(story: Story) -> None:
    number = accepted(story)
    story.menu("maria", "waive", number, reason="They are away.")
    story.act("maria", ids.PRESS_RESOLVE, number, fixed="Two workers more.", **REVIEWED, action_due="2026-12-01")
    day = f"{story.clock.at:%Y-%m-%d}"
    given = {"stakeholders": "Sam (Sales), on the call", "success_criteria": "No outage for a month"}
    answer = story.act("maria", ids.PRESS_CLOSE, number, summary="It is well.", finished_on=day, **given)
    assert answer["result"] == "closed", answer
    assert ids.PRESS_KEEP_OPEN not in story.find(number, "closed by").buttons, "the channel waits for the summary"
    assert reminders(story) == []
    story.skip(days=5)
    assert len(reminders(story)) == 1
    assert not story.channel(number)["is_archived"]
    story.press("maria", ids.PRESS_SUMMARY, on=reminders(story)[-1])
    assert "Two workers more." in str(story.form("maria").raw)
    story.submit("maria")
    assert reminders(story) == [] or ids.PRESS_SUMMARY not in reminders(story)[-1].buttons
    story.forward(days=2)
    assert story.channel(number)["is_archived"]


def test_the_summary_of_a_heavy_issue_has_an_owner_and_a_date(post: MailStory) -> None:  # noqa: F811
    story = post.story
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    given = {**REVIEWED, "cause": "No limit", **CONFIRMED}
    assert story.act("dana", ids.PRESS_RESOLVE, number, fixed="Restarted.", **given)["result"] == "closed"
    assert story.menu("dana", "review", number, finished_on="2026-03-06")["result"] == "closed"
    assert story.act("dana", ids.PRESS_CLOSE, number, summary="Exports work.")["result"] == "closed"
    said = story.find(number, "closed by")
    assert "<@U01ANA> sends the issue summary by" in said.all_text
    assert "The channel stays until then." in said.all_text
    assert ids.PRESS_KEEP_OPEN not in said.buttons
    story.skip_to("Tue 2026-03-10 12:00")
    [due] = [one for one in story.direct("ana") if "The issue summary of" in one.text]
    assert reminders(story) == [], "the customer owner owes it, not the manager"
    assert not story.channel(number)["is_archived"]
    story.press("ana", ids.PRESS_SUMMARY, on=due)
    assert story.submit("ana", to="vp@example.com")["result"] == "closed"
    assert "Root cause: No limit" in post.only("vp@example.com").text
    assert re.search(r"- Test exports: Eli Brandt, by \d+ Mar 2026", post.only("vp@example.com").text), "no markup"
    assert "Root cause: No limit" in story.find(number, "sent the issue summary").all_text
    assert not any(ids.PRESS_SUMMARY in one.buttons for one in story.direct("ana"))
    story.forward(days=2)
    assert story.channel(number)["is_archived"]


@pytest.mark.both_databases
def test_what_was_learned_is_noted_in_one_short_form(story: Story) -> None:
    number = closed(story)
    story.press("ana", ids.PRESS_LEARNED, on=story.find(number, "closed by"))
    assert set(story.submit("ana", to_try="Free the disk")["errors"]) == {"solved_by", "first_level"}
    given = {"solved_by": "specialists", "first_level": "yes", "to_try": "Free the disk"}
    assert story.submit("ana", **given)["result"] == "closed"
    said = story.last(number)
    assert "<@U01ANA> noted what we learned: solved by the specialist team. First level could have" in said.text
    assert "To try first: Free the disk" in said.all_text
    story.menu("dana", "learned", number, first_level="no", to_try="")
    record = next(batch for batch in story.program.services.export.batches()).records[0]
    [row] = record.tables["outcomes"]
    assert (row["solved_by"], row["first_level_could"], row["by"]) == (SolvedBy.SPECIALISTS, False, USERS["dana"])


def test_nothing_is_learned_before_it_is_closed(story: Story) -> None:
    number = story.declare(account="Acme", level="sev3")
    assert not any(choice in str(story.card(number).raw) for choice in ("What we learned", "Issue summary"))
