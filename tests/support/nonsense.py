"""Responses that are not Slack's: from proxies, sign-in pages, maintenance pages and broken connections."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime


@dataclass(frozen=True)
class Nonsense:
    """A response. `cut` announces more bytes than it sends; `says` is Slack's assumed error code, if any."""

    name: str
    status: int = 200
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    retry_after: str | None = None
    cut: bool = False


_HTML = "text/html; charset=utf-8"
_PAGE = b"<!doctype html><title>Sign in</title><h1>Please sign in to go on</h1>"
_LATER = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)

ALL = (
    Nonsense("a sign-in page", 200, _PAGE, _HTML),
    *(Nonsense(f"a page of a proxy, {status}", status, _PAGE, _HTML) for status in (302, 401, 403, 404, 407, 500, 502)),
    Nonsense("a page that calls itself JSON", 200, _PAGE),
    Nonsense("plain text", 200, b"OK", "text/plain"),
    Nonsense("nothing at all", 200, b""),
    Nonsense("no content", 204),
    Nonsense("null", 200, b"null"),
    Nonsense("a list", 200, b"[]"),
    Nonsense("a string", 200, b'"ok"'),
    Nonsense("a number", 200, b"42"),
    Nonsense("true", 200, b"true"),
    Nonsense("an empty object", 200, b"{}"),
    Nonsense("ok, and nothing else", 200, b'{"ok": true}'),
    Nonsense("ok as a word", 200, b'{"ok": "yes"}'),
    Nonsense("no reason", 200, b'{"ok": false}'),
    Nonsense("a reason that is a list", 200, b'{"ok": false, "error": ["channel_not_found"]}'),
    Nonsense("a reason that is a sentence", 200, b'{"ok": false, "error": "Bad Gateway: try later"}'),
    Nonsense("a word nobody knows", 200, b'{"ok": false, "error": "moved_to_the_moon"}'),
    Nonsense("keys withdrawn", 200, b'{"ok": false, "error": "ekm_access_denied"}'),
    Nonsense("a migration", 200, b'{"ok": false, "error": "org_login_required"}'),
    Nonsense("half an object", 200, b'{"ok": true, "channel": {"id": "C0'),
    Nonsense("a body cut off", 200, b'{"ok": true, "channel"', cut=True),
    Nonsense("bytes that are no text", 200, b"\xff\xfe\x00\x80"),
    Nonsense("a file", 200, b"\x1f\x8b\x08\x00\x00", "application/gzip"),
    Nonsense("too many, until a date", 429, b'{"ok": false, "error": "ratelimited"}', retry_after=_LATER),
    Nonsense("too many, for no time that is known", 429, _PAGE, _HTML, retry_after="soon"),
    Nonsense("too many, for ever", 429, _PAGE, _HTML, retry_after="99999999999999999999"),
)
