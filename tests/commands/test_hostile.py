"""Whatever stands in a file, a record or an argument, each command says so in words that drive no terminal."""

import csv
import io
import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import settings
from bot.app import build_services
from bot.integrations import reading
from bot.models.account import Account
from bot.models.escalation import Escalation
from bot.policy.characters import readable
from bot.services.accounts.account_cells import COLUMNS
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from bot.services.reports.export_tables import TABLES
from bot.services.updates.updates import NewUpdate
from tests.commands.program import Program, Said
from tests.support.hostile import PRINTED, bounded
from tests.support.members import meet

# What a terminal acts on, or what turns the direction of the text that follows.
_DRIVES = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_CELL = 200
MANAGER = "U01MARIA"

# Those that differ most.
_SOME = ("ampersands", "terminal", "forged lines", "turned around", "null characters", "halves")


def is_in_words(said: Said) -> None:
    """Check that an output is plain words, no line of which was written by somebody else."""
    assert said.status in (0, 1, 2)
    for text in (said.out, said.err):
        assert not _DRIVES.search(text), _DRIVES.search(text)
        assert not [
            line for line in text.splitlines() if line.startswith(("Nothing is wrong.\\u000d", "imported 9", "FORGED"))
        ]


def table(*rows: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode(errors="surrogatepass")


@pytest.fixture
def services(with_sqlite: Program) -> Iterator[Services]:
    built = build_services(settings.load(database_url=with_sqlite.settings["DATABASE_URL"]))
    meet(built.database)
    yield built
    built.core.close()


def test_accounts_are_imported_or_refused(with_sqlite: Program) -> None:
    columns, rows, files = [*COLUMNS, "segment"], list[list[str]](), list[bytes]()
    for typed in PRINTED.values():
        cell = typed[:_CELL]
        files += [table(["name", cell], ["Acme", cell]), typed.encode(errors="surrogatepass")]
        rows.append([cell if column in ("name", "plan", "region", "area", "segment") else "" for column in columns])
        rows += [
            ["Acme" if column == "name" else cell if column == each else "" for column in columns] for each in columns
        ]
    with bounded():
        for content in (table(columns, *rows), *files):
            is_in_words(with_sqlite("accounts", "import", with_sqlite.file("accounts.csv", content)))


def test_records_are_printed_and_exported(with_sqlite: Program, services: Services) -> None:
    # As Slack's requests are read.
    texts: list[str] = [readable(typed) for typed in PRINTED.values()]
    for number, text in enumerate(texts, start=1):
        name = text[:_CELL].strip() or "Acme"
        declared = Declaration(account_id=None, new_account=name, summary=text[:300], level="sev1", description=text)
        found = services.declarations.declare(declared, by="U01NOOR", request=f"declare {number}")
        assert found.number == number
        update = NewUpdate(note=text, customer_text=text[:2000], next_at=datetime.now(UTC) + timedelta(minutes=10))
        services.updates.post(number, update, by="U01NOOR", request=f"update {number}")
        with services.database.transaction() as tx:
            account = tx.session.get_one(Account, tx.session.get_one(Escalation, number).account_id)
            account.csm, account.manager, account.area = text[:_CELL], MANAGER, text[:60]
    with bounded():
        for words in (("digest", "--for", MANAGER, "--dry-run"), ("doctor",), ("policy", "migrate", "--dry-run")):
            is_in_words(with_sqlite(*words))
        said = with_sqlite("doctor", "--json")
        is_in_words(said)
        assert json.loads(said.out)["findings"]
        for name in TABLES:
            is_exported(with_sqlite("export", "--format", "csv", "--table", name), "csv")
        is_exported(with_sqlite("export", "--format", "csv"), "csv")
        said = with_sqlite("export", "--format", "jsonl")
        is_exported(said, "jsonl")
        assert [json.loads(line)["summary"] for line in said.out.splitlines()] == [text[:300] for text in texts]


def is_exported(said: Said, form: str) -> None:
    assert (said.status, said.err) == (0, "")
    if form == "jsonl":
        assert all(json.loads(line) for line in said.out.splitlines())
        return
    header, *rows = csv.reader(io.StringIO(said.out.removeprefix("\ufeff"), newline=""), strict=True)
    assert {len(row) for row in rows} <= {len(header)}
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]", cell)]
    assert not [cell for cell in cells if cell.strip("\t\r\n ").startswith(("=", "+", "-", "@"))]


