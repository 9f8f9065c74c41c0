"""The text after the command: a verb and its object, or the beginning of a declaration.

People type verbs in any place, and sentences that begin with one. What is guessed is marked, so that the reply can say
how it was read and offer the other way.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

from bot.handlers.kit import questions
from bot.policy.decide import follow_up_words, list_words
from bot.policy.decide.incidents import incident_in
from bot.policy.decide.lifecycle import Move
from bot.policy.decide.references import key_in
from bot.policy.decide.report_words import is_about_numbers

ACCOUNT, ONCALL, STATUS, TIMELINE = questions.ACCOUNT, questions.ONCALL, questions.STATUS, questions.TIMELINE
HELP, LIST, POLICY, SIMULATE = "help", "list", "policy", "simulate"
INCIDENT = "incident"
NOW = "now"
AWAY = "away"
ADMIN = "admin"
BACK = "back"
# The meaning of text without a verb.
DECLARE = "declare"
PROGRAMME = "programme"
AUDIT = "audit"
FIND = "find"
FOLLOWUPS = "followups"
DRILL = "drill"
SHOULD = "should"
REPORT = "report"
TRAINING = "training"

# A key alone asks for its status: no customer has such a name.
_KEY = re.compile(r"esc-[0-9]+", re.IGNORECASE)
_PART = re.compile(r"[1-9][0-9]{0,3}")

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
_ONCALL = frozenset({ONCALL, "on-call"})
_FOLLOWUPS = frozenset({FOLLOWUPS, "follow-ups", "followup", "follow-up"})
_ALONE = {HELP: HELP, "?": HELP, "--help": HELP, "-h": HELP}
_ABOUT = {
    SIMULATE: SIMULATE,
    INCIDENT: INCIDENT,
    NOW: NOW,
    "incidents": INCIDENT,
    PROGRAMME: PROGRAMME,
    "program": PROGRAMME,
    TIMELINE: TIMELINE,
    AUDIT: AUDIT,
    ACCOUNT: ACCOUNT,
}
# Verbs after which an escalation is named by any of its keys; so is one after each move.
_OF_ESCALATIONS = frozenset({STATUS, INCIDENT, NOW, TIMELINE, AUDIT, ACCOUNT})
# What people type for the state of an escalation besides its verb.
_LIKE_STATUS = frozenset({"show"})
# "help me", and other ways of asking for help that are no sentence about a customer.
_HELP_ME = frozenset({"me", "us", "please", "pls"})
HELP_TOPICS = frozenset({"declaring", "steps", "lists", "people", "policy", "roles", "commands"})
# "away until monday", "away for 2 days"; what else follows it is a sentence about a customer.
_AWAY_UNTIL = re.compile(
    r"(?:until|till|til|to|for|back on)\s+\S.{0,40}|today|tomorrow|next week|yesterday|last week",
    re.IGNORECASE,
)
# "should i", "should we escalate?"
_SHOULD_I = re.compile(r"(?:i|we)(?: escalate)?(?: this| it)? ?\??", re.IGNORECASE)
# "status of acme", "update for acme"
_OF = re.compile(r"^(?:of|for)\s+", re.IGNORECASE)
# The words that are verbs if typed first.
_OTHERS = (LIST, REPORT, STATUS, POLICY, FIND, AWAY, ADMIN, DRILL, SHOULD, TRAINING)
# A shorter word is a letter away from too many others.
_LONG = 4
VERBS = frozenset({*_ALONE, *_OTHERS, *_ONCALL, *_FOLLOWUPS, *_ABOUT, *MOVES})


class Reading(Enum):
    """How sure the meaning is."""

    PLAIN = auto()
    GUESSED = auto()  # a command, typed in other words than its own
    UNKNOWN = auto()  # a command about something that isn't known
    SENTENCE = auto()  # a declaration, though it begins or ends with a verb, perhaps a mistyped one


@dataclass(frozen=True, slots=True)
class ParsedCommand:
    """A parsed command. Without a verb and a move it declares, with `rest` as the beginning of the form.

    `unread` are words that say nothing to a list; its `rest` leaves them out.
    """

    verb: str | None = None
    move: Move | None = None
    rest: str = ""
    reading: Reading = Reading.PLAIN
    unread: str = ""

    @property
    def declares(self) -> bool:
        """Return True if it declares."""
        return self.verb is None and self.move is None

    @property
    def typed(self) -> str:
        """Return the command's own words for it, without the slash command."""
        verb = self.verb or next((word for word, move in MOVES.items() if move is self.move), "")
        return f"{verb} {self.rest}".strip()


