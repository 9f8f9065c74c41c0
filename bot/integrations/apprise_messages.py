"""The messenger port on apprise: text messages, calls, push messages, and everything else it knows.

Apprise works in threads of its own here: it waits for the network. Addresses hold passwords, so neither they nor what
apprise says about them is ever logged or shown.
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from bot.errors import Permanent, Temporary
from bot.ports.leases import require_lease
from bot.ports.pager import OutsideRing, Reached

if TYPE_CHECKING:
    from apprise import Apprise

_AT_ONCE: Final = 8
_PATIENCE_SECONDS: Final = 15
_AGAIN_AFTER: Final = timedelta(minutes=3)
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,29}")
_PLACE: Final = re.compile(r"\{([a-z_]+)\}")
_HTTP: Final = 80
_HTTPS: Final = 443
_SOMEONE: Final = Reached(name="someone", email="someone@example.com", phone="+4930901820", slack_id="U01SOMEONE")
_PLACES: Final = {"phone": "phone number", "email": "mail address", "name": "name", "slack_id": "Slack id"}


def addresses(text: str) -> Mapping[str, str]:
    """Return apprise addresses by name, from `sms=twilio://…/{phone} push=ntfys://…`. Raises ValueError.

    What is wrong is said without repeating an address.
    """
    found: dict[str, str] = {}
    for part in text.split():
        name, equals, address = part.partition("=")
        if not equals or not _NAME.fullmatch(name) or "://" not in address:
            raise ValueError("write NAME=ADDRESS, with a space between several, such as sms=twilio://…/{phone}")
        unknown = set(_PLACE.findall(address)) - _PLACES.keys()
        if unknown:
            raise ValueError(f"{name}: {{{min(unknown)}}} is none of {', '.join(f'{{{one}}}' for one in _PLACES)}")
        found[name] = address
    return found


@dataclass(frozen=True)
class AppriseMessages:
    """Sends messages to the addresses that are set up, by name."""

    addresses: Mapping[str, str]
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="apprise")
    )

    async def send(self, ring: OutsideRing, target: str, to: Reached) -> None:
        """Send one message. Raises Permanent if it can't be sent, Temporary if it wasn't taken, or not in time.

        Many services can't tell a repeat from a second message, so it is repeated after three minutes only.
        """
        address = self.addresses.get(target)
        if address is None:
            raise Permanent(target, "no address of that name is set up")
        filled = _filled(target, address, to)
        require_lease()
        sending = asyncio.get_running_loop().run_in_executor(self._threads, partial(_notify, filled, ring))
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                was_taken = await sending
        except TimeoutError:
            raise Temporary(target, "no answer in time", _AGAIN_AFTER) from None
        if not was_taken:
            raise Temporary(target, "it was refused", _AGAIN_AFTER)

    def problems(self) -> Mapping[str, str]:
        """Return what is wrong with the addresses, by name; loads apprise."""
        found = {name: _sender(_filled(name, address, _SOMEONE)) for name, address in self.addresses.items()}
        return {name: "apprise can't use this address" for name, sender in found.items() if sender is None}

    def servers(self) -> Mapping[str, tuple[str, int]]:
        """Return the host and port that an address names itself, by name; of services with a fixed address, nothing.

        Addresses that fill in something of a person before the path are left out, too. Loads apprise.
        """
        found = {}
        for name, address in self.addresses.items():
            sender = _sender(_filled(name, address, _SOMEONE)) or ()
            for plugin in sender:
                host, names_host = plugin.host, "{host}" in "".join(plugin.templates)
                if host and names_host and "{" not in address.partition("://")[2].partition("/")[0]:
                    found[name] = (host, plugin.port or (_HTTPS if plugin.secure else _HTTP))
        return found


def _filled(target: str, address: str, to: Reached) -> str:
    def fill(place: re.Match[str]) -> str:
        value = getattr(to, place[1])
        if value is None:
            raise Permanent(target, f"no {_PLACES[place[1]]} is known")
        return quote(value, safe="")

    return _PLACE.sub(fill, address)


def _notify(address: str, ring: OutsideRing) -> bool:
    from apprise import NotifyFormat, NotifyType  # noqa: PLC0415 - takes half a second, with the first message

    sender = _sender(address)
    if sender is None:
        return False
    lines = [*ring.lines, *([f"Acknowledge: {ring.link}"] if ring.link else [])]
    body = "\n".join(lines) or ring.title
    return bool(
        sender.notify(title=ring.title, body=body, notify_type=NotifyType.FAILURE, body_format=NotifyFormat.TEXT)
    )


def _sender(address: str) -> "Apprise | None":
    from apprise import Apprise, AppriseAsset, PersistentStoreMode  # noqa: PLC0415 - as above

    logging.getLogger("apprise").disabled = True  # it logs addresses, which hold passwords
    asset = AppriseAsset(
        app_id="Escalate", app_desc="Escalate", secure_logging=True, storage_mode=PersistentStoreMode.MEMORY
    )
    sender = Apprise(asset=asset)
    return sender if sender.add(address) else None
