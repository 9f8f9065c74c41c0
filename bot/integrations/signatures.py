"""The signature of requests from programs of the company itself.

HMAC-SHA256 over the time and the body, as Slack signs: `X-Escalate-Signature: v0=<hex>` of
`v0:<X-Escalate-Timestamp>:<body>`.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Final

_OLDEST_SECONDS: Final = 300
# Longer numbers are no time, and Python refuses to read very long ones.
_LONGEST_STAMP: Final = 20


def is_signed(secret: str, body: bytes, headers: Mapping[str, str], now: datetime) -> bool:
    """Return True if the headers sign this body with the secret, and no longer than five minutes ago."""
    stamp, signature = (headers.get(f"x-escalate-{name}", "") for name in ("timestamp", "signature"))
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > _LONGEST_STAMP:
        return False
    if abs(now.timestamp() - int(stamp)) > _OLDEST_SECONDS:
        return False
    signed = b"v0:" + stamp.encode() + b":" + body
    wanted = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "replace"))
