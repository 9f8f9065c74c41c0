"""The tables besides the escalations: facts, checks, requests, proposals, consents, case reviews, major incidents.

A row is a mapping of columns. A check has its kind, who and when: values were never stored.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, Final, TypeVar

from sqlalchemy import select

from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.action_items import ActionItem
from bot.models.base import Base
from bot.models.captures import CapturedMessage, RecordFile
from bot.models.case_review import CaseReview
from bot.models.checklist import ChecklistTick
from bot.models.customer_questions import CustomerQuestion
from bot.models.customer_text import CustomerText
from bot.models.directory import DirectoryChange
from bot.models.escalation import Escalation
from bot.models.incident import Incident
from bot.models.intake import IntakeFact
from bot.models.level_request import LevelRequest
from bot.models.outcomes import OutcomeRow
from bot.models.policy_version import PolicyChange
from bot.models.programme import ConsentGiven, Proposal
from bot.models.promises import Promise
from bot.models.review import CorrectiveAction
from bot.models.review_document import ReviewDocument
from bot.models.status_calls import StatusCall
from bot.models.verification import FactorCheck, VerificationApproval
from bot.models.watch import WatchQuestion
from bot.policy.decide.incidents import incident_key
from bot.services.incidents.incidents import customers_of, told_of

T = TypeVar("T", bound=Base)
ExportRow = Mapping[str, object]

_ANSWERED: Final = ("answered_by", "answered_at", "granted", "answer")
_ASKED: Final = ("asked_at", "sent_at", "answer", "rating", "said", "answered_at")
_TEXT: Final = (
    "update_id",
    "state",
    "route",
    "by",
    "at",
    "next_at",
    "asked_of",
    "approved_by",
    "told_by",
    "told_at",
    "recipients",
    "why",
)
_HELD: Final = ("state", "sequence", "note", "noted_by", "noted_at", "by", "at")
_STATUS_CALL: Final = ("id", "call_at", "zone", "owner", "link", "invited", *_HELD)
_CAUSE: Final = ("cause", "cause_looked_for_by", "plan_customer", "plan_agreed_on")
_PLAN: Final = ("plan", "plan_owner", "plan_due_on", "plan_url", *_CAUSE)
_TRACKED: Final = ("added_by", "added_at", "settled_by", "settled_at")
_ITEM: Final = ("id", "what", "owner", "due_on", "state", "criterion", "reason", "by", "at", "changed_at")
_FOLLOWED: Final = ("edited_at", "deleted_at", "taken_off_at")
_PROMISE: Final = ("audience", "by", "owner", "made_at", "due_at", "first_due_at", "state", "settled_at", "answered_at")
_REVIEW: Final = (
    "drafted_at",
    "written_by",
    "written_at",
    "story",
    "whys",
    "contributing",
    "went_well",
    "went_wrong",
    "lucky",
    "customer_debrief_on",
    "customer_debrief_who",
    "team_debrief_on",
    "team_debrief_who",
    "comment",
    "route",
    "published_at",
)
_OF_ESCALATIONS: Final[Mapping[str, tuple[type[Any], tuple[str, ...]]]] = {
    "facts": (IntakeFact, ("key", "text", "by", "at")),
    "checks": (FactorCheck, ("factor", "by", "at")),
    "approvals": (VerificationApproval, ("by", "at")),
    "requests": (LevelRequest, ("id", "kind", "level", "by", "reason", "asked_at", *_ANSWERED)),
    "proposals": (Proposal, ("source", "criteria", "success_criteria", *_PLAN, "answered_by", "reason")),
    "action_items": (ActionItem, _ITEM),
    "status_calls": (StatusCall, _STATUS_CALL),
    "consents": (ConsentGiven, ("consent", "how", "waived", "by", "at")),
    "case_reviews": (CaseReview, ("id", "opened_on", "due_at", "owner", "findings", "finished_by", "finished_at")),
    "checklist": (ChecklistTick, ("item", "by", "at")),
    "messages": (CapturedMessage, ("id", "author", "text", "said_at", "captured_by", "captured_at", *_FOLLOWED)),
    "files": (RecordFile, ("id", "name", "kind", "by", "at", "link", "deleted_at")),
    "promises": (Promise, _PROMISE),
    "follow_ups": (CorrectiveAction, ("id", "what", "owner", "due_on", "url", "state", "reason", *_TRACKED)),
    "reviews": (ReviewDocument, _REVIEW),
    "outcomes": (OutcomeRow, ("solved_by", "first_level_could", "to_try", "by", "at")),
    "customer_questions": (CustomerQuestion, ("id", "kind", "address", "asked_by", "failure", *_ASKED)),
    "customer_texts": (CustomerText, _TEXT),
    "watches": (WatchQuestion, ("id", "turn", "since", "person", "asked_at", "answer", "answered_by", "answered_at")),
}
# Attributes that aren't called like their column.
_ATTRIBUTES: Final = {"turn": "day"}
INCIDENTS: Final = "incidents"
_OF_INCIDENTS: Final = ("title", "since", "declared_by", "declared_at", "ended_by", "ended_at", "fixed")
# The audit: of escalations, and of directory and policy.
TIMELINE: Final = "timeline"
SETTINGS: Final = "settings"
OF_TIMELINE: Final = ("at", "actor", "event", "before", "after", "reason")
_OF_SETTINGS: Final = ("at", "by", "what", "before", "after")
TABLES: Final = (TIMELINE, *_OF_ESCALATIONS, INCIDENTS, SETTINGS)


def columns(table: str) -> tuple[str, ...]:
    """Return the names of a table's columns; the first is what a row belongs to."""
    if table == INCIDENTS:
        return ("incident", *_OF_INCIDENTS, "escalations", "confidential", "customers")
    if table == SETTINGS:
        return _OF_SETTINGS
    return ("escalation", *(OF_TIMELINE if table == TIMELINE else _OF_ESCALATIONS[table][1]))


