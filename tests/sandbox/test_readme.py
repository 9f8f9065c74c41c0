"""The README of the sandbox describes exactly what exists."""

import inspect
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.routing import Route

from sandbox import __main__ as program
from sandbox.application import application
from sandbox.control.routes import ACTIONS, SIGHTS
from sandbox.faults import KINDS
from sandbox.server import Sandbox

SANDBOX = Path(program.__file__).parent
README = (SANDBOX / "README.md").read_text(encoding="utf-8")
PRESSING = README.partition("### Pressing")[2].partition("### A script")[0]


def test_every_control_call_is_described_by_its_verb() -> None:
    sandbox = Sandbox()
    routes = [route for route in application(sandbox).routes if isinstance(route, Route)]
    calls = {
        f"{verb} {route.path.removeprefix('/_sandbox/')}"
        for route in routes
        if route.path.startswith("/_sandbox/")
        for verb in (route.methods or set()) - {"HEAD"}
    }
    assert calls == set(re.findall(r"^\| `((?:GET|POST|DELETE) \w+)`", README, re.MULTILINE))


@pytest.mark.parametrize(("name", "do"), [*ACTIONS.items(), *SIGHTS.items()])
def test_every_key_a_control_call_takes_is_described(name: str, do: Callable[..., object]) -> None:
    taken = re.search(r"call\.only\(([^)]*)\)", inspect.getsource(do))
    assert taken is not None
    verb = "POST" if do is ACTIONS.get(name) else "GET"
    row = re.search(rf"^\| `{verb} {name}`.*", README, re.MULTILINE)
    assert row is not None
    described = row.group() + (PRESSING if "(#pressing)" in row.group() or "and where" in row.group() else "")
    assert set(re.findall(r"\w+", taken.group(1))) <= set(re.findall(r"\w+", described))


def test_every_kind_of_fault_is_described() -> None:
    table = README.partition("### Faults")[2].partition("### Rate limits")[0]
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) - {"kind"} == KINDS


def test_every_option_of_the_program_is_described() -> None:
    options = {option for parameter in program.main.params for option in parameter.opts}
    assert options == set(re.findall(r"^\| `(--[\w-]+)", README, re.MULTILINE))


def test_every_change_in_the_stream_is_described() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in SANDBOX.rglob("*.py"))
    told = set(re.findall(r'changes\.tell\(\s*"(\w+)"', source))
    described = README.partition("The **stream** tells")[2].partition("## The sandbox itself")[0]
    assert told - {"message_scheduled"} <= set(re.findall(r"`(\w+)`", described))
