"""Announcements about the identity check."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityVerified:
    """The identity is verified. `checked` pairs a factor's label with who checked it."""

    word: ClassVar[str] = "identity verified"

    tier: str
    checked: tuple[tuple[str, str], ...]
    approved_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityUnverified:
    """The identity no longer counts as verified; `needed` says what is missing."""

    word: ClassVar[str] = "identity no longer verified"

    by: str
    needed: tuple[str, ...]


VerificationAnnouncement = IdentityVerified | IdentityUnverified
