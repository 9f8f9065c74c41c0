"""The doctor: problems found in the database, with advice for the operator; and retrying what was given up."""

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select, update

from bot.database import directories, outbox, queries, timeline
from bot.database.policies import Policies
from bot.database.transaction import Database, Transaction
from bot.errors import UnreadableRecord
from bot.models.base import Unreadable
from bot.models.work import Effect, EffectState, Timer
from bot.policy.file import loading
from bot.policy.model.directory import Directory, merged
from bot.policy.model.rules import Policy
from bot.policy.time.moments import plain_moment
from bot.services.declaring.declarations import Declarations
from bot.services.operator import broken_rows, on_call_check, open_ends, people_check, sending_check
from bot.services.operator.broken_rows import Progress, Trial
from bot.services.operator.findings import Finding, Grade, listed
from bot.services.policies.policy_history import difference
from bot.services.policies.replicas import differing, running

# A healthy bot leaves nothing undone for so long, unless Slack holds it back.
PATIENCE = timedelta(minutes=2)
# When Slack works, these many attempts take half a minute.
_SEVERAL = 5
_LINES = 20
_NAMES = 5
_CLIP = 160
_RETRY = "then run `escalate doctor --retry`"
_MEND = f"Fix the cause (the log has all of it), {_RETRY}."
# Errors of effects that only wait for Slack's rate limits.
_RATES = ("over its rate", "ratelimited")
_ONE_POLICY = "Give every replica the same policy file, and restart those that started before."
_HELD_UP = "Fix the cause: nothing is lost, and it is retried within a minute."
# What a person can do, by Slack's error code.
_ADVICE: Mapping[str, str] = {
    "missing_scope": f"Add the scope on the app's page in Slack, install the app again, {_RETRY}.",
    "not_in_channel": f"Invite the bot to the channel, {_RETRY}.",
    "channel_not_found": f"Make the channel, or invite the bot to it, {_RETRY}.",
    "is_archived": f"Unarchive the channel in Slack, {_RETRY}.",
    "restricted_action": f"Ask an administrator of the workspace to let apps do it, {_RETRY}.",
    "user_not_found": f"Choose someone else for the role, {_RETRY}.",
}


@dataclass(frozen=True, slots=True)
class Retried:
    """The numbers of timers and effects that will be retried."""

    effects: int
    timers: int


@dataclass(frozen=True)
class Doctor:
    """Examine the records. It changes nothing, and holds the database for a moment only."""

    database: Database
    directory: Directory
    # Used to parse stored policies; which one is in force doesn't matter.
    policies: Policies = field(default_factory=lambda: Policies(loading.preset("sev")))
    trial: Trial | None = None
    # The policy in force, for gaps in the directory; without it they aren't looked for.
    policy: Policy | None = None

    def examine(self, progress: Progress | None = None) -> list[Finding]:
        """Return the findings: people named, what is due, in flight, given up, left open.

        With `progress` every row is looked at, which may take minutes; without it, few of the closed escalations'.
        """
        found = list(broken_rows.examine(self.database, self.policies, self.trial, progress))
        parts: tuple[tuple[str, Callable[[Transaction], Iterable[Finding]]], ...] = (
            ("accounts", lambda tx: people_check.of_accounts(tx, self.directory)),
            ("people", lambda tx: people_check.of_people(tx, self.directory)),
            ("on call", lambda tx: on_call_check.examine(tx, self._whole(tx))),
            ("directory", self._directory),
            ("policies", self._policies),
            ("sending", lambda tx: sending_check.of_channels(tx, self.policy)),
            ("timers", _timers),
            ("delivery", _delivery),
            ("given up", _given_up),
            ("channels", open_ends.of_channels),
            ("case reviews", open_ends.of_patterns),
        )
        for what, part in parts:
            try:
                with self.database.transaction() as tx:
                    found += part(tx)
            except (AttributeError, LookupError, TypeError, ValueError, ArithmeticError) as error:
                # A broken row, which is reported above: the other parts are examined all the same.
                structlog.get_logger().error("part not examined", part=what, exc_info=error)
                says = f"it can't be examined ({_short(str(error))})"
                found.append(Finding(what, Grade.WRONG, says, "Repair the records above. The log has the error."))
        return found

    def _directory(self, tx: Transaction) -> Iterator[Finding]:
        if self.policy is not None:
            yield from people_check.of_directory(self._whole(tx))
            yield from on_call_check.of_gaps(self._whole(tx), self.policy)

    def _policies(self, tx: Transaction) -> Iterator[Finding]:
        if self.policy is not None and (says := difference(tx, self.policy)) is not None:
            yield Finding("policies", Grade.LOOK, says, _ONE_POLICY)
            return
        policies, settings = differing(running(tx))
        if policies:
            yield Finding("policies", Grade.LOOK, f"replicas run different ones: {'; '.join(policies)}", _ONE_POLICY)
        if settings:
            says = f"replicas differ in {', '.join(settings)}"
            yield Finding("settings", Grade.LOOK, says, "Give every replica the same settings, and restart the others.")

    def _whole(self, tx: Transaction) -> Directory:
        """Return the directory with what admins have added in Slack."""
        return merged(self.directory, directories.entries(tx))


