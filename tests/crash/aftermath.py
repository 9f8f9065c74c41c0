"""Invariants that hold at the end, however often the bot died on the way."""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from bot.integrations.slack.workspace import METADATA_EVENT
from bot.models.escalation import Escalation
from bot.models.people import Participant
from bot.models.timeline import TimelineEntry
from bot.models.work import Effect, EffectKind, EffectState, Timer
from bot.views.kit import ids
from tests.crash.company import Company

BOT = "U0SANDBOX1"
FEED = "escalations"
# Each of these effects is one message.
MESSAGES = (
    EffectKind.CARD,
    EffectKind.PAGE,
    EffectKind.BREACH,
    EffectKind.REMINDER,
    EffectKind.ANNOUNCEMENT,
    EffectKind.DIRECT,
    EffectKind.FEED,
)
_DEFECTS = (
    "effect failed",
    "settling failed",
    "firing timers failed",
    "request failed",
    "scheduled job failed",
    "account weighting failed",
    "record repair failed",
    "audit batch failed, continuing one by one",
)

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Aftermath:
    """Slack and the database, after everything has come to rest."""

    company: Company

    def check(self) -> None:
        """Check that exactly the accepted escalations exist, each complete, and nothing twice."""
        self._nothing_failed()
        rows = self._rows(select(Escalation.id, Escalation.channel_id, Escalation.card_ts))
        assert sorted(row.id for row in rows) == sorted(self.company.accepted), "each form declares once"
        made = {channel["id"]: channel["name"] for channel in self._channels if _is_for_one(channel)}
        owners = Counter(row.channel_id for row in rows)
        assert owners == Counter(list(made)), f"one channel each, and none without an owner: {made}, {rows}"
        for row in rows:
            self._channel_is_whole(row.id, row.channel_id, row.card_ts)
        self._each_message_once()
        self._each_event_once()

    def _nothing_failed(self) -> None:
        parked = self._rows(select(Effect.id, Effect.kind, Effect.error).where(Effect.state == EffectState.PARKED))
        assert not parked
        for bot in self.company.bots:
            defects = [_told(entry) for entry in bot.log() if entry.get("event") in _DEFECTS]
            assert not defects, f"{bot.name}: {defects[0]}"

    def _channel_is_whole(self, number: int, channel_id: str, card_ts: str) -> None:
        channel = next(found for found in self._channels if found["id"] == channel_id)
        cards = [message for message in self._messages[channel_id] if _offers(message, ids.PICK_MORE)]
        assert [card["ts"] for card in cards] == [card_ts], f"ESC-{number} has one card"
        assert [pin["ts"] for pin in channel["pins"]] == [card_ts], f"ESC-{number} has one pin"
        people = self._rows(select(Participant.person, Participant.state).where(Participant.escalation_id == number))
        apart = {row.person for row in people} ^ set(channel["members"]) - {BOT}
        assert not apart, f"everybody is in ESC-{number}: {apart} are in the record or in the channel: {people}"
        assert BOT in channel["members"]
        links = [bookmark["link"] for bookmark in channel["bookmarks"]]
        assert len(links) == len(set(links)) == 2, f"ESC-{number} has each bookmark once: {links}"
        assert channel["topic"], f"ESC-{number} has a topic"
        assert not channel["purpose"], f"ESC-{number} has a purpose, and Slack's line about it"

    def _each_message_once(self) -> None:
        """Check that each message was posted exactly once."""
        posted = self.posted
        done = self._rows(select(Effect.id, Effect.kind).where(Effect.state == EffectState.DONE))
        wanted = {row.id for row in done if row.kind in MESSAGES}
        known = {row.id: row.kind for row in done}
        twice = {effect: (known.get(effect), times) for effect, times in posted.items() if times > 1}
        assert not twice, f"no message comes twice: {twice}"
        lost = {effect: known[effect] for effect in wanted - set(posted)}
        assert not lost, f"no message is lost: {lost}"
        assert set(posted) - known.keys() == set(), "no message comes from nowhere"

    def _each_event_once(self) -> None:
        """Check that each timeline event, and each timer's result, exists exactly once."""
        once = ("declared", "channel created", "response breached", "resolution breached")
        entries = self._rows(select(TimelineEntry.escalation_id, TimelineEntry.event))
        events = Counter((row.escalation_id, row.event) for row in entries if row.event in once)
        assert {event for event, times in events.items() if times > 1} == set()
        kinds = (EffectKind.REMINDER, EffectKind.BREACH, EffectKind.DIRECT, EffectKind.PAGE, EffectKind.FEED)
        effects = self._rows(select(Effect.escalation_id, Effect.kind, Effect.payload).where(Effect.kind.in_(kinds)))
        said = Counter((row.escalation_id, row.kind, repr(sorted(row.payload.items()))) for row in effects)
        assert {what for what, times in said.items() if times > 1} == set(), "each timer tells once"

    @cached_property
    def posted(self) -> Counter[int]:
        """Return how many messages each effect has in Slack, or had before a later one replaced it."""
        standing = Counter(
            effect
            for messages in self._messages.values()
            for message in messages
            if (effect := _effect_of(message.get("metadata"))) is not None
        )
        return standing + self._removed(standing)

    def _removed(self, standing: Collection[int]) -> Counter[int]:
        """Return the effects whose messages the bot has deleted: rings and reminders that later ones replaced."""
        calls = self.company.slack.control.get("calls")["calls"]
        posts = [call for call in calls if call["method"] == "chat.postMessage"]
        answers = [call["answer"] for call in posts if _is_ok(call)]
        posted = {(said["channel"], said["ts"]): _effect_of(said["message"].get("metadata")) for said in answers}
        deleted = [call for call in calls if call["method"] == "chat.delete" and _is_ok(call)]
        places = {(call["arguments"]["channel"], call["arguments"]["ts"]) for call in deleted}
        known = Counter(effect for place in places if (effect := posted.get(place)) is not None)
        # Where the answer was lost, what was sent is known, and not its place.
        lost = {_effect_of(call["arguments"].get("metadata")) for call in posts if not _is_ok(call)}
        gone = [effect for effect in lost if effect is not None and effect not in standing and effect not in known]
        return known + Counter(gone[: len(places - posted.keys())])

    def settled(self) -> int:
        """Return how many effects are settled."""
        over = Effect.state.in_((EffectState.DONE, EffectState.DROPPED))
        return len(self._rows(select(Effect.id).where(over)))

    def fired(self, keys: Collection[str]) -> None:
        """Check that timers have fired."""
        rows = self._rows(select(Timer.key, Timer.fired_at, Timer.failures).where(Timer.key.in_(keys)))
        assert sorted(row.key for row in rows) == sorted(keys)
        assert [row.key for row in rows if row.fired_at is None or row.failures] == []

    def _rows(self, query: Any) -> Sequence[Any]:
        with self.company.engine.connect() as connection:
            return connection.execute(query).all()

    @cached_property
    def _channels(self) -> Sequence[Json]:
        channels: Sequence[Json] = self.company.slack.control.get("state")["channels"]
        return channels

    @cached_property
    def _messages(self) -> Mapping[str, Sequence[Json]]:
        """Return all messages by channel."""
        control = self.company.slack.control
        readers = {channel["id"]: next(iter(channel["members"]), BOT) for channel in self._channels}
        return {
            channel: control.get("messages", channel=channel, user=reader)["messages"]
            for channel, reader in readers.items()
        }


def _told(entry: Mapping[str, object]) -> str:
    """Return a log entry in one line, with the last line of its traceback."""
    traceback = str(entry.get("exception", "")).strip().splitlines()[-1:]
    return " ".join([*(f"{name}={value}" for name, value in entry.items() if name != "exception"), *traceback])


def _is_ok(call: Json) -> bool:
    """Return True if a call's answer is known and good: some are lost, and some are nonsense."""
    return isinstance(call["answer"], dict) and bool(call["answer"].get("ok"))


def _effect_of(metadata: Any) -> int | None:
    """Return the effect that a message's metadata names; None for a message that isn't an effect's."""
    read = json.loads(metadata) if isinstance(metadata, str) else metadata or {}
    return int(read["event_payload"]["effect"]) if read.get("event_type") == METADATA_EVENT else None


def _is_for_one(channel: Json) -> bool:
    """Return True if the bot made the channel for an escalation: it is neither the feed nor a direct message."""
    return channel.get("creator") == BOT and channel["name"] != FEED


def _offers(message: Json, action_id: str) -> bool:
    """Return True if a message has a control."""
    return any(
        element.get("action_id") == action_id
        for block in message.get("blocks") or []
        for element in block.get("elements") or []
    )
