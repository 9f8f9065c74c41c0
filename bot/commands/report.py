"""`escalate report`: the numbers of a period, for a person or a program."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

import click

from bot.commands.parameters import DayType
from bot.commands.services import opened
from bot.commands.tables import table, terminal_width
from bot.commands.terminal import say, write
from bot.policy.decide.numbers import DEFINITIONS, Number, Numbers, NumberUnit, number
from bot.services.reports import export_columns
from bot.services.reports.reports import WAYS, Breakdown
from bot.views.reports import figures

# Spreadsheets read a file as UTF-8 only if it begins with this mark.
_MARK: Final = "\ufeff"
_ALL: Final = "all"
# What a breakdown shows in a terminal; JSON and CSV have every number.
_SHOWN: Final = ("escalations", "acknowledged_in_time", "mitigated_in_time", "promises_kept", "reopened", "repeats")


@click.command()
@click.option("--since", type=DayType(), help="The first day, in the policy's zone. Without it, the last 30 days.")
@click.option("--until", type=DayType(), help="The last day, which counts. Without it, all days until now.")
@click.option("--by", type=click.Choice(WAYS), help="The same numbers for each of them.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with every number.")
@click.option("--csv", "as_csv", is_flag=True, help="Print a table for a spreadsheet, one row for each group.")
def report(*, since: date | None, until: date | None, by: str | None, as_json: bool, as_csv: bool) -> None:
    """Print the numbers of the escalations declared in a period (docs/numbers.md).

    Shares are percent, lengths seconds in JSON and CSV. `of` is how many a number rests on. Confidential escalations
    count; by account and owner they are one group without a name.
    """
    if as_json and as_csv:
        raise click.UsageError("Choose --json or --csv.")
    if since is not None and until is not None and since > until:
        raise click.UsageError("--since is after --until.")
    with opened() as services:
        found, workload = services.reports.breakdown(since, until, by), services.reports.workload()
    if found.uncounted:
        say(f"Not counted yet: {found.uncounted}. The running bot counts them.", err=True)
    if as_json:
        write(f"{json.dumps(_document(found, by, workload))}\n")
    elif as_csv:
        write(_MARK + _rows(found, by))
    else:
        say("\n".join(_lines(found, by)))


def _document(found: Breakdown, by: str | None, workload: Mapping[str, int]) -> dict[str, Any]:
    first, last = _days(found)
    return {
        "since": first.isoformat(),
        "until": last.isoformat(),
        "zone": str(found.period.zone),
        "numbers": _plain(found.whole),
        "by": by,
        "groups": {name: _plain(numbers) for name, numbers in found.groups.items()},
        "open_by_owner": dict(workload),
        "retention": {
            "with_repeats": {"renewed": found.retention.repeating.renewed, "of": found.retention.repeating.of},
            "without": {"renewed": found.retention.others.renewed, "of": found.retention.others.of},
        },
        "uncounted": found.uncounted,
    }


def _plain(numbers: Numbers) -> dict[str, dict[str, float | int | None]]:
    return {key: {"value": _rounded(key, number(numbers, key)), "of": number(numbers, key).of} for key in DEFINITIONS}


def _rounded(key: str, found: Number) -> float | int | None:
    """Return a value as programs get it: whole seconds and counts, shares and ratings to hundredths."""
    if found.value is None:
        return None
    if DEFINITIONS[key].unit in {NumberUnit.SECONDS, NumberUnit.COUNT}:
        return round(found.value)
    return round(found.value, 2)


def _rows(found: Breakdown, by: str | None) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([by or "of", *(name for key in DEFINITIONS for name in (key, f"{key}_of"))])
    for name, numbers in (*found.groups.items(), (_ALL, found.whole)):
        cells = {"name": name} | {
            column: "" if cell is None else str(cell)
            for key, each in _plain(numbers).items()
            for column, cell in ((key, each["value"]), (f"{key}_of", each["of"]))
        }
        writer.writerow(export_columns.table_row(cells))
    return text.getvalue()


def _lines(found: Breakdown, by: str | None) -> Iterator[str]:
    first, last = _days(found)
    yield f"{first} to {last}, {found.period.zone}"
    width = terminal_width()
    if by is None:
        rows = [
            (one.name, figures.value(one, number(found.whole, key)), figures.rests_on(one, number(found.whole, key)))
            for key, one in DEFINITIONS.items()
        ]
        yield from table(rows, width)
        return
    header = (by, *(DEFINITIONS[key].name for key in _SHOWN))
    groups = (
        (name, *(figures.value(DEFINITIONS[key], number(numbers, key)) for key in _SHOWN))
        for name, numbers in _named(found)
    )
    yield from table([header, *groups], width)


def _named(found: Breakdown) -> Iterator[tuple[str, Numbers]]:
    yield from found.groups.items()
    yield _ALL, found.whole


def _days(found: Breakdown) -> tuple[date, date]:
    zone = found.period.zone
    last = found.period.until.astimezone(zone) - timedelta(microseconds=1)
    return found.period.since.astimezone(zone).date(), last.date()
