"""Change an escalation's category after its declaration, or make it confidential.

The category can raise the level and never lower it; what is confidential never becomes public again
(docs/policy.md#confidential, docs/policy.md#made-confidential-later).
"""

from dataclasses import dataclass

from bot.database import outbox
from bot.database.change import Change
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.errors import FormError
from bot.models.clocks import ClockKind
from bot.models.work import EffectKind
from bot.policy import names
from bot.policy.decide.evaluation import Decision
from bot.policy.decide.handling import handling
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.record.announcements.categories import Categorised
from bot.policy.record.channel import InviteState, OpeningProblem
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.feed_lines import LevelChangedLine
from bot.policy.schema import Visibility
from bot.services.accounts.accounts import Accounts
from bot.services.confidential.redaction import redact_all, redact_old_card
from bot.services.incidents.incident_suggestions import suggest_incident
from bot.services.incidents.incidents import redraw_incident
from bot.services.levels import levels
from bot.services.patterns import churn_risk
from bot.services.patterns.case_reviews import redraw_case_reviews
from bot.services.programmes.rollup import redraw_issues
from bot.services.teams import teams
from bot.services.verification.verifications import ask_for_check


@dataclass(frozen=True, slots=True)
class CategoryChange:
    """The new category of an escalation, its ticked triggers, and whether it is confidential."""

    category: str | None
    triggers: tuple[str, ...] = ()
    confidential: bool = False


@dataclass(frozen=True)
class Categories:
    """Change the category of escalations."""

    records: Records

    def change(self, number: int, about: CategoryChange, *, by: str) -> EscalationFacts:
        """Apply a category with its level, team and visibility. Raises Refused, and FormError for invalid input."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.CATEGORISE))
            row, before = change.row, change.row.category
            copied = _copied(change)
            if about.category not in {None, *(category.key for category in change.policy.categories)}:
                raise FormError("category", "The policy this was declared under has no such category.")
            row.chosen_category, row.triggers = about.category, list(about.triggers)
            decision = levels.decide(change)
            row.category = decision.category
            # This goes first: everything posted from here on, in the feed and elsewhere, depends on it.
            if (about.confidential or decision.visibility is Visibility.PRIVATE) and not row.is_private:
                _make_confidential(change)
            level = _raise(change, decision)
            row.preserves_evidence = row.preserves_evidence or decision.preserve_evidence
            change.record(
                "categorised", by=by, before={"category": before}, after={"category": row.category, "level": row.level}
            )
            change.announce(Categorised(by=by, before=level, after=row.level, category=row.category))
            if row.category is not None and row.category != before:
                _add_team(change, decision)
                suggest_incident(change)
            elif decision.team is not None and decision.team != row.team:
                _add_team(change, decision)  # a trigger was ticked without which it isn't asked
            else:
                _add_for_triggers(change, decision, copied)
            churn_risk.note_churn_triggers(change, by=by)
            return change.facts


def _raise(change: Change, decision: Decision) -> str:
    """Move to a heavier level, and return the one before. A lighter one must be requested."""
    before = change.row.level
    if change.policy.rank(decision.level) < change.policy.rank(before):
        levels.move(change, decision)
        change.tell_feed(LevelChangedLine(by=change.row.declared_by, before=before, after=decision.level))
    return before


def _add_team(change: Change, decision: Decision) -> None:
    """Ask the category's team, whose clock starts when it is reached; ask for an identity check if one is needed."""
    row = change.row
    if decision.team != row.team:
        teams.change_team(change, decision.team)
        levels.retarget(change, ClockKind.TEAM, decision.team_response)
    teams.ask(change, [*([decision.team] if decision.team else []), *decision.copies], decision.alert)
    if decision.verification is not None:
        ask_for_check(change, decision.verification)


def _copied(change: Change) -> tuple[str, ...]:
    return handling(change.policy, change.row.issue()).copies


def _add_for_triggers(change: Change, decision: Decision, copied: tuple[str, ...]) -> None:
    """Add the people that newly ticked triggers ask for, and ask for an identity check if these need one."""
    fresh = [team for team in decision.copies if team not in copied]
    if fresh:
        teams.ask(change, fresh, ())
    if decision.verification is not None:
        ask_for_check(change, decision.verification)


def _make_confidential(change: Change) -> None:
    """Move to a private channel named by number, with role holders and declarer; archive the old channel."""
    row = change.row
    old, card, is_there = row.channel_id, row.card_ts, change.facts.has_channel
    if old is None or (card is None and OpeningProblem.CARD not in row.problems):
        raise FormError("confidential", "Its channel is being created. Try again in a moment.")
    row.is_private = True
    Accounts.name_in_confidence(change.tx, row.account_id)
    own = {row.declared_by, *(slot.person for slot in row.slots)}
    for participant in [person for person in row.participants if person.person not in own]:
        row.participants.remove(participant)
        change.tx.session.delete(participant)
    for participant in row.participants:
        participant.state, participant.reason = InviteState.PENDING, None
    row.previous_channel_id, row.channel_id, row.card_ts, row.problems = old, None, None, {}
    row.channel_name = names.confidential_name(row.id)
    if is_there:
        left = redact_old_card(change, old, card) if card else None
        outbox.put(change.tx, row.id, NewEffect(EffectKind.ARCHIVE, {"channel": old}), after=left)
    row.channel_archived_at = row.previous_trouble = row.channel_trouble = row.channel_turned = None
    change.open_channel()
    change.record("made confidential", before={"channel": old})
    redact_all(change)
    redraw_incident(change)
    redraw_case_reviews(change)
    redraw_issues(change)
