"""Views that need a life behind them before they say anything: drills played, the decision tree's ends, a report."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from bot.policy.decide.measuring import measure
from bot.policy.decide.numbers import Period
from bot.policy.decide.reports import NumbersReport, preceding, report
from bot.policy.model.rules import Policy
from bot.policy.model.training import Choice, DrillStep, Scenario, Training, TreeQuestion
from bot.policy.training import material, scoring, weeks
from bot.policy.training.drills import DrillFacts
from bot.policy.training.weeks import Trainee, TrainingView
from bot.policy.wording.check import check
from bot.views.reports import report_form
from bot.views.training import drill_messages, tree_form, weeks_form
from tests.policy.decide.measured_ledger import LEDGER, at
from tests.support import drills as practised
from tests.support.story import NEW_YORK

_BAD: Final = "Dana broke it. It will be fixed by 5 pm, guaranteed. We pay you for it. See export-worker-3.eu.internal."
_GOOD: Final = "Large exports stop at the moment. Smaller ones work. We write again within half an hour."
_BEGINNING: Final = (
    (6, DrillStep.ACKNOWLEDGED),
    (10, DrillStep.UPDATED),
    (30, DrillStep.ANSWERED),
    (38, DrillStep.UPDATED),
)
_END: Final = (
    (75, DrillStep.IMPACT_STOPPED),
    (76, DrillStep.RESOLVED),
    (77, DrillStep.ASKED),
    (90, DrillStep.CLOSED),
)


def lived(policy: Policy) -> Iterator[tuple[str, Sequence[object]]]:
    """Yield what each says, by what it is."""
    tree = material.tree(Training())
    codes = [level.code for level in policy.levels]
    ways = _ways(tree, next(iter(tree)), "")
    yield "the decision tree, at each end", [tree_form.draw(tree, way, "support@example.com", codes) for way in ways]
    for scenario in material.scenarios(Training()).values():
        for how, drill in (("in silence", _silent(scenario)), ("well", _played(scenario, _GOOD, policy, closes=True))):
            yield f"the drill “{scenario.title}”, {how}", _drill(drill)
        yield f"the drill “{scenario.title}”, badly", _drill(_played(scenario, _BAD, policy, closes=False))
    yield "the weeks of training, before and after they begin", [weeks_form.draw(view) for view in _weeks()]
    yield "a report with numbers", [report_form.draw(_report(), policy)]


def _ways(tree: Mapping[str, TreeQuestion], key: str, chosen: str) -> Iterator[str]:
    for place, choice in enumerate(tree[key].choices):
        way = f"{chosen},{key}={place}" if chosen else f"{key}={place}"
        yield from _next(tree, choice, way)


def _next(tree: Mapping[str, TreeQuestion], choice: Choice, way: str) -> Iterator[str]:
    if choice.to is None:
        yield way
    else:
        yield from _ways(tree, choice.to, way)


def _begun(scenario: Scenario) -> DrillFacts:
    return DrillFacts(number=1, person="U01ANA", scenario=scenario, started_at=practised.START, channel="C01DRILL")


def _silent(scenario: Scenario) -> DrillFacts:
    return practised.listen(_begun(scenario), scenario.lasts)


def _played(scenario: Scenario, text: str, policy: Policy, *, closes: bool) -> DrillFacts:
    drill = _begun(scenario)
    found = check(text, policy.wording)
    update = {"text": text, "findings": tuple(one.rule for one in found), "quote": found[0].text if found else ""}
    for minute, what in _BEGINNING + (_END if closes else ()):
        drill = practised.listen(drill, minute)
        words = {"text": "A limit", "note": "Sam, by Friday"} if what is DrillStep.CLOSED else {"text": "-"}
        drill = practised.step(drill, what, minute, **(update if what is DrillStep.UPDATED else words))
    drill = drill if closes else practised.listen(drill, scenario.lasts)
    return drill if drill.ended_at is not None else replace(drill, ended_at=practised.at(drill, 91))


def _drill(drill: DrillFacts) -> list[object]:
    """Return the card as it is meanwhile, every line with its button, and the score."""
    running = replace(drill, ended_at=None)
    lines = [
        drill_messages.line(replace(running, events=drill.events[: place + 1]), event)
        for place, event in enumerate(drill.events)
        if event.text or event.note
    ]
    early = replace(running, events=drill.events[:6])
    return [drill_messages.card(early), *lines, drill_messages.score(drill, scoring.score(drill))]


def _weeks() -> Iterator[TrainingView]:
    plan, lines = material.weeks(Training()), material.philosophy(Training())
    trainee = Trainee(1, "U01ANA", "U01DANA", practised.START, drills=((70, practised.START),))
    for shown in (None, trainee):
        yield TrainingView("U01ANA", shown, weeks.progress(plan, shown), (), {}, lines, "support@example.com")


def _report() -> NumbersReport:
    now = at("Wed 04-01 12:00")
    measures = [measure(story) for story in LEDGER]
    period = Period(at("Sun 03-01 00:00"), at("Wed 04-01 00:00"), {date(2026, 3, 6): 40}, NEW_YORK)
    return report(measures, period, replace(preceding(period), tickets={date(2026, 2, 6): 60}), now, target=15)
