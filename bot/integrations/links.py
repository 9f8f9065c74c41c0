"""Signed links with itsdangerous: made here, and read when somebody opens one."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from bot.ports.links import Link, Purpose

if TYPE_CHECKING:
    from itsdangerous import URLSafeSerializer

PATH: Final = "/l/{token}"
# Far above the longest token we make, so that nobody has us hash long texts.
_LONGEST: Final = 2000
_FIELDS: Final = 5
_PURPOSES: Final = frozenset(purpose.value for purpose in Purpose)


@dataclass(frozen=True)
class SignedLinks:
    """Links signed with a key derived from a secret, so that the secret itself signs nothing.

    The link's fields can be read by anybody who has it, and changed by nobody. `public_url` is the address at which
    people reach this server; without it no links are made.
    """

    secret: str
    public_url: str | None

    @property
    def is_open(self) -> bool:
        """Return True if links can lead here."""
        return self.public_url is not None

    def url(self, link: Link) -> str | None:
        """Return the address of a link; None if the public address isn't set."""
        if self.public_url is None:
            return None
        fields = [str(link.purpose), link.number, link.subject, link.person, int(link.expires_at.timestamp())]
        return self.public_url.rstrip("/") + PATH.format(token=self._serializer.dumps(fields))

    def read(self, token: str) -> Link | None:
        """Return what a token is about, also if it has expired; None if we didn't sign it."""
        from itsdangerous import BadData  # noqa: PLC0415 - loaded with the first link

        if len(token) > _LONGEST or not token.isascii():
            return None
        try:
            fields: Any = self._serializer.loads(token)
        except BadData:
            return None
        if not isinstance(fields, list) or len(fields) != _FIELDS or fields[0] not in _PURPOSES:
            return None  # a version that makes other links signed it
        purpose, number, subject, person, expires = fields
        return Link(Purpose(purpose), number, subject, person, datetime.fromtimestamp(expires, UTC))

    @cached_property
    def _serializer(self) -> "URLSafeSerializer":
        from itsdangerous import URLSafeSerializer  # noqa: PLC0415 - loaded with the first link

        key = hmac.new(self.secret.encode(), b"escalate signed links, version 1", hashlib.sha256).digest()
        return URLSafeSerializer(key, salt="link", signer_kwargs={"digest_method": hashlib.sha256})
