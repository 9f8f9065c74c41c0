"""Case studies: what others learn from a review that is finished, without names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaseStudy:
    """A finished review without names. `level` and `category` are labels; `changed` are its follow-ups."""

    level: str
    category: str | None
    what: str
    why: str
    went_well: str = ""
    changed: tuple[str, ...] = ()
