"""Pydantic's errors as sentences for the author of the file: where, what, and what would be right."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic_core import ErrorDetails

from bot.policy.file.documents import Document, Path, dotted
from bot.policy.model.rules import Policy
from bot.policy.schema import Mistake, Part
from bot.policy.time.durations import Duration

_Correction = tuple[str, str]  # what is wrong, what would be right

# So many valid words are listed at most.
_LISTED: Final = 40
# So many are looked through for one that was meant.
_COMPARED: Final = 2_000
_TEXT: Final = "write text"
_NUMBER: Final = "write a number"
_WHOLE: Final = "write a whole number"
_DATE: Final = "write a date such as 2025-01-31"
_BOOLEAN: Final = "write true or false"
_LIST: Final = "write a list: [one, two]"
_MAPPING: Final = "write keys and values below it"
_KEY: Final = "write a short key in small letters, digits, - and _, such as account_access"


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """Something wrong or unwise in a policy: where, what, and what would be right."""

    path: Path
    wrong: str
    right: str


def sentence(document: Document, problem: PolicyProblem) -> str:
    """Return one problem as "file, line N: field: what is wrong; what would be right"."""
    written = document.follow(problem.path)
    return _placed(document, written, dotted(written) or "policy", problem.wrong, problem.right)


def _placed(document: Document, written: Path, field: str, wrong: str, right: str) -> str:
    """Return the sentence with the writer's own line, and where the preset has the value if the file doesn't."""
    at, own = document.line(written), document.own_line(written, wrong)
    inherited = f" (written in {at})" if at.source != own.source else ""
    return f"{own}: {field}: {wrong}; {right}{inherited}"


def told(document: Document, error: ErrorDetails) -> str:
    """Return one of pydantic's errors as a sentence."""
    path, kind = error["loc"], error["type"]
    if kind == "extra_forbidden":
        return _unknown_key(document, path)
    if kind == "missing":
        parent = document.follow(path[:-1])
        field = dotted((*parent, path[-1]))
        return _placed(document, (*parent, path[-1]), field, "this is missing", _hint(_type_at(path)))
    wrong, right = _mistake(error) or _SAID.get(kind, _as_pydantic_says)(error)
    if kind == "tuple_type":
        right = _hint(_type_at(path))
    return sentence(document, PolicyProblem(path, wrong, right))


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the nearest valid word, else all of them."""
    words = sorted(known)
    # Comparing takes a second for fifty thousand words, and a file may be wrong in a thousand places.
    alike = words if len(words) <= _COMPARED else [one for one in words if one[:2] == word[:2]][:_COMPARED]
    near = difflib.get_close_matches(word, alike, n=1) or [longer for longer in words if word in longer]
    if len(near) == 1:
        return f"did you mean {near[0]}?"
    more = f", or another of {len(words)}" if len(words) > _LISTED else ""
    return f"write one of {', '.join(words[:_LISTED])}{more}" if words else "there is none yet"


def _mistake(error: ErrorDetails) -> _Correction | None:
    cause = error.get("ctx", {}).get("error")
    return (cause.wrong, cause.right) if isinstance(cause, Mistake) else None


def _unknown_key(document: Document, path: Path) -> str:
    part = _type_at(path[:-1])
    known = [field.alias or name for name, field in part.model_fields.items()] if _is_part(part) else []
    return sentence(document, PolicyProblem(path, "there is no such key", nearest(str(path[-1]), known)))


def _is_no(noun: str, right: str) -> Callable[[ErrorDetails], _Correction]:
    return lambda error: (f"{_shown(error['input'])} is not {noun}", right)


def _bound(words: str, key: str, *, too: str) -> Callable[[ErrorDetails], _Correction]:
    return lambda error: (f"{_shown(error['input'])} is too {too}", f"write {words} {error['ctx'][key]}")


def _choice(error: ErrorDetails) -> _Correction:
    expected = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
    given = error["input"]
    return f"{_shown(given)} is not one of them", nearest(str(given), expected.split(", "))


def _too_long(error: ErrorDetails) -> _Correction:
    most = error["ctx"]["max_length"]
    return f"{len(error['input'])} characters are too many", f"at most {most} fit"


def _empty(error: ErrorDetails) -> _Correction:
    return "this is empty", _TEXT if isinstance(error["input"], str) else "write at least one entry"


def _too_few(error: ErrorDetails) -> _Correction:
    least, given = error["ctx"]["min_length"], error["ctx"]["actual_length"]
    return (f"{given} is too few", f"write at least {least}") if given else _empty(error)


def _too_many(error: ErrorDetails) -> _Correction:
    given, most = error["ctx"]["actual_length"], error["ctx"]["max_length"]
    return (f"{given} are too many" if given else "there are too many"), f"write at most {most}"


def _pattern(error: ErrorDetails) -> _Correction:
    return f"{_shown(error['input'])} cannot be a key", _KEY


def _as_pydantic_says(error: ErrorDetails) -> _Correction:
    return error["msg"][:1].lower() + error["msg"][1:], "see the shipped presets for how it is written"


_SAID: Final[Mapping[str, Callable[[ErrorDetails], _Correction]]] = {
    "string_type": _is_no("text", _TEXT),
    "string_pattern_mismatch": _pattern,
    "string_too_long": _too_long,
    "string_too_short": _empty,
    "too_short": _too_few,
    "too_long": _too_many,
    "int_type": _is_no("a whole number", _WHOLE),
    "int_parsing": _is_no("a whole number", _WHOLE),
    "int_from_float": _is_no("a whole number", _WHOLE),
    "decimal_type": _is_no("a number", _NUMBER),
    "decimal_parsing": _is_no("a number", _NUMBER),
    "finite_number": _is_no("a number", _NUMBER),
    "bool_type": _is_no("yes or no", _BOOLEAN),
    "bool_parsing": _is_no("yes or no", _BOOLEAN),
    "date_type": _is_no("a date", _DATE),
    "date_parsing": _is_no("a date", _DATE),
    "date_from_datetime_parsing": _is_no("a date", _DATE),
    "date_from_datetime_inexact": _is_no("a date", _DATE),
    "tuple_type": _is_no("a list", _LIST),
    "list_type": _is_no("a list", _LIST),
    "dict_type": _is_no("a mapping", _MAPPING),
    "model_type": _is_no("a mapping", _MAPPING),
    "model_attributes_type": _is_no("a mapping", _MAPPING),
    "enum": _choice,
    "literal_error": _choice,
    "greater_than": _bound("a number above", "gt", too="small"),
    "greater_than_equal": _bound("at least", "ge", too="small"),
    "less_than_equal": _bound("at most", "le", too="large"),
}


def _shown(value: Any) -> str:
    """Return a value as written, cut if it is long."""
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 60 else f"{text[:59]}…"  # noqa: PLR2004 - about what fits on a line


def _hint(kind: Any) -> str:
    """Return what belongs where a value is missing."""
    if kind is Duration:
        return "write 15m, 4h or 1d (wall time), 4bh (business hours) or 1bd (business days)"
    if isinstance(kind, type) and issubclass(kind, Enum):
        return f"write one of {', '.join(str(member.value) for member in kind)}"
    simple = {str: _TEXT, int: _WHOLE, Decimal: _NUMBER, bool: _BOOLEAN, date: _DATE}
    if kind in simple:
        return simple[kind]
    if get_origin(kind) is tuple and not _is_part(_unwrapped(get_args(kind)[0])):
        return _LIST
    return _MAPPING


def _type_at(path: Path) -> Any:
    """Return the type the policy has at a path, unwrapped; None if it has none."""
    kind: Any = Policy
    for step in path:
        if _is_part(kind):
            fields = {field.alias or name: field for name, field in kind.model_fields.items()}
            kind = _unwrapped(fields[str(step)].annotation) if step in fields else None
        elif get_origin(kind) is tuple:
            kind = _unwrapped(get_args(kind)[0])
        elif get_origin(kind) is dict:
            kind = _unwrapped(get_args(kind)[1])
        else:
            return None
    return kind


def _unwrapped(kind: Any) -> Any:
    """Remove `Annotated` and `| None`."""
    if get_origin(kind) is Annotated:
        return _unwrapped(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return _unwrapped(next(arm for arm in get_args(kind) if arm is not type(None)))
    return str if get_origin(kind) is Literal else kind


def _is_part(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Part)
