"""The answer to "who is on call?"."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from bot.policy.decide.on_call import AreaDuty, Duty, Shift
from bot.ports.workspace import Block, Message
from bot.views.kit import ids
from bot.views.kit.parts import button, context, header, section
from bot.views.kit.text import escape, moment, near_moment, person

# Slack shows at most fifty blocks in a message.
_SHOWN: Final = 30


def draw(duties: Sequence[AreaDuty], now: datetime, command: str) -> Message:
    """Draw who is on call for each area; of one area alone its next shifts too."""
    if not duties:
        text = "No areas are set up yet. An admin adds them in the directory."
        return Message(text, (section(text),))
    return Message("Who is on call", tuple(_blocks(duties, now, command)))


def _blocks(duties: Sequence[AreaDuty], now: datetime, command: str) -> Iterator[Block]:
    yield header("On call")
    for place, duty in enumerate(duties[:_SHOWN]):
        take = button("Take over", ids.PRESS_TAKE_SHIFT, duty.area.key)
        yield section(_area(duty, now), accessory=take, block_id=f"area-{place}")
        if later := "\n".join(map(_line, duty.shifts[1:])):
            yield context(later)
    if len(duties) > _SHOWN:
        yield context(f"{len(duties) - _SHOWN} more: `{escape(command)} oncall [area]`")


def _area(duty: AreaDuty, now: datetime) -> str:
    name = f"*{escape(duty.area.name)}*"
    if duty.now is None:
        owner = person(duty.area.owner) if duty.area.owner else None
        said = f"{owner} owns it, no one is on call" if owner else "No one is on call and no one owns it"
        if not duty.area.has_on_call and owner:
            said = f"{owner} owns it"
    else:
        said = who(duty.now.duty)
        if duty.now.ends_at is not None:
            said += f" until {near_moment(duty.now.ends_at, now)}"
    following = duty.next
    if following is not None:
        said += f"\nNext: {who(following.duty)} from {near_moment(following.starts_at, now)}"
    return f"{name}\n{said}"


def _line(shift: Shift) -> str:
    until = f" to {moment(shift.ends_at)}" if shift.ends_at else ""
    return f"{who(shift.duty)}: {moment(shift.starts_at)}{until}"


def who(duty: Duty) -> str:
    """Return who is on call, and for whom they stand in."""
    return person(duty.person) + (f" for {person(duty.stands_in_for)}, who is away" if duty.stands_in_for else "")
