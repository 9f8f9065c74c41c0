"""PagerDuty's settings, parsed: the routing keys of services, and where PagerDuty is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,29}")
_KEY: Final = re.compile(r"[A-Za-z0-9]{8,64}")
EVENTS: Final = "https://events.pagerduty.com"
API: Final = "https://api.pagerduty.com"
_RIGHT: Final = "write the key of an Events API v2 integration, or several as dana=KEY eli=KEY"


@dataclass(frozen=True)
class PagerDutySettings:
    """The routing key of each service, by name (None: the usual one), the addresses of both APIs, and the API token."""

    keys: Mapping[str | None, str]
    events: str = EVENTS
    api: str = API
    token: str | None = None


def routing_keys(text: str) -> Mapping[str | None, str]:
    """Return the routing keys by name. Raises ValueError, without repeating what may be a secret."""
    found: dict[str | None, str] = {}
    for part in text.split():
        name, equals, key = part.rpartition("=")
        if not _KEY.fullmatch(key) or (equals and not _NAME.fullmatch(name)):
            raise ValueError(_RIGHT)
        found[name if equals else None] = key
    if not found:
        raise ValueError(_RIGHT)
    return found
