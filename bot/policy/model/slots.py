"""The role slots of an escalation and its ladder: how each person is found, and when the next one is paged.

The rules: docs/policy.md#slots, docs/policy.md#x17, docs/policy.md#manager, docs/policy.md#a-page, docs/policy.md#s4.
"""

from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import BeforeValidator, Field, model_validator

from bot.policy.schema import Key, Mistake, Part, Text, keyed
from bot.policy.time.durations import Duration

CATEGORY_TEAM: Final = "category"  # on a rung: the team of the escalation's category


class SlotSource(StrEnum):
    """A source of the person for a slot."""

    AREA_ON_CALL = "area_on_call"
    AREA_OWNER = "area_owner"
    ACCOUNT_CSM = "account_csm"
    ACCOUNT_MANAGER = "account_manager"
    OWNERS_MANAGER = "owners_manager"
    ACCOUNT_SPONSOR = "account_sponsor"
    NAMED = "named"
    REGION = "region"
    FALLBACK = "fallback"


_WORDS: Final = {
    SlotSource.AREA_ON_CALL: "on call for the product area",
    SlotSource.AREA_OWNER: "the area's owner",
    SlotSource.ACCOUNT_CSM: "the account's CSM",
    SlotSource.ACCOUNT_MANAGER: "the account's manager",
    SlotSource.OWNERS_MANAGER: "the customer owner's manager",
    SlotSource.ACCOUNT_SPONSOR: "the account's executive sponsor",
    SlotSource.REGION: "the person of the account's region",
    SlotSource.FALLBACK: "the fallback",
}


class SlotRule(Part):
    """A role on an escalation. The sources in `fill` are tried in order; an empty slot falls to the declarer."""

    key: Key
    label: Text
    fill: Annotated[tuple[SlotSource, ...], Field(min_length=1)]
    people: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _people_are_looked_at(self) -> Self:
        if self.people and SlotSource.NAMED not in self.fill:
            raise Mistake("people are named and never looked at", "add `named` to fill")
        return self

    def in_words(self) -> str:
        """Return how the slot is filled: "the account's CSM, else the fallback, else the declarer"."""
        named = " or ".join(self.people) or "the person the policy names"
        return ", else ".join([*(_WORDS.get(source, named) for source in self.fill), "the declarer"])


class Rung(Part):
    """A rung of the ladder. `after` is how long the page on the rung before may stay unacknowledged.

    A rung that isn't `in_turn` is paged on request, for its knowledge, never for lack of an answer. `team` is a team's
    key, or `category` for the team of the escalation's category.
    """

    key: Key
    title: Text
    slot: Key | None = None
    team: Key | None = None
    after: Duration | None = None
    in_turn: bool = True
    name: Text | None = None
    phone: Text | None = None
    email: Text | None = None

    @model_validator(mode="after")
    def _slot_or_team(self) -> Self:
        if (self.slot is None) == (self.team is None):
            raise Mistake("a rung names a slot or a team", "write one of the two")
        return self


Slots = Annotated[tuple[SlotRule, ...], BeforeValidator(lambda value: keyed(value, "key")), Field(min_length=1)]
Ladder = Annotated[tuple[Rung, ...], BeforeValidator(lambda value: keyed(value, "key"))]
