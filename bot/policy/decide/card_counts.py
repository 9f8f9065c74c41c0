"""The counts on the card's small buttons: how much of the checklist is done, and how many details are known."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.policy.decide.checklists import ItemState
from bot.policy.decide.questionnaire import Questionnaire
from bot.policy.model.levels import ChecklistNeed


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of how many."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class CardCounts:
    """The counts of one escalation; None where there is nothing to count, and then no button."""

    checklist: Tally | None = None
    details: Tally | None = None


def of_checklist(items: Sequence[ItemState]) -> Tally | None:
    """Count the items that the level requires; None for a level without a checklist."""
    required = [item for item in items if item.need is ChecklistNeed.REQUIRED]
    return Tally(sum(item.is_done for item in required), len(required)) if items else None


def of_details(asked: Questionnaire) -> Tally | None:
    """Count every question of the form, optional or not; None if nothing is asked."""
    known = sum(question.answer is not None for question in asked.questions)
    return Tally(known, len(asked.questions)) if asked.questions else None
