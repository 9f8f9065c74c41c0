"""Consents to closure besides the customer's: by stakeholders and success criteria (docs/policy.md#x16)."""

from collections.abc import Mapping

from sqlalchemy import select

from bot.database.change import Change
from bot.models.programme import ConsentGiven
from bot.policy.model.programmes import Consent
from bot.policy.record.announcements.programmes import Agreed, ConsentWaived


def on_record(change: Change) -> frozenset[Consent]:
    """Return the consents that are given or waived; they are read only if the kind requires any."""
    if set(change.policy.kind(change.row.kind).consents) <= {Consent.CUSTOMER}:
        return frozenset()
    mine = select(ConsentGiven.consent).where(ConsentGiven.escalation_id == change.row.id)
    return frozenset(change.tx.session.scalars(mine))


def give(change: Change, given: Mapping[Consent, str], *, by: str) -> None:
    """Store consents, each with who agreed and how; empty ones are skipped."""
    said = {consent: how for consent, how in given.items() if how}
    for consent, how in said.items():
        _write(change, consent, how, by=by, waived=False)
    if said:
        told = {consent.value: how for consent, how in said.items()}
        change.record("agreed", by=by, after=told)
        change.announce(Agreed(by=by, given=said))


def waive(change: Change, consent: Consent, *, by: str, reason: str) -> None:
    """Waive a consent. The caller checks permission."""
    _write(change, consent, reason, by=by, waived=True)
    change.record("consent waived", by=by, after={"consent": consent.value}, reason=reason)
    change.announce(ConsentWaived(by=by, consent=consent, reason=reason))


def _write(change: Change, consent: Consent, how: str, *, by: str, waived: bool) -> None:
    now = change.tx.now
    change.tx.session.merge(
        ConsentGiven(escalation_id=change.row.id, consent=consent, how=how, waived=waived, by=by, at=now)
    )
    change.tx.session.flush()
