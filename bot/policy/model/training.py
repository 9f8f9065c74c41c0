"""The part of a policy about training: what people learn, whom they ask, and drills (docs/training.md)."""

from enum import StrEnum
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from bot.policy.model.wording import WordingRule
from bot.policy.schema import Key, Mistake, Part, Text, keyed

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=75)]
Minute = Annotated[int, Field(ge=0, le=480)]
_MOST_BEATS: Final = 60


class Speaker(StrEnum):
    """A speaker in a drill: a played counterpart, or Escalate."""

    CUSTOMER = "customer"
    ENGINEER = "engineer"
    EXECUTIVE = "executive"
    ESCALATE = "escalate"


class DrillStep(StrEnum):
    """A step of a drill: something the person does, or something that a line of the script makes known."""

    STARTED = "started"
    ACKNOWLEDGED = "acknowledged"
    UPDATED = "updated"
    ANSWERED = "answered"  # they wrote in the channel
    IMPACT_STOPPED = "impact stopped"
    RESOLVED = "resolved"
    ASKED = "asked"  # the customer, whether it works
    CLOSED = "closed"
    FIXED = "fixed"  # an engineer said that the impact is over
    CONFIRMED = "confirmed"  # the customer said that it works


# What a line of the script may make known.
FACTS: Final = (DrillStep.FIXED, DrillStep.CONFIRMED)


class CastMember(Part):
    """Whom a counterpart plays: a name, and what they are."""

    name: Name
    role: Name


class Beat(Part):
    """A line of a drill's script.

    It comes `at` a minute of the drill, or `wait` minutes after a step, or after a customer text with a finding of the
    wording guard (`after_finding`). It waits for all of `needs`, and is left out if one of `unless` happened before. A
    question with `answer_within` wants an answer in the channel. With `each` it comes after every such step.
    """

    by: Speaker
    says: Line
    at: Minute | None = None
    after: DrillStep | None = None
    after_finding: WordingRule | None = None
    wait: Minute = 0
    needs: tuple[DrillStep, ...] = ()
    unless: tuple[DrillStep, ...] = ()
    answer_within: Annotated[int, Field(ge=1, le=240)] | None = None
    gives: DrillStep | None = None
    each: bool = False

    @model_validator(mode="after")
    def _one_moment(self) -> Self:
        given = [name for name in ("at", "after", "after_finding") if getattr(self, name) is not None]
        if len(given) != 1:
            raise Mistake(
                f"the line comes at {' and '.join(given) or 'no time'}", "give it one of at, after, after_finding"
            )
        if self.gives is not None and self.gives not in FACTS:
            raise Mistake(f"{self.gives.value!r} is what a person does", "a line gives fixed or confirmed")
        if self.each and self.after is None:
            raise Mistake("each has an effect only with after", "name a step with after")
        return self


class Scenario(Part):
    """A drill as data: an escalation, its counterparts and what they say. Times are minutes of the drill.

    `speed` is how many minutes of the drill pass in a real one. The person has `acknowledge` minutes to acknowledge,
    and promises an update at least every `update` minutes. The drill ends after `lasts` minutes at the latest.
    """

    key: Key
    title: Name
    account: Name
    summary: Line
    level: Name
    teaches: Line
    speed: Annotated[int, Field(ge=1, le=60)] = 10
    acknowledge: Annotated[int, Field(ge=1, le=240)] = 15
    update: Annotated[int, Field(ge=1, le=240)] = 30
    lasts: Annotated[int, Field(ge=10, le=480)] = 120
    cast: dict[Speaker, CastMember]
    script: Annotated[tuple[Beat, ...], Field(min_length=1, max_length=_MOST_BEATS)]

    @model_validator(mode="after")
    def _everybody_is_cast(self) -> Self:
        for beat in self.script:
            if beat.by is not Speaker.ESCALATE and beat.by not in self.cast:
                raise Mistake(f"{beat.by.value} speaks and has no name", f"add {beat.by.value} to cast")
        if Speaker.CUSTOMER not in self.cast:
            raise Mistake("nobody plays the customer", "add customer to cast")
        given = {beat.gives for beat in self.script}
        if missing := [fact.value for fact in FACTS if fact not in given]:
            raise Mistake(f"no line gives {' or '.join(missing)}", "without it nobody can close the drill")
        return self

    def name(self, part: Speaker) -> str:
        """Return the name of a counterpart."""
        return self.cast[part].name if part in self.cast else "Escalate"


