"""Several people, or several processes, at the same moment."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from bot import settings
from bot.app import build_services
from bot.services.declaring.declaration import Declaration
from tests.support.members import meet

T = TypeVar("T")
# By then the other has got as far as it can while the first has not committed.
_BLOCKED_SECONDS = 0.5


def together(*work: Callable[[], T]) -> Sequence[T]:
    """Run several functions at the same moment and return their results."""
    start = threading.Barrier(len(work))

    def begin(each: Callable[[], T]) -> T:
        start.wait()
        return each()

    with ThreadPoolExecutor(len(work)) as threads:
        return [future.result() for future in [threads.submit(begin, each) for each in work]]


def test_the_first_two_who_use_a_policy_write_it_down_once(database_url: str) -> None:
    first, second = (build_services(settings.load(database_url=database_url)) for _ in range(2))
    meet(first.database)
    declaration = Declaration(account_id=None, new_account="Acme", summary="All is down", level="sev1")
    with ThreadPoolExecutor(1) as threads:
        with first.database.transaction() as tx:
            written = first.policies.current_id(tx)
            declared = threads.submit(second.declarations.declare, declaration, by="U01NOOR", request="V1")
            wait((declared,), timeout=_BLOCKED_SECONDS)
        assert declared.result().key == "ESC-1"
    with second.database.transaction() as tx:
        assert second.policies.current_id(tx) == written
    first.core.close()
    second.core.close()


def test_one_form_that_is_sent_twice_at_the_same_moment_declares_once(database_url: str) -> None:
    services = [build_services(settings.load(database_url=database_url)) for _ in range(2)]
    meet(services[0].database)

    def declare(number: int) -> str:
        declaration = Declaration(account_id=None, new_account="Acme", summary="All is down", level="sev1")
        return services[number].declarations.declare(declaration, by="U01NOOR", request="V1").key

    keys = together(*(lambda number=number: declare(number) for number in range(2)))
    for service in services:
        service.core.close()
    assert keys[0] == keys[1]
