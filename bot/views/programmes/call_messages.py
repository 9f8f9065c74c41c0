"""Messages about status calls in the channel, and the invitation by mail."""

from datetime import UTC, datetime, timedelta
from typing import assert_never

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.programmes import StatusCallCancelled, StatusCallNoted, StatusCallPlanned
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.status_calls import StatusCallFacts
from bot.policy.wording.templates import customer_moment
from bot.ports.workspace import Message
from bot.views.kit import ids
from bot.views.kit.parts import actions, button, text_message
from bot.views.kit.text import escape, link, moment, one_line, person
from bot.views.mail.letter import ClosingLine, Letter

_SAID = 2000
_LENGTH = timedelta(minutes=30)


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
            mailed = [f"Invited by mail: {', '.join(map(escape, told.to))}"] if told.to else []
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
    when = customer_moment(call.at, facts.account, policy)
    named = "" if facts.is_private else f" · {one_line(facts.account.name)}"
    what = "Cancelled: status call" if is_cancelled else "Status call"
    lead = f"The status call of {when} won't take place." if is_cancelled else f"Status call on {when}."
    holds = [f"{owner} holds it."] if owner is not None and not is_cancelled else []
    joins = [ClosingLine("Join here", call.link)] if call.link and not is_cancelled else []
    return Letter(subject=f"{what}{named} ({facts.key})", lead=lead, paragraphs=holds, closing=joins)


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
    event.add("summary", "Status call" if facts.is_private else f"Status call: {one_line(facts.account.name)}")
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
