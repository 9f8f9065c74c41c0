"""From open to closed, and what prevents a step: every refusal names what is missing and how to fix it.

The rules: docs/policy.md#x15, docs/policy.md#x16, docs/policy.md#reopening.

    open ──► mitigated ──► resolved ──► closed
      └────────────────────────┘          │      open may be resolved directly: it counts as mitigated at that time
      ◄──────────── reopen ───────────────┘      from mitigated, resolved and closed
    withdraw: from anything that isn't closed, to closed
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot.errors import EscalateError
from bot.policy.model.guards import Guard
from bot.policy.model.programmes import Consent
from bot.policy.model.rules import Policy, Requirement
from bot.policy.record.ending import Review
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts, Status
from bot.policy.record.reviews import ReviewState
from bot.policy.time.durations import Duration


class Move(StrEnum):
    """A step that a person can ask for."""

    ACKNOWLEDGE = "acknowledge"
    UPDATE = "update"
    MITIGATE = "mitigate"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    UNDO = "undo"
    WITHDRAW = "withdraw"
    CHANGE_LEVEL = "change level"
    ASSIGN = "assign"
    WAIVE = "waive"
    CONFIRM = "confirm"
    REVIEW = "review"
    SIGN_OFF = "sign off"
    CATEGORISE = "categorise"
    INTAKE = "intake"
    VERIFY = "verify"
    APPROVE = "approve"
    ACCEPT = "accept"
    AGREE = "agree"
    EDIT = "edit"
    KEEP_OPEN = "keep open"
    WAIT = "wait"
    FOLLOW_UP = "follow up"
    LEARN = "learn"
    CALL = "call"
    TRACK = "track"
    CARRY_OVER = "carry over"


# How long a mitigation and a resolution can be undone.
UNDO_WITHIN: Final = timedelta(minutes=10)
_LIVE = frozenset({Status.OPEN, Status.MITIGATED, Status.RESOLVED})
_FROM: dict[Move, frozenset[Status]] = {
    Move.ACKNOWLEDGE: frozenset({Status.OPEN}),
    Move.UPDATE: _LIVE,
    Move.MITIGATE: frozenset({Status.OPEN}),
    Move.RESOLVE: frozenset({Status.OPEN, Status.MITIGATED}),
    Move.CLOSE: frozenset({Status.RESOLVED}),
    Move.REOPEN: frozenset({Status.MITIGATED, Status.RESOLVED, Status.CLOSED}),
    Move.UNDO: frozenset({Status.MITIGATED, Status.RESOLVED}),
    Move.WITHDRAW: _LIVE,
    Move.CHANGE_LEVEL: frozenset({Status.OPEN, Status.MITIGATED}),
    Move.ASSIGN: _LIVE,
    Move.WAIVE: _LIVE,
    Move.CONFIRM: _LIVE,
    Move.REVIEW: _LIVE,
    Move.SIGN_OFF: _LIVE,
    Move.CATEGORISE: _LIVE,
    Move.INTAKE: _LIVE,
    Move.VERIFY: _LIVE,
    Move.APPROVE: _LIVE,
    Move.ACCEPT: frozenset({Status.OPEN}),
    Move.AGREE: _LIVE,
    Move.EDIT: _LIVE,
    Move.KEEP_OPEN: frozenset({Status.CLOSED}),
    Move.WAIT: frozenset({Status.OPEN, Status.MITIGATED}),
    Move.FOLLOW_UP: _LIVE,
    Move.LEARN: frozenset({Status.CLOSED}),
    Move.CALL: frozenset({Status.RESOLVED, Status.CLOSED}),
    Move.TRACK: frozenset(Status),
    Move.CARRY_OVER: frozenset({Status.OPEN, Status.MITIGATED}),
}
# What can be done with a proposal before it is answered.
_WHILE_PROPOSED = frozenset({Move.ACCEPT, Move.WITHDRAW})


class Obstacle(StrEnum):
    """A reason that can prevent a move."""

    STATUS = "status"
    ALREADY_ACKNOWLEDGED = "already acknowledged"
    NO_CONFIRMATION = "no confirmation"
    NO_REVIEW = "no review"
    NO_ACTION = "no action"
    REVIEW_UNFINISHED = "review unfinished"
    NOT_SIGNED_OFF = "not signed off"
    NOT_WRITTEN = "not written"
    ALREADY_SIGNED_OFF = "already signed off"
    NO_CAUSE = "no cause"
    NOT_ADMITTED = "not admitted"
    SAME_LEVEL = "same level"
    TOO_LATE = "too late"
    NO_OVERRIDE = "no override"
    ALREADY_ANSWERED = "already answered"
    SUPERSEDED = "superseded"
    NO_SUCH_ESCALATION = "no such escalation"
    ALREADY_APPROVED = "already approved"
    NOT_CHECKED = "not checked"
    OWN_CHECK = "own check"
    NOT_OF_THE_TEAM = "not of the team"
    NOT_ACCEPTED = "not accepted"
    ALREADY_ACCEPTED = "already accepted"
    ALREADY_DECLINED = "already declined"
    NO_STAKEHOLDERS = "no stakeholders"
    CRITERIA_NOT_MET = "criteria not met"
    NOT_A_CLOSER = "not a closer"
    NOT_AUTHOR = "not the author"
    NEWER_UPDATE = "newer update"
    NO_UPDATE = "no update"
    PROMISE_PASSED = "promise passed"
    ALREADY_CONFIRMED = "already confirmed"
    ALREADY_WAITING = "already waiting"
    NOT_WAITING = "not waiting"
    ITEMS_OPEN = "items open"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason against a move; its sentence is in `bot.views.kit.wording`.

    `status` is the escalation's status, `person` who can fix it, if somebody can.
    """

    obstacle: Obstacle
    move: Move
    status: Status
    person: str | None = None
    # Everybody who can fix it, if more than one may.
    people: tuple[str, ...] = ()


