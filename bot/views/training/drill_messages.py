"""The messages of a drill: its card, what is said, and the score."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import ButtonElement

from bot.policy.model.training import Beat, DrillStep, Speaker
from bot.policy.training import scoring
from bot.policy.training.drills import DrillEvent, DrillFacts, DrillStatus, EventKind
from bot.policy.training.scoring import FULL, ScoreLine
from bot.ports.workspace import Message
from bot.views.kit import ids
from bot.views.kit.parts import actions, button, confirm, context, link_button, quote, section, text_message
from bot.views.kit.text import channel, escape, unix

_FACES: Final[Mapping[Speaker, str]] = {
    Speaker.CUSTOMER: ":speech_balloon:",
    Speaker.ENGINEER: ":wrench:",
    Speaker.EXECUTIVE: ":necktie:",
    Speaker.ESCALATE: ":alarm_clock:",
}
USE_THE_CARD: Final = "This is a drill. Use the buttons of its card."
_STATUS: Final = {
    DrillStatus.OPEN: "Open",
    DrillStatus.MITIGATED: "Impact stopped",
    DrillStatus.RESOLVED: "Resolved",
    DrillStatus.CLOSED: "Closed",
    DrillStatus.ENDED: "Ended",
}
_NEXT: Final = {
    DrillStatus.OPEN: (DrillStep.IMPACT_STOPPED, "Impact stopped"),
    DrillStatus.MITIGATED: (DrillStep.RESOLVED, "Resolve"),
    DrillStatus.RESOLVED: (DrillStep.ASKED, "Ask the customer"),
}

_LINE: Final = 300
_ANSWER: Final = "Write your answer in this channel."
_NAMES: Final = {DrillStep.ACKNOWLEDGED: "Acknowledge", DrillStep.UPDATED: "Post update"}
_WITHOUT_WORDS: Final = (DrillStep.ACKNOWLEDGED, DrillStep.IMPACT_STOPPED)


def topic(drill: DrillFacts) -> str:
    """Return the topic of a drill's channel."""
    return f"Drill, nothing here is real · one minute counts as {drill.scenario.speed}"


def begun(drill: DrillFacts, workspace_url: str, channel_id: str) -> Message:
    """Draw the line where the drill was asked for, which only its person sees."""
    text = f"*{escape(drill.scenario.title)}* begins in {channel(channel_id)}."
    opens = link_button("Open channel", f"{workspace_url}archives/{channel_id}", style="primary")
    return Message(text, (section(text, accessory=opens),))


def card(drill: DrillFacts) -> Message:
    """Draw the card: what it is about, where it stands, what is due, the next steps, and who is who."""
    scenario = drill.scenario
    title = f"*Drill · {escape(scenario.level)} · {escape(scenario.account)}*\n{escape(scenario.summary)}"
    people = " · ".join(
        f"{_FACES[part]} {escape(cast.name)}, {escape(cast.role)}" for part, cast in scenario.cast.items()
    )
    parts = [section(title), section("\n".join(_state(drill)))]
    if drill.ended_at is None:
        parts.append(actions(*_buttons(drill)))
        parts.append(context(f"You hold both roles: fix owner and customer owner.\n{people}"))
    return Message(f"Drill: {scenario.title}", parts)


def line(drill: DrillFacts, event: DrillEvent) -> Message:
    """Draw something that was said or done, with the button of the step it asks for: the card may be out of sight."""
    if event.kind is EventKind.STEP:
        return text_message(_done(drill, event))
    by = Speaker(event.note)
    if by is Speaker.ESCALATE:
        # The words are of the scenario or ours, and may hold bold text.
        text = f"{_FACES[by]} {escape(event.text)}"
    else:
        text = f"{_FACES[by]} *{escape(drill.scenario.name(by))}*\n{quote(escape(event.text))}"
    asked = _asked(drill, event)
    if asked is not None:
        return Message(text, [section(text), actions(asked)])
    if _is_colleagues_question(drill, event):
        return Message(text, [section(text), context(_ANSWER)])
    return text_message(text)


def offers_a_step(message: Message) -> bool:
    """Return True if a line has a button."""
    return any(block["type"] == "actions" for block in message.blocks)


def _is_colleagues_question(drill: DrillFacts, event: DrillEvent) -> bool:
    """Return True for a question that wants an answer in the channel: customers are answered with an update."""
    beat = _beat(drill, event)
    wants = beat is not None and beat.answer_within is not None and beat.by is not Speaker.CUSTOMER
    return wants and drill.ended_at is None


