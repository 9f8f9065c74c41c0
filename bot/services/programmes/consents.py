"""Who has agreed to the end, beside the customer: the stakeholders, and that the success criteria are met (X16)."""

from collections.abc import Mapping

from sqlalchemy import select

from bot.database.change import Change
from bot.models.programme import ConsentGiven
from bot.policy.model.programmes import Consent


def on_record(change: Change) -> frozenset[Consent]:
    """Return the consents that are given or waived; they are read only where the kind asks for any."""
    if set(change.policy.kind(change.row.kind).consents) <= {Consent.CUSTOMER}:
        return frozenset()
    mine = select(ConsentGiven.consent).where(ConsentGiven.escalation_id == change.row.id)
    return frozenset(change.tx.session.scalars(mine))


def give(change: Change, given: Mapping[Consent, str], *, by: str) -> None:
    """Write down consents, each with who agreed and how; what is empty is left out."""
    said = {consent: how for consent, how in given.items() if how}
    for consent, how in said.items():
        _write(change, consent, how, by=by, waived=False)
    if said:
        told = {consent.value: how for consent, how in said.items()}
        change.record("agreed", by=by, after=told)
        change.announce("agreed", by=by, given=told)


def waive(change: Change, consent: Consent, *, by: str, reason: str) -> None:
    """Let a consent go; that whoever does it may is the caller's to make sure of."""
    _write(change, consent, reason, by=by, waived=True)
    change.record("consent waived", by=by, after={"consent": consent.value}, reason=reason)
    change.announce("consent waived", by=by, consent=consent.value, reason=reason)


def _write(change: Change, consent: Consent, how: str, *, by: str, waived: bool) -> None:
    now = change.tx.now
    change.tx.session.merge(
        ConsentGiven(escalation_id=change.row.id, consent=consent, how=how, waived=waived, by=by, at=now)
    )
    change.tx.session.flush()