class Refused(EscalateError):
    """The request isn't allowed now."""

    def __init__(self, reasons: Sequence[Refusal]) -> None:
        super().__init__(", ".join(reason.obstacle for reason in reasons))
        self.reasons = tuple(reasons)


def moves(facts: EscalationFacts) -> frozenset[Move]:
    """Return the moves possible in the present status, regardless of the person."""
    possible = {move for move, allowed in _FROM.items() if facts.status in allowed}
    if facts.is_proposed:
        return frozenset(possible & _WHILE_PROPOSED)
    possible.discard(Move.ACCEPT)
    if not facts.is_programme:
        possible.discard(Move.AGREE)
    if not facts.awaits_acknowledgement:
        possible.discard(Move.ACKNOWLEDGE)
    if facts.is_programme and facts.resolution.terms is None:
        possible.discard(Move.MITIGATE)
    if facts.waiver is not None or facts.confirmation is not None:
        possible.discard(Move.WAIVE)
    if facts.confirmation is not None:
        possible.discard(Move.CONFIRM)
    if facts.is_programme or facts.programme is not None:
        possible.discard(Move.CARRY_OVER)
    if facts.withdrawal is not None:
        possible -= {Move.LEARN, Move.CALL, Move.TRACK}
    return frozenset(possible)


def allowed_from(move: Move) -> frozenset[Status]:
    """Return the statuses in which a move is possible."""
    return _FROM[move]


def is_for_proposals(move: Move) -> bool:
    """Return True if a move is possible before a proposal is answered."""
    return move in _WHILE_PROPOSED


def refusals(facts: EscalationFacts, move: Move) -> tuple[Refusal, ...]:
    """Return why a move isn't possible in the present status; empty if it is."""
    if facts.is_proposed and move not in _WHILE_PROPOSED:
        return (Refusal(Obstacle.NOT_ACCEPTED, move, facts.status),)
    if facts.status not in _FROM[move]:
        return (Refusal(Obstacle.STATUS, move, facts.status),)
    if move is Move.TRACK and facts.withdrawal is not None:
        return (Refusal(Obstacle.STATUS, move, facts.status),)
    if move is Move.ACKNOWLEDGE and facts.is_acknowledged:
        return (Refusal(Obstacle.ALREADY_ACKNOWLEDGED, move, facts.status, facts.acknowledged_by),)
    if move is Move.CARRY_OVER and facts.is_programme:
        return (Refusal(Obstacle.STATUS, move, facts.status),)
    if move is Move.CONFIRM and facts.confirmation is not None:
        return (Refusal(Obstacle.ALREADY_CONFIRMED, move, facts.status),)
    return ()


