"""Reminding an owner on request of their manager: once, and not again within an hour."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from bot.database.change import Change
from bot.database.people import People, is_slack_id
from bot.database.policies import Found
from bot.database.records import Records
from bot.errors import NotFound
from bot.models import reading
from bot.models.work import Effect, EffectKind
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.plan import digest, nudges
from bot.policy.plan.nudges import Nudge, NudgeEnd
from bot.policy.plan.stored_notices import NOTICES
from bot.policy.record.escalation import MANAGER
from bot.policy.record.notices.people import OwnerRemindedNotice

_EVENT: Final = "owner reminded"


@dataclass(frozen=True)
class Nudges:
    """Remind owners."""

    records: Records
    people: People

    def nudge(self, number: int, *, by: str) -> tuple[Nudge, Found]:
        """Remind who owes the next step of an escalation, and return what came of it.

        Raises NotFound for somebody who manages none of its people, and Refused once it is finished.
        """
        with self.records.changing(number, by=by) as change:
            own, reports = self.people.identities(change.tx, by), self.people.everybody_below(change.tx, by)
            if not digest.concerns(change.facts, own, reports):
                manager = change.facts.holder(MANAGER)
                name = change.people.names(change.tx, [manager]).get(manager) if manager is not None else None
                ask = f" Ask {name}." if name else ""
                raise NotFound(f"Only managers of the owners can remind them.{ask}")
            require(refusals(change.facts, Move.UPDATE))
            return _nudge(change, own, by), (change.facts, change.policy)


def _nudge(change: Change, own: frozenset[str], by: str) -> Nudge:
    facts, now = change.facts, change.tx.now
    step = nudges.asked_for(facts, change.policy, now)
    if step is None:
        return Nudge(facts, NudgeEnd.NOTHING_LATE)
    signer = nudges.signer(facts, change.policy, step.due)
    person = change.present(signer) if signer is not None else change.on_duty(nudges.role_of(step.due))
    if person in own:
        return Nudge(facts, NudgeEnd.YOURS, person)
    if any(page.person == person and not page.ended for page in facts.pages):
        return Nudge(facts, NudgeEnd.PAGED, person)
    last = _last(change, person)
    if last is not None:
        return Nudge(facts, NudgeEnd.TOO_SOON, person, *last)
    is_told = is_slack_id(person) and change.people.can_act(change.tx, person) is not False
    if not is_told and not change.reaches_by_mail(person):
        return Nudge(facts, NudgeEnd.UNREACHABLE, person)
    change.notify(OwnerRemindedNotice(by=by, step=step.due.value, due=step.at), person)
    change.record(_EVENT, by=by, after={"person": person, "step": step.due.value})
    return Nudge(facts, NudgeEnd.SENT, person)


def _last(change: Change, person: str) -> tuple[str, datetime] | None:
    """Return who last reminded somebody on request, and when, if that is too recent to do it again.

    Who is known only by mail gets a mail, which holds the same message.
    """
    mine = (Effect.escalation_id == change.row.id, Effect.kind.in_((EffectKind.DIRECT, EffectKind.MAIL)))
    lately = Effect.created_at > change.tx.now - nudges.AGAIN_AFTER
    found = change.tx.session.scalars(select(Effect).where(*mine, lately).order_by(Effect.id.desc()))
    wanted = {NOTICES.key: OwnerRemindedNotice.word, "to": person}
    for row in (each for each in found if not reading.problem(each)):
        told = row.payload if row.kind is EffectKind.DIRECT else row.payload.get("payload", {})
        if wanted.items() <= told.items():
            return told["by"], row.created_at
    return None
