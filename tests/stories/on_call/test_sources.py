"""Sources of on-call outside: a calendar feed and user groups, their failures, and a group that is kept in step."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot.services.operator.doctor import Doctor
from bot.services.operator.findings import Grade
from tests.support.story import DIRECTORY, WORKSPACE, Story
from tests.support.story import story as told

ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//test//EN
BEGIN:VEVENT
UID:1
SUMMARY:On call
DTSTART:20260301T000000Z
DTEND:20260401T000000Z
ATTENDEE:mailto:noor@example.com
END:VEVENT
END:VCALENDAR
"""
GROUPS = """
usergroups:
  - {id: S01ONCALL, handle: exports-oncall, users: [U01OMAR]}
  - {id: S01KEPT, handle: on-duty, users: [U01MARIA]}
"""


class Feed:
    """A web server with one calendar."""

    def __init__(self) -> None:
        self.status, self.body, self.asked = 200, ICS.replace("\n", "\r\n").encode(), 0
        feed = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                feed.asked += 1
                self.send_response(feed.status)
                self.end_headers()
                self.wfile.write(feed.body)

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/oncall.ics"


@pytest.fixture
def feed() -> Iterator[Feed]:
    found = Feed()
    yield found
    found.server.shutdown()
    found.server.server_close()


@contextmanager
def with_sources(database_url: str, folder: Path, **area: str) -> Iterator[Story]:
    """Yield a story whose area has these sources instead of a rota."""
    rota = DIRECTORY.index("    rota:")
    lines = "".join(f"    {key}: {value}\n" for key, value in area.items())
    directory = DIRECTORY[:rota] + lines + DIRECTORY[DIRECTORY.index("teams:") :]
    with told(database_url, folder, directory=directory, workspace=WORKSPACE + GROUPS) as story:
        yield story


def test_who_a_calendar_feed_names_is_on_call(database_url: str, folder: Path, feed: Feed) -> None:
    with with_sources(database_url, folder, calendar_url=feed.url) as story:
        assert "<@U01NOOR> until" in str(story.command("ana", "oncall")["ack"])
        assert story.facts(story.declare(who="ana", level="sev1")).holder("fix_owner") == "U01NOOR"
        assert story.pages("noor")


def test_the_last_good_answer_of_a_feed_stays_and_its_failure_is_visible(
    database_url: str, folder: Path, feed: Feed
) -> None:
    with with_sources(database_url, folder, calendar_url=feed.url) as story:
        feed.status = 503
        story.skip(minutes=11)
        story.skip(minutes=31)
        assert "<@U01NOOR> until" in str(story.command("ana", "oncall")["ack"])
        services = story.program.services
        found = [one for one in Doctor(services.database, services.people.directory).examine() if one.what == "on call"]
        assert found[0].state is Grade.WRONG
        assert "the calendar feed of Exports and reports fails since" in found[0].says
        assert "it answers 503; its last answer is in use" in found[0].says
        said = "\n".join(message.text for message in story.direct("maria"))
        assert "We can't read who is on call for *Exports and reports* from its calendar feed: it answers 503" in said
        feed.status = 200
        story.skip(minutes=3)
        found = [one for one in Doctor(services.database, services.people.directory).examine() if one.what == "on call"]
        assert [one.state for one in found] == [Grade.OK]


def test_a_feed_that_changes_hands_the_shift_over(database_url: str, folder: Path, feed: Feed) -> None:
    with with_sources(database_url, folder, calendar_url=feed.url) as story:
        feed.body = feed.body.replace(b"noor@", b"eli@")
        story.skip(minutes=11)
        story.skip(minutes=1)
        assert "You're on call for *Exports and reports*" in story.direct("eli")[-1].text
        assert "Your shift for *Exports and reports* is over." in story.direct("noor")[-1].text


def test_the_members_of_a_user_group_are_on_call(database_url: str, folder: Path) -> None:
    with with_sources(database_url, folder, on_call_group="exports-oncall") as story:
        assert "<@U01OMAR>" in str(story.command("ana", "oncall")["ack"])


def test_who_a_pagerduty_schedule_names_is_on_call_and_the_last_answer_stays(database_url: str, folder: Path) -> None:
    rota = DIRECTORY.index("    rota:")
    directory = f"{DIRECTORY[:rota]}    pagerduty_schedule: P1\n{DIRECTORY[DIRECTORY.index('teams:') :]}"
    given: dict[str, Any] = {"pagerduty_token": "secret", "pagerduty_url": lambda sandbox: f"{sandbox.url}/pagerduty"}
    with told(database_url, folder, directory=directory, **given) as story:
        state = story.sandbox.pager.state
        state.on_call = {"P1": "noor@example.com"}
        story.skip(minutes=11)
        assert "<@U01NOOR>" in str(story.command("ana", "oncall")["ack"])
        number = story.declare(who="ana", level="sev1")
        assert story.facts(number).holder("fix_owner") == "U01NOOR"
        state.on_call = {"P1": "eli@example.com"}
        story.skip(minutes=11)
        story.skip(minutes=1)
        assert story.pages("eli"), "the page follows the schedule"
        assert "You're on call for *Exports and reports*" in "\n".join(message.text for message in story.direct("eli"))


def test_a_user_group_that_is_emptied_leaves_the_owner_and_one_that_is_disabled_its_last_members(
    database_url: str, folder: Path
) -> None:
    with with_sources(database_url, folder, on_call_group="exports-oncall") as story:
        group = story.sandbox.workspace.usergroups["S01ONCALL"]
        group.users = []
        story.skip(minutes=11)
        first = story.declare(level="sev1")
        assert story.facts(first).holder("fix_owner") == "U01DANA"
        assert story.pages("dana"), "nobody in the group is paged, so the owner is"
        group.users = ["U01OMAR"]
        story.skip(minutes=11)
        group.deleted_at = 1
        story.skip(minutes=11)
        story.skip(minutes=31)
        assert "<@U01OMAR>" in str(story.command("ana", "oncall")["ack"])
        said = "\n".join(message.text for message in story.direct("maria"))
        assert "We can't read who is on call for *Exports and reports* from its Slack user group" in said


def test_a_user_group_is_kept_in_step_with_who_is_on_call(database_url: str, folder: Path, feed: Feed) -> None:
    with with_sources(database_url, folder, calendar_url=feed.url, group_to_keep="S01KEPT") as story:
        feed.body = feed.body.replace(b"noor@", b"eli@")
        story.skip(minutes=11)
        story.skip(minutes=1)
        groups = {group["id"]: group["users"] for group in story.state()["usergroups"]}
        assert groups["S01KEPT"] == ["U01ELI"]


def test_a_user_group_changed_by_hand_is_corrected_within_a_day_and_after_a_start(
    database_url: str, folder: Path, feed: Feed
) -> None:
    with with_sources(database_url, folder, calendar_url=feed.url, group_to_keep="S01KEPT") as story:
        group = story.sandbox.workspace.usergroups["S01KEPT"]
        assert group.users == ["U01NOOR"]
        group.users = ["U01MARIA"]
        story.skip(hours=23)
        assert group.users == ["U01MARIA"]
        story.skip(hours=1, minutes=1)
        assert group.users == ["U01NOOR"]
        group.users = ["U01MARIA"]
        story.restart()
        assert group.users == ["U01NOOR"]


def test_a_broken_feed_leaves_the_owner(database_url: str, folder: Path, feed: Feed) -> None:
    feed.body = b"<html>Sign in</html>"
    with with_sources(database_url, folder, calendar_url=feed.url) as story:
        assert story.facts(story.declare(level="sev3")).holder("fix_owner") == "U01DANA"
