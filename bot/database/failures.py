"""How the failure of background work is logged."""

import structlog

from bot.database.transaction import is_away


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
