"""Suggesting a major incident: several accounts have the same category within a short time."""

from collections.abc import Sequence

from sqlalchemy import select

from bot.database import queries
from bot.database.change import Change
from bot.models.escalation import Escalation
from bot.models.incident import Incident
from bot.policy.decide.incidents import SOON, levels_of_incidents
from bot.policy.record.announcements.incidents import IncidentLasts, IncidentLikely, OtherCase


def suggest_incident(change: Change) -> None:
    """Suggest in the channel to join the running incident, or to declare one, if the category matches."""
    pattern, row = change.policy.patterns.major_incident, change.row
    heavy = levels_of_incidents(change.policy)
    if pattern is None or row.category is None or row.incident_id is not None or row.level not in heavy:
        return
    lasting = _lasting(change)
    if lasting is not None:
        change.record("major incident suggested", after={"incident": lasting.id})
        change.announce(IncidentLasts(incident=lasting.id, title=lasting.title, since=lasting.since))
        return
    near = _near(change, heavy)
    accounts = {row.account_id, *(other.account_id for other in near)}
    if len(accounts) >= pattern.accounts:
        numbers = tuple(other.id for other in near)
        change.record("major incident suggested", after={"escalations": list(numbers)})
        others = tuple(
            OtherCase(
                number=other.id,
                name=other.account.name,
                channel=other.channel_id if other.channel_trouble is None else None,
            )
            for other in near
        )
        change.announce(IncidentLikely(others=others, accounts=len(accounts), names=numbers))


def _lasting(change: Change) -> Incident | None:
    """Return the latest running incident that has an escalation of the same category."""
    same = select(Escalation.incident_id).where(
        Escalation.category == change.row.category, Escalation.withdrawn_reason.is_(None)
    )
    lasting = select(Incident).where(Incident.ended_at.is_(None), Incident.id.in_(same))
    return change.tx.session.scalars(lasting.order_by(Incident.id.desc()).limit(1)).one_or_none()


def _near(change: Change, levels: Sequence[str]) -> Sequence[Escalation]:
    """Return earlier escalations of other accounts with the same category; confidential ones are left out."""
    row = change.row
    numbers = select(Escalation.id).where(
        Escalation.category == row.category,
        Escalation.account_id != row.account_id,
        Escalation.level.in_(levels),
        Escalation.status.in_(queries.LIVE),
        Escalation.is_private.is_(False),
        Escalation.incident_id.is_(None),
        Escalation.declared_at >= row.declared_at - SOON,
        Escalation.id < row.id,
    )
    found = queries.escalations(change.tx.session, change.tx.session.scalars(numbers).all())
    return [other for _, other in sorted(found.items())]
