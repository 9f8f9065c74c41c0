"""Names in exported timelines: each new key must be classified, because it may refer to another escalation."""

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.policy.plan.stored_notices import payload_of
from bot.policy.record.notices.patterns import EarlierCase, SameCauseNotice
from bot.services.reports.export_confidential import REFERRING

SERVICES = Path(__file__).resolve().parents[3] / "bot" / "services"
REMINDERS = Path(__file__).resolve().parents[3] / "bot" / "policy" / "plan" / "reminders"
# What an escalation's timeline keeps of itself alone. A key that can name another escalation, by number, key or
# channel, belongs into `bot.services.reports.export_confidential.REFERRING` instead.
OWN = frozenset(
    {
        "at",
        "broken",
        "decides",
        "first_level_could",
        "posted",
        "rating",
        "rules",
        "solved_by",
        "step",
        "words",
        "captured",
        "criterion",
        "due_on",
        "item",
        "items",
        "state",
        "what",
        "fields",
        "file",
        "follow_up",
        "detected_at",
        "reported_at",
        "by",
        "kind",
        "text",
        "until",
        "waited_seconds",
        "late_seconds",
        "promise",
        "account",
        "actions",
        "answer",
        "audience",
        "category",
        "cause",
        "causes",
        "channel",
        "chosen",
        "clocks",
        "confirmed_by",
        "consent",
        "count",
        "criteria",
        "customer",
        "days",
        "done",
        "due",
        "earlier",
        "effect",
        "exit_criteria",
        "factors",
        "facts",
        "finished_on",
        "fix_owner",
        "from",
        "health",
        "hidden",
        "how",
        "incident",
        "level",
        "missing",
        "name",
        "next",
        "of",
        "others",
        "owner",
        "people",
        "person",
        "plan",
        "private",
        "request",
        "review",
        "role",
        "round",
        "route",
        "rung",
        "signs",
        "source",
        "stand_in",
        "status",
        "success_criteria",
        "summary",
        "taken_back",
        "team",
        "ticket_number",
        "ticket_url",
        "tier",
        "to",
        "ts",
        "turn",
        "url",
        "via",
        "why",
    }
)
# Written under keys that are not literals: roles and identities of people, kinds of consent, plans, texts of an update.
# What is kept as a notice has the keys of its class, which are looked at below.
COMPUTED = frozenset(
    {
        "[after]",
        "[became]",
        "[before]",
        "[dict(refused)]",
        "[fields_of(notice)]",
        "[kept]",
        "[reminder.recorded]",
        "[role]",
        "[told]",
        "[was]",
    }
)


def recorded() -> Iterator[tuple[ast.Module, ast.expr]]:
    """Yield what every call that writes to the timeline keeps, and every reminder, with its module."""
    for path in sorted([*SERVICES.rglob("*.py"), *REMINDERS.glob("*.py")]):
        module = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record":
                yield from ((module, kept.value) for kept in node.keywords if kept.arg in {"before", "after"})
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reminder":
                yield from ((module, kept.value) for kept in node.keywords if kept.arg == "recorded")


def keys(module: ast.Module, kept: ast.expr) -> Iterator[str]:
    """Yield the keys in what is kept, however deep; other expressions are given as source, in brackets."""
    if isinstance(kept, ast.Name):
        made = [
            node.value
            for node in ast.walk(module)
            if isinstance(node, ast.Assign)
            and any(isinstance(one, ast.Name) and one.id == kept.id for one in node.targets)
        ]
        dicts = [value for value in made if isinstance(value, ast.Dict)]
        yield from (key for value in dicts for key in keys(module, value))
        if not dicts:
            yield f"[{kept.id}]"
    elif isinstance(kept, ast.Dict):
        for inner in (node for node in ast.walk(kept) if isinstance(node, ast.Dict)):
            for key in inner.keys:
                yield str(key.value) if isinstance(key, ast.Constant) else f"[{ast.unparse(key) if key else '**'}]"
    elif not isinstance(kept, ast.Constant):
        yield f"[{ast.unparse(kept)}]"


def test_every_key_of_the_timeline_is_known_to_refer_to_another_escalation_or_not_to() -> None:
    found = {key for module, kept in recorded() for key in keys(module, kept)}
    computed = {key for key in found if key.startswith("[")}
    assert computed <= COMPUTED
    assert found - computed - REFERRING <= OWN


def test_every_key_of_a_notice_that_the_timeline_keeps_is_known_too() -> None:
    earlier = EarlierCase(key="ESC-1", channel="C01")
    notice = SameCauseNotice(cause="A deploy", level="sev1", days=30, earlier=(earlier,), hidden=1, names=(1,), count=2)
    kept = payload_of(notice)
    assert {*kept, *kept["earlier"][0]} - REFERRING <= OWN | {"notice"}
