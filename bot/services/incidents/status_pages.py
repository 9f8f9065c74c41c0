"""The status page of an outage: whether it is posted there, and what the page says (docs/policy.md#status-page)."""

from dataclasses import dataclass

from bot.database.change import Change
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.status_page import ONLY, StatusPageReading
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.decide.status_page import watched
from bot.policy.plan.live_notices import NoticeSubject
from bot.policy.record.announcements.incidents import StatusChecked
from bot.policy.record.status_checks import StatusReading
from bot.policy.record.team_messages import NotPostedMessage
from bot.ports.status_page import PageState
from bot.services.incidents.incidents import last_reading, look_at_status_page, redraw_live
from bot.services.teams import routes


@dataclass(frozen=True)
class StatusPages:
    """Record answers about the status page, and what was read of it."""

    records: Records

    def answered(self, number: int, *, posted: bool, by: str) -> bool:
        """Record whether an outage is on the status page; if it isn't, alert the category's team.

        Return False if that was known. Raises NotFound, and Refused once the escalation is over.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.UPDATE))
            page = watched(change.facts, change.policy)
            before = change.facts.status_check
            if page is None or (before is not None and before.posted == posted):
                return False
            change.row.status_check = {"posted": posted, "by": by, "at": change.tx.now.isoformat()}
            change.record("status page checked", by=by, after={"posted": posted})
            team = None if posted else change.policy.category(change.facts.category or "").team
            told = _alert(change, team) if team is not None else None
            change.announce(StatusChecked(by=by, posted=posted, team=team, told=told))
            change.redraw_notices(NoticeSubject.STATUS_PAGE)
            look_at_status_page(change.tx, is_read=self.records.service_settings.reads_status_page)
            return True

    def reading(self) -> StatusReading | None:
        """Return what was read last; None if the page isn't read."""
        with self.records.database.transaction() as tx:
            return last_reading(tx, is_read=self.records.service_settings.reads_status_page)

    def learn(self, tx: Transaction, state: PageState) -> None:
        """Record what the page says now, and redraw the incidents if it says something else."""
        row = _row(tx)
        has_changed = row.why is not None or (row.words, tuple(row.incidents)) != (state.words, state.incidents)
        row.read_at, row.words, row.incidents = tx.now, state.words, list(state.incidents)
        row.failed_at = row.why = None
        if has_changed:
            redraw_live(tx)

    def failed(self, tx: Transaction, why: str) -> None:
        """Record that the page couldn't be read, and why."""
        row = _row(tx)
        has_changed = row.why is None
        row.failed_at, row.why = tx.now, why
        if has_changed:
            redraw_live(tx)


def _alert(change: Change, team: str) -> bool:
    """Alert a team that the outage isn't posted; return False if the bot reaches it by no route."""
    routes.tell(change, team, NotPostedMessage)
    return routes.is_mailed(change, team) or change.policy.team(team).slack is not None


def _row(tx: Transaction) -> StatusPageReading:
    row = tx.session.get(StatusPageReading, ONLY)
    if row is None:
        row = StatusPageReading(id=ONLY, words="", incidents=[])
        tx.session.add(row)
    return row
