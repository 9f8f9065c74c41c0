import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from bot import __version__
from bot.models import REVISION
from sandbox.server import Sandbox
from tests.commands.local_slack import local_slack, settings_for
from tests.commands.program import Program
from tests.support.person import Control

DIRECTORY = """
fallback: {fix_owner: ana@example.com, relationship_owner: ana@example.com, manager: ana@example.com}
people: [{email: ana@example.com, slack_id: U01ANA}]
areas: [{key: exports, name: Exports, owner: ana@example.com}]
"""
POLICY = "extends: sev\nname: own\nnext_review_on: 2199-01-01\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with local_slack() as running:
        yield running


@pytest.fixture
def port() -> int:
    """Return a port at which nobody answers."""
    return _free_port()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def examined(with_sqlite: Program, sandbox: Sandbox, port: int) -> Program:
    """Hand out a program in which everything is in order, but that no bot runs."""
    with_sqlite.settings |= settings_for(sandbox)
    with_sqlite.settings |= {
        "ESCALATE_HTTP_PORT": str(_free_port()),
        "ESCALATE_METRICS_PORT": str(port),
        "ESCALATE_DIRECTORY": str(with_sqlite.file("directory.yml", DIRECTORY)),
        "ESCALATE_POLICY": str(with_sqlite.file("own.yml", POLICY)),
    }
    with_sqlite("accounts", "import", with_sqlite.file("accounts.csv", "name,csm,area\nAcme,U01ANA,exports\n"))
    return with_sqlite


def findings(escalate: Program, **settings: str) -> dict[str, list[dict[str, Any]]]:
    """Return what the doctor found, by what it looked at."""
    report = json.loads(escalate("doctor", "--json", **settings).out)
    found: dict[str, list[dict[str, Any]]] = {}
    for finding in report["findings"]:
        found.setdefault(finding.pop("what"), []).append(finding)
    return found


def ok(says: str) -> list[dict[str, Any]]:
    return [{"state": "ok", "says": says, "do": None}]


def test_where_nothing_is_wrong_it_says_so_line_by_line(examined: Program) -> None:
    said = examined("doctor")
    assert (said.status, said.err) == (0, "")
    assert "ok    transport  Socket Mode: Slack opens a socket for us" in said.lines
    assert said.lines[-1] == "Nothing is wrong. Warnings: 7."
    found = findings(examined)
    database = examined.settings["DATABASE_URL"].removeprefix("sqlite:///")
    assert found["database"] == ok(f"SQLite, {database}, the tables are up to date ({REVISION})")
    assert found["policy"] == ok("own, version 1, 4 levels, next review 2199-01-01")
    assert found["directory"] == ok("1 people, 1 areas, each with an owner")
    assert found["slack"] == ok("it knows the bot as @escalate in Test Corp")
    assert found["feed"] == ok("the bot is in escalations")
    assert found["accounts"] == ok("1, each with a CSM")
    assert found["timers"] == ok("none")
    assert found["delivery"] == ok("nothing waits")
    assert found["given up"] == ok("nothing")
    worth_a_look = {what for what, each in found.items() if each[0]["state"] == "look"}
    assert worth_a_look == {"the bot", "paging", "people", "contacts", "posting"}


def test_the_report_can_be_read_by_a_program(examined: Program) -> None:
    said = examined("doctor", "--json")
    report = json.loads(said.out)
    assert (said.status, said.err) == (0, "")
    assert set(report) == {"ok", "version", "findings"}
    assert (report["ok"], report["version"]) == (True, __version__)
    assert all(set(finding) == {"what", "state", "says", "do"} for finding in report["findings"])
    broken = examined("doctor", "--json", SLACK_BOT_TOKEN="xoxb-other")
    assert (broken.status, json.loads(broken.out)["ok"]) == (1, False)
    assert broken.err.startswith("Errors: 1.")


def test_all_of_it_reports_how_far_it_is(examined: Program) -> None:
    said = examined("doctor", "--all")
    assert said.status == 0
    assert said.err.splitlines()[-1].endswith("rows and escalations (100 %).")
    assert said.lines[-1] == "Nothing is wrong. Warnings: 7."


