"""Scripts of actions."""

from pathlib import Path

import pytest

from sandbox.errors import BadFile, Misuse
from sandbox.script import Step, play, read
from sandbox.server import Sandbox
from tests.sandbox.bots import Bot
from tests.sandbox.world import Person

SCRIPT = """
- message: {user: ana, channel: feed, text: The export is down}
- wait: 0.01
- command: {user: ana, channel: general, text: acme}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "script.yml"


@pytest.fixture
def steps(path: Path) -> list[Step]:
    path.write_text(SCRIPT)
    return read(path)


async def test_a_script_is_played_step_by_step(steps: list[Step], sandbox: Sandbox, bot: Bot, person: Person) -> None:
    played = [(step.name, sorted(answer)) async for step, answer in play(steps, sandbox.interactions)]
    assert played == [("message", ["channel", "ts"]), ("command", ["ack", "status"])]
    assert [m["text"] for m in await person.messages("ana", "feed")] == ["The export is down"]
    assert (await bot.hears("/escalate"))["text"] == "acme"


async def test_a_step_nobody_could_take_ends_the_script(sandbox: Sandbox) -> None:
    steps = [Step("wait", 0), Step("submit", {"user": "ana"})]
    with pytest.raises(Misuse, match="step 2, submit: ana has no modal open"):
        async for _ in play(steps, sandbox.interactions):
            pass


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("message: {}", "a script is a list of steps"),
        ("- message", "step 1 has to be one call"),
        ("- {message: {}, wait: 1}", "step 1 has to be one call"),
        ("- wait: 1\n- sing: {user: ana}", "step 2: 'sing' is none of wait, archive"),
        ("- wait: long", "step 1: 'wait' is none of"),
        ("- [", "while parsing"),
    ],
)
def test_a_script_that_makes_no_sense_says_where(path: Path, content: str, problem: str) -> None:
    path.write_text(content)
    with pytest.raises(BadFile, match=problem):
        read(path)
