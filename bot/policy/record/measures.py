"""The ledger of an escalation and the figures derived from it: one measure for each escalation.

Every time is aware and in UTC. A measure holds times and lengths, never states that change with time alone: what is
overdue follows from a due time and from now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from bot.policy.record.promises import PromiseGroup
from bot.policy.record.sla import Calendars, ClockFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEvent:
    """An entry of the timeline."""

    at: datetime
    event: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLedger:
    """The ledger of one escalation: its events in order, its clocks as started and stopped, its promises counted.

    `account` is the account's id. `ranks` is the number of heavier levels, by level; `owner` holds the fix owner's
    role. `promises` are those to the customer, and `last_entry` is the id of its newest entry.
    """

    number: int
    kind: str
    account: int
    team: str | None
    region: str | None
    level: str
    owner: str | None
    is_private: bool
    declared_at: datetime
    reported_at: datetime | None
    response: ClockFacts
    resolution: ClockFacts
    calendars: Calendars
    ranks: Mapping[str, int]
    events: Sequence[LedgerEvent]
    promises: Sequence[PromiseGroup]
    last_entry: int = 0


class Measure(NamedTuple):
    """The measure of one escalation: a row of the table `measure`, whose columns have the same names and order.

    `counts` is False for what was withdrawn, and for account programmes that nobody accepted. A clock without a due
    time isn't judged; `…_at` is when it stopped, `…_seconds` its working time until then. `open_due_at` is the promise
    to the customer that is open. `silence_seconds` is the longest silence that is over. Of the one that lasts,
    `quiet_seconds` are over, and `quiet_from` is since when more are added; None while it waits for the customer.
    """

    escalation_id: int
    last_entry: int
    counts: bool
    account_id: int
    team: str | None
    region: str | None
    level: str
    owner: str | None
    is_private: bool
    is_over: bool
    declared_at: datetime
    escalate_seconds: int | None
    response_due_at: datetime | None
    response_at: datetime | None
    response_seconds: int | None
    mitigate_due_at: datetime | None
    mitigate_at: datetime | None
    mitigate_seconds: int | None
    resolved_at: datetime | None
    resolve_seconds: int | None
    kept: int
    late: int
    broken: int
    open_due_at: datetime | None
    silence_seconds: int
    quiet_seconds: int
    quiet_from: datetime | None
    reopened: int
    raised_by_hand: bool
    raised_by_policy: bool
    chosen_lighter: bool
    first_level_could: bool | None
    rating: int | None
