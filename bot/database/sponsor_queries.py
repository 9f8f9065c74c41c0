"""Queries for executive sponsors: named by the account, or holding the role on an escalation."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, text

from bot.database.list_queries import HAS_BEGUN
from bot.database.transaction import Transaction
from bot.models.account import Account
from bot.models.escalation import Escalation
from bot.models.people import Slot
from bot.models.promises import Promise
from bot.policy.plan.digest import DigestNews
from bot.policy.record.escalation import EXECUTIVE_SPONSOR
from bot.policy.record.promises import Audience, PromiseState

# As its index has it, which serves no other words.
IS_OPEN_ROLE = text("slot.is_open")


def sponsors(tx: Transaction) -> frozenset[str]:
    """Return every sponsor: of an account, or of an escalation that isn't closed."""
    named = select(Account.executive_sponsor).where(Account.executive_sponsor.is_not(None)).distinct()
    held = select(Slot.person).where(IS_OPEN_ROLE, Slot.role == EXECUTIVE_SPONSOR).distinct()
    return frozenset(who for found in (named, held) for who in tx.session.scalars(found) if who)


def is_sponsor(tx: Transaction, own: Collection[str]) -> bool:
    """Return True if somebody, by their identities, sponsors a customer now."""
    named = select(Account.id).where(Account.executive_sponsor.in_(sorted(own))).exists()
    held = select(Slot.role).where(IS_OPEN_ROLE, Slot.role == EXECUTIVE_SPONSOR, Slot.person.in_(sorted(own))).exists()
    return bool(tx.session.scalar(select(or_(named, held))))


def accounts_of(tx: Transaction, own: Collection[str], *, since: datetime) -> frozenset[int]:
    """Return the accounts somebody sponsors; by their role also those whose escalation was closed since a time."""
    named = select(Account.id).where(Account.executive_sponsor.in_(sorted(own)))
    lately = or_(Escalation.closed_at.is_(None), Escalation.closed_at > since)
    held = (
        select(Escalation.account_id)
        .join(Slot, Slot.escalation_id == Escalation.id)
        .where(Slot.person.in_(sorted(own)), Slot.role == EXECUTIVE_SPONSOR, lately)
    )
    return frozenset(number for found in (named, held) for number in tx.session.scalars(found))


def news(tx: Transaction, accounts: Collection[int], seen: ColumnElement[bool], *, since: datetime) -> DigestNews:
    """Return what happened to some customers since a time, as far as somebody may see it."""
    if not accounts:
        return DigestNews()
    mine = (Escalation.account_id.in_(accounts), Escalation.withdrawn_reason.is_(None), HAS_BEGUN, seen)
    counted = (_many(Escalation.declared_at > since), _many(Escalation.resolved_at > since))
    declared, resolved = tx.session.execute(select(*counted).select_from(Escalation).where(*mine)).one()
    missed = and_(
        Promise.audience == Audience.CUSTOMER,
        Promise.state.in_((PromiseState.LATE, PromiseState.BROKEN, PromiseState.OPEN)),
        Promise.due_at > since,
        Promise.due_at <= tx.now,
    )
    broken = select(func.count()).select_from(Promise).join(Escalation, Escalation.id == Promise.escalation_id)
    return DigestNews(declared or 0, resolved or 0, tx.session.scalars(broken.where(*mine, missed)).one())


def _many(condition: ColumnElement[bool]) -> ColumnElement[int | None]:
    return func.sum(case((condition, 1), else_=0))
