"""Whether the person is who they say: what S3 asks to be checked before a sensitive request is acted upon.

The gate stands before the action, never before the escalation (POLICY.md X10). What is stored are kinds of factors,
never a value.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field

from bot.policy.schema import Key, Part, Text, keyed


class Factor(Part):
    """A kind of proof."""

    key: Key
    label: Text


class Tier(Part):
    """How much proof a request needs: so many of these factors, and a manager's approval where it says so."""

    key: Key
    label: Text
    factors: Annotated[int, Field(ge=1)]
    of: Annotated[tuple[Factor, ...], BeforeValidator(lambda value: keyed(value, "key")), Field(min_length=1)]
    approval: bool = False
    examples: tuple[Text, ...] = ()


class Verification(Part):
    """The tiers, the steps of the process, and the team that approves."""

    tiers: Annotated[tuple[Tier, ...], BeforeValidator(lambda value: keyed(value, "key"))] = ()
    team: Key | None = None
    process: tuple[Text, ...] = ()
