"""Slash commands and shortcuts."""

import html
import re
from typing import Any

from sandbox.apps import App
from sandbox.control.control_call import ControlCall
from sandbox.control.interact import Interactions, told
from sandbox.control.talk import ADDRESS
from sandbox.delivery import payloads
from sandbox.delivery.courier import COMMANDS, Parcel, Receipt
from sandbox.delivery.responses import ResponseTarget
from sandbox.errors import Misuse, SlackError
from sandbox.manifest import Command, Shortcut
from sandbox.state import posting

Json = dict[str, Any]

_MAIL = re.compile(r"[^\s<>|@]+@[^\s<>|@]+\.[^\s<>|@]+")


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
    """Return the text as the app gets it: as typed, or escaped if the manifest sets `should_escape`."""
    text = call.text("text", "")
    return escaped(call, text) if command.should_escape else text


def escaped(call: ControlCall, text: str) -> str:
    """Return a command's text as Slack escapes it.

    Names are `<@U012|ana>` and `<#C012|general>`, addresses `<https://a.example>` and
    `<mailto:a@b.example|a@b.example>`; `&`, `<` and `>` are `&amp;`, `&lt;` and `&gt;`.
    """
    return "".join(_escaped_word(call, word) for word in re.split(r"(\s+)", text))


def _escaped_word(call: ControlCall, word: str) -> str:
    core = word.rstrip(".,;:!?)")
    tail = html.escape(word[len(core) :], quote=False)
    if core.startswith("@") and (user := next((u for u in call.workspace.users.values() if u.name == core[1:]), None)):
        return f"<@{user.id}|{user.name}>{tail}"
    if core.startswith("#") and (channel := call.workspace.channel_named(core[1:])):
        return f"<#{channel.id}|{channel.name}>{tail}"
    plain = html.escape(core, quote=False)
    if _MAIL.fullmatch(core):
        return f"<mailto:{plain}|{plain}>{tail}"
    return f"<{plain}>{tail}" if ADDRESS.fullmatch(core) else plain + tail


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
