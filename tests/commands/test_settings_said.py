"""Unusable settings and files: every command answers with a sentence each, never a traceback."""

import pytest

from tests.commands.program import Program

NEEDS_SETTINGS = (
    ("run",),
    ("migrate",),
    ("accounts", "import", "accounts.csv"),
    ("digest", "--for", "U01MARIA", "--dry-run"),
    ("export", "--format", "csv"),
    ("doctor", "--retry"),
    ("policy", "show"),
)
NEEDS_FILES = NEEDS_SETTINGS[2:6]


@pytest.fixture
def ready(with_sqlite: Program) -> Program:
    with_sqlite.file("accounts.csv", "name\nAcme\n")
    return with_sqlite


@pytest.mark.parametrize("words", NEEDS_SETTINGS, ids=" ".join)
@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ESCALATE_DIGEST_HOUR", "nine", "ESCALATE_DIGEST_HOUR: "),
        ("ESCALATE_DIGEST_HOUR", "24", "ESCALATE_DIGEST_HOUR: "),
        ("ESCALATE_HTTP_PORT", "65536", "ESCALATE_HTTP_PORT: "),
        ("ESCALATE_COMMAND", "escalate", "ESCALATE_COMMAND: a command begins with / and has no spaces"),
        ("ESCALATE_ARCHIVE_AFTER", "1bd", "ESCALATE_ARCHIVE_AFTER: write wall time, such as 12h or 1d"),
        ("ESCALATE_ARCHIVE_AFTER", "soon", "ESCALATE_ARCHIVE_AFTER: 'soon' is not a duration"),
        ("ESCALATE_CHANNEL_TEMPLATE", "esc", "ESCALATE_CHANNEL_TEMPLATE: "),
        ("ESCALATE_LOG_LEVEL", "loud", "ESCALATE_LOG_LEVEL: write debug, info, warning or error"),
        ("ESCALATE_LOG_FORMAT", "xml", "ESCALATE_LOG_FORMAT: write console or json"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    ready: Program, words: tuple[str, ...], name: str, value: str, says: str
) -> None:
    said = ready(*words, **{name: value})
    assert (said.status, said.out) == (1, "")
    (line,) = said.problems
    assert line.startswith(says)


def test_every_setting_that_cannot_be_used_is_named_at_once(ready: Program) -> None:
    said = ready("migrate", ESCALATE_DIGEST_HOUR="nine", ESCALATE_HTTP_PORT="-1", ESCALATE_LOG_LEVEL="loud")
    assert [line.partition(":")[0] for line in said.problems] == [
        "ESCALATE_DIGEST_HOUR",
        "ESCALATE_HTTP_PORT",
        "ESCALATE_LOG_LEVEL",
    ]


def test_settings_may_stand_in_a_file_and_the_environment_comes_first(ready: Program) -> None:
    ready.file(".env", "ESCALATE_POLICY=gitlab\n")
    assert "(gitlab, version 1)" in ready("policy", "show").lines[0]
    assert "(sev, version 1)" in ready("policy", "show", ESCALATE_POLICY="sev").lines[0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_settings_file_is_read_in_the_encoding_that_it_shows(ready: Program, encoding: str) -> None:
    ready.file(".env", "ESCALATE_POLICY=gitlab\n".encode(encoding))
    assert "(gitlab, version 1)" in ready("policy", "show").lines[0]


def test_a_settings_file_that_is_not_text_is_reported(ready: Program) -> None:
    ready.file(".env", "ESCALATE_POLICY=gitlab\nESCALATE_MAIL_FROM=Société\n".encode("latin-1"))
    says = "Save .env as UTF-8. Line 2 has a character that isn't.\n"
    said = ready("policy", "show")
    assert (said.status, said.out, said.err.removeprefix(f"{ready.folder}/")) == (1, "", says)


@pytest.mark.parametrize("words", NEEDS_FILES, ids=" ".join)
@pytest.mark.parametrize("variable", ["ESCALATE_POLICY", "ESCALATE_DIRECTORY"])
def test_a_policy_or_directory_that_cannot_be_read_is_reported(
    ready: Program, words: tuple[str, ...], variable: str
) -> None:
    ready.file("latin.yml", b"name: Soci\xe9t\xe9\n")
    ready.file("broken.yml", "levels: [\n")
    ready.file("wrong.yml", "extends: sev\nname: own\nlevels: 5\nareas: 5\n")
    for value, says in (
        ("nowhere.yml", "nowhere.yml: there is no such "),
        (str(ready.folder), f"{ready.folder} is a folder. Name a file."),
        ("latin.yml", "Save latin.yml as UTF-8. Line 1 has a character that isn't."),
        ("/dev/zero", "/dev/zero is a device or a terminal. Name a file."),
        ("broken.yml", "broken.yml, line 2: this is not YAML"),
        ("wrong.yml", "wrong.yml, line "),
    ):
        said = ready(*words, **{variable: value})
        assert (said.status, said.out) == (1, "")
        assert said.problems[0].startswith(says)


def test_without_tokens_the_bot_does_not_start_and_says_which(ready: Program) -> None:
    said = ready("run")
    assert (said.status, said.out) == (1, "")
    assert [line.split()[0] for line in said.problems] == ["SLACK_BOT_TOKEN", "Neither"]
    said = ready("run", SLACK_BOT_TOKEN="xoxb-1")
    assert [line.split()[0] for line in said.problems] == ["Neither"]
    said = ready("run", SLACK_SIGNING_SECRET="x")
    assert [line.split()[0] for line in said.problems] == ["SLACK_BOT_TOKEN"]