def unbroken(rows: Iterable[T], broken: list[str]) -> Iterator[T]:
    """Yield the rows that can be read; add the others to `broken`, with the reason."""
    for row in rows:
        if wrong := reading.problem(row):
            broken.append(f"{reading.named(row)}: {wrong}")
        else:
            yield row


def of_escalations(
    tx: Transaction, numbers: Sequence[int], broken: list[str]
) -> Mapping[int, Mapping[str, Sequence[ExportRow]]]:
    """Return the rows of some escalations, by number and table; each has every table. See `unbroken`."""
    found: dict[int, dict[str, list[ExportRow]]] = {
        number: {table: [] for table in _OF_ESCALATIONS} for number in numbers
    }
    for table, (model, names) in _OF_ESCALATIONS.items():
        mine = select(model).where(model.escalation_id.in_(numbers)).order_by(*model.__table__.primary_key.columns)
        for row in unbroken(tx.session.scalars(mine), broken):
            found[row.escalation_id][table].append({name: getattr(row, _ATTRIBUTES.get(name, name)) for name in names})
    return found


def of_incidents(
    tx: Transaction, after: int, limit: int, since: date | None, broken: list[str]
) -> Sequence[tuple[int, ExportRow | None]]:
    """Return the next major incidents by id; confidential escalations are only counted.

    An incident that can't be read is None. See `unbroken`.
    """
    statement = select(Incident).where(Incident.id > after).order_by(Incident.id).limit(limit)
    if since is not None:
        statement = statement.where(Incident.declared_at >= datetime.combine(since, time(), UTC))
    incidents = tx.session.scalars(statement).all()
    part = (Escalation.incident_id.in_([row.id for row in incidents]), Escalation.withdrawn_reason.is_(None))
    shown, hidden = defaultdict[int | None, list[str]](list), defaultdict[int | None, int](int)
    affected = select(Escalation.incident_id, Escalation.id, Escalation.is_private).where(*part)
    for incident, number, is_private in tx.session.execute(affected.order_by(Escalation.id)):
        if is_private:
            hidden[incident] += 1
        else:
            shown[incident].append(f"ESC-{number}")
    readable = {row.id for row in unbroken(incidents, broken)}
    return [
        (
            row.id,
            None
            if row.id not in readable
            else {
                "incident": incident_key(row.id),
                **{name: getattr(row, name) for name in _OF_INCIDENTS},
                **_told(tx, row),
                "escalations": shown[row.id],
                "confidential": hidden[row.id],
                "customers": list(customers_of(tx, row)),
            },
        )
        for row in incidents
    ]


def of_settings(tx: Transaction, since: date | None, broken: list[str]) -> Sequence[ExportRow]:
    """Return who changed the directory, and what changed when a policy came into force, in order. See `unbroken`."""
    begins = datetime.combine(since, time(), UTC) if since is not None else datetime.min.replace(tzinfo=UTC)
    changes = tx.session.scalars(select(DirectoryChange).where(DirectoryChange.at >= begins))
    rows: list[dict[str, object]] = [
        {"at": row.at, "by": row.by, "what": f"{row.kind} {row.key}", "before": row.before, "after": row.after}
        for row in unbroken(changes, broken)
    ]
    for policy in unbroken(tx.session.scalars(select(PolicyChange).where(PolicyChange.at >= begins)), broken):
        what = f"policy {policy.name}, version {policy.version}"
        changed = {"changed": list(policy.changed)}
        rows.append({"at": policy.at, "by": policy.owner, "what": what, "before": None, "after": changed})
    return sorted(rows, key=lambda row: str(row["at"]))


def _told(tx: Transaction, incident: Incident) -> ExportRow:
    """Return the public texts of an incident; None for those not written yet."""
    return {name: words or None for name, words in told_of(tx, incident).items()}
