"""Proposals to change the policy, because the same has happened again: a follow-up of its owner, and a message."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import ColumnElement, case, func, select

from bot.database import timeline
from bot.database.change import Change
from bot.database.people import is_slack_id
from bot.models.escalation import Escalation
from bot.policy.decide.follow_up_words import POLICY_CHANGE
from bot.policy.record.ending import CorrectiveActionFacts
from bot.policy.record.escalation import MANAGER
from bot.policy.record.notices.patterns import EarlierCase, RecurringNotice, SameCauseNotice
from bot.policy.record.payloads import fields_of
from bot.policy.time.durations import Duration
from bot.services.follow_ups import tracking

# How many are named in the message.
_SHOWN: Final = 10
# How long the owner has to change the policy, or to say why it stays.
_ANSWER_WITHIN: Final = Duration.parse("5bd")
_EVENT: Final = "policy change suggested"


@dataclass(frozen=True, slots=True)
class EarlierCases:
    """Earlier escalations of one kind: how many, how many of them confidential, and the last of the others."""

    total: int
    hidden: int
    shown: Sequence[Escalation]

    @property
    def named(self) -> tuple[EarlierCase, ...]:
        """Those that may be named, each with its review."""
        return tuple(
            EarlierCase(key=row.key, channel=row.open_channel_id, review=row.review_link or row.review_url)
            for row in self.shown
        )


def earlier(change: Change, alike: ColumnElement[bool]) -> EarlierCases:
    """Return the escalations that a condition selects."""
    session = change.tx.session
    hidden = func.coalesce(func.sum(case((Escalation.is_private, 1), else_=0)), 0)
    total, confidential = session.execute(select(func.count(), hidden).where(alike)).one()
    last = select(Escalation).where(alike, Escalation.is_private.is_(False)).order_by(Escalation.id.desc())
    return EarlierCases(total, confidential, session.scalars(last.limit(_SHOWN)).all()[::-1])


def put(change: Change, notice: SameCauseNotice | RecurringNotice, said: str) -> None:
    """Propose to change the policy. `said` is what happened, as a sentence.

    The person who decides gets a follow-up: done when the policy was changed, dropped with a reason when it stays.
    The channel has the earlier cases. Others are told only where there is no channel.
    """
    owner, *others = _policy_owners(change)
    notice = replace(notice, decides=owner)
    change.record(_EVENT, after=fields_of(notice))
    change.announce(notice)
    due_on = change.policy.business.local_day(change.policy.business.add(change.tx.now, _ANSWER_WITHIN))
    what = f"{POLICY_CHANGE}{said}"
    action = CorrectiveActionFacts(what, owner, due_on, url=change.row.review_url)
    tracking.add(change, [action], by=timeline.ITSELF, aloud=False)
    for person in others if change.row.open_channel_id is None else ():
        change.notify(notice, person)


def _policy_owners(change: Change) -> tuple[str, ...]:
    """Return who can change the policy: its owner, if that is a person, and this escalation's manager."""
    named = change.people.resolved(change.tx, change.policy.owner)
    may_know = is_slack_id(named) and change.people.may_see(change.tx, change.facts, change.policy, named)
    manager = change.facts.holder(MANAGER) or change.row.declared_by
    return tuple(dict.fromkeys([*([named] if may_know else []), manager]))
