"""The programme for new people: begun with a mentor, followed step by step, and counted by month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import or_, select

from bot.database import submissions
from bot.database.people import People, is_slack_id
from bot.database.policies import Policies
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import FormError, NotFound
from bot.models.drills import Drill
from bot.models.escalation import Escalation
from bot.models.people import Slot
from bot.models.trainees import TraineeRow, TrainingMark
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.model.training import StepKind, TrainingStep
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, Status
from bot.policy.training import material, weeks
from bot.policy.training.weeks import BY_MENTOR, StepMark, Trainee, TrainingView

_OVER: Final = (Status.RESOLVED, Status.CLOSED)
# How many of those somebody mentors are shown, those who began last first.
_SHOWN: Final = 15
_MONTHS: Final = 6
_GONE: Final = "This step isn't there any more. Open the form again."


@dataclass(frozen=True)
class Trainees:
    """Follow people through the programme. Each method is one transaction."""

    records: Records
    people: People
    policies: Policies

    def view(self, *, viewer: str, person: str | None = None) -> TrainingView:
        """Return somebody's own way, or that of a person they mentor or manage. Raises NotFound, NotAMember."""
        with self.records.database.transaction() as tx:
            self.people.must_be_ours(tx, viewer)
            return self._view(tx, viewer, person or viewer)

    def begin(self, mentor: str, *, by: str) -> TrainingView:
        """Begin the programme with a mentor. Raises FormError at `mentor`, NotAMember."""
        with self.records.database.transaction() as tx:
            submissions.note(tx)
            self.people.must_be_ours(tx, by)
            if mentor == by:
                raise FormError("mentor", "Choose a colleague.")
            if self.people.can_act(tx, mentor) is False:
                raise FormError("mentor", "They can't use Escalate. Choose a colleague.")
            row = self._row(tx, by)
            if row is None:
                row = TraineeRow(person=by, mentor=mentor, started_at=tx.now)
                tx.session.add(row)
            row.mentor = mentor
            tx.session.flush()
            return self._view(tx, by, by)

    def mark(self, person: str, key: str, *, by: str) -> TrainingView:
        """Mark a step as done: reading by the person, the others by their mentor or manager. Raises NotFound."""
        with self.records.database.transaction() as tx:
            self.people.must_be_ours(tx, by)
            row, step = self._row(tx, person), self._step(key)
            if row is None or not self._may(tx, row, step, by):
                raise NotFound(_GONE)
            before = self._trainee(tx, row)
            if step.kind in BY_MENTOR and before.owned <= sum(mark.step == key for mark in before.marks):
                raise NotFound(f"<@{person}> hasn't owned an escalation that has ended yet.")
            if sum(mark.step == key for mark in before.marks) < step.times:
                tx.session.add(TrainingMark(trainee_id=row.id, step=key, by=by, at=tx.now))
                tx.session.flush()
            return self._view(tx, by, person)

    def shadow(self, key: str, number: int, *, by: str) -> None:
        """Shadow an escalation: the person is invited to its channel. Raises FormError, NotFound, Refused."""
        with self.records.changing(number, by=by) as change:
            tx = change.tx
            require(refusals(change.facts, Move.EDIT))
            row, step = self._row(tx, by), self._step(key)
            if row is None or step.kind is not StepKind.SHADOW:
                raise NotFound(_GONE)
            mine = select(TrainingMark.id).where(
                TrainingMark.trainee_id == row.id, TrainingMark.escalation_id == number
            )
            if tx.session.scalars(mine.limit(1)).first() is not None:
                raise FormError("escalation", "You shadow this one already. Choose another one.")
            change.invite(by)
            change.record("brought in", by=by, reason="To shadow it, as training.", after={"people": [by]})
            tx.session.add(TrainingMark(trainee_id=row.id, step=key, by=by, at=tx.now, escalation_id=number))

    def _view(self, tx: Transaction, viewer: str, person: str) -> TrainingView:
        training = self.policies.current.training
        row = self._row(tx, person)
        if person != viewer and (row is None or not self._leads(tx, row, viewer)):
            raise NotFound("Only their mentor and their manager see this.")
        shown = self._trainee(tx, row) if row is not None else None
        plan = material.weeks(training)
        found = weeks.progress(plan, shown)
        if row is not None:
            # A step that the policy adds later opens it again.
            row.finished_at = weeks.finished_at(found)
            tx.session.flush()
        return TrainingView(
            viewer=viewer,
            shown=shown,
            weeks=found,
            others=[
                (trainee, *weeks.counted(weeks.progress(plan, trainee)))
                for trainee in self._led_by(tx, viewer)
                if trainee.person != viewer
            ],
            finished=self._finished(tx),
            philosophy=material.philosophy(training),
            contact=training.contact,
            may_mark=person != viewer,
            manager=self._manager(tx, viewer) if row is None else None,
        )

    def _trainee(self, tx: Transaction, row: TraineeRow) -> Trainee:
        return self._trainees(tx, [row])[0]

    def _trainees(self, tx: Transaction, rows: Sequence[TraineeRow]) -> list[Trainee]:
        """Return people in the programme with what is on record, in three statements however many they are."""
        marks, drills, owned = self._marks(tx, rows), self._drills(tx, rows), self._owned(tx, rows)
        return [
            Trainee(
                number=row.id,
                person=row.person,
                mentor=row.mentor,
                started_at=row.started_at,
                marks=marks.get(row.id, ()),
                drills=drills.get(row.person, ()),
                owned=owned.get(row.person, 0),
            )
            for row in rows
        ]

    def _marks(self, tx: Transaction, rows: Sequence[TraineeRow]) -> Mapping[int, Sequence[StepMark]]:
        wanted = (
            select(TrainingMark, Escalation.status)
            .outerjoin(Escalation, Escalation.id == TrainingMark.escalation_id)
            .where(TrainingMark.trainee_id.in_([row.id for row in rows]))
            .order_by(TrainingMark.id)
        )
        found: dict[int, list[StepMark]] = {}
        for mark, status in tx.session.execute(wanted):
            is_over = mark.escalation_id is None or status in _OVER
            one = StepMark(mark.step, mark.by, mark.at, mark.escalation_id, is_over)
            found.setdefault(mark.trainee_id, []).append(one)
        return found

    def _drills(self, tx: Transaction, rows: Sequence[TraineeRow]) -> Mapping[str, Sequence[tuple[int, datetime]]]:
        mine = select(Drill.person, Drill.points, Drill.ended_at).where(
            Drill.person.in_([row.person for row in rows]), Drill.points.is_not(None)
        )
        found: dict[str, list[tuple[int, datetime]]] = {}
        for person, points, ended_at in tx.session.execute(mine):
            if points is not None and ended_at is not None:
                found.setdefault(person, []).append((points, ended_at))
        return found

    def _owned(self, tx: Transaction, rows: Sequence[TraineeRow]) -> Mapping[str, int]:
        ended = (
            select(Slot.person, Escalation.id, Escalation.declared_at)
            .join(Escalation, Escalation.id == Slot.escalation_id)
            .where(
                Slot.person.in_([row.person for row in rows]),
                Slot.role.in_((FIX_OWNER, RELATIONSHIP_OWNER)),
                Escalation.status.in_(_OVER),
            )
        )
        started = {row.person: row.started_at for row in rows}
        found: dict[str, set[int]] = {}
        for person, number, declared_at in tx.session.execute(ended):
            if declared_at >= started[person]:
                found.setdefault(person, set()).add(number)
        return {person: len(numbers) for person, numbers in found.items()}

    def _led_by(self, tx: Transaction, viewer: str) -> list[Trainee]:
        reports = self.people.reports_of(tx, viewer)
        theirs = or_(TraineeRow.mentor == viewer, TraineeRow.person.in_(reports or {viewer}))
        newest = select(TraineeRow).where(theirs, TraineeRow.finished_at.is_(None)).order_by(TraineeRow.id.desc())
        rows = tx.session.scalars(newest.limit(_SHOWN)).all()
        return self._trainees(tx, rows) if rows else []

    def _finished(self, tx: Transaction) -> Mapping[str, int]:
        """Return how many finished in each of the last months, newest first, by the policy's zone."""
        zone = self.policies.current.zone
        finished = select(TraineeRow.finished_at).where(TraineeRow.finished_at.is_not(None))
        rows = tx.session.scalars(finished.order_by(TraineeRow.finished_at.desc()))
        found: dict[str, int] = {}
        for at in rows:
            month = f"{at.astimezone(zone):%Y-%m}" if at is not None else ""
            if month not in found and len(found) == _MONTHS:
                break
            found[month] = found.get(month, 0) + 1
        return found

    def _manager(self, tx: Transaction, person: str) -> str | None:
        """Return who somebody reports to by the directory, if Slack knows them."""
        entry = self.people.entry(tx, person)
        found = self.people.resolved(tx, entry.manager) if entry is not None and entry.manager else None
        return found if found is not None and is_slack_id(found) else None

    def _row(self, tx: Transaction, person: str) -> TraineeRow | None:
        return tx.session.scalars(select(TraineeRow).where(TraineeRow.person == person)).one_or_none()

    def _step(self, key: str) -> TrainingStep:
        step = material.steps(self.policies.current.training).get(key)
        if step is None:
            raise NotFound(_GONE)
        return step

    def _may(self, tx: Transaction, row: TraineeRow, step: TrainingStep, by: str) -> bool:
        if step.kind is StepKind.READ:
            return row.person == by
        return step.kind in BY_MENTOR and row.person != by and self._leads(tx, row, by)

    def _leads(self, tx: Transaction, row: TraineeRow, by: str) -> bool:
        return row.mentor == by or row.person in self.people.reports_of(tx, by)
