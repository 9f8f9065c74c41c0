"""The rules for app manifests, by Slack's published schema (2.0.0) and further rules of its own.

Functions, workflows and other parts of apps that Slack hosts are not checked.
"""

import difflib
from collections.abc import Iterator
from typing import Any

from sandbox.blocks.checks import Check, Shape, choice, flag, listing, matching, may, need, text, whole
from sandbox.blocks.problems import Problem
from sandbox.event_names import KNOWN

Json = dict[str, Any]

NAMES = may(listing(text(50), most=255))
EVENTS = may(listing(text(50), most=100))
ADDRESS = may(matching(r"https?://.{0,3490}", "an http or https URL"))


def anything(_value: Any, _pointer: str, _surface: str) -> Iterator[Problem]:
    """Accept anything."""
    return iter(())


DISPLAY = Shape(
    {
        "name": need(text(35, 1)),
        "description": may(text(140, 1)),
        "background_color": may(matching(r"#[0-9a-fA-F]{3}([0-9a-fA-F]{3})?", "a hex color")),
        "long_description": may(text(4000, 175)),
    }
)
APP_HOME = Shape(
    {
        "home_tab_enabled": may(flag),
        "messages_tab_enabled": may(flag),
        "messages_tab_read_only_enabled": may(flag),
    }
)
COMMAND = Shape(
    {
        "command": need(matching(r"/\S{1,31}", "a slash and up to 31 characters")),
        "description": need(text(2000, 1)),
        "url": ADDRESS,
        "usage_hint": may(text(1000, 1)),
        "should_escape": may(flag),
    }
)
SHORTCUT = Shape(
    {
        "name": need(text(24, 1)),
        "type": need(choice("message", "global")),
        "callback_id": need(text(255, 1)),
        "description": need(text(150, 1)),
    }
)
# The published schema has neither, but Slack's own template for enterprise search does.
SEARCH = ("search", "rich_previews")
FEATURES = Shape(
    {
        "app_home": may(APP_HOME),
        "bot_user": may(Shape({"display_name": need(text(80, 1)), "always_online": may(flag)})),
        "shortcuts": may(listing(SHORTCUT, most=10, least=1)),
        "slash_commands": may(listing(COMMAND, most=50, least=1)),
        "unfurl_domains": may(listing(matching(r"(?![.-])[-a-z0-9.]+[a-z0-9]", "a domain"), most=5, least=1)),
        **{name: may(anything) for name in ("functions", "workflow_steps", "assistant_view", "agent_view", *SEARCH)},
    }
)
OAUTH = Shape(
    {
        "redirect_urls": may(listing(text(2500), most=1000)),
        "scopes": may(Shape({"bot": NAMES, "user": NAMES, "bot_optional": NAMES, "user_optional": NAMES})),
        "token_management_enabled": may(flag),
        "pkce_enabled": may(flag),
    }
)
METADATA = listing(Shape({"app_id": need(text(None, 1)), "event_type": need(text(50, 1))}), most=20, least=1)
SUBSCRIPTIONS = Shape(
    {"request_url": ADDRESS, "user_events": EVENTS, "bot_events": EVENTS, "metadata_subscriptions": may(METADATA)}
)
INTERACTIVITY = Shape({"is_enabled": need(flag), "request_url": ADDRESS, "message_menu_options_url": ADDRESS})
SETTINGS = Shape(
    {
        "event_subscriptions": may(SUBSCRIPTIONS),
        "interactivity": may(INTERACTIVITY),
        "incoming_webhooks": may(Shape({"incoming_webhooks_enabled": may(flag)})),
        "org_deploy_enabled": may(flag),
        "socket_mode_enabled": may(flag),
        "token_rotation_enabled": may(flag),
        "is_hosted": may(flag),
        "is_mcp_enabled": may(flag),
        "hermes_app_type": may(text()),
        "function_runtime": may(text()),
        "allowed_ip_address_ranges": may(listing(text(), most=10)),
        "siws_links": may(anything),
    }
)
VERSION = ("schema_version", "min_version", "major_version", "minor_version")
HOSTED = (
    "app_directory",
    "functions",
    "workflows",
    "datastores",
    "outgoing_domains",
    "types",
    "external_auth_providers",
    "mcp_servers",
)

MANIFEST: Check = Shape(
    {
        "$schema": may(text()),
        "_metadata": may(Shape({name: may(whole(0)) for name in VERSION})),
        "display_information": need(DISPLAY),
        "features": may(FEATURES),
        "oauth_config": may(OAUTH),
        "settings": may(SETTINGS),
        **{name: may(anything) for name in HOSTED},
    }
)


def check_manifest(manifest: Any) -> list[Problem]:
    """Return what Slack would reject in a manifest."""
    return list(MANIFEST(manifest, "", "manifest")) or [*_subscriptions(manifest), *_wiring(manifest)]


def _subscriptions(manifest: Json) -> Iterator[Problem]:
    """Require events to exist."""
    subscriptions = (manifest.get("settings") or {}).get("event_subscriptions") or {}
    for kind in ("bot_events", "user_events"):
        for number, name in enumerate(subscriptions.get(kind) or []):
            if name not in KNOWN:
                near = difflib.get_close_matches(name, KNOWN, 1)
                meant = f"; perhaps {near[0]!r} is meant" if near else ""
                pointer = f"/settings/event_subscriptions/{kind}/{number}"
                yield Problem(pointer, f"Slack's Events API has no event {name!r}{meant}")


def _wiring(manifest: Json) -> Iterator[Problem]:
    """Require a way for Slack to reach the app: Socket Mode, or a URL."""
    settings = manifest.get("settings") or {}
    if settings.get("socket_mode_enabled"):
        return
    subscriptions = settings.get("event_subscriptions") or {}
    if (subscriptions.get("bot_events") or subscriptions.get("user_events")) and not subscriptions.get("request_url"):
        wanted = "Event Subscription requires either Request URL or Socket Mode Enabled"
        yield Problem("/settings/event_subscriptions", wanted)
    interactivity = settings.get("interactivity") or {}
    if interactivity.get("is_enabled") and not interactivity.get("request_url"):
        yield Problem("/settings/interactivity", "Interactivity requires a Request URL or Socket Mode enabled")
    for number, command in enumerate((manifest.get("features") or {}).get("slash_commands") or []):
        if not command.get("url"):
            yield Problem(f"/features/slash_commands/{number}", "A command requires a URL or Socket Mode enabled")
