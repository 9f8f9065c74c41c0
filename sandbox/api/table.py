"""The table of methods, read from `methods.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

COMMON_ERRORS = frozenset(
    {
        "account_inactive",
        "fatal_error",
        "internal_error",
        "invalid_arguments",
        "invalid_auth",
        "invalid_form_data",
        "invalid_json",
        "invalid_post_type",
        "json_not_object",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "ratelimited",
        "service_unavailable",
        "token_revoked",
        "unknown_method",
    }
)
"""The errors any method may return."""

UNWRITTEN_ERRORS = {
    "chat.startStream": frozenset({"invalid_thread_ts"}),  # for a missing thread, although the argument is optional
    "conversations.replies": frozenset({"not_in_channel"}),  # as for conversations.history
    "conversations.unarchive": frozenset({"not_in_channel"}),  # what bots get: archiving has removed them
}
"""Errors Slack returns although its reference does not list them."""


@dataclass(frozen=True)
class Argument:
    """An argument; `kind` is `text`, `bool`, `int`, `json` or `csv`."""

    name: str
    kind: str
    required: bool


@dataclass(frozen=True)
class Method:
    """The static facts about a method."""

    name: str
    http: str
    tier: int
    json: bool
    token: str
    scopes: tuple[str, ...]
    args: tuple[Argument, ...]
    errors: frozenset[str]

    def may_answer(self, error: str) -> bool:
        """Return True if Slack returns this error for this method."""
        return error in self.errors or error in COMMON_ERRORS or error in UNWRITTEN_ERRORS.get(self.name, ())


@cache
def methods() -> dict[str, Method]:
    """Return every method by name."""
    table = tomllib.loads(files("sandbox.api").joinpath("methods.toml").read_text(encoding="utf-8"))
    return {name: _method(name, row) for name, row in table.items()}


def _method(name: str, row: dict[str, Any]) -> Method:
    return Method(
        name=name,
        http=row["http"],
        tier=row["tier"],
        json=row.get("json", False),
        token=row.get("token", "bot"),
        scopes=tuple(row.get("scopes", "").split()),
        args=tuple(_argument(word) for word in row.get("args", "").split()),
        errors=frozenset(row.get("errors", "").split()),
    )


def _argument(word: str) -> Argument:
    name, _, kind = word.partition(":")
    return Argument(name.rstrip("!"), kind or "text", name.endswith("!"))
