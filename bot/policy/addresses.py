"""Addresses on the web that people type: what may be kept and posted as a link."""

import re
from urllib.parse import urlsplit

# What ends a link in Slack's markup, or begins another thing in it, stands in no address.
_FORBIDDEN = re.compile(r"[\s<>|\x00-\x1f\x7f\\]")


def is_web_address(text: str) -> bool:
    """Tell whether a text is an http or https address with a host. Slack's own client checks it; a forged form doesn't.

    So `!channel` or `javascript:…` is none, and neither is a text with signs that would end the link.
    """
    if _FORBIDDEN.search(text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme.casefold() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False
