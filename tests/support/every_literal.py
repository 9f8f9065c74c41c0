"""The sentences that the code holds, and the help of the command line: what people read beside the drawn views."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click

import bot
from bot.__main__ import main

_HOME: Final = Path(bot.__file__).parent
# Where sentences for people are. What is in the others are queries, names of events and words of Slack's.
FOLDERS: Final = ("views", "handlers", "services", "policy", "commands", "scheduler", "integrations", "database")
FILES: Final = ("errors.py", "settings.py", "program.py", "__main__.py")
# Words under which messages are stored, which no one reads.
_STORED: Final = ("policy/record/announcements", "policy/record/notices")
# Calls whose text nobody reads in Slack or on the command line.
_LOGS: Final = frozenset({"debug", "info", "warning", "error", "exception", "critical", "getLogger", "compile"})
_DEFECTS: Final = frozenset(
    {"AssertionError", "NotImplementedError", "RuntimeError", "TypeError", "LookupError", "KeyError", "ValueError"}
)
_NOT_PROSE: Final = re.compile(
    r"[\\^{}]\||\(\?|\bSELECT\b|\bUPDATE \w+ SET\b|\bPRAGMA\b|\bALTER\b|%[ajdbYHM]|[a-z]_[a-z]\S*$"
)
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z'-]*")


def literals() -> Iterator[tuple[str, str]]:
    """Yield place and text of each sentence in the code, with `…` for what is filled in."""
    for part in (*FOLDERS, *FILES):
        place = _HOME / part
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            # The names of stored messages are words too, which no one reads.
            if (
                not file.relative_to(_HOME)
                .as_posix()
                .startswith(("policy/record/announcements", "policy/record/notices"))
            ):
                yield from _of(file)


def _of(file: Path) -> Iterator[tuple[str, str]]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    unread = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in _LOGS | _DEFECTS:
            unread.update(id(inner) for inner in ast.walk(node))
        if isinstance(node, ast.JoinedStr):
            unread.update(id(inner) for inner in node.values)
    for node in ast.walk(tree):
        text = "" if id(node) in unread else _text(node)
        if len(_WORD.findall(text)) > 2 and " " in text and not _NOT_PROSE.search(text):
            yield f"{file.relative_to(_HOME)}:{node.lineno}", text  # type: ignore[attr-defined]


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)  # type: ignore[misc]
    return ""


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def helps() -> Iterator[tuple[str, str]]:
    """Yield the help of each command of the command line."""
    yield from _help("escalate", main, None)


def _help(path: str, command: click.Command, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    # With the command's own settings: click keeps the option for help it makes first, and a later run would lack `-h`.
    context = click.Context(
        command,
        info_name=path.rsplit(maxsplit=1)[-1],
        parent=parent,
        terminal_width=1000,
        max_content_width=1000,
        **command.context_settings,
    )
    yield f"{path} --help", command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _help(f"{path} {name}", inner, context)
