"""The programme for new people: one's own way, and those one mentors."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from slack_sdk.models.blocks import UserSelectElement

from bot.errors import FormError
from bot.policy.model.training import StepKind
from bot.policy.training.weeks import BY_MENTOR, StepState, TrainingView, WeekState, counted
from bot.ports.workspace import Block, View
from bot.views.kit import ids, picking
from bot.views.kit.form_values import option_of, person_of
from bot.views.kit.info_form import shown
from bot.views.kit.parts import actions, button, context, modal, question, section
from bot.views.kit.picking import Offered
from bot.views.kit.text import clip, escape, person, times

_TITLE: Final = "Training"
_MOST_PHILOSOPHY: Final = 10
_ID: Final = 40
_KEY: Final = 80


def draw(view: TrainingView) -> View:
    """Draw somebody's way through the weeks, or the form that begins it, with those they mentor below."""
    if view.shown is None:
        mentor = UserSelectElement(action_id="mentor", initial_user=view.manager)
        blocks = [
            section(f"{times(len(view.weeks), 'week')} with a colleague beside you."),
            *(part for place, week in enumerate(view.weeks, start=1) for part in _later(place, week)),
            question("mentor", "Who is your mentor?", mentor, hint="Someone who has owned escalations."),
            *_others(view),
        ]
        return modal(ids.TRAINING, _TITLE, blocks, submit="Begin")
    return shown(_TITLE, [*_own(view), *_others(view)])


def read_mentor(view: Mapping[str, Any]) -> str:
    """Return the chosen mentor, by Slack id. Raises FormError."""
    mentor = person_of(view, "mentor")
    if mentor is None:
        raise FormError("mentor", "Choose a colleague.")
    return mentor


def draw_shadow(step: str, found: Offered) -> View:
    """Draw the choice of an escalation to shadow."""
    if not found.shown:
        return shown("Shadow", [section("No open escalations. Come back when there is one.")])
    menu = picking.one("escalation", "Choose an escalation", found, preset=False)
    blocks = [
        question("escalation", "Escalation", menu, hint="You're invited to its channel and get no pages."),
    ]
    return modal(ids.SHADOW, "Shadow", blocks, submit="Shadow", metadata=json.dumps({"step": step[:_KEY]}))


def read_shadow(view: Mapping[str, Any]) -> tuple[str, int]:
    """Return the step and the number of the chosen escalation. Raises FormError."""
    chosen = option_of(view, "escalation")
    if chosen is None or not chosen.isdecimal():
        raise FormError("escalation", "Choose an escalation.")
    return str(json.loads(view["private_metadata"])["step"]), int(chosen)


def _own(view: TrainingView) -> Iterator[Block]:
    trainee = view.shown
    if trainee is None:
        return
    done, of = counted(view.weeks)
    who = person(trainee.person) if view.may_mark else "You"
    yield section(f"*{who}: {done} of {of} steps* · mentor {person(trainee.mentor)}")
    is_shown = False
    for place, week in enumerate(view.weeks, start=1):
        mark = ":white_check_mark:" if week.is_done else ":white_circle:"
        # One's own form has the buttons of the week one is in, and lists later ones; a mentor may mark any.
        if is_shown and not view.may_mark and not week.is_done:
            yield from _later(place, week)
            continue
        yield section(f"{mark} *Week {place}: {escape(week.week.title)}*")
        if not week.is_done:
            is_shown = True
            for state in week.steps:
                yield from _step(state, view)
    if not view.may_mark:
        lines = ["*How we work with escalations*"]
        lines += [f"• {escape(line)}" for line in view.philosophy[:_MOST_PHILOSOPHY]]
        ask = f"\nQuestions? {escape(view.contact)}" if view.contact else ""
        yield context("\n".join(lines) + ask)
        yield actions(button("Case studies", ids.PRESS_CASE_STUDIES, "training"))


def _later(place: int, week: WeekState) -> Iterator[Block]:
    """Yield a week that hasn't begun, with its steps to look at."""
    lines = ((":white_check_mark:" if state.is_done else "•", escape(state.step.text)) for state in week.steps)
    steps = "\n".join(" ".join(line) for line in lines)
    yield context(f":white_circle: *Week {place}: {escape(week.week.title)}*\n{steps}")


def _step(state: StepState, view: TrainingView) -> Iterator[Block]:
    step = state.step
    mark = ":white_check_mark:" if state.is_done else "•"
    counts = f" ({state.times} of {step.times})" if step.times > 1 else ""
    more = f"\n{escape(step.more)}" if step.more and not state.is_done and not view.may_mark else ""
    running = ", ".join(f"ESC-{number}" for number in state.running)
    running = f"\nRunning: {running}" if running else ""
    pressed = None if state.is_done else _button(state, view)
    yield section(f"{mark} {escape(step.text)}{counts}{more}{running}", accessory=pressed)


def _button(state: StepState, view: TrainingView) -> Any:
    step, trainee = state.step, view.shown
    value = f"{clip(trainee.person, _ID)}:{step.key}" if trainee is not None else ""
    if view.may_mark:
        return button("Done", f"{ids.PRESS_STEP_DONE}-{step.key}", value) if step.kind in BY_MENTOR else None
    match step.kind:
        case StepKind.READ:
            return button("I've done it", f"{ids.PRESS_STEP_DONE}-{step.key}", value)
        case StepKind.DRILL:
            return button("Play", ids.PRESS_DRILLS, "training")
        case StepKind.SHADOW:
            return button("Choose", f"{ids.PRESS_SHADOW}-{step.key}", step.key)
        case _:
            return None


def _others(view: TrainingView) -> Iterator[Block]:
    if view.may_mark:
        yield actions(button("Back", f"{ids.PRESS_TRAINEE}-back", clip(view.viewer, _ID)))
        return
    for trainee, done, of in view.others:
        seen = button("Open", f"{ids.PRESS_TRAINEE}-{clip(trainee.person, _ID)}", clip(trainee.person, _ID))
        yield section(f"{person(trainee.person)} · {done} of {of} steps", accessory=seen)
    if view.others and view.finished:
        months = " · ".join(f"{month}: {number}" for month, number in view.finished.items())
        yield context(f"Finished in the whole company: {months}")
