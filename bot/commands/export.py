"""`escalate export`: every escalation, for a spreadsheet or for a program."""

import csv
import io
import json
from collections.abc import Iterable
from datetime import date

import click

from bot.commands.parameters import Day
from bot.commands.services import opened
from bot.services import export_forms
from bot.services.export import Export, Record

# A spreadsheet takes a file for UTF-8 only when it begins with this mark.
_MARK = "\ufeff"


@click.command()
@click.option("--format", "form", type=click.Choice(("csv", "jsonl")), required=True, help="For people, or programs.")
@click.option("--since", type=Day(), help="Only what was declared on that day of UTC or later.")
def export(*, form: str, since: date | None) -> None:
    """Write every escalation to the standard output.

    csv: one row each with its main facts and times, made for spreadsheets. jsonl: one JSON object each with all of
    it, updates and timeline included. Confidential escalations are counted, and not written.
    """
    with opened() as services:
        withheld = _write(services.export, form, since, money=services.policies.current.show_money)
    if withheld:
        click.echo(f"Confidential, and left out: {withheld}.", err=True)


def _write(source: Export, form: str, since: date | None, *, money: bool) -> int:
    """Write batch by batch, in UTF-8 whatever the terminal's encoding; returns how many were left out."""
    withheld = 0
    if form == "csv":
        _put(_MARK + _rows([export_forms.header()]))
    for batch in source.batches(since):
        _put(_csv(batch.records) if form == "csv" else _json_lines(batch.records, money=money))
        withheld += batch.withheld
    return withheld


def _put(text: str) -> None:
    click.echo(text.encode(), nl=False)


def _csv(records: Iterable[Record]) -> str:
    return _rows(export_forms.row(record) for record in records)


def _rows(rows: Iterable[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _json_lines(records: Iterable[Record], *, money: bool) -> str:
    documents = (export_forms.document(record, money=money) for record in records)
    return "".join(f"{json.dumps(each)}\n" for each in documents)
