"""Slash commands and shortcuts."""

from typing import Any

from sandbox.apps import App
from sandbox.control.control_call import ControlCall
from sandbox.control.interact import Interactions, told
from sandbox.delivery import payloads
from sandbox.delivery.courier import COMMANDS, Parcel, Receipt
from sandbox.delivery.responses import ResponseTarget
from sandbox.errors import Misuse, SlackError
from sandbox.manifest import Command, Shortcut
from sandbox.state import posting

Json = dict[str, Any]


async def command(interactions: Interactions, call: ControlCall) -> Json:
    """Run a slash command. Without `command` it is the first one of the first app that has any."""
    call.only("user", "channel", "command", "text", "thread_ts")
    user = call.user()
    channel = call.channel(user)
    if call.text("thread_ts", ""):
        raise Misuse("not_in_threads", "Slack takes no slash commands in threads")
    app, known = _command(interactions, call.text("command", ""))
    typed = payloads.Typed(user, channel, known.name, _spelled(call, known))
    workspace = interactions.workspace
    payload = payloads.command(
        workspace,
        app,
        typed,
        trigger_id=workspace.triggers.issue(app.id, user.id, channel=channel.id),
        url=interactions.responses.url(app, user.id, channel),
    )
    receipt = await interactions.courier.deliver(Parcel(app, COMMANDS, known.name, payload))
    _show(interactions, app, typed, receipt)
    return told(receipt)


def _command(interactions: Interactions, name: str) -> tuple[App, Command]:
    known = [(app, command) for app in interactions.workspace.apps for command in app.manifest.commands]
    wanted = name if name.startswith("/") or not name else f"/{name}"
    for app, command in known:
        if wanted in ("", command.name):
            return app, command
    for app in interactions.workspace.apps:
        if wanted and not app.manifest.commands and app.manifest.scopes is None:  # without a manifest
            return app, Command(wanted)
    names = ", ".join(command.name for _, command in known) or "none"
    raise Misuse("command_not_found", f"no app answers {wanted or 'commands'}; there are: {names}")


def _spelled(call: ControlCall, command: Command) -> str:
    """Return the text as the app gets it: names become ids if the manifest sets `should_escape`."""
    text = call.text("text", "")
    if not command.should_escape:
        return text
    return escaped_names(call, text)


def escaped_names(call: ControlCall, text: str) -> str:
    """Return the text with names escaped as Slack does for commands: `<@U012|ana>`, `<#C012|general>`."""
    words = []
    for word in text.split(" "):
        user = next((u for u in call.workspace.users.values() if word == f"@{u.name}"), None)
        channel = call.workspace.channel_named(word[1:]) if word.startswith("#") else None
        if user is not None:
            words.append(f"<@{user.id}|{user.name}>")
        elif channel is not None:
            words.append(f"<#{channel.id}|{channel.name}>")
        else:
            words.append(word)
    return " ".join(words)


def _show(interactions: Interactions, app: App, typed: payloads.Typed, receipt: Receipt) -> None:
    """Show the person the app's response, or that there was none."""
    if not receipt.acknowledged:
        _failed(interactions, typed, "operation_timeout" if receipt.failure == "http_timeout" else "dispatch_failed")
        return
    answer = {"text": receipt.body} if isinstance(receipt.body, str) else receipt.body or {}
    if not isinstance(answer, dict) or not any(answer.get(part) for part in ("text", "blocks", "attachments")):
        return
    try:
        interactions.responses.say(
            ResponseTarget(app, typed.user.id, typed.channel, None, interactions.workspace.now()), answer
        )
    except SlackError as error:
        _failed(interactions, typed, error.error)


def _failed(interactions: Interactions, typed: payloads.Typed, problem: str) -> None:
    text = f'{typed.name} failed with the error "{problem}"'
    posting.slackbot_says(interactions.workspace, typed.channel, typed.user.id, text)


async def shortcut(interactions: Interactions, call: ControlCall) -> Json:
    """Use a shortcut: a global one, or a message shortcut if `channel` and `ts` are given."""
    call.only("user", "callback_id", "channel", "ts")
    user = call.user()
    on_message = bool(call.text("ts", ""))
    app, known = _shortcut(interactions, call.text("callback_id"), "message" if on_message else "global")
    workspace = interactions.workspace
    fields: Json = {
        "callback_id": known.callback_id,
        "trigger_id": workspace.triggers.issue(app.id, user.id),
        "action_ts": payloads.action_ts(workspace),
    }
    if not on_message:
        return told(await interactions.interact(app, payloads.interaction(workspace, app, user, "shortcut", **fields)))
    channel = call.channel(user)
    message = call.message(channel, user, call.text("ts"))
    if message.extra.get("is_ephemeral"):
        raise Misuse("ephemeral", "messages that only one person sees have no shortcuts")
    fields |= payloads.on_message(workspace, channel, message) | {
        "message_ts": message.ts,
        "response_url": interactions.responses.url(app, user.id, channel),
    }
    del fields["container"]
    return told(
        await interactions.interact(app, payloads.interaction(workspace, app, user, "message_action", **fields))
    )


def _shortcut(interactions: Interactions, callback_id: str, kind: str) -> tuple[App, Shortcut]:
    known = [(app, shortcut) for app in interactions.workspace.apps for shortcut in app.manifest.shortcuts]
    for app, shortcut in known:
        if (shortcut.callback_id, shortcut.kind) == (callback_id, kind):
            return app, shortcut
    names = ", ".join(f"{shortcut.callback_id} ({shortcut.kind})" for _, shortcut in known) or "none"
    raise Misuse("shortcut_not_found", f"there is no {kind} shortcut {callback_id!r}; there are: {names}")
