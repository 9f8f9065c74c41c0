"""Major incidents: declared, joined, shown in the incidents channel, and ended with a message to all channels."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, cast, func, select
from sqlalchemy.exc import IntegrityError

from bot.database import live_notices, mail_threads, outbox, queries, submissions
from bot.database.change import Change
from bot.database.lists import Lists
from bot.database.mail_threads import Addressed
from bot.database.outbox import NewEffect
from bot.database.people import is_slack_id
from bot.database.queries import IS_LIVE
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import FormError, NotFound, UnreadableRecord
from bot.models import reading
from bot.models.account import Account
from bot.models.escalation import Escalation
from bot.models.incident import Incident
from bot.models.status_page import ONLY, StatusPageReading
from bot.models.work import EffectKind
from bot.policy.decide.incidents import (
    AFFECTED_SHOWN,
    MOST_CUSTOMERS,
    IncidentFacts,
    Overview,
    incident_key,
    without_names,
    writings,
)
from bot.policy.excerpts import Excerpt
from bot.policy.model.patterns import MajorIncident
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.incidents import IncidentJoined, IncidentLasts, IncidentOver
from bot.policy.record.escalation import RELATIONSHIP_OWNER
from bot.policy.record.mails import IncidentMail
from bot.policy.record.notices.incidents import IncidentOverNotice
from bot.policy.record.status_checks import StatusReading
from bot.policy.time import years
from bot.ports.workspace import Posted

# So many of those that last are shown and offered in the form; the others are counted.
LASTING_SHOWN = 20


@dataclass(frozen=True, slots=True)
class NewIncident:
    """The values of the form for a new incident."""

    title: str
    since: datetime
    # The names of customers that are affected and have no escalation.
    customers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentState:
    """A major incident, the current policy, and where its message is, once it is posted."""

    incident: IncidentFacts
    policy: Policy
    posted: Posted | None
    # What the status page said; None if it isn't read.
    reading: StatusReading | None = None

    @property
    def channel(self) -> str | None:
        """Return the policy's channel for major incidents."""
        pattern = self.policy.patterns.major_incident
        return self.policy.team(pattern.team).slack if pattern else None


