"""The identity check: which factors were checked, by whom and when, and who approved. Never a value.

It gates the customer's request. No status change depends on it.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from bot.database.change import Change
from bot.database.people import People
from bot.database.records import Records
from bot.database.timeline import ITSELF
from bot.database.transaction import Transaction
from bot.errors import FormError, NotFound
from bot.models.tracked_message import TrackedMessageKind
from bot.models.verification import FactorCheck, VerificationApproval
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.decide.proof import Check, Proof, refusals_to_approve, stricter, tier_of
from bot.policy.model.directory import identity_key
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.verification import IdentityUnverified, IdentityVerified
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.mails import CheckedMail
from bot.policy.record.notices.verification import ApprovalWantedNotice
from bot.services.teams import routes

# The first word of an answer by mail that approves.
_APPROVES: Final = re.compile(r"approved?\b(?!\s*(?:\?|not\b))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class VerificationState:
    """An escalation and its proof of identity; None if no check is required."""

    facts: EscalationFacts
    policy: Policy
    proof: Proof | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorChecks:
    """The values of the form: factors checked now, factors unchecked, and a stricter tier, if any."""

    now: Collection[str] = ()
    taken_back: Collection[str] = ()
    tier: str | None = None


@dataclass(frozen=True)
class Verifications:
    """Record identity checks and their approval."""

    records: Records
    people: People

    def tracked_message(self, number: int) -> VerificationState:
        """Return the content of the channel's tracked message. Its readers may see the escalation."""
        with self.records.database.transaction() as tx:
            return _standing(self.records.within(tx, number))

    def form(self, number: int, *, viewer: str) -> VerificationState:
        """Return the content of the form. Raises NotFound, and Refused once it is closed."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=viewer)
            require(refusals(change.facts, Move.VERIFY))
            return _standing(change)

    def check(self, number: int, checked: FactorChecks, *, by: str) -> EscalationFacts:
        """Record checks and the required tier. Raises Refused, and FormError for a lighter tier.

        Unchecking a factor, and a stricter tier, remove the approval: it was given for less.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.VERIFY))
            before = _proof(change)
            if checked.tier is not None:
                _raise_to(change, checked.tier, by)
            if change.row.verification_tier is not None:
                _note_checks(change, checked, by)
                _settle(change, before, by)
            return change.facts

    def approve(self, number: int, *, by: str) -> EscalationFacts:
        """Approve acting on the request. Raises Refused, and NotFound if no approval is required."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.APPROVE))
            before = _proof(change)
            if before is None or not before.tier.approval:
                raise NotFound(f"No approval is asked for on {change.row.key}.")
            who = self.people.identities(change.tx, by)
            require(refusals_to_approve(change.facts, before, change.policy.guards.approve, who))
            change.tx.session.add(VerificationApproval(escalation_id=number, by=by, at=change.tx.now))
            change.record("verification approved", by=by)
            _settle(change, before, by)
            return change.facts

    def approve_by_mail(self, change: Change, address: str, *, sender: str, text: str) -> bool | None:
        """Approve by an answer to a mail, if it begins with "Approved" and its address is a listed approver's.

        Only who reads the mail to `address` knows where to answer, so that proves whose answer it is. The `sender`
        proves nothing; one who has checked a factor is refused all the same. Return None if the answer approves
        nothing that waits, False if it may not.
        """
        before = _proof(change)
        if before is None or not before.waits_for_approval or not _APPROVES.match(text.strip()):
            return None
        who = _identities(change, address)
        guard = change.policy.guards.approve
        if refusals_to_approve(change.facts, before, guard, who) or _has_checked(before, _identities(change, sender)):
            return False
        by = change.people.resolved(change.tx, address)
        change.tx.session.add(VerificationApproval(escalation_id=change.row.id, by=by, at=change.tx.now))
        change.record("verification approved", by=by, after={"by": "mail", "from": sender})
        _settle(change, before, by)
        return True


def _identities(change: Change, address: str) -> frozenset[str]:
    known = change.people.resolved(change.tx, address)
    return change.people.identities(change.tx, known) | {identity_key(address)}


def _has_checked(proof: Proof, who: Collection[str]) -> bool:
    return any(check.by in who for check in proof.checked.values())


def ask_for_check(change: Change, tier: str, *, by: str = ITSELF) -> None:
    """Require a tier within a running change; do nothing if a stricter one is required already."""
    if tier in {found.key for found in stricter(change.policy, change.row.verification_tier)}:
        before = _proof(change)
        _raise_to(change, tier, by)
        _settle(change, before, by)


def _standing(change: Change) -> VerificationState:
    return VerificationState(change.facts, change.policy, _proof(change))


def _proof(change: Change) -> Proof | None:
    tier = change.row.verification_tier
    if tier is None:
        return None
    tx, number = change.tx, change.row.id
    tx.session.flush()
    approval = tx.session.get(VerificationApproval, number)
    return Proof(
        tier_of(change.policy, tier),
        {row.factor: Check(row.by, row.at) for row in _rows(tx, number)},
        Check(approval.by, approval.at) if approval else None,
    )


def _rows(tx: Transaction, number: int) -> Collection[FactorCheck]:
    return tx.session.scalars(select(FactorCheck).where(FactorCheck.escalation_id == number)).all()


def _raise_to(change: Change, tier: str, by: str) -> None:
    row = change.row
    if tier == row.verification_tier:
        return
    if tier not in {found.key for found in stricter(change.policy, row.verification_tier)}:
        raise FormError("tier", "You can raise the risk level, not lower it.")
    change.record("verification asked for", by=by, before={"tier": row.verification_tier}, after={"tier": tier})
    row.verification_tier = tier
    _withdraw_approval(change)


def _note_checks(change: Change, checked: FactorChecks, by: str) -> None:
    """Store and remove checks; an existing check keeps who made it."""
    tier = tier_of(change.policy, change.row.verification_tier or "")
    known = {row.factor: row for row in _rows(change.tx, change.row.id)}
    fresh = [factor.key for factor in tier.of if factor.key in checked.now and factor.key not in known]
    gone = [key for key in known if key in checked.taken_back]
    for key in fresh:
        change.tx.session.add(FactorCheck(escalation_id=change.row.id, factor=key, by=by, at=change.tx.now))
    for key in gone:
        change.tx.session.delete(known[key])
    if fresh:
        change.record("identity checked", by=by, after={"factors": fresh})
    if gone:
        change.record("identity check taken back", by=by, before={"factors": gone})
        _withdraw_approval(change)


def _withdraw_approval(change: Change) -> None:
    approval = change.tx.session.get(VerificationApproval, change.row.id)
    if approval is not None:
        change.tx.session.delete(approval)


def _settle(change: Change, before: Proof | None, by: str) -> None:
    """Announce what follows from the present checks: verified, no longer verified, or waiting for approval."""
    row, proof = change.row, _proof(change)
    if proof is None:
        return
    was_verified = row.verified_at is not None
    if not proof.needed and not was_verified:
        row.verified_at = change.tx.now
        change.record("identity verified", by=by, after={"tier": proof.tier.key})
        approved_by = proof.approval.by if proof.approval else None
        change.announce(IdentityVerified(tier=proof.tier.key, checked=_checked(proof), approved_by=approved_by))
    elif proof.needed and was_verified:
        row.verified_at = None
        change.record("identity no longer verified", by=by, after={"tier": proof.tier.key})
        change.announce(IdentityUnverified(by=by, needed=tuple(proof.needed)))
    was_checked = before is not None and not before.factors_needed
    team = change.policy.verification.team
    if team is not None and not proof.factors_needed and not was_checked:
        routes.mail_only(change, CheckedMail(team=team, tier=proof.tier.key))
    if proof.waits_for_approval and not (before and before.waits_for_approval):
        _ask_for_approval(change, proof)
    change.draw_tracked_message(TrackedMessageKind.VERIFICATION)


def _ask_for_approval(change: Change, proof: Proof) -> None:
    """Ask everybody who may approve, directly, except those who checked and those who may not see it."""
    guard, facts = change.policy.guards.approve, change.facts
    named = [holder for slot in guard.slots if (holder := facts.holder(slot))] + list(guard.people)
    known = change.people.resolve(change.tx, named)
    checkers = {check.by for check in proof.checked.values()}
    team = change.policy.verification.team
    told = {identity_key(change.policy.team(team).email or "")} if team is not None else set()
    for person in dict.fromkeys(known[name] for name in named):
        if person not in checkers | told and change.people.may_see(change.tx, facts, change.policy, person):
            change.notify(ApprovalWantedNotice(tier=proof.tier.key, checked=_checked(proof)), person)


def _checked(proof: Proof) -> tuple[tuple[str, str], ...]:
    """Return the label of each factor that was checked, with who checked it."""
    found = (factor for factor in proof.tier.of if factor.key in proof.checked)
    return tuple((factor.label, proof.checked[factor.key].by) for factor in found)
