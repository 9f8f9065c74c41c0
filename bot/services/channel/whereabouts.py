"""Where an escalation is talked about, when hands other than ours have changed that.

A channel may be archived, deleted, renamed, or made private or public; the bot may be removed from it; the card may be
deleted. Slack tells of it by an event, or by its answer to our next call. Either way Slack is asked how things stand,
so that what is told twice, late or not at all does no harm.

While nothing can be posted in a channel, what was meant for it waits. It goes out when the channel is back, or in the
next one. The owners are told once; a person who acts is told that their words wait.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.database import outbox, queries
from bot.database.change import Change, Records, kept_for_later
from bot.database.outbox import NewEffect
from bot.database.people import is_slack_id
from bot.database.timeline import ITSELF
from bot.database.transaction import Transaction
from bot.models.work import Effect, EffectKind
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.record.escalation import (
    FIX_OWNER,
    RELATIONSHIP_OWNER,
    ChannelTrouble,
    EscalationFacts,
    OpeningProblem,
    Turned,
)
from bot.ports.workspace import ChannelState
from bot.services.confidential.redaction import leave_card_behind

# How often a lost channel is looked at again, in case nobody tells us that it is back.
LOOK_AGAIN = timedelta(minutes=5)
# Slack says in one call that it cannot be, in the next that all is well: so long it is left alone.
_DISAGREED = timedelta(seconds=30)


@dataclass(frozen=True)
class Whereabouts:
    """Keeps what is known of the channels true, and the way to the people open."""

    records: Records

    def changed(self, channel: str, *, by: str | None) -> None:
        """Have a channel looked at, where it is an escalation's. `by` is whose hand it was, where Slack says so."""
        with self.records.database.transaction() as tx:
            number = queries.of_channel(tx.session, channel)
            if number is not None:
                look(tx, number, channel, by=by)
            else:
                # It may be a team's, or that of major incidents.
                outbox.try_again(tx, EffectKind.TEAM, EffectKind.INCIDENT)

    def deleted(self, channel: str, ts: str) -> None:
        """Note that a message is gone, where it was a card."""
        with self.records.database.transaction() as tx:
            number = queries.of_channel(tx.session, channel)
            if number is not None:
                self.card_gone(tx, number, channel, ts)

    def hold(self, tx: Transaction, number: int, effect: Effect, channel: str) -> None:
        """Keep what Slack would not take in a channel for later, and have the channel looked at."""
        change = self.records.within(tx, number)
        if change.row.channel_id == channel:
            outbox.hold(tx, effect.id, after=outbox.HELD)
            if change.row.channel_trouble is None:
                look(tx, number, channel, by=None)
        elif effect.kind in outbox.FITTINGS:
            outbox.drop(tx, effect.id)
        elif change.row.channel_id is None:
            outbox.hold(tx, effect.id, after=change.opening)

    def found(self, tx: Transaction, number: int, channel: str, state: ChannelState | None, *, by: str | None) -> None:
        """Take in how a channel stands; None is one that Slack does not show us any more."""
        change = self.records.within(tx, number)
        row, trouble = change.row, _trouble(state)
        if row.channel_id != channel:
            return
        if not change.facts.is_live:
            self._found_at_rest(change, trouble)
            return
        before = row.channel_trouble
        if state is not None and state.name != row.channel_name:
            change.record("channel renamed", before={"name": row.channel_name}, after={"name": state.name})
            row.channel_name = state.name
        if state is not None and trouble is None:
            self._found_open_to(change, state, by)
        row.channel_trouble = trouble
        if trouble is None and before is None:
            # An effect that was refused a moment ago may go again.
            outbox.free(tx, number, not_before=tx.real_now + _DISAGREED)
        elif trouble is None:
            self._is_back(change)
        else:
            if before is None:
                self._is_lost(change, trouble, by)
            elif trouble is not before:
                change.record("channel lost", after={"channel": channel, "why": trouble}, by=by or ITSELF)
                if trouble is ChannelTrouble.REMOVED and by is not None:
                    change.do(_told("invite me", by))
            look(tx, number, channel, by=None, later=True)
            change.finish()

    def card_gone(self, tx: Transaction, number: int, channel: str, ts: str) -> None:
        """Note that the card is gone, and offer the owners to post it again."""
        change = self.records.within(tx, number)
        row = change.row
        if row.channel_id != channel or row.card_ts != ts:
            return
        row.card_ts, row.problems = None, {**row.problems, OpeningProblem.CARD: "it was deleted"}
        change.record("card deleted", before={"ts": ts})
        if change.facts.is_live:
            _tell_owners(change, "card gone")

    def replace(self, number: int, *, by: str) -> EscalationFacts:
        """Open a new channel in place of one that is lost, or that is public though the escalation is confidential.

        Raises Refused and NotFound. Pressed twice, it opens one.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.UPDATE))
            row, trouble = change.row, change.row.channel_trouble
            is_exposed = row.is_private and row.channel_turned is Turned.PUBLIC
            old, card, name = row.channel_id, row.card_ts, row.channel_name
            if old is None or (trouble is None and not is_exposed):
                return change.facts
            change.replace_channel()
            if trouble is None:
                left = leave_card_behind(change, old, card) if card else None
                outbox.put(change.tx, row.id, NewEffect(EffectKind.ARCHIVE, {"channel": old}), after=left)
            change.invite(by)
            change.record("channel replaced", by=by, before={"channel": old, "why": trouble})
            change.announce("channel replaced", by=by, name=name, channel=old, why=trouble)
            return change.facts

    def post_card(self, number: int, *, by: str) -> EscalationFacts:
        """Post a deleted card again. Raises Refused and NotFound. Pressed twice, it is posted once."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.UPDATE))
            if change.facts.has_channel and change.row.card_ts is None:
                key = f"{change.row.key}:card"
                card = outbox.put(change.tx, number, NewEffect(EffectKind.CARD, lane=key))
                # Its bookmark leads to the one that was deleted.
                marked = NewEffect(EffectKind.BOOKMARK, {"which": "card", "again": True})
                outbox.put_all(change.tx, number, NewEffect(EffectKind.PIN), marked, after=card)
                change.record("card posted again", by=by)
            return change.facts

    def _found_at_rest(self, change: Change, trouble: ChannelTrouble | None) -> None:
        """Note that the channel of what is over has been archived for us; what waited for it has no reader."""
        if trouble is not None and change.row.channel_archived_at is None:
            change.row.channel_archived_at, change.row.channel_trouble = change.tx.now, None
            change.record("channel archived", after={"channel": change.row.channel_id, "why": trouble})
            outbox.drop_held(change.tx, change.row.id)
            change.finish()

    def _found_open_to(self, change: Change, state: ChannelState, by: str | None) -> None:
        """Note whom the channel is open to, and tell the owners when hands have changed that."""
        row = change.row
        turned = None
        if state.is_private is not row.is_private:
            turned = Turned.PRIVATE if state.is_private else Turned.PUBLIC
        if turned is row.channel_turned:
            return
        row.channel_turned = turned
        change.record("channel converted", by=by or ITSELF, after={"private": state.is_private})
        if turned is Turned.PUBLIC:
            _tell_owners(change, "channel exposed", by=by)
        elif turned is Turned.PRIVATE:
            _tell_owners(change, "channel hidden", by=by)
        change.finish()

    def _is_lost(self, change: Change, trouble: ChannelTrouble, by: str | None) -> None:
        row = change.row
        change.record("channel lost", by=by or ITSELF, after={"channel": row.channel_id, "why": trouble})
        _redraw_pages(change)
        told = _tell_owners(change, "channel lost", by=by)
        # Reminders and breaches are for now, not for later: from here on they go to the owners directly.
        outbox.free(change.tx, row.id, kinds=(EffectKind.REMINDER, EffectKind.BREACH))
        for person in outbox.authors_of_held(change.tx, row.id):
            if person not in told and is_slack_id(person):
                change.do(kept_for_later(row.key, person))

    def _is_back(self, change: Change) -> None:
        row = change.row
        change.record("channel back", after={"channel": row.channel_id})
        outbox.free(change.tx, row.id)
        change.announce("channel back")
        _redraw_pages(change)
        change.finish()


