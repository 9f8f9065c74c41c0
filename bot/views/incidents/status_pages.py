"""The status page of an outage: the question, the answer, and what the page said when it was read."""

from typing import Any
from urllib.parse import urlsplit

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.incidents import StatusChecked
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.status_checks import StatusReading
from bot.ports.workspace import Message
from bot.views.kit import ids
from bot.views.kit.parts import button, text_message
from bot.views.kit.text import escape, link, moment, person

_MOST = 3


def place(address: str) -> str:
    """Return a link to the page."""
    return link(address, urlsplit(address).hostname or address)


def answers(facts: EscalationFacts) -> tuple[Any, ...]:
    """Return the buttons that answer whether the outage is posted; the answer that was given isn't offered again."""
    check = facts.status_check
    found = [button("It's posted", ids.PRESS_STATUS_POSTED, str(facts.number))]
    if check is None:
        found.append(button("It isn't", ids.PRESS_STATUS_MISSING, str(facts.number)))
    return tuple(found)


def checked(facts: EscalationFacts, policy: Policy) -> str:
    """Return what people have said of the page."""
    check = facts.status_check
    if check is None:
        return "not checked yet"
    said = "posted" if check.posted else "not posted"
    return f"{said}, by {person(check.by)} {moment(check.at, str(policy.zone))}"


def read(reading: StatusReading, policy: Policy) -> str:
    """Return what the page said, with the time it was read; if it can't be read, why."""
    zone = str(policy.zone)
    said = []
    if reading.why is not None and reading.failed_at is not None:
        said.append(f"Couldn't read the status page {moment(reading.failed_at, zone)}: {escape(reading.why)}.")
    if reading.read_at is not None:
        open_ones = "; ".join(escape(title, 100) for title in reading.incidents[:_MOST])
        more = f": {open_ones}" if open_ones else ""
        said.append(f"Status page {moment(reading.read_at, zone)}: *{escape(reading.words, 200)}*{more}.")
    return " ".join(said) or "We haven't read the status page yet."


def draw_checked(told: StatusChecked, policy: Policy) -> Message:
    """Draw the channel's message that somebody has looked."""
    who = person(told.by)
    if told.posted:
        return text_message(f":satellite_antenna: {who} found the outage on the status page.")
    text = f":satellite_antenna: {who} says the outage isn't on the status page."
    if told.team is None:
        return text_message(text)
    team = policy.team(told.team)
    if told.told:
        return text_message(f"{text} We ask {escape(team.name)} to post it.")
    way = team.email or team.portal
    return text_message(f"{text} Ask {escape(team.name)}{f' ({escape(way)})' if way else ''} to post it.")
