"""The demonstration: one command, nothing to set up, and what happened in it is not lost by a second one."""

import shutil
from pathlib import Path

import pytest

from tests.commands.program import Program

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def ready(with_sqlite: Program) -> Program:
    shutil.copy(ROOT / "manifest.yml", with_sqlite.folder)
    return with_sqlite


def test_it_prints_the_address_of_the_page_and_stops_on_request(ready: Program) -> None:
    with ready.running("demo", "--port", "0", until="Open    http://127.0.0.1:") as demonstration:
        assert demonstration.poll() is None


def test_a_second_one_leaves_the_first_ones_state_alone(ready: Program) -> None:
    with ready.running("demo", "--port", "0", until="are running"):
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
    assert "the demonstration is run in the folder of the project" in said.err
