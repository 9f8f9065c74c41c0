"""A mail as it is read: a sentence that says what is wanted, facts, what is missing, and how to answer.

Both texts come from one letter: the plain one by a template that escapes nothing, HTML by one that escapes everything.
Jinja is imported at the first mail.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES: Final = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A fact with its name."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class LetterSection:
    """Facts under a heading."""

    title: str
    rows: Sequence[LetterRow]


@dataclass(frozen=True, slots=True)
class ClosingLine:
    """A line at the end; `address` is a link of ours."""

    text: str
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The content of a mail."""

    subject: str
    lead: str
    # What is written to somebody, and the one thing they can do: a button that leads to a link of ours.
    paragraphs: Sequence[str] = ()
    action: ClosingLine | None = None
    rows: Sequence[LetterRow] = ()
    sections: Sequence[LetterSection] = ()
    missing: Sequence[str] = ()
    closing: Sequence[ClosingLine] = ()
    language: str = "en"

    @property
    def text(self) -> str:
        """The plain text."""
        return _rendered("mail.txt", _values(self))

    @property
    def html(self) -> str:
        """The HTML."""
        return _rendered("mail.html", _values(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLetter:
    """A mail to the customer: their text, who signs it, and small lines below. `sender` stands beside our address."""

    subject: str
    sender: str
    words: str
    signed: Sequence[str]
    small: Sequence[str]
    language: str = "en"

    @property
    def text(self) -> str:
        """The plain text."""
        return _rendered("customer.txt", {"words": self.words, "signed": self.signed, "small": self.small})

    @property
    def html(self) -> str:
        """The HTML."""
        paragraphs = [paragraph.split("\n") for paragraph in re.split(r"\n{2,}", self.words)]
        values = {"subject": self.subject, "paragraphs": paragraphs, "signed": self.signed, "small": self.small}
        return _rendered("customer.html", {**values, "language": self.language})


def _rendered(template: str, values: Mapping[str, object]) -> str:
    """Return one of our templates with its values, without superfluous empty lines."""
    drawn = _environment().get_template(template).render(values)
    return re.sub(r"\n{3,}", "\n\n", drawn).strip() + "\n"


def _values(letter: Letter) -> dict[str, object]:
    return {
        "subject": letter.subject,
        "language": letter.language,
        "lead": letter.lead,
        "paragraphs": letter.paragraphs,
        "action": letter.action,
        "rows": letter.rows,
        "sections": [section for section in letter.sections if section.rows],
        "missing": letter.missing,
        "closing": letter.closing,
    }


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape  # noqa: PLC0415 - see above

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(enabled_extensions=("html",), default=False),
        undefined=StrictUndefined,
        keep_trailing_newline=False,
    )
