"""How an escalation ends, as columns of its row: mitigated, resolved, confirmed, reviewed, closed, withdrawn."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Json, words
from bot.policy.record.ending import (
    AgreedExitCriteria,
    Closure,
    Confirmation,
    Rating,
    UndoneResolution,
    Waiver,
    Withdrawal,
)
from bot.policy.record.outcomes import FollowUpCall, IssueSummary
from bot.policy.record.reviews import ReviewState


def cause_key(cause: str) -> str:
    """Return the normalised cause, by which causes are compared: without regard to case and spaces."""
    return " ".join(cause.split()).casefold()


class EndingColumns:
    """The columns of the escalation's row about its end, and their facts."""

    mitigated_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    # The status and the promised updates before the last mitigation or resolution, to undo it; and what the form of
    # an undone resolution was given.
    before_end: Mapped[dict[str, Any] | None] = mapped_column(Json)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(40))
    fixed: Mapped[str | None] = mapped_column(Text)
    cause: Mapped[str | None] = mapped_column(String(120))
    # The normalised cause (see `cause_key`), for finding the same cause again.
    cause_key: Mapped[str | None] = mapped_column(String(240))
    # The level, or the level and the category, that had recurred too often when this was resolved, and when that was.
    recurring_key: Mapped[str | None] = mapped_column(String(120))
    recurring_at: Mapped[datetime | None]
    # The exit criteria agreed with the customer: who agreed for the customer, and who of us recorded it.
    exit_criteria: Mapped[str | None] = mapped_column(Text)
    exit_agreed_by: Mapped[str | None] = mapped_column(String(300))
    exit_written_by: Mapped[str | None] = mapped_column(String(40))
    closing_summary: Mapped[str | None] = mapped_column(Text)
    reopened_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None]
    duplicate_of: Mapped[int | None] = mapped_column(ForeignKey("escalation.id"))
    confirmed_by: Mapped[str | None]
    confirmed_how: Mapped[str | None]
    # A link, or the customer's words, if who recorded it gave any.
    confirmed_evidence: Mapped[str | None] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None]
    confirmation_recorded_by: Mapped[str | None] = mapped_column(String(40))
    waived_by: Mapped[str | None] = mapped_column(String(40))
    waived_reason: Mapped[str | None]
    waived_at: Mapped[datetime | None]
    # Who keeps the channel open after closing, and the customer's rating from 1 to 5.
    kept_open_by: Mapped[str | None] = mapped_column(String(40))
    rating: Mapped[int | None] = mapped_column(SmallInteger)
    rating_words: Mapped[str | None] = mapped_column(Text)
    # The follow-up call with the customer, and the account's health when the watch began.
    call_at: Mapped[datetime | None]
    call_owner: Mapped[str | None] = mapped_column(String(320))
    call_note: Mapped[str | None] = mapped_column(Text)
    call_noted_at: Mapped[datetime | None]
    watch_health: Mapped[int | None]
    # The issue summary, as it was sent last.
    issue_summary: Mapped[str | None] = mapped_column(Text)
    summary_by: Mapped[str | None] = mapped_column(String(40))
    summary_sent_at: Mapped[datetime | None]
    review_url: Mapped[str | None]
    review_finished_on: Mapped[date | None]
    # Where the review stands that is written here, by whom and since when; the rest is in `review`.
    review_state: Mapped[ReviewState | None] = mapped_column(words(ReviewState, 20))
    review_state_by: Mapped[str | None] = mapped_column(String(40))
    review_state_at: Mapped[datetime | None]
    # The address at which it is published in Slack.
    review_link: Mapped[str | None] = mapped_column(String(500))

    def agreed_exit_criteria(self) -> AgreedExitCriteria | None:
        """Return the exit criteria, if there are any."""
        if self.exit_criteria is None or self.exit_written_by is None:
            return None
        return AgreedExitCriteria(self.exit_criteria, customer=self.exit_agreed_by, by=self.exit_written_by)

    def undone_resolution(self) -> UndoneResolution:
        """Return what the form of an undone resolution was given; empty if none was undone."""
        return UndoneResolution(**((self.before_end or {}).get("undone") or {}))

    def closure(self) -> Closure | None:
        """Return the closure; None if it isn't closed."""
        if self.closed_at is None or self.closed_by is None:
            return None
        return Closure(at=self.closed_at, by=self.closed_by, summary=self.closing_summary or "")

    def withdrawal(self) -> Withdrawal | None:
        """Return the withdrawal; None if it wasn't withdrawn."""
        if self.withdrawn_reason is None:
            return None
        return Withdrawal(reason=self.withdrawn_reason, duplicate_of=self.duplicate_of)

    def confirmation(self) -> Confirmation | None:
        """Return the customer's confirmation, if it was given."""
        if self.confirmed_at is None or self.confirmed_by is None or self.confirmation_recorded_by is None:
            return None
        return Confirmation(
            by=self.confirmed_by,
            how=self.confirmed_how or "",
            at=self.confirmed_at,
            evidence=self.confirmed_evidence,
        )

    def customer_rating(self) -> Rating | None:
        """Return the customer's rating, if they gave one."""
        return Rating(self.rating, self.rating_words) if self.rating is not None else None

    def follow_up_call(self) -> FollowUpCall | None:
        """Return the follow-up call, if one was planned or noted."""
        if self.call_at is None or self.call_owner is None:
            return None
        return FollowUpCall(at=self.call_at, owner=self.call_owner, note=self.call_note, noted_at=self.call_noted_at)

    def sent_summary(self) -> IssueSummary | None:
        """Return the issue summary, if it was sent."""
        if self.issue_summary is None or self.summary_by is None or self.summary_sent_at is None:
            return None
        return IssueSummary(text=self.issue_summary, by=self.summary_by, sent_at=self.summary_sent_at)

    def waiver(self) -> Waiver | None:
        """Return the waiver of the customer's confirmation, if there is one."""
        if self.waived_at is None or self.waived_by is None or self.waived_reason is None:
            return None
        return Waiver(by=self.waived_by, reason=self.waived_reason, at=self.waived_at)
