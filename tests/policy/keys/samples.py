"""For each key of a policy two policies that differ only in it, and where the difference can be seen.

A sample writes into the preset `sev`: `common` is in both policies, `first` in one, `then` in the other. Paths are
dotted; `$new` replaces a whole part, `$from` copies another, None takes a part away.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.policy.model.templates import TemplateKind
from bot.policy.model.wording import WordingRule

Patch = Mapping[str, Any]
PROBE: Final = {"rules.probe": {"when": {"vip": "true"}, "tag": "Probe"}}
MATRIX: Final = {
    "matrix": {
        "broken": {"answers": {"down": "Down", "part": "Part"}},
        "affected": {"answers": {"all": "All", "team": "A team"}},
        "levels": {"down": {"all": "sev1", "team": "sev2"}, "part": {"all": "sev2", "team": "sev3"}},
    }
}
PLAN: Final = {"levels.sev2.plans.premier": {"response": "30m"}}
LEAST: Final = {
    "label": "Least",
    "definition": "Least",
    "short": "Least",
    "cadence": {"internal": "none", "customer": "none"},
}
HOLIDAYS: Final = {"calendars.business.holidays": {"country": "US"}}


@dataclass(frozen=True)
class Sample:
    """Where to look, what differs, and what both have."""

    seen: str
    then: Patch
    first: Patch = field(default_factory=dict)
    common: Patch = field(default_factory=dict)
    # Keys that differ as well because they are the same key's name elsewhere, such as the code of a level.
    also: tuple[str, ...] = ()


def _need(item: str) -> dict[str, Any]:
    return {f"levels.{level}.checklist": {"$new": {item: "required"}} for level in ("sev1", "sev2", "sev3", "sev4")}


DRILL: Final[dict[str, Any]] = {
    "title": "Exports",
    "account": "Northwind",
    "summary": "Exports stop",
    "level": "Sev 1",
    "teaches": "All of it",
    "cast": {"customer": {"name": "Jo", "role": "finance"}, "engineer": {"name": "Sam", "role": "on call"}},
    "script": [
        {"by": "engineer", "at": 60, "says": "Over", "gives": "fixed"},
        {"by": "customer", "after": "asked", "wait": 3, "says": "It works", "gives": "confirmed", "needs": ["fixed"]},
    ],
}
_OF_A_DRILL: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("title", "account", "summary", "level", "teaches"), "Other words"),
    "speed": 20,
    "acknowledge": 5,
    "update": 10,
    "lasts": 50,
}
MAYBE: Final = {"says": "Perhaps", "advice": "Ask"}
TREE: Final[dict[str, Any]] = {
    "stuck": {"asks": "Stuck?", "choices": [{"says": "Yes", "advice": "Escalate"}, {"says": "No", "to": "soon"}]},
    "soon": {"asks": "Soon?", "choices": [{"says": "Yes", "advice": "Escalate"}, {"says": "No", "advice": "Wait"}]},
}


def _drill(then: Mapping[str, Any]) -> Sample:
    """Return a sample of a drill, which is written as a list so that its key can differ too."""
    return Sample(
        "drilled",
        {"training.drills": [{"key": "probe", **DRILL, **then}]},
        {"training.drills": [{"key": "probe", **DRILL}]},
    )


def _beat(first: Mapping[str, Any], then: Mapping[str, Any]) -> Sample:
    said = {"by": "customer", "says": "A line"}
    scripts = [{**DRILL, "key": "probe", "script": [{**said, **one}, *DRILL["script"]]} for one in (first, then)]
    return Sample("drilled", {"training.drills": [scripts[1]]}, {"training.drills": [scripts[0]]})


def _tree(then: Mapping[str, Any]) -> Sample:
    changed = then if "$new" in then else {"$new": {**TREE, **then}}
    return Sample("drilled", {"training.tree": changed}, {"training.tree": TREE})


WEEKS: Final[list[dict[str, Any]]] = [
    {"title": "Look", "steps": [{"key": "roles", "kind": "read", "text": "Read the role cards"}]}
]


def _weeks(then: Mapping[str, Any]) -> Sample:
    return Sample("drilled", {"training.weeks": [{**WEEKS[0], **then}]}, {"training.weeks": WEEKS})


def _choice(then: Mapping[str, Any], **more: Any) -> Sample:
    stuck = {**TREE["stuck"], "choices": [then, TREE["stuck"]["choices"][1]]}
    return Sample("drilled", {"training.tree": {**TREE, "stuck": stuck}}, {"training.tree": TREE}, **more)


def _when(first: Any, then: Any) -> Sample:
    """Return a sample of a condition: one that holds for the account and one that doesn't."""
    return Sample("decided", {"rules.probe.when": then}, {"rules.probe.when": first}, {"rules.probe": {"tag": "Probe"}})


def _text(path: str, seen: str, **more: Any) -> Sample:
    return Sample(seen, {path: "Other words"}, **more)


def _texts(path: str, seen: str, **more: Any) -> Sample:
    return Sample(seen, {path: ["Other words"]}, **more)


_WIDGET: Final = {
    "rule": "blame",
    "why": "Widgets",
    "better": "No widgets",
    "phrases": ["{colour} widget arrives", "we shall widget", "we surely ..2 widget"],
}
WIDGETS: Final = {"lists": {"colour": ["blue", "red"]}, "expressions": [_WIDGET]}
_ASKED: Final = {"ask": "Which widget?", "phrases": ["{colour} widget"], "unless": ["pink widget"]}
WHYS: Final = {"lists": {"colour": ["red"]}, "prompts": [_ASKED]}
FRENCH: Final = {"wording": {"vocabularies": {"fr": WIDGETS}}}


def _expression(**given: Any) -> Sample:
    """Return a sample of one expression that differs."""
    also = ("WordingVocabulary.expressions",)
    return Sample("worded", {"wording.vocabularies.fr.expressions": [_WIDGET | given]}, common=FRENCH, also=also)


def _why(key: str, value: Any, **both: Any) -> Sample:
    """Return a sample of a vocabulary of whys that differs in a key."""
    common = {"reviews": {"whys": {"vocabularies": {"fr": WHYS | both}}}}
    return Sample("queried", {f"reviews.whys.vocabularies.fr.{key}": value}, common=common, also=_IN_PROMPTS)


def _list(which: str, then: dict[str, Any]) -> Sample:
    """Return a sample of a list of learnings that differs."""
    both = {"reviews": {which: {"channel": "sync"}}}
    return Sample("taught", {f"reviews.{which}": {"$new": then}}, common=both, also=(f"Reviews.{which}",))