class StepKind(StrEnum):
    """How it is known that a step is done."""

    READ = "read"  # the person says so
    DRILL = "drill"  # a drill was played to its end, with at least the points the step asks for
    SHADOW = "shadow"  # they shadowed an escalation that has ended
    SUPERVISED = "supervised"  # they owned one, and their mentor says that it went well
    REVIEWED = "reviewed"  # they owned one alone, and their mentor has gone through it with them


class TrainingStep(Part):
    """A step of a week. `times` is how often it is done; `points` what a drill must reach."""

    key: Key
    kind: StepKind
    text: Line
    more: Text | None = None
    times: Annotated[int, Field(ge=1, le=20)] = 1
    points: Annotated[int, Field(ge=0, le=100)] = 60


class TrainingWeek(Part):
    """A week of the programme for new people: what it is about, and what they do in it."""

    title: Line
    steps: Annotated[tuple[TrainingStep, ...], Field(min_length=1, max_length=8)]


class Then(StrEnum):
    """The action that advice offers."""

    DECLARE = "declare"
    PROGRAMME = "programme"
    NOTHING = "nothing"


# A level by its place, in policies whatever their levels are called.
RANKS: Final = ("highest", "second", "lowest")


class Choice(Part):
    """An answer to a question of the decision tree: it leads to another question, or to advice.

    `then` is what the advice offers a button for. `level` is the severity that its form begins with: a level of the
    policy, or one of `RANKS`.
    """

    says: Name
    to: Key | None = None
    advice: Line | None = None
    then: Then = Then.DECLARE
    level: Key | None = None

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if (self.to is None) == (self.advice is None):
            raise Mistake(f"{self.says!r} leads nowhere, or to two places", "give it either to or advice")
        return self


class TreeQuestion(Part):
    """A question of the decision tree."""

    key: Key
    asks: Line
    choices: Annotated[tuple[Choice, ...], Field(min_length=2, max_length=6)]


def _tree(value: Any) -> Any:
    return keyed(value, "key")


class Training(Part):
    """Training: where people learn the procedure, whom they ask, and what they practise on (docs/training.md).

    `drills` are played besides the shipped ones, or in place of one of the same key; `tree`, `weeks` and
    `philosophy` replace the shipped ones.
    """

    new_hires: tuple[Text, ...] = ()
    ongoing: tuple[Text, ...] = ()
    resources: tuple[Text, ...] = ()
    contact: Text | None = None
    drills: Annotated[tuple[Scenario, ...], BeforeValidator(lambda value: keyed(value, "key"))] = ()
    tree: Annotated[tuple[TreeQuestion, ...], BeforeValidator(_tree)] = ()
    weeks: tuple[TrainingWeek, ...] = ()
    philosophy: tuple[Line, ...] = ()

    @model_validator(mode="after")
    def _tree_is_whole(self) -> Self:
        if wrong := tree_problem(self.tree):
            raise Mistake(*wrong)
        steps = [step.key for week in self.weeks for step in week.steps]
        if twice := next((key for key in steps if steps.count(key) > 1), None):
            raise Mistake(f"two steps are called {twice}", "give each step another key")
        return self


def tree_problem(tree: tuple[TreeQuestion, ...]) -> tuple[str, str] | None:
    """Return what is wrong with a decision tree, and what would be right; None if nothing is.

    Every question leads on to another, none to one that came before it.
    """
    places = {question.key: place for place, question in enumerate(tree)}
    for place, question in enumerate(tree):
        for choice in question.choices:
            if choice.to is not None and places.get(choice.to, -1) <= place:
                known = ", ".join(list(places)[place + 1 :]) or "none"
                return f"{question.key} leads to {choice.to}", f"lead to a later question: {known}"
    return None
