"""chat.unfurl: previews of links that somebody posted."""

from typing import Any

from sandbox.api.arguments import Unreadable
from sandbox.api.call import Call
from sandbox.api.content import content
from sandbox.errors import SlackError
from sandbox.state import posting
from sandbox.state.channels import Channel
from sandbox.state.messages import Message

Json = dict[str, Any]


def unfurl(call: Call) -> Json:
    """Attach previews to the message with their links."""
    unfurls = call.args.get("unfurls")
    if unfurls is None:
        raise SlackError("missing_unfurls")
    if isinstance(unfurls, Unreadable) or not isinstance(unfurls, dict):
        raise SlackError("invalid_unfurls_format")
    channel, message = _message(call)
    previews = [_preview(call, message, url, preview) for url, preview in unfurls.items()]
    kept = [item for item in message.attachments or [] if item.get("app_unfurl_url") not in unfurls]
    attachments = [item | {"id": number} for number, item in enumerate([*kept, *previews], start=1)]
    posting.edit(call.workspace, channel, message, None, attachments=attachments)
    return {}


def _message(call: Call) -> tuple[Channel, Message]:
    """Return the message, given by `channel` and `ts` or by the event's `unfurl_id` and `source`."""
    channel_id, ts = call.text("channel"), call.text("ts")
    if call.text("unfurl_id"):
        if not call.text("source"):
            raise SlackError("missing_source")
        if call.text("source") not in ("composer", "conversations_history"):
            raise SlackError("invalid_source")
        channel_id, dash, ts = call.text("unfurl_id").partition("-")
        if not dash or channel_id not in call.workspace.channels:
            raise SlackError("invalid_unfurl_id")
    elif not channel_id:
        raise SlackError("missing_channel")
    elif not ts:
        raise SlackError("missing_ts")
    channel = call.workspace.channels.get(channel_id)
    if channel is None:
        raise SlackError("cannot_find_channel")
    message = channel.messages.get(ts)
    if message is None:
        raise SlackError("cannot_find_message")
    return channel, message


def _preview(call: Call, message: Message, url: str, preview: Any) -> Json:
    if not isinstance(preview, dict):
        raise SlackError("cannot_parse_attachment")
    if f"<{url}" not in message.text:
        raise SlackError("cannot_unfurl_message")
    domain = url.partition("://")[2].partition("/")[0]
    domains = call.app.manifest.unfurl_domains
    if not any(domain == known or domain.endswith(f".{known}") for known in domains):
        raise SlackError("cannot_unfurl_url")
    try:
        content({"attachments": [preview]})
    except SlackError as error:
        raise SlackError("cannot_parse_attachment", **error.fields) from error
    ours = {"from_url": url, "app_unfurl_url": url, "is_app_unfurl": True, "app_id": call.app.id}
    return {"fallback": preview.get("title") or url} | preview | ours


HANDLERS = {"chat.unfurl": unfurl}
