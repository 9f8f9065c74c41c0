"""The score of a drill: five lines, each with points and what to do better.

Twenty points each: acknowledging, promises to the customer, what the customer reads, answers to questions, closing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.policy.model.training import DrillStep, Speaker
from bot.policy.model.wording import WordingRule
from bot.policy.training.drills import DrillEvent, DrillFacts, EventKind

FULL: Final = 20
_MINUTE: Final = timedelta(minutes=1)
# A customer text that says next to nothing.
_FEW_WORDS: Final = 5
# How many texts are quoted.
_QUOTED: Final = 2
_WHAT: Final = {
    WordingRule.OUTCOME: "promises an outcome",
    WordingRule.TIMELINE: "promises a time for the fix",
    WordingRule.COMPENSATION: "offers compensation",
    WordingRule.SPECULATION: "guesses at the cause",
    WordingRule.LEGAL: "says who is liable",
    WordingRule.BLAME: "blames someone",
    WordingRule.UNANNOUNCED: "names something that isn't announced",
    WordingRule.INTERNAL: "is internal",
}


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """A line of the score: what it is about, points of twenty, what happened, and what to do better (or empty)."""

    title: str
    points: int
    said: str
    better: str = ""


@dataclass(frozen=True, slots=True)
class DrillPromise:
    """An update that the customer was promised: when it was due, and when it came, if it did."""

    due_at: datetime
    kept_at: datetime | None

    @property
    def is_kept(self) -> bool:
        """Return True if it came in time."""
        return self.kept_at is not None and self.kept_at <= self.due_at


def score(drill: DrillFacts) -> tuple[ScoreLine, ...]:
    """Return the five lines of a drill that is over."""
    return (_acknowledging(drill), _promises(drill), _texts(drill), _answers(drill), _closing(drill))


def total(lines: Sequence[ScoreLine]) -> int:
    """Return the points of a hundred."""
    return sum(line.points for line in lines)


def promises(drill: DrillFacts) -> list[DrillPromise]:
    """Return the updates that the customer was promised until it was resolved or over, in order.

    The first is due by the level's cadence from the start; each update promises the next. One that isn't due yet at
    the end counts for nothing.
    """
    resolved = drill.time_of(DrillStep.RESOLVED)
    end = min(at for at in (resolved, drill.ended_at, drill.ends_at) if at is not None)
    found: list[DrillPromise] = []
    due_at = drill.started_at + drill.after(drill.scenario.update)
    for event in drill.all_of(DrillStep.UPDATED):
        if event.at > end:
            break
        if event.text:
            found.append(DrillPromise(due_at, event.at))
            due_at = event.until or event.at + drill.after(drill.scenario.update)
    if due_at < end:
        found.append(DrillPromise(due_at, None))
    return found


def _acknowledging(drill: DrillFacts) -> ScoreLine:
    target = drill.scenario.acknowledge
    at = drill.time_of(DrillStep.ACKNOWLEDGED)
    title = "Acknowledge"
    if at is None:
        return ScoreLine(title, 0, "Never acknowledged.", "Press Acknowledge first. You can think after that.")
    minute = drill.minute(at)
    said = f"Acknowledged at minute {minute}. The target is {target}."
    if minute <= target:
        return ScoreLine(title, FULL, said)
    points = 10 if minute <= 2 * target else 5
    return ScoreLine(title, points, said, "Acknowledge before you look into it. It only says you have it.")


def _promises(drill: DrillFacts) -> ScoreLine:
    found = promises(drill)
    kept = sum(promise.is_kept for promise in found)
    customer = drill.scenario.name(Speaker.CUSTOMER)
    title = "Promises"
    if not found:
        if drill.time_of(DrillStep.RESOLVED) is None:
            return ScoreLine(title, 0, f"{customer} got no update.", "Send a first text once you have acknowledged.")
        return ScoreLine(title, FULL, "Resolved before the first update was due.")
    said = f"{kept} of {len(found)} updates came in time."
    points = FULL * kept // len(found)
    late = max((_late(promise, drill) for promise in found), default=0)
    if kept == len(found):
        return ScoreLine(title, points, said)
    if not any(promise.kept_at for promise in found):
        return ScoreLine(title, points, f"{customer} got no update.", "Send one, even without news.")
    better = f"The latest was {late} min late. Say there's no news, or promise a later time."
    return ScoreLine(title, points, said, better)


def _late(promise: DrillPromise, drill: DrillFacts) -> int:
    until = promise.kept_at or drill.ended_at or drill.ends_at
    return max(0, int((until - promise.due_at) * drill.scenario.speed / _MINUTE))


def _texts(drill: DrillFacts) -> ScoreLine:
    customer = drill.scenario.name(Speaker.CUSTOMER)
    title = f"What {customer} reads"
    texts = [event for event in drill.all_of(DrillStep.UPDATED) if event.text]
    if not texts:
        return ScoreLine(
            title, 0, f"{customer} read nothing from you.", "Say what works, what doesn't, and when you write again."
        )
    flawed = [event for event in texts if event.findings]
    if flawed:
        points = max(0, FULL - 8 * len(flawed))
        found = dict.fromkeys(f"“{event.quote}” {_WHAT[event.findings[0]]}" for event in flawed)
        said = "; ".join([*found][:_QUOTED])
        better = "Say what you know and when you write again. Keep the rest inside."
        return ScoreLine(title, points, f"{len(flawed)} of {len(texts)} weren't fit to send: {said}.", better)
    if same := sum(event.text.strip() == event.note.strip() for event in texts):
        said = f"{same} of {len(texts)} texts went to both sides in the same words."
        return ScoreLine(title, 12, said, "Tell the customer what it means for them, and colleagues what they need.")
    if short := sum(len(event.text.split()) < _FEW_WORDS for event in texts):
        said = f"{short} of {len(texts)} texts say next to nothing."
        return ScoreLine(title, 12, said, "Say what still works, what doesn't, and when you write again.")
    return ScoreLine(title, FULL, f"{len(texts)} {'text' if len(texts) == 1 else 'texts'}, all fit to send.")


def _answers(drill: DrillFacts) -> ScoreLine:
    title = "Questions"
    asked = list(_questions(drill))
    if not asked:
        return ScoreLine(title, FULL, "No answer was due.")
    waits = [(event, wanted, _answered(drill, event)) for event, wanted in asked]
    good = sum(at is not None and at <= event.at + wanted for event, wanted, at in waits)
    said = f"{good} of {len(asked)} questions answered in time."
    if good == len(asked):
        return ScoreLine(title, FULL, said)
    waited = (event for event, wanted, at in waits if at is None or at > event.at + wanted)
    name = drill.scenario.name(_by(drill, next(waited)))
    better = f"{name} waited. One line is enough, even “I don't know yet”."
    return ScoreLine(title, FULL * good // len(asked), said, better)


def _questions(drill: DrillFacts) -> Iterator[tuple[DrillEvent, timedelta]]:
    """Yield the questions that were asked with time left to answer, and how long they may wait."""
    end = drill.ended_at or drill.ends_at
    for event in drill.events:
        if event.kind is EventKind.LINE:
            within = drill.scenario.script[int(event.key.partition(".")[0])].answer_within
            if within is not None and event.at + drill.after(within) <= end:
                yield event, drill.after(within)


def _by(drill: DrillFacts, event: DrillEvent) -> Speaker:
    return drill.scenario.script[int(event.key.partition(".")[0])].by


def _answered(drill: DrillFacts, asked: DrillEvent) -> datetime | None:
    """Return when a question was answered: the customer's by a text, a colleague's in the channel or by a note."""
    is_customer = _by(drill, asked) is Speaker.CUSTOMER
    for event in drill.events:
        if event.kind is not EventKind.STEP or event.at <= asked.at:
            continue
        is_update = event.key == DrillStep.UPDATED
        in_channel = event.key == DrillStep.ANSWERED or (is_update and event.note)
        if (is_update and event.text) if is_customer else in_channel:
            return event.at
    return None


def _closing(drill: DrillFacts) -> ScoreLine:
    title = "Closing"
    customer = drill.scenario.name(Speaker.CUSTOMER)
    stopped, fixed = drill.time_of(DrillStep.IMPACT_STOPPED), drill.time_of(DrillStep.FIXED)
    resolved, confirmed = drill.time_of(DrillStep.RESOLVED), drill.time_of(DrillStep.CONFIRMED)
    closed = drill.first(DrillStep.CLOSED)
    first = min((at for at in (stopped, resolved) if at is not None), default=None)
    if first is not None and (fixed is None or first < fixed):
        engineer = drill.scenario.name(Speaker.ENGINEER)
        said = f"You called it over before {engineer} did."
        return ScoreLine(title, 5, said, f"Wait until {engineer} says it's fixed.")
    if closed is None:
        if resolved is not None:
            return ScoreLine(title, 10, "Resolved, and not closed.", f"Ask {customer} whether it works, then close.")
        if stopped is not None:
            return ScoreLine(title, 5, "Impact stopped, and not resolved.", "Resolve it with the cause, then close.")
        return ScoreLine(title, 0, "Not finished.", "Stop the impact, resolve, ask the customer, close.")
    if confirmed is None or confirmed > closed.at:
        return ScoreLine(title, 10, f"Closed before {customer} said it works.", f"Ask {customer} first.")
    if not closed.text or not closed.note:
        return ScoreLine(title, 15, "Closed without a follow-up.", "Name one follow-up with an owner and a date.")
    return ScoreLine(title, FULL, f"Closed after {customer} confirmed, with a follow-up.")
