"""What stands open in the records and cannot be brought to its end where people would look for it."""

from collections.abc import Iterator

from sqlalchemy import exists, select

from bot.models import queries
from bot.models.escalation import Escalation
from bot.models.pattern import CaseReview, Incident
from bot.policy.incidents import incident_key
from bot.services.core import Transaction
from bot.services.findings import Finding, State


def of_patterns(tx: Transaction) -> Iterator[Finding]:
    """Find case reviews whose channel is gone, and major incidents that nothing is a part of any more."""
    stranded = select(CaseReview.escalation_id).join(Escalation, Escalation.id == CaseReview.escalation_id)
    unfinished = (CaseReview.finished_at.is_(None), Escalation.channel_archived_at.is_not(None))
    for number in tx.session.scalars(stranded.where(*unfinished).order_by(CaseReview.id)):
        says = f"the one in ESC-{number} is not finished, and its channel is archived"
        do = f"Unarchive the channel in Slack, or reopen ESC-{number}, and note the findings there."
        yield Finding("case reviews", State.LOOK, says, do)
    part = exists().where(Escalation.incident_id == Incident.id, Escalation.status.in_(queries.LIVE))
    idle = select(Incident.id).where(Incident.ended_at.is_(None), ~part).order_by(Incident.id)
    for number in tx.session.scalars(idle):
        says = f"{incident_key(number)} lasts, and no open escalation is a part of it"
        do = "Say in Slack that it is over, or add those that are a part of it: `/escalate incident`."
        yield Finding("major incidents", State.LOOK, says, do)
