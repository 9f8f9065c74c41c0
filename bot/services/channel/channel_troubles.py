"""Trouble with an escalation's channel after somebody has changed it by hand.

A channel may be archived, deleted, renamed, shared with another company, made private or public; the bot may be
removed; the card may be deleted. Slack reports it by an event, or by its answer to our next call. Either way
Slack is asked for the present state, so repeated, late or missing events do no harm.

While a channel can't be posted in, its messages are held. They go out once it is back, or in its successor. The owners
are notified once; a person who acts learns that their message waits.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from bot.database import outbox, queries
from bot.database.change import Change
from bot.database.direct_messages import held_notice
from bot.database.outbox import NewEffect
from bot.database.people import is_slack_id
from bot.database.records import Records
from bot.database.timeline import ITSELF
from bot.database.transaction import Transaction
from bot.models.work import Effect, EffectKind
from bot.policy.decide.lifecycle import Move, refusals, require
from bot.policy.record.announcements.channel import ChannelBack, ChannelReplaced
from bot.policy.record.channel import ChannelChange, ChannelTrouble, OpeningProblem
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.notices.channel import (
    CardGoneNotice,
    ChannelExposedNotice,
    ChannelHiddenNotice,
    ChannelLostNotice,
    ChannelNotice,
    InviteMeNotice,
)
from bot.ports.workspace import ChannelState
from bot.services.confidential.redaction import redact_old_card

# How often a lost channel is checked, in case no event says that it is back.
LOOK_AGAIN = timedelta(minutes=5)
# If Slack refuses one call and then reports a healthy channel, wait this long before retrying.
_DISAGREED = timedelta(seconds=30)


@dataclass(frozen=True)
class ChannelTroubles:
    """Keep the recorded state of channels current; hold, move or release their messages."""

    records: Records

    def changed(self, channel: str, *, by: str | None) -> None:
        """Queue a check of a channel, if it is an escalation's. `by` is who changed it, if Slack says so."""
        with self.records.database.transaction() as tx:
            number = queries.of_channel(tx.session, channel)
            if number is not None:
                look(tx, number, channel, by=by)
            else:
                # It may be a team's channel, or the one for major incidents.
                outbox.retry_postponed(tx, EffectKind.TEAM, EffectKind.INCIDENT)

    def deleted(self, channel: str, ts: str) -> None:
        """Record that a message is gone, if it was a card."""
        with self.records.database.transaction() as tx:
            number = queries.of_channel(tx.session, channel)
            if number is not None:
                self.card_gone(tx, number, channel, ts)

    def hold(self, tx: Transaction, number: int, effect: Effect, channel: str) -> None:
        """Hold what Slack didn't accept in a channel, and queue a check of the channel."""
        change = self.records.within(tx, number)
        if change.row.channel_id == channel:
            outbox.hold(tx, effect.id, after=outbox.HELD)
            if change.row.channel_trouble is None:
                look(tx, number, channel, by=None)
        elif effect.kind in outbox.FITTINGS:
            outbox.drop(tx, effect.id)
        elif change.row.channel_id is None:
            outbox.hold(tx, effect.id, after=change.channel_effect_id)

    def found(self, tx: Transaction, number: int, channel: str, state: ChannelState | None, *, by: str | None) -> None:
        """Record the state of a channel; None means that Slack doesn't show it to us any more."""
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
            # An effect that was refused a moment ago may be retried.
            outbox.release_held(tx, number, not_before=tx.real_now + _DISAGREED)
        elif trouble is None:
            self._is_back(change)
        else:
            if before is None:
                self._is_lost(change, trouble, by)
            elif trouble is not before:
                change.record("channel lost", after={"channel": channel, "why": trouble}, by=by or ITSELF)
                if trouble is ChannelTrouble.REMOVED and by is not None:
                    change.notify(InviteMeNotice(), by)
            look(tx, number, channel, by=None, later=True)
            change.finish()

    def card_gone(self, tx: Transaction, number: int, channel: str, ts: str) -> None:
        """Record that the card is gone, and offer the owners to post it again."""
        change = self.records.within(tx, number)
        row = change.row
        if row.channel_id != channel or row.card_ts != ts:
            return
        row.card_ts, row.problems = None, {**row.problems, OpeningProblem.CARD: "it was deleted"}
        change.record("card deleted", before={"ts": ts})
        if change.facts.is_live:
            tell_owners(change, CardGoneNotice())

    def replace(self, number: int, *, by: str) -> EscalationFacts:
        """Open a new channel in place of one that is lost, or public although the escalation is confidential.

        Raises Refused and NotFound. Pressed twice, it opens one.
        """
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.UPDATE))
            row, trouble = change.row, change.row.channel_trouble
            is_exposed = row.is_private and row.channel_turned is ChannelChange.PUBLIC
            old, card, name = row.channel_id, row.card_ts, row.channel_name
            if old is None or (trouble is None and not is_exposed):
                return change.facts
            change.replace_channel()
            if trouble is None:
                left = redact_old_card(change, old, card) if card else None
                outbox.put(change.tx, row.id, NewEffect(EffectKind.ARCHIVE, {"channel": old}), after=left)
            change.invite(by)
            change.record("channel replaced", by=by, before={"channel": old, "why": trouble})
            change.announce(ChannelReplaced(by=by, name=name, channel=old, why=trouble))
            return change.facts

    def post_card(self, number: int, *, by: str) -> EscalationFacts:
        """Post a deleted card again. Raises Refused and NotFound. Pressed twice, it is posted once."""
        with self.records.changing(number, by=by) as change:
            require(refusals(change.facts, Move.UPDATE))
            if change.facts.has_channel and change.row.card_ts is None:
                key = f"{change.row.key}:card"
                card = outbox.put(change.tx, number, NewEffect(EffectKind.CARD, lane=key))
                # Its bookmark points at the deleted card.
                marked = NewEffect(EffectKind.BOOKMARK, {"which": "card", "again": True})
                outbox.put_all(change.tx, number, NewEffect(EffectKind.PIN), marked, after=card)
                change.record("card posted again", by=by)
            return change.facts

    def _found_at_rest(self, change: Change, trouble: ChannelTrouble | None) -> None:
        """Record that somebody archived the channel of a finished escalation; drop what was held for it."""
        if trouble is ChannelTrouble.SHARED:
            return  # nothing more is posted there
        if trouble is not None and change.row.channel_archived_at is None:
            change.row.channel_archived_at, change.row.channel_trouble = change.tx.now, None
            change.record("channel archived", after={"channel": change.row.channel_id, "why": trouble})
            outbox.drop_held(change.tx, change.row.id)
            change.finish()

    def _found_open_to(self, change: Change, state: ChannelState, by: str | None) -> None:
        """Record whom the channel is open to, and notify the owners if somebody changed that."""
        row = change.row
        turned = None
        if state.is_private is not row.is_private:
            turned = ChannelChange.PRIVATE if state.is_private else ChannelChange.PUBLIC
        if turned is row.channel_turned:
            return
        row.channel_turned = turned
        change.record("channel converted", by=by or ITSELF, after={"private": state.is_private})
        if turned is ChannelChange.PUBLIC:
            tell_owners(change, ChannelExposedNotice(by=by))
        elif turned is ChannelChange.PRIVATE:
            tell_owners(change, ChannelHiddenNotice(by=by))
        change.finish()

    def _is_lost(self, change: Change, trouble: ChannelTrouble, by: str | None) -> None:
        row = change.row
        change.record("channel lost", by=by or ITSELF, after={"channel": row.channel_id, "why": trouble})
        _redraw_pages(change)
        told = tell_owners(change, ChannelLostNotice(by=by))
        # Reminders and breaches must not wait: from here on they go to the owners directly.
        outbox.release_held(change.tx, row.id, kinds=(EffectKind.REMINDER, EffectKind.BREACH))
        for person in outbox.people_of_held(change.tx, row.id):
            if person not in told and is_slack_id(person):
                change.do(held_notice(row.key, person))

    def _is_back(self, change: Change) -> None:
        row = change.row
        change.record("channel back", after={"channel": row.channel_id})
        outbox.release_held(change.tx, row.id)
        change.announce(ChannelBack())
        _redraw_pages(change)
        change.finish()


