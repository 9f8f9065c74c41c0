"""Buttons of messages that are spent: what they do was done, or what they're about is over."""

from collections.abc import Iterator
from typing import Any

from bot.views.kit import ids
from tests.support.every_press import mine
from tests.support.person import Json
from tests.support.story import USERS, Story

# What people may still do once an escalation is over.
AFTER_THE_END = frozenset(
    {
        ids.PRESS_CALL,
        ids.PRESS_CASE_REVIEW,  # of the account, not of this escalation
        ids.PRESS_FOLLOW_UP,
        ids.PRESS_FOLLOW_UPS,
        ids.PRESS_FOLLOW_UP_DONE,
        ids.PRESS_KEEP_OPEN,
        ids.PRESS_LEARNED,
        ids.PRESS_SUMMARY,
        ids.PRESS_WATCH_WELL,
        ids.PRESS_WATCH_WRONG,
    }
)
# Lists and digests, which show a moment and are drawn anew when asked for.
OF_A_MOMENT = frozenset({ids.PICK_DIGEST})
# Of others with numbers of their own: incidents and drills.
_OF_OTHERS = ("press_incident", "pick_programme", "press_drill")
# Posted by stories in the place of an earlier version.
OF_EARLIER_VERSIONS = frozenset({ids.PRESS_MORE, f"{ids.PRESS_FACT}customer.name"})
# Buttons that stay where they were pressed, because they can be pressed again.
STAYS = {
    ids.PICK_DIGEST: "of a moment",
    ids.PRESS_COMMAND: "a reply to one person",
    ids.PRESS_FIND_OLDER: "turns pages",
    ids.PRESS_FIND_NEWER: "turns pages",
    ids.PRESS_ACCOUNT_OLDER: "turns pages",
    ids.PRESS_ACCOUNT_NEWER: "turns pages",
    ids.PRESS_PAGE_FURTHER: "until someone responds, the next person can be paged",
    ids.PRESS_STATUS_MISSING: "it may be posted later",
}


def left_after_the_end(story: Story, number: int) -> list[tuple[str, str]]:
    """Return the buttons of an escalation that is over in messages other than its card, each with its message."""
    archived = {channel["id"] for channel in story.state()["channels"] if channel.get("is_archived")}
    allowed = AFTER_THE_END | OF_A_MOMENT | OF_EARLIER_VERSIONS
    return [
        (control["action_id"], message.text[:80])
        for message in _messages(story)
        if message.ts != story.facts(number).card_ts
        and not message.raw.get("is_ephemeral")
        # Slack lets nobody edit what is in an archived channel.
        and message.raw["channel"] not in archived
        for control in _controls(message.raw.get("blocks") or [])
        if _is_about(control, number) and control["action_id"] not in allowed
    ]


def stands(story: Story, channel: str, ts: str, action_id: str) -> bool:
    """Return True if a message still has a control."""
    return any(
        control["action_id"] == action_id
        for message in _messages(story)
        if (message.raw["channel"], message.ts) == (channel, ts)
        for control in _controls(message.raw.get("blocks") or [])
    )


def _messages(story: Story) -> Iterator[Any]:
    seen = set()
    for who in USERS:
        for channel in mine(story, who):
            for message in story.messages(channel, who):
                if (channel, message.ts) not in seen:
                    seen.add((channel, message.ts))
                    yield message


def _controls(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        if "action_id" in value:
            yield value
        for item in value.values():
            yield from _controls(item)
    elif isinstance(value, list):
        for item in value:
            yield from _controls(item)


def _is_about(control: Json, number: int) -> bool:
    value = str(control.get("value", ""))
    if control["action_id"].startswith(_OF_OTHERS):
        return False
    return value == str(number) or value.startswith(f"{number}:")
