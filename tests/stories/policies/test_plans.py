"""A level with numbers of its own for a plan: the account's plan decides, from the form to the watch."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.views.kit import ids
from tests.stories.policies.own_policy import write
from tests.support.every_press import press
from tests.support.story import Story, moment
from tests.support.story import story as told

OWN = """
extends: sev
name: own
version: "1"
next_review_on: 2199-01-01
levels:
  sev2:
    plans:
      business: {response: 20m, resolution: none, cadence: {customer: 45m}}
"""


@pytest.fixture
def own(sqlite_url: str, folder: Path) -> Iterator[Story]:
    write(folder, OWN)
    with told(sqlite_url, folder, policy=str(folder / "own.yml")) as begun:
        yield begun


def test_the_accounts_plan_decides_its_clocks_and_updates(own: Story) -> None:
    own.command("noor", "acme exports fail")
    own.choose("noor", ids.LEVEL, "sev2")
    assert "acknowledges by" in json.dumps(own.form("noor").raw)
    own.submit("noor")
    facts = own.facts(1)
    assert facts.response.terms is not None
    assert str(facts.response.terms.target) == "20m"
    assert facts.resolution.terms is None
    assert facts.customer_update_due_at == moment("Fri 2026-03-06 10:45")
    assert any("because the plan is business" in reason for reason in facts.trace)
    own.forward(minutes=30)
    own.act("ana", ids.PRESS_UPDATE, 1, customer_text="We are on it.")
    assert own.facts(1).customer_update_due_at == moment("Fri 2026-03-06 11:15")
    assert own.facts(1).internal_update_due_at == moment("Fri 2026-03-06 12:30")


def test_an_account_on_another_plan_has_the_levels_numbers(own: Story) -> None:
    number = own.declare(account="Umbrella", level="sev2")
    facts = own.facts(number)
    assert facts.response.terms is not None
    assert str(facts.response.terms.target) == "1h"
    assert facts.customer_update_due_at == moment("Fri 2026-03-06 12:00")


def test_the_policy_lists_what_a_plan_changes(own: Story) -> None:
    own.command("omar", "policy")
    press(own, "omar", ids.PICK_POLICY_PART, "changes")
    own.settle()
    said = own.form("omar").all_text
    assert "*What a plan changes*" in said
    assert "Sev 2, plan business: response 1 hour → 20 minutes, resolution 1 business day → none" in said
