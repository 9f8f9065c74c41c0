"""Messages about status calls in the channel, and the invitation by mail."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.programmes import StatusCallCancelled, StatusCallNoted, StatusCallPlanned
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.status_calls import StatusCallFacts
from bot.policy.wording.templates import GERMAN, customer_moment, language_of
from bot.ports.workspace import Message
from bot.views.kit import ids
from bot.views.kit.parts import actions, button, text_message
from bot.views.kit.text import escape, link, moment, one_line, person
from bot.views.mail.customer_letter import case_of
from bot.views.mail.letter import ClosingLine, Letter

_SAID = 2000
_LENGTH = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWords:
    """The words of an invitation in one language. `language` is its code in HTML."""

    language: str
    call: str
    is_on: str
    cancelled: str
    is_off: str
    holds: str
    join: str


_ENGLISH: Final = CallWords(
    language="en",
    call="Status call",
    is_on="Status call on {when}.",
    cancelled="Cancelled: status call",
    is_off="The status call of {when} won't take place.",
    holds="{owner} holds it.",
    join="Join here",
)
_GERMAN: Final = CallWords(
    language=GERMAN,
    call="Statusgespräch",
    is_on="Statusgespräch am {when}.",
    cancelled="Abgesagt: Statusgespräch",
    is_off="Das Statusgespräch am {when} findet nicht statt.",
    holds="{owner} leitet es.",
    join="Hier teilnehmen",
)


def draw(
    told: StatusCallPlanned | StatusCallCancelled | StatusCallNoted, facts: EscalationFacts, policy: Policy
) -> Message:
    """Draw one message."""
    zone = str(policy.zone)
    match told:
        case StatusCallPlanned():
            verb = "moved the status call to" if told.is_moved else "planned a status call"
            when, owner = moment(told.at, zone), person(told.owner)
            text = f":telephone_receiver: {person(told.by)} {verb} {when}. {owner} holds it."
            where = [link(told.link, "Meeting link")] if told.link else []
            mailed = [f"The invitation goes to {', '.join(map(escape, told.to))}."] if told.to else []
            return text_message(text, *where, *mailed)
        case StatusCallCancelled():
            text = f":telephone_receiver: {person(told.by)} cancelled the status call of {moment(told.at, zone)}."
            mailed = [f"The cancellation goes to {', '.join(map(escape, told.to))}."] if told.to else []
            return text_message(text, *mailed)
        case StatusCallNoted():
            text = f":telephone_receiver: {person(told.by)} noted a status call with the customer."
            noted = text_message(f"{text}\n{escape(told.said, _SAID)}")
            add = button("Add action item", ids.PRESS_ADD_ITEM, str(facts.number))
            return Message(text, (*noted.blocks, actions(add)))
    assert_never(told)


def letter(
    call: StatusCallFacts, facts: EscalationFacts, policy: Policy, *, owner: str | None, is_cancelled: bool
) -> Letter:
    """Draw the mail of an invitation. The subject of a confidential one names no customer."""
    when, words = customer_moment(call.at, facts.account, policy), _words(facts)
    named = "" if facts.is_private else f" · {one_line(facts.account.name)}"
    what, lead = (words.cancelled, words.is_off) if is_cancelled else (words.call, words.is_on)
    holds = [words.holds.format(owner=owner)] if owner is not None and not is_cancelled else []
    joins = [ClosingLine(words.join, call.link)] if call.link and not is_cancelled else []
    return Letter(
        subject=f"{what}{named} ({case_of(facts)})",
        lead=lead.format(when=when),
        paragraphs=holds,
        closing=joins,
        language=words.language,
    )


def calendar(
    call: StatusCallFacts, facts: EscalationFacts, *, organizer: str, to: str, now: datetime, is_cancelled: bool
) -> str:
    """Return the iCalendar text of an invitation (RFC 5546): the highest SEQUENCE of a UID counts."""
    import icalendar  # noqa: PLC0415 - loaded at the first invitation

    event = icalendar.Event()
    event.add("uid", call.uid)
    event.add("sequence", call.sequence)
    event.add("dtstamp", now)
    event.add("dtstart", call.at.astimezone(UTC))
    event.add("duration", _LENGTH)
    what = _words(facts).call
    event.add("summary", what if facts.is_private else f"{what}: {one_line(facts.account.name)}")
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    if call.link:
        event.add("url", call.link)
        event.add("location", call.link)
    event.add("organizer", icalendar.vCalAddress(f"mailto:{organizer}"))
    attendee = icalendar.vCalAddress(f"mailto:{to}")
    attendee.params["RSVP"] = icalendar.vText("TRUE")
    event.add("attendee", attendee)
    whole = icalendar.Calendar()
    whole.add("prodid", "-//Escalate//status calls//EN")
    whole.add("version", "2.0")
    whole.add("method", "CANCEL" if is_cancelled else "REQUEST")
    whole.add_component(event)
    return str(whole.to_ical().decode())


def _words(facts: EscalationFacts) -> CallWords:
    return _GERMAN if language_of(facts.account) == GERMAN else _ENGLISH