Known = Callable[[str], bool]
# Returns the account's name among the words after `list`; empty if there is none.
AccountIn = Callable[[str], str]


def part_of(rest: str) -> tuple[str, int]:
    """Split `acme 2` into the text and the number of the part to show; without one it is 1."""
    about, _, part = rest.rpartition(" ")
    return (about.strip(), int(part)) if _PART.fullmatch(part) else (rest, 1)


def _none(_words: str) -> bool:
    return False


def _all_but_part(words: str) -> str:
    return "" if _PART.fullmatch(words) else words


def understand(
    text: str, means_something: Known, is_area: Known = _none, account_in: AccountIn = _all_but_part
) -> ParsedCommand:
    """Parse the text. `account_in` knows the words that a list may be limited by.

    A verb counts only if nothing follows it, or if an escalation or account follows (for `oncall` an area): a text that
    begins with "close" but names no account declares instead of closing.
    """
    if (of_key := _of_key(text.strip())) is not None:
        return of_key
    if (bare := text.strip().rstrip("? ")) and bare != text.strip():
        read = understand(bare, means_something, is_area, account_in)
        return replace(read, rest=text.strip()) if read.declares else read
    if (asked := _question(text.strip(), means_something, is_area)) is not None:
        return asked
    return _command(text, means_something, is_area, account_in)


def _command(text: str, means_something: Known, is_area: Known, account_in: AccountIn) -> ParsedCommand:
    first, _, rest = text.strip().partition(" ")
    verb, rest = first.casefold(), rest.strip()
    if verb in MOVES or verb in _LIKE_STATUS or verb in _OF_ESCALATIONS:
        rest = _OF.sub("", rest)
    if verb in _ONCALL and (not rest or is_area(rest) or " " not in rest):
        return ParsedCommand(verb=ONCALL, rest=rest)
    if (verb in {ADMIN, DRILL, TRAINING} and not rest) or (verb == SHOULD and _SHOULD_I.fullmatch(rest)):
        return ParsedCommand(verb=verb)
    if verb == AWAY and (not rest or rest.casefold() == BACK or _AWAY_UNTIL.fullmatch(rest)):
        return ParsedCommand(verb=AWAY, rest=rest)
    if (listing := _listing(verb, rest, means_something, account_in)) is not None:
        return listing
    if verb == FIND:
        return ParsedCommand(verb=FIND, rest=rest)
    found = _plain(verb, rest, means_something) or _guessed(text.strip(), verb, rest, means_something)
    if found is not None:
        return found
    meant = None if means_something(text.strip()) else _mistyped(verb)
    read = understand(f"{meant} {rest}", means_something, is_area, account_in) if meant is not None else ParsedCommand()
    is_command = read.reading is Reading.PLAIN and not read.declares
    return ParsedCommand(rest=text.strip(), reading=Reading.SENTENCE if is_command else Reading.PLAIN)


def _of_key(text: str) -> ParsedCommand | None:
    """Return what a key alone means, and the key of a major incident with a verb that takes one."""
    if _KEY.fullmatch(text) or incident_in(text) is not None:
        return ParsedCommand(verb=STATUS, rest=text)
    first, _, rest = text.partition(" ")
    for word, key, reading in ((first, rest, Reading.PLAIN), (rest, first, Reading.GUESSED)):
        verb = word.strip().casefold()
        meant = STATUS if verb in {STATUS, *_LIKE_STATUS} else _ABOUT.get(verb)
        if meant in {STATUS, INCIDENT} and incident_in(key) is not None:
            return ParsedCommand(verb=meant, rest=key.strip(), reading=reading)
    return None


def verb_of(text: str) -> str:
    """Return the verb that a text begins with, also if it is mistyped; without one it asks for help."""
    if (asked := questions.question_in(text)) is not None:
        return asked[0]
    first = text.strip().casefold().partition(" ")[0]
    return STATUS if first in _LIKE_STATUS else first if first in VERBS else _mistyped(first) or HELP


def _question(text: str, means: Known, is_area: Known) -> ParsedCommand | None:
    """Return what answers a question; a declaration if it has several words and none of them is a name we know."""
    asked = questions.question_in(text)
    if asked is None:
        return None
    verb, about = asked
    if verb == ONCALL:
        return ParsedCommand(verb=ONCALL, rest=about, reading=Reading.GUESSED) if not about or is_area(about) else None
    if not about or key_in(about) is not None or means(about):
        return ParsedCommand(verb=verb, rest=about, reading=Reading.GUESSED)
    if " " in about:
        return ParsedCommand(rest=text, reading=Reading.SENTENCE)
    return ParsedCommand(verb=verb, rest=about, reading=Reading.UNKNOWN)


