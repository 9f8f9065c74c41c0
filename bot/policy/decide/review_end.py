"""The end of a review that nobody signs off, as far as the record knows it: what closing offers as its day."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import StrEnum

from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.reviews import ReviewWords


class LastStep(StrEnum):
    """What was done last for a review."""

    DEBRIEFED = "debriefed"
    WRITTEN = "written"
    LINKED = "linked"


@dataclass(frozen=True, slots=True)
class ReviewEnd:
    """The day of what was done last for a review, and what that was."""

    on: date
    step: LastStep


def review_end(
    facts: EscalationFacts,
    words: ReviewWords,
    zone: tzinfo,
    *,
    written_at: datetime | None = None,
    linked_at: datetime | None = None,
) -> ReviewEnd | None:
    """Return what was done last for the review since the declaration or the last reopening; None if nothing was.

    `zone` is that of the person who closes. Of two on one day a debrief comes before the writing, and that before the
    link.
    """
    since = (facts.reopened_at or facts.declared_at).astimezone(zone).date()
    known = [
        ReviewEnd(at.astimezone(zone).date(), step)
        for at, step in ((linked_at, LastStep.LINKED), (written_at, LastStep.WRITTEN))
        if at is not None
    ]
    debriefs = (words.customer_debrief, words.team_debrief)
    known += [ReviewEnd(debrief.on, LastStep.DEBRIEFED) for debrief in debriefs if debrief is not None]
    known = [end for end in known if end.on >= since]
    return max(known, key=lambda end: (end.on, list(LastStep)[::-1].index(end.step)), default=None)
