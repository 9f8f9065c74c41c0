"""The formats of an exported escalation: a row for a spreadsheet, or a document for a program.

Times are ISO 8601 in UTC, to the second; dates are dates; durations of clocks are seconds of working time.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from bot.policy.decide.beginning import time_to_escalate
from bot.policy.decide.dropped_clocks import was_dropped
from bot.policy.record import sla
from bot.policy.record.ending import Review
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.promises import Audience, PromiseState
from bot.policy.record.reviews import ReviewState
from bot.policy.record.sla import ClockFacts
from bot.policy.time.durations import Duration
from bot.services.reports.export import ExportedEscalation
from bot.services.reports.export_tables import OF_TIMELINE, TIMELINE, ExportRow, columns

# Characters that make a spreadsheet read a text as a formula, also in full width; and the blanks it skips before them.
_FORMULA: Final = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NO_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_BLANKS: Final = "\t\r\n\v\f \u00a0\u200b\ufeff"


def header() -> list[str]:
    """Return the names of the columns."""
    return list(_COLUMNS)


def row(record: ExportedEscalation) -> list[str]:
    """Return the cells of an escalation, none of which a spreadsheet reads as a formula."""
    return [_cell(column(record)) for column in _COLUMNS.values()]


def table_header(table: str) -> list[str]:
    """Return the names of a table's columns."""
    return list(columns(table))


def table_rows(record: ExportedEscalation, table: str) -> list[ExportRow]:
    """Return an escalation's rows in a table, each with the escalation's key."""
    if table == TIMELINE:
        entries = ({name: getattr(entry, name) for name in OF_TIMELINE} for entry in record.timeline)
        return [{"escalation": record.facts.key, **entry} for entry in entries]
    return [{"escalation": record.facts.key, **found} for found in record.tables[table]]


def table_row(found: ExportRow) -> list[str]:
    """Return the cells of a row, none of which a spreadsheet reads as a formula."""
    return [_cell(cell) for cell in found.values()]


def table_document(found: ExportRow) -> dict[str, Any]:
    """Return a row, JSON-serializable."""
    return {name: _plain(cell) for name, cell in found.items()}


def document(record: ExportedEscalation, *, money: bool) -> dict[str, Any]:
    """Return the whole record, JSON-serializable. The account's revenue is included only if the policy shows money."""
    facts, calendars = record.facts, record.policy.calendars
    whole: dict[str, Any] = {"key": facts.key, **_plain(facts)}
    if not money:
        del whole["account"]["arr"]
    for name, clock in (("response", facts.response), ("resolution", facts.resolution)):
        whole[name] |= {
            "state": _state(record, clock),
            "due_at": _plain(sla.due_at(clock, calendars)),
            "elapsed_seconds": _elapsed(record, clock),
        }
    whole["policy"] = {"name": record.policy.name, "version": record.policy.version}
    whole["people"] = dict(record.names)
    whole |= {"updates": _plain(record.updates), "timeline": _plain(record.timeline)}
    # All requests, also answered ones, replace the open ones.
    return whole | {table: _plain(rows) for table, rows in record.tables.items()}


def _signed_off_by(review: Review) -> str | None:
    return review.state_by if review.state is ReviewState.SIGNED else None


def _plain(value: Any) -> Any:
    """Convert facts to JSON types: dataclasses to objects, times and durations to text."""
    match value:
        case datetime():
            return _moment(value)
        case date():
            return value.isoformat()
        case Duration() | Decimal():
            return str(value)
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case list() | tuple() | frozenset():
            return [_plain(item) for item in value]
        case _ if is_dataclass(value):
            return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        case _:
            return value


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return _moment(value)
        case bool():
            return "yes" if value else "no"
        case int() | date():
            return str(value)
        case Mapping():
            return _harmless(json.dumps(_plain(value), ensure_ascii=False))
        case list():
            return _harmless("; ".join(value))
        case _:
            return _harmless(str(value))


def _harmless(text: str) -> str:
    """Put an apostrophe before what would be a formula, so that a spreadsheet shows the text as it is.

    Control characters and halves of characters, which are in no text that somebody typed, are replaced.
    """
    text = _NO_TEXT.sub("\ufffd", text)
    return f"'{text}" if text.lstrip(_BLANKS).startswith(_FORMULA) or text.startswith(("\t", "\r")) else text


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _state(record: ExportedEscalation, clock: ClockFacts) -> str | None:
    """Return the state of a clock; a withdrawn escalation counts in no SLA."""
    if record.facts.withdrawal is not None:
        return None
    return sla.state(clock, record.policy.calendars, record.now).value


def _elapsed(record: ExportedEscalation, clock: ClockFacts) -> int | None:
    if clock.terms is None or was_dropped(clock, record.facts):
        return None
    return int(sla.elapsed(clock, record.policy.calendars, record.now).total_seconds())


def _due(clock: Callable[[ExportedEscalation], ClockFacts]) -> Callable[[ExportedEscalation], datetime | None]:
    return lambda record: sla.due_at(clock(record), record.policy.calendars)


def _person(record: ExportedEscalation, identity: str | None) -> str | None:
    """Return a person for people and programs: `Ana Ruiz (U01ANA)`."""
    name = record.names.get(identity or "")
    return f"{name} ({identity})" if name else identity


def _holder(role: str) -> Callable[[ExportedEscalation], str | None]:
    return lambda record: _person(record, record.facts.holder(role))


