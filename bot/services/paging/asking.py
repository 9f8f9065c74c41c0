"""Escalating early: anybody brings in and pages the next person of the ladder, or somebody who knows more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.database import past_pages
from bot.database.change import Change
from bot.database.past_pages import NewestPages
from bot.database.records import Records
from bot.errors import FormError
from bot.policy.decide import ladder
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.model.rules import Policy
from bot.policy.model.slots import Rung
from bot.policy.record.announcements.paging import EscalatedNow
from bot.policy.record.escalation import EscalationFacts, Holder
from bot.services.paging import pages

RUNG = "rung"
# How many pages are listed; the timeline has all.
LISTED: Final = 20


@dataclass(frozen=True, slots=True)
class Askable:
    """Somebody who can be paged now: the rung, and who is on it."""

    rung: Rung
    person: str


@dataclass(frozen=True, slots=True)
class EarlyChoices:
    """Whom somebody may page early, the next person first, with their names by identity."""

    facts: EscalationFacts
    policy: Policy
    people: Sequence[Askable]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Paged:
    """The newest pages of an escalation, and how many there are."""

    facts: EscalationFacts
    policy: Policy
    newest: NewestPages


@dataclass(frozen=True)
class EarlyPages:
    """Page somebody early. Anybody who may see the escalation may do it: escalating early is no failure."""

    records: Records

    def choices(self, number: int, *, viewer: str) -> EarlyChoices:
        """Return whom `viewer` may page. Raises NotFound, and Refused once the escalation is finished."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=viewer)
            require(refusals(change.facts, Move.UPDATE))
            found = [Askable(rung, holder.person) for rung, holder in _askable(change, viewer)]
            names = self.records.people.names(tx, [one.person for one in found])
            return EarlyChoices(change.facts, change.policy, found, names)

    def paged(self, number: int, *, viewer: str) -> Paged:
        """Return who was paged lately. Raises NotFound."""
        with self.records.database.transaction() as tx:
            change = self.records.seen(tx, number, by=viewer)
            return Paged(change.facts, change.policy, past_pages.newest(tx.session, number, LISTED))

    def page(self, number: int, rung: str, *, note: str, by: str) -> EscalationFacts:
        """Bring in and page who is on a rung. Raises FormError if they can't be paged any more, and Refused."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.UPDATE))
            found = next(((one, holder) for one, holder in _askable(change, by) if one.key == rung), None)
            if found is None:
                raise FormError(RUNG, "They've been paged by now. Choose someone else.")
            step, holder = found
            if step.slot is not None:
                change.hold(step.slot, holder.person, holder.how)
            change.invite(holder.person)
            pages.ask_for(change, step, holder, by=by)
            after = {"person": holder.person, "role": holder.role}
            change.record("escalated early", by=by, after=after, reason=note or None)
            change.announce(EscalatedNow(by=by, person=holder.person, title=step.title, note=note))
            return change.facts


def _askable(change: Change, by: str) -> list[tuple[Rung, Holder]]:
    """Return the rungs somebody may page, the next one first, those paged for their knowledge last.

    The next is above the person who is paged or was asked for. The fix owner and the person who asks are left out.
    """
    facts, policy = change.facts, change.policy
    live = [page for page in facts.pages if not page.ended]
    reached = [page.rung or ladder.rung_of(policy, page.role) for page in live]
    above = [step.rung for step in ladder.above(policy, facts.level, reached)]
    lower = [rung for rung in policy.ladder if rung.in_turn and rung not in above]
    out = {by, facts.holder("fix_owner"), *(page.person for page in live)}
    found: list[tuple[Rung, Holder]] = []
    for rung in (*above, *lower, *(rung for rung in policy.ladder if not rung.in_turn)):
        holder = pages.found_on(change, rung)
        if holder is not None and holder.person not in out:
            out.add(holder.person)
            found.append((rung, holder))
    return found
