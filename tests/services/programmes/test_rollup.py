"""The roll-up of an account's issues into its programme, when several people act at the same moment."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bot import settings
from bot.app import build_services
from bot.clock import ManualClock
from bot.policy.decide.account_programme import Plan, ProposalRequest
from bot.policy.model.facts import ACCOUNT, HealthState
from bot.policy.record.escalation import EscalationFacts
from bot.services.bundle import Services
from bot.services.declaring.declaration import Declaration
from bot.services.programmes.planning import PlanRequest
from tests.support.databases import Postgres
from tests.support.members import meet
from tests.support.story import DIRECTORY, moment


@pytest.fixture
def services(_postgres: Postgres, folder: Path) -> Iterator[Services]:
    (folder / "directory.yml").write_text(DIRECTORY, encoding="utf-8")
    clock = ManualClock(moment("Fri 2026-03-06 10:00"))
    with _postgres.fresh() as url:
        loaded = settings.load(database_url=url, directory=folder / "directory.yml")
        built = build_services(loaded, clock=clock, real_clock=clock)
        meet(built.database)
        yield built
        built.core.close()


def declare(services: Services, request: str, proposal: ProposalRequest | None = None) -> EscalationFacts:
    declaration = Declaration(
        account_id=None,
        new_account="Acme",
        summary="Exports are down",
        level="sev3",
        kind=ACCOUNT if proposal else "issue",
        proposal=proposal,
    )
    return services.declarations.declare(declaration, by="U01NOOR", request=request)


def test_an_issue_that_somebody_is_changing_keeps_no_acceptance_waiting_and_joins_later(services: Services) -> None:
    issue = declare(services, "V1").number
    proposal = ProposalRequest(source="Sales", criteria=("A renewal is at stake",), health=HealthState.RED)
    number = declare(services, "V2", proposal).number
    with services.records.changing(issue, by="U01NOOR"):
        services.programmes.accept(number, by="U01MARIA", reason="")
    facts, _ = services.escalations.one(issue, viewer="U01NOOR")
    assert facts.programme is None
    services.audit.heal(number)
    facts, _ = services.escalations.one(issue, viewer="U01NOOR")
    assert facts.programme == number


def test_an_issue_may_be_changed_while_its_programme_is(services: Services) -> None:
    proposal = ProposalRequest(source="Sales", criteria=("A renewal is at stake",), health=HealthState.RED)
    number = declare(services, "V1", proposal).number
    services.programmes.accept(number, by="U01MARIA", reason="")
    issue = declare(services, "V2").number
    with services.records.changing(issue, by="U01NOOR") as change:
        change.record("looked at", by="U01NOOR")
        plan = Plan(words="Split the queue", owner="U01MARIA", due_on=date(2026, 4, 1))
        services.programmes.plan(number, PlanRequest(plan=plan, success_criteria=""), by="U01MARIA")
    facts, _ = services.escalations.one(issue, viewer="U01NOOR")
    assert facts.programme == number
