"""The scopes that the doctor checks are those that the code needs according to Slack."""

import ast
from pathlib import Path

from bot.integrations.slack import documents, members, workspace
from bot.integrations.slack.access import NEEDS, missing
from sandbox import manifest
from sandbox.api.table import methods
from tests.commands.local_slack import ROOT

# Needs that are no call of ours.
_NO_CALL = {"the slash command", "the pushpin", "the file field", "the posted link"}


def _called() -> set[str]:
    """Return the methods of the Web API that the workspace's code names."""
    sources = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in (workspace, members, documents)]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    words = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return words & methods().keys()


def test_a_scope_is_known_for_every_call_that_needs_one_and_for_no_other() -> None:
    assert {need.call for need in NEEDS} - _NO_CALL == {name for name in _called() if methods()[name].scopes}


def test_each_scope_is_one_that_slack_accepts_for_the_call() -> None:
    assert [
        (need.call, scope)
        for need in NEEDS
        if need.call not in _NO_CALL
        for scope in need.scopes
        if scope not in methods()[need.call].scopes
    ] == []


def test_the_manifest_asks_for_all_of_them() -> None:
    granted = manifest.read(ROOT / "manifest.yml").scopes
    assert granted is not None
    assert missing(granted) == ()


def test_the_scope_to_ask_for_is_one_the_manifest_asks_for() -> None:
    granted = manifest.read(ROOT / "manifest.yml").scopes or frozenset()
    assert {need.scopes[0] for need in NEEDS} - granted == set()