def test_no_secret_is_ever_shown(examined: Program) -> None:
    secrets = {
        "SLACK_BOT_TOKEN": "xoxb-0123456789-secret",
        "SLACK_APP_TOKEN": "xapp-0123456789-secret",
        "SLACK_SIGNING_SECRET": "0123456789abcdef",
        "DATABASE_URL": "postgresql://escalate:pass0123456789word@127.0.0.1:1/escalate",
    }
    for words in (("doctor",), ("doctor", "--json")):
        said = examined(*words, **secrets)
        assert said.status == 1
        assert not [value for value in ("0123456789", "pass", "secret-") if value in said.out + said.err]
        assert "SLACK_BOT_TOKEN is set" in said.out


def test_files_that_others_can_read_are_worth_a_look(examined: Program) -> None:
    assert "files" not in findings(examined)
    env, database = examined.file(".env", ""), Path(examined.settings["DATABASE_URL"].removeprefix("sqlite:///"))
    for path in (env, database):
        path.chmod(0o640)
    assert findings(examined)["files"] == [
        {
            "state": "look",
            "says": ".env can be read by other users of this machine, and it holds the tokens",
            "do": "Run `chmod 600 .env`.",
        },
        {
            "state": "look",
            "says": f"{database} can be read by other users of this machine, and it holds what customers said",
            "do": f"Run `chmod 600 {database}`.",
        },
    ]
    for path in (env, database):
        path.chmod(0o600)
    assert "files" not in findings(examined)


def test_settings_that_cannot_be_read_are_all_that_is_said(escalate: Program) -> None:
    said = escalate("doctor", ESCALATE_DIGEST_HOUR="nine", ESCALATE_HTTP_PORT="-1", COLUMNS="200")
    assert said.status == 1
    assert [line.split()[:3] for line in said.lines] == [
        ["WRONG", "settings", "ESCALATE_DIGEST_HOUR:"],
        ["WRONG", "settings", "ESCALATE_HTTP_PORT:"],
    ]


def test_without_tokens_it_says_which_are_missing(examined: Program) -> None:
    found = findings(examined, SLACK_BOT_TOKEN="", SLACK_APP_TOKEN="")
    assert [finding["state"] for finding in found["slack"]] == ["wrong", "wrong"]
    assert found["slack"][0]["says"].startswith("SLACK_BOT_TOKEN is not set.")
    assert "transport" not in found


# The database.


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("nonsense", "this is not a database URL; write sqlite:///escalate.db, or "),
        ("mysql://u@h/x", "mysql is neither SQLite nor PostgreSQL; "),
        ("sqlite://", "a database in memory keeps nothing; "),
        ("sqlite:////nowhere/at/all.db", "the database can't be used (unable to open database file)."),
        ("postgresql://u:p@127.0.0.1:1/x", "the database can't be used (connection failed: "),
    ],
)
def test_a_database_that_cannot_be_used_is_told_and_the_rest_is_looked_at(
    examined: Program, url: str, says: str
) -> None:
    found = findings(examined, DATABASE_URL=url)
    (finding,) = found["database"]
    assert (finding["state"], finding["do"]) == ("wrong", "Correct DATABASE_URL, or check the server.")
    assert finding["says"].startswith(says)
    assert found["slack"][0]["state"] == "ok"
    assert "accounts" not in found


def test_an_empty_database_is_to_be_migrated(examined: Program, folder: Path) -> None:
    (folder / "empty.db").touch()
    (finding,) = findings(examined, DATABASE_URL=f"sqlite:///{folder}/empty.db")["database"]
    assert finding["state"] == "wrong"
    assert finding["says"].endswith(f"empty.db: the tables are those of nothing, this program's are {REVISION}")
    assert finding["do"].startswith("Run `escalate migrate`")


def test_doctor_does_not_create_a_missing_database(examined: Program, folder: Path) -> None:
    (finding,) = findings(examined, DATABASE_URL=f"sqlite:///{folder}/none.db")["database"]
    assert (finding["state"], finding["says"]) == ("wrong", f"there is no database at {folder}/none.db")
    assert finding["do"] == "Run `escalate migrate` to make one there, or correct DATABASE_URL."
    assert not list(folder.glob("none.db*"))


