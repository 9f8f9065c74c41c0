"""The facts of an escalation for policy and views, read from the record at once.

Every datetime is aware and in UTC. People are named by Slack id, or by e-mail while Slack hasn't been asked yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.policy.model.facts import ACCOUNT, AccountFacts, HealthState
from bot.policy.model.matrix import Answers
from bot.policy.record.action_items import OpenItem
from bot.policy.record.channel import ChannelChange, ChannelTrouble, Invitee
from bot.policy.record.customer_texts import OpenText
from bot.policy.record.ending import AgreedExitCriteria, Closure, Confirmation, Rating, Review, Waiver, Withdrawal
from bot.policy.record.handovers import HandoverFacts
from bot.policy.record.level_requests import LevelRequestFacts
from bot.policy.record.outcomes import FollowUpCall, IssueSummary
from bot.policy.record.sla import ClockFacts
from bot.policy.record.status_calls import OpenCall
from bot.policy.record.status_checks import StatusCheck
from bot.policy.record.team_routes import TeamRoute
from bot.policy.record.waiting import WaitFacts
from bot.policy.record.weights import Override

FIX_OWNER = "fix_owner"
RELATIONSHIP_OWNER = "relationship_owner"
MANAGER = "manager"
EXECUTIVE_SPONSOR = "executive_sponsor"
SENIOR_SUPPORT = "senior_support"

ROLE_NAMES: Mapping[str, str] = {
    FIX_OWNER: "fix owner",
    RELATIONSHIP_OWNER: "customer owner",
    MANAGER: "manager",
    EXECUTIVE_SPONSOR: "executive sponsor",
    SENIOR_SUPPORT: "senior support",
    "vp_customer_success": "VP of Customer Success",
    "chief_customer_officer": "Chief Customer Officer",
    "chief_executive": "CEO",
}


def role_name(role: str) -> str:
    """Return a role's name; a policy's own role is its key in words."""
    return ROLE_NAMES.get(role, role.replace("_", " "))


def role_title(role: str) -> str:
    """Return a role's name as a line begins with it."""
    name = role_name(role)
    return name[:1].upper() + name[1:]


class Status(StrEnum):
    """The status of an escalation. Acknowledgement is a time, reopening a transition: neither is a status."""

    OPEN = "open"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    CLOSED = "closed"


class PageCause(StrEnum):
    """Why somebody is paged. A page ends when its cause ends."""

    OPENING = "opening"  # a level-one declaration, upgrade or reopening
    RESPONSE_BREACH = "response breach"
    RESOLUTION_BREACH = "resolution breach"
    ASKED = "asked"  # somebody escalates early
    MISSED_UPDATE = "missed update"


# Why a page has ended, as its row says it.
PAGE_ACKNOWLEDGED = "acknowledged"
PAGE_DECLINED = "declined"
PAGE_ENDED = "cause ended"
PAGE_PASSED_ON = "passed on"


@dataclass(frozen=True, slots=True)
class PageReason:
    """A cause of the running alarm, and when it arose, the base of its lateness."""

    cause: PageCause
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """The holder of a role, and the reason ("on call for Exports and reports")."""

    role: str
    person: str
    how: str


