"""Measure one escalation from its ledger (docs/numbers.md). S1, S3 and S4 name what is measured.

Only events of the append-only timeline, starts and stops of clocks, and settled promises decide. A row that somebody
changed later changes nothing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

from bot.policy.decide.beginning import time_to_escalate
from bot.policy.model.facts import ACCOUNT
from bot.policy.record import sla
from bot.policy.record.measures import CaseLedger, LedgerEvent, Measure
from bot.policy.record.promises import PromiseState
from bot.policy.record.sla import ClockFacts

T = TypeVar("T")

_NONE: Final = timedelta(0)
_TOLD: Final = "customer told"
# The events of the timeline that something is measured by.
EVENTS: Final = (
    "declared",
    "waiting for customer",
    "wait over",
    "resolved",
    "undone",
    "reopened",
    "programme accepted",
    "programme declined",
    "withdrawn",
    "closed",
    _TOLD,
    "customer not told",
    "updated",
    "level changed",
    "level rose",
    "outcome noted",
    "customer rated",
)


def measure(ledger: CaseLedger) -> Measure:
    """Return the measure of an escalation."""
    walk = _Course(begun_at=ledger.declared_at)
    words = frozenset(_words(ledger.events))
    for place, entry in enumerate(ledger.events):
        walk.pass_by(entry, is_word=place in words)
    response, mitigate = (_clock(clock, ledger) for clock in (ledger.response, ledger.resolution))
    counts: Counter[PromiseState] = Counter()
    for group in ledger.promises:
        counts[group.state] += group.count
    lead = time_to_escalate(ledger.declared_at, ledger.reported_at)
    return Measure(
        escalation_id=ledger.number,
        last_entry=ledger.last_entry,
        counts=not walk.is_withdrawn and (ledger.kind != ACCOUNT or walk.is_accepted),
        account_id=ledger.account,
        team=ledger.team,
        region=ledger.region,
        level=ledger.level,
        owner=ledger.owner,
        is_private=ledger.is_private,
        is_over=walk.is_over,
        declared_at=ledger.declared_at,
        escalate_seconds=_seconds(lead) if lead is not None else None,
        response_due_at=response.due_at,
        response_at=response.stopped_at,
        response_seconds=response.seconds,
        mitigate_due_at=mitigate.due_at,
        mitigate_at=mitigate.stopped_at,
        mitigate_seconds=mitigate.seconds,
        resolved_at=walk.ended_at,
        resolve_seconds=_seconds(walk.worked) if walk.ended_at is not None else None,
        kept=counts[PromiseState.KEPT],
        late=counts[PromiseState.LATE],
        broken=counts[PromiseState.BROKEN],
        open_due_at=min((one.due_at for one in ledger.promises if one.state is PromiseState.OPEN), default=None),
        silence_seconds=_seconds(walk.longest),
        quiet_seconds=_seconds(walk.quiet) if walk.ended_at is None else 0,
        quiet_from=walk.runs_from,
        reopened=walk.reopened,
        raised_by_hand=any(_is_heavier(entry, ledger.ranks, "level changed") for entry in ledger.events),
        raised_by_policy=any(_is_raise(entry, ledger.ranks) for entry in ledger.events),
        # The declaration has a reason only if the level is lighter than the category's.
        chosen_lighter=any(entry.event == "declared" and entry.reason is not None for entry in ledger.events),
        first_level_could=_noted(ledger.events, "outcome noted", "first_level_could", bool),
        rating=_noted(ledger.events, "customer rated", "rating", int),
    )


@dataclass(slots=True)
class _Course:
    """The life of an escalation, event by event: how long it was ours to work, and how long the customer heard nothing.

    The time in which it waited for the customer, or was resolved, is in neither.
    """

    begun_at: datetime
    runs_from: datetime | None = None
    worked: timedelta = _NONE
    quiet: timedelta = _NONE
    longest: timedelta = _NONE
    ended_at: datetime | None = None
    reopened: int = 0
    is_accepted: bool = False
    is_withdrawn: bool = False
    is_over: bool = False
    _undo: tuple[timedelta, timedelta, datetime | None] | None = None

    def __post_init__(self) -> None:
        self.runs_from = self.begun_at

    def pass_by(self, entry: LedgerEvent, *, is_word: bool) -> None:
        """Take one event into account."""
        match entry.event:
            case "waiting for customer":
                self._stop(entry.at)
            case "wait over":
                self._resume(entry.at)
            case "resolved":
                self._end(entry.at)
            case "undone":
                self._undone(entry.before.get("status"))
            case "reopened":
                self._reopen(entry.at)
            case "programme accepted":
                self.is_accepted = True
            case "programme declined" | "withdrawn" | "closed":
                self._close(entry)
        if is_word:
            self._hear(entry.at)

    def _stop(self, at: datetime) -> None:
        if self.runs_from is not None:
            passed = max(at - self.runs_from, _NONE)
            self.worked += passed
            self.quiet += passed
        self.runs_from = None

    def _hear(self, at: datetime) -> None:
        """End a silence."""
        ran = self.runs_from is not None
        self._stop(at)
        self.longest, self.quiet = max(self.longest, self.quiet), _NONE
        self.runs_from = at if ran else None

    def _end(self, at: datetime) -> None:
        if self.ended_at is not None:
            return
        before = self.worked, self.quiet, self.runs_from
        self._stop(at)
        self._undo, self.ended_at = before, at
        self.longest = max(self.longest, self.quiet)

    def _undone(self, ended: object) -> None:
        """Take back the resolution, as if it hadn't been; the undoing of a mitigation changes nothing here."""
        if ended == "resolved" and self._undo is not None:
            self.worked, self.quiet, self.runs_from = self._undo
            self._undo = self.ended_at = None

    def _reopen(self, at: datetime) -> None:
        self.reopened += not self.is_withdrawn and self.ended_at is not None
        self.is_withdrawn = self.is_over = False
        self._undo = self.ended_at = None
        self.quiet, self.runs_from = _NONE, at

    def _resume(self, at: datetime) -> None:
        if self.ended_at is None and self.runs_from is None:
            self.runs_from = at

    def _close(self, entry: LedgerEvent) -> None:
        self._end(entry.at)
        self.is_over = True
        self.is_withdrawn |= entry.event == "withdrawn"
        self.is_accepted &= entry.event != "programme declined"