def _waivers(record: ExportedEscalation) -> int:
    """Return how many consents were waived, the customer's confirmation among them."""
    return (record.facts.waiver is not None) + sum(bool(row["waived"]) for row in record.tables["consents"])


def _promises(record: ExportedEscalation, state: PromiseState) -> int | None:
    """Return how many promises to the customer have a state. An open one that is due is broken.

    A withdrawn escalation counts in no figure.
    """
    if record.facts.withdrawal is not None:
        return None
    found = 0
    for row in record.tables["promises"]:
        due_at, now_state = row["due_at"], row["state"]
        is_overdue = now_state == PromiseState.OPEN and isinstance(due_at, datetime) and due_at <= record.now
        found += row["audience"] == Audience.CUSTOMER and state == (PromiseState.BROKEN if is_overdue else now_state)
    return found


def _escalated_after(facts: EscalationFacts) -> int | None:
    """Return the seconds from the customer's report to the declaration."""
    found = time_to_escalate(facts.declared_at, facts.reported_at)
    return int(found.total_seconds()) if found is not None else None


def _response(record: ExportedEscalation) -> ClockFacts:
    return record.facts.response


def _resolution(record: ExportedEscalation) -> ClockFacts:
    return record.facts.resolution


_COLUMNS: Final[Mapping[str, Callable[[ExportedEscalation], object]]] = {
    "key": lambda record: record.facts.key,
    "account": lambda record: record.facts.account.name,
    "tier": lambda record: record.facts.account.tier,
    "plan": lambda record: record.facts.account.plan,
    "region": lambda record: record.facts.account.region,
    "summary": lambda record: record.facts.summary,
    "kind": lambda record: record.facts.kind,
    "category": lambda record: record.facts.category,
    "area": lambda record: record.facts.area,
    "status": lambda record: record.facts.status,
    "level": lambda record: record.facts.level,
    "chosen_level": lambda record: record.facts.chosen_level,
    "highest_level": lambda record: record.facts.highest_level,
    "policy": lambda record: record.policy.name,
    "policy_version": lambda record: record.policy.version,
    "declared_at": lambda record: record.facts.declared_at,
    "reported_at": lambda record: record.facts.reported_at,
    "detected_at": lambda record: record.facts.detected_at,
    "escalated_after_seconds": lambda record: _escalated_after(record.facts),
    "declared_by": lambda record: _person(record, record.facts.declared_by),
    "acknowledged_at": lambda record: record.facts.acknowledged_at,
    "acknowledged_by": lambda record: _person(record, record.facts.acknowledged_by),
    "mitigated_at": lambda record: record.facts.mitigated_at,
    "resolved_at": lambda record: record.facts.resolved_at,
    "exit_criteria": lambda record: record.facts.exit and record.facts.exit.words,
    "exit_criteria_agreed_by": lambda record: record.facts.exit and record.facts.exit.customer,
    "closed_at": lambda record: record.facts.closure and record.facts.closure.at,
    "closed_by": lambda record: record.facts.closure and _person(record, record.facts.closure.by),
    "reopened_at": lambda record: record.facts.reopened_at,
    "fix_owner": _holder(FIX_OWNER),
    "relationship_owner": _holder(RELATIONSHIP_OWNER),
    "manager": _holder(MANAGER),
    "response_due_at": _due(_response),
    "response_state": lambda record: _state(record, record.facts.response),
    "response_seconds": lambda record: _elapsed(record, record.facts.response),
    "resolution_due_at": _due(_resolution),
    "resolution_state": lambda record: _state(record, record.facts.resolution),
    "resolution_seconds": lambda record: _elapsed(record, record.facts.resolution),
    "updates": lambda record: len(record.updates),
    "updates_to_customer": lambda record: sum(bool(update.customer_text) for update in record.updates),
    "last_customer_update_at": lambda record: record.facts.last_customer_update_at,
    "customer_update_due_at": lambda record: record.facts.customer_update_due_at,
    "promises_kept": lambda record: _promises(record, PromiseState.KEPT),
    "promises_late": lambda record: _promises(record, PromiseState.LATE),
    "promises_broken": lambda record: _promises(record, PromiseState.BROKEN),
    "confirmed_by": lambda record: record.facts.confirmation and record.facts.confirmation.by,
    "confirmed_at": lambda record: record.facts.confirmation and record.facts.confirmation.at,
    "customer_rating": lambda record: record.facts.rating and record.facts.rating.of_five,
    "waived_by": lambda record: record.facts.waiver and _person(record, record.facts.waiver.by),
    "waivers": _waivers,
    "review_url": lambda record: record.facts.review.url,
    "review_finished_on": lambda record: record.facts.review.finished_on,
    "review_state": lambda record: record.facts.review.state and record.facts.review.state.value,
    "review_signed_off_by": lambda record: _signed_off_by(record.facts.review),
    "corrective_actions": lambda record: len(record.facts.review.actions),
    "withdrawn_because": lambda record: record.facts.withdrawal and record.facts.withdrawal.reason,
    "duplicate_of": lambda record: record.facts.withdrawal and record.facts.withdrawal.duplicate_of,
    "ticket_number": lambda record: record.facts.ticket and record.facts.ticket.number,
    "ticket_url": lambda record: record.facts.ticket and record.facts.ticket.url,
    "channel": lambda record: record.facts.channel_name,
    "channel_id": lambda record: record.facts.channel_id,
}
