"""The same level again, or the same level in the same category: a reason to change the policy.

S1: "If the same Sev keeps recurring, the matrix or the routing is wrong" (docs/policy.md#the-same-again).
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select

from bot.database import follow_up_queries
from bot.database.change import Change
from bot.database.locks import advisory_lock
from bot.models.escalation import Escalation
from bot.models.review import CorrectiveAction
from bot.policy.decide.follow_up_words import POLICY_CHANGE
from bot.policy.model.facts import ISSUE
from bot.policy.model.levels import Requirement
from bot.policy.record.notices.patterns import RecurringNotice
from bot.services.patterns import proposals


def note(change: Change) -> None:
    """Propose a change of the policy if a resolved escalation is one too many of its kind.

    Only levels with a required review count. An escalation leads to one proposal, and after one of a kind, that kind
    is counted anew. While one of a kind is undecided, no other follows.
    """
    rule, row = change.policy.patterns.recurring, change.row
    if rule is None or row.kind != ISSUE or row.recurring_at is not None or row.policy_suggested_at == change.tx.now:
        return
    if change.policy.level(row.level).review is not Requirement.REQUIRED:
        return
    advisory_lock(change.tx, f"recurring {row.level}")
    since = change.tx.now - timedelta(days=rule.within_days)
    for category, count in rule.kinds(row.category):
        key = f"{row.level} {category or ''}".strip()
        last = change.tx.session.scalars(
            select(func.max(Escalation.recurring_at)).where(Escalation.recurring_key == key)
        ).one()
        found = proposals.earlier(change, _alike(change, category, max(since, last) if last is not None else since))
        if found.total + 1 < count:
            continue
        if _is_undecided(change, key):
            return
        row.recurring_key, row.recurring_at = key, change.tx.now
        named = next((one.label for one in change.policy.categories if one.key == category), category)
        notice = RecurringNotice(
            level=row.level,
            category=named,
            days=rule.within_days,
            count=found.total + 1,
            earlier=found.named,
            hidden=found.hidden,
            names=tuple(one.id for one in found.shown),
        )
        label = change.policy.level(row.level).label
        where = f" in the category “{named}”" if named else ""
        said = f"{label}{where} happened {notice.count} times in {notice.days} days."
        proposals.put(change, notice, said)
        return


def _is_undecided(change: Change, key: str) -> bool:
    """Return True if an earlier proposal of that kind is neither done nor dropped yet."""
    proposed = CorrectiveAction.what.startswith(POLICY_CHANGE, autoescape=True)
    found = (
        select(CorrectiveAction.id)
        .join(Escalation, Escalation.id == CorrectiveAction.escalation_id)
        .where(Escalation.recurring_key == key, proposed, follow_up_queries.IS_UNSETTLED)
    )
    return change.tx.session.scalars(found.limit(1)).first() is not None


def _alike(change: Change, category: str | None, since: datetime) -> ColumnElement[bool]:
    """Return the condition for others of that kind that were resolved after a time, without withdrawn ones."""
    kind = () if category is None else (Escalation.category == category,)
    return and_(
        Escalation.level == change.row.level,
        Escalation.resolved_at > since,
        Escalation.kind == ISSUE,
        Escalation.withdrawn_reason.is_(None),
        Escalation.id != change.row.id,
        *kind,
    )
