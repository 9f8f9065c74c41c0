"""The training material of a policy: what is shipped, with what the policy adds or replaces. Read when it's needed."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import yaml

from bot.policy.model.training import RANKS, Choice, Scenario, Training, TrainingStep, TrainingWeek, TreeQuestion


@cache
def shipped() -> Training:
    """Return the shipped material, parsed once per process."""
    text = files("bot.policy.presets").joinpath("training.yml").read_text(encoding="utf-8")
    return Training.model_validate(yaml.safe_load(text))


def scenarios(training: Training) -> Mapping[str, Scenario]:
    """Return the drills by key: the shipped ones, and those of the policy, which replace shipped ones of their key."""
    return {each.key: each for each in (*shipped().drills, *training.drills)}


def tree(training: Training) -> Mapping[str, TreeQuestion]:
    """Return the decision tree by key, in order; the first is where it begins."""
    return {question.key: question for question in training.tree or shipped().tree}


def level_of(choice: Choice, codes: Sequence[str]) -> str | None:
    """Return the level that advice leads to, of those of the policy from the highest down; None if it names none."""
    highest, second, lowest = RANKS
    if choice.level is None or not codes:
        return None
    places = {highest: codes[0], second: codes[min(1, len(codes) - 1)], lowest: codes[-1]}
    return places.get(choice.level, choice.level if choice.level in codes else None)


def level_name(scenario: Scenario, labels: Sequence[str]) -> str:
    """Return the name of a drill's severity, of the policy's from the highest down if it says a place among them."""
    highest, second, lowest = RANKS
    places = {highest: labels[0], second: labels[min(1, len(labels) - 1)], lowest: labels[-1]}
    return places.get(scenario.level, scenario.level)


def philosophy(training: Training) -> Sequence[str]:
    """Return the lines of the philosophy (S3: "Escalating is not a failure")."""
    return training.philosophy or shipped().philosophy


def weeks(training: Training) -> Sequence[TrainingWeek]:
    """Return the weeks of the programme for new people (S3, "New hire training")."""
    return training.weeks or shipped().weeks


def steps(training: Training) -> Mapping[str, TrainingStep]:
    """Return the steps of all weeks by key, in order."""
    return {step.key: step for week in weeks(training) for step in week.steps}
