"""The forms of major incidents: the live ones, a new one or one to join, and the end of one."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from slack_sdk.models.blocks import DateTimePickerElement, StaticSelectElement

from bot.policy.decide.incidents import IncidentFacts, Overview, listed
from bot.policy.excerpts import Excerpt
from bot.policy.model.rules import Policy
from bot.ports.workspace import Block, View
from bot.views.incidents import incident_messages
from bot.views.kit import ids, picking
from bot.views.kit.parts import button, context, divider, modal, option, question, section, text_input
from bot.views.kit.text import escape, one_line, plain, times, unix

TITLE_LIMIT = 150
_NEW = "new"
_LISTED = 10


@dataclass(frozen=True, slots=True)
class AskedIn:
    """Where a form was asked for: the channel, and where Slack takes answers for half an hour."""

    channel: str | None = None
    response_url: str | None = None


NOWHERE: Final = AskedIn()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentAnswers:
    """The form's answers; without an incident, a new one."""

    incident: int | None
    title: str
    since: datetime | None
    numbers: tuple[int, ...]
    customers: tuple[str, ...] = ()
    asked_in: AskedIn = NOWHERE
    # The escalations that were chosen when the form was opened.
    chosen: tuple[int, ...] = ()


def draw(
    found: Overview,
    policy: Policy,
    chosen: Collection[int],
    joined: int | None = None,
    asked_in: AskedIn = NOWHERE,
) -> View:
    """Draw the live incidents and the questions; `chosen` escalations and the incident to join are preselected.

    The answer goes where it was asked for.
    """
    blocks = [*_lasting(found.live, policy), *_questions(found, chosen, joined), *_include(policy)]
    offered = {facts.number for facts in found.candidates.shown}
    where = (asked_in.channel, asked_in.response_url)
    metadata = json.dumps({"origin": where, "chosen": sorted(offered & set(chosen))})
    return modal(ids.INCIDENT, "Major incident", blocks, submit="Save", metadata=metadata)


def _include(policy: Policy) -> Iterator[Block]:
    """Yield a reminder of what the policy wants to be included."""
    pattern = policy.patterns.major_incident
    if pattern is not None and pattern.include:
        yield context(f"Include: {escape('; '.join(pattern.include))}.")


def read(view: Mapping[str, Any]) -> IncidentAnswers:
    """Parse the form."""
    values = view["state"]["values"]

    def given(block_id: str) -> Mapping[str, Any]:
        found = next(iter(values.get(block_id, {}).values()), None)
        return found if isinstance(found, dict) else {}

    incident = (given("incident").get("selected_option") or {}).get("value", _NEW)
    seconds = given("since").get("selected_date_time")
    metadata = json.loads(view.get("private_metadata") or "{}")
    return IncidentAnswers(
        incident=None if incident == _NEW else int(incident),
        title=one_line(given("title").get("value") or ""),
        since=datetime.fromtimestamp(seconds, UTC) if seconds else None,
        customers=listed(given("customers").get("value") or ""),
        numbers=tuple(int(one["value"]) for one in given("escalations").get("selected_options") or ()),
        asked_in=AskedIn(*metadata.get("origin", ())),
        chosen=tuple(metadata.get("chosen", ())),
    )


def saved(incident: IncidentFacts, policy: Policy, place: str | None) -> str:
    """Return the line where the form was asked for. `place` is the incidents channel."""
    line = incident_messages.line(incident, policy)
    if place and incident.waits:
        return f"{line}\nCan't post in {escape(place)} right now. Tell them yourself; we post it there later."
    return f"{line}\nLinked channels have words for the customer."


def over(incident: IncidentFacts, policy: Policy) -> View:
    """Draw the form that ends an incident; if it is over, show it."""
    heading = section(incident_messages.line(incident, policy))
    if not incident.is_live:
        return modal(ids.INCIDENT_OVER, incident.key, [heading], close="Close")
    blocks = [
        heading,
        question(
            "fixed",
            "What was fixed?",
            text_input("fixed", multiline=True, limit=1500),
            hint="Posted in every linked channel. We ask customer owners to tell their customers.",
        ),
    ]
    metadata = json.dumps({"incident": incident.id})
    return modal(ids.INCIDENT_OVER, f"Is {incident.key} over?", blocks, submit="End it", metadata=metadata)


def incident_of(view: Mapping[str, Any]) -> int:
    """Return the incident that a form ends."""
    return int(json.loads(view["private_metadata"])["incident"])


def _lasting(live: Excerpt[IncidentFacts], policy: Policy) -> Iterator[Block]:
    for incident in live.shown[:_LISTED]:
        end = button("End…", ids.PRESS_INCIDENT_OVER, str(incident.id))
        yield section(incident_messages.line(incident, policy), accessory=end)
    more = live.total - min(len(live.shown), _LISTED)
    if more > 0:
        are = "are" if more > 1 else "is"
        yield context(f"{times(more, 'older incident')} {are} open: see the incidents channel.")
    if live.shown:
        yield divider()


def _questions(found: Overview, chosen: Collection[int], joined: int | None) -> Iterator[Block]:
    live = found.live.shown
    if live:
        yield question("incident", "Which one?", _which(live, joined))
    elif found.pattern.steps:
        yield context(*(escape(step) for step in found.pattern.steps[:10]))
    yield question(
        "title",
        "New incident: what's happening?" if live else "What's happening?",
        text_input("title", limit=TITLE_LIMIT, placeholder="One line, without customer names"),
        optional=bool(live),
    )
    yield question(
        "since",
        "New incident: since when?" if live else "Since when?",
        DateTimePickerElement(action_id="since", initial_date_time=unix(found.now) // 60 * 60),
        optional=bool(live),
    )
    if found.candidates.shown:
        ticked = [facts for facts in found.candidates.shown if facts.number in chosen]
        menu = picking.several("escalations", "We post in their channels", found.candidates, ticked)
        words = "Which escalations are part of it?"
        yield question("escalations", words, menu, hint=picking.hint(found.candidates), optional=True)
    yield question(
        "customers",
        "Who else is affected?",
        text_input(
            "customers", multiline=True, limit=3000, placeholder="Customers without an escalation, one per line"
        ),
        optional=True,
    )


def _which(live: Sequence[IncidentFacts], joined: int | None) -> StaticSelectElement:
    options = {one.id: option(str(one.id), f"{one.key}: {one.title}") for one in live}
    return StaticSelectElement(
        action_id="incident",
        placeholder=plain("Choose", 150),
        options=[*options.values(), option(_NEW, "A new major incident")],
        initial_option=options.get(joined) if joined is not None else None,
    )
