"""Pagination of long results with opaque cursors."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sandbox import ids
from sandbox.api.call import Call
from sandbox.errors import SlackError

T = TypeVar("T")
Json = dict[str, Any]


def limit(call: Call, default: int, most: int, error: str = "invalid_limit") -> int:
    """Return the page size; missing and zero mean the default."""
    wanted = int(call.args.get("limit") or default)
    if not 1 <= wanted <= most:
        raise SlackError(error) if call.method.may_answer(error) else SlackError("invalid_arguments")
    return wanted


def position(call: Call) -> str | None:
    """Return where the previous page ended, or None on the first."""
    cursor = call.text("cursor")
    if not cursor:
        return None
    try:
        return ids.position(cursor)
    except ValueError as error:
        raise SlackError("invalid_cursor") from error


def page(call: Call, items: Sequence[T], key: Callable[[T], str], *, default: int, most: int) -> tuple[list[T], Json]:
    """Return one page of `items` and the `response_metadata` with the cursor of the next.

    A cursor names the last item returned; it becomes invalid when that item is gone.
    """
    start = 0
    if (after := position(call)) is not None:
        start = next((number for number, item in enumerate(items, start=1) if key(item) == after), -1)
        if start < 0:
            raise SlackError("invalid_cursor")
    end = start + limit(call, default, most)
    chosen = list(items[start:end])
    cursor = ids.cursor(key(chosen[-1])) if chosen and end < len(items) else ""
    return chosen, {"next_cursor": cursor}


def numbered(call: Call, items: Sequence[T], default: int = 100) -> tuple[list[T], Json]:
    """Return one page by `page` and `count`, for older methods, and its `paging`."""
    count = max(1, int(call.args.get("count") or default))
    number = max(1, int(call.args.get("page") or 1))
    pages = max(1, -(-len(items) // count))
    chosen = list(items[(number - 1) * count : number * count])
    return chosen, {"count": count, "total": len(items), "page": number, "pages": pages}
