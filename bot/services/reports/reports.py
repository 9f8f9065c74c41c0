"""Reports: read from the measures, for everybody who may use Escalate. Confidential escalations count, unnamed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, Table, and_, bindparam, case, func, literal_column, select, type_coerce

from bot.database.people import People
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.account import Account
from bot.models.base import UtcDateTime
from bot.models.escalation import Escalation
from bot.models.measures import MeasureRow, TicketVolume
from bot.policy.decide import list_words, report_words
from bot.policy.decide.numbers import REPEATS_WITHIN, Numbers, Period, grouped, week_of
from bot.policy.decide.renewals import RenewalShares
from bot.policy.decide.report_words import ReportVocabulary, ReportWords
from bot.policy.decide.reports import CONFIDENTIAL, NumbersReport, preceding, report
from bot.policy.record.measures import Measure
from bot.services.accounts.account_index import IndexedAccount
from bot.services.accounts.accounts import Accounts
from bot.services.reports import renewals
from bot.services.reports.measures import Measures

_TABLE: Final = cast("Table", MeasureRow.__table__)
_ECHOED: Final = 100
# While so many have new entries, a report brings them up to date itself before it reads.
_MOST_ROUNDS: Final = 3
# What a breakdown is by.
LEVEL, TEAM, ACCOUNT, REGION, OWNER, WEEK = "level", "team", "account", "region", "owner", "week"
WAYS: Final = (LEVEL, TEAM, ACCOUNT, REGION, OWNER, WEEK)
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Breakdown:
    """The numbers of a period in groups, the largest first, or weeks in order; and of all of it."""

    period: Period
    whole: Numbers
    groups: Mapping[str, Numbers]
    uncounted: int
    retention: RenewalShares


@dataclass(frozen=True)
class Reports:
    """Read reports."""

    records: Records
    people: People
    accounts: Accounts
    measures: Measures

    def asked(self, words: str, *, viewer: str) -> NumbersReport:
        """Return the report that words like `30d of acme` ask for. Days are those of the reader.

        Raises NotAMember, and NotFound for a name that isn't known. A report of one account leaves out what is
        confidential, because it would tell of it.
        """
        self.catch_up()
        with self.records.database.reading() as tx:
            self.people.must_be_ours(tx, viewer)
            policy = self.records.policies.current
            zone = self.people.zone(tx, viewer) or policy.zone
            wanted = report_words.parse(words, self.vocabulary())
            meant = self._account(tx, wanted, viewer)
            account = meant.id if meant is not None else None
            found = self._report(tx, wanted, _last(wanted.days, tx.now, zone), meant)
            # Renewals are of customers, whatever the severity, team or region of their escalations.
            known = RenewalShares() if wanted.is_limited else renewals.of_period(tx, found.period)
            return replace(found, workload=_workload(tx, *_limits(wanted, account)), retention=known)

    def headline(self) -> NumbersReport:
        """Return the report of the last thirty days in the policy's zone, as Home shows it."""
        self.catch_up()
        with self.records.database.reading() as tx:
            zone = self.records.policies.current.zone
            wanted = ReportWords()
            return self._report(tx, wanted, _last(wanted.days, tx.now, zone), None)

    def breakdown(self, since: date | None, until: date | None, by: str | None) -> Breakdown:
        """Return the numbers of the days from `since` up to and with `until`, in the policy's zone, in groups.

        Without days it is of the last thirty. In groups by account or owner, confidential ones are one group.
        """
        self.catch_up()
        with self.records.database.reading() as tx:
            zone = self.records.policies.current.zone
            today = tx.now.astimezone(zone).date()
            last = until or today
            first = since or last - timedelta(days=report_words.MONTH - 1)
            begins, ends = (report_words.day_begins(day, zone) for day in (first, last + timedelta(days=1)))
            period = _with_tickets(tx, Period(begins, ends, {}, zone), None)
            measures = _read(tx, begins, ends)
            names = self._names(tx, measures, by)
            groups = grouped(measures, period, tx.now, lambda one: _group(one, by, names, zone)) if by else {}
            if by == WEEK:
                groups = {key: groups[key] for key in sorted(groups)}
            whole = report(measures, period, preceding(period), tx.now)
            return Breakdown(period, whole.found, groups, _uncounted(tx), renewals.of_period(tx, period))

    def by_account(self, tx: Transaction, period: Period, accounts: Collection[int]) -> Mapping[int, Numbers]:
        """Return the numbers of some accounts in a period, without what is confidential, which they would tell of."""
        measures = _read(tx, period.since, period.until, _TABLE.c.account_id.in_(sorted(accounts)))
        return grouped(measures, period, tx.now, lambda one: one.account_id, wanted=lambda one: not one.is_private)

    def workload(self) -> Mapping[str, int]:
        """Return how many open escalations each fix owner has, the most first. Confidential ones are one group."""
        with self.records.database.reading() as tx:
            return _workload(tx)

    def vocabulary(self) -> ReportVocabulary:
        """Return the names that words after `report` may mean, besides those of accounts."""
        teams = self.records.policies.current.teams
        named = {
            name.casefold(): team.key for team in teams for name in (team.key, team.key.replace("_", " "), team.name)
        }
        return ReportVocabulary(list_words.known_to(self.records.policies.current, self.people.directory), named)

    def account_in(self, words: str) -> str:
        """Return the account's name among the words after `report`; empty if there is none."""
        return report_words.parse(words, self.vocabulary()).account

    def catch_up(self) -> None:
        """Bring the measures up to date, as far as that takes no time."""
        for _ in range(_MOST_ROUNDS):
            if not self.measures.catch_up():
                break

    def _account(self, tx: Transaction, wanted: ReportWords, viewer: str) -> IndexedAccount | None:
        if not wanted.account:
            return None
        said = wanted.account[:_ECHOED]
        unknown = f"No account, team or region is called “{said}”. Try `report 30d of acme`."
        return self.accounts.must_be_meant(tx, wanted.account, viewer=viewer, unknown=unknown)

    def _report(
        self, tx: Transaction, wanted: ReportWords, period: Period, meant: IndexedAccount | None
    ) -> NumbersReport:
        policy = self.records.policies.current
        earlier = preceding(period)
        found = _read(tx, earlier.since, period.until)
        has_tickets = not (wanted.level or wanted.team or wanted.account)
        current, before = (
            _with_tickets(tx, each, wanted.region) if has_tickets else each for each in (period, earlier)
        )
        return report(
            found,
            current,
            before,
            tx.now,
            asked=wanted,
            about=self._about(wanted, meant),
            wanted=(lambda one: _is_wanted(one, wanted, meant.id if meant else None))
            if wanted.is_limited
            else lambda _: True,
            uncounted=_uncounted(tx),
            target=policy.targets.escalation_rate_below_percent,
        )

    def _about(self, wanted: ReportWords, meant: IndexedAccount | None) -> Sequence[str]:
        """Return in words what a report is limited to."""
        policy, directory = self.records.policies.current, self.people.directory
        regions = {region.key: region.name or region.key for region in directory.regions}
        teams = {team.key: team.name for team in policy.teams}
        labels = {level.code: level.label for level in policy.levels}
        found = (
            meant.name if meant is not None else None,
            labels.get(wanted.level or "", wanted.level),
            regions.get(wanted.region or "", wanted.region),
            teams.get(wanted.team or "", wanted.team),
        )
        return [words for words in found if words]

    def _names(self, tx: Transaction, measures: Sequence[Measure], by: str | None) -> Mapping[Any, str]:
        if by == ACCOUNT:
            wanted = {one.account_id for one in measures if not one.is_private}
            named = tx.session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted)))
            return dict(named.all())
        if by == OWNER:
            return self.people.names(tx, {one.owner for one in measures if one.owner is not None})
        return {}


