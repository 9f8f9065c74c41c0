"""Canvases and files: documents in Slack, made by the bot for one channel."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.errors import Permanent
from bot.integrations.slack.calls import part
from bot.integrations.slack.members import SlackMembers
from bot.ports.workspace import LARGEST_FILE, Picture

# Tolerated difference between Slack's clock and ours.
_SKEW = timedelta(seconds=30)
_GONE = frozenset({"canvas_not_found", "file_not_found", "file_deleted", "not_visible"})


@dataclass(frozen=True)
class SlackDocuments(SlackMembers):
    """Writes canvases and files as the bot."""

    async def create_canvas(self, channel: str, title: str, markdown: str) -> str:
        """Create a canvas in a channel and return its id."""
        answer = await self.calls.call(
            "canvases.create", title=title, channel_id=channel, document_content=_content(markdown)
        )
        return str(part("canvases.create", answer, "canvas_id"))

    async def protect_canvas(self, canvas: str, channel: str) -> None:
        """Make a canvas of ours readable for the people of a channel, not writable: our next edit undoes changes."""
        await self.calls.call("canvases.access.set", canvas_id=canvas, access_level="read", channel_ids=[channel])

    async def edit_canvas(self, canvas: str, markdown: str) -> bool:
        """Replace the content of a canvas of ours; return False if it is gone."""
        change = {"operation": "replace", "document_content": _content(markdown)}
        return await self._unless_gone("canvases.edit", canvas_id=canvas, changes=[change])

    async def remove_canvas(self, canvas: str) -> None:
        """Delete a canvas of ours; does nothing if it is gone."""
        await self._unless_gone("canvases.delete", canvas_id=canvas)

    async def upload_file(self, channel: str, thread: str, name: str, title: str, content: str) -> str:
        """Post a file into a thread of a channel and return its id."""
        file = await self.begin_upload(name, content.encode())
        await self.end_upload(file, channel, thread, title)
        return file

    async def send_picture(self, person: str, picture: Picture, words: str, *, since: datetime | None) -> None:
        """Send somebody a picture directly; with `since`, unless one of its title has been sent since then.

        It's shared in the conversation with them, because a file that is shared nowhere is shown to its owner only.
        """
        opened = await self.calls.call("conversations.open", users=person)
        channel = str(part("conversations.open", opened, "channel", "id"))
        if since is not None and await self.find_document(channel, picture.title, since=since) is not None:
            return
        file = await self.begin_upload(picture.name, picture.content, picture.alt)
        await self.calls.call(
            "files.completeUploadExternal",
            files=[{"id": file, "title": picture.title}],
            channel_id=channel,
            initial_comment=words,
        )

    async def begin_upload(self, name: str, content: bytes, alt: str = "") -> str:
        """Upload a file that nobody sees yet, and return its id."""
        asked: dict[str, Any] = {"filename": name, "length": len(content)}
        if alt:
            asked["alt_txt"] = alt
        ticket = await self.calls.call("files.getUploadURLExternal", **asked)
        await self.calls.upload(str(part("files.getUploadURLExternal", ticket, "upload_url")), content)
        return str(part("files.getUploadURLExternal", ticket, "file_id"))

    async def end_upload(self, file: str, channel: str, thread: str, title: str) -> None:
        """Post an uploaded file into a thread of a channel."""
        await self.calls.call(
            "files.completeUploadExternal",
            files=[{"id": file, "title": title}],
            channel_id=channel,
            thread_ts=thread,
        )

    async def file_content(self, file: str) -> bytes:
        """Return the content of a file, of at most `LARGEST_FILE` bytes."""
        found = part("files.info", await self.calls.call("files.info", file=file), "file")
        return await self.calls.download(str(part("files.info", found, "url_private")), LARGEST_FILE)

    async def has_file(self, file: str) -> bool:
        """Return True if there is a file, uploaded to its end."""
        return await self._unless_gone("files.info", file=file)

    async def remove_file(self, file: str) -> None:
        """Delete a file of ours; does nothing if it is gone."""
        await self._unless_gone("files.delete", file=file)

    async def find_document(self, channel: str, title: str, *, since: datetime) -> str | None:
        """Return the newest canvas or file of ours in a channel with a title, made no earlier than `since`."""
        answer = await self.calls.call(
            "files.list", channel=channel, user=self.identity.bot_user_id, ts_from=str(int((since - _SKEW).timestamp()))
        )
        found = [one for one in part("files.list", answer, "files") if one.get("title") == title]
        newest = max(found, key=lambda one: int(one.get("created", 0)), default=None)
        return str(newest["id"]) if newest is not None else None

    async def document_link(self, document: str) -> str | None:
        """Return the address of a canvas or a file; None if Slack doesn't say."""
        try:
            answer = await self.calls.call("files.info", file=document)
        except Permanent:
            return None
        link = part("files.info", answer, "file").get("permalink")
        return str(link) if link else None

    async def _unless_gone(self, method: str, **arguments: Any) -> bool:
        try:
            await self.calls.call(method, **arguments)
        except Permanent as error:
            if error.code in _GONE:
                return False
            raise
        return True


def _content(markdown: str) -> dict[str, str]:
    return {"type": "markdown", "markdown": markdown}