class RouteState(StrEnum):
    """How a ring fared by one route."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class RouteFacts:
    """A ring by one route: the `send`-th of its page, how it fared and since when; `why` it failed, in plain words.

    With `for_good` another try can't help.
    """

    route: str
    send: int
    state: RouteState
    at: datetime
    why: str | None = None
    for_good: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """The state of a page. `cause` is why it began and `due_at` when that arose, the base of its lateness.

    Why people are paged now is in `EscalationFacts.page_reasons`: all pages of an `alarm` share it.

    `asked` counts the queued messages and `sends` the arrived ones, the first at `sent_at` and the last at
    `last_sent_at`: only what has arrived was a page.

    `rung` is how far it has moved up the ladder, and `rung_at` when; None means its role's own rung, since it began.
    With `exhausted_at` the ladder has ended unanswered: the page pauses, and the ladder restarts as the next `round`.
    `followed` is who didn't answer before it, `asked_by` who requested a rung that is paged only on request.
    """

    id: int
    cause: PageCause
    role: str
    person: str
    due_at: datetime
    started_at: datetime
    sends: int
    asked: int = 0
    sent_at: datetime | None = None
    last_sent_at: datetime | None = None
    rung: str | None = None
    rung_at: datetime | None = None
    followed: str | None = None
    asked_by: str | None = None
    alarm: int = 0
    round: int = 0
    exhausted_at: datetime | None = None
    ended_at: datetime | None = None
    ended_why: str | None = None
    acknowledged_by: str | None = None
    message_channel: str | None = None
    message_ts: str | None = None
    # How the latest ring fared by each route (by mail maybe one before it: no repeat), and when all had failed
    # for the first time since one arrived.
    routes: tuple[RouteFacts, ...] = ()
    unreached_at: datetime | None = None

    @property
    def ended(self) -> bool:
        """Return True if nobody needs to answer any more."""
        return self.ended_at is not None

    @property
    def routes_of_ring(self) -> tuple[RouteFacts, ...]:
        """Return the routes of the latest ring alone."""
        return tuple(one for one in self.routes if one.send == self.asked)

    @property
    def on_its_way(self) -> bool:
        """Return True if a message of it hasn't arrived yet."""
        return self.asked > self.sends


