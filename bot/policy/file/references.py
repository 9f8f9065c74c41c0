"""Consistency of a policy: references exist, and nothing is duplicated."""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator

from bot.policy.file.documents import Path
from bot.policy.file.problems import PolicyProblem, nearest
from bot.policy.model.categories import Category
from bot.policy.model.conditions import Condition
from bot.policy.model.facts import ACCOUNT
from bot.policy.model.levels import Level
from bot.policy.model.matrix import Matrix
from bot.policy.model.rules import Policy
from bot.policy.model.slots import CATEGORY_TEAM
from bot.policy.model.templates import PLACEHOLDERS, TemplateKind, Templates
from bot.policy.model.training import RANKS
from bot.policy.model.wording import SHIPPED_LANGUAGES
from bot.policy.time.calendars import ROUND_THE_CLOCK
from bot.policy.wording.lexicon import bad_phrases
from bot.policy.wording.templates import unknown_placeholders
from bot.policy.wording.why_prompts import bad_phrases as bad_why_phrases


def problems(policy: Policy) -> Iterator[PolicyProblem]:
    """Yield inconsistencies in a policy whose parts are valid on their own."""
    yield from _repetitions(policy)
    yield from _calendars(policy)
    for level in policy.levels:
        yield from _level(policy, level)
    if policy.matrix is not None:
        yield from _matrix(policy, policy.matrix)
    yield from _categories(policy)
    yield from _rules(policy)
    yield from _ladder(policy)
    yield from _people(policy)
    yield from _patterns(policy)
    yield from _wording(policy)
    yield from _templates(policy)
    yield from _tree(policy)
    if ACCOUNT not in _keys(policy, "kinds"):
        yield PolicyProblem(("kinds",), f"the kind {ACCOUNT} is missing", "only issue may be missing")


def _keys(policy: Policy, field: str) -> list[str]:
    return [getattr(item, "code" if field == "levels" else "key") for item in getattr(policy, field)]


def _unknown(path: Path, what: str, word: str, known: Iterable[str]) -> Iterator[PolicyProblem]:
    known = list(known)
    if word not in known:
        yield PolicyProblem(path, f"there is no {what} {word!r}", nearest(word, known))


def _each_known(path: Path, what: str, words: Iterable[str], known: Iterable[str]) -> Iterator[PolicyProblem]:
    known = list(known)
    for place, word in enumerate(words):
        yield from _unknown((*path, place), what, word, known)


def _repetitions(policy: Policy) -> Iterator[PolicyProblem]:
    for field in ("levels", "kinds", "slots", "teams", "categories", "rules", "ladder", "checklist"):
        for key, count in Counter(_keys(policy, field)).items():
            if count > 1:
                yield PolicyProblem((field, key), f"{key} is given {count} times", "give each its own key")
    for state, count in Counter(rule.state for rule in policy.health).items():
        if count > 1:
            yield PolicyProblem(("health", state), f"{state} is given {count} times", "keep one of them")
    yield from _names(policy)


def _names(policy: Policy) -> Iterator[PolicyProblem]:
    """Yield aliases that match more than one level."""
    leads_to = {name: level.code for level in policy.levels for name in (level.code, level.label.casefold())}
    for level in policy.levels:
        for place, alias in enumerate(level.aliases):
            if leads_to.setdefault(alias, level.code) != level.code:
                path = ("levels", level.code, "aliases", place)
                yield PolicyProblem(path, f"{alias!r} names two levels", "an alias leads to one level")


def _calendars(policy: Policy) -> Iterator[PolicyProblem]:
    if ROUND_THE_CLOCK in policy.calendars:
        yield PolicyProblem(("calendars", ROUND_THE_CLOCK), "24x7 is built in", "leave it out")
    yield from _unknown(("business_calendar",), "calendar", policy.business_calendar, policy.calendars)
    for region in policy.regions:
        yield from _unknown(("regions", region.key, "calendar"), "calendar", region.calendar, policy.calendars)


