"""The counts on the card: how much of the checklist is done, how many details are known, how many promises kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.policy.decide.checklists import ItemState
from bot.policy.decide.questionnaire import Questionnaire
from bot.policy.model.levels import ChecklistNeed
from bot.policy.record.promises import PromiseTally


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of how many."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class CardCounts:
    """The counts of one escalation; None where there is nothing to count, and then no button.

    `promises` are those to the customer.
    """

    checklist: Tally | None = None
    details: Tally | None = None
    promises: PromiseTally = field(default_factory=PromiseTally)


def of_checklist(items: Sequence[ItemState]) -> Tally | None:
    """Count the items that the level requires; None for a level without a checklist."""
    required = [item for item in items if item.need is ChecklistNeed.REQUIRED]
    return Tally(sum(item.is_done for item in required), len(required)) if items else None


def of_details(asked: Questionnaire) -> Tally | None:
    """Count every question of the form, optional or not; None if nothing is asked."""
    known = sum(question.answer is not None for question in asked.questions)
    return Tally(known, len(asked.questions)) if asked.questions else None
