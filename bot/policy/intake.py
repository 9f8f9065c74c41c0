"""What a good escalation tells, and how complete one is (S3, "Information to Include" and "Quality Standards")."""

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
