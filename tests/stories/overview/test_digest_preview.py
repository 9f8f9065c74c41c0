"""`escalate digest --for`: what comes to anyone, or why nothing does."""

import pytest

from bot.views.overview import digest_preview
from tests.stories.overview.test_sponsors import choose, digests, sponsor
from tests.support.story import USERS, Story


def printed(story: Story, who: str) -> str:
    readers = story.program.services.digest_readers
    return digest_preview.draw(readers.read(who), "/escalate", readers.names)


@pytest.mark.both_databases
def test_a_sponsor_reads_in_slack_what_is_printed(story: Story) -> None:
    sponsor(story, "Acme", "omar")
    assert "Each week, as a sponsor: nothing is escalated" in printed(story, "omar@example.com")
    story.declare("noor", account="Acme", level="sev2", at="Mon 2026-03-09 13:00")
    said = printed(story, USERS["omar"])
    assert "Each week, as a sponsor. Customers you sponsor: 1 escalated\n  In the last 7 days: 1 declared." in said
    assert "Acme" in said
    assert "Eli Brandt, Ana Ruiz\n  next" in said, "names, and not ids"
    assert "<@" not in said
    story.skip_to("Mon 2026-03-16 12:00")
    assert digests(story, "omar")[0].text in printed(story, "omar@example.com")
    choose(story, "omar", "7", [])
    assert "They chose no day, so no digest goes out." in printed(story, "omar@example.com")


def test_who_gets_none_and_why(story: Story) -> None:
    story.declare("noor", level="sev2")
    assert printed(story, USERS["noor"]).startswith(f"No digest comes to {USERS['noor']}. No one reports to them;")
    assert "`/escalate list mine` show them their own" in printed(story, "noor@example.com")
    story.by_hand("member", "noor", is_restricted=True)
    assert printed(story, USERS["noor"]).endswith("they are a guest or a bot, or they have left.")
    assert "No digest comes to nobody@example.com: they aren't known in Slack, and get no mail." in printed(
        story, "nobody@example.com"
    )


def test_a_manager_who_is_not_in_slack_is_said_to_be_out_of_reach(story: Story) -> None:
    story.declare("noor", level="sev2")
    assert "Exports are down" in printed(story, "maria@example.com") or "ESC-1" in printed(story, "maria@example.com")
    sponsor(story, "Acme", "omar")
    found = b"name,executive_sponsor\nAcme,board@example.com\n"
    story.program.services.account_import.load(found, "accounts.csv")
    assert "Nothing can be sent to board@example.com: they aren't known in Slack" in printed(story, "board@example.com")
