"""The part of the examination about on-call: sources that fail, areas that nobody is on call for, people away."""

from collections.abc import Iterator
from datetime import UTC

from sqlalchemy import select

from bot.database import rosters
from bot.database.transaction import Transaction
from bot.models import reading
from bot.models.on_call import OnCallFeed
from bot.policy.decide.directory_gaps import GapKind, gaps
from bot.policy.file import loading
from bot.policy.model.directory import Directory
from bot.policy.model.on_call import OnCallSource
from bot.policy.model.rules import Policy
from bot.policy.time.moments import plain_moment
from bot.services.operator.findings import Finding, Grade, listed

_NAMES = {
    OnCallSource.CALENDAR: "calendar feed",
    OnCallSource.PAGERDUTY: "PagerDuty schedule",
    OnCallSource.GROUP: "Slack user group",
}


def examine(tx: Transaction, directory: Directory) -> Iterator[Finding]:
    """Yield findings for sources that fail, and for areas without anybody."""
    names = {area.key.casefold(): area.name for area in directory.areas}
    failing = False
    for row in tx.session.scalars(select(OnCallFeed).order_by(OnCallFeed.area, OnCallFeed.source)):
        if reading.problem(row) is not None or row.area not in names or row.error is None:
            continue
        failing = True
        what = f"the {_NAMES.get(row.source, row.source.value)} of {names[row.area]}"
        if row.failing_since is None:
            yield Finding("on call", Grade.LOOK, f"{what}: {row.error}", "Add them to the directory, with their names.")
            continue
        kept = "its last answer is in use" if row.succeeded_at else "it has never answered"
        says = f"{what} fails since {plain_moment(row.failing_since, UTC)}: {row.error}; {kept}"
        yield Finding("on call", Grade.WRONG, says, "Check its address or id, and that this machine may read it.")
    roster = rosters.roster(tx, directory, loading.preset("sev"))
    empty = [area.name for area in directory.areas if area.has_on_call and roster.on_call(area.key, tx.now) is None]
    if empty:
        says = f"no one is on call now for {listed(empty[:5], len(empty))}"
        yield Finding("on call", Grade.LOOK, says, "Their owners are asked instead. Fill the gap if that is wrong.")
    elif not failing and directory.areas:
        served = sum(area.has_on_call for area in directory.areas)
        yield Finding("on call", Grade.OK, f"{served} of {len(directory.areas)} areas have someone on call")


def of_gaps(directory: Directory, policy: Policy | None) -> Iterator[Finding]:
    """Yield a finding for the rungs that nobody is named for, each team without a route, and each unknown name."""
    every = list(gaps(directory, policy)) if policy is not None and directory != Directory() else []
    rungs = [gap.name for gap in every if gap.about is GapKind.RUNG]
    if rungs:
        says = f"no one is named for {', '.join(rungs)}: pages skip them"
        yield Finding("contacts", Grade.LOOK, says, "Name someone in the contact matrix.")
    for gap in every:
        if gap.about in (GapKind.TEAM, GapKind.UNKNOWN):
            about = "teams" if gap.about is GapKind.TEAM else "directory"
            yield Finding(about, Grade.LOOK, f"{gap.what}: {gap.otherwise}", gap.do)
