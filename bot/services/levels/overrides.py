"""Overrides of the level, posted with name and reason."""

from dataclasses import dataclass

from bot.database.change import Change
from bot.database.people import People
from bot.database.records import Records
from bot.policy.decide.lifecycle import Move, Obstacle, Refusal, Refused, refusals_by_guard, require
from bot.policy.record.announcements.levels import LevelChanged, OverrideLifted
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.feed_lines import LevelChangedLine
from bot.services.levels import levels


@dataclass(frozen=True)
class Overrides:
    """Set or lift a level by hand."""

    records: Records
    people: People

    def change_level(self, number: int, level: str, *, by: str, reason: str) -> EscalationFacts:
        """Override the level. Raises Refused if the person may not, and for the level it has already."""
        with self.records.changing(number, by=by) as change:
            who = self.people.identities(change.tx, by)
            require(refusals_by_guard(change.facts, Move.CHANGE_LEVEL, change.policy.guards.override, who))
            change_level(change, level, by=by, reason=reason)
            return change.facts

    def lift(self, number: int, *, by: str, reason: str) -> EscalationFacts:
        """Lift the override, so that the policy decides again. Raises Refused if the person may not."""
        with self.records.changing(number, by=by) as change:
            row = change.row
            who = self.people.identities(change.tx, by)
            require(refusals_by_guard(change.facts, Move.CHANGE_LEVEL, change.policy.guards.override, who))
            if row.override_level is None:
                raise Refused([Refusal(Obstacle.NO_OVERRIDE, Move.CHANGE_LEVEL, row.status)])
            before = row.level
            levels.lift(change)
            change.record("override lifted", by=by, before={"level": before}, after={"level": row.level}, reason=reason)
            change.announce(OverrideLifted(by=by, before=before, after=row.level, reason=reason))
            if row.level != before:
                change.tell_feed(LevelChangedLine(by=by, before=before, after=row.level))
            return change.facts


def change_level(change: Change, level: str, *, by: str, reason: str) -> None:
    """Override the level and announce it. The caller checks permission."""
    before = levels.overrule(change, level, by=by, reason=reason)
    change.announce(LevelChanged(by=by, before=before, after=level, reason=reason))
    change.tell_feed(LevelChangedLine(by=by, before=before, after=level))
