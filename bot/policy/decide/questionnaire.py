"""The questions about one escalation beyond the form's three answers, and how complete the answers are.

The category's required facts come first, then the policy's intake list, or of a programme the kind's. What the record
has already (the summary, the account's plan) isn't asked again.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.policy.model.facts import ISSUE
from bot.policy.model.intake import Completeness, Fact, Intake, Section, completeness
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts

REQUIRED: Final = "category"  # the section of the category's required facts
_KEY_LIMIT: Final = 40
# A fact with this key means that an identity was checked (docs/policy.md#s3).
_CHECKED: Final = "verification_details"


@dataclass(frozen=True, slots=True)
class KnownFact:
    """A known fact. `by` is who filled it in and `at` when; both None if it comes from the record."""

    text: str
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IntakeQuestion:
    """One question. `key` is what an answer is stored under, wherever the question is shown."""

    key: str
    label: str
    optional: bool
    answer: KnownFact | None
    by_check: bool = False  # answered by the identity check alone, so that nobody types what was checked


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """A group of questions."""

    key: str
    label: str
    questions: tuple[IntakeQuestion, ...]


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """All questions about one escalation, with their answers."""

    groups: tuple[QuestionGroup, ...]
    mark: Completeness

    @property
    def questions(self) -> tuple[IntakeQuestion, ...]:
        """All questions, in order."""
        return tuple(question for group in self.groups for question in group.questions)

    @property
    def missing(self) -> tuple[IntakeQuestion, ...]:
        """The required questions without an answer."""
        return tuple(question for question in self.questions if question.answer is None and not question.optional)


def asks_anything(policy: Policy, facts: EscalationFacts) -> bool:
    """Return True if there is anything to ask."""
    required = facts.category is not None and policy.category(facts.category).required
    return bool(_sections(policy, facts) or required)


def _sections(policy: Policy, facts: EscalationFacts) -> tuple[Section, ...]:
    return policy.intake.sections if facts.kind == ISSUE else policy.kind(facts.kind).details


def questionnaire(policy: Policy, facts: EscalationFacts, answers: Mapping[str, KnownFact]) -> Questionnaire:
    """Return the questions; `answers` are those filled in, by question key."""
    told = _answers_from_record(facts)
    groups, shown, known = [], [], set()
    for key, label, asked in _asked(policy, facts):
        questions = tuple(
            IntakeQuestion(stored, fact.label, fact.optional, told.get(fact.key), by_check=True)
            if fact.key == _CHECKED
            else IntakeQuestion(stored, fact.label, fact.optional, answers.get(stored) or told.get(fact.key))
            for stored, fact in asked
        )
        groups.append(QuestionGroup(key, label, questions))
        shown.append(Section(key=key, label=label, facts=tuple(fact for _, fact in asked)))
        known |= {f"{key}.{fact.key}" for (_, fact), one in zip(asked, questions, strict=True) if one.answer}
    return Questionnaire(tuple(groups), completeness(Intake(sections=tuple(shown)), known))


def _asked(policy: Policy, facts: EscalationFacts) -> Iterator[tuple[str, str, list[tuple[str, Fact]]]]:
    """Yield each section as key, label, and its facts with the keys they are stored under.

    A fact both required by the category and in the list is asked once: in the first section, and not optional.
    """
    category = facts.category
    listed = [
        (section, [(f"{section.key}.{fact.key}", fact) for fact in section.facts])
        for section in _sections(policy, facts)
    ]
    by_label = {fact.label.casefold(): (key, fact) for _, wanted in listed for key, fact in wanted}
    first: dict[str, Fact] = {}
    for label in policy.category(category).required if category else ():
        key, fact = by_label.get(label.casefold()) or (
            f"{REQUIRED}.{_slug(label)}",
            Fact(key=_slug(label), label=label),
        )
        first[key] = fact.model_copy(update={"optional": False})
    if first:
        chosen = policy.category(category or "")
        team = policy.team(chosen.team).name if chosen.team else chosen.label
        yield REQUIRED, f"What {team} needs", list(first.items())
    for section, wanted in listed:
        rest = [(key, fact) for key, fact in wanted if key not in first]
        if rest:
            yield section.key, section.label, rest


def _answers_from_record(facts: EscalationFacts) -> dict[str, KnownFact]:
    """Return what the declaration and the account answer, by the names policies give to such facts."""
    account = facts.account
    checked = "Checked; see the identity check" if facts.verified_at else None
    said = {
        "summary": facts.summary,
        "description": facts.description,
        "issue_description": facts.description,
        "company": account.name,
        "company_name": account.name,
        "plan": account.plan,
        "current_plan": account.plan,
        "tier": account.tier,
        "region": account.region,
        "csm": account.csm,
        "history": facts.permalink,
        "full_conversation_history": facts.permalink,
        _CHECKED: checked,
    }
    return {name: KnownFact(text) for name, text in said.items() if text}


def _slug(label: str) -> str:
    """Return a key for a fact without one; labels in other scripts than Latin are numbered by position."""
    words = re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")[:_KEY_LIMIT]
    return words or f"fact_{sum(map(ord, label))}"