def _last(days: int, now: datetime, zone: ZoneInfo) -> Period:
    """Return the last so many days, with the whole of today."""
    today = now.astimezone(zone).date()
    first = today - timedelta(days=days - 1)
    begins, ends = (report_words.day_begins(day, zone) for day in (first, today + timedelta(days=1)))
    return Period(begins, ends, {}, zone)


def _is_wanted(one: Measure, wanted: ReportWords, account: int | None) -> bool:
    return (
        (wanted.level is None or one.level == wanted.level)
        and (wanted.region is None or (one.region or "").casefold() == wanted.region.casefold())
        and (wanted.team is None or one.team == wanted.team)
        and (not wanted.account or (one.account_id == account and not one.is_private))
    )


def _limits(wanted: ReportWords, account: int | None) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of what is wanted, as `_is_wanted` has them."""
    if wanted.level is not None:
        yield MeasureRow.level == wanted.level
    if wanted.region is not None:
        yield func.lower(MeasureRow.region) == wanted.region.casefold()
    if wanted.team is not None:
        yield MeasureRow.team == wanted.team
    if wanted.account:
        yield and_(MeasureRow.account_id == account, MeasureRow.is_private.is_(False))


def _workload(tx: Transaction, *limits: ColumnElement[bool]) -> Mapping[str, int]:
    """Return how many open escalations each fix owner has, the most first. Confidential ones are one group."""
    count = func.count()
    open_now = (MeasureRow.is_over.is_(False), MeasureRow.counts.is_(True), MeasureRow.owner.is_not(None))
    holder = case((MeasureRow.is_private, literal_column(f"'{CONFIDENTIAL}'")), else_=MeasureRow.owner).label("holder")
    found = tx.session.execute(
        select(holder, count).where(*open_now, *limits).group_by(holder).order_by(count.desc(), holder)
    )
    return {owner: many for owner, many in found if owner is not None}


def _group(one: Measure, by: str | None, names: Mapping[Any, str], zone: ZoneInfo) -> str:
    """Return the group of an escalation."""
    if by in (ACCOUNT, OWNER) and one.is_private:
        return CONFIDENTIAL
    match by:
        case "level":
            return one.level
        case "team":
            return one.team or NONE
        case "region":
            return one.region or NONE
        case "account":
            return names.get(one.account_id, f"account {one.account_id}")
        case "owner":
            return names.get(one.owner, one.owner or NONE)
        case _:
            return week_of(one.declared_at, zone).isoformat()


def _read(tx: Transaction, since: datetime, until: datetime, *also: ColumnElement[bool]) -> list[Measure]:
    """Return the measures of what was declared in a period, and in the days before it that say what repeats.

    The times of clocks and of the open promise are only compared with each other and with now. The database does that,
    because making times of a hundred thousand texts takes a second: they are one of three times here.
    """
    from_ = since - timedelta(days=REPEATS_WITHIN + 1)
    mine = _READ.where(_TABLE.c.declared_at >= from_, _TABLE.c.declared_at < until, *also)
    pairs = {_MET: (_DUE, _DUE), _MISSED: (_DUE, _LATE), _OVERDUE: (_DUE, None), None: (None, None)}
    found = []
    for row in tx.session.connection().execute(mine, {"now": tx.now}).all():
        first, at, rest = row[:_FIRST], row[_FIRST], row[_FIRST + 1 : -3]
        # SQLite has texts in UTC. Those that are none can't be in the period.
        declared_at = at.astimezone(UTC) if isinstance(at, datetime) else datetime.fromisoformat(f"{at}+00:00")
        response, mitigate, late = row[-3:]
        escalate, response_seconds, mitigate_seconds, resolve_seconds, *others = rest
        kept, missed, broken, silence, quiet, quiet_from, *ends = others
        clocks = (*pairs[response], response_seconds, *pairs[mitigate], mitigate_seconds, None, resolve_seconds)
        promised = (kept, missed, broken, _DUE if late else None)
        found.append(
            Measure._make((*first, declared_at, escalate, *clocks, *promised, silence, quiet, quiet_from, *ends))
        )
    return found


# How a clock is judged: None if it isn't, or not yet.
_MET, _MISSED, _OVERDUE = 1, 2, 3
_DUE: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATE: Final = _DUE + timedelta(seconds=1)
_NOW: Final = bindparam("now", type_=UtcDateTime())
_FIRST: Final = Measure._fields.index("declared_at")
_COMPARED: Final = frozenset(
    {"response_due_at", "response_at", "mitigate_due_at", "mitigate_at", "resolved_at", "open_due_at"}
)


def _judged(due: str, at: str) -> ColumnElement[int | None]:
    due_at, stopped_at = _TABLE.c[due], _TABLE.c[at]
    return case(
        (due_at.is_(None), None),
        (stopped_at <= due_at, _MET),
        (stopped_at > due_at, _MISSED),
        (due_at <= _NOW, _OVERDUE),
    )


_READ: Final = select(
    *(
        # As it is stored: its own type takes longer than all others together.
        type_coerce(column, String) if name == "declared_at" else column
        for name, column in ((name, _TABLE.c[name]) for name in Measure._fields)
        if name not in _COMPARED
    ),
    _judged("response_due_at", "response_at"),
    _judged("mitigate_due_at", "mitigate_at"),
    _TABLE.c.open_due_at < _NOW,
)


def _with_tickets(tx: Transaction, period: Period, region: str | None) -> Period:
    """Return a period with its ticket volumes of a region, or of all, the sum where only regions are known.

    Days of which nothing is known are left out.
    """
    first = period.since.astimezone(period.zone).date()
    last = period.until.astimezone(period.zone).date()
    rows = tx.session.execute(
        select(TicketVolume.day, TicketVolume.region, TicketVolume.tickets).where(
            TicketVolume.day >= first, TicketVolume.day <= last
        )
    )
    known: dict[date, dict[str, int]] = {}
    for day, where, tickets in rows:
        known.setdefault(day, {})[where] = tickets
    if region is not None:
        key = region.casefold()
        found = {day: parts[key] for day, parts in known.items() if key in parts}
    else:
        found = {day: parts[""] if "" in parts else sum(parts.values()) for day, parts in known.items()}
    return replace(period, tickets=found)


def _uncounted(tx: Transaction) -> int:
    """Return how many escalations haven't been measured yet: those of before an upgrade, for a while."""
    everything = tx.session.scalar(select(func.count()).select_from(Escalation)) or 0
    measured = tx.session.scalar(select(func.count()).select_from(MeasureRow)) or 0
    return max(0, everything - measured)
