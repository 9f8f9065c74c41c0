from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.policy.decide.evaluation import Decision, Override, evaluate
from bot.policy.decide.reassessment import Reassessment, ReassessmentState, Verdict, differences, reassess
from bot.policy.file.loading import load, preset
from bot.policy.model.facts import AccountFacts, Issue
from bot.policy.model.rules import Policy

MONDAY = datetime(2025, 1, 6, 10, tzinfo=ZoneInfo("America/New_York"))


def decide(policy: Policy, level: str, override: Override | None = None, **account: Any) -> Decision:
    return evaluate(policy, AccountFacts(**account), Issue(level=level), declared_at=MONDAY, override=override)


def state(decision: Decision) -> ReassessmentState:
    return ReassessmentState(decision.level, decision.response, decision.resolution)


def test_a_rise_is_applied_and_a_fall_is_proposed_each_with_its_reason() -> None:
    sev = preset("sev")
    healthy, weak = decide(sev, "sev3", health=80), decide(sev, "sev3", health=54)
    upgrade = reassess(sev, state(healthy), weak, MONDAY)
    assert upgrade == Reassessment(Verdict.APPLY, {}, weak.trace)
    assert upgrade.because == ("Sev 3 chosen → Sev 2, because health 54 is below 60 (rule weak-health).",)
    assert reassess(sev, state(weak), healthy, MONDAY) == Reassessment(Verdict.PROPOSE, {}, ())


def test_nothing_new_asks_for_nothing() -> None:
    sev = preset("sev")
    assert reassess(sev, state(decide(sev, "sev3", health=80)), decide(sev, "sev3", health=70), MONDAY) == (
        Reassessment()
    )


def test_where_the_level_stays_earlier_due_times_are_applied_and_later_ones_proposed() -> None:
    tiers = preset("three-tier")
    plain, enterprise = decide(tiers, "high"), decide(tiers, "high", plan="enterprise")
    faster = reassess(tiers, state(plain), enterprise, MONDAY)
    assert faster.level is None
    assert faster.clocks == {"response": Verdict.APPLY, "resolution": Verdict.APPLY}
    slower = reassess(tiers, state(enterprise), plain, MONDAY)
    assert slower.clocks == {"response": Verdict.PROPOSE, "resolution": Verdict.PROPOSE}


def test_a_clock_that_appears_is_applied_and_one_that_goes_is_proposed() -> None:
    sev = preset("sev")
    backlog = decide(sev, "sev4")
    with_target = decide(load("extends: sev\nname: own\nlevels: {sev4: {resolution: 9bd}}\n", "own.yml"), "sev4")
    assert reassess(sev, state(backlog), with_target, MONDAY).clocks == {"resolution": Verdict.APPLY}
    assert reassess(sev, state(with_target), backlog, MONDAY).clocks == {"resolution": Verdict.PROPOSE}


def test_data_does_not_move_what_a_manager_has_set() -> None:
    sev, override = preset("sev"), Override("sev3", "Maria", "agreed")
    before, after = decide(sev, "sev3", override, health=80), decide(sev, "sev3", override, health=10)
    assert reassess(sev, state(before), after, MONDAY) == Reassessment()


def test_what_another_policy_would_change_is_said_line_by_line() -> None:
    sev = preset("sev")
    own = load(
        "extends: sev\nname: own\nlevels: {sev2: {response: 30m, page: [fix_owner], cadence: {customer: 1h}}}\n",
        "own.yml",
    )
    assert differences((sev, decide(sev, "sev2")), (own, decide(own, "sev2"))) == (
        "Acknowledge: 1 hour on 24x7 → 30 minutes on 24x7.",
        "Customer updates: every 2 hours → every hour.",
        "Paged: nobody → Fix owner.",
    )
    assert differences((sev, decide(sev, "sev3")), (own, decide(own, "sev3"))) == ()
