"""The table of methods, held against Slack's published reference where that is at hand."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sandbox.api.dispatch import HANDLERS
from sandbox.api.table import Method, methods
from sandbox.event_names import NEVER_SENT, SCOPES

REFERENCE = Path(__file__).parents[4] / "shared" / "slack"

pytestmark = pytest.mark.skipif(not REFERENCE.is_dir(), reason="Slack's reference is not beside the repository")

UNPUBLISHED = {name for name in methods() if name.startswith(("agents.", "assistant."))}
"""Methods that the reference leaves out; Slack's SDKs have them."""

EVERY_METHOD = sorted(set(methods()) - UNPUBLISHED)

OPTIONAL_ALL_THE_SAME = {("chat.appendStream", "markdown_text")}
"""Arguments that the reference requires and Slack does not: its own SDKs send `chunks` alone."""

KINDS: dict[str, set[str | None]] = {
    "bool": {"boolean"},
    "int": {"integer", "number"},
    "csv": {"string", "array"},
    "json": {"string", "array", "object", None},
    "text": {"string", "integer", "boolean", None},
}
"""The types in the reference of each kind of argument; it gives none where it names a schema."""


@cache
def reference(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((REFERENCE / "methods" / f"{name}.json").read_text(encoding="utf-8"))
    return found


def arguments(name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = reference(name).get("args", {}).get("properties", {})
    return {argument: described for argument, described in found.items() if argument != "token"}


@pytest.fixture(params=EVERY_METHOD)
def method(request: pytest.FixtureRequest) -> Method:
    return methods()[request.param]


def test_its_tier_is_the_references(method: Method) -> None:
    assert f"t{method.tier}" == reference(method.name).get("rate_limits", "t3")


def test_its_verb_and_its_bodies_are_the_references(method: Method) -> None:
    assert method.http == reference(method.name).get("http_method", "POST")
    takes_json = bool(reference(method.name).get("json_input_supported"))
    assert method.json == (takes_json or method.name.startswith("slackLists."))


def test_its_scopes_are_the_references(method: Method) -> None:
    assert sorted(method.scopes) == sorted(reference(method.name).get("scope", {}).get("bot", []))


def test_its_arguments_are_the_references(method: Method) -> None:
    assert {argument.name for argument in method.args} == set(arguments(method.name))


def test_it_requires_what_the_reference_requires(method: Method) -> None:
    required = set(reference(method.name).get("args", {}).get("required") or []) - {"token"}
    required -= {argument for name, argument in OPTIONAL_ALL_THE_SAME if name == method.name}
    ours = {argument.name for argument in method.args if argument.required}
    publicly = {name for name, described in arguments(method.name).items() if described.get("required_for_public")}
    assert required <= ours <= required | publicly


def test_its_arguments_have_the_references_types(method: Method) -> None:
    for argument in method.args:
        described = arguments(method.name)[argument.name]
        types = {described.get("type"), *(option.get("type") for option in described.get("anyOf", []))}
        assert types & KINDS[argument.kind], f"{argument.name} is {types}"


def test_its_errors_are_the_references(method: Method) -> None:
    assert method.errors == set(reference(method.name).get("errors") or {})


def test_every_method_a_bot_may_call_is_in_the_table() -> None:
    files = (REFERENCE / "methods").glob("*.json")
    described = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files}
    for_bots = {name for name, each in described.items() if each.get("scope", {}).get("bot")}
    assert len(for_bots) > 90
    assert for_bots - set(methods()) == set()


def test_every_method_in_the_table_is_answered() -> None:
    assert set(HANDLERS) == set(methods())


UNLISTED_EVENTS = {"channel_archive", "channel_unarchive", "group_archive", "group_unarchive"}
"""Events that the reference's list leaves out, and that Slack's own types have."""


def _scope(listed: str) -> str:
    """Return a scope as it is granted: the list writes some with a dot in place of the colon."""
    return listed if ":" in listed else listed.replace(".", ":")


def test_the_events_it_sends_take_the_scopes_of_the_reference() -> None:
    listed = json.loads((REFERENCE / "events.json").read_text(encoding="utf-8"))
    known = {event["name"]: {_scope(scope) for scope in event["scopes"]} for event in listed if "scopes" in event}
    ours = {name: set(scopes) for name, scopes in SCOPES.items() if name not in UNLISTED_EVENTS}
    assert ours == {name: known[name] for name in ours}


NAMED_ELSEWHERE = {
    "message_stream_stopped",
    "workflow_deleted",
    "workflow_published",
    "workflow_step_deleted",
    "workflow_step_execute",
    "workflow_unpublished",
}
"""Events that Slack's types or errors name and the list does not."""


def test_the_events_it_does_not_send_are_all_others_of_the_reference() -> None:
    listed = json.loads((REFERENCE / "events.json").read_text(encoding="utf-8"))
    known = {event["name"] for event in listed if "Events" in event["APIs"] and not event.get("automatic")}
    assert known | NAMED_ELSEWHERE == NEVER_SENT | (SCOPES.keys() - UNLISTED_EVENTS)