def _mistyped(word: str) -> str | None:
    """Return the verb from which a word differs by one letter, or by two that changed places; None if it is short."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - loaded with the first word that is no verb

    near = (verb for verb in sorted(VERBS) if len(verb) >= _LONG and OSA.distance(word, verb, score_cutoff=1) == 1)
    return next(near, None) if len(word) >= _LONG else None


def _listing(verb: str, rest: str, means: Known, account_in: AccountIn) -> ParsedCommand | None:
    """Return a command that asks for a list or report; a word that says nothing to a list is left out of it."""
    if verb == LIST and (not (account := account_in(rest)) or means(account)):
        return ParsedCommand(verb=LIST, rest=rest)
    if verb == LIST and (words := list_words.unread(rest, account_in(rest))) is not None:
        return ParsedCommand(verb=LIST, rest=words[0], reading=Reading.GUESSED, unread=words[1])
    if verb in _FOLLOWUPS and (not (account := follow_up_words.account_in(rest)) or means(account)):
        return ParsedCommand(verb=FOLLOWUPS, rest=rest)
    if verb == REPORT and (is_about_numbers(rest) or means(rest)):
        return ParsedCommand(verb=REPORT, rest=rest)
    return None


def _plain(verb: str, rest: str, means: Known) -> ParsedCommand | None:
    """Return a command that is typed as the help says."""
    if verb in _ALONE and rest.casefold() in {"", *HELP_TOPICS}:
        return ParsedCommand(verb=_ALONE[verb], rest=rest.casefold())
    if verb == STATUS and (not rest or key_in(rest) or means(rest) or means(part_of(rest)[0])):
        return ParsedCommand(verb=STATUS, rest=rest)
    if verb == POLICY and rest.casefold() in {"", LIST}:
        return ParsedCommand(verb=POLICY, rest=rest.casefold())
    return _about(verb, rest, means, Reading.PLAIN)


def _about(verb: str, rest: str, means: Known, reading: Reading) -> ParsedCommand | None:
    """Return a command about an escalation or account, or about none."""
    takes_keys = verb in MOVES or _ABOUT.get(verb) in _OF_ESCALATIONS
    if rest and not means(rest) and not (takes_keys and key_in(rest) is not None):
        return None
    if verb in _ABOUT:
        return ParsedCommand(verb=_ABOUT[verb], rest=rest, reading=reading)
    return ParsedCommand(move=MOVES[verb], rest=rest, reading=reading) if verb in MOVES else None


def _guessed(text: str, verb: str, rest: str, means: Known) -> ParsedCommand | None:
    """Return what a text means that has a verb and isn't typed as the help says; None if it has none."""
    before, _, last = text.rpartition(" ")
    before, last = before.strip(), last.casefold()
    if _KEY.fullmatch(verb):
        return _about(last, before, means, Reading.GUESSED) or ParsedCommand(
            verb=STATUS, rest=verb.upper(), reading=Reading.GUESSED
        )
    if before and (last == STATUS or last in _LIKE_STATUS) and (means(before) or key_in(before)):
        return ParsedCommand(verb=STATUS, rest=before, reading=Reading.GUESSED)
    if before and (found := _about(last, before, means, Reading.GUESSED)):
        return found
    if verb in _LIKE_STATUS and (not rest or key_in(rest) or means(rest)):
        return ParsedCommand(verb=STATUS, rest=rest, reading=Reading.GUESSED)
    return _begins_with_a_verb(text, verb, rest)


def _begins_with_a_verb(text: str, verb: str, rest: str) -> ParsedCommand | None:
    """Return the meaning of a verb before something that isn't known: after one word a command, else a sentence."""
    is_help = verb == HELP and set(rest.casefold().split()) <= _HELP_ME
    if is_help or (verb in {POLICY, LIST, REPORT} and " " not in rest):
        return ParsedCommand(verb=verb, reading=Reading.GUESSED)
    if verb not in VERBS and verb not in _LIKE_STATUS:
        return None
    if " " in rest or verb == HELP:
        return ParsedCommand(rest=text, reading=Reading.SENTENCE)
    if verb in MOVES:
        return ParsedCommand(move=MOVES[verb], rest=rest, reading=Reading.UNKNOWN)
    return ParsedCommand(verb=_ABOUT.get(verb, STATUS), rest=rest, reading=Reading.UNKNOWN)