def refusals_to_read(facts: EscalationFacts, move: Move) -> tuple[Refusal, ...]:
    """Return why the form of a move can't be opened: after closing it can, and is then only read."""
    return refusals(facts, move) if facts.is_live else ()


def review_of(facts: EscalationFacts, policy: Policy) -> tuple[Requirement, Duration | None]:
    """Return whether a review is required, by the highest level ever held or by the kind, and its due time."""
    level = policy.level_for(facts.highest_level, facts.account.plan)
    kind = policy.kind(facts.kind)
    if kind.review is None or kind.review is level.review:
        return level.review, level.review_due
    return kind.review, kind.review_due or level.review_due


def review_is_required(facts: EscalationFacts, policy: Policy) -> bool:
    """Return True if a review is required."""
    return review_of(facts, policy)[0] is Requirement.REQUIRED


def sign_off_is_needed(facts: EscalationFacts, policy: Policy) -> bool:
    """Return True if its review is finished by somebody who signs it off, and not by a day that is noted.

    With `sign_off: if_needed` that is a review that is written here; one that is kept elsewhere is finished there.
    """
    match policy.reviews.sign_off:
        case Requirement.REQUIRED:
            return True
        case Requirement.IF_NEEDED:
            return facts.review.is_written
        case _:
            return False


def refusals_to_sign_off(facts: EscalationFacts, policy: Policy, identities: Collection[str]) -> tuple[Refusal, ...]:
    """Return why somebody, by any of their identities, can't sign off or return the review."""
    found = list(refusals_by_guard(facts, Move.SIGN_OFF, policy.guards.sign_off, identities))
    if facts.review.state is ReviewState.SIGNED:
        found.append(Refusal(Obstacle.ALREADY_SIGNED_OFF, Move.SIGN_OFF, facts.status, facts.review.state_by))
    elif not facts.review.exists:
        found.append(Refusal(Obstacle.NOT_WRITTEN, Move.SIGN_OFF, facts.status))
    return tuple(found)


def refusals_to_undo(facts: EscalationFacts, now: datetime) -> tuple[Refusal, ...]:
    """Return why the last mitigation or resolution can't be undone: another status, or too late."""
    found = refusals(facts, Move.UNDO)
    ended_at = facts.resolved_at if facts.status is Status.RESOLVED else facts.mitigated_at
    if not found and (ended_at is None or now - ended_at > UNDO_WITHIN):
        return (Refusal(Obstacle.TOO_LATE, Move.UNDO, facts.status),)
    return found


def cause_is_required(facts: EscalationFacts, policy: Policy) -> bool:
    """Return True if it closes only with a cause: an issue whose level requires a review, as Sev 1 and Sev 2 do."""
    return not facts.is_programme and review_is_required(facts, policy)


def confirmation_is_required(facts: EscalationFacts, policy: Policy) -> bool:
    """Return True if it is resolved only with the customer's confirmation, which may be waived."""
    return Consent.CUSTOMER in policy.kind(facts.kind).consents and facts.waiver is None


def refusals_to_resolve(
    facts: EscalationFacts, policy: Policy, *, confirmed: bool, review: Review
) -> tuple[Refusal, ...]:
    """Return what is missing for resolution, with the values in the submitted form counted in.

    `confirmed` is true if the customer's confirmation is on record or in the form.
    """
    found = list(refusals(facts, Move.RESOLVE))
    if confirmation_is_required(facts, policy) and not confirmed:
        may_waive = whom_to_ask(facts, policy.guards.waive)
        found.append(Refusal(Obstacle.NO_CONFIRMATION, Move.RESOLVE, facts.status, people=may_waive))
    # The review is drafted when the impact stops, at the latest now (S1's post-incident issue). It needs an action.
    if review_is_required(facts, policy) and not review.standing:
        found.append(Refusal(Obstacle.NO_ACTION, Move.RESOLVE, facts.status))
    return tuple(found)


