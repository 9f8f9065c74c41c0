"""The escalation that a command names, by whatever key: found once, so that every verb takes the same keys."""

import re
from dataclasses import replace

from bot.errors import NoEscalation
from bot.handlers.kit.words import ACCOUNT, AUDIT, NOW, STATUS, TIMELINE, ParsedCommand, Reading
from bot.policy.decide.incidents import incident_in
from bot.policy.decide.lifecycle import Move
from bot.policy.decide.references import key_in
from bot.ports.workspace import Message
from bot.services.bundle import Services
from bot.views.kit.text import escape
from bot.views.overview import command_replies

# Verbs about one escalation. Lists, `status` and `incident` read keys themselves.
_ABOUT_ONE = frozenset({TIMELINE, AUDIT, NOW})
# What only an escalation is called, and the most digits its number has.
_NUMBER = re.compile(r"esc-([0-9]+)", re.IGNORECASE)
_DIGITS = 9
_ENDING = frozenset({Move.CLOSE, Move.RESOLVE, Move.MITIGATE})


def names_one(words: ParsedCommand) -> bool:
    """Return True if one escalation is named; the page of a customer takes a customer's name as it is."""
    number = None if words.declares else _NUMBER.fullmatch(words.rest)
    if number is not None and (words.verb != STATUS or len(number[1]) > _DIGITS):
        return True
    if not words.rest or words.reading is Reading.UNKNOWN:
        return False
    is_key = words.verb == ACCOUNT and key_in(words.rest) is not None
    return words.move is not None or words.verb in _ABOUT_ONE or is_key


def pinned(services: Services, words: ParsedCommand, typed: str, person: str) -> ParsedCommand | Message:
    """Return a command with the number of the escalation that it names; a reply if that is none, or one of several.

    Raises NotAMember, and NotFound for a major incident that doesn't exist; NoEscalation, whatever the verb.
    """
    if (number := _NUMBER.fullmatch(words.rest)) is not None and len(number[1]) > _DIGITS:
        raise NoEscalation(number[1])
    incident = incident_in(words.rest)
    known = services.incidents.known(incident, viewer=person) if incident is not None else None
    found = services.escalations.meant_by(words.rest, viewer=person, limit=command_replies.CHOICES, move=words.move)
    if found.number is not None:
        services.escalations.must_be_there(found.number, viewer=person)
        if words.move is None and words.verb not in {*_ABOUT_ONE, ACCOUNT}:
            return words
        return replace(words, rest=f"ESC-{found.number}")
    verb = replace(words, rest="").typed
    if found.live.total:
        ends = known.id if known is not None and known.is_live and words.move in _ENDING else None
        return command_replies.several(found.account or words.rest, verb, found.live, ends)
    if found.account is not None:
        return Message(f"No escalations for {escape(found.account)}.")
    return command_replies.unknown(words.rest, found.alike, verb, typed)