@dataclass(frozen=True)
class Incidents:
    """Declare, join and end major incidents. Anybody may: their names are posted."""

    records: Records

    def overview(self, chosen: Collection[int] = (), *, viewer: str, limit: int) -> Overview:
        """Return running incidents and the newest escalations that can be added, `chosen` ones first.

        Raises NotFound if the policy has no major incidents.
        """
        pattern = self._pattern()
        with self.records.database.transaction() as tx:
            self.records.people.must_be_ours(tx, viewer)
            lasts = Incident.ended_at.is_(None)
            newest = select(Incident).where(lasts).order_by(Incident.id.desc()).limit(LASTING_SHOWN)
            live = tx.session.scalars(newest).all()
            lists = Lists(self.records)
            seen = (IS_LIVE, lists.visible(tx, viewer))
            first = lists.newest(tx, limit, *seen, Escalation.id.in_(chosen)) if chosen else Excerpt()
            rest = lists.newest(tx, limit, *seen, Escalation.id.not_in(chosen))
            shown = tuple(facts for facts, _ in (*first.shown, *rest.shown))[:limit]
            candidates = Excerpt(shown, first.total + rest.total)
            lasting = tuple(self._facts(tx, row) for row in live if reading.problem(row) is None)
            total = len(live)
            if total == LASTING_SHOWN:
                total = tx.session.scalars(select(func.count()).select_from(Incident).where(lasts)).one()
            return Overview(Excerpt(lasting, total), candidates, pattern, tx.now)

    def current(self, incident: int) -> IncidentState:
        """Return the present state of a major incident. Raises NotFound."""
        with self.records.database.transaction() as tx:
            row = tx.session.get(Incident, incident)
            if row is None:
                raise NotFound(f"There is no {incident_key(incident)}.")
            posted = Posted(row.message_channel, row.message_ts) if row.message_channel and row.message_ts else None
            reading = last_reading(tx, is_read=self.records.service_settings.reads_status_page)
            return IncidentState(self._facts(tx, row), self.records.policies.current, posted, reading)

    def known(self, incident: int, *, viewer: str) -> IncidentFacts:
        """Return a major incident as everybody may see it. Raises NotAMember and NotFound."""
        with self.records.database.reading() as tx:
            self.records.people.must_be_ours(tx, viewer)
            row = tx.session.get(Incident, incident)
            if row is None or reading.problem(row) is not None:
                raise NotFound(f"There is no {incident_key(incident)}.")
            return self._facts(tx, row)

    def declare(self, new: NewIncident, numbers: Collection[int], *, by: str, request: str) -> IncidentFacts:
        """Declare an incident of these escalations, once per `request`. Raises FormError, NotFound and AlreadyDone."""
        self._pattern()
        try:
            with self.records.database.transaction() as tx:
                self.records.people.must_be_ours(tx, by)
                submissions.note(tx)
                return self._known(tx, request) or self._declare(tx, new, numbers, by, request)
        except IntegrityError:
            # The same form was submitted twice at the same time; the other one was first.
            with self.records.database.transaction() as tx:
                known = self._known(tx, request)
            if known is None:
                raise
            return known

    def join(
        self, incident: int, numbers: Collection[int], *, by: str, customers: Collection[str] = ()
    ) -> IncidentFacts:
        """Add escalations, and customers without one.

        Raises NotFound, and FormError if it is over or all of them belong to it already.
        """
        with self.records.database.transaction() as tx:
            self.records.people.must_be_ours(tx, by)
            row = _locked(tx, incident)
            submissions.note(tx)
            if row.ended_at is not None:
                raise FormError("incident", f"{incident_key(incident)} is over. If it is back, make a new one.")
            is_news = _list_customers(row, customers)
            if not (self._link(tx, row, numbers, by) or is_news):
                raise FormError("escalations", f"Already part of {incident_key(incident)}, or closed.")
            _draw(tx, incident)
            return self._facts(tx, row)

    def end(self, incident: int, *, by: str, fixed: str) -> IncidentFacts:
        """End it, notify every channel, and ask each relationship owner to inform their customer.

        Raises NotFound, and FormError if it ended before.
        """
        with self.records.database.transaction() as tx:
            self.records.people.must_be_ours(tx, by)
            row = _locked(tx, incident)
            submissions.note(tx)
            if row.ended_at is not None:
                raise FormError("fixed", f"{incident_key(incident)} is already over. Everyone was told.")
            row.ended_by, row.ended_at, row.fixed = by, tx.now, fixed
            part = set(_numbers(tx, incident))
            for number in sorted(part.union(_asked(tx))):
                try:
                    change = self.records.within(tx, number)
                except UnreadableRecord:  # logged where it is read, and shown by `doctor`
                    continue
                if number not in part:
                    if live_notices.incident_over(change.row, incident):
                        change.end_notices()
                elif change.facts.is_live:
                    change.record("major incident over", by=by, after={"incident": incident}, reason=fixed)
                    change.announce(IncidentOver(incident=incident, title=row.title, fixed=fixed, by=by))
                    owner = change.facts.holder(RELATIONSHIP_OWNER)
                    is_reached = owner and (is_slack_id(owner) or change.service_settings.sends_mail)
                    to = owner if owner and is_reached else change.row.declared_by
                    change.notify(IncidentOverNotice(incident=incident, title=row.title, fixed=fixed, by=by), to)
            _draw(tx, incident)
            return self._facts(tx, row)

    def posted(self, tx: Transaction, incident: int, at: Posted) -> None:
        """Record where its message is."""
        row = tx.session.get_one(Incident, incident)
        row.message_channel, row.message_ts = at.channel, at.ts

    def unreachable(self, tx: Transaction, incident: int, words: str) -> None:
        """Notify the declarer that the incidents channel couldn't be reached."""
        unreachable(tx, incident, words)

    def _pattern(self) -> MajorIncident:
        pattern = self.records.policies.current.patterns.major_incident
        if pattern is None:
            raise NotFound("This policy has no major incidents.")
        return pattern

    def _known(self, tx: Transaction, request: str) -> IncidentFacts | None:
        row = tx.session.scalars(select(Incident).where(Incident.request_key == request)).one_or_none()
        return self._facts(tx, row) if row else None

    def _declare(
        self, tx: Transaction, new: NewIncident, numbers: Collection[int], by: str, request: str
    ) -> IncidentFacts:
        if new.since > tx.now:
            raise FormError("since", "That's in the future. Enter when it started.")
        if not years.is_plausible(new.since):
            raise FormError("since", f"That's before {years.FIRST}. Enter when it started.")
        row = Incident(request_key=request, title=new.title, since=new.since, declared_by=by, declared_at=tx.now)
        _list_customers(row, new.customers)
        tx.session.add(row)
        tx.session.flush()
        self._link(tx, row, numbers, by)
        _draw(tx, row.id, is_new=True)
        self._mail(tx, row.id)
        look_at_status_page(tx, is_read=self.records.service_settings.reads_status_page)
        return self._facts(tx, row)

    def _mail(self, tx: Transaction, incident: int) -> None:
        """Mail the team of major incidents, whose channel is told too."""
        team = self._pattern().team
        email = self.records.policies.current.team(team).email if team else None
        if email and team and self.records.service_settings.sends_mail:
            mail = IncidentMail(team=team, incident=incident)
            outbox.put_all(
                tx, None, *mail_threads.effects(tx, incident_key(incident), Addressed(mail=mail, to=email), None)
            )

    def _link(self, tx: Transaction, incident: Incident, numbers: Collection[int], by: str) -> bool:
        """Link escalations to it and notify their channels; finished ones stay as they are."""
        changes = [self.records.seen(tx, number, by=by) for number in sorted(set(numbers))]
        fresh = [one for one in changes if one.facts.is_live and one.row.incident_id != incident.id]
        for change in fresh:
            _check_title(change, incident.title)
            before, change.row.incident_id = change.row.incident_id, incident.id
            change.record("major incident joined", by=by, before={"incident": before}, after={"incident": incident.id})
            if before is not None:
                _draw(tx, before)
        tx.session.flush()
        accounts = self._facts(tx, incident).accounts
        for change in fresh:
            change.announce(
                IncidentJoined(
                    by=by, incident=incident.id, title=incident.title, since=incident.since, accounts=accounts
                )
            )
            change.finish()
        return bool(fresh)

    def _facts(self, tx: Transaction, row: Incident) -> IncidentFacts:
        part = (Escalation.incident_id == row.id, Escalation.withdrawn_reason.is_(None))
        is_open = Escalation.is_private.is_(False)
        counts = select(func.count().filter(is_open), func.count(), func.count(Escalation.account_id.distinct()))
        named, total, accounts = tx.session.execute(counts.where(*part)).one()
        first = select(Escalation.id).where(*part, is_open).order_by(Escalation.id).limit(AFFECTED_SHOWN)
        found = queries.escalations(tx.session, tx.session.scalars(first).all())
        shown = [one for _, one in sorted(found.items())]
        words, customers = told_of(tx, row), customers_of(tx, row)
        return IncidentFacts(
            id=row.id,
            title=words["title"],
            since=row.since,
            declared_by=row.declared_by,
            declared_at=row.declared_at,
            affected=self.records.policies.readable(shown),
            more=named - len(shown),
            hidden=total - named,
            accounts=accounts + len(customers),
            customers=customers,
            ended_by=row.ended_by,
            ended_at=row.ended_at,
            fixed=words["fixed"] or None,
            waits=outbox.is_postponed(tx, _lane(row.id)),
        )


