"""Messages on their way while an escalation becomes confidential are redacted when they have arrived."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import select

from bot import settings
from bot.app import build_services
from bot.models.external_message import ExternalMessage
from bot.models.work import Effect, EffectKind, EffectState
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import OwnChannel, Posted
from bot.services.bundle import Services
from bot.services.categories.categories import CategoryChange
from bot.services.confidential.redaction import PostedMessage
from bot.services.declaring.declaration import Declaration
from tests.support.members import meet

# By then the other has got as far as it can while the first has not committed.
_BLOCKED_SECONDS = 0.5
FEED = Posted("C01FEED", "1772809200.000100")


@pytest.fixture
def services(database_url: str) -> Iterator[Services]:
    built = build_services(settings.load(database_url=database_url))
    meet(built.database)
    yield built
    built.core.close()


def _declare(services: Services) -> EscalationFacts:
    """Declare an escalation, with a channel and its card."""
    declaration = Declaration(account_id=None, new_account="Acme", summary="All is down", level="sev3")
    number = services.declarations.declare(declaration, by="U01NOOR", request="V1").number
    with services.database.transaction() as tx:
        services.channels.opened(tx, number, OwnChannel("C01OWN", "esc-acme"))
        drawn = services.records.within(tx, number).facts
        services.channels.card_posted(tx, number, Posted("C01OWN", "1772809200.000001"), drawn)
    return services.escalations.one(number, viewer="U01NOOR")[0]


def _settle_line(services: Services, drawn_from: EscalationFacts) -> None:
    """Settle a line of the feed, which was drawn when the escalation was as it says."""
    with services.database.transaction() as tx:
        effect = Effect(escalation_id=drawn_from.number, kind=EffectKind.FEED, payload={"what": "declared"})
        services.external_messages.note(tx, effect, drawn_from, [PostedMessage(FEED)])


def _redacted(services: Services) -> list[Posted]:
    """Return where words are about to be taken back, the card aside."""
    with services.database.transaction() as tx:
        queued = select(Effect.payload).where(Effect.kind == EffectKind.REDACT, Effect.state == EffectState.READY)
        rows = [tx.session.get_one(ExternalMessage, found["said"]) for found in tx.session.scalars(queued)]
        return [Posted(row.channel, row.ts) for row in rows if row.kind is not EffectKind.CARD]


def test_what_was_drawn_before_and_arrives_after_is_taken_back(services: Services) -> None:
    facts = _declare(services)
    services.categories.change(facts.number, CategoryChange(None, confidential=True), by="U01NOOR")
    assert _redacted(services) == []
    _settle_line(services, facts)
    assert _redacted(services) == [FEED]


def test_what_arrives_at_the_same_moment_is_taken_back_too(services: Services) -> None:
    facts = _declare(services)
    with ThreadPoolExecutor(1) as threads:
        with services.records.changing(facts.number, by="U01NOOR") as change:
            change.row.is_private = True
            settled = threads.submit(_settle_line, services, facts)
            wait((settled,), timeout=_BLOCKED_SECONDS)
        settled.result()
    assert _redacted(services) == [FEED]


def test_what_is_not_confidential_stays_as_it_was_said(services: Services) -> None:
    facts = _declare(services)
    _settle_line(services, facts)
    assert _redacted(services) == []
    services.categories.change(facts.number, CategoryChange(None), by="U01NOOR")
    assert _redacted(services) == []
