"""The demonstration: one command, nothing to set up, and what happened in it is not lost by a second one."""

import random
import shutil
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.commands.program import Program
from tests.support.person import Control, Json

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = ("ana", "ben", "dana", "eli", "fay", "maria", "noor", "omar")


class Demonstration:
    """A running demonstration, seen as the page sees it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.control, self.folder = Control(url), folder
        self.ready_at = time.time()

    def try_this(self) -> Json:
        [pinned] = [m for m in self.messages("ana", "general") if m.get("pinned_to")]
        return pinned

    def press(self, button: str) -> None:
        message = self.try_this()
        [block] = [b for b in message["blocks"] if b.get("accessory", {}).get("text", {}).get("text") == button]
        ids = {"action_id": block["accessory"]["action_id"], "block_id": block["block_id"]}
        answer = self.control.post("press", user="ana", channel="general", ts=message["ts"], **ids)
        assert answer["status"] == 200

    def messages(self, who: str, channel: str) -> list[Json]:
        found: list[Json] = self.control.get("messages", user=who, channel=channel)["messages"]
        return found

    def direct(self, who: str) -> list[Json]:
        state = self.control.get("state")
        bot = state["apps"][0]["user_id"]
        [channel] = [
            c["id"] for c in state["channels"] if c["kind"] == "im" and set(c["members"]) == {bot, f"U01{who.upper()}"}
        ]
        return self.messages(who, channel)

    def members(self, channel: str) -> set[str]:
        [found] = [c for c in self.control.get("state")["channels"] if c.get("name") == channel]
        return {member.removeprefix("U01").lower() for member in found["members"]}

    def everything(self) -> list[Json]:
        seen = [
            (c["id"], [m for m in c["members"] if m.startswith("U01")]) for c in self.control.get("state")["channels"]
        ]
        return [message for channel, people in seen if people for message in self.messages(people[0], channel)]

    def rows(self, query: str) -> list[Any]:
        with sqlite3.connect(f"file:{self.folder / 'var' / 'demo' / 'escalate.db'}?mode=ro", uri=True) as database:
            return database.execute(query).fetchall()

    def form(self, who: str) -> Json:
        """Wait for the form that somebody has open, and return it."""
        [form] = self.until(lambda: self.control.get("views", user=who)["views"], "the form")
        return dict(form)

    def until(self, seen: Any, what: str) -> Any:
        for _ in range(200):
            if found := seen():
                return found
            time.sleep(0.05)
        raise AssertionError(f"never came: {what}")


@pytest.fixture
def ready(with_sqlite: Program) -> Program:
    shutil.copy(ROOT / "manifest.yml", with_sqlite.folder)
    return with_sqlite


def _any_port() -> int:
    return random.randrange(20_000, 30_000)  # noqa: S311 - not for secrets


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _running(program: Program, *words: str) -> Iterator[Demonstration]:
    port = next(port for port in iter(_any_port, 0) if all(_is_free(port + more) for more in range(3)))
    with program.running("demo", "--port", port, *words, until="are running", longest=300):
        yield Demonstration(f"http://127.0.0.1:{port}", program.folder)


@pytest.fixture(scope="module")
def alive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """Run the demonstration with its past, which is not over if the bot does something in its first seconds."""
    folder = tmp_path_factory.mktemp("demonstration")
    shutil.copy(ROOT / "manifest.yml", folder)
    for demonstration in _running(Program(folder)):
        time.sleep(2)
        late = "SELECT kind, due_at FROM timer WHERE fired_at IS NULL AND due_at < datetime('now', '-1 minute')"
        assert demonstration.rows(late) == []
        assert demonstration.rows("SELECT kind FROM effect WHERE state IN ('parked', 'running', 'ready')") == []
        said = [m["text"] for m in demonstration.everything() if float(m["ts"]) > demonstration.ready_at]
        assert said == []
        yield demonstration


@pytest.fixture
def empty(ready: Program) -> Iterator[Demonstration]:
    yield from _running(ready, "--empty")


@pytest.fixture
def fast(ready: Program) -> Iterator[Demonstration]:
    yield from _running(ready, "--empty", "--speed", "600")


def test_it_prints_the_address_of_the_page_and_stops_on_request(ready: Program) -> None:
    with ready.running("demo", "--port", "0", "--empty", until="Open    http://127.0.0.1:") as demonstration:
        assert demonstration.poll() is None


def test_one_that_is_ended_while_time_passes_stops_quietly(ready: Program) -> None:
    port = next(port for port in iter(_any_port, 0) if all(_is_free(port + more) for more in range(3)))
    with ready.running("demo", "--port", port, "--empty", until="are running") as process:
        demonstration = Demonstration(f"http://127.0.0.1:{port}", ready.folder)
        control, month = demonstration.control, 31 * 86_400
        passing = [threading.Thread(target=control.post, args=["forward"], kwargs={"seconds": month}) for _ in "12"]
        for each in passing:
            each.start()
        demonstration.until(lambda: control.get("clock")["passing"], "the month")
        process.terminate()
        assert process.stdout is not None
        said = process.stdout.read().decode().rpartition("next time.")[2]
        assert said.split() == ["Stopping", "both", "…"]
        for each in passing:
            each.join()


def test_a_second_one_leaves_the_first_ones_state_alone(ready: Program) -> None:
    with ready.running("demo", "--port", "0", "--empty", until="are running"):
        state = ready.folder / "var" / "demo"
        before = {file.name: file.stat().st_ino for file in state.iterdir()}
        second = ready.run("demo", "--port", "0")
        assert (second.status, second.problems) == (
            1,
            ["Error: a demo is already running here; stop it first (Ctrl-C)"],
        )
        assert {file.name: file.stat().st_ino for file in state.iterdir()}.items() >= before.items()


def test_outside_of_the_project_it_says_where_to_run_it(with_sqlite: Program) -> None:
    said = with_sqlite.run("demo", "--port", "0")
    assert said.status == 1
    assert "run the demo in the project's folder" in said.err


def test_the_incidents_channel_has_a_past(alive: Demonstration) -> None:
    told = [message["text"] for message in alive.messages("dana", "incidents")]
    assert [text.split("*")[1] for text in told] == [
        "INC-1 is over: Dashboards return an error",
        "INC-2 is over: Sign-in fails in EMEA",
        "INC-3 is over: Uploads above 5 MB fail",
    ]
    assert alive.rows("SELECT count(*) FROM incident WHERE ended_at IS NULL") == [(0,)]


def test_an_empty_one_greets_and_its_buttons_do_what_they_say(empty: Demonstration) -> None:
    for who in PEOPLE:
        [greeting] = empty.direct(who)
        assert greeting["text"].startswith(f"Hi <@U01{who.upper()}>.")
    assert empty.rows("SELECT count(*) FROM escalation") == [(0,)]
    empty.press("Declare")
    assert "export is down" in str(empty.form("ana")["blocks"])
    empty.control.post("close", user="ana", all=True)
    empty.press("List")
    empty.until(lambda: [m for m in empty.messages("ana", "general") if m.get("is_ephemeral")], "the list")
    before = empty.control.get("clock")["now"]
    empty.press("Skip 15 minutes")
    empty.until(lambda: empty.control.get("clock")["now"] >= before + 900, "the later time")


def test_one_that_keeps_its_state_goes_on_where_it_ended_and_greets_nobody_twice(ready: Program) -> None:
    reached = time.time() + 86_400
    for demonstration in _running(ready, "--empty"):
        demonstration.control.post("forward", seconds=86_400)
    for demonstration in _running(ready, "--keep"):
        assert demonstration.control.get("clock")["now"] >= reached
        assert len(demonstration.direct("ana")) == 1
        assert demonstration.rows("SELECT count(*) FROM escalation") == [(0,)]
        demonstration.press("Declare")
        assert demonstration.form("ana")


def test_the_channels_that_the_policy_names_are_there_with_their_people(empty: Demonstration) -> None:
    assert empty.members("escalations") >= {"ana", "maria"}
    assert empty.members("incidents") >= {"dana", "fay"}
    assert empty.members("exec-hot-list") >= {"maria", "omar"}
    assert empty.members("tech-support-escalations") >= {"eli", "noor"}


def test_a_lively_one_has_some_forty_closed_escalations_and_a_handful_open(alive: Demonstration) -> None:
    counts = dict(alive.rows("SELECT status, count(*) FROM escalation GROUP BY status"))
    assert 38 <= counts["closed"] <= 45
    assert (counts["open"], counts["mitigated"], counts["resolved"]) == (4, 1, 1)
    alive.until(lambda: "Globex" in str(alive.control.post("home", user="maria")), "Maria's Home")


def test_every_closed_one_has_its_channel_with_a_card_archived(alive: Demonstration) -> None:
    state = {channel["id"]: channel for channel in alive.control.get("state")["channels"]}
    ended = alive.rows(
        "SELECT channel_id, card_ts FROM escalation WHERE status = 'closed' AND channel_archived_at IS NOT NULL"
    )
    assert len(ended) > 35
    for channel, card in ended:
        assert state[channel]["is_archived"]
        assert card in {m["ts"] for m in alive.messages("maria", channel)}


def test_the_update_that_is_owed_first_is_a_button(alive: Demonstration) -> None:
    alive.press("Post update")
    assert alive.form("ana")["callback_id"] == "update"
    alive.control.post("close", user="ana", all=True)


def test_what_is_due_comes_on_time_when_time_is_skipped(alive: Demonstration) -> None:
    before = alive.control.get("clock")["now"]
    alive.control.post("forward", seconds=7200)
    assert 7200 <= alive.control.get("clock")["now"] - before < 7260
    fired = alive.rows("SELECT strftime('%s', fired_at), strftime('%s', due_at) FROM timer WHERE fired_at IS NOT NULL")
    waits = [int(at) - int(due) for at, due in fired if int(at) > before]
    assert len(waits) > 3
    assert max(waits) <= 10
    said = [m["text"] for m in alive.everything() if float(m["ts"]) > before]
    assert not [text for text in said if "was not running" in text or "Escalate was down" in text]


def test_home_that_is_open_has_the_numbers_of_the_report_after_hours_are_skipped(alive: Demonstration) -> None:
    control = alive.control
    alive.until(lambda: "Promises kept" in str(control.post("home", user="maria")), "Maria's Home")
    before = _numbers(control.get("home", user="maria"))
    control.post("forward", seconds=4 * 3600)
    shown = _numbers(control.get("home", user="maria"))
    control.post("command", user="maria", channel="general", command="/escalate", text="report 30d")
    [numbers] = [block["fields"] for block in alive.form("maria")["blocks"] if "fields" in block]
    reported = dict(field["text"].split(" · ")[0].strip("*").split("*\n") for field in numbers)
    control.post("close", user="maria", all=True)
    assert shown == reported
    assert shown["Promises kept"] != before["Promises kept"]


def _numbers(home: Json) -> dict[str, str]:
    [panel] = [b["text"]["text"] for b in home["view"]["blocks"] if "*Last 30 days*" in str(b.get("text"))]
    return dict(part.rstrip("*").split(" *") for part in panel.split(" · ")[1:])


def test_what_is_due_comes_on_time_when_the_clock_is_fast(fast: Demonstration) -> None:
    control = fast.control
    control.post("command", user="ana", channel="general", command="/escalate", text="acme export is down")
    fast.form("ana")
    control.post("submit", user="ana", values={"level": "sev1"})
    fast.until(lambda: fast.rows("SELECT 1 FROM timeline WHERE event = 'page unanswered'"), "the next page")
    fired = fast.rows("SELECT strftime('%s', fired_at), strftime('%s', due_at) FROM timer WHERE fired_at NOT NULL")
    assert len(fired) > 3
    assert max(int(at) - int(due) for at, due in fired) <= 120
    posted = [str(call["arguments"]) for call in control.get("calls")["calls"]]
    assert not [text for text in posted if "Delayed" in text]
