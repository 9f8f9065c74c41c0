"""How background work deals with failures: what another process got in the way of is done again, the rest is logged."""

from collections.abc import Callable
from typing import Final, TypeVar

import structlog
from sqlalchemy.exc import IntegrityError

from bot.database.transaction import is_away

T = TypeVar("T")

# How often work is done that another process gets in the way of.
_TRIES: Final = 5


def again_on_conflict(work: Callable[[], T]) -> T:
    """Do work in a transaction of its own, and again if another process inserted a row with the same unique key.

    Two transactions don't see each other's rows. After the error the other's is committed, and the work sees it.
    """
    for _ in range(_TRIES - 1):
        try:
            return work()
        except IntegrityError:
            continue
    return work()


def log_failure(event: str, error: Exception, **about: object) -> None:
    """Log that work failed and will be repeated: an error with its traceback.

    If the database didn't answer, or another process holds the row, nothing is wrong with the work: then it is a
    warning, and says what it led to.
    """
    log = structlog.get_logger().bind(**about)
    if is_away(error):
        log.warning("database did not answer", led_to=event, error=repr(error))
    else:
        log.error(event, exc_info=error)
