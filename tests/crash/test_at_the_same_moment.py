"""Several people, or several processes, at the same moment."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from bot import settings
from bot.app import build_services
from bot.services.declarations import Declaration

T = TypeVar("T")


def together(*work: Callable[[], T]) -> Sequence[T]:
    """Do several things at the same moment, and return what came of each."""
    start = threading.Barrier(len(work))

    def begin(each: Callable[[], T]) -> T:
        start.wait()
        return each()

    with ThreadPoolExecutor(len(work)) as threads:
        return [future.result() for future in [threads.submit(begin, each) for each in work]]


def test_the_first_declarations_of_all_may_come_at_the_same_moment(database_url: str) -> None:
    services = [build_services(settings.load(database_url=database_url)) for _ in range(4)]

    def declare(number: int) -> str:
        declaration = Declaration(account_id=None, new_account="Acme", summary="All is down", level="sev1")
        return services[number].declarations.declare(declaration, by="U01NOOR", request=f"V{number}", view_id=None).key

    keys = together(*(lambda number=number: declare(number) for number in range(4)))
    for service in services:
        service.core.close()
    assert len(set(keys)) == 4


def test_one_form_that_is_sent_twice_at_the_same_moment_declares_once(database_url: str) -> None:
    services = [build_services(settings.load(database_url=database_url)) for _ in range(2)]

    def declare(number: int) -> str:
        declaration = Declaration(account_id=None, new_account="Acme", summary="All is down", level="sev1")
        return services[number].declarations.declare(declaration, by="U01NOOR", request="V1", view_id=None).key

    keys = together(*(lambda number=number: declare(number) for number in range(2)))
    for service in services:
        service.core.close()
    assert keys[0] == keys[1]
