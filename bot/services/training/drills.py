"""Drills: begun, played and scored. They are in no list, number, page or feed: they have tables of their own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select, update

from bot.database import outbox, submissions, timetable
from bot.database.outbox import NewEffect
from bot.database.people import People
from bot.database.policies import Policies
from bot.database.transaction import Database, Transaction
from bot.errors import FormError, NotFound
from bot.models.drills import Drill, DrillEventRow
from bot.models.work import EffectKind, Timer
from bot.policy.model.training import DrillStep
from bot.policy.plan.timers import Planned, TimerKind, stamp
from bot.policy.training import drills, material, scoring
from bot.policy.training.drills import DrillEvent, DrillFacts, DrillStatus, DueLine, EventKind, OfferedDrills, Played
from bot.policy.training.scoring import ScoreLine
from bot.policy.wording.check import check
from bot.ports.workspace import OwnChannel
from bot.services.training.drill_rows import event_of, facts_of, locked, running

# How long the channel stays after the end, so that the score can be read again.
KEPT: Final = timedelta(days=1)
TIMERS: Final = "drill"  # what the keys of a drill's timers begin with
_AT_ONCE: Final = 50
_LONGEST_TEXT: Final = 3000
_MOST_SAID: Final = 200
_LONGEST_QUOTE: Final = 200
_STATUS_OF: Final[Mapping[DrillStep, tuple[DrillStatus, ...]]] = {
    DrillStep.ACKNOWLEDGED: (DrillStatus.OPEN, DrillStatus.MITIGATED, DrillStatus.RESOLVED),
    DrillStep.UPDATED: (DrillStatus.OPEN, DrillStatus.MITIGATED, DrillStatus.RESOLVED),
    DrillStep.IMPACT_STOPPED: (DrillStatus.OPEN,),
    DrillStep.RESOLVED: (DrillStatus.OPEN, DrillStatus.MITIGATED),
    DrillStep.ASKED: (DrillStatus.RESOLVED,),
    DrillStep.CLOSED: (DrillStatus.RESOLVED,),
}


@dataclass(frozen=True, slots=True)
class OfferingLine:
    """A line of a drill that was posted with a button: its event, its message, and what it says."""

    event: int
    ts: str
    said: DrillEvent


@dataclass(frozen=True)
class Drills:
    """Play drills. Each method is one transaction, except those that are given one."""

    database: Database
    people: People
    policies: Policies

    def offered(self, *, viewer: str) -> OfferedDrills:
        """Return what somebody can play. Raises NotAMember, NotKnownYet."""
        with self.database.transaction() as tx:
            self.people.must_be_ours(tx, viewer)
            best = select(Drill.scenario_key, func.max(Drill.points)).where(Drill.person == viewer)
            points = tx.session.execute(best.where(Drill.points.is_not(None)).group_by(Drill.scenario_key)).all()
            row = running(tx, viewer)
            known = material.scenarios(self.policies.current.training)
            return OfferedDrills(
                tuple(known.values()),
                {key: most for key, most in points if most is not None},
                facts_of(tx, row) if row is not None else None,
            )

    def start(self, key: str, *, by: str, channel: str | None = None, response_url: str | None = None) -> None:
        """Begin a drill, whose channel opens next. A line says so in the channel where it was asked for, or directly.

        Raises FormError at `scenario`, NotAMember, NotKnownYet.
        """
        with self.database.transaction() as tx:
            submissions.note(tx)
            self.people.must_be_ours(tx, by)
            scenario = material.scenarios(self.policies.current.training).get(key)
            if scenario is None:
                raise FormError("scenario", "This drill isn't there any more. Choose another one.")
            if running(tx, by) is not None:
                raise FormError("scenario", "You're in a drill. End it first.")
            level = material.level_name(scenario, [level.label for level in self.policies.current.levels])
            data = scenario.model_dump(mode="json") | {"level": level}
            row = Drill(person=by, scenario_key=key, scenario=data, started_at=tx.now)
            tx.session.add(row)
            tx.session.flush()
            payload = {"drill": row.id, "channel": channel, "response_url": response_url}
            outbox.put_all(tx, None, NewEffect(EffectKind.DRILL_CHANNEL, payload, lane=_lane(row.id)))

    def facts(self, number: int) -> DrillFacts | None:
        """Return a drill; None if there is none. Raises UnreadableRecord."""
        with self.database.transaction() as tx:
            row = tx.session.get(Drill, number)
            return facts_of(tx, row) if row is not None else None

    def form(self, number: int, step: DrillStep, *, by: str) -> DrillFacts:
        """Return a drill for the form of a step. Raises NotFound."""
        with self.database.transaction() as tx:
            row = self._mine(tx, number, by)
            facts = facts_of(tx, row)
            _must_fit(facts, step)
            return facts

    def line(self, number: int, event: int) -> tuple[DrillFacts, DrillEvent] | None:
        """Return a drill and something that happened in it; None if there is none."""
        with self.database.transaction() as tx:
            row, said = tx.session.get(Drill, number), tx.session.get(DrillEventRow, event)
            return (facts_of(tx, row), event_of(said)) if row is not None and said is not None else None

    def line_posted(self, tx: Transaction, event: int, ts: str) -> None:
        """Note where a line is that has buttons."""
        tx.session.execute(update(DrillEventRow).where(DrillEventRow.id == event).values(offers_at=ts))

    def lines_closed(self, tx: Transaction, events: Collection[int]) -> None:
        """Note that these lines have no buttons any more."""
        tx.session.execute(update(DrillEventRow).where(DrillEventRow.id.in_(events)).values(offers_at=None))

    def score(self, number: int) -> tuple[DrillFacts, tuple[ScoreLine, ...]] | None:
        """Return a drill that is over with its score; None otherwise."""
        facts = self.facts(number)
        return (facts, scoring.score(facts)) if facts is not None and facts.ended_at is not None else None

    def card(self, number: int) -> tuple[DrillFacts, str | None, tuple[OfferingLine, ...]] | None:
        """Return a drill, its card's place, and its lines that have buttons; None if there is none."""
        with self.database.transaction() as tx:
            row = tx.session.get(Drill, number)
            if row is None:
                return None
            mine = (DrillEventRow.drill_id == number, DrillEventRow.offers_at.is_not(None))
            offering = tx.session.scalars(select(DrillEventRow).where(*mine).order_by(DrillEventRow.id)).all()
            lines = tuple(OfferingLine(one.id, one.offers_at, event_of(one)) for one in offering if one.offers_at)
            return facts_of(tx, row), row.card_ts, lines

    def opened(self, tx: Transaction, number: int, channel: OwnChannel) -> None:
        """Note the channel. The drill's minutes count from now on."""
        row = locked(tx, number)
        if row is None or row.channel is not None or row.ended_at is not None:
            return
        row.channel, row.started_at = channel.id, tx.now
        tx.session.flush()
        self._redraw(tx, row)
        self._plan(tx, row)

    def not_opened(self, tx: Transaction, number: int, why: str) -> None:
        """End a drill whose channel can't be opened, and tell its person why."""
        row = locked(tx, number)
        if row is None or row.ended_at is not None:
            return
        row.ended_at = tx.now
        said = f"The drill can't begin: Slack refused its channel ({why}). Ask a Slack admin."
        outbox.put_all(tx, None, NewEffect(EffectKind.REPLY, {"person": row.person, "channel": None, "text": said}))

    def channel_lost(self, tx: Transaction, number: int) -> None:
        """End a drill whose channel was archived or deleted by hand, unscored, and tell its person."""
        row = locked(tx, number)
        if row is None or row.ended_at is not None:
            return
        row.ended_at = tx.now
        self._forget_timer(tx, row)
        said = (
            "The drill's channel is gone, so the drill ended without a score. Start another with the command `drill`."
        )
        outbox.put_all(tx, None, NewEffect(EffectKind.REPLY, {"person": row.person, "channel": None, "text": said}))

    def posted(self, tx: Transaction, number: int, ts: str) -> None:
        """Note where the card is."""
        row = locked(tx, number)
        if row is not None:
            row.card_ts = ts

    def play(self, number: int, played: Played, *, by: str) -> None:
        """Do a step. Raises NotFound, FormError, AlreadyDone."""
        with self.database.transaction() as tx:
            submissions.note(tx)
            row = self._mine(tx, number, by)
            facts = facts_of(tx, row)
            _must_fit(facts, played.step)
            if played.step is DrillStep.ACKNOWLEDGED and facts.first(played.step) is not None:
                return
            event = self._event(tx, facts, played)
            self._add(tx, row, event)
            if played.step is DrillStep.CLOSED:
                self._end(tx, row)
            else:
                self._redraw(tx, row)
                self._plan(tx, row)

    def said(self, channel: str, person: str, ts: str, text: str) -> bool:
        """Note that somebody wrote in the channel of their own drill; return False for any other message."""
        with self.database.transaction() as tx:
            mine = select(Drill.id).where(Drill.channel == channel, Drill.person == person, Drill.ended_at.is_(None))
            number = tx.session.scalars(mine).one_or_none()
            if number is None:
                return False
            row = locked(tx, number)
            if row is None or row.ended_at is not None:
                return False
            facts = facts_of(tx, row)
            answers = list(facts.all_of(DrillStep.ANSWERED))
            if len(answers) < _MOST_SAID and all(answer.note != ts for answer in answers):
                said = DrillEvent(EventKind.STEP, DrillStep.ANSWERED, tx.now, text[:_LONGEST_TEXT], ts)
                self._add(tx, row, said, is_shown=False)
                self._plan(tx, row)
            return True

    def is_drill(self, channel: str) -> bool:
        """Return True if a drill is played in a channel."""
        with self.database.reading() as tx:
            mine = select(Drill.id).where(Drill.channel == channel, Drill.ended_at.is_(None))
            return tx.session.scalars(mine.limit(1)).first() is not None

    def end(self, number: int, *, by: str) -> None:
        """End a drill early, and score it. Raises NotFound."""
        with self.database.transaction() as tx:
            row = self._mine(tx, number, by)
            if row.ended_at is None:
                self._end(tx, row)

    def fire(self, key: str) -> tuple[str, ...]:
        """Queue what is due in a drill, or archive its channel. A timer locked by another worker is skipped."""
        with self.database.transaction() as tx:
            # The drill before its timer, as everybody who plays locks them.
            data = tx.session.scalars(select(Timer.data).where(Timer.key == key)).one_or_none()
            row = locked(tx, int(data["drill"])) if data is not None else None
            timer = timetable.take_due(tx, key, TimerKind.DRILL)
            if timer is None:
                return ()
            if row is None:
                return (timer.kind,)
            if row.ended_at is not None:
                payload = {"drill": row.id}
                outbox.put_all(tx, None, NewEffect(EffectKind.DRILL_ARCHIVE, payload, lane=_lane(row.id)))
                return (timer.kind,)
            self._say_due(tx, row)
            return (timer.kind,)

    def _say_due(self, tx: Transaction, row: Drill) -> None:
        for _ in range(_AT_ONCE):
            facts = facts_of(tx, row)
            due = drills.due(facts, tx.now)
            if due is None:
                break
            if due.kind is EventKind.ENDED:
                self._end(tx, row)
                return
            self._say(tx, row, due)
        self._redraw(tx, row)
        self._plan(tx, row)

    def _say(self, tx: Transaction, row: Drill, due: DueLine) -> None:
        self._add(tx, row, DrillEvent(due.kind, due.key, tx.now, due.says, due.by.value))
        if due.gives is not None:
            self._add(tx, row, DrillEvent(EventKind.STEP, due.gives, tx.now), is_shown=False)

    def _event(self, tx: Transaction, facts: DrillFacts, played: Played) -> DrillEvent:
        until = tx.now + facts.after(played.minutes) if played.minutes is not None else None
        found = check(played.text, self.policies.current.wording) if played.step is DrillStep.UPDATED else ()
        rules = tuple(dict.fromkeys(finding.rule for finding in found))
        quote = found[0].text[:_LONGEST_QUOTE] if found else ""
        return DrillEvent(EventKind.STEP, played.step, tx.now, played.text, played.note, until, rules, quote)

    def _add(self, tx: Transaction, row: Drill, event: DrillEvent, *, is_shown: bool = True) -> None:
        added = DrillEventRow(
            drill_id=row.id,
            kind=event.kind,
            key=event.key,
            at=event.at,
            text=event.text,
            note=event.note,
            until=event.until,
            findings=[rule.value for rule in event.findings],
            quote=event.quote,
        )
        tx.session.add(added)
        tx.session.flush()
        if is_shown:
            payload = {"drill": row.id, "event": added.id}
            outbox.put_all(tx, None, NewEffect(EffectKind.DRILL_LINE, payload, lane=_lane(row.id)))

    def _end(self, tx: Transaction, row: Drill) -> None:
        row.ended_at = tx.now
        tx.session.flush()
        row.points = scoring.total(scoring.score(facts_of(tx, row)))
        self._redraw(tx, row)
        outbox.put_all(tx, None, NewEffect(EffectKind.DRILL_SCORE, {"drill": row.id}, lane=_lane(row.id)))
        self._forget_timer(tx, row)
        self._timer(tx, row, tx.now + KEPT, "archive")

    def _plan(self, tx: Transaction, row: Drill) -> None:
        """Plan the timer of what comes next, in place of the present one."""
        facts = facts_of(tx, row)
        self._forget_timer(tx, row)
        ahead = drills.ahead(facts)
        if ahead:
            self._timer(tx, row, ahead[0].at, f"{len(facts.events)}:{stamp(ahead[0].at)}")

    def _timer(self, tx: Transaction, row: Drill, at: datetime, what: str) -> None:
        row.timer_key = f"{TIMERS}:{row.id}:{what}"
        timetable.add(tx, None, [Planned(row.timer_key, TimerKind.DRILL, at, {"drill": row.id})])

    def _forget_timer(self, tx: Transaction, row: Drill) -> None:
        if row.timer_key is not None:
            tx.session.execute(delete(Timer).where(Timer.key == row.timer_key, Timer.fired_at.is_(None)))

    def _redraw(self, tx: Transaction, row: Drill) -> None:
        key = f"drill:{row.id}:card"
        effect = NewEffect(EffectKind.DRILL_CARD, {"drill": row.id}, lane=_lane(row.id), coalesce=key)
        outbox.put_all(tx, None, effect)

    def _mine(self, tx: Transaction, number: int, by: str) -> Drill:
        self.people.must_be_ours(tx, by)
        row = locked(tx, number)
        if row is None:
            raise NotFound("This drill isn't there any more.")
        if row.person != by:
            raise NotFound("This is someone else's drill. Start your own with the command `drill`.")
        return row


def _must_fit(facts: DrillFacts, step: DrillStep) -> None:
    """Raise NotFound if a step doesn't fit the drill's status."""
    if facts.ended_at is not None:
        raise NotFound("This drill is over.")
    if facts.status not in _STATUS_OF.get(step, ()):
        raise NotFound(f"That's done: it's {facts.status.value}.")


def _lane(number: int) -> str:
    return f"drill:{number}"
