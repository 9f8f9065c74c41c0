"""`escalate oncall`."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click

from bot import settings
from bot.commands import database
from bot.commands.parameters import MomentType
from bot.commands.services import opened
from bot.commands.terminal import line, say, write
from bot.integrations.files import load_directory, load_policy
from bot.policy.decide.on_call import AreaDuty, Roster, Shift
from bot.policy.time.moments import plain_moment
from bot.services.on_call.on_call import areas_of


@click.command()
@click.argument("area", required=False)
@click.option("--at", type=MomentType(), metavar="ISO", help="At another time; UTC unless it carries an offset.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def oncall(*, area: str | None, at: datetime | None, as_json: bool) -> None:
    """Show who is on call now, and who comes next."""
    moment = at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at
    duties = _duties(area or "", moment)
    if as_json:
        write(f"{json.dumps(_as_data(duties))}\n")
        return
    for duty in duties:
        say(line(f"{duty.area.name} ({duty.area.key})"))
        say(line(f"  now   {_in_words(duty.now) if duty.now else _nobody(duty)}"))
        if duty.next is not None:
            say(line(f"  next  {_in_words(duty.next)}"))
    if not duties:
        say("The directory has no areas.")


def _duties(area: str, at: datetime | None) -> Sequence[AreaDuty]:
    """Return who is on call by everything known, or by the file alone if there is no database."""
    loaded = settings.load()
    if database.missing(loaded.database_url) is None:
        with opened() as services:
            return services.on_call.duties(area, at=at)
    say("The database isn't there, so this is the directory file alone.", err=True)
    roster = Roster(load_directory(loaded.directory), load_policy(loaded.policy).on_call)
    moment = at or datetime.now(UTC)
    return [roster.duty(found, moment) for found in areas_of(roster.directory, area)]


def _as_data(duties: Sequence[AreaDuty]) -> dict[str, list[dict[str, Any]]]:
    now: list[dict[str, Any]] = []
    for duty in duties:
        person, source = (duty.now.duty.person, duty.now.duty.source) if duty.now else (duty.area.owner, "owner")
        until = duty.now.ends_at if duty.now else (duty.next.starts_at if duty.next else None)
        now.append(
            {"area": duty.area.key, "person": person, "until": _iso(until), "source": source if person else None}
        )
    following = [
        {
            "area": duty.area.key,
            "person": duty.next.duty.person,
            "from": _iso(duty.next.starts_at),
            "until": _iso(duty.next.ends_at),
            "source": duty.next.duty.source,
        }
        for duty in duties
        if duty.next is not None
    ]
    return {"now": now, "next": following}


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _in_words(shift: Shift) -> str:
    away = f", for {shift.duty.stands_in_for} who is away" if shift.duty.stands_in_for else ""
    until = f" until {plain_moment(shift.ends_at, UTC)}" if shift.ends_at else ""
    return f"{shift.duty.person}{until} ({shift.duty.source}{away})"


def _nobody(duty: AreaDuty) -> str:
    return f"no one on call; {duty.area.owner} owns it" if duty.area.owner else "no one"
