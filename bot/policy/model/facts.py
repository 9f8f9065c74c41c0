"""The input of an evaluation: the account, the issue, and the history. Unknown values are None."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from bot.policy.model.matrix import Answers

ISSUE: Final = "issue"
ACCOUNT: Final = "account"  # an account programme (docs/policy.md#s2)
_ENTERPRISE: Final = "enterprise"


class HealthState(StrEnum):
    """The health of an account programme. It moves up and down, and never follows from a level (docs/policy.md#x1)."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """A customer. `health` runs from 0 to 100; `extra` holds the directory's other columns by name."""

    name: str = ""
    tier: str | None = None
    plan: str | None = None
    health: int | None = None
    renewal_on: date | None = None
    vip: bool = False
    dedicated_csm: bool = False
    region: str | None = None
    arr: Decimal | None = None
    csm: str | None = None
    manager: str | None = None
    # Not in the representation, which tells whether data that rules read has changed.
    executive_sponsor: str | None = field(default=None, repr=False)
    area: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_enterprise_plan(self) -> bool:
        """True if the plan is `enterprise`."""
        return self.plan is not None and self.plan.casefold() == _ENTERPRISE

    @property
    def has_enterprise_tier(self) -> bool:
        """True if the tier is `enterprise`, which isn't the tier `strategic`."""
        return self.tier is not None and self.tier.casefold() == _ENTERPRISE

    @property
    def enterprise_mark(self) -> str | None:
        """The reason this is an Enterprise customer, in words; a CSM isn't enough (docs/policy.md#enterprise)."""
        if self.has_enterprise_plan:
            return "the plan is enterprise"
        if self.has_enterprise_tier:
            return "the tier is enterprise"
        if self.vip:
            return "the account is a VIP"
        return "the account has a dedicated CSM" if self.dedicated_csm else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """The issue that is being declared. `level` is the reporter's choice; without one the category's default applies.

    `answers` are those to the questions of the policy's matrix, which give the level. `triggers` are keys of the
    category's ticked triggers, such as `fraud`; `health` is for account programmes.
    """

    level: str | None = None
    answers: Answers | None = None
    kind: str = ISSUE
    category: str | None = None
    triggers: frozenset[str] = frozenset()
    health: HealthState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The account's other escalations: when each was declared, without withdrawn ones, and how many are open."""

    declared_on: tuple[date, ...] = ()
    open_now: int = 0

    def declared_within(self, days: int, today: date) -> int:
        """Return the number of declarations in that many calendar days up to today, both ends included."""
        first = today - timedelta(days=days - 1)
        return sum(first <= day <= today for day in self.declared_on)