@dataclass(frozen=True, slots=True)
class _Judged:
    due_at: datetime | None
    stopped_at: datetime | None
    seconds: int | None


def _clock(clock: ClockFacts, ledger: CaseLedger) -> _Judged:
    """Return when a clock was due, when it stopped, and its working time; None for what isn't so."""
    if clock.terms is None or not clock.spans:
        return _Judged(None, None, None)
    due_at = sla.due_at(clock, ledger.calendars)
    if not sla.has_ended(clock):
        return _Judged(due_at, None, None)
    stopped_at = clock.spans[-1].stopped_at
    elapsed = sla.elapsed(clock, ledger.calendars, stopped_at) if stopped_at is not None else _NONE
    return _Judged(due_at, stopped_at, _seconds(elapsed))


def _words(entries: Sequence[LedgerEvent]) -> Iterator[int]:
    """Yield the places of the events in which the customer heard from us. What came back unread doesn't count."""
    failed: dict[object, int] = {}
    for place, entry in enumerate(entries):
        if entry.event == "customer not told":
            failed[entry.after.get("text")] = place
    told = [place for place, entry in enumerate(entries) if entry.event == _TOLD]
    if told:
        yield from (place for place in told if failed.get(entries[place].after.get("text"), -1) < place)
        return
    # Before texts were followed to the customer, the update itself said so.
    yield from (
        place for place, entry in enumerate(entries) if entry.event == "updated" and entry.after.get("customer") is True
    )


def _is_heavier(entry: LedgerEvent, ranks: Mapping[str, int], event: str) -> bool:
    """Return True if an event of this kind made the level heavier. Levels that the policy doesn't have say nothing."""
    before, after = ranks.get(str(entry.before.get("level"))), ranks.get(str(entry.after.get("level")))
    return entry.event == event and before is not None and after is not None and after < before


def _is_raise(entry: LedgerEvent, ranks: Mapping[str, int]) -> bool:
    """Return True if the policy made the level heavier than the chosen one, at the declaration or later."""
    if entry.event == "declared":
        chosen, given = ranks.get(str(entry.after.get("chosen"))), ranks.get(str(entry.after.get("level")))
        return chosen is not None and given is not None and given < chosen
    return _is_heavier(entry, ranks, "level rose")


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())


def _noted(entries: Sequence[LedgerEvent], event: str, key: str, kind: type[T]) -> T | None:
    """Return what the newest event of a kind says; None without one."""
    found = next((entry.after.get(key) for entry in reversed(entries) if entry.event == event), None)
    return found if isinstance(found, kind) else None