def _asked(drill: DrillFacts, event: DrillEvent) -> ButtonElement | None:
    """Return the button of the step that a line asks for; None if there is none, or it's done."""
    if drill.ended_at is not None:
        return None
    if event.kind is EventKind.REMINDER:
        is_update = drill.first(DrillStep.ACKNOWLEDGED) is not None
        step = DrillStep.UPDATED if is_update else DrillStep.ACKNOWLEDGED
        return _step(drill, step, _NAMES[step])
    beat = _beat(drill, event)
    if beat is None:
        return None
    if beat.gives is DrillStep.FIXED:
        is_open = drill.status is DrillStatus.OPEN
        return _step(drill, DrillStep.IMPACT_STOPPED, "Impact stopped") if is_open else None
    is_confirmed = DrillStep.CONFIRMED in (beat.gives, beat.after)
    if is_confirmed and drill.status is DrillStatus.RESOLVED:
        return _step(drill, DrillStep.CLOSED, "Close")
    return _step(drill, DrillStep.UPDATED, "Post update") if beat.by is Speaker.CUSTOMER else None


def _beat(drill: DrillFacts, event: DrillEvent) -> Beat | None:
    """Return the line of the script that an event is; None for one that the script doesn't have."""
    place = event.key.partition(".")[0]
    script = drill.scenario.script
    return script[int(place)] if place.isdecimal() and int(place) < len(script) else None


def score(drill: DrillFacts, lines: Sequence[ScoreLine]) -> Message:
    """Draw the score: five lines, and how to play again."""
    points = scoring.total(lines)
    text = "\n".join([f"*{points} of 100* · {escape(drill.scenario.title)}", *map(_scored, lines)])
    again = button("Play another", ids.PRESS_DRILLS, "again")
    return Message(text, [section(text), actions(again), context("We archive this channel in a day.")])


def _scored(line: ScoreLine) -> str:
    face = ":white_check_mark:" if line.points == FULL else ":small_orange_diamond:" if line.points else ":x:"
    better = f" _{escape(line.better, _LINE)}_" if line.better else ""
    return f"{face} *{escape(line.title, _LINE)}* {line.points}/{FULL} · {escape(line.said, _LINE)}{better}"


def _state(drill: DrillFacts) -> Iterator[str]:
    acknowledged = drill.first(DrillStep.ACKNOWLEDGED) is not None
    status = _STATUS[drill.status]
    yield f"*{status}*" + ("" if acknowledged or drill.ended_at is not None else " · not acknowledged")
    if drill.ended_at is not None:
        return
    if not acknowledged:
        target = drill.scenario.acknowledge
        yield f"Acknowledge by {_clock(drill.started_at + drill.after(target))} (minute {target})"
    if (promised := drill.promised_by) is not None:
        customer = escape(drill.scenario.name(Speaker.CUSTOMER))
        yield f"Next update for {customer} by {_clock(promised)} (minute {drill.minute(promised)})"


def _buttons(drill: DrillFacts) -> Iterator[ButtonElement]:
    if drill.first(DrillStep.ACKNOWLEDGED) is None:
        yield _step(drill, DrillStep.ACKNOWLEDGED, "Acknowledge", style="primary")
    yield _step(drill, DrillStep.UPDATED, "Post update")
    yield _step(drill, *_NEXT[drill.status])
    if drill.status is DrillStatus.RESOLVED:
        yield _step(drill, DrillStep.CLOSED, "Close")
    sure = confirm("Stop this drill?", "You get your score for what you did so far.", "Stop it")
    yield button("Stop drill", ids.PRESS_DRILL_END, str(drill.number), confirm=sure)


def _step(drill: DrillFacts, step: DrillStep, words: str, *, style: str | None = None) -> ButtonElement:
    """Return the button of a step, which needs a form or not. Slack wants each id of a row to be another."""
    action = ids.PRESS_DRILL_STEP if step in _WITHOUT_WORDS else ids.PRESS_DRILL_FORM
    return button(words, f"{action}-{step.name.lower()}", f"{drill.number}:{step}", style=style)


def _done(drill: DrillFacts, event: DrillEvent) -> str:
    customer = escape(drill.scenario.name(Speaker.CUSTOMER))
    minute = f"Minute {drill.minute(event.at)}"
    match event.key:
        case DrillStep.ACKNOWLEDGED:
            return f"{minute}: you acknowledged."
        case DrillStep.UPDATED:
            told = f"you to {customer}:\n{quote(escape(event.text))}" if event.text else "you in this channel:"
            note = f"\nInternal note:\n{quote(escape(event.note))}" if event.note else ""
            return f"{minute}, {told}{note}"
        case DrillStep.IMPACT_STOPPED:
            return f"{minute}: impact stopped."
        case DrillStep.RESOLVED:
            return f"{minute}: resolved. Cause: {escape(event.text)}"
        case DrillStep.ASKED:
            return f"{minute}, you to {customer}:\n{quote(escape(event.text))}"
        case DrillStep.CLOSED:
            follow_up = f" Follow-up: {escape(event.text)} ({escape(event.note)})" if event.text else ""
            return f"{minute}: closed.{follow_up}"
        case _:
            return minute


def _clock(at: datetime) -> str:
    """Return a time to the second: minutes pass fast in a drill."""
    return f"<!date^{unix(at)}^{{time_secs}}|{at:%H:%M:%S} UTC>"
