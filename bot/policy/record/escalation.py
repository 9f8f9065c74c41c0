"""What policy and views may know of an escalation: plain facts, read from the record in one go.

Every datetime is aware and in UTC. People are named by Slack id, or by e-mail while Slack has not been asked yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.policy.model.facts import ACCOUNT, Account, HealthState
from bot.policy.record.requests import RequestFacts
from bot.policy.record.sla import ClockFacts
from bot.policy.record.weights import Override

FIX_OWNER = "fix_owner"
RELATIONSHIP_OWNER = "relationship_owner"
MANAGER = "manager"
EXECUTIVE_SPONSOR = "executive_sponsor"

ROLE_NAMES: Mapping[str, str] = {
    FIX_OWNER: "fix owner",
    RELATIONSHIP_OWNER: "relationship owner",
    MANAGER: "manager",
    EXECUTIVE_SPONSOR: "executive sponsor",
}


def role_name(role: str) -> str:
    """Return a role as people say it; a policy's own role is its key in words."""
    return ROLE_NAMES.get(role, role.replace("_", " "))


class Status(StrEnum):
    """Where an escalation stands. Acknowledgement is a time, reopening a transition: neither is a status."""

    OPEN = "open"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    CLOSED = "closed"


class OpeningProblem(StrEnum):
    """What opening an escalation can fail at, so that a person has to know."""

    CHANNEL = "create channel"
    INVITATIONS = "invite"
    CARD = "card"


class ChannelTrouble(StrEnum):
    """Why nothing can be posted in a channel that was there, as Slack tells it."""

    ARCHIVED = "archived"
    DELETED = "deleted"  # or made private without the bot: Slack does not tell the two apart
    REMOVED = "removed"  # the bot was, or has to be invited again after the channel was unarchived


class Turned(StrEnum):
    """What a channel has been made by hand, against what it was opened as."""

    PUBLIC = "public"
    PRIVATE = "private"


class InviteState(StrEnum):
    """How an invitation to the channel went."""

    PENDING = "pending"
    INVITED = "invited"
    FAILED = "failed"


class PageCause(StrEnum):
    """Why somebody is paged. A page ends when its cause ends."""

    OPENING = "opening"  # a level-one declaration, rise or reopening
    RESPONSE_BREACH = "response breach"
    RESOLUTION_BREACH = "resolution breach"
    MISSED_UPDATE = "missed update"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who fills a role, and how that came to be ("on call for Exports and reports")."""

    role: str
    person: str
    how: str


@dataclass(frozen=True, slots=True)
class Invitee:
    """Somebody who belongs in the channel."""

    person: str
    state: InviteState
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFacts:
    """A page as it stands. `due_at` is when its cause arose, by which lateness is told.

    `asked` counts the messages that were to be sent and `sends` those that have arrived, the first of them at `sent_at`
    and the last at `last_sent_at`: only what has arrived was a page.

    `rung` is how far the ladder has been climbed with it, and `rung_at` when: None is where its role stands, since it
    began. With `exhausted_at` the ladder has ended unanswered: the page rests, and the ladder is climbed once more, as
    the next `round`. `followed` is who did not answer before it, `asked_by` who had it put on a rung that is climbed if
    needed.
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
    round: int = 0
    exhausted_at: datetime | None = None
    ended_at: datetime | None = None
    ended_why: str | None = None
    acknowledged_by: str | None = None
    message_channel: str | None = None
    message_ts: str | None = None

    @property
    def ended(self) -> bool:
        """Tell whether nobody needs to answer any more."""
        return self.ended_at is not None

    @property
    def on_its_way(self) -> bool:
        """Tell whether a message of it has not arrived yet."""
        return self.asked > self.sends


@dataclass(frozen=True, slots=True)
class Action:
    """A corrective action: without owner and date it does not exist."""

    what: str
    owner: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Review:
    """The post-incident review: where it is, when it was finished, what will be done."""

    url: str | None
    finished_on: date | None
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class OpenCaseReview:
    """A case review that stands in its channel and that nobody has finished yet."""

    id: int
    owner: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The customer said that it is solved: who said so, how, and who wrote it down."""

    by: str
    how: str
    at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """A manager let the customer's confirmation go, by name and with a reason."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ExitCriteria:
    """What must be so for it to end. `customer` is who agreed for them, if anybody has; `by` wrote it down for us."""

    words: str
    customer: str | None
    by: str