def unreachable(tx: Transaction, incident: int, words: str) -> None:
    """Notify the declarer of an incident that somebody couldn't be reached."""
    person = tx.session.get_one(Incident, incident).declared_by
    outbox.put(tx, None, NewEffect(EffectKind.REPLY, {"person": person, "channel": None, "text": words}))


def _list_customers(incident: Incident, names: Collection[str]) -> bool:
    """List customers without an escalation; return False if all were listed. Raises FormError if they are too many."""
    known = {name.casefold() for name in incident.customers or ()}
    fresh = [name for name in names if name.casefold() not in known]
    kept = [*(incident.customers or ()), *fresh]
    if len(kept) > MOST_CUSTOMERS:
        raise FormError("customers", f"That's more than {MOST_CUSTOMERS} customers. List the most important ones.")
    incident.customers = kept
    return bool(fresh)


def customers_of(tx: Transaction, incident: Incident) -> tuple[str, ...]:
    """Return the customers listed without an escalation, without those that have one by now.

    Confidential ones are left out: their escalations are counted.
    """
    affected = select(Account.name, Account.domain).join(Escalation, Escalation.account_id == Account.id)
    part = (Escalation.incident_id == incident.id, Escalation.withdrawn_reason.is_(None))
    rows = tx.session.execute(affected.where(*part).distinct()).all() if incident.customers else []
    named = {writing.casefold() for row in rows for writing in writings(row.name, row.domain)}
    return tuple(name for name in incident.customers or () if name.casefold() not in named)


