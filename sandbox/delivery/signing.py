"""Signatures of Slack's HTTP requests, version `v0`."""

import hashlib
import hmac

VERSION = "v0"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the `X-Slack-Signature` for a body and timestamp."""
    base = f"{VERSION}:{timestamp}:".encode() + body
    return f"{VERSION}={hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()}"
