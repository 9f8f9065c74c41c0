"""Operator commands work on confidential escalations as on others, and name their customers to nobody else."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from sqlalchemy import select

from bot import settings
from bot.__main__ import main
from bot.app import build_services
from bot.models.work import Effect, EffectKind, EffectState
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from bot.services.reports.export_tables import TABLES
from tests.commands.program import Program
from tests.support.members import meet

SECRET, OPEN = "Globex", "Acme"


@pytest.fixture
def services(with_sqlite: Program) -> Iterator[Services]:
    """Hand out services on the database that the commands see, with a confidential escalation before an open one."""
    built = build_services(settings.load(database_url=with_sqlite.settings["DATABASE_URL"]))
    meet(built.database)
    for account, confidential in ((SECRET, True), (OPEN, False)):
        declaration = Declaration(
            account_id=None, new_account=account, summary="Exports are down", level="sev3", confidential=confidential
        )
        number = built.declarations.declare(declaration, by="U01NOOR", request=account).number
        with built.database.transaction() as tx:
            parked = Effect(
                escalation_id=number,
                kind=EffectKind.ANNOUNCEMENT,
                priority=10,
                payload={"what": "category"},
                state=EffectState.PARKED,
                error="channel_not_found",
                created_at=tx.now,
            )
            tx.session.add(parked)
    yield built
    built.core.close()


def test_a_retry_goes_past_what_is_confidential(with_sqlite: Program, services: Services) -> None:
    said = with_sqlite("doctor", "--retry", "--json")
    assert said.status == 0, said.err
    assert json.loads(said.out)["effects"] == 2
    with services.database.transaction() as tx:
        parked = select(Effect.id).where(Effect.state == EffectState.PARKED)
        assert not tx.session.scalars(parked).all()


FILES = {
    "accounts.csv": f"name,tier\n{SECRET},strategic\n{OPEN},strategic\n",
    "people.csv": "email,name\nana@example.com,Ana\n",
    "tickets.csv": "day,tickets\n2026-03-06,40\n",
    "own.yml": "extends: sev\nname: own\n",
}
SIMULATED = ("--preset", "sev", "--declared-at", "2025-01-10T17:00:00-05:00", "--level", "sev3")
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("doctor", "--retry"),
    ("doctor", "--all"),
    ("export", "--format", "csv"),
    ("export", "--format", "jsonl"),
    *(("export", "--format", "csv", "--table", table) for table in TABLES),
    ("digest", "--for", "U01NOOR", "--dry-run"),
    ("digest", "--for", "U01OMAR", "--dry-run"),
    ("digest", "--for", "nobody@example.com", "--dry-run"),
    ("policy", "check", "own.yml"),
    ("policy", "migrate", "--dry-run"),
    ("policy", "show"),
    ("policy", "show", "--yaml"),
    ("policy", "simulate", *SIMULATED),
    ("migrate",),
    ("accounts", "import", "accounts.csv"),
    ("people", "import", "people.csv"),
    ("tickets", "import", "tickets.csv"),
    ("oncall",),
    ("report",),
    ("report", "--by", "account"),
    ("report", "--by", "owner", "--json"),
    ("report", "--by", "account", "--csv"),
)
# Those that never end, and the one that reads a text and no record.
OTHERS = {"run", "demo", "wording check"}


def test_every_command_is_run() -> None:
    def leaves(group: click.Group, before: tuple[str, ...] = ()) -> Iterator[str]:
        for name in group.list_commands(click.Context(group)):
            command = group.get_command(click.Context(group), name)
            if isinstance(command, click.Group):
                yield from leaves(command, (*before, name))
            else:
                yield " ".join((*before, name))

    assert {name for name in leaves(main) if not any(" ".join(one).startswith(name) for one in COMMANDS)} == OTHERS


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.usefixtures("services")
def test_every_command_comes_to_its_end_beside_what_is_confidential(
    with_sqlite: Program, folder: Path, words: tuple[str, ...]
) -> None:
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    said = with_sqlite(*words)
    assert said.status in ((0, 1) if words[0] == "doctor" else (0,)), said.err
    assert "Traceback" not in said.err
    assert "There is no" not in said.out + said.err
    # Noor has declared it.
    if "U01NOOR" not in words:
        assert SECRET not in said.out


@pytest.mark.usefixtures("services")
def test_the_doctor_examines_what_is_confidential_without_naming_its_customer(with_sqlite: Program) -> None:
    said = with_sqlite("doctor")
    assert "ESC-1" in said.out
    assert SECRET not in said.out
    assert f"2 of 2 have no CSM ({OPEN}, …)" in said.out
    assert "Traceback" not in said.out + said.err
