"""What a good escalation tells, and how complete one is (S3, "Information to Include" and "Quality Standards")."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator

from bot.policy.schema import Key, Part, Text, keyed


class Fact(Part):
    """One thing to know. `optional` ones do not count against completeness."""

    key: Key
    label: Text
    optional: bool = False


class Section(Part):
    """Facts that belong together."""

    key: Key
    label: Text
    facts: Annotated[tuple[Fact, ...], BeforeValidator(lambda value: keyed(value, "key"))]


class Intake(Part):
    """The list of facts, what to do before escalating, and the marks of good and poor escalations."""

    sections: Annotated[tuple[Section, ...], BeforeValidator(lambda value: keyed(value, "key"))] = ()
    do: tuple[Text, ...] = ()
    dont: tuple[Text, ...] = ()
    good: tuple[Text, ...] = ()
    poor: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Completeness:
    """How much is known of what is wanted, and the facts still to be asked for, in order."""

    known: int
    wanted: int
    missing: tuple[Fact, ...]


def completeness(intake: Intake, known: Collection[str]) -> Completeness:
    """Mark an escalation by the facts that are known, each as `section.fact`; optional ones count neither way."""
    wanted = {
        f"{section.key}.{fact.key}": fact for section in intake.sections for fact in section.facts if not fact.optional
    }
    missing = tuple(fact for key, fact in wanted.items() if key not in known)
    return Completeness(len(wanted) - len(missing), len(wanted), missing)
