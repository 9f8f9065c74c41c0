"""How well the wording guard judges the labelled texts of the corpus: on the half it is tuned on, and on the other."""

from collections import Counter
from dataclasses import dataclass

import pytest

from bot.policy.model.wording import Wording, WordingRule
from bot.policy.wording.check import check
from tests.policy.wording.corpus import OTHERS, read

WORDING = Wording()


@dataclass
class Score:
    """Findings that are right, wrong and missing, a text and a rule each; and texts stopped that may be sent."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    stopped: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missing)


def judged(name: str) -> Score:
    score = Score()
    for labelled in read(name):
        others = [other for other in OTHERS if other in labelled.text]
        found = {finding.rule.value for finding in check(labelled.text, WORDING, customers=others)}
        score.right += len(found & labelled.rules)
        score.wrong += len(found - labelled.rules)
        score.missing += len(labelled.rules - found)
        score.stopped += bool(found) and not labelled.rules
    return score


@pytest.mark.parametrize(("half", "floor"), [("tuned", 0.99), ("held_out", 0.95)])
def test_the_guard_keeps_its_precision_and_recall(half: str, floor: float) -> None:
    score = judged(half)
    assert score.precision >= floor, score
    assert score.recall >= floor, score


@pytest.mark.parametrize("half", ["tuned", "held_out"])
def test_each_half_has_texts_of_every_rule_and_texts_that_may_be_sent(half: str) -> None:
    texts = [*read(half)]
    count = Counter(rule for labelled in texts for rule in labelled.rules)
    assert min(count[rule.value] for rule in WordingRule) >= 8
    assert sum(not labelled.rules for labelled in texts) >= 50
    assert len({labelled.text for labelled in texts}) == len(texts)


def test_no_text_is_in_both_halves() -> None:
    assert {labelled.text for labelled in read("tuned")}.isdisjoint(labelled.text for labelled in read("held_out"))