def told_of(tx: Transaction, incident: Incident) -> Mapping[str, str]:
    """Return the texts shown to everybody, `title` and `fixed`, without names of confidential customers."""
    confidential = (Escalation.incident_id == incident.id, Escalation.is_private.is_(True))
    customers = select(Account.name, Account.domain).join(Escalation, Escalation.account_id == Account.id)
    found = tx.session.execute(customers.where(*confidential).distinct())
    names = frozenset[str]().union(*(writings(row.name, row.domain) for row in found))
    said = {"title": incident.title, "fixed": incident.fixed or ""}
    return {name: without_names(words, names) for name, words in said.items()}


def redraw_incident(change: Change) -> None:
    """Redraw the major incident of an escalation, if it belongs to one."""
    if change.row.incident_id is not None:
        _draw(change.tx, change.row.incident_id)


def last_reading(tx: Transaction, *, is_read: bool) -> StatusReading | None:
    """Return what the status page said when it was read last; None if it isn't read."""
    if not is_read:
        return None
    row = tx.session.get(StatusPageReading, ONLY)
    return row.facts() if row is not None else StatusReading()


def look_at_status_page(tx: Transaction, *, is_read: bool) -> None:
    """Queue a reading of the status page, if it is read at all; one that is queued already does the same."""
    if is_read:
        outbox.put_all(tx, None, NewEffect(EffectKind.STATUS_PAGE, coalesce="status-page"))


def redraw_live(tx: Transaction) -> None:
    """Redraw the major incidents that last: the status page says something else."""
    lasting = select(Incident.id).where(Incident.ended_at.is_(None), Incident.message_ts.is_not(None))
    for incident in tx.session.scalars(lasting.order_by(Incident.id.desc()).limit(LASTING_SHOWN)):
        _draw(tx, incident)


def _draw(tx: Transaction, incident: int, *, is_new: bool = False) -> None:
    key = _lane(incident)
    payload = {"incident": incident, "is_new": is_new}
    outbox.put_all(tx, None, NewEffect(EffectKind.INCIDENT, payload, lane=key, coalesce=key))


def _lane(incident: int) -> str:
    return f"incident-{incident}"


def _locked(tx: Transaction, incident: int) -> Incident:
    # What refers to it, such as a record of a message that names it, isn't held up.
    row = tx.session.get(Incident, incident, with_for_update={"key_share": True})
    if row is None:
        raise NotFound(f"There is no {incident_key(incident)}.")
    return row


def _asked(tx: Transaction) -> Sequence[int]:
    """Return the escalations whose channels were asked whether they are part of some incident, and aren't."""
    was_asked = cast(Escalation.live_notices, Text).contains(f'"{IncidentLasts.word}"')
    return tx.session.scalars(select(Escalation.id).where(IS_LIVE, Escalation.incident_id.is_(None), was_asked)).all()


def _numbers(tx: Transaction, incident: int) -> Sequence[int]:
    """Return its escalations in order, without withdrawn ones."""
    mine = (Escalation.incident_id == incident, Escalation.withdrawn_reason.is_(None))
    return tx.session.scalars(select(Escalation.id).where(*mine).order_by(Escalation.id)).all()


def _check_title(change: Change, title: str) -> None:
    """Raise FormError for a title that names a confidential customer."""
    account = change.row.account
    if change.row.is_private and without_names(title, writings(account.name, account.domain)) != title:
        raise FormError("title", f"{change.row.key} is confidential: leave its customer's name out of the title.")