@dataclass(frozen=True, slots=True)
class Closure:
    """The end, as told to everybody."""

    at: datetime
    by: str
    summary: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """It should not have been declared: a mistake, or a duplicate of another."""

    reason: str
    duplicate_of: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationFacts:
    """One escalation, whole."""

    number: int
    kind: str
    # What answers for the matter, and what was chosen: a sign may have handed it on (POLICY.md X25).
    category: str | None
    chosen_category: str | None
    triggers: tuple[str, ...]
    tags: tuple[str, ...]
    # The policy's key of the team that was asked to help.
    team: str | None
    is_private: bool
    # Nothing of it is archived or deleted by itself.
    preserves_evidence: bool
    area: str | None
    account: Account
    summary: str
    description: str
    permalink: str | None
    crm_url: str | None

    chosen_level: str
    # The level that a manager has set by hand; it stands until lifted.
    override: Override | None
    level: str
    highest_level: str
    trace: tuple[str, ...]
    level_changed_at: datetime | None
    # What waits for a manager's answer.
    requests: tuple[RequestFacts, ...]
    case_review: OpenCaseReview | None

    status: Status
    declared_by: str
    declared_at: datetime
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    mitigated_at: datetime | None
    resolved_at: datetime | None
    reopened_at: datetime | None
    # What was done about it, as stated when it was resolved.
    fixed: str | None
    cause: str | None
    exit: ExitCriteria | None
    closure: Closure | None
    withdrawal: Withdrawal | None
    # The number of the account programme it belongs to, and the id of the major incident it is a part of.
    programme: int | None
    incident: int | None
    health: HealthState | None
    # Of an account programme: when the proposal is accepted by itself, and what was answered; None: nothing yet.
    accept_at: datetime | None
    answered_at: datetime | None
    accepted: bool | None
    # What has to be checked of the customer's identity, and since when it has been.
    verification_tier: str | None
    verified_at: datetime | None

    holders: Mapping[str, Holder]
    invitees: tuple[Invitee, ...]
    pages: tuple[PageFacts, ...]

    response: ClockFacts
    resolution: ClockFacts
    # The team's answer to us, on the team's own calendar (POLICY.md X9).
    team_answer: ClockFacts
    last_customer_update_at: datetime | None
    last_internal_update_at: datetime | None
    # The promise to the customer, and the next word owed inside; None where none is owed.
    customer_update_due_at: datetime | None
    internal_update_due_at: datetime | None

    confirmation: Confirmation | None
    waiver: Waiver | None
    review: Review

    channel_id: str | None
    channel_name: str | None
    # What could not be done in the workspace, with the reason; see the words of `OpeningProblem`.
    problems: Mapping[str, str]
    channel_archived_at: datetime | None
    # Why nothing can be posted in the channel of something that is live; None where it can.
    channel_trouble: ChannelTrouble | None
    channel_turned: Turned | None
    previous_channel_id: str | None
    # What was wrong with the previous channel when it was replaced.
    previous_trouble: ChannelTrouble | None
    card_ts: str | None
    # The form that declared it, where the progress is drawn while it is open.
    view_id: str | None
    # Counts changes, so that a card drawn from older facts is known to be old.
    revision: int

    @property
    def key(self) -> str:
        """Return the name people use, such as `ESC-142`."""
        return f"ESC-{self.number}"

    @property
    def has_channel(self) -> bool:
        """Tell whether there is a channel in which something can be posted now."""
        return self.channel_id is not None and self.channel_archived_at is None and self.channel_trouble is None

    @property
    def is_live(self) -> bool:
        """Tell whether anybody still has to do something: not closed, not withdrawn."""
        return self.status is not Status.CLOSED

    @property
    def is_programme(self) -> bool:
        """Tell whether it is an account programme, accepted or only proposed."""
        return self.kind == ACCOUNT

    @property
    def has_begun(self) -> bool:
        """Tell whether its people are at work: an account programme only begins when the proposal is accepted."""
        return not self.is_programme or self.accepted is True

    @property
    def begun_at(self) -> datetime:
        """When its people could begin: at the declaration, and of a programme at the acceptance."""
        return self.answered_at if self.is_programme and self.answered_at else self.declared_at

    @property
    def is_proposed(self) -> bool:
        """Tell whether it is a proposal that waits for an answer."""
        return self.is_live and not self.has_begun

    @property
    def is_acknowledged(self) -> bool:
        """Tell whether somebody has taken it on."""
        return self.acknowledged_at is not None

    def holder(self, role: str) -> str | None:
        """Return who holds a role now, if anybody."""
        found = self.holders.get(role)
        return found.person if found else None

    def is_owner(self, person: str) -> bool:
        """Tell whether somebody is one of the two named owners."""
        return person in (self.holder(FIX_OWNER), self.holder(RELATIONSHIP_OWNER))
