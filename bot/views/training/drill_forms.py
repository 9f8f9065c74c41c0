"""The forms of drills: which one to play, and its steps."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from slack_sdk.models.blocks import StaticSelectElement

from bot.errors import FormError
from bot.policy.model.training import DrillStep, Scenario, Speaker
from bot.policy.training.drills import DrillFacts, OfferedDrills, Played
from bot.ports.workspace import Block, View
from bot.views.kit import ids
from bot.views.kit.form_values import option_of, says_something, text_of
from bot.views.kit.info_form import shown
from bot.views.kit.parts import actions, button, context, modal, option, question, section, text_input
from bot.views.kit.text import channel, escape

_PROMISES: Final = (5, 10, 15, 20, 30, 45, 60, 90)
_LIMIT: Final = 1500
_TITLES: Final = {
    DrillStep.UPDATED: ("Post update", "Post"),
    DrillStep.RESOLVED: ("Resolve", "Resolve"),
    DrillStep.ASKED: ("Ask the customer", "Ask"),
    DrillStep.CLOSED: ("Close", "Close"),
}


def draw_choice(offered: OfferedDrills, channel_id: str | None = None, response_url: str | None = None) -> View:
    """Draw the form that begins a drill, or leads to the one the person is in. It keeps where it was asked for."""
    if offered.running is not None:
        where = channel(offered.running.channel) if offered.running.channel else "a channel that opens now"
        said = f"You're in *{escape(offered.running.scenario.title)}*: {where}."
        end = button("End it", ids.PRESS_DRILL_END, str(offered.running.number))
        return shown("Drill", [section(said), actions(end)])
    options = [option(each.key, _named(each, offered.best), each.teaches) for each in offered.scenarios]
    select = StaticSelectElement(action_id="scenario", options=options, initial_option=options[0])
    speed = offered.scenarios[0].speed
    return modal(
        ids.DRILL,
        "Drill",
        [
            section(
                "Play an escalation in a private channel, with a customer, an engineer and an executive who write to "
                f"you. One minute counts as {speed} of the drill."
            ),
            question("scenario", "Drill", select),
            context("No one is paged, no customer is written to, and no report counts it."),
        ],
        submit="Start",
        metadata=json.dumps({"channel": channel_id, "response_url": response_url}),
    )


def _named(scenario: Scenario, best: Mapping[str, int]) -> str:
    points = best.get(scenario.key)
    return scenario.title if points is None else f"{scenario.title} · best {points}"


def ended() -> View:
    """Draw what follows ending a drill from the form."""
    return shown("Drill", [section("The drill is over. Your score is in its channel.")])


def read_choice(view: Mapping[str, Any]) -> tuple[str, str | None, str | None]:
    """Return the key of the chosen drill, and where it was asked for: channel and response_url. Raises FormError."""
    found = option_of(view, "scenario")
    if found is None:
        raise FormError("scenario", "Choose a drill.")
    asked = json.loads(view["private_metadata"] or "{}")
    return found, asked.get("channel"), asked.get("response_url")


def draw_step(drill: DrillFacts, step: DrillStep) -> View:
    """Draw the form of a step."""
    title, submit = _TITLES.get(step, ("Close", "Close"))
    metadata = json.dumps({"drill": drill.number, "step": step.value})
    return modal(ids.DRILL_STEP, title, list(_fields(drill, step)), submit=submit, metadata=metadata)


def _fields(drill: DrillFacts, step: DrillStep) -> Iterator[Block]:
    customer = drill.scenario.name(Speaker.CUSTOMER)
    match step:
        case DrillStep.UPDATED:
            yield question(
                "text",
                f"To {customer}",
                text_input("text", multiline=True, limit=_LIMIT),
                hint="In a drill it isn't checked before it's posted. Your score says how it reads.",
                optional=True,
            )
            yield question("note", "Internal note", text_input("note", multiline=True, limit=_LIMIT), optional=True)
            promises = sorted({*_PROMISES, drill.scenario.update})
            options = [option(str(minutes), f"{minutes} min from now") for minutes in promises]
            usual = options[promises.index(drill.scenario.update)]
            select = StaticSelectElement(action_id="minutes", options=options, initial_option=usual)
            yield question("minutes", f"Next update for {customer}", select, hint="In minutes of the drill.")
        case DrillStep.RESOLVED:
            yield question(
                "text",
                "Cause",
                text_input("text", multiline=True, limit=_LIMIT),
                hint="Not found yet? Say who looks for it.",
            )
        case DrillStep.ASKED:
            asked = "It works again on our side. Could you check whether it does on yours?"
            yield question("text", f"To {customer}", text_input("text", initial=asked, multiline=True, limit=_LIMIT))
        case _:
            yield question(
                "text",
                "Follow-up",
                text_input("text", limit=300),
                hint="What will be different next time?",
                optional=True,
            )
            yield question("note", "Owner and due date", text_input("note", limit=200), optional=True)


def read_step(view: Mapping[str, Any]) -> tuple[int, Played]:
    """Return the drill's number and the step with what was written. Raises FormError."""
    known = json.loads(view["private_metadata"])
    step, values = DrillStep(known["step"]), view["state"]["values"]
    text, note = text_of(view, "text"), text_of(view, "note") if "note" in values else ""
    if step is DrillStep.UPDATED and not says_something(text + note):
        raise FormError("text", "Write something for the customer or for the channel.")
    if step in {DrillStep.RESOLVED, DrillStep.ASKED} and not says_something(text):
        raise FormError("text", "Say more than a dash.")
    minutes = option_of(view, "minutes") if "minutes" in values else None
    text = text if says_something(text) else ""
    note = note if says_something(note) else ""
    return int(known["drill"]), Played(step=step, text=text, note=note, minutes=int(minutes) if minutes else None)
