"""The time of a policy decision on one core: every preset, every category, all kinds of accounts."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice, product

from bot.policy.decide.evaluation import evaluate
from bot.policy.file.loading import preset
from bot.policy.model.facts import AccountFacts, History, Issue
from bot.policy.model.rules import Policy
from tests.bench.figures import Figure, median, say
from tests.bench.world import Bench

_PRESETS = ("sev", "p-levels", "three-tier", "gitlab")
_DECISIONS = 10_000
_MOMENT = datetime(2026, 3, 6, 22, 30, tzinfo=UTC)
_ACCOUNTS = (
    AccountFacts(name="Acme", tier="standard", health=82),
    AccountFacts(name="Globex", tier="strategic", health=54, renewal_on=date(2026, 4, 1), vip=True),
    AccountFacts(name="Initech", plan="enterprise", health=20, dedicated_csm=True),
)


def figures(bench: Bench) -> Iterator[Figure]:
    """Measure each preset several times; each repeat decides for other moments of the year."""
    for name in _PRESETS:
        say(f"deciding: {_DECISIONS} decisions by {name}")
        policy = preset(name)
        times = [_time(policy, _MOMENT + timedelta(days=61 * number)) for number in range(bench.times(4))]
        yield Figure("time of a decision", median(times) / _DECISIONS * 1e6, "us", 100, {"policy": name})


def _time(policy: Policy, at: datetime) -> float:
    levels = [level.code for level in policy.levels]
    categories = [None, *(category.key for category in policy.categories)]
    cases = list(product(levels, categories, _ACCOUNTS))
    history = History(declared_on=(date(2026, 2, 20), date(2026, 3, 1)), open_now=1)
    asked = list(islice(cycle(cases), _DECISIONS))
    began = time.process_time()
    for number, (level, category, account) in enumerate(asked):
        issue = Issue(level=level, category=category)
        evaluate(policy, account, issue, declared_at=at + timedelta(minutes=number), history=history)
    return time.process_time() - began