def test_tables_of_another_version_are_recognised(with_database: Program, database_url: str) -> None:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    (finding,) = findings(with_database)["database"]
    assert finding["says"].endswith(f"the tables are those of 9999, this program's are {REVISION}")


# Slack.


def test_a_token_that_slack_does_not_accept_is_reported(examined: Program) -> None:
    found = findings(examined, SLACK_BOT_TOKEN="xoxb-other")
    assert found["slack"] == [
        {
            "state": "wrong",
            "says": "it does not accept SLACK_BOT_TOKEN (invalid_auth)",
            "do": (
                "Copy it again from the app's page in Slack: the bot's token begins with xoxb-, the app's with xapp-."
            ),
        }
    ]
    assert "feed" not in found
    swapped = findings(examined, SLACK_APP_TOKEN=examined.settings["SLACK_BOT_TOKEN"])
    assert swapped["slack"][-1]["says"] == "it does not accept SLACK_APP_TOKEN (not_allowed_token_type)"


@pytest.mark.parametrize(
    ("scope", "says"),
    [
        ("pins:write", "the scope pins:write is missing, for pins.add: the card is not pinned"),
        (
            "chat:write",
            (
                "the scope chat:write is missing, for chat.postMessage, chat.postEphemeral, chat.update, chat.delete: "
                "no messages and no pages"
            ),
        ),
        ("commands", "the scope commands is missing, for the slash command: no one can type it"),
    ],
)
def test_a_missing_scope_is_named_with_what_does_not_work(examined: Program, scope: str, says: str) -> None:
    with local_slack(without=scope) as poorer:
        found = findings(examined, **settings_for(poorer))
    assert found["slack"][1:] == [
        {
            "state": "wrong",
            "says": says,
            "do": "Add it on the app's page in Slack, under OAuth & Permissions, and install the app again.",
        }
    ]


def test_a_feed_the_bot_is_not_in_is_worth_a_look(examined: Program) -> None:
    (finding,) = findings(examined, ESCALATE_FEED_CHANNEL="#news")["feed"]
    assert (finding["state"], finding["says"]) == ("look", "the bot is not in news")
    (finding,) = findings(examined, ESCALATE_FEED_CHANNEL="C01GONE")["feed"]
    assert (finding["state"], finding["says"]) == ("wrong", "the bot is not in C01GONE, and cannot post there")
    assert "or name another channel in ESCALATE_FEED_CHANNEL" in finding["do"]
    assert findings(examined, ESCALATE_FEED_CHANNEL="C01FEED")["feed"] == ok("the bot is in C01FEED")
    assert findings(examined, ESCALATE_FEED_CHANNEL="off")["feed"] == ok("there is none, as the settings say")
    with local_slack(without="channels:read") as poorer:
        (finding,) = findings(examined, **settings_for(poorer))["feed"]
    assert finding["says"] == "Slack does not say whether the bot is in escalations (missing_scope)"


def test_each_channel_the_policy_posts_to_is_looked_at(examined: Program) -> None:
    rules = "extends: sev\nname: own\nversion: '1'\nnext_review_on: 2199-01-01\nannounce_changes: C01FEED\n"
    rules += "reviews:\n  weekly: {channel: '#sync'}\n  monthly: {channel: C01GONE}\n"
    rules += "feed:\n  own:\n    emea: {channel: sync}\n"
    policy = examined.file("own.yml", rules)
    found = findings(examined, ESCALATE_POLICY=str(policy), ESCALATE_HOT_LIST_CHANNEL="escalations")["posting"]
    said = {(each["state"], each["says"]) for each in found}
    assert (
        "wrong",
        "the bot can't post in sync (reviews.weekly, feed.own.emea): it is in no channel of that name",
    ) in said
    gone = "there is no such channel, or it is private and the bot isn't in it"
    assert ("wrong", f"the bot can't post in C01GONE (reviews.monthly): {gone}") in said
    assert not [says for _, says in said if "post in escalations" in says or "C01FEED" in says]
    teams = "incidents (teams.incidents.slack)"
    assert ("look", f"the bot can't post in {teams}: it is in no channel of that name") in said