@dataclass(frozen=True)
class Retries:
    """Retry what was given up, once its cause is fixed."""

    declarations: Declarations

    def everything(self) -> Retried:
        """Retry every parked effect and every failing timer, in one transaction per escalation."""
        parked = Effect.state == EffectState.PARKED
        with self.declarations.records.database.transaction() as tx:
            effects = tx.session.scalars(select(func.count()).select_from(Effect).where(parked)).one()
            numbers = tx.session.scalars(select(Effect.escalation_id).where(parked).distinct()).all()
            outbox.unpark(tx, None)
            stuck = update(Timer).where(Timer.fired_at.is_(None), Timer.failures >= queries.MOST_FAILURES)
            freed = tx.session.execute(stuck.values(failures=0, error=None, not_before=None))
            timers = int(freed.rowcount)  # type: ignore[attr-defined] # an UPDATE's result counts rows
        for number in numbers:
            if number is not None:
                with contextlib.suppress(UnreadableRecord):  # `doctor` reports it until it is repaired
                    self.declarations.retry(number, by=timeline.ITSELF)
        return Retried(effects, timers)


def _timers(tx: Transaction) -> Iterator[Finding]:
    pending, stuck = Timer.fired_at.is_(None), Timer.failures >= queries.MOST_FAILURES
    of_late = select(func.count(), func.min(Timer.due_at)).where(pending, ~stuck, Timer.due_at < tx.now - PATIENCE)
    late, oldest = tx.session.execute(of_late).one()
    if late:
        says = f"{late} overdue, the oldest since {_moment(oldest)}: no one acts on them"
        yield Finding("timers", Grade.WRONG, says, "Start the bot (`escalate run`), or look for the cause in its log.")
    failing = [*_failing(tx, gave_up=True), *_failing(tx, gave_up=False)]
    yield from failing
    if not late and not failing:
        planned, due = tx.session.execute(select(func.count(), func.min(Timer.due_at)).where(pending)).one()
        yield Finding("timers", Grade.OK, f"{planned} planned, the next for {_moment(due)}" if planned else "none")


def _failing(tx: Transaction, *, gave_up: bool) -> Iterator[Finding]:
    """Yield findings for timers that raised, those that keep failing or those that failed a few times, by error."""
    tries = Timer.failures >= queries.MOST_FAILURES if gave_up else Timer.failures.between(1, queries.MOST_FAILURES - 1)
    raised = select(Timer.error, func.count(), func.min(Timer.key)).where(Timer.fired_at.is_(None), tries)
    groups = raised.group_by(Timer.error).order_by(func.count().desc(), Timer.error).limit(_LINES)
    for error, count, key in tx.session.execute(groups):
        how = "failing repeatedly" if gave_up else "failed, will be retried"
        says = f"{count} {how}, such as {key}: {_short(error)}"
        do = _MEND if gave_up else "Run doctor again in a minute."
        yield Finding("timers", Grade.WRONG if gave_up else Grade.LOOK, says, do)


