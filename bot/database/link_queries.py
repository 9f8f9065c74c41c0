"""Find what a posted link belongs to: the escalation with that ticket, or the account with that CRM record."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, case, func, literal_column, select
from sqlalchemy.orm import Session

from bot.database.queries import IS_LIVE
from bot.models.account import Account, NamedBy, Person
from bot.models.escalation import Escalation
from bot.policy.members import MemberType

# As the conditions of the indexes have it.
_SHORT_TICKET: Final[ColumnElement[bool]] = literal_column("length(escalation.ticket_url) <= 500")
_SHORT_RECORD: Final[ColumnElement[bool]] = literal_column("length(account.crm_url) <= 500")
# Who may read what is for everyone in the company: its members, and its apps.
_OURS: Final = (MemberType.MEMBER, MemberType.BOT)


def tickets(session: Session, addresses: Collection[str]) -> Mapping[str, int]:
    """Return the escalation of each ticket's address: an open one, else the newest. Confidential ones have none."""
    mine = (Escalation.ticket_url.in_(sorted(addresses)), _SHORT_TICKET, Escalation.is_private.is_(False))
    order = (case((IS_LIVE, 1), else_=0), Escalation.id)
    rows = session.execute(select(Escalation.ticket_url, Escalation.id).where(*mine).order_by(*order))
    return {str(address): number for address, number in rows}


def records(session: Session, addresses: Collection[str]) -> Mapping[str, int]:
    """Return the account of each address in the CRM, but for those that are known in confidence only."""
    mine = (Account.crm_url.in_(sorted(addresses)), _SHORT_RECORD, Account.named_by != NamedBy.CONFIDENCE)
    rows = session.execute(select(Account.crm_url, Account.id).where(*mine).order_by(Account.id))
    return {str(address): number for address, number in rows}


def are_ours(session: Session, people: Collection[str]) -> bool:
    """Return True if each of those people is known to be a member or an app of our own workspace."""
    ours = select(func.count()).where(Person.slack_id.in_(people), Person.member_type.in_(_OURS))
    return session.scalars(ours).one() == len(set(people))


def unmet(session: Session, people: Collection[str]) -> Sequence[str]:
    """Return those of whom Slack hasn't said yet whether they are members, in order."""
    met = select(Person.slack_id).where(Person.slack_id.in_(people), Person.member_type.is_not(None))
    return sorted(set(people).difference(session.scalars(met)))