def _level(policy: Policy, level: Level) -> Iterator[PolicyProblem]:
    path: Path = ("levels", level.code)
    yield from _unknown((*path, "calendar"), "calendar", level.calendar, [*policy.calendars, ROUND_THE_CLOCK])
    for field in ("invite", "tell", "page"):
        yield from _each_known((*path, field), "slot", getattr(level, field), _keys(policy, "slots"))
    if level.climbs_to is not None:
        yield from _unknown((*path, "climbs_to"), "slot", level.climbs_to, _keys(policy, "slots"))
    for plan in level.plans:
        if plan.calendar is not None:
            known = [*policy.calendars, ROUND_THE_CLOCK]
            yield from _unknown((*path, "plans", plan.plan, "calendar"), "calendar", plan.calendar, known)
    for plan_name, count in Counter(plan.plan.casefold() for plan in level.plans).items():
        if count > 1:
            yield PolicyProblem((*path, "plans"), f"the plan {plan_name} is given {count} times", "keep one of them")
    for place, step in enumerate(level.ladder):
        yield from _unknown((*path, "ladder", place, "rung"), "rung", step.rung, _keys(policy, "ladder"))
    for place, unresolved in enumerate(level.climb_unresolved):
        yield from _unknown((*path, "climb_unresolved", place), "slot", unresolved.slot, _keys(policy, "slots"))
    for item in level.checklist:
        yield from _unknown((*path, "checklist", item), "checklist item", item, _keys(policy, "checklist"))


def _wording(policy: Policy) -> Iterator[PolicyProblem]:
    known = [*SHIPPED_LANGUAGES, *policy.wording.vocabularies]
    yield from _each_known(("wording", "languages"), "vocabulary", policy.wording.languages, known)
    for language, vocabulary in policy.wording.vocabularies.items():
        path: Path = ("wording", "vocabularies", language)
        for wrong in bad_phrases(vocabulary):
            yield PolicyProblem(path, wrong, "see docs/wording.md for how phrases are written")
    whys = policy.reviews.whys
    known = [*SHIPPED_LANGUAGES, *whys.vocabularies]
    yield from _each_known(("reviews", "whys", "languages"), "vocabulary", whys.languages, known)
    for language, prompts in whys.vocabularies.items():
        for wrong in bad_why_phrases(prompts):
            path = ("reviews", "whys", "vocabularies", language)
            yield PolicyProblem(path, wrong, "see docs/wording.md for how phrases are written")


def _templates(policy: Policy) -> Iterator[PolicyProblem]:
    yield from _texts((), policy.templates)
    for level in policy.levels:
        yield from _texts(("levels", level.code), level.templates)
    for health in policy.health:
        yield from _texts(("health", health.state), health.templates)
    for category in policy.categories:
        yield from _texts(("categories", category.key), category.templates)


def _texts(path: Path, texts: Templates) -> Iterator[PolicyProblem]:
    for kind in TemplateKind:
        for name in unknown_placeholders(texts.of(kind) or ""):
            wrong = f"there is nothing to fill in for {{{name}}}"
            right = f"write one of {', '.join(PLACEHOLDERS)}, or a [bracket]"
            yield PolicyProblem((*path, "templates", kind.value), wrong, right)
    for language, others in texts.languages.items():
        for problem in _texts((), others):
            yield dataclasses.replace(problem, path=(*path, "templates", "languages", language, *problem.path[1:]))


def _matrix(policy: Policy, matrix: Matrix) -> Iterator[PolicyProblem]:
    """Yield answers given twice, cells of answers that there are not, pairs without a level, and unknown levels."""
    path: Path = ("matrix",)
    rows, columns = ([answer.key for answer in asked.answers] for asked in (matrix.broken, matrix.affected))
    for name, keys in (("broken", rows), ("affected", columns)):
        for key, count in Counter(keys).items():
            if count > 1:
                yield PolicyProblem((*path, name, "answers"), f"{key} is given {count} times", "give each its own key")
    for row, cells in matrix.levels.items():
        yield from _unknown((*path, "levels", row), "answer to matrix.broken", row, rows)
        for column, level in cells.items():
            where: Path = (*path, "levels", row, column)
            yield from _unknown(where, "answer to matrix.affected", column, columns)
            yield from _unknown(where, "level", level, _keys(policy, "levels"))
    for row in rows:
        missing = [column for column in columns if column not in matrix.levels.get(row, {})]
        if missing:
            wrong = f"no level for {row} with {', '.join(missing)}"
            yield PolicyProblem((*path, "levels", row), wrong, "give each pair of answers a level")


def _categories(policy: Policy) -> Iterator[PolicyProblem]:
    tiers = [tier.key for tier in policy.verification.tiers]
    levels, teams = _keys(policy, "levels"), _keys(policy, "teams")
    for category in policy.categories:
        path: Path = ("categories", category.key)
        if category.team is not None:
            yield from _unknown((*path, "team"), "team", category.team, teams)
        yield from _each_known((*path, "copies"), "team", category.copies, teams)
        for field in ("level", "least"):
            if (code := getattr(category, field)) is not None:
                yield from _unknown((*path, field), "level", code, levels)
        if category.verification is not None:
            yield from _unknown((*path, "verification"), "verification tier", category.verification, tiers)
        yield from _triggers(policy, path, category)
    for team in policy.teams:
        known = [*policy.calendars, ROUND_THE_CLOCK]
        yield from _unknown(("teams", team.key, "calendar"), "calendar", team.calendar, known)


