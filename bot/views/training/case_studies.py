"""Case studies: what others learned, without names."""

from collections.abc import Iterator, Sequence

from bot.policy.record.case_studies import CaseStudy
from bot.ports.workspace import View
from bot.views.kit.info_form import shown
from bot.views.kit.parts import section
from bot.views.kit.text import escape, one_line

_WORDS = 300
_CHANGES = 3


def form(studies: Sequence[CaseStudy]) -> View:
    """Draw the newest ones as a form."""
    none = "No review has been signed off yet. Case studies come from those."
    return shown("Case studies", [section(line(one)) for one in studies] or [section(none)])


def line(one: CaseStudy) -> str:
    """Return a case study as a few short lines."""
    return "\n".join(_lines(one))


def _lines(one: CaseStudy) -> Iterator[str]:
    head = " · ".join(escape(each) for each in (one.level, one.category) if each)
    yield f"*{head}*: {_said(one.what)}"
    yield f"*Why:* {_said(one.why)}"
    if one.went_well.strip():
        yield f"*Went well:* {_said(one.went_well)}"
    changed = "; ".join(_said(each) for each in one.changed[:_CHANGES])
    if changed:
        yield f"*What changes:* {changed}"


def _said(words: str) -> str:
    return escape(one_line(words), _WORDS)
