"""Operator commands work on confidential escalations as on others, and name their customers to nobody else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import settings
from bot.app import build_services
from bot.models.work import Effect, EffectKind, EffectState
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from bot.services.reports.export_tables import TABLES
from tests.commands.program import Program
from tests.support.members import meet

SECRET, OPEN = "Globex", "Acme"


@pytest.fixture
def services(with_database: Program) -> Iterator[Services]:
    """Hand out services on the database that the commands see, with a confidential escalation before an open one."""
    built = build_services(settings.load(database_url=with_database.settings["DATABASE_URL"]))
    meet(built.database)
    for account, confidential in ((SECRET, True), (OPEN, False)):
        declaration = Declaration(
            account_id=None, new_account=account, summary="Exports are down", level="sev3", confidential=confidential
        )
        number = built.declarations.declare(declaration, by="U01NOOR", request=account, view_id=None).number
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


def test_a_retry_goes_past_what_is_confidential(with_database: Program, services: Services) -> None:
    said = with_database("doctor", "--retry", "--json")
    assert said.status == 0, said.err
    assert json.loads(said.out)["effects"] == 2
    with services.database.transaction() as tx:
        parked = select(Effect.id).where(Effect.state == EffectState.PARKED)
        assert not tx.session.scalars(parked).all()


@pytest.mark.parametrize(
    "words",
    [
        ("doctor", "--retry"),
        ("export", "--format", "csv"),
        ("export", "--format", "jsonl"),
        *(("export", "--format", "csv", "--table", table) for table in TABLES),
        ("digest", "--for", "U01NOOR", "--dry-run"),
        ("digest", "--for", "U01OMAR", "--dry-run"),
        ("digest", "--for", "nobody@example.com", "--dry-run"),
        ("policy", "migrate", "--dry-run"),
        ("policy", "show"),
        ("policy", "show", "--yaml"),
        ("policy", "simulate", "--preset", "sev", "--declared-at", "2025-01-10T17:00:00-05:00", "--level", "sev3"),
        ("migrate",),
        ("accounts", "import", "accounts.csv"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("services")
def test_every_command_comes_to_its_end_beside_what_is_confidential(
    with_database: Program, folder: Path, words: tuple[str, ...]
) -> None:
    (folder / "accounts.csv").write_text(f"name,tier\n{SECRET},strategic\n{OPEN},strategic\n", encoding="utf-8")
    said = with_database(*words)
    assert said.status == 0, said.err
    assert "There is no" not in said.out + said.err
    if "digest" in words and "U01NOOR" not in words:
        assert SECRET not in said.out


@pytest.mark.usefixtures("services")
def test_the_doctor_examines_what_is_confidential_without_naming_its_customer(with_database: Program) -> None:
    said = with_database("doctor")
    assert "ESC-1" in said.out
    assert "Traceback" not in said.out + said.err
