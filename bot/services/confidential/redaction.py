"""Messages about escalations outside their own channels, and their redaction once one becomes confidential.

Every such message is recorded in the transaction that settles its effect. One in flight at the moment of the change is
recorded after it, and redacted then: recording waits until the transaction that changes the escalation has ended.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select

from bot.database import outbox, queries
from bot.database.change import Change
from bot.database.homes import HOME, home_of
from bot.database.outbox import NewEffect
from bot.database.records import Records
from bot.database.transaction import Transaction
from bot.errors import NotFound, UnreadableRecord
from bot.models import reading
from bot.models.escalation import Escalation
from bot.models.external_message import ExternalMessage
from bot.models.incident import Incident
from bot.models.work import Effect, EffectKind, EffectState
from bot.policy.decide.incidents import incident_key
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Posted
from bot.services.incidents.incidents import told_of

Payload = Mapping[str, Any]
_REDRAWN_FROM_PAYLOAD = (EffectKind.ANNOUNCEMENT, EffectKind.DIRECT)


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """The place of a message, its reader if it is a direct message (by Slack id), and the payload it was drawn from.

    The payload's `names` are the other escalations it mentions; with an `incident` it shows that one's title.
    """

    at: Posted
    to: str | None = None
    about: Payload = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Redraw:
    """A message to redraw: its kind, its reader, and what it is drawn from.

    `facts` and `policy` are those of the escalation that posted it; None for a list of several. If `is_withheld`, the
    reader may no longer see that escalation; otherwise the payload leaves out what it may not name.
    """

    at: Posted
    to: str | None
    kind: EffectKind
    payload: Payload
    facts: EscalationFacts | None
    policy: Policy | None
    is_withheld: bool


@dataclass(frozen=True)
class ExternalMessages:
    """Record messages posted outside, and decide who may still read them."""

    records: Records

    def present(self, payload: Payload) -> Payload:
        """Return the payload to show now: without what it may not name, incidents by their present title."""
        with self.records.database.transaction() as tx:
            return self._present(tx, payload)

    def may_see(self, number: int, person: str) -> bool:
        """Return True if somebody may see an escalation now."""
        with self.records.database.transaction() as tx:
            row = queries.escalation(tx.session, number)
            return row is not None and self._may_see(tx, row, person)

    def is_withheld(self, number: int, at: Posted) -> bool:
        """Return True unless the reader of a direct message is known and may see the escalation."""
        with self.records.database.transaction() as tx:
            mine = (
                ExternalMessage.escalation_id == number,
                ExternalMessage.channel == at.channel,
                ExternalMessage.ts == at.ts,
            )
            reader = tx.session.scalars(select(ExternalMessage.person).where(*mine)).first()
            row = queries.escalation(tx.session, number)
            return row is None or reader is None or not self._may_see(tx, row, reader)

    def note(
        self, tx: Transaction, effect: Effect, facts: EscalationFacts | None, said: Iterable[PostedMessage]
    ) -> None:
        """Record the messages an effect posted outside; `facts` are those it was drawn from."""
        for one in said:
            self._note(tx, effect, facts, one)

    def redraw(self, said: int) -> Redraw | None:
        """Return how a message must be redrawn now; None if it may stay as it is.

        Raises UnreadableRecord if what was stored of it can't be read.
        """
        with self.records.database.transaction() as tx:
            row = tx.session.get(ExternalMessage, said)
            if row is None:
                return None
            if wrong := reading.problem(row):
                raise UnreadableRecord(reading.named(row), wrong)
            wanted = [number for number in (row.host_id, row.escalation_id) if number is not None]
            found = queries.escalations(tx.session, wanted)
            host, subject = found.get(row.host_id or 0), found.get(row.escalation_id or 0)
            withheld = any(self._is_withheld(tx, one, row) for one in (host or subject,) if one is not None)
            is_redrawn = row.kind in _REDRAWN_FROM_PAYLOAD and (row.payload.get("names") or "incident" in row.payload)
            if not withheld and not is_redrawn:
                return None
            facts, policy = self.records.policies.read(host) if host else (None, None)
            return Redraw(
                at=Posted(row.channel, row.ts),
                to=row.person,
                kind=row.kind,
                payload=self._present(tx, row.payload),
                facts=facts,
                policy=policy,
                is_withheld=withheld,
            )

    def _note(self, tx: Transaction, effect: Effect, facts: EscalationFacts | None, one: PostedMessage) -> None:
        incident = one.about.get("incident")
        numbers = {*one.about.get("names", ()), *([facts.number] if facts else [])}
        concerned = or_(Escalation.id.in_(numbers), Escalation.incident_id == incident) if incident else None
        # Making an escalation confidential locks it: either that transaction sees this record, or this one sees its
        # result.
        locked = (
            select(Escalation.id, Escalation.is_private, Escalation.channel_id)
            .where(concerned if concerned is not None else Escalation.id.in_(numbers))
            .order_by(Escalation.id)
            .with_for_update(read=True)
        )
        now = {row.id: row for row in tx.session.execute(locked)}
        subjects = {number for number in numbers if number in now}
        if facts is not None and _needs_no_record(facts, one, now[facts.number].channel_id):
            subjects.discard(facts.number)
        drawn_as_confidential = facts.number if facts is not None and facts.is_private else None
        for number in sorted(subjects):
            row = self._row(tx, effect, one, escalation=number)
            if now[number].is_private and number != drawn_as_confidential:
                put(tx, row)
        if incident is not None:
            row = self._row(tx, effect, one, incident=incident)
            if self._present(tx, one.about)["title"] != one.about["title"]:
                put(tx, row)

    def _row(
        self,
        tx: Transaction,
        effect: Effect,
        said: PostedMessage,
        *,
        escalation: int | None = None,
        incident: int | None = None,
    ) -> ExternalMessage:
        """Return the record of a message, updated; an edited message keeps its reader."""
        here = (ExternalMessage.channel == said.at.channel, ExternalMessage.ts == said.at.ts)
        mine = (ExternalMessage.escalation_id == escalation, ExternalMessage.incident_id == incident)
        row = tx.session.scalars(select(ExternalMessage).where(*here, *mine)).first()
        if row is None:
            row = ExternalMessage(
                escalation_id=escalation, incident_id=incident, channel=said.at.channel, ts=said.at.ts
            )
            tx.session.add(row)
        row.person = said.to or row.person
        row.host_id, row.kind, row.payload = effect.escalation_id, effect.kind, dict(said.about or effect.payload)
        tx.session.flush()
        return row

    def _present(self, tx: Transaction, payload: Payload) -> Payload:
        names = [*payload.get("names", ()), *payload.get("left_out", ())]
        private = select(Escalation.id).where(Escalation.id.in_(names), Escalation.is_private.is_(True))
        hidden = sorted(tx.session.scalars(private)) if names else []
        told = {**payload, "names": [number for number in names if number not in hidden], "left_out": hidden}
        if "incident" in payload:
            incident = tx.session.get(Incident, payload["incident"])
            if incident is None:
                raise NotFound(f"There is no {incident_key(payload['incident'])}.")
            told |= {name: words for name, words in told_of(tx, incident).items() if name in payload}
        return told

    def _is_withheld(self, tx: Transaction, row: Escalation, said: ExternalMessage) -> bool:
        if not row.is_private or said.channel == row.channel_id:
            return False
        return said.person is None or not self._may_see(tx, row, said.person)

    def _may_see(self, tx: Transaction, row: Escalation, person: str) -> bool:
        return self.records.people.may_see(tx, *self.records.policies.read(row), person)


def _needs_no_record(facts: EscalationFacts, said: PostedMessage, own_channel: str | None) -> bool:
    """Return True if a message is in the escalation's own channel, or was drawn for everybody to read."""
    return said.at.channel == own_channel or (facts.is_private and said.to is None)


