"""Describe a policy change in words: the numbers of each severity, then everything else that differs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from bot.policy.decide import policy_changes
from bot.policy.model.rules import Policy
from bot.views.kit.text import clip, escape, one_line
from bot.views.policies import policy_words

_CELL: Final = 120
_NAMED: Final = 6
_LABELS: Final = ("label", "name", "title")
_KEYS: Final = ("key", "code", "name")
_NOTHING: Final = "nothing"
# What each part of the policy is called; those of levels are told number by number.
TITLES: Final[Mapping[str, str]] = {
    "name": "Name",
    "title": "Title",
    "version": "Version",
    "owner": "Owner",
    "reviewed_on": "Reviewed on",
    "next_review_on": "Next review",
    "classification": "Classification",
    "business_calendar": "Business calendar",
    "calendars": "Business hours",
    "levels": "Severities",
    "matrix": "How severity is found",
    "health": "Health of programmes",
    "kinds": "Account programmes",
    "slots": "Roles",
    "teams": "Teams",
    "categories": "Categories",
    "rules": "What changes severity",
    "ladder": "Who is paged",
    "regions": "Regions",
    "on_call": "Where on-call comes from",
    "checklist": "Checklist",
    "guards": "Who may do what",
    "intake": "What is asked for",
    "verification": "Identity checks",
    "patterns": "Repeats and churn risk",
    "templates": "Texts for customers",
    "sending": "Sending to customers",
    "wording": "Wording guard",
    "reviews": "Post-incident reviews",
    "feed": "Feed",
    "hot_list": "Hot list",
    "training": "Training",
    "warnings": "Warnings before a clock runs out, in percent",
    "clocks_from": "Clocks count from",
    "waiting_on_customer": "Waiting on customer",
    "follow_up_within": "Answer to a customer's follow-up within",
    "show_money": "Show money",
    "announce_changes": "Where changes are announced",
    "targets": "Targets",
}


def bullets(before: Policy, after: Policy, most: int) -> Iterator[str]:
    """Yield at most so many lines of what changed, then how many more there are. They are markup."""
    found = [*lines(before, after)]
    yield from (f"• {line}" for line in found[:most])
    if len(found) > most:
        yield f"{len(found) - most} more."


def lines(before: Policy, after: Policy) -> Iterator[str]:
    """Yield what changed, severities first. They are markup."""
    yield from _levels(before, after)
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    parts: dict[str, list[str]] = {}
    for path in policy_changes.changed(before, after):
        part, _, rest = path.partition(".")
        parts.setdefault(part, []).append(rest.partition(".")[0])
    for part, names in parts.items():
        if part == "rules":
            yield from _rules(before, after, [*dict.fromkeys(filter(None, names))])
        elif part != "levels":
            yield _part(part, [*dict.fromkeys(filter(None, names))], old.get(part), new.get(part))


def _levels(before: Policy, after: Policy) -> Iterator[str]:
    """Yield each number of a severity that differs, as the policy's own screen names it."""
    old, new = _cells(before), _cells(after)
    for code, cells in new.items():
        label = escape(next(level.label for level in after.levels if level.code == code))
        if code not in old:
            yield f"*{label}* is new."
            continue
        for title, cell in cells.items():
            was = old[code].get(title, policy_words.NONE)
            if cell != was:
                yield f"*{label}*, {title.lower()}: {_said(cell)}, was {_said(was)}"
    for level in before.levels:
        if level.code not in new:
            yield f"*{escape(level.label)}* is gone."


def _rules(before: Policy, after: Policy, names: Sequence[str]) -> Iterator[str]:
    """Yield what each rule that differs does now, as the policy's own screen says it."""
    old, new = ({rule.key: (policy, rule) for rule in policy.rules} for policy in (before, after))
    for name in names:
        policy, rule = new.get(name) or old.get(name) or (after, None)
        said = f"{policy_words.effect(policy, rule)}, {policy_words.condition(rule)}" if rule else name
        gone = " (gone)" if name not in new else ""
        yield f"*{TITLES['rules']}*: {_said(said)}{gone}"


def _cells(policy: Policy) -> Mapping[str, Mapping[str, str]]:
    rows = [(title, cells) for title, cells in policy_words.matrix(policy) if title != "Code"]
    found = {level.code: {title: cells[place] for title, cells in rows} for place, level in enumerate(policy.levels)}
    for level in policy.levels:
        found[level.code]["Name"] = level.label
    return found


def _part(part: str, names: Sequence[str], old: Any, new: Any) -> str:
    title = f"*{escape(TITLES.get(part, part))}*"
    if not names:
        return f"{title}: {_said(_value(new))}, was {_said(_value(old))}" if _is_plain(old, new) else title
    said = [escape(_label(name, new) or _label(name, old) or name.replace("_", " "), _CELL) for name in names[:_NAMED]]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{title}: {', '.join(said)}{more}"


def _is_plain(*values: Any) -> bool:
    return all(
        not isinstance(value, (Mapping, list)) or all(isinstance(one, (str, int)) for one in value) for value in values
    )


def _value(value: Any) -> str:
    match value:
        case None | [] | "":
            return _NOTHING
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _label(name: str, among: Any) -> str | None:
    """Return what an entry is called, found by its key in a list or a mapping."""
    entries = among.items() if isinstance(among, Mapping) else ((None, one) for one in among or ())
    for key, one in entries:
        if isinstance(one, Mapping) and name in (key, *(one.get(each) for each in _KEYS)):
            return next((str(one[each]) for each in _LABELS if one.get(each)), None)
    return None


def _said(words: str) -> str:
    return escape(clip(one_line(words), _CELL)) or _NOTHING
