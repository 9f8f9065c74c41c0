"""The audit: at start-up and on a schedule it puts right what should be and is not. A lost timer heals."""

from dataclasses import dataclass

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import aliased

from bot.models import queries
from bot.models.escalation import Escalation
from bot.models.work import Effect, EffectState
from bot.services import rollup, timetable
from bot.services.people import People
from bot.services.records import Records


@dataclass(frozen=True, slots=True)
class Healed:
    """What was put right."""

    timers: int
    effects: int
    asked_about: int


@dataclass(frozen=True)
class Audit:
    """Puts things right."""

    records: Records
    people: People

    def run(self) -> Healed:
        """Put everything right at once; a program that has other things to do takes it in pieces."""
        timers = sum(self.heal(number) for number in self.watched())
        effects, asked = self.tidy()
        return Healed(timers, effects, asked)

    def watched(self) -> list[int]:
        """Return the escalations that may have timers."""
        with self.records.database.transaction() as tx:
            watched = or_(Escalation.status.in_(queries.LIVE), Escalation.channel_archived_at.is_(None))
            return list(tx.session.scalars(select(Escalation.id).where(watched)))

    def heal(self, number: int) -> int:
        """Bring the timers of one escalation in line; return how many were wrong."""
        with self.records.database.transaction() as tx:
            row = queries.unless_locked(tx.session, number)
            if row is None:
                return 0
            change = self.records.of(tx, row)
            rollup.adopt(change)
            return timetable.bring_in_line(tx, change.facts, change.policy, self.records.house.archive_after)

    def tidy(self) -> tuple[int, int]:
        """Free what waits for what is done, and ask about people.

        Returns how many effects were freed, and about how many people Slack is asked.
        """
        with self.records.database.transaction() as tx:
            before = aliased(Effect)
            done = exists().where(before.id == Effect.after_id, before.state == EffectState.DONE)
            freed = update(Effect).where(Effect.state == EffectState.WAITING, done).values(state=EffectState.READY)
            effects = int(tx.session.execute(freed, execution_options={"synchronize_session": False}).rowcount)  # type: ignore[attr-defined] # an UPDATE's result counts rows
            asked = self.people.look_up(tx, self.people.everybody(tx))
            tx.left_effects = True
        return effects, asked
