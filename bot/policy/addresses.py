"""Web addresses that people type: which may be stored and posted as a link."""

import re
from urllib.parse import urlsplit

# Characters that end a link in Slack's markup, or begin other markup, can't be part of an address.
_FORBIDDEN = re.compile(r"[\s<>|\x00-\x1f\x7f\\]")


def is_web_address(text: str) -> bool:
    """Return True if a text is an http or https address with a host. Slack's client checks it; a forged form doesn't.

    `!channel` and `javascript:…` are not addresses, and neither is a text with characters that would end the link.
    """
    if _FORBIDDEN.search(text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme.casefold() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
