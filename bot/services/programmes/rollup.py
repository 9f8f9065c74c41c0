"""Issues that belong to the programme of their account, and the programme's messages about them.

Lock order: issue, then programme. Code holding a programme skips locked issues, so it can't deadlock.
"""

from dataclasses import replace

from sqlalchemy import select

from bot.database import outbox, queries
from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.escalation import Escalation
from bot.models.work import EffectKind
from bot.policy.decide.account_programme import ProgrammeMembership
from bot.policy.model.facts import ACCOUNT
from bot.policy.record.announcements.programmes import IssueRolledUp
from bot.policy.record.escalation import EscalationFacts, Status
from bot.services.incidents.incidents import redraw_incident


def adopt(change: Change) -> None:
    """Adopt the account's open issues into its programme. One that is locked is left for later."""
    row = change.row
    if row.kind != ACCOUNT or row.is_private or not row.accepted or row.status is Status.CLOSED:
        return
    others = (
        Escalation.account_id == row.account_id,
        Escalation.kind != ACCOUNT,
        Escalation.status.in_(queries.LIVE),
        Escalation.programme_id.is_distinct_from(row.id),
    )
    free = select(Escalation).where(*others).order_by(Escalation.id).with_for_update(key_share=True, skip_locked=True)
    for issue in change.tx.session.scalars(free).all():
        issue.programme_id = row.id
        issue.revision += 1
        belonging = replace(change, row=issue)
        belonging.record("rolled up", after={"programme": row.key})
        belonging.refresh_card()
        redraw_incident(belonging)


def roll_up(records: Records, change: Change, *, by: str) -> None:
    """Notify the programme about one of its issues; of a confidential one only the count is shown."""
    row = change.row
    if row.programme_id is None:
        return
    found = queries.escalation(change.tx.session, row.programme_id)
    if found is None:
        raise LookupError(row.programme_id)
    programme = records.of(change.tx, found)
    change.record("rolled up", by=by, after={"programme": found.key})
    if not row.is_private:
        level = change.policy.level(row.level)
        programme.announce(
            IssueRolledUp(
                by=by,
                number=row.id,
                level=level.label,
                emoji=level.emoji,
                summary=row.summary,
                names=(row.id,),
            )
        )
    programme.refresh_card()


def redraw_issues(change: Change) -> None:
    """Redraw the cards of the issues that belong to a programme."""
    issues = select(Escalation.id).where(Escalation.programme_id == change.row.id).order_by(Escalation.id)
    for number in change.tx.session.scalars(issues).all():
        key = f"ESC-{number}:card"
        outbox.put_all(change.tx, number, NewEffect(EffectKind.REFRESH_CARD, lane=key, coalesce=key))


def belonging(tx: Transaction, facts: EscalationFacts) -> ProgrammeMembership | None:
    """Return the programme an issue belongs to; a confidential one isn't named outside it."""
    columns = (Escalation.id, Escalation.channel_id, Escalation.channel_archived_at, Escalation.channel_trouble)
    shown = (Escalation.id == facts.programme, Escalation.is_private.is_(False))
    found = tx.session.execute(select(*columns).where(*shown)).first()
    if found is None:
        return None
    is_alive = found.channel_archived_at is None and found.channel_trouble is None
    return ProgrammeMembership(number=found.id, channel_id=found.channel_id if is_alive else None)
