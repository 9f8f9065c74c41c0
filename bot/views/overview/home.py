"""The Home tab: counts, what needs its reader, and everything else in one line each."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import takewhile
from typing import Final

from bot.policy.decide.reports import NumbersReport
from bot.policy.excerpts import Excerpt
from bot.policy.model.rules import Policy
from bot.policy.plan.attention import HomePage, OpenCounts, is_overdue
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.obligations import OwedLines
from bot.policy.record.setup_guide import SetupGuide
from bot.ports.workspace import Block, View
from bot.views.directory import setup_guide
from bot.views.follow_ups import follow_up_list
from bot.views.kit import ids, lines
from bot.views.kit.parts import actions, button, context, header, section
from bot.views.kit.text import escape
from bot.views.overview import owed_lines
from bot.views.overview.by_customer import line_places
from bot.views.overview.escalation_line import in_full, line, step
from bot.views.overview.listing import cannot_be_read
from bot.views.people import role_cards
from bot.views.programmes import late_items
from bot.views.reports import panel

# Escalations shown at once.
SHOWN: Final = 40
_HOURS: Final = {ids.PRESS_DIGEST_HOURS: "Your digest…", ids.PRESS_SPONSOR_HOURS: "Your sponsor digest…"}


def draw(
    home: HomePage,
    now: datetime,
    unreadable: Sequence[str] = (),
    *,
    workspace_url: str,
    guide: SetupGuide | None = None,
    cards: Sequence[str] = (),
    report: NumbersReport | None = None,
    hours: Collection[str] = (),
) -> View:
    """Draw somebody's Home tab; `unreadable` are the escalations left out because their record is broken.

    Admins get the `guide` until everything is set up. `cards` are roles that the reader holds for the first time.
    Managers and admins get the `report`. `hours` are the buttons to when the reader's digests come.
    """
    steps = setup_guide.draw(guide) if guide is not None else ()
    numbers = (panel.draw(report),) if report is not None else ()
    blocks = [
        *_blocks(home, now, workspace_url),
        *_hours(hours),
        *numbers,
        *cannot_be_read(unreadable),
        *role_cards.once(cards),
        *steps,
    ]
    return {"type": "home", "callback_id": "home", "blocks": blocks}


def refused(words: str) -> View:
    """Draw the Home tab of somebody who may not use Escalate."""
    return {"type": "home", "callback_id": "home", "blocks": [section(words)]}


def unavailable(words: str) -> View:
    """Draw the Home tab if nothing can be read now: its button to declare works once that is over."""
    declare = actions(button("Declare an escalation", ids.PRESS_DECLARE, "home", style="primary"))
    return {"type": "home", "callback_id": "home", "blocks": [declare, section(words)]}


def place_of(value: str) -> int:
    """Return where to begin, from a button's value; older buttons have two numbers, of which it is the second."""
    return int(value.rpartition(":")[2])


def _blocks(home: HomePage, now: datetime, workspace_url: str) -> Iterator[Block]:
    yield section(_counts(home))
    if home.declares_issues:
        yield actions(
            button("Declare an escalation", ids.PRESS_DECLARE, "home", style="primary"),
            button("Propose an account programme", ids.PRESS_PROPOSE, "home"),
        )
    else:
        yield actions(button("Propose an account programme", ids.PRESS_PROPOSE, "home", style="primary"))
    if home.needs_you or home.owes:
        yield header("Needs you")
    owed = home.owed if not home.excerpt.before else OwedLines()
    cut, drawn = _end_of_overdue(home, now), partial(in_full, now=now, workspace_url=workspace_url)
    # What is overdue comes first, then what is due next. A customer who is in trouble now comes before what is left to
    # do after another one.
    yield from _entries(home, home.needs_you[:cut], drawn, now)
    yield from owed_lines.draw(owed.overdue(now), now, workspace_url)
    yield from _entries(home, home.needs_you[cut:], drawn, now)
    yield from owed_lines.draw(owed.not_overdue(now), now, workspace_url)
    yield from owed_lines.more(owed.total - len(owed.shown), f"`{escape(home.command)} list mine`")
    if home.follow_ups is not None:
        yield from follow_up_list.late(home.follow_ups)
    yield from late_items.late(home.items)
    if home.others:
        yield header("Everything else" if home.counts.needing or home.owes else "Open")
    yield from _entries(home, home.others, partial(line, now=now, workspace_url=workspace_url), now)
    if home.excerpt.after:
        yield context(f"{home.excerpt.after} more.")
    yield from _buttons(home.excerpt)


def _hours(wanted: Collection[str]) -> Iterator[Block]:
    """Yield the buttons to when the reader's digests come, if they get any."""
    buttons = [button(words, action, "home") for action, words in _HOURS.items() if action in wanted]
    if buttons:
        yield actions(*buttons)


def _counts(home: HomePage) -> str:
    """Return what is open, and how many of their own promises the reader kept."""
    kept = home.promises
    mine = f"\nYou kept {kept.kept} of {kept.total} promised updates in the last 30 days." if kept.total else ""
    return f"{_open(home.counts, home.excerpt)}{mine}"


def _open(counts: OpenCounts, found: Excerpt[tuple[EscalationFacts, Policy]]) -> str:
    if not counts.total:
        return "No open escalations."
    of_customers = f" of {found.customers} customers" if found.is_of_fewer_customers else ""
    parts = [f"*{counts.total} open*{of_customers}"]
    parts += [f":exclamation: *{counts.overdue} overdue*"] if counts.overdue else []
    parts += [f":bell: *{counts.unacknowledged} unacknowledged*"] if counts.unacknowledged else []
    return " · ".join(parts)


def _entries(
    home: HomePage, found: Sequence[tuple[EscalationFacts, Policy]], words: Callable[..., str], now: datetime
) -> Iterator[Block]:
    """Yield a section for each, those of a customer below its name."""
    places = line_places((facts for facts, _ in found), home.excerpt.under)
    for (facts, policy), at in zip(found, places, strict=True):
        said = at.drawn(lines.line(facts.key, partial(words, facts, policy, is_below=at.is_below)))
        yield section(said, accessory=step(facts, policy, home.own, now))


def _end_of_overdue(home: HomePage, now: datetime) -> int:
    """Return how many of what needs the reader come before what isn't overdue; those of a customer stay together."""
    late = [place for place, (facts, policy) in enumerate(home.needs_you) if is_overdue(facts, policy, now)]
    if not late:
        return 0
    last = home.excerpt.under.get(home.needs_you[late[-1]][0].number)
    rest = home.needs_you[late[-1] + 1 :]
    same = takewhile(lambda one: last is not None and home.excerpt.under.get(one[0].number) == last, rest)
    return late[-1] + 1 + len(list(same))


def _buttons(found: Excerpt[tuple[EscalationFacts, Policy]]) -> Iterator[Block]:
    """Yield the buttons to what comes before and after, if anything does."""
    buttons = []
    if found.before:
        buttons.append(button("Previous", ids.PRESS_HOME_BEFORE, str(max(0, found.first - SHOWN))))
    if found.after:
        following = found.first + len(found.shown) + len(found.unreadable)
        buttons.append(button("Next", ids.PRESS_HOME_AFTER, str(following)))
    if buttons:
        yield actions(*buttons)