def look(tx: Transaction, number: int, channel: str, *, by: str | None, later: bool = False) -> None:
    """Have Slack asked how a channel stands: now, or after a while."""
    key = f"ESC-{number}:whereabouts"
    effect = NewEffect(EffectKind.WHEREABOUTS, {"channel": channel, "by": by}, lane=key)
    if later:
        # Whoever hears of the channel meanwhile asks at once; the look after a while is one for all of them.
        kept = f"{key}:later"
        wait = tx.real_now + LOOK_AGAIN
        outbox.put_all(tx, number, NewEffect(EffectKind.WHEREABOUTS, effect.payload, coalesce=kept, not_before=wait))
    else:
        outbox.put_all(tx, number, effect)


def _redraw_pages(change: Change) -> None:
    """Have the pages drawn anew that say where the channel is."""
    for page in change.row.pages:
        if page.ended_at is None and page.message_ts:
            change.do(NewEffect(EffectKind.REFRESH_PAGE, {"page": page.id}, lane=f"page-{page.id}"))


def _trouble(state: ChannelState | None) -> ChannelTrouble | None:
    if state is None:
        return ChannelTrouble.DELETED
    if state.is_archived:
        return ChannelTrouble.ARCHIVED
    return None if state.is_member else ChannelTrouble.REMOVED


def _tell_owners(change: Change, notice: str, *, by: str | None = None) -> Iterable[str]:
    """Tell both owners directly, each once; returns whom."""
    facts = change.facts
    owners = dict.fromkeys(facts.holder(role) or facts.declared_by for role in (FIX_OWNER, RELATIONSHIP_OWNER))
    for owner in owners:
        change.do(_told(notice, owner, by=by))
    return owners


def _told(notice: str, to: str, *, by: str | None = None) -> NewEffect:
    return NewEffect(EffectKind.DIRECT, {"notice": notice, "to": to, "by": by})
