"""Manifest, calls and handlers hold together: every scope is used, and everything sent has a handler."""

import ast
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import jsonschema
import pytest
import yaml

from bot import settings
from bot.app import build_engine, build_services
from bot.handlers.kit import payloads
from bot.handlers.kit.routes import Routes
from bot.integrations.slack.budget import Budget
from bot.models.work import EffectKind
from bot.outside import build_files
from bot.scheduler.effects.kit import EffectKit
from bot.scheduler.effects.registry import FEATURES, all_performers
from bot.views.kit import ids
from tests.support.every_form import FORMS, NEVER_SENT
from tests.support.listening import all_routes

if TYPE_CHECKING:
    from bot.integrations.slack.workspace import SlackWorkspace

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "slack"
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))
needs_reference = pytest.mark.skipif(not SHARED.exists(), reason="Slack's published reference is not here")


def _trees(folder: str) -> Iterator[ast.Module]:
    for path in sorted((ROOT / folder).rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"))


def _methods_called() -> set[str]:
    """Return every Web API method that is named in the code of the integration, and the two that Bolt calls."""
    words = {
        node.value
        for tree in _trees("bot/integrations/slack")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    known = {path.stem for path in (SHARED / "methods").glob("*.json")}
    return (words & known) | {"auth.test", "apps.connections.open"}


def _scopes(event: str) -> set[str]:
    """Return the scopes without which an event isn't sent."""
    reference = json.loads((SHARED / "events.json").read_text(encoding="utf-8"))
    return {scope for one in reference if one["name"] == event for scope in one["scopes"]}


def _scopes_of(method: str) -> set[str]:
    reference = json.loads((SHARED / "methods" / f"{method}.json").read_text(encoding="utf-8"))
    scopes = reference.get("scope") or {}
    return set(scopes.get("bot") or ())


@needs_reference
def test_the_manifest_is_valid_by_slacks_own_schema() -> None:
    schema = json.loads((SHARED / "manifest.schema.2.0.0.json").read_text(encoding="utf-8"))
    jsonschema.validate(MANIFEST, schema)


@needs_reference
def test_every_method_called_is_allowed_by_a_scope_asked_for() -> None:
    asked = set(MANIFEST["oauth_config"]["scopes"]["bot"])
    needed = {method: _scopes_of(method) for method in _methods_called()}
    assert {method for method, scopes in needed.items() if scopes and not scopes & asked} == set()


@needs_reference
def test_every_scope_asked_for_is_used() -> None:
    asked = set(MANIFEST["oauth_config"]["scopes"]["bot"])
    # `commands` is for the command and the shortcuts, which are not methods.
    used = {"commands"}.union(*(_scopes_of(method) & asked for method in _methods_called()))
    used |= {scope for event in MANIFEST["settings"]["event_subscriptions"]["bot_events"] for scope in _scopes(event)}
    assert asked - used == set()


@pytest.fixture
def heard(sqlite_url: str) -> Routes:
    return all_routes(sqlite_url)


def test_every_command_shortcut_and_event_of_the_manifest_has_a_handler_and_no_other_has(
    heard: Routes,
) -> None:
    features = MANIFEST["features"]
    assert set(heard.commands) == {command["command"] for command in features["slash_commands"]}
    assert set(heard.shortcuts) == {shortcut["callback_id"] for shortcut in features["shortcuts"]}
    # Messages are subscribed to by kind of conversation, and heard as one event.
    subscribed = {name.split(".")[0] for name in MANIFEST["settings"]["event_subscriptions"]["bot_events"]}
    assert set(heard.events) == subscribed


def test_every_event_that_is_heard_has_a_shape_that_is_looked_at(heard: Routes) -> None:
    assert set(heard.events) == set(payloads.EVENTS)


def test_every_name_the_views_write_has_a_handler_and_no_handler_has_another(heard: Routes) -> None:
    written = {value for name, value in vars(ids).items() if name.isupper()}
    assert {*heard.actions, *heard.actions_beginning, *heard.forms, *heard.shortcuts, *heard.menus} == written


def test_every_form_is_in_the_table_of_what_people_send(heard: Routes) -> None:
    assert set(heard.forms) == set(FORMS) | NEVER_SENT


def test_every_performer_is_there(sqlite_url: str) -> None:
    loaded = settings.load(database_url=sqlite_url)
    services = build_services(loaded)
    kit = EffectKit(cast("SlackWorkspace", object()), services)
    engine = build_engine(kit, build_files(loaded, services), Budget(lambda: 0.0))
    assert set(engine.deliverer.performers) == set(EffectKind)
    services.core.close()


def test_features_perform_the_same_in_whatever_order_they_come(sqlite_url: str) -> None:
    services = build_services(settings.load(database_url=sqlite_url))
    kit = EffectKit(cast("SlackWorkspace", object()), services)
    for features in (FEATURES, FEATURES[::-1], random.sample(FEATURES, len(FEATURES))):
        assert set(all_performers(kit, features)) == set(EffectKind)
    services.core.close()


def test_an_effect_that_two_features_perform_or_none_does_is_refused(sqlite_url: str) -> None:
    services = build_services(settings.load(database_url=sqlite_url))
    kit = EffectKit(cast("SlackWorkspace", object()), services)
    with pytest.raises(ValueError, match="performed twice"):
        all_performers(kit, [*FEATURES, FEATURES[0]])
    with pytest.raises(ValueError, match="performed by nobody"):
        all_performers(kit, FEATURES[1:])
    services.core.close()