def _factor(then: dict[str, Any], *also: str) -> Sample:
    """Return a sample of one factor that differs."""
    common = {"reviews": {"factors": {"detection": {"label": "Detection"}}}}
    return Sample("reviewed", {"reviews.factors": {"$new": then}}, common=common, also=("Reviews.factors", *also))


_IN_PROMPTS: Final = ("WhyVocabulary.prompts",)


def _own(key: str = "one", **given: Any) -> Mapping[str, Any]:
    """Return a feed of its own channel."""
    return {"feed": {"own": {key: {"channel": "#one", **given}}}}


SAMPLES: Final[Mapping[str, Sample]] = {
    # The policy itself.
    "Policy.name": Sample("shown", {"name": "other"}),
    "Policy.title": _text("title", "shown"),
    "Policy.version": Sample("shown", {"version": "2"}),
    "Policy.owner": Sample("repeated", {"owner": "gc@example.com"}),
    "Policy.reviewed_on": Sample("shown", {"reviewed_on": "2026-01-01"}),
    "Policy.next_review_on": Sample("shown", {"next_review_on": "2026-01-01"}),
    "Policy.classification": _text("classification", "shown"),
    "Policy.business_calendar": Sample("decided", {"business_calendar": "legal"}),
    "Policy.calendars": Sample("shown", {"calendars.other": {"zone": "UTC", "hours": {"MON": "09:00-10:00"}}}),
    "Policy.levels": Sample("asked_for", {"levels.sev5": LEAST}),
    "Policy.matrix": Sample("asked_for", MATRIX),
    "Policy.health": Sample("asked_for", {"health.green": None}),
    "Policy.kinds": Sample("simulated", {"kinds.issue": None}),
    "Policy.slots": Sample("climbed", {"slots.other": {"label": "Other", "fill": ["fallback"]}}),
    "Policy.teams": Sample("asked_for", {"teams.other": {"name": "Other", "slack": "#other"}}),
    "Policy.categories": Sample("asked_for", {"categories.media": None, "categories.partnership.triggers": []}),
    "Policy.rules": Sample("decided", {"rules.weak-health": None}),
    "Policy.ladder": Sample("climbed", {"ladder.l5": None}),
    "Policy.checklist": Sample(
        "helped",
        {"checklist.other": {"label": "Other"}, **{f"levels.sev{n}.checklist.other": "required" for n in (1, 2, 3, 4)}},
        also=("Level.checklist",),
    ),
    "Policy.guards": Sample("refused", {"guards": None}),
    "Policy.intake": Sample("helped", {"intake": None}),
    "Policy.verification": Sample("checked", {"verification.team": "legal"}),
    "Policy.patterns": Sample("repeated", {"patterns": None}, common={"categories.angry_customer.triggers": []}),
    "Policy.templates": Sample("helped", {"templates": None}),
    "Policy.feed": Sample("lived", {"feed": {"hears": []}}),
    "Feed.own": Sample("heard", {"feed": {"own": {"all": {"channel": "#one"}}}}, also=("OwnFeed.channel",)),
    "OwnFeed.key": Sample("heard", _own(key="other"), _own()),
    "OwnFeed.channel": Sample("heard", _own(channel="#other"), _own()),
    "OwnFeed.regions": Sample("heard", _own(regions=["EMEA"]), _own()),
    "OwnFeed.areas": Sample("heard", _own(areas=["exports"]), _own()),
    "OwnFeed.teams": Sample("heard", _own(teams=["billing"]), _own()),
    "OwnFeed.levels": Sample("heard", _own(levels=["sev1"]), _own()),
    "OwnFeed.hears": Sample("heard", _own(hears=["status"]), _own()),
    "Policy.hot_list": Sample("listed_for_executives", {"hot_list": {"at": "07:15"}}, also=("HotList.at",)),
    "HotList.days": Sample("listed_for_executives", {"hot_list": {"days": ["mon", "wed"]}}),
    "HotList.at": Sample("listed_for_executives", {"hot_list": {"at": "07:15"}}, {"hot_list": {"at": "07:45"}}),
    "Policy.training": Sample("shown", {"training": None}),
    "Policy.warnings": Sample("planned", {"warnings": ["50"]}),
    "Policy.regions": Sample("regional", {"regions.emea": {"calendar": "legal"}}),
    "RegionRule.key": Sample(
        "regional", {"regions.emea": {"calendar": "legal"}}, {"regions.apac": {"calendar": "legal"}}
    ),
    "RegionRule.calendar": Sample(
        "regional", {"regions.emea": {"calendar": "legal"}}, {"regions.emea": {"calendar": "business"}}
    ),
    "Policy.on_call": Sample("climbed", {"on_call": ["calendar", "rota"]}, {"on_call": ["rota"]}),
    "Policy.clocks_from": Sample("began", {"clocks_from": "reported"}),
    "Policy.waiting_on_customer": Sample("waited", {"waiting_on_customer": {"limit": "5bd"}}, also=("Waiting.limit",)),
    "Waiting.pauses": Sample(
        "waited",
        {"waiting_on_customer": {"pauses": ["customer_updates"]}},
        {"waiting_on_customer": {"pauses": ["resolution"]}},
    ),
    "Waiting.limit": Sample(
        "waited", {"waiting_on_customer": {"limit": "5bd"}}, {"waiting_on_customer": {"limit": "3bd"}}
    ),
    "Waiting.remind_every": Sample(
        "waited", {"waiting_on_customer": {"remind_every": "4bh"}}, {"waiting_on_customer": {"remind_every": "2bh"}}
    ),
    "Policy.follow_up_within": Sample("waited", {"follow_up_within": "4bh"}),
    "Policy.targets": Sample(
        "reported", {"targets.escalation_rate_below_percent": 20}, also=("Targets.escalation_rate_below_percent",)
    ),
    "Targets.escalation_rate_below_percent": Sample("reported", {"targets.escalation_rate_below_percent": 20}),
    "Policy.announce_changes": Sample("taught", {"announce_changes": "policy"}),
    "Policy.show_money": Sample("lived", {"show_money": "true"}),
    # Calendars.
    "Calendar.zone": Sample("decided", {"calendars.business.zone": "Europe/Berlin"}),
    "Calendar.hours": Sample("decided", {"calendars.business.hours": {"FRI": "09:00-10:30"}}),
    "Calendar.holidays": Sample("decided", {"calendars.business.holidays": {"country": "AU", "subdivision": "VIC"}}),
    "Calendar.closed": Sample("decided", {"calendars.business.closed": ["2026-03-09"]}),
    "Calendar.open": Sample("decided", {"calendars.business.open": {"2026-03-07": "09:00-12:00"}}),
    "PublicHolidays.country": Sample("shown", {"calendars.business.holidays.country": "CA"}, common=HOLIDAYS),
    "PublicHolidays.subdivision": Sample("shown", {"calendars.business.holidays.subdivision": "NY"}, common=HOLIDAYS),
    # Levels.
    "Level.code": Sample("decided", {"levels.low": LEAST}, {"levels.least": LEAST}),
    "Level.label": _text("levels.sev2.label", "asked_for"),
    "Level.emoji": Sample("asked_for", {"levels.sev2.emoji": ":fire:"}),
    "Level.definition": _text("levels.sev2.definition", "shown"),
    "Level.short": _text("levels.sev2.short", "asked_for"),
    "Level.urgency": _text("levels.sev2.urgency", "shown"),
    "Level.examples": _texts("levels.sev2.examples", "shown"),
    "Level.aliases": Sample("named", {"levels.sev2.aliases": ["urgent"]}),
    "Level.response": Sample("decided", {"levels.sev2.response": "45m"}),
    "Level.resolution": Sample("decided", {"levels.sev2.resolution": "45m"}),
    "Level.backlog": Sample("shown", {"levels.sev2.resolution": "backlog"}, {"levels.sev2.resolution": "none"}),
    "Level.calendar": Sample("decided", {"levels.sev3.calendar": "legal"}),
    "Level.cadence": Sample(
        "decided", {"levels.sev2.cadence": {"internal": "1h", "customer": "1h"}}, also=("Cadence.every",)
    ),
    "Level.invite": Sample("decided", {"levels.sev2.invite": ["fix_owner"]}),
    "Level.tell": Sample("decided", {"levels.sev2.tell": ["manager"]}),
    "Level.page": Sample("decided", {"levels.sev2.page": ["manager"]}),
    "Level.page_at": Sample("decided", {"levels.sev2.page_at": "breach"}, common={"levels.sev2.page": ["fix_owner"]}),
    "Level.ladder": Sample("climbed", {"levels.sev2.ladder": ["l2"]}),
    "Level.climbs_to": Sample("climbed", {"levels.sev2.climbs_to": "manager"}),
    "Level.start_over": Sample("climbed", {"levels.sev2.start_over": "1bd"}),
    "Level.climb_unresolved": Sample("planned", {"levels.sev2.climb_unresolved": {"30m": "manager"}}),
    "Level.checklist": Sample("helped", {"levels.sev2.checklist": {"post_mortem": "if_needed"}}),
    "Level.review": Sample("decided", {"levels.sev2.review": "if_needed"}),
    "Level.review_due": Sample("planned", {"levels.sev2.review_due": "2bd"}),
    "Level.summary_due": Sample("planned", {"levels.sev2.summary_due": "3bd"}),
    "Level.monitor": Sample("planned", {"levels.sev2.monitor": "3"}),
    "Level.templates": Sample("offered", {"levels.sev2.templates": {"status": "Other words"}}),
    "Level.plans": Sample("decided", PLAN),
    "Cadences.internal": Sample("promised", {"levels.sev2.cadence.internal": "none"}),
    "Cadences.customer": Sample("promised", {"levels.sev2.cadence.customer": "none"}),
    "Cadence.every": Sample("promised", {"levels.sev2.cadence.customer": "3h"}),
    "Cadence.also_on": Sample("promised", {"health.yellow.cadence.also_on": ["THU"]}),
    "Cadence.on_change": Sample("promised", {"levels.sev2.cadence.customer": {"every": "2h", "on_change": "true"}}),
    "Cadence.as_needed": Sample(
        "shown", {"levels.sev2.cadence.customer": "as_needed"}, {"levels.sev2.cadence.customer": "none"}
    ),
    "LevelRung.rung": Sample(
        "climbed", {"levels.sev2.ladder": [{"rung": "l3"}]}, {"levels.sev2.ladder": [{"rung": "l2"}]}
    ),
    "LevelRung.after": Sample(
        "climbed", {"levels.sev2.ladder": [{"rung": "l2", "after": "9m"}]}, {"levels.sev2.ladder": [{"rung": "l2"}]}
    ),
    "LevelRung.if_needed": Sample(
        "climbed",
        {"levels.sev2.ladder": [{"rung": "l2", "if_needed": "true"}]},
        {"levels.sev2.ladder": [{"rung": "l2"}]},
    ),
    "UnresolvedStep.after": Sample(
        "planned",
        {"levels.sev2.climb_unresolved": {"2h": "manager"}},
        {"levels.sev2.climb_unresolved": {"1h": "manager"}},
    ),
    "UnresolvedStep.slot": Sample(
        "planned",
        {"levels.sev2.climb_unresolved": {"2h": "manager"}},
        {"levels.sev2.climb_unresolved": {"2h": "fix_owner"}},
    ),
    # Plans.
    "PlanNumbers.plan": Sample("decided", {"levels.sev2.plans.other": {"response": "30m"}}, PLAN),
    "PlanNumbers.response": Sample("decided", {"levels.sev2.plans.premier.response": "none"}, common=PLAN),
    "PlanNumbers.resolution": Sample("decided", {"levels.sev2.plans.premier.resolution": "none"}, common=PLAN),
    "PlanNumbers.calendar": Sample(
        "decided",
        {"levels.sev2.plans.premier": {"calendar": "legal", "response": "1bh"}},
        {"levels.sev2.plans.premier": {"response": "1bh"}},
    ),
    "PlanNumbers.cadence": Sample("promised", {"levels.sev2.plans.premier.cadence": {"customer": "9m"}}, common=PLAN),
    "PlanNumbers.review_due": Sample("planned", {"levels.sev2.plans.premier.review_due": "1bd"}, common=PLAN),
    "PlanNumbers.monitor": Sample("planned", {"levels.sev2.plans.premier.monitor": "1"}, common=PLAN),
    "PlanCadences.internal": Sample(
        "promised",
        {"levels.sev2.plans.premier.cadence": {"internal": "9m", "customer": "8m"}},
        {"levels.sev2.plans.premier.cadence": {"customer": "8m"}},
        PLAN,
    ),
    "PlanCadences.customer": Sample(
        "promised",
        {"levels.sev2.plans.premier.cadence": {"internal": "9m", "customer": "8m"}},
        {"levels.sev2.plans.premier.cadence": {"internal": "9m"}},
        PLAN,
    ),
    # The matrix.
    "Matrix.broken": _text("matrix.broken.question", "asked_for", common=MATRIX, also=("Question.question",)),
    "Matrix.affected": _text("matrix.affected.question", "asked_for", common=MATRIX, also=("Question.question",)),
    "Matrix.levels": Sample("decided", {"matrix.levels.part.team": "sev4"}, common=MATRIX),
    "Question.question": _text("matrix.broken.question", "asked_for", common=MATRIX),
    "Question.answers": Sample(
        "asked_for",
        {"matrix.broken.answers.little": "Little", "matrix.levels.little": {"all": "sev4", "team": "sev4"}},
        common=MATRIX,
        also=("Matrix.levels",),
    ),
    "Answer.key": Sample(
        "decided",
        {
            "matrix.broken.answers": {"$new": {"dead": "Down", "part": "Part"}},
            "matrix.levels": {
                "$new": {"dead": {"all": "sev1", "team": "sev2"}, "part": {"all": "sev2", "team": "sev3"}}
            },
        },
        common=MATRIX,
        also=("Matrix.levels",),
    ),
    "Answer.label": _text("matrix.broken.answers.down", "asked_for", common=MATRIX),
    # Health and kinds.
    "Health.state": Sample(
        "promised",
        {"health": {"$new": {"red": {"label": "One", "emoji": ":one:", "definition": "One", "cadence": "1bd"}}}},
        {"health": {"$new": {"yellow": {"label": "One", "emoji": ":one:", "definition": "One", "cadence": "1bd"}}}},
    ),
    "Health.label": _text("health.red.label", "asked_for"),
    "Health.emoji": Sample("asked_for", {"health.red.emoji": ":fire:"}),
    "Health.definition": _text("health.red.definition", "asked_for"),
    "Health.templates": Sample("offered", {"health.red.templates": {"status": "Other words"}}),
    "Health.cadence": Sample("promised", {"health.red.cadence": "2h"}, also=("Cadence.every",)),
    "Kind.key": Sample(
        "simulated",
        {"kinds": {"$new": {"account": {"label": "One"}, "other": {"label": "Two"}}}},
        {"kinds": {"$new": {"account": {"label": "One"}, "issue": {"label": "Two"}}}},
    ),
    "Kind.label": _text("kinds.account.label", "asked_for"),
    "Kind.definition": _text("kinds.account.definition", "asked_for"),
    "Kind.consents": Sample("refused", {"kinds.account.consents": ["customer"]}),
    "Kind.review": Sample("refused", {"kinds.account.review": "none"}),
    "Kind.review_due": Sample("refused", {"kinds.account.review_due": "1bd"}),
    "Kind.remediation_plan": Sample("asked_for", {"kinds.account.remediation_plan": "false"}),
    "Kind.exit_criteria": _text("kinds.account.exit_criteria", "asked_for"),
    "Kind.details": Sample("asked_for", {"kinds.account.details.urgency": None}),
    "Kind.criteria": _texts("kinds.account.criteria", "asked_for"),
    "Kind.sources": _texts("kinds.account.sources", "asked_for"),
    "Kind.accept_after": Sample("asked_for", {"kinds.account.accept_after": "2bd"}),
    "Kind.summary_due": Sample("planned", {"kinds.issue.summary_due": "3bd"}),
    "Kind.manager_updates": Sample("promised", {"kinds.account.manager_updates": "2bd"}),
    "Kind.afterwards": _texts("kinds.account.afterwards", "asked_for"),
    "Kind.closing_questions": _texts("kinds.issue.closing_questions", "asked_for"),
    # People.
    "SlotRule.key": Sample(
        "climbed",
        {"slots.other": {"label": "One", "fill": ["fallback"]}},
        {"slots.spare": {"label": "One", "fill": ["fallback"]}},
    ),
    "SlotRule.label": _text("slots.vp_customer_success.label", "shown"),
    "SlotRule.fill": Sample("climbed", {"slots.fix_owner.fill": ["account_csm"]}),
    "SlotRule.people": Sample("climbed", {"slots.executive_sponsor.people": ["omar@example.com"]}),
    "Rung.key": Sample(
        "climbed",
        {"ladder": {"$new": {"a": {"title": "A", "slot": "manager"}}}},
        {"ladder": {"$new": {"b": {"title": "A", "slot": "manager"}}}},
    ),
    "Rung.title": _text("ladder.l5.title", "shown"),
    "Rung.slot": Sample("climbed", {"ladder.l5.slot": "manager"}),
    "Rung.team": Sample(
        "climbed", {"ladder.x": {"title": "X", "team": "legal"}}, {"ladder.x": {"title": "X", "team": "category"}}
    ),
    "Rung.after": Sample("climbed", {"ladder.l5.after": "5m"}),
    "Rung.in_turn": Sample("climbed", {"ladder.l5.in_turn": "false"}),
    "Rung.name": _text("ladder.l5.name", "shown"),
    "Rung.phone": _text("ladder.l5.phone", "shown"),
    "Rung.email": _text("ladder.l5.email", "shown"),
    # Teams and categories.
    "Team.key": Sample(
        "decided",
        {"teams.other": {"name": "One"}, "categories.media.team": "other"},
        {"teams.spare": {"name": "One"}, "categories.media.team": "spare"},
        also=("Category.team",),
    ),
    "Team.name": _text("teams.tech_support.name", "helped"),
    "Team.email": Sample("helped", {"teams.tech_support.email": "other@example.com"}),
    "Team.slack": Sample("asked_for", {"teams.security.slack": "#other"}),
    "Team.phone": _text("teams.tech_support.phone", "helped"),
    "Team.phone_for": Sample(
        "helped", {"teams.tech_support.phone_for": "enterprise"}, common={"teams.tech_support.phone": "+49 30 1"}
    ),
    "Team.on_call": Sample("lived", {"teams.security.on_call": "exports"}),
    "Team.portal": Sample("helped", {"teams.tech_support.portal": "https://other.example"}),
    "Team.hours": _text("teams.tech_support.hours", "helped"),
    "Team.calendar": Sample("decided", {"teams.billing.calendar": "legal"}),
    "Team.response": Sample("decided", {"teams.billing.response": "2bh"}),
    "Team.note": _text("teams.tech_support.note", "helped"),
    "Category.key": Sample("decided", {"categories.other": {"label": "One"}}, {"categories.spare": {"label": "One"}}),
    "Category.label": _text("categories.media.label", "asked_for"),
    "Category.level": Sample("decided", {"categories.media.level": "sev1"}),
    "Category.least": Sample("decided", {"categories.media.least": "sev1"}),
    "Category.response": Sample("decided", {"categories.media.response": "5m"}),
    "Category.area": Sample("climbed", {"categories.technical.area": "exports"}),
    "Category.team": Sample("decided", {"categories.media.team": "legal"}),
    "Category.ask_if": Sample("decided", {"categories.product_question.ask_if": None}),
    "Category.copies": Sample("decided", {"categories.media.copies": ["legal"]}),
    "Category.alert": Sample("decided", {"categories.media.alert": ["#other"]}),
    "Category.triggers": _texts("categories.media.triggers", "asked_for"),
    "Category.status_page": Sample("planned", {"categories.technical.status_page": {"address": "https://s.example"}}),
    "StatusPage.address": Sample(
        "helped",
        {"categories.technical.status_page": {"address": "https://s.example"}},
        {"categories.technical.status_page": {"address": "https://t.example"}},
    ),
    "StatusPage.watch": Sample(
        "planned",
        {"categories.technical.status_page.watch": "2h"},
        {"categories.technical.status_page.watch": "30m"},
        {"categories.technical.status_page": {"address": "https://s.example"}},
    ),
    "Category.required": _texts("categories.technical.required", "helped"),
    "Category.steps": _texts("categories.technical.steps", "helped"),
    "Category.do": _texts("categories.technical.do", "helped"),
    "Category.templates": Sample("offered", {"categories.technical.templates": {"status": "Other words"}}),
    "Category.dont": _texts("categories.technical.dont", "helped"),
    "Category.keywords": Sample("helped", {"categories.media.keywords": ["on fire"]}),
    "Category.verification": Sample("decided", {"categories.media.verification": "high"}),
    "Category.visibility": Sample("decided", {"categories.media.visibility": "private"}),
    "Category.preserve_evidence": Sample("decided", {"categories.media.preserve_evidence": "true"}),
    "Category.queue": _text("categories.technical.queue", "helped"),
    "Trigger.key": Sample(
        "asked_for",
        {"categories.media.triggers": [{"key": "a", "text": "One"}]},
        {"categories.media.triggers": [{"key": "b", "text": "One"}]},
    ),
    "Trigger.text": Sample(
        "asked_for",
        {"categories.media.triggers": [{"key": "a", "text": "Two"}]},
        {"categories.media.triggers": [{"key": "a", "text": "One"}]},
    ),
    "Trigger.category": Sample(
        "decided",
        {"categories.media.triggers": [{"key": "a", "text": "One", "category": "technical"}]},
        {"categories.media.triggers": [{"key": "a", "text": "One"}]},
    ),
    "Trigger.copies": Sample(
        "decided",
        {"categories.media.triggers": [{"key": "a", "text": "One", "copies": ["legal"]}]},
        {"categories.media.triggers": [{"key": "a", "text": "One"}]},
    ),
    "Trigger.verification": Sample(
        "decided",
        {"categories.media.triggers": [{"key": "a", "text": "One", "verification": "high"}]},
        {"categories.media.triggers": [{"key": "a", "text": "One"}]},
    ),
    "Trigger.churn_risk": Sample(
        "asked_for",
        {"categories.media.triggers": [{"key": "a", "text": "One", "churn_risk": "true"}]},
        {"categories.media.triggers": [{"key": "a", "text": "One"}]},
    ),
    # Rules.
    "Rule.key": Sample("decided", {"rules.other": {"when": {"vip": "true"}, "tag": "Probe"}}, PROBE),
    "Rule.when": Sample("decided", {"rules.probe.when": {"vip": "false"}}, common=PROBE, also=("Condition.vip",)),
    "Rule.why": _text("rules.probe.why", "shown", common=PROBE),
    "Rule.enabled": Sample("decided", {"rules.probe.enabled": "false"}, common=PROBE),
    "Rule.bump": Sample(
        "decided",
        {"rules.probe": {"when": {"vip": "true"}, "bump": "1"}},
        {"rules.probe": {"when": {"vip": "true"}, "tag": "X"}},
        {"rules": {"$new": {}}},
        also=("Rule.tag",),
    ),
    "Rule.floor": Sample(
        "decided",
        {"rules.probe": {"when": {"vip": "true"}, "floor": "sev1"}},
        {"rules.probe": {"when": {"vip": "true"}, "floor": "sev2"}},
        {"rules": {"$new": {}}},
    ),
    "Rule.cap": Sample(
        "decided",
        {"rules.probe": {"when": {"vip": "true"}, "cap": "sev3"}},
        {"rules.probe": {"when": {"vip": "true"}, "cap": "sev2"}},
        {"rules": {"$new": {}}},
    ),
    "Rule.multiply": Sample(
        "decided",
        {"rules.probe": {"when": {"vip": "true"}, "multiply": "0.5"}},
        {"rules.probe": {"when": {"vip": "true"}, "multiply": "0.25"}},
    ),
    "Rule.set_calendar": Sample(
        "decided",
        {"rules.probe": {"when": {"vip": "true"}, "set_calendar": "24x7"}},
        {"rules.probe": {"when": {"vip": "true"}, "set_calendar": "legal"}},
    ),
    "Rule.tag": Sample("decided", {"rules.probe.tag": "Other"}, common=PROBE),
    "Rule.add_role": Sample(
        "decided",
        {"rules.probe": {"when": {"vip": "true"}, "add_role": "executive_sponsor"}},
        {"rules.probe": {"when": {"vip": "true"}, "add_role": "chief_executive"}},
    ),
    # Conditions.
    "Condition.tier": _when({"tier": "strategic"}, {"tier": "standard"}),
    "Condition.plan": _when({"plan": "premier"}, {"plan": "free"}),
    "Condition.health": _when({"health": {"below": "60"}}, {"health": {"below": "40"}}),
    "Condition.renewal_within_days": _when({"renewal_within_days": "90"}, {"renewal_within_days": "2"}),
    "Condition.vip": _when({"vip": "true"}, {"vip": "false"}),
    "Condition.dedicated_csm": _when({"dedicated_csm": "true"}, {"dedicated_csm": "false"}),
    "Condition.enterprise": _when({"enterprise": "true"}, {"enterprise": "false"}),
    "Condition.region": _when({"region": "EMEA"}, {"region": "LATAM"}),
    "Condition.area": _when({"area": "exports"}, {"area": "billing"}),
    "Condition.arr": _when({"arr": {"above": "50"}}, {"arr": {"above": "500"}}),
    "Condition.fact": _when({"fact": {"channel": "reseller"}}, {"fact": {"channel": "direct"}}),
    "Condition.kind": _when({"kind": "issue"}, {"kind": "account"}),
    "Condition.category": _when({"category": "media"}, {"category": "technical"}),
    "Condition.trigger": _when({"trigger": "fraud"}, {"trigger": "press"}),
    "Condition.level": _when({"level": "sev1"}, {"level": "sev3"}),
    "Condition.health_state": _when({"health_state": "red"}, {"health_state": "green"}),
    "Condition.escalations": _when(
        {"escalations": {"at_least": "3", "within_days": "30"}}, {"escalations": {"at_least": "9", "within_days": "30"}}
    ),
    "Condition.open_escalations": _when(
        {"open_escalations": {"at_least": "1"}}, {"open_escalations": {"at_least": "9"}}
    ),
    "Condition.any_of": _when({"any": [{"vip": "true"}]}, {"any": [{"vip": "false"}]}),
    "Condition.all_of": _when({"all": [{"vip": "true"}]}, {"all": [{"vip": "false"}]}),
    "Condition.not_": _when({"not": {"vip": "true"}}, {"not": {"vip": "false"}}),
    "Bounds.below": _when({"health": {"below": "60"}}, {"health": {"below": "40"}}),
    "Bounds.at_most": _when({"health": {"at_most": "60"}}, {"health": {"at_most": "40"}}),
    "Bounds.at_least": _when({"health": {"at_least": "60"}}, {"health": {"at_least": "40"}}),
    "Bounds.above": _when({"health": {"above": "60"}}, {"health": {"above": "40"}}),
    "Repetition.at_least": _when(
        {"escalations": {"at_least": "3", "within_days": "30"}}, {"escalations": {"at_least": "9", "within_days": "30"}}
    ),
    "Repetition.within_days": _when(
        {"escalations": {"at_least": "3", "within_days": "30"}}, {"escalations": {"at_least": "3", "within_days": "2"}}
    ),
    # Checklist, guards, intake.
    "ChecklistItem.key": Sample(
        "helped",
        {"checklist": {"$new": {"a": {"label": "One"}}}, **_need("a")},
        {"checklist": {"$new": {"b": {"label": "One"}}}, **_need("b")},
        also=("Level.checklist",),
    ),
    "ChecklistItem.label": _text("checklist.schedule_call.label", "helped"),
    "Guards.override": Sample(
        "asked_for",
        {"guards.override": {"people": ["gc@example.com"], "slots": []}},
        also=("Guard.people", "Guard.slots"),
    ),
    "Guards.waive": Sample(
        "asked_for", {"guards.waive": {"people": ["gc@example.com"], "slots": []}}, also=("Guard.people", "Guard.slots")
    ),
    "Guards.close": Sample("refused", {"guards.close": {"slots": ["manager"]}}, also=("Guard.slots",)),
    "Guards.accept": Sample(
        "asked_for",
        {"guards.accept": {"people": ["gc@example.com"], "slots": []}},
        also=("Guard.people", "Guard.slots"),
    ),
    "Guards.approve": Sample("lived", {"guards.approve": {"slots": ["fix_owner"]}}, also=("Guard.slots",)),
    "Guards.see_confidential": Sample(
        "refused", {"guards.see_confidential": {"people": ["gc@example.com"]}}, also=("Guard.people",)
    ),
    "Guard.slots": Sample("refused", {"guards.close.slots": ["manager"]}),
    "Guard.people": Sample("refused", {"guards.close.people": ["U01NOOR"]}),
    "Intake.sections": Sample("helped", {"intake.sections.urgency": None}),
    "Intake.do": _texts("intake.do", "helped"),
    "Intake.dont": _texts("intake.dont", "helped"),
    "Intake.good": _texts("intake.good", "helped"),
    "Intake.poor": _texts("intake.poor", "helped"),
    "Section.key": Sample(
        "helped", {"intake.sections.other": {"$from": "intake.sections.urgency"}, "intake.sections.urgency": None}
    ),
    "Section.label": _text("intake.sections.urgency.label", "helped"),
    "Section.facts": Sample("helped", {"intake.sections.urgency.facts.blocked": None}),
    "Fact.key": Sample(
        "helped",
        {
            "intake.sections.urgency.facts.other": {"$from": "intake.sections.urgency.facts.sentiment"},
            "intake.sections.urgency.facts.sentiment": None,
        },
    ),
    "Fact.label": _text("intake.sections.urgency.facts.blocked.label", "helped"),
    "Fact.optional": Sample("helped", {"intake.sections.urgency.facts.blocked.optional": "true"}),
    # Verification.
    "Verification.tiers": Sample(
        "checked",
        {
            "verification.tiers.high": None,
            "categories.security_privacy.triggers": [],
            "categories.legal_compliance.triggers": [],
        },
        {"categories.security_privacy.triggers": [], "categories.legal_compliance.triggers": []},
    ),
    "Verification.team": Sample("checked", {"verification.team": "legal"}),
    "Verification.process": _texts("verification.process", "checked"),
    "Tier.key": Sample(
        "checked",
        {
            "verification.tiers": {
                "$new": {
                    "low": {"$from": "verification.tiers.low"},
                    "medium": {"$from": "verification.tiers.medium"},
                    "top": {"$from": "verification.tiers.high"},
                }
            },
            "categories.security_privacy.triggers": [],
            "categories.legal_compliance.triggers": [],
        },
        {"categories.security_privacy.triggers": [], "categories.legal_compliance.triggers": []},
    ),
    "Tier.label": _text("verification.tiers.low.label", "checked"),
    "Tier.factors": Sample("checked", {"verification.tiers.low.factors": "2"}),
    "Tier.of": Sample("checked", {"verification.tiers.low.of.other": {"label": "Other"}}),
    "Tier.approval": Sample("checked", {"verification.tiers.low.approval": "true"}),
    "Tier.examples": _texts("verification.tiers.low.examples", "checked"),
    "Factor.key": Sample(
        "checked",
        {"verification.tiers.low.of.other": {"label": "One"}},
        {"verification.tiers.low.of.spare": {"label": "One"}},
    ),
    "Factor.label": _text("verification.tiers.low.of.email_control.label", "checked"),
    # Patterns.
    "Patterns.repeats": Sample("repeated", {"patterns.repeats": None}),
    "Patterns.churn_risk": Sample(
        "menued", {"patterns.churn_risk": None}, common={"categories.angry_customer.triggers": []}
    ),
    "Patterns.enterprise": Sample("helped", {"patterns.enterprise": None}),
    "Patterns.major_incident": Sample("menued", {"patterns.major_incident": None}),
    "Patterns.chase": Sample("repeated", {"patterns.chase": None}),
    "Patterns.recurring": Sample("repeated", {"patterns.recurring": None}),
    "Recurring.level": Sample("repeated", {"patterns.recurring.level": "9"}),
    "Recurring.category": Sample("repeated", {"patterns.recurring.category": "9"}),
    "Recurring.within_days": Sample("repeated", {"patterns.recurring.within_days": "7"}),
    "Repeats.count": Sample("repeated", {"patterns.repeats.count": "9"}),
    "Repeats.within_days": Sample("repeated", {"patterns.repeats.within_days": "7"}),
    "Repeats.team": Sample("repeated", {"patterns.repeats.team": "legal"}),
    "Repeats.due": Sample("lived", {"patterns.repeats.due": "2bd"}),
    "Repeats.questions": _texts("patterns.repeats.questions", "repeated"),
    "Repeats.steps": _texts("patterns.repeats.steps", "repeated"),
    "ChurnRisk.tag": _text("patterns.churn_risk.tag", "asked_for"),
    "ChurnRisk.team": Sample("repeated", {"patterns.churn_risk.team": "legal"}),
    "ChurnRisk.signs": _texts("patterns.churn_risk.signs", "repeated"),
    "ChurnRisk.steps": _texts("patterns.churn_risk.steps", "repeated"),
    "Enterprise.team": Sample("helped", {"patterns.enterprise.team": "legal"}),
    "Enterprise.identified_by": _texts("patterns.enterprise.identified_by", "shown"),
    "Enterprise.steps": _texts("patterns.enterprise.steps", "helped"),
    "MajorIncident.team": Sample("lived", {"patterns.major_incident.team": "tech_support"}),
    "MajorIncident.accounts": Sample("lived", {"patterns.major_incident.accounts": "3"}),
    "MajorIncident.include": _texts("patterns.major_incident.include", "repeated"),
    "MajorIncident.steps": _texts("patterns.major_incident.steps", "repeated"),
    "MajorIncident.holding_message": _text("patterns.major_incident.holding_message", "repeated"),
    "MajorIncident.dont": _texts("patterns.major_incident.dont", "repeated"),
    "MajorIncident.track": _texts("patterns.major_incident.track", "repeated"),
    "Chase.after": Sample("repeated", {"patterns.chase.after": "2bh"}),
    "Chase.heaviest": Sample("repeated", {"patterns.chase.heaviest": "2h"}),
    "Chase.every": Sample("repeated", {"patterns.chase.every": "3bd"}),
    "Chase.copies": Sample("lived", {"patterns.chase.copies": ["legal"]}),
    # The wording guard.
    "Policy.wording": Sample("worded", {"wording.languages": ["en"]}, also=("Wording.languages",)),
    "Wording.languages": Sample("worded", {"wording.languages": ["en"]}),
    **{f"Wording.{rule}": Sample("worded", {f"wording.{rule}": "off"}) for rule in WordingRule},
    "Wording.allow": Sample("worded", {"wording.allow": ["OPS-12"]}),
    "Wording.vocabularies": Sample("worded", {"wording.vocabularies.fr": WIDGETS}),
    "WordingVocabulary.stops": Sample("worded", {"wording.vocabularies.fr.stops": ["not"]}, common=FRENCH),
    "WordingVocabulary.denials": Sample("worded", {"wording.vocabularies.fr.denials": ["the"]}, common=FRENCH),
    "WordingVocabulary.lists": Sample("worded", {"wording.vocabularies.fr.lists.colour": ["green"]}, common=FRENCH),
    "WordingVocabulary.contractions": Sample(
        "worded", {"wording.vocabularies.fr.contractions": {"'d": "shall"}}, common=FRENCH
    ),
    "WordingVocabulary.expressions": _expression(phrases=["green widget"]),
    "Expressions.rule": _expression(rule="legal"),
    "Expressions.why": _expression(why="Other words"),
    "Expressions.better": _expression(better="Other words"),
    "Expressions.phrases": _expression(phrases=["green widget"]),
    "Expressions.unless": _expression(unless=["can not say when"]),
    # Reviews.
    "Policy.reviews": Sample("queried", {"reviews.whys.languages": ["en"]}, also=("Reviews.whys", "Whys.languages")),
    "Reviews.whys": Sample("queried", {"reviews.whys.languages": ["en"]}, also=("Whys.languages",)),
    "Reviews.remind_every": Sample("reviewed", {"reviews.remind_every": "4bh"}),
    "Reviews.manager_after": Sample("reviewed", {"reviews.manager_after": "1bd"}),
    "Reviews.manager_every": Sample("reviewed", {"reviews.manager_every": "4bh"}),
    "Reviews.weekly": Sample("taught", {"reviews.weekly": {"channel": "sync"}}),
    "Reviews.monthly": Sample("taught", {"reviews.monthly": {"channel": "sync"}}),
    "WeeklyLearnings.channel": _list("weekly", {"channel": "other"}),
    "WeeklyLearnings.at": _list("weekly", {"channel": "sync", "at": "10:00"}),
    "WeeklyLearnings.day": _list("weekly", {"channel": "sync", "day": "fri"}),
    "MonthlyPack.channel": _list("monthly", {"channel": "other"}),
    "MonthlyPack.at": _list("monthly", {"channel": "sync", "at": "10:00"}),
    "MonthlyPack.day_of_month": _list("monthly", {"channel": "sync", "day_of_month": 2}),
    "WeeklyLearnings.owner": _list("weekly", {"channel": "sync", "owner": "Ana"}),
    "MonthlyPack.owner": _list("monthly", {"channel": "sync", "owner": "Ana"}),
    "Reviews.refresher": Sample("taught", {"reviews.refresher": {"channel": "sync"}}),
    "QuarterlyRefresher.channel": _list("refresher", {"channel": "other"}),
    "QuarterlyRefresher.at": _list("refresher", {"channel": "sync", "at": "10:00"}),
    "QuarterlyRefresher.owner": _list("refresher", {"channel": "sync", "owner": "Ana"}),
    "QuarterlyRefresher.day_of_month": _list("refresher", {"channel": "sync", "day_of_month": 2}),
    "Reviews.success": Sample("taught", {"reviews.success": {}}),
    "SuccessPack.at": Sample("taught", {"reviews.success": {"at": "10:00"}}, also=("Reviews.success",)),
    "SuccessPack.day_of_month": Sample("taught", {"reviews.success": {"day_of_month": 2}}, also=("Reviews.success",)),
    "Reviews.sign_off": Sample("reviewed", {"reviews.sign_off": "none"}),
    "Reviews.factors": Sample("reviewed", {"reviews.factors": {"detection": {"label": "Detection"}}}),
    "ContributingFactor.key": _factor({"alerts": {"label": "Detection"}}, "ContributingFactor.key"),
    "ContributingFactor.label": _factor({"detection": {"label": "Alerts"}}, "ContributingFactor.label"),
    "Guards.sign_off": Sample("reviewed", {"guards.sign_off": {"slots": ["fix_owner"]}}, also=("Guard.slots",)),
    "Whys.languages": Sample("queried", {"reviews.whys.languages": ["en"]}),
    "Whys.allow": Sample("queried", {"reviews.whys.allow": ["human error"]}),
    "Whys.vocabularies": Sample("queried", {"reviews.whys.vocabularies.fr": WHYS}),
    "WhyVocabulary.stops": _why("stops", ["is"], prompts=[{"ask": "Which?", "phrases": ["red ..4 blue"]}]),
    "WhyVocabulary.lists": _why("lists", {"colour": ["blue"]}),
    "WhyVocabulary.contractions": _why(
        "contractions", {"isn't": "pink widget"}, prompts=[{"ask": "Which?", "phrases": ["is not"]}]
    ),
    "WhyVocabulary.prompts": _why("prompts", [_ASKED | {"phrases": ["blue widget"]}]),
    "WhyVocabulary.name": Sample(
        "queried",
        {"reviews.whys.vocabularies.fr.name": "Qui?"},
        common={"reviews": {"whys": {"languages": [], "vocabularies": {"fr": WHYS}}}},
    ),
    "WhyPrompt.ask": _why("prompts", [_ASKED | {"ask": "Which one?"}]),
    "WhyPrompt.phrases": _why("prompts", [_ASKED | {"phrases": ["blue widget"]}]),
    "WhyPrompt.unless": _why("prompts", [_ASKED | {"unless": ["blue widget"]}]),
    # Texts and the feed.
    **{f"Templates.{kind}": _text(f"templates.{kind}", "offered") for kind in TemplateKind},
    "Templates.languages": Sample("offered", {"templates.languages.de": {"status": "Andere Worte"}}),
    "Wording.principles": _texts("wording.principles", "offered"),
    "Policy.sending": Sample("sent", {"sending.routes": ["mail"]}, also=("Sending.routes",)),
    "Sending.routes": Sample("sent", {"sending.routes": ["mail", "slack"]}),
    "Sending.by": Sample("sent", {"sending.by": {"slots": ["fix_owner"]}}, also=("Guard.slots",)),
    "Sending.approve_within": Sample("sent", {"sending.approve_within": "1h"}),
    "Sending.subject": _text("sending.subject", "sent"),
    "Feed.hears": Sample("lived", {"feed.hears": ["opening", "status"]}),
    "Training.new_hires": _texts("training.new_hires", "shown"),
    "Training.ongoing": _texts("training.ongoing", "shown"),
    "Training.resources": _texts("training.resources", "shown"),
    "Training.contact": _text("training.contact", "shown"),
    "Training.drills": Sample("drilled", {"training.drills": {"probe": DRILL}}),
    **{f"Scenario.{key}": _drill({key: value}) for key, value in _OF_A_DRILL.items()},
    "Scenario.key": _drill({"key": "other"}),
    "Scenario.cast": _drill({"cast": {**DRILL["cast"], "executive": {"name": "Rita", "role": "VP"}}}),
    "Scenario.script": _drill({"script": [*DRILL["script"], {"by": "customer", "at": 3, "says": "More"}]}),
    "CastMember.name": _drill({"cast": {**DRILL["cast"], "customer": {"name": "Other", "role": "finance"}}}),
    "CastMember.role": _drill({"cast": {**DRILL["cast"], "customer": {"name": "Jo", "role": "Other"}}}),
    "Beat.by": _beat({"at": 5}, {"at": 5, "by": "engineer"}),
    "Beat.says": _beat({"at": 5}, {"at": 5, "says": "Other words"}),
    "Beat.at": _beat({"at": 5}, {"at": 6}),
    "Beat.after": _beat({"after": "updated"}, {"after": "acknowledged"}),
    "Beat.after_finding": _beat({"after_finding": "timeline"}, {"after_finding": "legal"}),
    "Beat.wait": _beat({"after": "updated"}, {"after": "updated", "wait": 3}),
    "Beat.needs": _beat({"at": 5}, {"at": 5, "needs": ["updated"]}),
    "Beat.unless": _beat({"at": 30}, {"at": 30, "unless": ["updated"]}),
    "Beat.answer_within": _beat({"at": 30}, {"at": 30, "answer_within": 5}),
    "Beat.gives": _beat({"at": 30}, {"at": 30, "gives": "confirmed"}),
    "Beat.each": _beat({"after": "asked"}, {"after": "asked", "each": True}),
    "Training.philosophy": Sample("drilled", {"training.philosophy": ["Other words"]}),
    "Training.weeks": Sample("drilled", {"training.weeks": WEEKS}),
    "TrainingWeek.title": _weeks({"title": "Other words"}),
    "TrainingWeek.steps": _weeks({"steps": [*WEEKS[0]["steps"], {"key": "more", "kind": "read", "text": "More"}]}),
    "TrainingStep.key": _weeks({"steps": [{**WEEKS[0]["steps"][0], "key": "other"}]}),
    "TrainingStep.kind": _weeks({"steps": [{**WEEKS[0]["steps"][0], "kind": "drill"}]}),
    "TrainingStep.text": _weeks({"steps": [{**WEEKS[0]["steps"][0], "text": "Other words"}]}),
    "TrainingStep.more": _weeks({"steps": [{**WEEKS[0]["steps"][0], "more": "Other words"}]}),
    "TrainingStep.times": _weeks({"steps": [{**WEEKS[0]["steps"][0], "times": 3}]}),
    "TrainingStep.points": Sample(
        "drilled",
        {"training.weeks": [{**WEEKS[0], "steps": [{**WEEKS[0]["steps"][0], "kind": "drill", "points": 90}]}]},
        {"training.weeks": [{**WEEKS[0], "steps": [{**WEEKS[0]["steps"][0], "kind": "drill"}]}]},
    ),
    "Training.tree": Sample("drilled", {"training.tree": TREE}),
    "TreeQuestion.key": _tree({"$new": {"other": TREE["stuck"], "soon": TREE["soon"]}}),
    "TreeQuestion.asks": _tree({"stuck": {**TREE["stuck"], "asks": "Other words"}}),
    "TreeQuestion.choices": _tree({"stuck": {**TREE["stuck"], "choices": [*TREE["stuck"]["choices"], MAYBE]}}),
    "Choice.says": _choice({"says": "Other words", "advice": "Escalate"}),
    "Choice.to": _choice({"says": "Yes", "to": "soon"}, also=("Choice.advice",)),
    "Choice.then": _choice({"says": "Yes", "advice": "Escalate", "then": "nothing"}),
    "Choice.level": _choice({"says": "Yes", "advice": "Escalate", "level": "highest"}),
    "Choice.advice": _choice({"says": "Yes", "advice": "Other words"}),
}