def test_over_http_it_names_the_port_that_slack_calls(examined: Program) -> None:
    port = examined.settings["ESCALATE_HTTP_PORT"]
    found = findings(examined, SLACK_APP_TOKEN="", SLACK_SIGNING_SECRET="secret")
    says = (
        f"over HTTP, signed, at port {port} of 127.0.0.1; the app's manifest must name its address as "
        "message_menu_options_url too, else the form offers no accounts"
    )
    assert found["transport"] == ok(says)


def test_a_slack_that_cannot_be_reached_is_reported(examined: Program, port: int, sandbox: Sandbox) -> None:
    (finding,) = findings(examined, SLACK_API_URL=f"http://127.0.0.1:{port}/api/")["slack"]
    assert finding["state"] == "wrong"
    assert finding["says"].startswith(f"it does not answer now at http://127.0.0.1:{port}/api/: ")
    (finding,) = findings(examined, SLACK_API_URL=sandbox.url)["slack"]
    assert finding["says"] == f"what answers is not Slack at {sandbox.url}"
    (finding,) = findings(examined, SLACK_API_URL="nonsense")["slack"]
    assert finding["state"] == "wrong"


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ({"kind": "status", "status": 502}, "it does not answer now at "),
        ({"kind": "error", "error": "account_inactive"}, "it does not accept SLACK_BOT_TOKEN (account_inactive)"),
        ({"kind": "ratelimited"}, "it does not answer now at "),
        ({"kind": "lost"}, "it does not answer now at "),
    ],
)
def test_whatever_slack_answers_is_a_line(
    examined: Program, sandbox: Sandbox, fault: dict[str, Any], says: str
) -> None:
    control = Control(sandbox.url)
    control.post("faults", method="auth.test", **fault)
    (finding,) = findings(examined)["slack"]
    control.delete("faults")
    assert finding["state"] == "wrong"
    assert finding["says"].startswith(says)
    assert ("Install the app again" in finding["do"]) is (fault.get("error") == "account_inactive")


# The files.


def test_a_broken_policy_or_directory_is_told_and_the_rest_is_looked_at(examined: Program) -> None:
    policy = examined.file("own.yml", "extends: sev\nname: own\nlevels: 5\n")
    directory = examined.file("directory.yml", "areas: 5\n")
    found = findings(examined)
    assert [(each["state"], each["says"]) for each in found["policy"]] == [
        ("wrong", f"{policy}, line 3: levels: '5' is not a list; write keys and values below it")
    ]
    assert [each["state"] for each in found["directory"]] == ["wrong"]
    assert found["directory"][0]["says"].startswith(f"{directory}, line 1: areas: '5' is not a list")
    assert found["accounts"][0]["state"] == "ok"


def test_what_is_unwise_in_a_policy_is_worth_a_look(examined: Program) -> None:
    examined.file("own.yml", "extends: sev\nname: own\nnext_review_on: 2020-01-01\n")
    assert [each["state"] for each in findings(examined)["policy"]] == ["ok", "look"]
    assert "no date is set for the next review" in findings(examined, ESCALATE_POLICY="sev")["policy"][1]["says"]


def test_what_the_directory_leaves_open_is_worth_a_look(examined: Program) -> None:
    examined.file("directory.yml", "fallback: {manager: ana@example.com}\nareas: [{key: a, name: Exports}]\n")
    assert [(each["state"], each["says"]) for each in findings(examined)["directory"]] == [
        ("look", "no owner is named for Exports"),
        (
            "look",
            ("there is no fallback for fix_owner, relationship_owner: if no one else is named, the declarer holds it"),
        ),
    ]
    assert findings(examined, ESCALATE_DIRECTORY="")["directory"][0]["says"].startswith("there is none: ")


# The running bot.


def test_a_bot_that_runs_here_is_asked_how_it_is(examined: Program) -> None:
    with examined.running("run", until="ready", ESCALATE_LOG_FORMAT="json"):
        found = findings(examined)
        while found["the bot"][0]["says"] == "tick: has not run yet":
            found = findings(examined)
        assert found["the bot"] == ok("it is ready, and has ticked within the last half minute")
