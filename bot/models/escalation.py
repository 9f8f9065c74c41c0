"""The escalation's own row, and the facts policy and views read from it and its related rows."""

from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.errors import UnreadableRecord
from bot.models import incident, reading, stored_facts  # noqa: F401 - the table of `incident` is referred to here by name
from bot.models.account import Account
from bot.models.action_items import ProgrammeColumns
from bot.models.base import HOLDS, Base, BigId, Json, PartialIndex, words
from bot.models.clocks import ClockKind, ClockSpan, SlaClock
from bot.models.customer_text import TellingColumns
from bot.models.ending import EndingColumns
from bot.models.obligation import ObligationColumns
from bot.models.pages import Page
from bot.models.people import Participant, Slot
from bot.models.policy_version import PolicyVersion
from bot.models.review import CorrectiveAction
from bot.models.status_calls import StatusCallColumns
from bot.models.status_page import StatusCheckColumns
from bot.policy.model.facts import ACCOUNT, HealthState, Issue
from bot.policy.model.matrix import Answers
from bot.policy.record.channel import ChannelChange, ChannelTrouble, Invitee
from bot.policy.record.ending import Review
from bot.policy.record.escalation import EscalationFacts, Holder, Status, Ticket
from bot.policy.record.sla import ClockFacts, Span, Terms
from bot.policy.record.weights import Override


def _partial(name: str, *columns: str, where: str) -> Index:
    return PartialIndex(name, *columns, where=text(where))


_LIVE = "status IN ('open', 'mitigated', 'resolved')"
_LISTED_BY = (
    "is_private",
    "id",
    "declared_by",
    "status",
    "first_due_at",
    "acknowledged_at",
    "kind",
    "accepted",
    "account_id",
    "declared_at",
    "resolved_at",
)
_HAS_CAUSE = "cause IS NOT NULL"


