"""The burst queue: a few declare directly, many are stored in one transaction, and no failure affects another form."""

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
from bot.services.declaring.declaration import Declaration
from tests.support.members import meet


@dataclass
class Desk:
    """A database, and how often something was committed to it."""

    services: Services
    commits: list[None] = field(default_factory=list)

    def submit(self, *sent: QueuedDeclaration) -> Sequence[EscalationFacts | BaseException | None]:
        """Send people's forms at the same moment; return what each is answered."""
        queue = BurstQueue(self.services.core, self.services.declarations)

        async def all_at_once() -> Sequence[EscalationFacts | BaseException | None]:
            return await asyncio.gather(*(queue.submit(each) for each in sent), return_exceptions=True)

        self.commits.clear()
        return asyncio.run(all_at_once())

    def stored(self) -> Sequence[str]:
        """Return the forms whose declarations are stored, by their number."""
        with self.services.database.transaction() as tx:
            rows = tx.session.scalars(select(Effect.payload).where(Effect.kind == EffectKind.DECLARE))
            stored = [QueuedDeclaration.of(payload).view_id for payload in rows]
        return sorted(stored, key=lambda view_id: int(view_id.removeprefix("V")))


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    services = build_services(settings.load(database_url=database_url))
    meet(services.database)
    found = Desk(services)
    event.listen(services.database.engine, "commit", lambda _connection: found.commits.append(None))
    yield found
    services.core.close()


def sent(number: int, summary: str = "Exports are down") -> QueuedDeclaration:
    """Return what somebody sends."""
    declaration = Declaration(account_id=None, new_account="Acme", summary=summary, level="sev3")
    return QueuedDeclaration(declaration=declaration, by="U01NOOR", view_id=f"V{number}")


def test_one_person_alone_declares_directly(desk: Desk) -> None:
    (answer,) = desk.submit(sent(1))
    assert isinstance(answer, EscalationFacts)
    assert desk.stored() == []


def test_declarations_of_the_same_moment_are_stored_in_one_transaction(desk: Desk) -> None:
    answers = desk.submit(*(sent(number) for number in range(40)))
    assert answers == [None] * 40
    assert len(desk.commits) == 1
    assert desk.stored() == [f"V{number}" for number in range(40)]


def test_a_form_that_is_submitted_twice_in_a_burst_is_stored_once(desk: Desk) -> None:
    desk.submit(*(sent(number // 2) for number in range(8)))
    assert desk.stored() == ["V0", "V1", "V2", "V3"]


def test_only_the_person_whose_declaration_cannot_be_stored_gets_the_error(desk: Desk) -> None:
    unwritable = QueuedDeclaration(declaration=sent(2).declaration, by=object(), view_id="V2")  # type: ignore[arg-type] # on purpose
    answers = desk.submit(sent(0), sent(1), unwritable, sent(3))
    assert [answer is None for answer in answers] == [True, True, False, True]
    assert isinstance(answers[2], Exception)
    assert desk.stored() == ["V0", "V1", "V3"]


@given(st.builds(Declaration, **{name: st.from_type(hint) for name, hint in get_type_hints(Declaration).items()}))
def test_a_declaration_is_read_as_it_was_stored(declaration: Declaration) -> None:
    written = QueuedDeclaration(declaration=declaration, by="U01NOOR", view_id="V1")
    assert QueuedDeclaration.of(json.loads(json.dumps(written.payload))) == written
