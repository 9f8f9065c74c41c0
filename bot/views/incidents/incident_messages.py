"""Messages about a major incident: in the incidents channel, in each affected channel, and to the owners."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import StaticSelectElement

from bot.policy.decide.account_programme import may_become_programme
from bot.policy.decide.incidents import SOON, IncidentFacts, incident_key
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.incidents import (
    IncidentAnnouncement,
    IncidentJoined,
    IncidentLasts,
    IncidentLikely,
    IncidentOver,
    StatusChecked,
)
from bot.policy.record.escalation import RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.notices.incidents import IncidentOverNotice
from bot.policy.record.status_checks import StatusReading
from bot.ports.workspace import Block, Message
from bot.views.channel import places
from bot.views.incidents import status_pages
from bot.views.kit import ids, labels
from bot.views.kit.closed_channels import why_closed
from bot.views.kit.customer_texts import INCIDENT_IS_OVER
from bot.views.kit.parts import actions, button, context, option, paragraphs, quote, section, text_message
from bot.views.kit.text import channel, clip, escape, length, moment, person, plain

_SHOWN = 20
WAITS = "We post it there as soon as we can."
_NAME = 60


def draw(incident: IncidentFacts, policy: Policy, *, is_new: bool, reading: StatusReading | None = None) -> Message:
    """Draw the incidents channel's message; a new incident notifies everybody active there (@here).

    `reading` is what the status page said when it was last read; None if it isn't read.
    """
    blocks = _blocks(incident, policy, reading, is_new=is_new)
    return Message(_headline(incident, policy, is_new=is_new), tuple(blocks))


def unreachable(incident: IncidentFacts, place: str, why: str) -> str:
    """Return the message to the declarer that nothing could be posted in the incidents channel."""
    return (
        f":warning: Couldn't post {incident.key} to {places.named(place)}: {why_closed(why)}. Tell them "
        f"yourself for now. {places.how_to_mend(why)}."
    )


def line(incident: IncidentFacts, policy: Policy) -> str:
    """Return a live incident with its escalations, for a list."""
    return f"{_summary(incident, policy)}\n" + "\n".join(_affected(incident))


def status(incident: IncidentFacts, policy: Policy) -> Message:
    """Draw an incident for one person who asks for its status; while it lasts, with its next steps."""
    if not incident.is_live:
        return draw(incident, policy, is_new=False)
    return Message(_summary(incident, policy), (section(line(incident, policy)), _next(incident)))


def _next(incident: IncidentFacts, *more: StaticSelectElement) -> Block:
    return actions(
        button("Add escalations…", ids.PRESS_INCIDENT, f"{incident.id}:"),
        button("End…", ids.PRESS_INCIDENT_OVER, str(incident.id)),
        *more,
    )


def draw_announcement(told: IncidentAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw a channel message about an incident."""
    match told:
        case IncidentJoined():
            return _joined(told, facts, policy)
        case IncidentLasts():
            return _lasts(told, facts, policy)
        case IncidentLikely():
            return _likely(told, facts, policy)
        case IncidentOver():
            return _over(told, facts, policy)
        case StatusChecked():
            return status_pages.draw_checked(told, policy)