class Escalation(
    EndingColumns,
    TellingColumns,
    StatusCheckColumns,
    ProgrammeColumns,
    StatusCallColumns,
    ObligationColumns,
    Base,
):
    """One case of one customer, from declaration to closure. People know it as `ESC-<id>`."""

    __tablename__ = "escalation"
    __table_args__ = (
        Index("ix_escalation_channel_name", "channel_name"),
        # The loops read the heads of these indexes: their cost grows with what is due, not with what is open.
        _partial("ix_escalation_next_due", "next_due_at", "id", where="next_due_at IS NOT NULL"),
        _partial("ix_escalation_nothing_due", "id", where="next_due_at IS NULL AND status <> 'closed'"),
        _partial("ix_escalation_weigh", "weigh_at", "id", where="weigh_at IS NOT NULL"),
        # For lists, which read only live escalations: a small part of the table.
        # The status is in it, because SQLite checks it even though the condition of the index implies it.
        # So is all else that they count, select and sort by: they don't read the rows.
        _partial("ix_escalation_live", "policy_id", "level", *_LISTED_BY, where=_LIVE),
        _partial("ix_escalation_live_newest", "id", where=_LIVE),
        _partial("ix_escalation_live_account", "account_id", "id", where=_LIVE),
        _partial("ix_escalation_live_declarer", "declared_by", where=_LIVE),
        Index("ix_escalation_account_declared", "account_id", "declared_at"),
        _partial("ix_escalation_cause", "cause_key", "resolved_at", where=_HAS_CAUSE),
        _partial("ix_escalation_named", "resolved_at", where=_HAS_CAUSE),
        _partial("ix_escalation_suggested", "policy_suggested_at", where="policy_suggested_at IS NOT NULL"),
        _partial("ix_escalation_recurring", "recurring_key", "recurring_at", where="recurring_key IS NOT NULL"),
        # PostgreSQL can't index an address of thousands of characters.
        _partial("ix_escalation_ticket", "ticket_url", where="length(ticket_url) <= 500"),
        _partial("ix_escalation_ticket_number", "ticket_number", where="ticket_number IS NOT NULL"),
        _partial("ix_escalation_resolved", "level", "resolved_at", where="resolved_at IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # The id of the form that declared it, so that a form sent twice declares once.
    request_key: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(20), default="issue")
    # The category that applies, and the one that was chosen: a ticked trigger may hand the case over
    # (docs/policy.md#x25).
    category: Mapped[str | None] = mapped_column(String(60))
    chosen_category: Mapped[str | None] = mapped_column(String(60))
    # Keys of the category's ticked triggers, and the tags the policy's rules gave.
    triggers: Mapped[list[str]] = mapped_column(Json, default=list)
    tags: Mapped[list[str]] = mapped_column(Json, default=list)
    # Keys of the policy's churn signals as last noted; None if nobody has noted any.
    churn_signals: Mapped[list[str] | None] = mapped_column("churn_signs", Json, info={HOLDS: list})
    # When a change of the policy was last suggested because the cause has come back.
    policy_suggested_at: Mapped[datetime | None]
    # The policy's key of the team that was asked to help.
    team: Mapped[str | None] = mapped_column(String(60))
    is_private: Mapped[bool] = mapped_column(default=False)
    preserves_evidence: Mapped[bool] = mapped_column(default=False)
    area: Mapped[str | None] = mapped_column(String(80))
    # The account's region at the declaration, which chooses the business calendar.
    region: Mapped[str | None] = mapped_column(String(80))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy_version.id"))
    summary: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text, default="")
    permalink: Mapped[str | None]

    chosen_level: Mapped[str] = mapped_column(String(40))
    # The answers to the questions of the policy's matrix that gave it, if the policy has one.
    answer_broken: Mapped[str | None] = mapped_column(String(40))
    answer_affected: Mapped[str | None] = mapped_column(String(40))
    override_level: Mapped[str | None] = mapped_column(String(40))
    override_by: Mapped[str | None] = mapped_column(String(40))
    override_reason: Mapped[str | None]
    level: Mapped[str] = mapped_column(String(40))
    highest_level: Mapped[str] = mapped_column(String(40))
    trace: Mapped[list[str]] = mapped_column(Json, default=list)
    level_changed_at: Mapped[datetime | None]
    # Level requests that wait for an answer: a copy of their rows, so that nothing else has to be read.
    requests: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    # The unfinished case review in its channel: a copy of what its reminders need.
    case_review: Mapped[dict[str, Any] | None] = mapped_column(Json)
    # When the account's data were last evaluated, and in which version (the account's `updated_at`).
    weighed_at: Mapped[datetime | None]
    weighed_version: Mapped[datetime | None]
    # When they are next evaluated because a day begins; None if the level no longer moves, or doesn't yet.
    weigh_at: Mapped[datetime | None]
    # When the earliest unfired timer is due, as of the last change; None if nothing is planned.
    next_due_at: Mapped[datetime | None]

    status: Mapped[Status] = mapped_column(words(Status, 20), default=Status.OPEN)
    declared_by: Mapped[str] = mapped_column(String(40))
    declared_at: Mapped[datetime]
    # When the customer reported it, and when we detected it ourselves, if that was before the declaration.
    reported_at: Mapped[datetime | None]
    detected_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(320))
    acknowledged_at: Mapped[datetime | None]
    # The account programme this issue belongs to, and the major incident it is part of.
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("escalation.id"), index=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incident.id"), index=True)
    # Account programmes only: health, when the proposal is accepted automatically, and the answer (None: none yet). Who
    # answered and why is in `proposal`.
    health: Mapped[HealthState | None] = mapped_column(words(HealthState, 20))
    accept_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]

    # The check of the customer's identity required before the gated action, and when it was completed.
    verification_tier: Mapped[str | None] = mapped_column(String(60))
    verified_at: Mapped[datetime | None]

    last_customer_update_at: Mapped[datetime | None]
    last_internal_update_at: Mapped[datetime | None]
    # The newest update since it was declared or reopened: the one that can be edited.
    last_update_id: Mapped[int | None]
    customer_update_due_at: Mapped[datetime | None]
    internal_update_due_at: Mapped[datetime | None]
    # When the running clocks and the review are due. Policy computes it; it is stored with the timers so that lists can
    # sort by it. None if nothing is due.
    response_due_at: Mapped[datetime | None]
    resolution_due_at: Mapped[datetime | None]
    review_due_at: Mapped[datetime | None]
    # The earliest of these and of the next updates; None also for a proposal, on which nothing is due.
    first_due_at: Mapped[datetime | None]

    # The last promise to the customer that was broken, and when the watch after the resolution ended well.
    customer_update_missed_at: Mapped[datetime | None]
    watch_finished_at: Mapped[datetime | None]
    # The ticket in the company's own system.
    ticket_number: Mapped[str | None] = mapped_column(String(80))
    ticket_url: Mapped[str | None]

    channel_id: Mapped[str | None] = mapped_column(String(40), index=True)
    channel_name: Mapped[str | None] = mapped_column(String(80))
    # What couldn't be done in the workspace: Slack's reason by kind of effect.
    problems: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    # The effect that creates the channel; effects that need the channel wait for it.
    opening_effect_id: Mapped[int | None] = mapped_column(BigId)
    channel_archived_at: Mapped[datetime | None]
    channel_trouble: Mapped[ChannelTrouble | None] = mapped_column(words(ChannelTrouble))
    channel_turned: Mapped[ChannelChange | None] = mapped_column(words(ChannelChange))
    previous_channel_id: Mapped[str | None] = mapped_column(String(40))
    previous_trouble: Mapped[ChannelTrouble | None] = mapped_column(words(ChannelTrouble))
    card_ts: Mapped[str | None] = mapped_column(String(40))

    revision: Mapped[int] = mapped_column(default=0)

    # Why people are paged now, in the order in which it arose: the causes of the alarm that rings or pauses.
    page_reasons: Mapped[list[dict[str, str]]] = mapped_column(Json, default=list, server_default=text("'[]'"))
    # The guests and people of other workspaces in the channel of whom the owners were told.
    outsiders: Mapped[list[str]] = mapped_column(Json, default=list, server_default=text("'[]'"))
    # When somebody was last reminded of what is repeated until done, by the name of the reminder.
    reminded: Mapped[dict[str, str]] = mapped_column(Json, default=dict, server_default=text("'{}'"))
    # Roles offered to somebody who hasn't accepted yet; the holder keeps the role until then.
    handovers: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list, server_default=text("'[]'"))
    # The wait for the customer that isn't over.
    waiting: Mapped[dict[str, Any] | None] = mapped_column(Json, info={HOLDS: dict})
    # The messages of notices whose subject isn't over: one in each place (`bot.policy.plan.live_notices`).
    live_notices: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list, server_default=text("'[]'"))

    # How teams were asked, and what became of it.
    team_routes: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list, server_default=text("'[]'"))

    account: Mapped[Account] = relationship(lazy="raise")
    policy: Mapped[PolicyVersion] = relationship(lazy="raise")
    slots: Mapped[list[Slot]] = relationship(lazy="raise", order_by=Slot.position, cascade="all, delete-orphan")
    spans: Mapped[list[ClockSpan]] = relationship(lazy="raise", order_by=ClockSpan.id)
    clocks: Mapped[list[SlaClock]] = relationship(lazy="raise")
    participants: Mapped[list[Participant]] = relationship(lazy="raise", order_by=Participant.id)
    actions: Mapped[list[CorrectiveAction]] = relationship(lazy="raise", order_by=CorrectiveAction.id)
    # Without those that were set aside (`bot.database.past_pages` reads them).
    pages: Mapped[list[Page]] = relationship(lazy="raise", order_by=Page.id)

    @property
    def key(self) -> str:
        """Return the key people use, such as `ESC-142`."""
        return f"ESC-{self.id}"

    @property
    def has_begun(self) -> bool:
        """Return True if work has begun: for an account programme, only once the proposal is accepted."""
        return self.kind != ACCOUNT or self.accepted is True

    @property
    def open_channel_id(self) -> str | None:
        """Return the channel that messages can be posted to now; None if it is archived or lost."""
        is_open = self.channel_archived_at is None and self.channel_trouble is None
        return self.channel_id if is_open else None

    def issue(self) -> Issue:
        """Return the declared issue, as input of an evaluation."""
        return Issue(
            level=self.chosen_level,
            answers=self.answers(),
            kind=self.kind,
            category=self.chosen_category,
            triggers=frozenset(self.triggers),
            health=self.health,
        )

    def answers(self) -> Answers | None:
        """Return the answers to the questions of the matrix."""
        if self.answer_broken is None or self.answer_affected is None:
            return None
        return Answers(self.answer_broken, self.answer_affected)

    def override(self) -> Override | None:
        """Return the manual override of the level, if one is in force."""
        if self.override_level is None or self.override_by is None:
            return None
        return Override(self.override_level, self.override_by, self.override_reason or "")

    def clock(self, kind: ClockKind) -> ClockFacts:
        """Return the facts of one clock for policy; without terms if the level has none."""
        row = next((clock for clock in self.clocks if clock.kind == kind), None)
        spans = tuple(Span(span.started_at, span.stopped_at) for span in self.spans if span.kind == kind)
        if row is None or row.target is None:
            return ClockFacts(terms=None, spans=spans, counted_from=None)
        terms = Terms(target=stored_facts.duration(row.target), calendar=row.calendar)
        return ClockFacts(terms, spans, row.counted_from, self._paused_at(kind))

    def _paused_at(self, kind: ClockKind) -> datetime | None:
        """Return since when a wait for the customer has paused a clock."""
        if self.waiting is None or kind.value not in self.waiting["paused"]:
            return None
        return datetime.fromisoformat(self.waiting["since"])

    def facts(self) -> EscalationFacts:
        """Return all facts for policy and views; the related rows must be loaded.

        Raises UnreadableRecord if a stored value can't be read.
        """
        try:
            if not self._is_checked:
                self._check()
            return self._facts()
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise UnreadableRecord(self.key, str(error) or repr(error)) from error

    # A row needs one check only: what we write into it ourselves is readable.
    _is_checked = False

    def _check(self) -> None:
        if self.account is None:
            raise LookupError(f"its account ({self.account_id}) is missing")
        held = (self.slots, self.clocks, self.spans, self.participants, self.actions, self.pages)
        for row in (self, self.account, *chain.from_iterable(held)):
            if wrong := reading.problem(row):
                raise ValueError(wrong if row is self else f"{row.__tablename__}: {wrong}")
        self._is_checked = True

    def _facts(self) -> EscalationFacts:
        return EscalationFacts(
            number=self.id,
            kind=self.kind,
            category=self.category,
            chosen_category=self.chosen_category,
            triggers=tuple(self.triggers),
            tags=tuple(self.tags),
            team=self.team,
            is_private=self.is_private,
            preserves_evidence=self.preserves_evidence,
            area=self.area,
            account=self.account.facts(),
            summary=self.summary,
            description=self.description,
            permalink=self.permalink,
            crm_url=self.account.crm_url,
            chosen_level=self.chosen_level,
            answers=self.answers(),
            override=self.override(),
            level=self.level,
            highest_level=self.highest_level,
            trace=tuple(self.trace),
            level_requests=tuple(stored_facts.pending(request) for request in self.requests),
            case_review=stored_facts.unfinished(self.case_review) if self.case_review else None,
            status=self.status,
            declared_by=self.declared_by,
            declared_at=self.declared_at,
            reported_at=self.reported_at,
            detected_at=self.detected_at,
            acknowledged_by=self.acknowledged_by,
            acknowledged_at=self.acknowledged_at,
            mitigated_at=self.mitigated_at,
            resolved_at=self.resolved_at,
            reopened_at=self.reopened_at,
            fixed=self.fixed,
            cause=self.cause,
            exit=self.agreed_exit_criteria(),
            closure=self.closure(),
            withdrawal=self.withdrawal(),
            programme=self.programme_id,
            open_items=self.unfinished_items(),
            status_call=self.planned_call(),
            sponsor_update_due_at=self.sponsor_update_due_at,
            made_from=self.made_from_id,
            carried_to=self.carried_to_id,
            incident=self.incident_id,
            health=self.health,
            accept_at=self.accept_at,
            answered_at=self.answered_at,
            accepted=self.accepted,
            verification_tier=self.verification_tier,
            verified_at=self.verified_at,
            holders={slot.role: Holder(slot.role, slot.person, slot.how) for slot in self.slots},
            response=self.clock(ClockKind.RESPONSE),
            resolution=self.clock(ClockKind.RESOLUTION),
            team_answer=self.clock(ClockKind.TEAM),
            last_customer_update_at=self.last_customer_update_at,
            customer_update_missed_at=self.customer_update_missed_at,
            watch_finished_at=self.watch_finished_at,
            ticket=self._ticket(),
            last_internal_update_at=self.last_internal_update_at,
            last_update=self.last_update_id,
            open_text=self.open_text_facts(),
            customer_update_due_at=self.customer_update_due_at,
            internal_update_due_at=self.internal_update_due_at,
            level_changed_at=self.level_changed_at,
            revision=self.revision,
            confirmation=self.confirmation(),
            waiver=self.waiver(),
            rating=self.customer_rating(),
            kept_open_by=self.kept_open_by,
            issue_summary=self.sent_summary(),
            call=self.follow_up_call(),
            review=Review(
                url=self.review_url,
                finished_on=self.review_finished_on,
                actions=tuple(action.facts() for action in self.actions),
                state=self.review_state,
                state_by=self.review_state_by,
                state_at=self.review_state_at,
                link=self.review_link,
            ),
            channel_id=self.channel_id,
            channel_name=self.channel_name,
            problems=dict(self.problems),
            channel_archived_at=self.channel_archived_at,
            channel_trouble=self.channel_trouble,
            channel_converted=self.channel_turned,
            previous_channel_id=self.previous_channel_id,
            previous_trouble=self.previous_trouble,
            card_ts=self.card_ts,
            invitees=tuple(Invitee(row.person, row.state, row.reason) for row in self.participants),
            pages=tuple(page.facts() for page in self.pages),
            page_reasons=tuple(stored_facts.reason(reason) for reason in self.page_reasons),
            team_routes=tuple(stored_facts.route(route) for route in self.team_routes),
            waiting=stored_facts.waiting(self.waiting) if self.waiting else None,
            handovers=tuple(stored_facts.handover(offer) for offer in self.handovers),
            status_check=self.status_page_check(),
            reminded={what: datetime.fromisoformat(at) for what, at in self.reminded.items()},
        )

    def _ticket(self) -> Ticket | None:
        if self.ticket_number is None and self.ticket_url is None:
            return None
        return Ticket(number=self.ticket_number, url=self.ticket_url)
