"""Follow-ups across escalations, as the reply to a command."""

from collections.abc import Iterator
from typing import Final

from bot.policy.decide import follow_up_words
from bot.policy.record.follow_ups import FollowUpLine, LateFollowUps, ListedFollowUps
from bot.ports.workspace import Block, Message
from bot.views.follow_ups import follow_up_lines
from bot.views.kit import ids
from bot.views.kit.parts import button, context, header, section
from bot.views.kit.text import escape, person, times

_ECHOED: Final = 80
_CANNOT: Final = ":warning: {keys} can't be read. Ask an admin to run `escalate doctor`."


def draw(listed: ListedFollowUps, command: str, page: int) -> Message:
    """Draw a page of follow-ups; `page` is how many a page holds."""
    found = listed.found
    if not found.total:
        text = _none(listed.words)
        return Message(text, (section(text),))
    state = "settled" if listed.is_settled else "open"
    text = f"{times(found.total, f'{state} follow-up')}"
    text = f"{text}: {listed.words[:_ECHOED]}" if listed.words else text
    text = f"{text}, from {found.first + 1} on" if found.before else text
    return Message(escape(text), (header(text), *_lines(listed), *_more(listed, command, page)))


def _none(words: str) -> str:
    """Return that there are none, of those that were asked for."""
    wanted = follow_up_words.parse(words)
    if wanted.number is not None or wanted.account:
        return f"No follow-ups match “{escape(words, _ECHOED)}”."
    state = "finished" if wanted.is_settled else "overdue" if wanted.is_late else "open"
    return f"You have no {state} follow-ups." if wanted.is_mine else f"No {state} follow-ups."


def _lines(listed: ListedFollowUps) -> Iterator[Block]:
    for one in listed.found.shown:
        change = button("Change", ids.PRESS_FOLLOW_UP, follow_up_lines.value_of(one.number, one.id))
        yield section(_line(one, listed), accessory=change)


def _line(one: FollowUpLine, listed: ListedFollowUps) -> str:
    place = f"{one.key} {escape(one.account)} · {person(one.owner)} · {follow_up_lines.standing(one, listed.on)}"
    return f"*{follow_up_lines.what(one)}*\n{place}"


def _more(listed: ListedFollowUps, command: str, page: int) -> Iterator[Block]:
    found = listed.found
    if found.after:
        following = f"{command} followups {listed.words}".rstrip()
        yield context(f"{found.after} more: `{escape(following)} {found.first // page + 2}`")
    if found.unreadable:
        yield context(_CANNOT.format(keys=", ".join(f"ESC-{number}" for number in found.unreadable)))


def late(found: LateFollowUps) -> Iterator[Block]:
    """Yield the late follow-ups of one reader, with what more there is."""
    for one in found.shown:
        change = button("Change", ids.PRESS_FOLLOW_UP, follow_up_lines.value_of(one.number, one.id))
        place = f"{one.key} {escape(one.account)} · follow-up {follow_up_lines.standing(one, found.on)}"
        yield section(f":dart: {follow_up_lines.what(one)}\n{place}", accessory=change)
    if found.total > len(found.shown):
        more = found.total - len(found.shown)
        yield context(f"{times(more, 'more follow-up')} overdue.")


def of_the_team(found: LateFollowUps) -> Block:
    """Return the late follow-ups of somebody's people, in one entry. Proposals to change the policy are counted."""
    proposals = sum(one.what.startswith(follow_up_words.POLICY_CHANGE) for one in found.shown)
    named = [f"{times(proposals, 'proposal')} to change the policy"] if proposals else []
    named += [
        f"{follow_up_lines.what(one)} ({one.key}, {person(one.owner)})"
        for one in found.shown
        if not one.what.startswith(follow_up_words.POLICY_CHANGE)
    ]
    more = found.total - len(found.shown)
    also = f" and {more} more" if more > 0 else ""
    show = button("Show", ids.PRESS_COMMAND, "followups overdue")
    return section(f":dart: {counted(found)}: {'; '.join(named)}{also}.", accessory=show)


def counted(found: LateFollowUps) -> str:
    """Return how many are late."""
    return f"{times(found.total, 'follow-up')} overdue"
