"""The two-question matrix: how much is broken, and how many are affected, give the level (docs/policy.md#matrix)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, StringConstraints

from bot.policy.model.levels import OPTION_LENGTH
from bot.policy.schema import Key, Part, Text, keyed

QUESTION_LENGTH: Final = 150


@dataclass(frozen=True, slots=True)
class Answers:
    """The keys of the answers to the two questions."""

    broken: str
    affected: str


class Answer(Part):
    """An answer. A text alone is its label."""

    key: Key
    label: Annotated[Text, StringConstraints(max_length=OPTION_LENGTH)]


def _labelled(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return keyed({key: {"label": part} if isinstance(part, str) else part for key, part in value.items()}, "key")


class Question(Part):
    """A question with two to five answers, in order."""

    question: Annotated[Text, StringConstraints(max_length=QUESTION_LENGTH)]
    answers: Annotated[tuple[Answer, ...], BeforeValidator(_labelled), Field(min_length=2, max_length=5)]

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The answers' labels by key."""
        return {answer.key: answer.label for answer in self.answers}


def _asking(question: str) -> Any:
    """Return what fills in the usual question if the policy has words only for the answers."""
    return BeforeValidator(lambda value: {"question": question, **value} if isinstance(value, dict) else value)


class Matrix(Part):
    """Two questions, and the level for each pair of answers. `levels` has a row for each answer to `broken`."""

    broken: Annotated[Question, _asking("How much is broken?")]
    affected: Annotated[Question, _asking("How many are affected?")]
    levels: dict[Key, dict[Key, Key]]

    def level_of(self, answers: Answers) -> str | None:
        """Return the level's code; None if the matrix doesn't have one of the answers."""
        return self.levels.get(answers.broken, {}).get(answers.affected)

    def says(self, answers: Answers) -> tuple[str, str]:
        """Return the answers' labels."""
        return self.broken.labels[answers.broken], self.affected.labels[answers.affected]
