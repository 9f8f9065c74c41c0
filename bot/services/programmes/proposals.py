"""The proposal of an account programme: who is asked, the answer, and what begins with acceptance.

Record and clocks start at once; channel, invitations and reminders come at acceptance (docs/policy.md#a-proposal,
docs/policy.md#x18).
"""

from sqlalchemy import delete, select

from bot.database import ledger, manager_updates, outbox, queries, timeline
from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.database.transaction import Transaction
from bot.errors import FormError
from bot.models import reading
from bot.models.account import Account
from bot.models.clocks import ClockKind
from bot.models.programme import ConsentGiven
from bot.models.programme import Proposal as ProposalRow
from bot.models.work import EffectKind
from bot.policy.decide import promises
from bot.policy.decide.account_programme import ProposalRequest, refusals_to_answer
from bot.policy.decide.lifecycle import Move, Obstacle, Refusal, refusals_by_guard, whom_to_ask
from bot.policy.model.facts import ACCOUNT
from bot.policy.record.announcements.programmes import ProgrammeAccepted
from bot.policy.record.escalation import Status
from bot.policy.record.feed_lines import DeclaredLine
from bot.policy.record.notices.programmes import ProposalAnsweredNotice
from bot.services.paging.telling import tell_directly
from bot.services.programmes import carrying, rollup


def refuse_second_programme(tx: Transaction, account: Account, *, block_id: str, but: int | None = None) -> None:
    """Raise FormError if an account is in a programme, or proposed for one. Two at once become one.

    A confidential programme is invisible to others, so it doesn't count.
    """
    tx.session.execute(select(Account.id).where(Account.id == account.id).with_for_update(key_share=True))
    found = tx.session.execute(queries.live_programme(account.id)).first()
    if found is not None and found.id != but:
        what = "is in a programme already" if found.accepted else "has been proposed for a programme already"
        raise FormError(block_id, f"{account.name} {what}: ESC-{found.id}. Add what is new there.")


def propose(change: Change, proposal: ProposalRequest, *, by: str) -> None:
    """Ask those who may accept a programme. If the proposer is one of them, it is accepted at once.

    Raises FormError if no criterion applies and the proposer may not accept it on their own judgement.
    """
    row = change.row
    if not proposal.criteria and not _may_accept(change, by):
        raise FormError("criteria", "Choose at least one, or ask the manager to propose it.")
    change.tx.session.add(
        ProposalRow(
            escalation_id=row.id,
            source=proposal.source,
            criteria=list(proposal.criteria),
            success_criteria=proposal.success_criteria,
            plan="",
            messages=[],
        )
    )
    change.tx.session.flush()
    change.record("proposed", by=by, after={"source": proposal.source, "criteria": list(proposal.criteria)})
    _ask(change, by)


def propose_again(change: Change, *, by: str) -> bool:
    """Reopen a programme. One that never began is proposed again; return True if so."""
    row = change.row
    if row.kind != ACCOUNT:
        return False
    refuse_second_programme(change.tx, row.account, block_id="reason", but=row.id)
    change.tx.session.execute(delete(ConsentGiven).where(ConsentGiven.escalation_id == row.id))
    if row.accepted:
        rollup.adopt(change)
        carrying.settle_later(change)
        return False
    proposal = written(change)
    proposal.answered_by, proposal.reason, proposal.messages = None, None, []
    row.accepted, row.answered_at = None, None
    _ask(change, by)
    return True


def accept_automatically(change: Change) -> None:
    """Accept a proposal that nobody answered in time."""
    if change.facts.is_proposed:
        begin(change, by=None, reason="")


def decline(change: Change, *, by: str, reason: str) -> None:
    """Decline a proposal, which ends it."""
    row, now = change.row, change.tx.now
    row.accepted, row.answered_at = False, now
    row.status, row.closed_at, row.closed_by, row.withdrawn_reason = Status.CLOSED, now, by, reason
    ledger.owe(change, promises.NOTHING)
    for kind in ClockKind:
        change.stop_clock(kind)
    proposal = written(change)
    proposal.answered_by, proposal.reason = by, reason
    change.record("programme declined", by=by, reason=reason)
    _notify_proposer(change, by, reason)
    redraw(change)


def redraw(change: Change) -> None:
    """Redraw the messages that ask about a proposal."""
    if change.row.kind == ACCOUNT:
        key = f"{change.row.key}:proposal"
        outbox.put_all(change.tx, change.row.id, NewEffect(EffectKind.REFRESH_PROPOSAL, lane=key, coalesce=key))


def _ask(change: Change, by: str) -> None:
    """Ask those who may accept, directly; if the proposer is one of them, or nobody may, begin at once."""
    row, kind = change.row, change.policy.kind(ACCOUNT)
    if _may_accept(change, by):
        begin(change, by=by, reason="")
    elif kind.accept_after is None:
        begin(change, by=None, reason="")
    else:
        row.accept_at = change.policy.business.add(change.tx.now, kind.accept_after)
        for who in whom_to_ask(change.facts, change.policy.guards.accept):
            to = change.people.resolved(change.tx, who)
            if change.people.may_see(change.tx, change.facts, change.policy, to):
                change.do(NewEffect(EffectKind.PROPOSAL, {"to": to}, lane=f"{row.key}:proposal"))


def begin(change: Change, *, by: str | None, reason: str) -> None:
    """Open the programme's channel, invite its people, and adopt the account's open issues."""
    row, now = change.row, change.tx.now
    row.accepted, row.answered_at = True, now
    ledger.open_all(change)
    manager_updates.begin(change)
    proposal = written(change)
    proposal.answered_by, proposal.reason = by, reason or None
    change.record("programme accepted", by=by or timeline.ITSELF, reason=reason or None)
    change.open_channel()
    if by is not None:
        change.invite(by)
    change.announce(ProgrammeAccepted(by=by, reason=reason))
    carrying.announce_source(change)
    change.tell_feed(DeclaredLine(by=row.declared_by))
    tell_directly(change, change.policy.level(row.level).tell)
    rollup.adopt(change)
    carrying.settle_later(change)
    if by != row.declared_by:
        _notify_proposer(change, by, reason)
    redraw(change)


def _notify_proposer(change: Change, by: str | None, reason: str) -> None:
    change.notify(ProposalAnsweredNotice(by=by, reason=reason), change.row.declared_by)


def written(change: Change) -> ProposalRow:
    """Return the stored proposal."""
    row = change.tx.session.get_one(ProposalRow, change.row.id)
    reading.require(row, change.row.id)
    return row


def _may_accept(change: Change, by: str) -> bool:
    who = change.people.identities(change.tx, by)
    return not refusals_by_guard(change.facts, Move.ACCEPT, change.policy.guards.accept, who)


def refused(change: Change, by: str) -> tuple[Refusal, ...]:
    """Return why somebody may not answer a proposal."""
    if change.row.kind != ACCOUNT:
        return (Refusal(Obstacle.STATUS, Move.ACCEPT, change.row.status),)
    who = change.people.identities(change.tx, by)
    return refusals_to_answer(change.facts, written(change).answered_by, change.policy.guards.accept, who)


def lacks_plan(change: Change) -> bool:
    """Return True if a remediation plan is required and missing."""
    if change.row.kind != ACCOUNT or not change.policy.kind(ACCOUNT).remediation_plan:
        return False
    return written(change).remediation() is None