def redact_all(change: Change) -> None:
    """Queue the redaction of everything posted outside about an escalation that has just become confidential."""
    rows = select(ExternalMessage).where(ExternalMessage.escalation_id == change.row.id).order_by(ExternalMessage.id)
    for row in change.tx.session.scalars(rows).all():
        put(change.tx, row)
    if change.row.incident_id is not None:
        named = (
            select(ExternalMessage)
            .where(ExternalMessage.incident_id == change.row.incident_id)
            .order_by(ExternalMessage.id)
        )
        for row in change.tx.session.scalars(named).all():
            put(change.tx, row)
    # Slack shows a Home tab as it was last drawn until it is redrawn.
    homes = select(Effect.lane).where(Effect.kind == EffectKind.HOME, Effect.state == EffectState.DONE)
    drawn = sorted({lane.removeprefix(HOME) for lane in change.tx.session.scalars(homes.distinct()) if lane})
    outbox.put_all(change.tx, None, *(home_of(person) for person in drawn))


def redact_old_card(change: Change, channel: str, ts: str) -> int:
    """Queue the redaction of the card in a channel that is left behind, after its pending effects.

    Return the effect.
    """
    row = ExternalMessage(
        escalation_id=change.row.id, channel=channel, ts=ts, host_id=change.row.id, kind=EffectKind.CARD, payload={}
    )
    change.tx.session.add(row)
    change.tx.session.flush()
    effect = NewEffect(EffectKind.REDACT, {"said": row.id}, lane=f"{change.row.key}:card")
    return outbox.put(change.tx, change.row.id, effect)


def put(tx: Transaction, row: ExternalMessage) -> None:
    """Queue the redraw of one message, after its pending effects."""
    lane = f"said-{row.channel}-{row.ts}"
    effect = NewEffect(EffectKind.REDACT, {"said": row.id}, lane=lane, coalesce=f"said-{row.id}")
    outbox.put_all(tx, row.escalation_id or row.host_id, effect)
