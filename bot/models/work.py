"""Work to do later and work to do outside, as rows: timers and effects (an outbox).

A *timer* becomes due on the business clock and is decided in one transaction. An *effect* is one call to an outside
system: it is claimed under a lease on the real clock, carried out, and settled. See docs/architecture.md.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import Base, BigId, Json, PartialIndex, words
from bot.policy.plan.timers import TimerKind, urgency

_WAITING = text("fired_at IS NULL")
_FAILING = text("fired_at IS NULL AND failures > 0")
_FIRED = text("fired_at IS NOT NULL")
_WATCH = text("fired_at IS NULL AND kind = 'watch due'")


class Timer(Base):
    """A time at which somebody is reminded or asked. Its key makes it fire once."""

    __tablename__ = "timer"
    __table_args__ = (
        # For digests, which list the watched escalations: few of all waiting timers.
        # The kind is in it so that SQLite prefers it to the next one.
        PartialIndex("ix_timer_watch", "kind", "due_at", "escalation_id", where=_WATCH),
        # The tick reads the head of this index: its cost grows with what is due, not with what is open.
        PartialIndex("ix_timer_due", "due_at", where=_WAITING),
        # An escalation has few waiting timers and, over time, many fired ones.
        PartialIndex("ix_timer_waiting", "escalation_id", where=_WAITING),
        PartialIndex("ix_timer_failing", "failures", where=_FAILING),
        PartialIndex("ix_timer_fired", "fired_at", "id", where=_FIRED),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("escalation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    # Among due timers, smaller fires first: by urgency, then by level (see `timer_priority`).
    priority: Mapped[int] = mapped_column(SmallInteger, default=10, server_default=text("10"))
    due_at: Mapped[datetime]
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    fired_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(SmallInteger, default=0)
    # After a failure, the earliest retry, on the real clock.
    not_before: Mapped[datetime | None]
    error: Mapped[str | None]


class EffectKind(StrEnum):
    """Kinds of effects, most urgent first: the order of this list is the order of delivery.

    One kind stays inside: a queued declaration is declared (`bot.services.declaring.burst_queue`).
    """

    RING = "ring"  # a page by a route outside Slack
    TEAM_RING = "team ring"  # who is on call for a team is rung outside Slack
    PAGE = "page"
    BREACH = "breach"
    DECLARE = "declare"
    CREATE_CHANNEL = "create channel"
    INVITE = "invite"
    CARD = "card"
    REDACT = "retell"  # what was posted elsewhere about something that is confidential now; rows hold "retell"
    CHANNEL_CHECK = "whereabouts"  # of a channel that may have been changed by hand; rows hold the older word
    REPLY = "reply"
    PROGRESS = "progress"
    RECEIPT = "receipt"  # the line where somebody asked for the form that declared it
    REMINDER = "reminder"
    LEVEL_REQUEST = "request"
    PROPOSAL = "proposal"
    ANNOUNCEMENT = "announcement"
    DIRECT = "direct message"
    DUTY_NOTICE = "duty notice"  # a direct message about being on call or standing in
    DUTY_CHANGED = "duty changed"  # somebody else gets the pages of an escalation; no outside call
    FILES = "files"  # post the files of a form in the channel
    CATCH_UP = "catch up"  # five lines for somebody who joins late
    CUSTOMER_MAIL = "customer mail"  # on a budget of its own, like other mail
    CUSTOMER_POST = "customer post"  # in the channel that is shared with the customer
    TEAM = "team"
    MAIL = "mail"  # on a budget of its own, so that a slow mail server holds up nothing else
    CUSTOMER_QUESTION = "customer question"  # a mail too, on the same terms
    CALL_INVITE = "call invite"  # an invitation to a status call by mail, or its end, on the same terms
    SUMMARY = "summary"  # an issue summary by mail, on the same terms
    INCIDENT = "incident"
    CASE_REVIEW = "case review"
    REVIEW = "review"  # publish the post-incident review, or bring its canvas, file and message up to date
    WATCH = "watch"  # ask how the account is after the resolution
    CHART = "chart"  # a report's chart as a picture, for one person who waits for it
    FEED = "feed"
    LEARNINGS = "learnings"  # of a week or a month, and the refresher of a quarter
    SUCCESS_PACK = "success pack"  # for one CSM
    POLICY_CHANGE = "policy change"  # announced in a channel
    HOT_LIST = "hot list"  # posted once a day, then edited
    REFRESH_CARD = "refresh card"
    TRACKED_MESSAGE = "sheet"
    UPDATE_MESSAGE = "update message"  # an update was edited, or can't be edited any more
    REFRESH_PAGE = "refresh page"
    END_RING = "end ring"  # a page outside is acknowledged or over
    END_TEAM_RING = "end team ring"  # the team has answered, or isn't needed any more
    END_NOTICE = "end notice"  # its subject is over: no button is left, or no message
    REMOVE_MESSAGE = "remove message"  # one that a later message has replaced
    REFRESH_LEVEL_REQUEST = "refresh request"
    REFRESH_PROPOSAL = "refresh proposal"
    UNFURL = "unfurl"  # preview the links of a message that somebody posted
    HOME = "home"
    KEEP_GROUP = "keep group"  # a Slack user group follows who is on call
    PIN = "pin"
    BOOKMARK = "bookmark"
    TOPIC = "topic"
    PURPOSE = "purpose"  # of an earlier version
    PATTERNS = "patterns"  # detect patterns and record them; no outside call
    LOOK_UP = "look up"
    STATUS_PAGE = "status page"  # read it; on a budget of its own
    SUCCESSION = "succession"  # reassign the roles of somebody who has left
    CARRY_OVER = "carry over"  # an escalation's programme has begun or ended: who owes the customer; no outside call
    MEMBERSHIP = "membership"  # handle people who joined or left a channel by themselves
    DRILL_CHANNEL = "drill channel"  # of a drill; the four below too
    DRILL_LINE = "drill line"
    DRILL_CARD = "drill card"
    DRILL_SCORE = "drill score"
    DRILL_ARCHIVE = "drill archive"
    CAPTURE = "capture"  # read a message that somebody adds to the timeline
    ARCHIVE = "archive"
    DIGEST = "digest"
    SPONSOR_DIGEST = "sponsor digest"

    def priority(self, rank: int) -> int:
        """Return the priority in the order of delivery; smaller goes first.

        Within a kind the heavier escalation goes first, then the older. `rank` is the number of heavier levels.
        """
        return _PRIORITY[self] * RANKS + min(rank, RANKS - 1)


# The order of delivery distinguishes this many levels; lighter ones count as the last.
RANKS = 10


def timer_priority(kind: TimerKind, rank: int) -> int:
    """Return the priority of a due timer; smaller fires first.

    Among equally urgent timers the heavier escalation goes first, then the one due for longest. `rank` is the number of
    heavier levels.
    """
    return urgency(kind) * RANKS + min(rank, RANKS - 1)


_PRIORITY = {kind: place for place, kind in enumerate(EffectKind)}


class EffectState(StrEnum):
    """The state of an effect."""

    WAITING = "waiting"  # for the effect it comes after
    READY = "ready"
    RUNNING = "running"  # under a worker's lease
    DONE = "done"
    PARKED = "parked"  # can't succeed without a person; shown by `doctor`, retried by hand
    DROPPED = "dropped"  # its reason has gone


QUEUED = (EffectState.WAITING, EffectState.READY)
UNSETTLED = (EffectState.WAITING, EffectState.READY, EffectState.RUNNING)
# The condition of the unique index of coalesce keys, in SQL.
QUEUED_SQL = "state IN ('waiting', 'ready')"
_QUEUED = text(QUEUED_SQL)
_UNSETTLED = text("state IN ('waiting', 'ready', 'running')")
_READY = text("state = 'ready'")
_SETTLED = text("state IN ('done', 'dropped')")
_HOMES = text("kind = 'home' AND state = 'done'")
_RUNNING = text("state = 'running'")
_AWAITING = text("state = 'waiting'")


class Effect(Base):
    """One call to an outside system, written in the transaction that caused it.

    `after_id` is the effect it waits for. Effects of one `lane` are delivered one at a time, in order. Of two queued
    effects with one `coalesce_key` only the first is kept: both would draw the same current state. All times but
    `created_at` are on the real clock.
    """

    __tablename__ = "effect"
    __table_args__ = (
        PartialIndex("ix_effect_ready", "priority", "id", where=_READY),
        PartialIndex("ix_effect_settled", "settled_at", "id", where=_SETTLED),
        # Whose Home tab was drawn, and by which effect last.
        PartialIndex("ix_effect_homes", "coalesce_key", "id", where=_HOMES),
        PartialIndex("ix_effect_running", "lease_until", where=_RUNNING),
        PartialIndex("ix_effect_waiting", "after_id", where=_AWAITING),
        PartialIndex("ix_effect_lane", "lane", "id", where=_UNSETTLED),
        PartialIndex("uq_effect_coalesce", "coalesce_key", unique=True, where=_QUEUED),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    escalation_id: Mapped[int | None] = mapped_column(ForeignKey("escalation.id"), index=True)
    kind: Mapped[EffectKind] = mapped_column(words(EffectKind))
    priority: Mapped[int] = mapped_column(SmallInteger)
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[EffectState] = mapped_column(words(EffectState))
    after_id: Mapped[int | None] = mapped_column(BigId, index=True)
    lane: Mapped[str | None] = mapped_column(String(120))
    coalesce_key: Mapped[str | None] = mapped_column(String(120))
    not_before: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    # How many workers in a row died or froze while performing it.
    losses: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    first_claimed_at: Mapped[datetime | None]
    # True if an attempt's answer was lost or its worker died: it may have succeeded, so Slack is asked first.
    in_doubt: Mapped[bool] = mapped_column(default=False)
    worker: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class ProcessedForm(Base):
    """A form that has been processed, so that it is processed once if it is sent twice.

    `form` is a digest that identifies the form, `content` a digest of its values. `sent_at` is on the real clock.
    """

    __tablename__ = "form_sent"

    form: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime] = mapped_column(index=True)
