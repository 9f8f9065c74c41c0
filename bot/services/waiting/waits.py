"""Waiting for the customer, and what happens when they follow up (docs/policy.md#waiting-on-the-customer)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.database import ledger, timeline
from bot.database.change import Change
from bot.database.records import Records
from bot.models.clocks import ClockKind
from bot.policy.decide import promises
from bot.policy.decide.lifecycle import Move, Obstacle, Refusal, Refused, refusals, require
from bot.policy.decide.waiting import is_overdue, refusals_to_wait, update_due_after_follow_up, wait_until
from bot.policy.model.rules import Policy
from bot.policy.model.waiting import Pausable
from bot.policy.record.announcements.waiting import CustomerFollowedUp, WaitBegan, WaitOver
from bot.policy.record.escalation import RELATIONSHIP_OWNER, EscalationFacts, Status
from bot.policy.record.notices.waiting import FollowedUpNotice
from bot.policy.record.promises import Audience

_PAUSES = {Audience.CUSTOMER: Pausable.CUSTOMER_UPDATES, Audience.INTERNAL: Pausable.INTERNAL_UPDATES}


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up of the customer: its words and its link, as far as they are known."""

    said: str = ""
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class WaitDraft:
    """The content of a form, as of `now`."""

    facts: EscalationFacts
    policy: Policy
    now: datetime
    # Whether the viewer is the customer owner, who needn't be told what they note themselves.
    is_owner: bool = False


@dataclass(frozen=True)
class Waits:
    """Wait for the customer, and go on."""

    records: Records

    def draft(self, number: int, move: Move, *, by: str) -> WaitDraft:
        """Return the content of the form of waiting or of a follow-up. Raises NotFound and Refused."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=by)
            require(refusals(change.facts, move))
            owner = customer_owner(change.facts)
            return WaitDraft(change.facts, change.policy, tx.now, owner in change.people.identities(tx, by))

    def begin(self, number: int, *, by: str, reason: str) -> EscalationFacts:
        """Wait for the customer: what the policy lets pause pauses. Raises NotFound and Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals_to_wait(change.facts))
            now, policy = change.tx.now, change.policy
            until = wait_until(change.facts, policy, now)
            paused = [one.value for one in policy.waiting_on_customer.pauses if _stands(change, one)]
            change.row.waiting = {
                "since": now.isoformat(),
                "by": by,
                "reason": reason,
                "until": until.isoformat(),
                "paused": paused,
            }
            for audience, pausable in _PAUSES.items():
                if pausable.value in paused:
                    ledger.owe_one(change, audience, None)
            change.record("waiting for customer", by=by, reason=reason, after={"until": until.isoformat()})
            # The pause is kept for a clock that another level would have; there is none to announce yet.
            has_none = change.facts.resolution.terms is None
            said = (name for name in paused if name != Pausable.RESOLUTION.value or not has_none)
            change.announce(WaitBegan(by=by, reason=reason, until=until, paused=tuple(said)))
            return change.facts

    def resume(self, number: int, *, by: str) -> EscalationFacts:
        """Stop waiting. Raises NotFound, and Refused if nobody waits."""
        with self.records.changing(number, by=by) as change:
            if not end(change, by=by, why="resumed"):
                raise Refused([Refusal(Obstacle.NOT_WAITING, Move.WAIT, change.row.status)])
            change.announce(WaitOver(by=by, why="resumed"))
            return change.facts

    def followed_up(self, number: int, follow_up: FollowUp, *, by: str) -> EscalationFacts:
        """Note that the customer followed up: they get an update soon, and their owner hears of it. Raises Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.FOLLOW_UP))
            note_follow_up(change, follow_up, by=by)
            return change.facts


def note_follow_up(change: Change, follow_up: FollowUp, *, by: str) -> None:
    """Note within a running change that the customer has followed up. It ends a wait."""
    due_at = heard_from(change, follow_up.said, by=by)
    owner = customer_owner(change.facts)
    change.announce(
        CustomerFollowedUp(
            by=by,
            owner=owner,
            said=follow_up.said,
            permalink=follow_up.permalink,
            due=due_at,
            is_overdue=is_overdue(due_at, change.tx.now) or None,
        )
    )


def heard_from(change: Change, said: str, *, by: str = timeline.ITSELF) -> datetime | None:
    """Make an update due soon because the customer has followed up, and tell their owner; return when it is due.

    `by` is who noted it, if a person did.
    """
    end(change, by=by, why="followed up")
    facts = change.facts
    due_at = update_due_after_follow_up(facts, change.policy, change.tx.now)
    if due_at is not None:
        ledger.owe_one(change, Audience.CUSTOMER, due_at)
    owner = customer_owner(facts)
    change.record("customer followed up", by=by, reason=said or None, after={"due": due_at and due_at.isoformat()})
    if by == timeline.ITSELF or not change.people.identities(change.tx, by) & {owner}:
        late = is_overdue(due_at, change.tx.now) or None
        change.notify(FollowedUpNotice(by=by, said=said, due=due_at, is_overdue=late), owner, in_channel=True)
    return due_at


def customer_owner(facts: EscalationFacts) -> str:
    """Return the customer owner, or the declarer if nobody is."""
    return facts.holder(RELATIONSHIP_OWNER) or facts.declared_by


def lapse(change: Change) -> None:
    """Stop waiting because the limit has come."""
    waiting = change.facts.waiting
    if waiting is not None and waiting.until <= change.tx.now:
        end(change, by=None, why="limit")
        change.announce(WaitOver(by=None, why="limit"))


def end(change: Change, *, by: str | None, why: Literal["resumed", "limit", "followed up", "update", "ended"]) -> bool:
    """Run again what a wait has paused, within a running change. Return False if nobody waits.

    Paused updates are due one cadence from now, unless an update or an end (`why`) settles that itself.
    """
    waiting = change.facts.waiting
    if waiting is None:
        return False
    change.row.waiting = None
    if Pausable.RESOLUTION.value in waiting.paused:
        change.pause_clock(ClockKind.RESOLUTION, since=waiting.since)
    if why not in ("update", "ended") and change.row.status in (Status.OPEN, Status.MITIGATED):
        owed = promises.after_reopening(change.facts, change.policy, change.tx.now)
        for audience, due_at in ((Audience.CUSTOMER, owed.customer), (Audience.INTERNAL, owed.internal)):
            if _PAUSES[audience].value in waiting.paused and ledger.is_unpromised(change, audience):
                ledger.owe_one(change, audience, due_at)
    seconds = int((change.tx.now - waiting.since).total_seconds())
    change.record("wait over", after={"why": why, "waited_seconds": seconds}, by=by or timeline.ITSELF)
    return True


def _stands(change: Change, what: Pausable) -> bool:
    """Return True if there is something to pause: a running clock, or a policy that asks for updates."""
    if what is not Pausable.RESOLUTION:
        return True
    spans = [span for span in change.row.spans if span.kind is ClockKind.RESOLUTION]
    return bool(spans) and spans[-1].stopped_at is None
