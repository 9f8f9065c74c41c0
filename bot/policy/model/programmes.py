"""Kinds of escalation: a single issue, or an account's programme, with its criteria, consents and health.

The rules: docs/policy.md#s2, docs/policy.md#x16, docs/policy.md#x18, docs/policy.md#x20, docs/policy.md#x21.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from bot.policy.model.cadence import Cadence
from bot.policy.model.facts import HealthState
from bot.policy.model.intake import Sections
from bot.policy.model.levels import Requirement
from bot.policy.model.templates import Templates
from bot.policy.schema import Key, Part, Text, keyed
from bot.policy.time.durations import Duration


class Consent(StrEnum):
    """A consent required before an escalation is closed."""

    CUSTOMER = "customer"
    STAKEHOLDERS = "stakeholders"
    SUCCESS_CRITERIA = "success_criteria"


class Kind(Part):
    """A kind of escalation. `review` overrides the level's.

    `criteria` say when an account belongs in the programme (any one suffices), `sources` who may ask for it. A proposal
    without an answer is accepted `accept_after`; without that key, declaring is enough.
    """

    key: Key
    label: Text
    definition: Text | None = None
    consents: tuple[Consent, ...] = ()
    # What the details of a programme ask for; issues are asked for the policy's `intake`.
    details: Sections = ()
    review: Requirement | None = None
    review_due: Duration | None = None
    remediation_plan: bool = False
    exit_criteria: Text | None = None
    criteria: tuple[Text, ...] = ()
    sources: tuple[Text, ...] = ()
    accept_after: Duration | None = None
    afterwards: tuple[Text, ...] = ()
    # By when the issue summary is owed after closing; None if none is owed.
    summary_due: Duration | None = None
    # How often the manager updates the customer's sponsor in person; None if they don't have to.
    manager_updates: Duration | None = None
    closing_questions: tuple[Text, ...] = ()


class Health(Part):
    """A health state and its cadence."""

    state: HealthState
    label: Text
    emoji: Text
    definition: Text
    cadence: Cadence
    templates: Templates = Field(default_factory=Templates)


Kinds = Annotated[tuple[Kind, ...], BeforeValidator(lambda value: keyed(value, "key")), Field(min_length=1)]
HealthTrack = Annotated[tuple[Health, ...], BeforeValidator(lambda value: keyed(value, "state"))]
