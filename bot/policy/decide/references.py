"""Keys by which people refer to escalations: their number, their channel, a ticket, a major incident."""

import re
from dataclasses import dataclass
from typing import Final

from bot.policy.decide.incidents import incident_in

_NUMBER: Final = re.compile(r"(?:esc-?|#)?(\d{1,9})", re.IGNORECASE)
# A channel as `#acme-0306`, or as Slack writes one whose name it withholds: `#C0123`.
_CHANNEL: Final = re.compile(r"#(?=[^\s]*[^\s\d])(\S{1,80})")
# A ticket as `TCK-482` or `case-7`.
_TICKET: Final = re.compile(r"[a-z][a-z0-9]{0,14}(?:-[a-z][a-z0-9]{0,14}){0,2}-\d{1,12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Key:
    """The record a key names: exactly one field is set."""

    number: int | None = None
    incident: int | None = None
    channel: str | None = None
    ticket: str | None = None


def key_in(words: str) -> Key | None:
    """Return what words name by a key, such as `ESC-12`, `INC-3`, `#acme-0306` or `TCK-482`; None for other words."""
    words = words.strip()
    if (number := _NUMBER.fullmatch(words)) is not None:
        return Key(number=int(number[1]))
    if (incident := incident_in(words)) is not None:
        return Key(incident=incident)
    if (channel := _CHANNEL.fullmatch(words)) is not None:
        return Key(channel=channel[1])
    return Key(ticket=words) if _TICKET.fullmatch(words) else None