def written(path: Path, content: Any) -> Path:
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.mark.parametrize("typed", [PRINTED[name] for name in _SOME], ids=_SOME)
def test_files_and_arguments_are_read_or_refused(with_sqlite: Program, typed: str) -> None:
    here, argument = with_sqlite.folder, typed.replace("\0", "") or "x"
    rota = {"people": [typed, "ana@example.com"], "starts_at": "2026-01-05T09:00", "every": "1w", "zone": typed}
    good = {**rota, "people": ["ana@example.com"], "zone": "Europe/Berlin"}
    directories = [
        {"areas": [{"key": "exports", "name": typed, "owner": "olga@example.com", "rota": good}]},
        {"areas": [{"key": typed, "name": typed, "owner": typed, "rota": rota}], typed: typed},
        {"people": [{"email": typed, "slack_id": typed, "manager": typed}]},
    ]
    policies = [
        {"extends": "sev", "name": typed, "version": typed},
        {"extends": "sev", "name": "own", "levels": {"sev1": {"label": typed, "response": typed}, typed: typed}},
        {"extends": typed},
        {typed: typed},
    ]
    simulated = ("policy", "simulate", "--declared-at", "2025-01-06T09:00:00-05:00")
    path = str(here / "directory.yml")
    with bounded():
        for directory in directories:
            written(here / "directory.yml", directory)
            is_in_words(with_sqlite("oncall", ESCALATE_DIRECTORY=path))
        for words in (("oncall", argument), ("oncall", "--json"), ("doctor",)):
            is_in_words(with_sqlite(*words, ESCALATE_DIRECTORY=path))
        for policy in policies:
            file = written(here / "own.yml", policy)
            is_in_words(with_sqlite("policy", "check", file))
            is_in_words(with_sqlite("policy", "show", "--policy", file))
        named = written(here / "own.yml", policies[0])
        is_in_words(with_sqlite("policy", "show", "--policy", named, "--yaml"))
        is_in_words(with_sqlite(*simulated, "--policy", named, "--level", "sev1"))
        is_in_words(with_sqlite(*simulated, "--preset", "sev", "--level", argument))
        is_in_words(with_sqlite(*simulated, "--preset", "sev", "--level", "sev3", "--plan", argument))
        is_in_words(with_sqlite(*simulated, "--preset", "sev", "--level", "sev3", "--plan", argument, "--json"))
        is_in_words(with_sqlite("digest", "--for", argument, "--dry-run"))
        is_in_words(with_sqlite("export", "--format", "csv", "--since", argument))


def test_nothing_but_the_terminal_prints() -> None:
    places = [path for path in (Path(__file__).parents[2] / "bot").rglob("*.py") if path.name != "terminal.py"]
    printing = re.compile(r"\bclick\.s?echo\(|\bclick\.secho\(|(?<![\w.])print\(|sys\.stdout\.write\(")
    assert [str(path) for path in places if printing.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    "words",
    [
        ("policy", "check"),
        ("policy", "show", "--policy"),
        ("policy", "simulate", "--declared-at", "2025-01-10T17:00:00-05:00", "--level", "sev1", "--policy"),
        ("wording", "check", "--policy"),
        ("accounts", "import"),
        ("people", "import"),
        ("tickets", "import"),
    ],
    ids=" ".join,
)
def test_every_command_that_reads_a_file_gives_up_what_has_no_end(
    with_sqlite: Program, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_PIPE_SECONDS", 0.1)
    os.mkfifo(with_sqlite.folder / "pipe")
    for path, says in (
        (with_sqlite.folder / "pipe", "is a pipe that didn't end within 0 s. Name a file.\n"),
        ("/dev/zero", "/dev/zero is a device or a terminal. Name a file.\n"),
    ):
        said = with_sqlite(*words, path)
        assert (said.status, said.out) == (1, "")
        assert said.err.endswith(says)
