"""Taking declarations: a few at a time on the spot, a crowd in one transaction, and nobody fails for another's sake."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select

from bot import settings
from bot.app import build_services
from bot.models.work import Effect, EffectKind
from bot.policy.record.escalation import EscalationFacts
from bot.services.bundle import Services
from bot.services.declaring.burst_queue import BurstQueue, QueuedDeclaration
from bot.services.declaring.declarations import Declaration
from tests.support.members import meet


@dataclass
class House:
    """A database, and how often something was committed to it."""

    services: Services
    commits: list[None] = field(default_factory=list)

    def take(self, *sent: QueuedDeclaration) -> Sequence[EscalationFacts | BaseException | None]:
        """Send people's forms at the same moment; return what each is answered."""
        crowd = BurstQueue(self.services.core, self.services.declarations)

        async def all_at_once() -> Sequence[EscalationFacts | BaseException | None]:
            return await asyncio.gather(*(crowd.take(each) for each in sent), return_exceptions=True)

        self.commits.clear()
        return asyncio.run(all_at_once())

    def written_down(self) -> Sequence[str]:
        """Return the forms that have been written down."""
        with self.services.database.transaction() as tx:
            rows = tx.session.scalars(select(Effect.payload).where(Effect.kind == EffectKind.DECLARE))
            return [QueuedDeclaration.of(payload).view_id for payload in rows]


@pytest.fixture
def service_settings(database_url: str) -> Iterator[House]:
    services = build_services(settings.load(database_url=database_url))
    meet(services.database)
    found = House(services)
    event.listen(services.database.engine, "commit", lambda _connection: found.commits.append(None))
    yield found
    services.core.close()


def sent(number: int, summary: str = "Exports are down") -> QueuedDeclaration:
    """Return what somebody sends."""
    declaration = Declaration(account_id=None, new_account="Acme", summary=summary, level="sev3")
    return QueuedDeclaration(declaration=declaration, by="U01NOOR", view_id=f"V{number}")


def test_one_who_is_alone_declares_on_the_spot(service_settings: House) -> None:
    (answer,) = service_settings.take(sent(1))
    assert isinstance(answer, EscalationFacts)
    assert service_settings.written_down() == []


def test_all_who_come_at_the_same_moment_are_written_down_in_one_transaction(service_settings: House) -> None:
    answers = service_settings.take(*(sent(number) for number in range(40)))
    assert answers == [None] * 40
    assert len(service_settings.commits) == 1
    assert service_settings.written_down() == [f"V{number}" for number in range(40)]


def test_a_form_that_is_sent_twice_in_a_crowd_is_written_down_once(service_settings: House) -> None:
    service_settings.take(*(sent(number // 2) for number in range(8)))
    assert service_settings.written_down() == ["V0", "V1", "V2", "V3"]


def test_what_the_database_will_not_take_is_told_to_whoever_sent_it_and_to_nobody_else(service_settings: House) -> None:
    unwritable = QueuedDeclaration(declaration=sent(2).declaration, by=object(), view_id="V2")  # type: ignore[arg-type] # on purpose
    answers = service_settings.take(sent(0), sent(1), unwritable, sent(3))
    assert [answer is None for answer in answers] == [True, True, False, True]
    assert isinstance(answers[2], Exception)
    assert service_settings.written_down() == ["V0", "V1", "V3"]


@given(st.builds(Declaration, **{name: st.from_type(hint) for name, hint in get_type_hints(Declaration).items()}))
def test_a_declaration_is_read_as_it_was_written(declaration: Declaration) -> None:
    written = QueuedDeclaration(declaration=declaration, by="U01NOOR", view_id="V1")
    assert QueuedDeclaration.of(json.loads(json.dumps(written.payload))) == written