def refusals_to_close(
    facts: EscalationFacts, policy: Policy, *, review: Review, cause: str | None, agreed: Collection[Consent] = ()
) -> tuple[Refusal, ...]:
    """Return what is missing for closure. Confirmation and a follow-up were required for resolution.

    `agreed` are the other consents of the kind that are given or waived (docs/policy.md#x16).
    """
    found = list(refusals(facts, Move.CLOSE))
    missing = [consent for consent in policy.kind(facts.kind).consents if consent not in agreed]
    for consent, obstacle in (
        (Consent.STAKEHOLDERS, Obstacle.NO_STAKEHOLDERS),
        (Consent.SUCCESS_CRITERIA, Obstacle.CRITERIA_NOT_MET),
    ):
        if consent in missing:
            may_waive = whom_to_ask(facts, policy.guards.waive)
            found.append(Refusal(obstacle, Move.CLOSE, facts.status, people=may_waive))
    if review_is_required(facts, policy) and not review.exists:
        found.append(Refusal(Obstacle.NO_REVIEW, Move.CLOSE, facts.status))
    if review_is_required(facts, policy) and review.finished_on is None:
        found.append(_unfinished(facts, policy))
    if cause_is_required(facts, policy) and cause is None:
        found.append(Refusal(Obstacle.NO_CAUSE, Move.CLOSE, facts.status))
    if facts.open_items:
        found.append(Refusal(Obstacle.ITEMS_OPEN, Move.CLOSE, facts.status))
    return tuple(found)


def _unfinished(facts: EscalationFacts, policy: Policy) -> Refusal:
    if not sign_off_is_needed(facts, policy):
        return Refusal(Obstacle.REVIEW_UNFINISHED, Move.CLOSE, facts.status)
    signers = whom_to_ask(facts, policy.guards.sign_off)
    return Refusal(Obstacle.NOT_SIGNED_OFF, Move.CLOSE, facts.status, people=signers)


def refusals_of_closing(facts: EscalationFacts, policy: Policy, identities: Collection[str]) -> tuple[Refusal, ...]:
    """Return why somebody, by any of their identities, may not close it; an empty guard admits everybody."""
    guard = policy.guards.close
    if guard.is_empty or guard.admits(identities, _holders(facts)):
        return ()
    held = [holder for slot in guard.slots if (holder := facts.holder(slot))]
    ask = tuple(dict.fromkeys([*held, *guard.people]))
    return (Refusal(Obstacle.NOT_A_CLOSER, Move.CLOSE, facts.status, people=ask),)


def refusals_by_guard(
    facts: EscalationFacts, move: Move, guard: Guard, identities: Collection[str]
) -> tuple[Refusal, ...]:
    """Return why a guard doesn't admit somebody, by any of their identities, and why the status forbids the move.

    The guard admits the holders of its slots and the people in its list (docs/policy.md#an-override).
    """
    found = list(refusals(facts, move))
    if not guard.admits(identities, _holders(facts)):
        found.append(Refusal(Obstacle.NOT_ADMITTED, move, facts.status, people=whom_to_ask(facts, guard)))
    return tuple(found)


def _holders(facts: EscalationFacts) -> Mapping[str, str]:
    return {role: holder.person for role, holder in facts.holders.items()}


def whom_to_ask(facts: EscalationFacts, guard: Guard) -> tuple[str, ...]:
    """Return who can be asked for what a guard protects: the holders of its slots, else the people in its list."""
    held = dict.fromkeys(holder for slot in guard.slots if (holder := facts.holder(slot)))
    return tuple(held) or guard.people


def require(reasons: Sequence[Refusal]) -> None:
    """Raise Refused if there is any reason."""
    if reasons:
        raise Refused(reasons)


def may_take_over(facts: EscalationFacts, person: str) -> bool:
    """Return True if somebody who acknowledges is asked to become the fix owner: everybody but the fix owner."""
    return facts.is_live and (facts.holder(FIX_OWNER) or facts.declared_by) != person
