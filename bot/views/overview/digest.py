"""A manager's digest: what needs action first, with a button, then what else their people have open."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from slack_sdk.models.blocks import ButtonElement

from bot.policy.plan.digest import Digest, DigestLine
from bot.ports.workspace import Block, Message
from bot.views.follow_ups import follow_up_list
from bot.views.kit import ids, labels, lines
from bot.views.kit.parts import actions, button, context, header, section
from bot.views.kit.text import day, escape, plain_day, times, with_days
from bot.views.overview import digest_menu, escalation_line, owed_lines
from bot.views.overview.by_customer import line_places
from bot.views.overview.listing import cannot_be_read
from bot.views.policies import policy_words
from bot.views.programmes import late_items


def draw(digest: Digest, workspace_url: str) -> Message:
    """Draw the digest."""
    return Message(_text(digest, day(digest.on)), tuple(_blocks(digest, workspace_url)))


def _text(digest: Digest, on: str) -> str:
    count, late, waiting = digest.counts.total, digest.counts.late, digest.counts.unacknowledged
    parts = [f"{count} open" if count else "nothing open"]
    parts += [f"{late} overdue"] if late else []
    # The message may be read on a later day.
    parts += [f"{digest.counts.due_today} due on {on}"] if digest.counts.due_today else []
    parts += [f"{waiting} unacknowledged"] if waiting else []
    return f"Your team: {', '.join(parts)}"


def _plain(digest: Digest) -> str:
    """Return its day for a headline, which Slack doesn't fill in; without a year, because it's read soon."""
    return f"{digest.on.day} {digest.on:%b}"


def _blocks(digest: Digest, workspace_url: str) -> Iterator[Block]:
    yield header(_text(digest, _plain(digest)))
    news = _news(digest)
    if news:
        yield context(news)
    places = line_places((line.facts for line in digest.lines), digest.under)
    for line, at in zip(digest.lines, places, strict=True):
        drawn = partial(escalation_line.line_with_owners, is_below=at.is_below)
        words = partial(drawn, line.facts, line.policy, digest.at, workspace_url)
        control = digest_menu.draw(line.facts, line.policy, digest.own, digest.at) if line.needs_action else None
        yield section(at.drawn(lines.line(line.facts.key, words)), accessory=control)
    yield from cannot_be_read([f"ESC-{number}" for number in digest.unreadable])
    more = digest.counts.total - len(digest.lines) - len(digest.unreadable)
    if more > 0:
        yield context(f"{more} more: see the Home tab.")
    yield from owed_lines.draw(digest.owed.shown, digest.at, workspace_url)
    yield from owed_lines.more(digest.owed.total - len(digest.owed.shown), "see the Home tab.")
    if digest.follow_ups is not None and digest.has_late_follow_ups:
        yield follow_up_list.of_the_team(digest.follow_ups)
    if digest.items.total:
        yield late_items.of_the_team(digest.items)
    if digest.owed_by_team.total:
        yield owed_lines.of_the_team(digest.owed_by_team)
    if digest.promises.total:
        yield context(f":handshake: Your team kept {_kept(digest)}.")
    watched = _watched(digest)
    if watched is not None:
        yield context(f":eyes: {escape(watched)}")
    late = _to_review(digest)
    if late is not None:
        yield context(f":warning: {with_days(escape(late))}")
    yield actions(*_buttons(digest))


def _buttons(digest: Digest) -> Iterator[ButtonElement]:
    """Yield the buttons below: what executives should do, if there is anything open, and when the digest comes."""
    if digest.lines:
        yield button("Ask executives…", ids.PRESS_ASK, "digest")
    yield button("When it comes…", ids.PRESS_DIGEST_HOURS, "digest")


def _news(digest: Digest) -> str:
    """Return what happened since the digest before; nothing if that is nothing."""
    news = digest.news
    since = f"Since {digest.on - timedelta(days=news.days):%A}" if news.days > 1 else "In the last 24 hours"
    said = [f"{news.declared} declared"] if news.declared else []
    said += [f"{news.resolved} resolved"] if news.resolved else []
    said += [f"{times(news.broken, 'promised update')} missed"] if news.broken else []
    return f"{since}: {', '.join(said)}." if said else ""


def _kept(digest: Digest) -> str:
    """Return how many promised updates the team kept."""
    return f"{digest.promises.kept} of {digest.promises.total} promised updates in the last 30 days"


def _to_review(digest: Digest) -> str | None:
    return policy_words.overdue(digest.to_review, digest.on) if digest.to_review else None


def _watched(digest: Digest) -> str | None:
    """Return the resolved accounts that are being watched."""
    keys = [f"{facts.key} {facts.account.name}" for facts in digest.watched.shown]
    also = f" and {digest.watched.after} more" if digest.watched.after else ""
    return f"Watched after they were resolved: {', '.join(keys)}{also}." if keys else None


def _row(line: DigestLine, zone: ZoneInfo, now: datetime) -> str:
    facts = line.facts
    marks = [escalation_line.overdue_by(step, now) for step in line.overdue]
    marks += ["unacknowledged"] if line.unacknowledged else []
    marks += [f"{step.due} due {step.at.astimezone(zone):%-I:%M %p}" for step in line.due_today]
    label = labels.level_name(facts, line.policy)
    return f"{label}  {facts.key}  {facts.account.name}: {facts.summary}" + "".join(f"  [{mark}]" for mark in marks)


def as_text(digest: Digest) -> str:
    """Return the digest for a terminal."""
    if not (digest.lines or digest.unreadable or digest.has_other_work):
        return f"{plain_day(digest.on)}: nothing open for {digest.manager}, so no digest is sent."
    rows = [f"{plain_day(digest.on)}: {_text(digest, _plain(digest))}"]
    rows += [f"  {lines.line(line.facts.key, partial(_row, line, digest.zone, digest.at))}" for line in digest.lines]
    rows += [f"  {lines.cannot_be_shown(f'ESC-{number}')}" for number in digest.unreadable]
    if digest.follow_ups is not None and digest.has_late_follow_ups:
        rows.append(f"{follow_up_list.counted(digest.follow_ups)}.")
    rows += [f"{late_items.counted(digest.items)}."] if digest.items.total else []
    rows += [f"You owe: {owed_lines.plain(digest.owed)}."] if digest.owed.total else []
    rows += [f"Also overdue: {owed_lines.plain(digest.owed_by_team)}."] if digest.owed_by_team.total else []
    rows += [f"Promises: kept {_kept(digest)}."] if digest.promises.total else []
    watched = _watched(digest)
    rows += [watched] if watched else []
    late = _to_review(digest)
    rows += [late] if late else []
    if not digest.is_wanted:
        is_off = "It's a day off and nothing is at the highest severity"
        rows.append(f"{is_off if digest.chosen is None else 'They chose other days'}, so no digest goes out.")
    return "\n".join(rows)
