"""A script of actions, played against a running sandbox: for demonstrations, screenshots and videos.

It is YAML, a list of steps. A step names one control call and gives its body; `wait` pauses for real seconds:

    - command: {user: ana, channel: general, text: acme export is down}
    - wait: 1.5
    - submit: {user: ana, values: {account: acme}}
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from inspect import isawaitable
from pathlib import Path
from typing import Any

from sandbox.control.control_call import ControlCall
from sandbox.control.interact import Interactions
from sandbox.control.routes import ACTIONS
from sandbox.errors import BadFile, Misuse
from sandbox.reading import read_yaml

Json = dict[str, Any]

WAIT = "wait"


@dataclass(frozen=True)
class Step:
    """A step: a control call with its body, or a pause."""

    name: str
    body: Any


def read(path: Path) -> list[Step]:
    """Load a script. Raises BadFile naming the invalid step."""
    rows = read_yaml(path)
    if not isinstance(rows, list):
        raise BadFile(f"{path}: a script is a list of steps")
    return [_step(path, number, row) for number, row in enumerate(rows, start=1)]


def _step(path: Path, number: int, row: Any) -> Step:
    if not isinstance(row, dict) or len(row) != 1:
        raise BadFile(f"{path}: step {number} has to be one call with its body, as in 'message: {{user: ana, …}}'")
    ((name, body),) = row.items()
    if name == WAIT and isinstance(body, (int, float)):
        return Step(name, body)
    if name in ACTIONS and isinstance(body, dict):
        return Step(name, body)
    raise BadFile(f"{path}: step {number}: {name!r} is none of wait, {', '.join(ACTIONS)}")


async def play(steps: list[Step], interactions: Interactions) -> AsyncIterator[tuple[Step, Json]]:
    """Run the steps in order and yield the result of each. Misuse ends the script at the invalid step."""
    for number, step in enumerate(steps, start=1):
        if step.name == WAIT:
            await asyncio.sleep(step.body)
            continue
        try:
            answer = ACTIONS[step.name](interactions, ControlCall(interactions.workspace, dict(step.body)))
            yield step, await answer if isawaitable(answer) else answer
        except Misuse as misuse:
            raise Misuse(misuse.error, f"step {number}, {step.name}: {misuse.message}") from misuse