def _triggers(policy: Policy, path: Path, category: Category) -> Iterator[PolicyProblem]:
    tiers = [tier.key for tier in policy.verification.tiers]
    own = [trigger.key for trigger in category.triggers if trigger.key is not None]
    if category.ask_if is not None:
        yield from _unknown((*path, "ask_if"), "trigger of this category", category.ask_if, own)
    for place, trigger in enumerate(category.triggers):
        where: Path = (*path, "triggers", place)
        yield from _each_known((*where, "copies"), "team", trigger.copies, _keys(policy, "teams"))
        if trigger.churn_risk and policy.patterns.churn_risk is None:
            wrong = "nothing is done when a customer may leave"
            yield PolicyProblem((*where, "churn_risk"), wrong, "write patterns.churn_risk, or leave this out")
        if trigger.key is None and trigger.model_fields_set - {"key", "text"}:
            yield PolicyProblem(where, "this trigger has no key, so no one can tick it", "give it a key")
        if trigger.category is not None:
            yield from _unknown((*where, "category"), "category", trigger.category, _keys(policy, "categories"))
        if trigger.verification is not None:
            yield from _unknown((*where, "verification"), "verification tier", trigger.verification, tiers)


def _tree(policy: Policy) -> Iterator[PolicyProblem]:
    for question in policy.training.tree:
        for place, choice in enumerate(question.choices):
            if choice.level is not None:
                path: Path = ("training", "tree", question.key, "choices", place, "level")
                yield from _unknown(path, "level", choice.level, [*RANKS, *_keys(policy, "levels")])


def _rules(policy: Policy) -> Iterator[PolicyProblem]:
    for rule in policy.rules:
        path: Path = ("rules", rule.key)
        yield from _condition(policy, (*path, "when"), rule.when)
        for operation in ("floor", "cap"):
            if (level := getattr(rule, operation)) is not None:
                yield from _unknown((*path, operation), "level", level, _keys(policy, "levels"))
        if rule.set_calendar is not None:
            known = [*policy.calendars, ROUND_THE_CLOCK]
            yield from _unknown((*path, "set_calendar"), "calendar", rule.set_calendar, known)
        if rule.add_role is not None:
            yield from _unknown((*path, "add_role"), "slot", rule.add_role, _keys(policy, "slots"))


def _condition(policy: Policy, path: Path, condition: Condition) -> Iterator[PolicyProblem]:
    triggers = [trigger.key for category in policy.categories for trigger in category.triggers if trigger.key]
    known = {"level": _keys(policy, "levels"), "kind": _keys(policy, "kinds"), "category": _keys(policy, "categories")}
    for field, words in {**known, "trigger": triggers}.items():
        yield from _each_known((*path, field), field, getattr(condition, field) or (), words)
    for field, parts in (("any", condition.any_of), ("all", condition.all_of)):
        for place, part in enumerate(parts or ()):
            yield from _condition(policy, (*path, field, place), part)
    if condition.not_ is not None:
        yield from _condition(policy, (*path, "not"), condition.not_)


def _ladder(policy: Policy) -> Iterator[PolicyProblem]:
    for rung in policy.ladder:
        path: Path = ("ladder", rung.key)
        if rung.slot is not None:
            yield from _unknown((*path, "slot"), "slot", rung.slot, _keys(policy, "slots"))
        if rung.team is not None:
            yield from _unknown((*path, "team"), "team", rung.team, [*_keys(policy, "teams"), CATEGORY_TEAM])


def _people(policy: Policy) -> Iterator[PolicyProblem]:
    if "by" in policy.sending.model_fields_set:
        yield from _each_known(("sending", "by", "slots"), "slot", policy.sending.by.slots, _keys(policy, "slots"))
    for name in type(policy.guards).model_fields:
        path: Path = ("guards", name, "slots")
        yield from _each_known(path, "slot", getattr(policy.guards, name).slots, _keys(policy, "slots"))
    if policy.verification.team is not None:
        yield from _unknown(("verification", "team"), "team", policy.verification.team, _keys(policy, "teams"))


def _patterns(policy: Policy) -> Iterator[PolicyProblem]:
    patterns, teams = policy.patterns, _keys(policy, "teams")
    for name in ("repeats", "churn_risk", "enterprise", "major_incident"):
        if (pattern := getattr(patterns, name)) is not None:
            yield from _unknown(("patterns", name, "team"), "team", pattern.team, teams)
    if patterns.chase is not None:
        yield from _each_known(("patterns", "chase", "copies"), "team", patterns.chase.copies, teams)
