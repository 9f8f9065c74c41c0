"""The text after the command: a verb and its object, or the beginning of a declaration."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.policy.decide.lifecycle import Move

HELP, LIST, STATUS, POLICY, SIMULATE = "help", "list", "status", "policy", "simulate"
INCIDENT = "incident"
# The meaning of text without a verb.
DECLARE = "declare"
PROGRAMME = "programme"

# A key alone asks for its status: no customer has such a name.
_KEY = re.compile(r"esc-[0-9]+", re.IGNORECASE)
_PAGE = re.compile(r"[1-9][0-9]{0,3}")

MOVES = {
    "ack": Move.ACKNOWLEDGE,
    "acknowledge": Move.ACKNOWLEDGE,
    "update": Move.UPDATE,
    "mitigate": Move.MITIGATE,
    "mitigated": Move.MITIGATE,
    "resolve": Move.RESOLVE,
    "resolved": Move.RESOLVE,
    "close": Move.CLOSE,
    "reopen": Move.REOPEN,
    "level": Move.CHANGE_LEVEL,
    "owner": Move.ASSIGN,
    "assign": Move.ASSIGN,
    "review": Move.REVIEW,
    "waive": Move.WAIVE,
    "withdraw": Move.WITHDRAW,
    "facts": Move.INTAKE,
    "verify": Move.VERIFY,
}
_ALONE = {HELP: HELP, "?": HELP, "--help": HELP, "-h": HELP}
_ABOUT = {SIMULATE: SIMULATE, INCIDENT: INCIDENT, "incidents": INCIDENT, PROGRAMME: PROGRAMME, "program": PROGRAMME}
# The words that are verbs if typed first.
VERBS = frozenset({*_ALONE, LIST, STATUS, POLICY, *_ABOUT, *MOVES})


@dataclass(frozen=True, slots=True)
class ParsedCommand:
    """A parsed command. Without a verb and a move it declares, with `rest` as the beginning of the form."""

    verb: str | None = None
    move: Move | None = None
    rest: str = ""


def page_of(rest: str) -> tuple[str, int]:
    """Split `acme 2` into the text and the page; without a number it is page 1."""
    about, _, page = rest.rpartition(" ")
    return (about.strip(), int(page)) if _PAGE.fullmatch(page) else (rest, 1)


def understand(text: str, means_something: Callable[[str], bool]) -> ParsedCommand:
    """Parse the text.

    A verb counts only if nothing follows it, or if an escalation or account follows: a text that begins with "close"
    but names no account declares instead of closing.
    """
    if _KEY.fullmatch(text.strip()):
        return ParsedCommand(verb=STATUS, rest=text.strip())
    first, _, rest = text.strip().partition(" ")
    verb, rest = first.casefold(), rest.strip()
    if verb in _ALONE and not rest:
        return ParsedCommand(verb=_ALONE[verb])
    if verb == LIST and (not rest or _PAGE.fullmatch(rest)):
        return ParsedCommand(verb=LIST, rest=rest)
    if verb == STATUS:
        return ParsedCommand(verb=STATUS, rest=rest)
    if verb == POLICY and rest.casefold() in {"", LIST}:
        return ParsedCommand(verb=POLICY, rest=rest.casefold())
    if verb in _ABOUT and (not rest or means_something(rest)):
        return ParsedCommand(verb=_ABOUT[verb], rest=rest)
    if verb in MOVES and (not rest or means_something(rest)):
        return ParsedCommand(move=MOVES[verb], rest=rest)
    return ParsedCommand(rest=text.strip())
