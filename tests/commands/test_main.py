import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from bot import __version__
from bot.__main__ import main
from tests.commands.program import Program

COMMANDS = [
    *("run", "migrate", "demo", "doctor", "policy", "accounts", "people", "oncall", "wording", "digest"),
    *("report", "tickets", "export"),
]
WORDS = [
    [],
    *([name] for name in COMMANDS),
    ["policy", "check"],
    ["policy", "show"],
    ["policy", "simulate"],
    ["accounts", "import"],
    ["wording", "check"],
]


def test_the_version_is_that_of_the_package(escalate: Program) -> None:
    said = escalate("--version")
    assert (said.status, said.out, said.err) == (0, f"escalate, version {__version__}\n", "")


def test_help_lists_every_command_with_what_it_does(escalate: Program) -> None:
    said = escalate("--help")
    assert said.status == 0
    listed = [line.split() for line in said.out.partition("Commands:\n")[2].splitlines() if line[:3] != "   "]
    assert [words[0] for words in listed] == COMMANDS
    assert all(len(words) > 3 for words in listed)
    assert isinstance(main, click.Group)
    assert main.list_commands(click.Context(main)) == COMMANDS


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_every_command_explains_itself(escalate: Program, words: list[str]) -> None:
    for flag in ("--help", "-h"):
        said = escalate(*words, flag)
        assert (said.status, said.err) == (0, "")
        assert said.out.startswith("Usage: ")


def test_tests_run_every_command_through_the_program() -> None:
    # Click keeps the option for help that a command makes first: run by itself it would lack `-h` for all that follow.
    run = re.compile(r"\.invoke\((?!main\b)\w+")
    tests = Path(__file__).parents[1]
    assert [str(path) for path in tests.rglob("*.py") if run.search(path.read_text(encoding="utf-8"))] == []


def test_help_waits_for_no_command_to_load(escalate: Program) -> None:
    said = escalate.script(
        "import sys; from bot.__main__ import main\n"
        "main(['--help'], standalone_mode=False)\n"
        "sys.exit(len([name for name in sys.modules if name.startswith('bot.commands')]))"
    )
    assert said.status == 0


def test_a_command_that_is_not_there_is_wrong_usage(escalate: Program) -> None:
    said = escalate("explode")
    assert (said.status, said.out) == (2, "")
    assert "No such command 'explode'" in said.err
    assert escalate().status == 2


def test_the_program_is_there_under_its_name_and_as_a_module(escalate: Program) -> None:
    assert import_module("bot.__main__").main is main
    assert escalate.run("--version").out.endswith(f"version {__version__}\n")


@pytest.mark.parametrize("words", [("policy", "show"), ("policy", "show", "--yaml"), ("--help",)], ids=" ".join)
def test_output_that_cannot_be_written_is_an_error_in_words(words: tuple[str, ...]) -> None:
    """A full disk gives this error for each write."""
    with Path("/dev/full").open("w") as full:
        said = subprocess.run(  # noqa: S603 - the words are the test's own
            [sys.executable, "-m", "bot", *words], stdout=full, stderr=subprocess.PIPE, env=os.environ, check=False
        )
    assert said.returncode == 1
    assert said.stderr.decode() == "The output can't be written: no space left on device.\n"


def test_a_file_that_is_wrong_throughout_is_told_by_its_first_problems(escalate: Program) -> None:
    wrong = "".join(f"key_{number}: 1\n" for number in range(1_100))
    said = escalate("policy", "check", str(escalate.file("own.yml", f"extends: sev\nname: own\n{wrong}")))
    lines = said.err.splitlines()
    assert (said.status, len(lines)) == (1, 101)
    assert lines[-1] == "1,000 more problems are like these. Correct them, and look again."
