"""How text after the command is understood."""

import pytest

from bot.handlers.kit.words import ParsedCommand, Reading, understand
from bot.policy.decide.lifecycle import Move
from bot.policy.decide.list_words import account_in, vocabulary

KNOWN = {"acme", "esc-1", "12", "globex corp"}
LISTS = vocabulary([("sev1", "Sev 1")], [], [])
GUESSED, UNKNOWN, SENTENCE = Reading.GUESSED, Reading.UNKNOWN, Reading.SENTENCE


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("", ParsedCommand()),
        ("acme", ParsedCommand(rest="acme")),
        ("acme exports need an update", ParsedCommand(rest="acme exports need an update")),
        ("ESC-1", ParsedCommand(verb="status", rest="ESC-1")),
        ("status acme 2", ParsedCommand(verb="status", rest="acme 2")),
        ("Close globex corp", ParsedCommand(move=Move.CLOSE, rest="globex corp")),
        ("incident acme", ParsedCommand(verb="incident", rest="acme")),
        ("acme incident", ParsedCommand(verb="incident", rest="acme", reading=GUESSED)),
        ("acme status", ParsedCommand(verb="status", rest="acme", reading=GUESSED)),
        ("esc-1 status", ParsedCommand(verb="status", rest="ESC-1", reading=GUESSED)),
        ("esc-1 exports again", ParsedCommand(verb="status", rest="ESC-1", reading=GUESSED)),
        ("globex corp close", ParsedCommand(move=Move.CLOSE, rest="globex corp", reading=GUESSED)),
        ("12 ack", ParsedCommand(move=Move.ACKNOWLEDGE, rest="12", reading=GUESSED)),
        ("show acme", ParsedCommand(verb="status", rest="acme", reading=GUESSED)),
        ("list acme", ParsedCommand(verb="list", rest="acme")),
        ("list 2", ParsedCommand(verb="list", rest="2")),
        ("list mine sev1 2", ParsedCommand(verb="list", rest="mine sev1 2")),
        ("list overdue globex corp", ParsedCommand(verb="list", rest="overdue globex corp")),
        ("list everything", ParsedCommand(verb="list", reading=GUESSED)),
        ("INC-3", ParsedCommand(verb="status", rest="INC-3")),
        ("status inc-3", ParsedCommand(verb="status", rest="inc-3")),
        ("incident INC-3", ParsedCommand(verb="incident", rest="INC-3")),
        ("show INC-3", ParsedCommand(verb="status", rest="INC-3")),
        ("INC-3 status", ParsedCommand(verb="status", rest="INC-3", reading=GUESSED)),
        ("timeline INC-3", ParsedCommand(verb="timeline", rest="INC-3")),
        ("close inc-3", ParsedCommand(move=Move.CLOSE, rest="inc-3")),
        ("INC-3 resolve", ParsedCommand(move=Move.RESOLVE, rest="INC-3", reading=GUESSED)),
        ("now TCK-482", ParsedCommand(verb="now", rest="TCK-482")),
        ("account #acme-0306", ParsedCommand(verb="account", rest="#acme-0306")),
        ("ack #C0123", ParsedCommand(move=Move.ACKNOWLEDGE, rest="#C0123")),
        ("show TCK-482", ParsedCommand(verb="status", rest="TCK-482", reading=GUESSED)),
        ("simulate TCK-482", ParsedCommand(verb="simulate", rest="TCK-482", reading=UNKNOWN)),
        ("TCK-482 is back", ParsedCommand(rest="TCK-482 is back")),
        ("INC-3 is getting worse", ParsedCommand(rest="INC-3 is getting worse")),
        ("list mine and yours", ParsedCommand(verb="list", rest="mine", reading=GUESSED, unread="and yours")),
        ("list last month", ParsedCommand(verb="list", rest="last month")),
        ("list closed since 1 nov", ParsedCommand(verb="list", rest="closed since 1 nov")),
        ("list region europe", ParsedCommand(verb="list", reading=GUESSED, unread="region europe")),
        ("list europe closed 2", ParsedCommand(verb="list", rest="closed 2", reading=GUESSED, unread="europe")),
        ("list closed since lunch", ParsedCommand(verb="list", rest="closed", reading=GUESSED, unread="since lunch")),
        ("list since lunch", ParsedCommand(verb="list", reading=GUESSED, unread="since lunch")),
        ("list since lunch mine", ParsedCommand(verb="list", rest="mine", reading=GUESSED, unread="since lunch")),
        ("list region", ParsedCommand(verb="list", reading=GUESSED, unread="region")),
        ("list of open orders is empty", ParsedCommand(rest="list of open orders is empty", reading=SENTENCE)),
        ("list open orders", ParsedCommand(verb="list", rest="open", reading=GUESSED, unread="orders")),
        ("policy levels", ParsedCommand(verb="policy", reading=GUESSED)),
        ("help me please", ParsedCommand(verb="help", reading=GUESSED)),
        ("Help Roles", ParsedCommand(verb="help", rest="roles")),
        ("help commands", ParsedCommand(verb="help", rest="commands")),
        ("help acme cannot log in", ParsedCommand(rest="help acme cannot log in", reading=SENTENCE)),
        ("status page is down", ParsedCommand(rest="status page is down", reading=SENTENCE)),
        ("list of users is empty", ParsedCommand(rest="list of users is empty", reading=SENTENCE)),
        ("close the globex one", ParsedCommand(rest="close the globex one", reading=SENTENCE)),
        ("lsit", ParsedCommand(rest="lsit", reading=SENTENCE)),
        ("statu acme", ParsedCommand(rest="statu acme", reading=SENTENCE)),
        ("lost acme", ParsedCommand(rest="lost acme", reading=SENTENCE)),
        ("lost the export", ParsedCommand(rest="lost the export")),
        ("asdfghjkl", ParsedCommand(rest="asdfghjkl")),
        ("status nobody", ParsedCommand(verb="status", rest="nobody", reading=UNKNOWN)),
        ("close nobody", ParsedCommand(move=Move.CLOSE, rest="nobody", reading=UNKNOWN)),
        ("who was paged acme", ParsedCommand(verb="timeline", rest="acme", reading=GUESSED)),
        ("Who\u2019s been paged for ESC-1?", ParsedCommand(verb="timeline", rest="ESC-1", reading=GUESSED)),
        ("who has been paged for ESC-1?", ParsedCommand(verb="timeline", rest="ESC-1", reading=GUESSED)),
        ("who was paged?", ParsedCommand(verb="timeline", reading=GUESSED)),
        ("who owns globex corp", ParsedCommand(verb="status", rest="globex corp", reading=GUESSED)),
        ("who is on it", ParsedCommand(verb="status", reading=GUESSED)),
        ("when is the next update for acme", ParsedCommand(verb="status", rest="acme", reading=GUESSED)),
        ("is acme escalated?", ParsedCommand(verb="account", rest="acme", reading=GUESSED)),
        ("is ESC-1 resolved", ParsedCommand(verb="status", rest="ESC-1", reading=GUESSED)),
        ("what's the status of acme", ParsedCommand(verb="status", rest="acme", reading=GUESSED)),
        ("who is on call", ParsedCommand(verb="oncall", reading=GUESSED)),
        ("who owns nobody", ParsedCommand(verb="status", rest="nobody", reading=UNKNOWN)),
        ("who owns the billing page", ParsedCommand(rest="who owns the billing page", reading=SENTENCE)),
        ("is acme down", ParsedCommand(rest="is acme down")),
        ("status of acme?", ParsedCommand(verb="status", rest="acme")),
        ("update for acme", ParsedCommand(move=Move.UPDATE, rest="acme")),
        ("exports gone?", ParsedCommand(rest="exports gone?")),
        ("timeline nobody", ParsedCommand(verb="timeline", rest="nobody", reading=UNKNOWN)),
    ],
)
def test_a_text_is_read_as(text: str, read_as: ParsedCommand) -> None:
    read = understand(text, lambda words: words.casefold() in KNOWN, account_in=lambda words: account_in(words, LISTS))
    assert read == read_as