def _joined(told: IncidentJoined, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw a channel's message about joining an incident: what to say, and what not."""
    accounts, since = told.accounts, moment(told.since, str(policy.zone))
    text = f":rotating_light: Linked to *{_named(told)}* by {person(told.by)}. Since {since}, {_count(accounts)}."
    return Message(text, tuple(_advice(text, policy)))


def _lasts(told: IncidentLasts, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the question whether a channel is part of a live incident."""
    since = moment(told.since, str(policy.zone))
    if told.is_over:
        return text_message(f":rotating_light: Major incident *{_named(told)}*, since {since}. It's over.")
    text = f":rotating_light: Major incident *{_named(told)}*, since {since}. Is this part of it?"
    yes = button("Link to it", ids.PRESS_INCIDENT_JOIN, f"{facts.number}:{told.incident}")
    return Message(text, (section(text), actions(yes)))


def _likely(told: IncidentLikely, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the question whether several accounts have one cause."""
    category = f"with {escape(policy.category(facts.category).label)}" if facts.category else "the same problem"
    text = (
        f":rotating_light: {_count(told.accounts)} escalated {category} within {length(SOON)}. "
        "Same cause? Declare a major incident."
    )
    shown = [one for one in told.others if one.number not in told.left_out]
    others = [f"• {escape(one.name, _NAME)} · ESC-{one.number}{_place(one.channel)}" for one in shown[:_SHOWN]]
    others += [f"• {len(shown) - _SHOWN} more"] if len(shown) > _SHOWN else []
    others += [f"• {len(told.left_out)} confidential"] if told.left_out else []
    numbers = ",".join(str(number) for number in [facts.number, *(one.number for one in shown)])
    make = button("Major incident…", ids.PRESS_INCIDENT, f":{numbers}")
    return Message(text, (section("\n".join([text, *others])), actions(make)))


def _over(told: IncidentOver, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw each channel's message when the incident is over."""
    by, fixed = person(told.by), escape(told.fixed)
    text = f":white_check_mark: {by} ended *{_named(told)}*: {fixed}"
    owner = person(facts.holder(RELATIONSHIP_OWNER) or facts.declared_by)
    then = f"{owner}, check that it's over here too, then ask the customer to confirm."
    return Message(text, (*paragraphs(text), context(then)))


def over_directly(notice: IncidentOverNotice, facts: EscalationFacts) -> Message:
    """Draw the request to a relationship owner to inform their customer that it is over."""
    text = (
        f":white_check_mark: *{_title(notice.incident, notice.title)}* is over: {escape(notice.fixed)}\n"
        f"Tell {escape(facts.account.name)} now ({labels.where(facts)})."
    )
    return Message(
        text,
        (
            *paragraphs(text),
            section(f"*Words for the customer*\n{quote(escape(INCIDENT_IS_OVER))}"),
            actions(button("Post update", ids.PRESS_UPDATE, str(facts.number), style="primary")),
        ),
    )


def _headline(incident: IncidentFacts, policy: Policy, *, is_new: bool) -> str:
    return f"<!here> {_summary(incident, policy)}" if is_new else _summary(incident, policy)


def _summary(incident: IncidentFacts, policy: Policy) -> str:
    zone, title = str(policy.zone), escape(incident.title)
    counted = _count(incident.accounts)
    if incident.ended_at is not None:
        lasted = f"{moment(incident.since, zone)} to {moment(incident.ended_at, zone)}"
        return f":white_check_mark: *{incident.key} is over: {title}*\n{lasted} · {counted} affected"
    since = moment(incident.since, zone)
    return f":rotating_light: *Major incident {incident.key}: {title}*\nSince {since} · {counted} affected"


def _blocks(incident: IncidentFacts, policy: Policy, reading: StatusReading | None, *, is_new: bool) -> Iterator[Block]:
    yield section(_headline(incident, policy, is_new=is_new))
    affected = [*_affected(incident)]
    if affected:
        yield section("\n".join(affected))
    if incident.ended_by is not None:
        yield from paragraphs(f"*What was fixed*\n{quote(escape(incident.fixed or ''))}")
        yield context(f"Ended by {person(incident.ended_by)}. Customer owners tell their customers.")
        if incident.customers:
            yield context(f"{person(incident.ended_by)}, tell those without an escalation too: {_without(incident)}.")
        return
    if reading is not None:
        yield context(status_pages.read(reading, policy))
    pattern = policy.patterns.major_incident
    if pattern is not None and pattern.steps:
        yield context(f"*First:* {_in_a_row(pattern.steps)}")
    if pattern is not None and pattern.track:
        yield context(f"*Until it ends:* {_in_a_row(pattern.track)}")
    yield _next(incident, *_programme(incident))
    yield context(f"Declared by {person(incident.declared_by)} {moment(incident.declared_at, str(policy.zone))}")


def _programme(incident: IncidentFacts) -> Iterator[StaticSelectElement]:
    """Yield the menu of the customers whose escalation can become an account programme, if there is one."""
    found = [facts for facts, policy in incident.affected if may_become_programme(facts, policy)]
    if found:
        options = [option(str(facts.number), f"{clip(facts.account.name, 40)} · {facts.key}") for facts in found]
        placeholder = plain("Account programme for…", 150)
        yield StaticSelectElement(action_id=ids.PICK_PROGRAMME, placeholder=placeholder, options=options[:_SHOWN])


def _affected(incident: IncidentFacts) -> Iterator[str]:
    for facts, _ in incident.affected:
        place = _place(facts.channel_id if facts.has_channel else None)
        yield f"• {escape(facts.account.name, _NAME)} · {facts.key}{place}"
    if incident.more:
        yield f"• {incident.more} more"
    if incident.hidden:
        yield f"• {incident.hidden} confidential"
    if incident.customers:
        yield f"• Without an escalation: {_without(incident)}"


def _without(incident: IncidentFacts) -> str:
    """Return the customers that have no escalation of it."""
    more = len(incident.customers) - _SHOWN
    named = ", ".join(escape(name, _NAME) for name in incident.customers[:_SHOWN])
    return f"{named} and {more} more" if more > 0 else named


def _advice(text: str, policy: Policy) -> Iterator[Block]:
    yield section(text)
    pattern = policy.patterns.major_incident
    if pattern is None:
        return
    yield section(f"*Words for the customer*\n{quote(escape(pattern.holding_message))}")
    if pattern.dont:
        yield section("*Don't*\n" + "\n".join(f"• {escape(rule)}" for rule in pattern.dont))
    yield context("We post here when it ends. Updates to this customer stay due.")


def _named(told: IncidentJoined | IncidentLasts | IncidentOver) -> str:
    return _title(told.incident, told.title)


def _title(incident: int, title: str) -> str:
    return f"{incident_key(incident)}: {escape(title)}"


def _count(accounts: int) -> str:
    return f"{accounts} account{'' if accounts == 1 else 's'}"


def _place(channel_id: str | None) -> str:
    return f" · {channel(channel_id)}" if channel_id else ""


def _in_a_row(lines: Sequence[str]) -> str:
    return "; ".join(escape(line) for line in lines)
