"""The facts of a good escalation, and how complete one is (docs/policy.md#s3)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from bot.policy.schema import Key, Part, Text, keyed


class Fact(Part):
    """One fact. `optional` ones don't count against completeness."""

    key: Key
    label: Text
    optional: bool = False


class Section(Part):
    """A group of facts."""

    key: Key
    label: Text
    facts: Annotated[tuple[Fact, ...], BeforeValidator(lambda value: keyed(value, "key"))]


Sections = Annotated[tuple[Section, ...], BeforeValidator(lambda value: keyed(value, "key"))]


class Intake(Part):
    """The list of facts, what to do before escalating, and what makes good and poor escalations."""

    sections: Sections = ()
    do: tuple[Text, ...] = ()
    dont: tuple[Text, ...] = ()
    good: tuple[Text, ...] = ()
    poor: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Completeness:
    """The number of wanted facts that are known, and the missing ones in order."""

    known: int
    wanted: int
    missing: tuple[Fact, ...]


def completeness(intake: Intake, known: Collection[str]) -> Completeness:
    """Return the completeness by known facts, each as `section.fact`; optional ones don't count."""
    wanted = {
        f"{section.key}.{fact.key}": fact for section in intake.sections for fact in section.facts if not fact.optional
    }
    missing = tuple(fact for key, fact in wanted.items() if key not in known)
    return Completeness(len(wanted) - len(missing), len(wanted), missing)
