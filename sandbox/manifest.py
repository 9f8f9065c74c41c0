"""The parts of an app's manifest that the sandbox enforces: scopes, commands, shortcuts, events, tabs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.errors import BadFile
from sandbox.event_names import NEVER_SENT, SCOPES
from sandbox.manifest_rules import SEARCH, check_manifest
from sandbox.reading import read_yaml


@dataclass(frozen=True)
class Command:
    """A slash command of the app."""

    name: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Shortcut:
    """A shortcut of the app; `kind` is `global` or `message`."""

    callback_id: str
    name: str
    kind: str
    description: str = ""


@dataclass(frozen=True)
class Manifest:
    """The part of a manifest that changes how Slack treats the app. `scopes` is None if everything is allowed."""

    name: str = "Sandbox app"
    description: str = ""
    display_name: str = "Sandbox app"
    background_color: str = ""
    scopes: frozenset[str] | None = None
    events: frozenset[str] | None = None
    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    interactive: bool = True
    options_url: str | None = None
    home_tab: bool = True
    messages_tab: bool = True
    messages_tab_read_only: bool = False
    unfurl_domains: tuple[str, ...] = ()
    functions: Mapping[str, Any] = field(default_factory=dict)
    user_events: frozenset[str] = frozenset()
    metadata: frozenset[tuple[str, str]] | None = None
    assistant_view: bool = True
    agent_view: bool = True
    unused: tuple[str, ...] = ()


def read(path: Path) -> Manifest:
    """Load a manifest in YAML or JSON. Raises BadFile."""
    data = read_yaml(path)
    if problems := check_manifest(data):
        lines = "".join(f"\n  {problem.pointer or '/'}: {problem.text}" for problem in problems)
        raise BadFile(f"{path}: Slack would refuse this manifest:{lines}")
    return parse(data)


def parse(data: Mapping[str, Any]) -> Manifest:
    """Parse a manifest."""
    display = data["display_information"]
    features = data.get("features") or {}
    home = features.get("app_home") or {}
    scopes = (data.get("oauth_config") or {}).get("scopes") or {}
    settings = data.get("settings") or {}
    subscriptions = settings.get("event_subscriptions") or {}
    metadata = subscriptions.get("metadata_subscriptions") or ()
    return Manifest(
        name=display["name"],
        description=display.get("description", ""),
        display_name=(features.get("bot_user") or {}).get("display_name", display["name"]),
        background_color=display.get("background_color", ""),
        scopes=frozenset(scopes.get("bot") or ()),
        events=frozenset(subscriptions.get("bot_events") or ()),
        user_events=frozenset(subscriptions.get("user_events") or ()),
        metadata=frozenset((item["app_id"], item["event_type"]) for item in metadata),
        commands=_commands(features.get("slash_commands") or ()),
        shortcuts=_shortcuts(features.get("shortcuts") or ()),
        options_url=(settings.get("interactivity") or {}).get("message_menu_options_url"),
        interactive=bool((settings.get("interactivity") or {}).get("is_enabled")),
        home_tab=bool(home.get("home_tab_enabled")),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
        messages_tab_read_only=bool(home.get("messages_tab_read_only_enabled")),
        unfurl_domains=tuple(features.get("unfurl_domains") or ()),
        functions=dict(data.get("functions") or {}),
        assistant_view="assistant_view" in features,
        agent_view="agent_view" in features,
        unused=tuple(name for name in SEARCH if name in features),
    )


def warnings(manifest: Manifest) -> list[str]:
    """Return a sentence for each thing a manifest requests that Slack accepts but the sandbox never does."""
    events = sorted(manifest.events or ())
    told = [f"it subscribes to {name}, which the sandbox never sends" for name in events if name in NEVER_SENT]
    scopes = manifest.scopes or frozenset()
    for name in events:
        wanted = SCOPES.get(name)
        if wanted and not wanted & scopes:
            told.append(f"it subscribes to {name} without the scope for it, {' or '.join(sorted(wanted))}")
    if manifest.metadata is not None and not manifest.metadata and any("metadata" in name for name in events):
        told.append("it subscribes to events of metadata, but metadata_subscriptions names none")
    told.extend(f"it has features.{name}, which does nothing here" for name in manifest.unused)
    if manifest.user_events:
        told.append(
            f"user tokens do not exist here, so user_events never come: {', '.join(sorted(manifest.user_events))}"
        )
    return told


def _commands(commands: Sequence[Mapping[str, Any]]) -> tuple[Command, ...]:
    return tuple(
        Command(
            name=command["command"],
            description=command.get("description", ""),
            usage_hint=command.get("usage_hint", ""),
            should_escape=bool(command.get("should_escape")),
        )
        for command in commands
    )


def _shortcuts(shortcuts: Sequence[Mapping[str, Any]]) -> tuple[Shortcut, ...]:
    return tuple(
        Shortcut(
            callback_id=shortcut["callback_id"],
            name=shortcut["name"],
            kind=shortcut["type"],
            description=shortcut.get("description", ""),
        )
        for shortcut in shortcuts
    )
