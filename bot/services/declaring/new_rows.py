"""The row of a new escalation with its related rows, from what was declared and what the policy decided."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from bot.database import outbox
from bot.database.new_instances import NewInstance, complete, next_ids
from bot.database.related import RELATED
from bot.database.transaction import Transaction
from bot.models.account import Account
from bot.models.clocks import ClockKind, ClockSpan, SlaClock
from bot.models.escalation import Escalation
from bot.models.people import Participant, Slot
from bot.models.work import Effect
from bot.policy.decide.evaluation import Decision
from bot.policy.record.channel import InviteState
from bot.policy.record.escalation import Holder, Status
from bot.policy.schema import Visibility
from bot.policy.time.calendars import ROUND_THE_CLOCK
from bot.services.declaring.declaration import Declaration
from bot.services.declaring.first_holders import invited_by

# The most effects that open a channel: see `Change.open_channel`.
_OPENING: Final = 8


def new_row(
    tx: Transaction,
    declaration: Declaration,
    account: Account,
    decision: Decision,
    holders: tuple[Holder, ...],
    *,
    by: str,
    begin: datetime,
    others: tuple[str, ...] = (),
) -> Escalation:
    """Return the row with its number, not yet stored (`hold`): without its form, its policy and its programme.

    `begin` is from when its clocks count. `others` belong in its channel, too.
    """
    row = Escalation(
        account=account,
        account_id=account.id,
        kind=declaration.kind,
        health=declaration.issue.health,
        category=decision.category,
        chosen_category=declaration.category,
        triggers=list(declaration.triggers),
        tags=list(decision.tags),
        team=decision.team,
        is_private=declaration.confidential or decision.visibility is Visibility.PRIVATE,
        preserves_evidence=decision.preserve_evidence,
        verification_tier=decision.verification,
        region=account.region,
        summary=declaration.summary,
        description=declaration.description,
        permalink=declaration.permalink,
        chosen_level=declaration.level,
        answer_broken=declaration.answers.broken if declaration.answers is not None else None,
        answer_affected=declaration.answers.affected if declaration.answers is not None else None,
        level=decision.level,
        highest_level=decision.level,
        trace=list(decision.trace),
        weighed_at=tx.now,
        weighed_version=account.updated_at,
        status=Status.OPEN,
        declared_by=by,
        declared_at=tx.now,
        reported_at=declaration.beginning.reported_at,
        detected_at=declaration.beginning.detected_at,
        customer_update_due_at=decision.due.customer_update,
        internal_update_due_at=decision.due.internal_update,
    )
    row.slots = [
        Slot(role=holder.role, person=holder.person, how=holder.how, position=place)
        for place, holder in enumerate(holders)
    ]
    row.participants = [
        Participant(person=person, state=InviteState.PENDING)
        for person in dict.fromkeys([*invited_by(decision, holders, by), *others])
    ]
    row.clocks = list(_clocks(decision))
    # The team's clock starts when the team has been reached.
    counted = [clock for clock in row.clocks if clock.kind is not ClockKind.TEAM]
    row.spans = [ClockSpan(kind=clock.kind, started_at=begin) for clock in counted]
    row.actions, row.pages = [], []
    _number(tx, row)
    complete(row)
    return row


def hold(tx: Transaction, row: Escalation) -> None:
    """Store the row with its related rows when the database is next asked for anything, or at the commit."""
    NewInstance(row, RELATED, "escalation_id").hold(tx.session)


def _number(tx: Transaction, row: Escalation) -> None:
    """Give numbers to the row and its related rows, and to the effects that open its channel."""
    ids = next_ids(
        tx.session, {Escalation: 1, ClockSpan: len(row.spans), Participant: len(row.participants), Effect: _OPENING}
    )
    [row.id] = ids[Escalation]
    for span, number in zip(row.spans, ids[ClockSpan], strict=True):
        span.id = number
    for participant, number in zip(row.participants, ids[Participant], strict=True):
        participant.id = number
    outbox.reserve(tx, ids[Effect])


def _clocks(decision: Decision) -> Iterator[SlaClock]:
    """Return the clocks: the customer's two always, the team's if a team answers."""
    for kind, terms in (
        (ClockKind.RESPONSE, decision.response),
        (ClockKind.RESOLUTION, decision.resolution),
        (ClockKind.TEAM, decision.team_response),
    ):
        if terms is not None or kind is not ClockKind.TEAM:
            target = str(terms.target) if terms else None
            yield SlaClock(kind=kind, target=target, calendar=terms.calendar if terms else ROUND_THE_CLOCK)
