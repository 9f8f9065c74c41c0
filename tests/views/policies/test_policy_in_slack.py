"""Slack accepts the views of a policy, whatever the policy contains."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.policy.file.loading import PRESETS, load, preset
from bot.policy.model.facts import AccountFacts, HealthState
from bot.policy.model.rules import Policy
from bot.policy.preview.simulation import SimulationQuestion, simulate
from bot.views.kit.account_choice import AccountChoice
from bot.views.policies import policy_answer, policy_simulation, policy_table
from bot.views.policies.policy_simulation import SimulationAsked
from sandbox.blocks.surfaces import check_message, check_view

TODAY = date(2026, 3, 6)
NOW = datetime(2026, 3, 6, 15, tzinfo=UTC)
LONG = "&<long>" * 400


def many(kind: str, count: int, one: str) -> str:
    """Write a policy with so many entries of a kind."""
    entries = "\n".join(f"  x{number}: {one}" for number in range(count))
    return f"extends: sev\nname: own\n{kind}:\n{entries}\n"


LEVEL = f'{{label: X, short: short, definition: "{LONG[:2900]}", cadence: {{internal: 1h, customer: 1h}}}}'
LARGE = {
    "levels": many("levels", 15, LEVEL),
    "rules": many("rules", 200, f'{{when: {{area: ["{LONG}"]}}, tag: "{LONG}"}}'),
    "categories": many("categories", 150, f'{{label: "{LONG}", triggers: [{{key: fraud, text: "{LONG}"}}]}}'),
}


def policies() -> Sequence[Any]:
    shipped = [pytest.param(preset(name), id=name) for name in PRESETS]
    return [*shipped, *(pytest.param(load(text, "own.yml"), id=f"many {kind}") for kind, text in LARGE.items())]


@pytest.mark.parametrize("policy", policies())
def test_slack_takes_the_policy_as_a_table_and_as_a_list(policy: Policy) -> None:
    for draw in (policy_table.as_table, policy_table.as_list):
        message = draw(policy, TODAY, "/escalate")
        assert check_message(list(message.blocks)) == []
        assert all(level.label in message.text for level in policy.levels)
        assert "Open escalations keep their policy" in str(message.blocks[-1])
    for each in policy_table.PolicyPart:
        assert check_view(policy_table.part(policy, each), "modal") == []


@pytest.mark.parametrize("policy", policies())
def test_slack_takes_the_form_and_its_answer(policy: Policy) -> None:
    category = policy.categories[-1] if policy.categories else None
    triggers = tuple((category.key, one.key) for one in category.triggers if one.key) if category else ()
    asked = SimulationAsked(
        declared_at=NOW,
        level=policy.levels[0].code,
        category=category.key if category else None,
        triggers=triggers,
        kind="account",
        health_state=HealthState.RED,
        account=AccountChoice(1, "Acme <&>" * 20),
        tier="strategic",
        plan="enterprise",
        health="54",
        renewal_on=TODAY,
        vip=True,
        last_update_at=NOW,
    )
    question = SimulationQuestion(
        policy=policy,
        declared_at=NOW,
        level=policy.levels[0].code,
        category=category.key if category else None,
        triggers=frozenset(key for _, key in asked.triggers),
        health_state=asked.health_state,
        account=AccountFacts(name="Acme <&>" * 20, health=54, vip=True, dedicated_csm=True),
    )
    for answer in ([], policy_answer.draw(question, simulate(question))):
        assert check_view(policy_simulation.draw(asked, policy, answer), "modal") == []


def test_more_levels_than_a_table_can_show_are_a_list() -> None:
    blocks = policy_table.as_table(load(LARGE["levels"], "own.yml"), TODAY, "/escalate").blocks
    assert "table" not in {block["type"] for block in blocks}


def test_a_policys_texts_are_not_markup() -> None:
    message = policy_table.as_list(load("extends: sev\nname: own\nowner: <!channel>\n", "own.yml"), TODAY, "/escalate")
    assert "&lt;!channel&gt;" in str(message.blocks)
    assert "<!channel>" not in str(message)