def _delivery(tx: Transaction) -> Iterator[Finding]:
    """Yield findings for effects that should have gone out by now."""
    ripe = func.coalesce(Effect.not_before, Effect.created_at) < tx.real_now - PATIENCE
    late: ColumnElement[bool] = or_(
        and_(Effect.state == EffectState.READY, ripe),
        and_(Effect.state == EffectState.RUNNING, Effect.lease_until < tx.real_now - PATIENCE),
    )
    count, oldest = tx.session.execute(select(func.count(), func.min(Effect.created_at)).where(late)).one()
    if count:
        first = select(Effect.kind, Effect.error).where(late).order_by(Effect.priority, Effect.id).limit(1)
        kind, error = tx.session.execute(first).one()
        says = f"{count} should have gone out by now, the oldest of {_moment(oldest)}; the most urgent is: {kind}"
        says += f" ({_short(error)})" if error else ""
        yield Finding("delivery", Grade.WRONG, says, "See whether the bot runs (`escalate run`) and reaches Slack.")
        return
    yield from _held_up(tx)
    under_way = Effect.state.in_((EffectState.READY, EffectState.RUNNING))
    now = tx.session.scalars(select(func.count()).select_from(Effect).where(under_way)).one()
    yield Finding("delivery", Grade.OK, f"{now} on the way" if now else "nothing waits")


def _held_up(tx: Transaction) -> Iterator[Finding]:
    """Yield findings for effects that failed several times and are retried, by last error."""
    is_failing = and_(Effect.error.is_not(None), Effect.error.not_in(_RATES))
    failing = (Effect.state == EffectState.READY, Effect.attempts >= _SEVERAL, is_failing)
    reasons = select(Effect.error, func.count(), func.min(Effect.created_at), func.min(Effect.priority))
    groups = reasons.where(*failing).group_by(Effect.error).order_by(func.min(Effect.priority)).limit(_LINES)
    for error, count, oldest, urgency in tx.session.execute(groups):
        kind = tx.session.scalars(
            select(Effect.kind).where(*failing, Effect.error == error, Effect.priority == urgency).limit(1)
        ).first()
        says = f"{count} held up since {_moment(oldest)} and retried repeatedly; the most urgent is: {kind}"
        yield Finding("delivery", Grade.WRONG, f"{says} ({_short(error)})", _HELD_UP)


def _given_up(tx: Transaction) -> Iterator[Finding]:
    parked = Effect.state == EffectState.PARKED
    reasons = select(Effect.kind, Effect.error, func.count()).where(parked).group_by(Effect.kind, Effect.error)
    rows = tx.session.execute(reasons.order_by(func.count().desc(), Effect.kind)).all()
    for kind, error, count in rows[:_LINES]:
        alike = (parked, Effect.kind == kind, Effect.error == error, Effect.escalation_id.is_not(None))
        numbers = select(Effect.escalation_id).where(*alike).distinct().order_by(Effect.escalation_id.desc())
        names = [f"ESC-{number}" for number in tx.session.scalars(numbers.limit(_NAMES + 1))]
        whose = f" ({listed(names[:_NAMES], len(names))})" if names else ""
        do = _ADVICE.get((error or "").partition(" ")[0], _MEND)
        yield Finding("given up", Grade.WRONG, f"{count} of kind {kind}{whose}: {_short(error)}", do)
    if len(rows) > _LINES:
        yield Finding("given up", Grade.WRONG, f"{len(rows) - _LINES} more reasons", f"Fix these first, {_RETRY}.")
    if not rows:
        yield Finding("given up", Grade.OK, "nothing")


def _short(error: str | None) -> str:
    """Return an error on one line, cut if it is long; the log has all of it."""
    line = " ".join((error or "no reason was noted").split())
    return line if len(line) <= _CLIP else f"{line[: _CLIP - 1]}…"


def _moment(at: datetime | Unreadable) -> str:
    return "an unreadable time" if isinstance(at, Unreadable) else plain_moment(at, UTC)
