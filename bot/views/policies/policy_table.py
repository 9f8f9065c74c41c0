"""The current policy, for everybody in Slack: a screen with what each level promises, and the rest by a menu.

Older clients don't draw tables: `as_list` draws the same as paragraphs, and the message's text has the essentials.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final

from slack_sdk.models.blocks import StaticSelectElement

from bot.policy.model.matrix import Matrix
from bot.policy.model.rules import Policy
from bot.policy.model.slots import Rung
from bot.ports.workspace import Block, Message, View
from bot.views.categories import category_triggers
from bot.views.kit import contacts, ids
from bot.views.kit.info_form import shown
from bot.views.kit.parts import actions, context, header, option, section
from bot.views.kit.text import SECTION_LIMIT, clip, escape, one_line, plain, with_days
from bot.views.policies import policy_words

# Slack limits tables to 20 columns and 10,000 characters; these limits stay readable.
_COLUMNS = 8
_CELL = 240
_CELL_OF_LIST = 600
_BLOCKS = 50
_BLOCKS_OF_FORM = 100
# What fits on a screen. The other rows are in the part about severities.
_INSIDE, _OUTSIDE, _BOTH = "Internal updates", "Customer updates", "Updates"
_ON_THE_SCREEN: Final = ("Acknowledge", "Resolve", _INSIDE, _OUTSIDE, "Paged", "Review")


def as_table(policy: Policy, today: date, command: str) -> Message:
    """Draw the policy with its matrix as a table; if it has too many levels for a table, as a list."""
    if len(policy.levels) > _COLUMNS:
        return as_list(policy, today, command)
    otherwise = f"Can't see the table? Type `{command} policy list`."
    return _message(policy, today, [_table(policy)], command, otherwise)


def as_list(policy: Policy, today: date, command: str) -> Message:
    """Draw the policy with its matrix as one paragraph per level."""
    return _message(policy, today, list(_paragraphs(policy, _in_short(policy))), command)


class PolicyPart(StrEnum):
    """A part of the policy that the menu opens."""

    LEVELS = "levels"
    CHANGES = "changes"
    CATEGORIES = "categories"
    TEAMS = "teams"
    PAGING = "paging"
    PROGRAMMES = "programmes"
    HOURS = "hours"
    TRAINING = "training"


def part(policy: Policy, chosen: PolicyPart) -> View:
    """Draw one part of the policy in full."""
    title, draw = _PARTS[chosen]
    drawn = [*draw(policy)][:_BLOCKS_OF_FORM]
    return shown(title, drawn or [section("The policy has none of this now.")])


def _message(policy: Policy, today: date, levels: Sequence[Block], command: str, *small: str) -> Message:
    there = [option(name, title) for name, (title, draw) in _PARTS.items() if next(iter(draw(policy)), None)]
    menu = StaticSelectElement(action_id=ids.PICK_POLICY_PART, options=there, placeholder=plain("Read more", 150))
    keeps = f"Open escalations keep their policy. `{command} simulate` shows what this one would do."
    end = context(" ".join([*small, keeps]))
    blocks = [*_head(policy, today), *levels][: _BLOCKS - 2]
    return Message(_text(policy), (*blocks, actions(menu), end))


def _text(policy: Policy) -> str:
    """Return each level in a few words, for notifications, screen readers and clients without tables."""
    levels = (f"{level.label}: {level.short}" for level in policy.levels)
    return escape(f"{policy_words.version(policy)}. {'; '.join(levels)}")


def _head(policy: Policy, today: date) -> Iterator[Block]:
    yield header(policy.title)
    late = policy_words.overdue(policy, today)
    if late is not None:
        yield section(f":warning: *{with_days(escape(late))}*")
    yield context(with_days(escape(f"{policy.name}, version {policy.version}. {policy_words.governance(policy)}")))


def _table(policy: Policy) -> Block:
    rows = [["", *(level.label for level in policy.levels)]]
    rows += [[title, *cells] for title, cells in _in_short(policy)]
    return {
        "type": "table",
        "column_settings": [{"is_wrapped": place > 0} for place in range(len(rows[0]))],
        "rows": [
            [_cell(words, bold=not number or not place) for place, words in enumerate(row)]
            for number, row in enumerate(rows)
        ],
    }


def _cell(words: str, *, bold: bool) -> dict[str, Any]:
    """Return a cell of plain text; headings are rich text, because only that can be bold."""
    text = clip(one_line(words), _CELL) or " "
    if not bold:
        return {"type": "raw_text", "text": text}
    letters = {"type": "text", "text": text, "style": {"bold": True}}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [letters]}]}


def _paragraphs(policy: Policy, rows: Sequence[policy_words.LevelRow]) -> Iterator[Block]:
    for place, level in enumerate(policy.levels):
        told = [(title, cells[place]) for title, cells in rows if cells[place] != policy_words.NONE]
        lines = (f"{title}: {escape(clip(cell, _CELL_OF_LIST))}" for title, cell in told)
        yield from _sections(f"{level.emoji} *{escape(level.label)}*", lines)


def _in_short(policy: Policy) -> Sequence[policy_words.LevelRow]:
    """Return the rows of the screen: what each level means in a few words, and what it promises."""
    promised = {title: cells for title, cells in policy_words.matrix(policy) if title in _ON_THE_SCREEN}
    if promised.get(_INSIDE) == promised.get(_OUTSIDE):
        promised = {
            _BOTH if title == _INSIDE else title: cells for title, cells in promised.items() if title != _OUTSIDE
        }
    return [("Means", [level.short for level in policy.levels]), *promised.items()]


def _levels(policy: Policy) -> Iterator[Block]:
    if policy.matrix is not None:
        yield from _sections("*How severity is found*", _asked(policy, policy.matrix))
    # Not the codes, which are for the terminal.
    rows = [(title, cells) for title, cells in policy_words.matrix(policy) if title != "Code"]
    yield from _paragraphs(policy, rows)
    yield from _sections("*What each severity is for, by example*", _examples(policy))


def _changes(policy: Policy) -> Iterator[Block]:
    yield from _sections("*What changes severity or clocks*", _rules(policy))
    yield from _sections("*What a plan changes*", _plans(policy))
    yield from _sections("*Who counts as an Enterprise customer*", _enterprise(policy))


def _owners(policy: Policy) -> Iterator[Block]:
    yield from _sections("*Categories and owners*", _categories(policy))


def _team_directory(policy: Policy) -> Iterator[Block]:
    yield from _sections("*Teams, by what they help with*", _teams(policy))


def _paging(policy: Policy) -> Iterator[Block]:
    yield from _sections("*Who is paged, in order, if no one responds*", _ladder(policy))


def _of_programmes(policy: Policy) -> Iterator[Block]:
    yield from _sections("*Account programme health and updates*", _health(policy))
    yield from _sections("*Account programmes*", _programmes(policy))


def _hours(policy: Policy) -> Iterator[Block]:
    yield from _sections("*Business hours*", _calendars(policy))


def _learning(policy: Policy) -> Iterator[Block]:
    yield from _sections("*How people learn this*", _training(policy))


def _rules(policy: Policy) -> Iterator[str]:
    for rule in policy.rules:
        if rule.enabled:
            words = f"{policy_words.effect(policy, rule)}: {policy_words.condition(rule)}"
            why = f"\n    _{escape(rule.why)}_" if rule.why else ""
            yield f"• {escape(words)} (rule {rule.key}){why}"


def _asked(policy: Policy, matrix: Matrix) -> Iterator[str]:
    yield f"{escape(matrix.broken.question)} {escape(matrix.affected.question)}"
    for row, broken in matrix.broken.labels.items():
        cells = (
            f"{escape(affected)} → {escape(policy.level(matrix.levels[row][column]).label)}"
            for column, affected in matrix.affected.labels.items()
        )
        yield f"• *{escape(broken)}:* {', '.join(cells)}"


def _plans(policy: Policy) -> Iterator[str]:
    for level, plan, changes in policy_words.plans(policy):
        yield f"• {escape(level)}, plan {escape(plan)}: {escape(changes)}"


def _categories(policy: Policy) -> Iterator[str]:
    for category in policy.categories:
        starts, team, marks = (escape(words) for words in policy_words.category(policy, category))
        examples = f"\n    _For example:_ {category_triggers.in_a_line(category)}" if category.triggers else ""
        yield f"• *{escape(category.label)}* {starts}, {team}" + (f"; {marks}" if marks else "") + examples


def _teams(policy: Policy) -> Iterator[str]:
    """Yield a line for each team: what it helps with, how it is reached, when, and by when it answers (S3)."""
    for team in policy.teams:
        about = [escape(category.label) for category in policy.categories if category.team == team.key]
        phone = escape(team.phone) if team.phone else None
        if phone is not None and team.phone_for == "enterprise":
            phone += " for Enterprise customers"
        ways = [escape(way) for way in (team.email, team.slack, team.portal) if way] + ([phone] if phone else [])
        helps = f": {', '.join(about)}" if about else ""
        when = [escape(team.hours)] if team.hours else []
        if team.response is not None and about and not (team.note or "").startswith("Answers within"):
            when.append(f"Answers within {team.response.in_words()}")
        small = " ".join(f"{words.rstrip('.')}." for words in (*when, *([escape(team.note)] if team.note else [])))
        yield f"• *{escape(team.name)}*{helps}\n    {', '.join(ways) or 'No route is set'}. {small}".rstrip()


def _examples(policy: Policy) -> Iterator[str]:
    for level in policy.levels:
        if level.examples:
            yield f"{level.emoji} *{escape(level.label)}:* {escape('; '.join(level.examples))}"


def _ladder(policy: Policy) -> Iterator[str]:
    for number, rung in enumerate((rung for rung in policy.ladder if rung.in_turn), start=1):
        who, when = policy_words.rung(policy, rung)
        title = "" if who.casefold() in rung.title.casefold() else f" ({escape(who)})"
        yield f"{number}. {escape(rung.title)}{title}, {when}{_reached(rung)}"
    for rung in policy.ladder:
        if not rung.in_turn:
            yield f"• {escape(rung.title)}, on request{_reached(rung)}"


def _reached(rung: Rung) -> str:
    known = contacts.reached(rung)
    return f": {known}" if known else ""


def _health(policy: Policy) -> Iterator[str]:
    for state in policy.health:
        yield f"{state.emoji} *{escape(state.label)}* {escape(state.cadence.in_words())}"


def _programmes(policy: Policy) -> Iterator[str]:
    return (f"• {name}: {words}" for name, words in policy_words.programmes(policy))


def _calendars(policy: Policy) -> Iterator[str]:
    return (f"• {name}: {escape(policy_words.hours(calendar))}" for name, calendar in policy.calendars.items())


def _enterprise(policy: Policy) -> Iterator[str]:
    enterprise = policy.patterns.enterprise
    return (f"• {escape(mark)}" for mark in (enterprise.identified_by if enterprise else ()))


def _training(policy: Policy) -> Iterator[str]:
    training = policy.training
    for title, lines in (
        ("New people", training.new_hires),
        ("All the time", training.ongoing),
        ("To read and watch", training.resources),
    ):
        if lines:
            yield f"*{title}:* {escape('; '.join(lines))}"
    if training.contact:
        yield f"*Questions:* {escape(training.contact)}"


def _sections(title: str, lines: Iterable[str]) -> Iterator[Block]:
    """Yield lines under a title, in as many paragraphs as Slack needs; nothing if there are no lines."""
    paragraph, told = title, False
    for line in lines:
        if len(paragraph) + len(line) >= SECTION_LIMIT:
            yield section(paragraph)
            paragraph = line
        else:
            paragraph = f"{paragraph}\n{line}"
        told = True
    if told:
        yield section(paragraph)


# The parts behind the menu: a title, and what draws the part.
_PARTS: Final[dict[PolicyPart, tuple[str, Callable[[Policy], Iterator[Block]]]]] = {
    PolicyPart.LEVELS: ("Severities in full", _levels),
    PolicyPart.CHANGES: ("What changes severity", _changes),
    PolicyPart.CATEGORIES: ("Categories", _owners),
    PolicyPart.TEAMS: ("Teams and how to reach them", _team_directory),
    PolicyPart.PAGING: ("Who is paged", _paging),
    PolicyPart.PROGRAMMES: ("Account programmes", _of_programmes),
    PolicyPart.HOURS: ("Business hours", _hours),
    PolicyPart.TRAINING: ("Training", _learning),
}