@dataclass(frozen=True, slots=True)
class OpenCaseReview:
    """An unfinished case review in its channel."""

    id: int
    owner: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Ticket:
    """The linked ticket: its number, its address, or both."""

    number: str | None
    url: str | None

    @property
    def name(self) -> str:
        """Return what it is called."""
        return self.number or "ticket"


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationFacts:
    """One whole escalation."""

    number: int
    kind: str
    # The category that applies, and the one that was chosen: a ticked trigger may hand the case over
    # (docs/policy.md#x25).
    category: str | None
    chosen_category: str | None
    triggers: tuple[str, ...]
    tags: tuple[str, ...]
    # The policy's key of the team that was asked to help.
    team: str | None
    is_private: bool
    # If true, nothing of it is archived or deleted automatically.
    preserves_evidence: bool
    area: str | None
    account: AccountFacts
    summary: str
    description: str
    permalink: str | None
    crm_url: str | None

    chosen_level: str
    # The answers to the questions of the policy's matrix that gave it, if the policy has one.
    answers: Answers | None
    # The level a manager has set by hand; it is in force until lifted.
    override: Override | None
    level: str
    highest_level: str
    trace: tuple[str, ...]
    level_changed_at: datetime | None
    # Open level requests.
    level_requests: tuple[LevelRequestFacts, ...]
    case_review: OpenCaseReview | None

    status: Status
    declared_by: str
    declared_at: datetime
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    mitigated_at: datetime | None
    resolved_at: datetime | None
    reopened_at: datetime | None
    # What was fixed, as recorded at resolution.
    fixed: str | None
    cause: str | None
    exit: AgreedExitCriteria | None
    closure: Closure | None
    withdrawal: Withdrawal | None
    # The number of its account programme, and the id of its major incident.
    programme: int | None
    incident: int | None
    health: HealthState | None
    # Account programmes only: when the proposal is accepted automatically, and the answer (None: none yet).
    accept_at: datetime | None
    answered_at: datetime | None
    accepted: bool | None
    # The required check of the customer's identity, and when it was completed.
    verification_tier: str | None
    verified_at: datetime | None

    holders: Mapping[str, Holder]
    invitees: tuple[Invitee, ...]
    pages: tuple[PageFacts, ...]
    # Why people are paged now, in the order in which it arose.
    page_reasons: tuple[PageReason, ...]
    # When somebody was last reminded of what is repeated until done, by the name of the reminder.
    reminded: Mapping[str, datetime]
    # Roles offered to somebody who hasn't answered yet.
    handovers: tuple[HandoverFacts, ...] = ()
    status_check: StatusCheck | None = None

    response: ClockFacts
    resolution: ClockFacts
    # The team's answer to us, on the team's own calendar (docs/policy.md#x9).
    team_answer: ClockFacts
    last_customer_update_at: datetime | None
    last_internal_update_at: datetime | None
    # The id of the newest update since the declaration or the last reopening, which can be edited.
    last_update: int | None
    # The newest text for the customer that hasn't reached them.
    open_text: OpenText | None
    # When an update to the customer was due that came late or not at all; None if every one was kept.
    customer_update_missed_at: datetime | None
    # When the watch after the resolution ended with the account well.
    watch_finished_at: datetime | None
    ticket: Ticket | None
    # The next update promised to the customer, and the next internal one; None if none is due.
    customer_update_due_at: datetime | None
    internal_update_due_at: datetime | None

    confirmation: Confirmation | None
    waiver: Waiver | None
    rating: Rating | None
    # Who keeps the channel open after closing.
    kept_open_by: str | None
    issue_summary: IssueSummary | None
    call: FollowUpCall | None
    review: Review

    channel_id: str | None
    channel_name: str | None
    # What couldn't be done in the workspace, with the reason; keys are the values of `OpeningProblem`.
    problems: Mapping[str, str]
    channel_archived_at: datetime | None
    # Why a live escalation's channel can't be posted in; None if it can.
    channel_trouble: ChannelTrouble | None
    channel_converted: ChannelChange | None
    previous_channel_id: str | None
    # What was wrong with the previous channel when it was replaced.
    previous_trouble: ChannelTrouble | None
    card_ts: str | None
    # The form that declared it, where progress is shown while it is open.
    # Counts changes, to recognise a card drawn from older facts.
    revision: int
    # How teams were asked, and what became of it.
    team_routes: tuple[TeamRoute, ...] = ()
    # When the customer reported it, and when we detected it, as far as somebody said so.
    reported_at: datetime | None = None
    detected_at: datetime | None = None
    # The wait for the customer that isn't over.
    waiting: WaitFacts | None = None
    # Of a programme: the escalation it was made from. Of that one: the programme that owes the customer's updates now.
    made_from: int | None = None
    carried_to: int | None = None
    # The unfinished action items of a programme.
    open_items: tuple[OpenItem, ...] = ()
    # By when the manager of a programme updates the customer's sponsor.
    sponsor_update_due_at: datetime | None = None
    # The status call of a programme that is planned.
    status_call: OpenCall | None = None

    @property
    def key(self) -> str:
        """The key people use, such as `ESC-142`."""
        return f"ESC-{self.number}"

    @property
    def has_channel(self) -> bool:
        """Return True if there is a channel that can be posted in now."""
        return self.channel_id is not None and self.channel_archived_at is None and self.channel_trouble is None

    @property
    def is_live(self) -> bool:
        """Return True if somebody still has to act: not closed, not withdrawn."""
        return self.status is not Status.CLOSED

    @property
    def is_programme(self) -> bool:
        """Return True if it is an account programme, accepted or only proposed."""
        return self.kind == ACCOUNT

    @property
    def has_begun(self) -> bool:
        """Return True if work has begun: for an account programme, only once the proposal is accepted."""
        return not self.is_programme or self.accepted is True

    @property
    def begun_at(self) -> datetime:
        """The time at which work could begin: at the declaration, for a programme at the acceptance."""
        return self.answered_at if self.is_programme and self.answered_at else self.declared_at

    @property
    def is_proposed(self) -> bool:
        """Return True if it is an unanswered proposal."""
        return self.is_live and not self.has_begun

    def is_invited(self, person: str) -> bool:
        """Return True if somebody is one of the channel's people, as far as we know."""
        return any(invitee.person == person for invitee in self.invitees)

    @property
    def update_to_edit(self) -> int | None:
        """Return the id of the update that can be edited now; None if there is none."""
        return self.last_update if self.is_live and self.has_begun else None

    @property
    def is_acknowledged(self) -> bool:
        """Return True if somebody has acknowledged it."""
        return self.acknowledged_at is not None

    @property
    def has_clocks(self) -> bool:
        """Return True if there is a time to acknowledge or to resolve by."""
        return self.response.terms is not None or self.resolution.terms is not None

    @property
    def awaits_acknowledgement(self) -> bool:
        """Return True if somebody should acknowledge it: not a programme that promises no response."""
        if self.status is not Status.OPEN or self.is_acknowledged:
            return False
        return not self.is_programme or self.response.terms is not None

    def holder(self, role: str) -> str | None:
        """Return the present holder of a role, if any."""
        found = self.holders.get(role)
        return found.person if found else None
