"""Signed links, by which somebody outside Slack does one thing: in a mail or a text message, without logging in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus
from typing import Final, Protocol

# The characters of a page's field.
MOST_WORDS: Final = 2000


class Purpose(StrEnum):
    """The action of a link. A link of one purpose is never accepted for another."""

    PAGE = "page"  # acknowledge a page, or pass it on; the subject is the page's id
    SOLVED = "solved"  # the customer says whether it is solved; the subject is the question's id
    SATISFIED = "satisfied"  # the customer says how satisfied they are; likewise


@dataclass(frozen=True, slots=True)
class Link:
    """A link: its `subject` in the words of its purpose, and the `person` it was sent to.

    `person` is a Slack id or an e-mail address. `expires_at` is on the real clock, in whole seconds.
    """

    purpose: Purpose
    number: int
    subject: str
    person: str
    expires_at: datetime

    @property
    def key(self) -> str:
        """Return what identifies the link when its use is recorded. The same link made twice is one link."""
        expires = int(self.expires_at.timestamp())
        return f"{self.purpose}:{self.number}:{self.subject}:{self.person}:{expires}"


class LinkUsedError(Exception):
    """The link did its work before."""


class Links(Protocol):
    """Makes and reads signed links."""

    @property
    def is_open(self) -> bool:
        """Return True if links can lead here, because the public address is set."""
        ...

    def url(self, link: Link) -> str | None:
        """Return the address of a link; None if the public address isn't set."""
        ...

    def read(self, token: str) -> Link | None:
        """Return what a token is about, also if it has expired; None if we didn't sign it."""
        ...


class NoLinks:
    """No links: nobody outside Slack is sent anything."""

    is_open: bool = False

    def url(self, link: Link) -> str | None:
        """Return None."""

    def read(self, token: str) -> Link | None:
        """Return None."""


@dataclass(frozen=True, slots=True)
class WebPage:
    """A page that a link shows: plain words, never markup. `buttons` are the answers offered, by their value.

    `asks` is the label of a field for words, which comes before the buttons; None if there is none.
    The buttons of a scale look alike. `language` is the code of the words' language.
    """

    title: str
    lines: Sequence[str] = ()
    buttons: Sequence[tuple[str, str]] = ()
    asks: str | None = None
    is_scale: bool = False
    language: str = "en"
    status: HTTPStatus = field(default=HTTPStatus.OK)


class LinkAction(Protocol):
    """The action of the links of a purpose. Expired links don't come here."""

    async def show(self, link: Link) -> WebPage:
        """Return the page that asks for confirmation. Changes nothing: mail programs open links by themselves."""
        ...

    async def follow(self, link: Link, answer: str, words: str) -> WebPage:
        """Do what the link is for, once; `answer` is the value of the button that was pressed.

        `words` is what was written in the page's field, stripped and at most `MOST_WORDS` long.
        """
        ...

    async def expired(self, link: Link) -> WebPage:
        """Return the page for a link that has expired, saying what to do instead."""
        ...
