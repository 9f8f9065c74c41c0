"""Signatures of Slack's requests over HTTP, version `v0`."""

import hashlib
import hmac

VERSION = "v0"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the value of `X-Slack-Signature` for a body sent at a time."""
    base = f"{VERSION}:{timestamp}:".encode() + body
    return f"{VERSION}={hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()}"