def look(tx: Transaction, number: int, channel: str, *, by: str | None, later: bool = False) -> None:
    """Queue a check of a channel's state in Slack: now, or after a while."""
    key = f"ESC-{number}:whereabouts"
    effect = NewEffect(EffectKind.CHANNEL_CHECK, {"channel": channel, "by": by}, lane=key)
    if later:
        # An event triggers its own check at once; the later check is shared by all.
        kept = f"{key}:later"
        wait = tx.real_now + LOOK_AGAIN
        outbox.put_all(tx, number, NewEffect(EffectKind.CHANNEL_CHECK, effect.payload, coalesce=kept, not_before=wait))
    else:
        outbox.put_all(tx, number, effect)


def _redraw_pages(change: Change) -> None:
    """Redraw the pages that link to the channel."""
    for page in change.row.pages:
        if page.ended_at is None and page.message_ts:
            change.do(NewEffect(EffectKind.REFRESH_PAGE, {"page": page.id}, lane=f"page-{page.id}"))


def _trouble(state: ChannelState | None) -> ChannelTrouble | None:
    if state is None:
        return ChannelTrouble.DELETED
    if state.is_archived:
        return ChannelTrouble.ARCHIVED
    if not state.is_member:
        return ChannelTrouble.REMOVED
    return ChannelTrouble.SHARED if state.is_shared else None


def tell_owners(change: Change, notice: ChannelNotice) -> Iterable[str]:
    """Notify both owners directly, each once; return whom."""
    facts = change.facts
    owners = dict.fromkeys(facts.holder(role) or facts.declared_by for role in (FIX_OWNER, RELATIONSHIP_OWNER))
    for owner in owners:
        change.notify(notice, owner)
    return owners
