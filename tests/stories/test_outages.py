"""Slack is away for a while and the bot is not, or the other way round: what was owed to people is still owed."""

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.integrations.door import MOST_CONNECTIONS
from bot.integrations.slack.verdicts import REINSTALL
from bot.policy.record.escalation import EscalationFacts
from bot.views.kit import ids
from tests.support.story import USERS, Story
from tests.support.story import story as told

NAMES = {user_id: name for name, user_id in USERS.items()}


def paged(facts: EscalationFacts) -> set[str]:
    """Return whom the record says to have been paged."""
    return {NAMES[page.person] for page in facts.pages if page.sends}


def reached(story: Story) -> set[str]:
    """Return who has got a page."""
    return {who for who in USERS if story.pages(who)}


def test_three_hours_without_slack_skip_nobody_on_the_ladder(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    assert reached(story) == {"dana"}
    story.forward(minutes=1)
    story.lose_slack()
    story.forward(hours=3)
    assert paged(story.facts(number)) == {"dana"}
    story.find_slack()
    # The owner is notified again, the next on the ladder (30 min) and the manager (breach) for the first time.
    assert reached(story) == {"dana", "ana", "maria"} == paged(story.facts(number))
    assert not any("No one responded" in said for said in story.said(number))
    assert any("wasn't acknowledged in time" in page and "Delayed" in page for page in story.pages("maria"))
    before = len(story.pages("ana"))
    story.forward(minutes=5)
    assert len(story.pages("ana")) == before + 1, "what rings now rings on as ever"
    # From now on the ladder continues on schedule.
    story.forward(minutes=25)
    assert "omar" in reached(story), "the manager has the page already"
    story.forward(minutes=60)
    for said in story.said(number):
        assert all(f"(last: <@{USERS[who]}>)" not in said or who in reached(story) for who in USERS)


def test_who_is_paged_while_slack_is_away_is_paged_when_it_is_back(story: Story) -> None:
    story.command("noor")
    story.lose_slack()
    story.submit("noor", account="Acme", summary="Exports are down", level="sev1")
    story.forward(hours=3)
    assert reached(story) == set()
    assert paged(story.facts(1)) == set()
    assert not any(page.ended for page in story.facts(1).pages)
    story.find_slack()
    assert {"dana", "maria"} <= reached(story) == paged(story.facts(1))
    assert "Delayed 3 h." in story.pages("dana")[0]
    assert len(story.pages("dana")) == 1


def test_what_is_acknowledged_before_slack_is_back_pages_nobody(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    card = story.card(number)
    story.lose_slack()
    story.forward(minutes=14)
    story.press("dana", ids.PRESS_ACKNOWLEDGE, on=card)
    story.forward(minutes=30)
    story.find_slack()
    assert reached(story) == {"dana"}
    assert len(story.pages("dana")) == 1


@pytest.mark.parametrize("minutes", [11, 26])
def test_a_bot_that_was_off_sends_a_page_again_once(story: Story, minutes: int) -> None:
    story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.outage(minutes=minutes)
    assert len(story.pages("dana")) == 2
    story.forward(minutes=3)
    assert len(story.pages("dana")) == 2
    story.forward(minutes=2)
    assert len(story.pages("dana")) == (3 if minutes == 11 else 2)


def test_of_the_warnings_an_outage_held_up_only_the_last_comes(story: Story) -> None:
    number = story.declare(account="Acme", level="sev2", at="Fri 2026-03-06 10:00")
    story.lose_slack()
    story.forward(minutes=50)
    story.find_slack()
    assert sum(f"Acknowledge ESC-{number}" in message.text for message in story.direct("dana")) == 1


def test_a_ladder_that_ends_unanswered_is_climbed_again_after_an_hour(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.forward(hours=2)
    end = story.find(number, "No one responded to any page")
    assert "We page the fix owner again" in end.all_text
    assert "No one responded to any page. We page the fix owner again" in story.card(number).all_text
    pages = len(story.pages("dana"))
    story.forward(minutes=29)
    assert len(story.pages("dana")) == pages
    story.forward(minutes=1)
    assert len(story.pages("dana")) == pages + 1
    assert "No one has responded" in story.pages("dana")[-1]
    assert "late" not in story.pages("dana")[-1]
    left = story.find(number, "No one responded to any page")
    assert left.text == ":rotating_light: No one responded to any page (last: <@U01OMAR>)."
    assert "who's on this" not in left.all_text, "the rest is past"
    assert not left.buttons
    assert "We page the fix owner again" not in story.card(number).all_text
    story.forward(minutes=30)
    story.press("ana", ids.PRESS_ACKNOWLEDGE_PAGE, on=story.direct("ana")[-1])
    told = len(story.pages("dana"))
    story.forward(hours=2)
    assert len(story.pages("dana")) == told


def test_the_last_one_paged_may_still_answer_while_the_ladder_rests(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.forward(hours=2, minutes=10)
    last = next(message for message in story.direct("omar") if ids.PRESS_ACKNOWLEDGE_PAGE in message.buttons)
    story.press("omar", ids.PRESS_ACKNOWLEDGE_PAGE, on=last)
    assert not any(page.cause == "opening" and not page.ended for page in story.facts(number).pages)
    pages = len(story.pages("dana"))
    story.forward(hours=2)
    assert len(story.pages("dana")) == pages


def test_a_ladder_that_ends_while_slack_is_away_pages_somebody_when_it_is_back(story: Story) -> None:
    number = story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
    story.forward(minutes=95)
    assert reached(story) == {"dana", "ana", "maria", "omar"}
    story.lose_slack()
    story.forward(hours=3)
    before = {who: len(story.pages(who)) for who in USERS}
    story.find_slack()
    assert "(last: <@U01OMAR>)" in story.find(number, "No one responded to any page").all_text
    assert len(story.pages("dana")) == before["dana"] + 1


def test_reminders_and_commands_go_on_under_1500_requests_that_are_never_sent_whole(
    sqlite_url: str, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    half = b"POST /slack/events HTTP/1.1\r\nhost: here\r\ncontent-length: 500\r\n\r\npayload=%7B"
    with told(sqlite_url, folder, transport="http") as story, ExitStack() as open_:
        story.declare(account="Acme", level="sev1", at="Fri 2026-03-06 10:00")
        listener = story.program.listener

        async def connections() -> int:
            # Counted by the server's thread: between accepting one and closing another there is one more.
            return len(listener.server.server_state.connections)

        def come(_number: int) -> None:
            stranger = open_.enter_context(socket.create_connection(("127.0.0.1", listener.port), timeout=60))
            with suppress(ConnectionError):
                stranger.sendall(half)

        with ThreadPoolExecutor(100) as strangers:
            list(strangers.map(come, range(1500)))
        assert story._run(connections()) <= MOST_CONNECTIONS
        story.forward(minutes=30)
        assert reached(story) == {"dana", "ana", "maria"}
        assert "cknowledged" in str(story.command("dana", "ack ESC-1")["ack"])
    assert not caplog.records


def test_a_token_that_slack_refuses_shows_with_the_first_refusal_and_is_logged_once(sqlite_story: Story) -> None:
    story = sqlite_story
    story.home("ana")
    story.control.post("faults", kind="error", error="token_revoked", method="views.publish")
    story.slack_is_away = True
    with capture_logs() as logs:
        for _ in range(2):
            story.home("ana")
            story.settle()
            said = story.run(story.program.readiness())["slack"]
            assert said == f"it refuses SLACK_BOT_TOKEN (token_revoked). {REINSTALL}"
        story.find_slack()
        story.home("ana")
        story.settle()
    assert story.run(story.program.readiness())["slack"] is None
    told = [one for one in logs if "bot's token" in one["event"]]
    assert [one["event"] for one in told] == ["Slack refuses the bot's token", "Slack accepts the bot's token again"]
    assert (told[0]["error"], told[0]["do"]) == ("token_revoked", REINSTALL)
