"""`escalate export`: every escalation, for a spreadsheet or a program."""

import csv
import io
import json
import sys
from collections.abc import Iterable
from datetime import date

import click

from bot.commands.parameters import DayType
from bot.commands.services import opened
from bot.commands.terminal import say, write
from bot.services.reports import export_columns
from bot.services.reports.export import Export, ExportedEscalation
from bot.services.reports.export_tables import INCIDENTS, SETTINGS, TABLES, ExportRow

# Spreadsheets read a file as UTF-8 only if it begins with this mark.
_MARK = "\ufeff"
_ESCALATIONS = "escalations"


@click.command()
@click.option("--format", "form", type=click.Choice(("csv", "jsonl")), required=True, help="For people, or programs.")
@click.option("--table", type=click.Choice((_ESCALATIONS, *TABLES)), default=_ESCALATIONS, show_default=True)
@click.option("--since", type=DayType(), help="Only escalations declared on that day (UTC) or later.")
def export(*, form: str, table: str, since: date | None) -> None:
    """Write every escalation, or a related table, to the standard output.

    csv: one row each with its main facts and times, for spreadsheets. jsonl: one JSON object each with everything,
    updates and timeline included. --table writes the rows of one related table instead; of identity checks only their
    kinds. Confidential escalations are counted, never written, and not named in other rows. Unreadable records are
    listed on the standard error. The exit status is then 1.
    """
    with opened() as services:
        money = services.policies.current.show_money
        withheld = 0
        if form == "csv":
            header = export_columns.header() if table == _ESCALATIONS else export_columns.table_header(table)
            write(_MARK + _rows([header]))
        broken: list[str] = []
        if table == INCIDENTS:
            for incidents, unreadable in services.export.incidents(since):
                write(_written(incidents, form))
                broken += unreadable
        elif table == SETTINGS:
            settings, unreadable = services.export.settings(since)
            write(_written(settings, form))
            broken += unreadable
        else:
            withheld = _write(services.export, form, table, since, broken, money=money)
    if withheld:
        say(f"Left out as confidential: {withheld}.", err=True)
    for each in broken:
        say(f"Left out because it can't be read: {each}.", err=True)
    if broken:
        say("Run `escalate doctor` to see what to do.", err=True)
        sys.exit(1)


def _write(source: Export, form: str, table: str, since: date | None, broken: list[str], *, money: bool) -> int:
    """Write in batches, as UTF-8 whatever the terminal's encoding; return how many were left out.

    Unreadable records are added to `broken`.
    """
    withheld = 0
    for batch in source.batches(since):
        if table != _ESCALATIONS:
            write(_written([row for record in batch.records for row in export_columns.table_rows(record, table)], form))
        else:
            write(_csv(batch.records) if form == "csv" else _json_lines(batch.records, money=money))
        withheld += batch.withheld
        broken += batch.broken
    return withheld


def _written(rows: Iterable[ExportRow], form: str) -> str:
    if form == "csv":
        return _rows(export_columns.table_row(row) for row in rows)
    return "".join(f"{json.dumps(export_columns.table_document(row))}\n" for row in rows)


def _csv(records: Iterable[ExportedEscalation]) -> str:
    return _rows(export_columns.row(record) for record in records)


def _rows(rows: Iterable[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _json_lines(records: Iterable[ExportedEscalation], *, money: bool) -> str:
    documents = (export_columns.document(record, money=money) for record in records)
    return "".join(f"{json.dumps(each)}\n" for each in documents)
