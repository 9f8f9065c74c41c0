"""A Web API request, parsed as far as possible before the sender is known."""

import time
from typing import TYPE_CHECKING, Any

from starlette.datastructures import Headers
from starlette.requests import Request

from sandbox.api.arguments import body
from sandbox.api.table import methods
from sandbox.errors import SlackError

if TYPE_CHECKING:
    from sandbox.apps import App
    from sandbox.serving import Connection

Json = dict[str, Any]

SECRET_ARGUMENTS = frozenset({"token", "client_secret"})


_CHARSETS = frozenset({"utf-8", "iso-8859-1"})
"""The charsets Slack supports; it warns of any other and decodes as UTF-8."""


def _charset(content_type: str) -> str | None:
    """Return the charset of a content type, in lower case."""
    for part in content_type.split(";")[1:]:
        name, _, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").lower()
    return None


class Exchange:
    """One request, with what is known about it so far."""

    def __init__(self, name: str, content: bytes, request: Request) -> None:
        self.name = name
        self.method = methods().get(name)
        self.at = time.time()
        self.started = time.perf_counter()
        self.http = request.method
        self.base_url = str(request.base_url).rstrip("/")
        self.connection: Connection = request.state.connection
        self.app: App | None = None
        self.execution: str | None = None
        self.warnings: list[str] = []
        self.unreadable: SlackError | None = None
        self.given: Json = dict(request.query_params)
        self.token = self._read(content, request.headers)

    def _read(self, content: bytes, headers: Headers) -> str:
        """Parse all arguments, a JSON body only for methods that accept one, and return the token.

        It is taken from the header, else from the form or the query, never from a JSON body.
        """
        content_type = headers.get("content-type", "")
        token = self.given.get("token")
        try:
            fields, is_json = body(content_type, content)
        except SlackError as error:
            self.unreadable = error
            fields, is_json = {}, False
        charset = _charset(content_type)
        if is_json and charset is None:
            self.warnings.append("missing_charset")
        if not is_json and fields and charset is not None:
            self.warnings.append("superfluous_charset")
        if is_json and charset is not None and charset not in _CHARSETS:
            self.warnings.append("invalid_charset")
        if not is_json or (self.method and self.method.json):
            self.given |= fields
        kind, _, bearer = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and bearer:
            return bearer.strip()
        return str((token if is_json else self.given.get("token")) or "")

    def arguments(self) -> Json:
        """Return the arguments for the journal, without secrets."""
        hidden = dict.fromkeys(SECRET_ARGUMENTS & set(self.given), "(hidden)")
        return {name: value for name, value in (self.given | hidden).items() if not isinstance(value, bytes)}
