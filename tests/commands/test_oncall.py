"""`escalate oncall`: who is on call, as text and as JSON."""

import json
from pathlib import Path

import pytest

from tests.commands.program import Program

AREAS = """
areas:
  - {key: exports, name: Exports, owner: olga@example.com,
     rota: {people: [ana@example.com, ben@example.com], starts_at: "2026-01-05T09:00", every: 1w, zone: Europe/Berlin}}
  - {key: sign-in, name: Sign-in, owner: fay@example.com}
"""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    path = tmp_path / "directory.yml"
    path.write_text(AREAS, encoding="utf-8")
    return path


@pytest.fixture
def escalate_here(with_sqlite: Program, directory: Path) -> Program:
    with_sqlite.settings["ESCALATE_DIRECTORY"] = str(directory)
    return with_sqlite


def test_json_has_now_and_next_of_each_area(escalate_here: Program) -> None:
    said = escalate_here("oncall", "--at", "2026-03-06T15:00:00+00:00", "--json")
    assert said.status == 0
    assert json.loads(said.out) == {
        "now": [
            {"area": "exports", "person": "ana@example.com", "until": "2026-03-09T08:00:00+00:00", "source": "rota"},
            {"area": "sign-in", "person": "fay@example.com", "until": None, "source": "owner"},
        ],
        "next": [
            {
                "area": "exports",
                "person": "ben@example.com",
                "from": "2026-03-09T08:00:00+00:00",
                "until": "2026-03-16T08:00:00+00:00",
                "source": "rota",
            }
        ],
    }


def test_words_name_now_and_next_of_one_area(escalate_here: Program) -> None:
    said = escalate_here("oncall", "Exports", "--at", "2026-03-06T15:00:00")
    assert said.lines == [
        "Exports (exports)",
        "  now   ana@example.com until 9 Mar 8:00 AM UTC (rota)",
        "  next  ben@example.com until 16 Mar 8:00 AM UTC (rota)",
    ]
    said = escalate_here("oncall", "sign-in")
    assert said.lines[1:] == ["  now   no one on call; fay@example.com owns it"]


def test_an_unknown_area_is_named_and_a_day_is_no_time(escalate_here: Program) -> None:
    said = escalate_here("oncall", "imports")
    assert (said.status, said.problems) == (1, ["No area is called “imports”. Areas: exports, sign-in."])
    assert escalate_here("oncall", "--at", "2026-03-06").status == 2


def test_without_a_database_the_directory_file_alone_answers(escalate: Program, directory: Path) -> None:
    said = escalate(
        "oncall", "--at", "2026-03-06T15:00", DATABASE_URL="sqlite:///none.db", ESCALATE_DIRECTORY=str(directory)
    )
    assert said.status == 0
    assert said.lines[1] == "  now   ana@example.com until 9 Mar 8:00 AM UTC (rota)"
    assert said.problems == ["The database isn't there, so this is the directory file alone."]
    assert not (escalate.folder / "none.db").exists()
