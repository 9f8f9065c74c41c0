"""The policy an escalation is recorded under when another comes into force meanwhile."""

from collections.abc import Iterator

import pytest

from bot.clock import SystemClock
from bot.database.engine import open_engine
from bot.database.policies import Policies
from bot.database.transaction import Database, Transaction
from bot.models.policy_version import PolicyVersion
from bot.policy.file.loading import load, preset
from bot.policy.model.rules import Policy

OTHER = load("extends: sev\nname: own\n", "own.yml")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    engine = open_engine(database_url)
    yield Database(engine, SystemClock())
    engine.dispose()


def recorded(policies: Policies, tx: Transaction) -> Policy:
    """Return the policy of the row that an escalation would be given now."""
    row = tx.session.get(PolicyVersion, policies.current_id(tx))
    assert row is not None
    return Policy.model_validate_json(row.body)


def test_what_was_decided_by_a_policy_is_recorded_under_it_although_another_came_into_force(database: Database) -> None:
    policies = Policies(preset("sev"))
    with database.transaction() as tx:
        decided_by = policies.current
        policies.adopt(OTHER)
        assert recorded(policies, tx) == decided_by == preset("sev")
    with database.transaction() as tx:
        assert policies.current == OTHER
        assert recorded(policies, tx) == OTHER


def test_a_version_is_written_once_however_often_it_comes_back_into_force(database: Database) -> None:
    policies, rows = Policies(preset("sev")), []
    for policy in (preset("sev"), OTHER, preset("sev")):
        policies.adopt(policy)
        with database.transaction() as tx:
            assert policies.current == policy
            rows.append(policies.current_id(tx))
    assert rows[0] == rows[2] != rows[1]


def test_adopting_the_same_policy_changes_nothing() -> None:
    policies = Policies(preset("sev"))
    assert policies.adopt(load("extends: sev\n", "own.yml")) is False
    assert policies.adopt(OTHER) is True
