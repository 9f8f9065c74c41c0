"""Answers somebody where they asked for a form, which is closed by then."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

from bot.errors import Ambiguous, OutsideError, Permanent
from bot.ports.workspace import Message, Workspace
from bot.scheduler.effects.messages import post_once
from bot.scheduler.jobs import Job


@dataclass(frozen=True, slots=True)
class AskedWhere:
    """Where somebody asked for a form; without a channel they are told directly."""

    person: str
    channel: str | None = None
    response_url: str | None = None
    thread: str | None = None

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        """Return the place that the payload of a receipt names."""
        return cls(payload["person"], payload["channel"], payload.get("response_url"), payload.get("thread"))


async def answer_at(workspace: Workspace, job: Job, place: AskedWhere, line: Message, outside: Message | None) -> None:
    """Answer somebody where they asked; with `outside` if another company reads that channel, or else directly.

    Slack takes answers to a command for half an hour. After that the bot needs to be in that channel; where it
    isn't, the same text is a direct message.
    """
    if place.channel is not None and await _is_shared(workspace, place.channel):
        if outside is None:
            await post_once(workspace, job, place.person, line)
            return
        line = outside
    answer: dict[str, Any] = {"response_type": "ephemeral", "replace_original": False, "text": line.text}
    answer |= {"blocks": list(line.blocks)} if line.blocks else {}
    answer |= {"thread_ts": place.thread} if place.thread else {}
    if place.response_url:
        with suppress(Ambiguous):
            await workspace.respond(place.response_url, answer)
            return
    if place.channel is not None:
        with suppress(Permanent):
            await workspace.post_ephemeral(place.channel, place.person, line, thread=place.thread)
            return
    await post_once(workspace, job, place.person, line)


async def _is_shared(workspace: Workspace, channel: str) -> bool:
    """Return True if another company reads a channel; also if Slack doesn't say so now."""
    try:
        return await workspace.is_shared(channel)
    except OutsideError:
        return True
