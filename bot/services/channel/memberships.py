"""Members of an escalation's channel by Slack's own means: who joins or leaves by hand."""

from dataclasses import dataclass

from bot.database import outbox, queries, timeline
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.models.people import Participant
from bot.models.work import EffectKind
from bot.policy.members import MemberType
from bot.policy.record.channel import InviteState
from bot.policy.record.notices.channel import OutsiderJoinedNotice
from bot.services.channel.channel_troubles import tell_owners

_LEFT = "left it, or was put out of it"


@dataclass(frozen=True)
class Memberships:
    """Follow who is in the channels. Repeated or late events are harmless: Slack is asked for the present state."""

    records: Records

    def changed(self, channel: str, person: str, *, by: str | None) -> None:
        """Queue a check whether somebody is in a channel, if it is an escalation's.

        `by` is who added them, if somebody did.
        """
        with self.records.database.transaction() as tx:
            number = queries.of_channel(tx.session, channel)
            if number is not None:
                payload = {"channel": channel, "person": person, "by": by}
                lane = f"ESC-{number}:member-{person}"
                outbox.put_all(tx, number, NewEffect(EffectKind.MEMBERSHIP, payload, lane=lane))

    def joined(
        self,
        tx: Transaction,
        number: int,
        channel: str,
        person: str,
        *,
        by: str | None,
        kind: MemberType = MemberType.MEMBER,
    ) -> None:
        """Record that somebody is in the channel: they are a participant now.

        The owners are told once of a guest, or of a person of another workspace.
        """
        change = self.records.within(tx, number)
        row, known = change.row, {one.person: one for one in change.row.participants}
        participant = known.get(person)
        if row.channel_id != channel or (participant and participant.state is InviteState.INVITED):
            return
        if participant is None:
            row.participants.append(Participant(person=person, state=InviteState.INVITED))
        else:
            participant.state, participant.reason = InviteState.INVITED, None
        change.do(NewEffect(EffectKind.CATCH_UP, {"channel": channel, "person": person}), in_channel=True)
        change.record("joined the channel", by=by or person, after={"person": person})
        if kind is not MemberType.MEMBER and person not in row.outsiders:
            row.outsiders = [*row.outsiders, person]
            change.record("outsider in the channel", by=by or person, after={"person": person, "kind": kind})
            is_guest = kind is not MemberType.OUTSIDER
            tell_owners(change, OutsiderJoinedNotice(person=person, is_guest=is_guest, by=by))
        change.finish()

    def left(self, tx: Transaction, number: int, channel: str, person: str) -> None:
        """Record that somebody left the channel; if they hold a role, the card says so."""
        change = self.records.within(tx, number)
        row, known = change.row, {one.person: one for one in change.row.participants}
        participant = known.get(person)
        if row.channel_id != channel or participant is None or participant.state is not InviteState.INVITED:
            return
        if person in {slot.person for slot in row.slots}:
            participant.state, participant.reason = InviteState.FAILED, _LEFT
        else:
            row.participants.remove(participant)
            tx.session.delete(participant)
        # Slack doesn't say who removed them.
        change.record("left the channel", by=timeline.ITSELF, before={"person": person})
        change.finish()
