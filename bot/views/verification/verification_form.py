"""The forms of the identity check: what is requested, and which kinds of proof were checked, never their values."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from slack_sdk.models.blocks import CheckboxesElement, RadioButtonsElement

from bot.policy.decide.proof import Proof, stricter
from bot.policy.model.rules import Policy
from bot.policy.model.verification import Tier
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, View
from bot.views.kit import ids, labels
from bot.views.kit.parts import context, modal, option, question, section
from bot.views.kit.text import escape, moment, person
from bot.views.verification.verification_message import how, what_it_gates

_MOST = 10


@dataclass(frozen=True, slots=True)
class VerificationTicks:
    """The form's answers: what was ticked and unticked since it was opened, and a tier if chosen."""

    number: int
    now: frozenset[str]
    taken_back: frozenset[str]
    tier: str | None


def draw(facts: EscalationFacts, policy: Policy, proof: Proof | None) -> View:
    """Draw the form: what was checked, or what to check if nothing is requested yet."""
    heading = section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")
    if not policy.verification.tiers:
        return modal(
            ids.VERIFY, "Identity check", [heading, section("The policy has no identity checks.")], close="Close"
        )
    blocks = [*(_check(proof, facts, policy) if proof else _ask(policy))]
    metadata = json.dumps({"number": facts.number})
    return modal(
        ids.VERIFY,
        "Identity check",
        [heading, *blocks],
        submit="Note it" if proof else "Start check",
        metadata=metadata,
    )


def read(view: Mapping[str, Any]) -> VerificationTicks:
    """Parse the form, as the difference to how it was opened: two people may have it open."""
    before = frozenset(
        chosen["value"]
        for block in view["blocks"]
        if block.get("block_id") == "factors"
        for chosen in block["element"].get("initial_options") or ()
    )
    values = view["state"]["values"]
    ticked = values.get("factors", {}).get("factors", {}).get("selected_options") or ()
    now = frozenset(chosen["value"] for chosen in ticked)
    tier = values.get("tier", {}).get("tier", {}).get("selected_option")
    return VerificationTicks(
        number=int(json.loads(view["private_metadata"])["number"]),
        now=now - before,
        taken_back=before - now,
        tier=str(tier["value"]) if tier else None,
    )


def _ask(policy: Policy) -> Iterator[Block]:
    yield section("Use this when someone requests a sensitive change.")
    yield _tiers("What do they ask for?", policy.verification.tiers, optional=False)
    yield context(*(f"*{escape(tier.label)}:* {_needs(tier)}" for tier in policy.verification.tiers[:_MOST]))


def _check(proof: Proof, facts: EscalationFacts, policy: Policy) -> Iterator[Block]:
    tier = proof.tier
    yield section(f"*{what_it_gates(tier)}*\n{_needs(tier)}")
    yield context(*how(facts, policy))
    checked = [
        f"{escape(factor.label)}: {person(check.by)}, {moment(check.at, str(policy.zone))}"
        for factor in tier.of
        if (check := proof.checked.get(factor.key))
    ]
    if checked:
        yield context("\n".join(checked))
    options = [option(factor.key, factor.label) for factor in tier.of[:_MOST]]
    ticked = [one for one in options if one.value in proof.checked]
    yield question(
        "factors",
        "What did you check?",
        CheckboxesElement(action_id="factors", options=options, initial_options=ticked or None),
        hint="We keep your name and the time. Don't note what you saw.",
        optional=True,
    )
    more = stricter(policy, tier.key)
    if more:
        yield _tiers("Raise risk level", more, optional=True)


def _tiers(words: str, tiers: tuple[Tier, ...], *, optional: bool) -> Block:
    options = [option(tier.key, tier.label, ", ".join(tier.examples)) for tier in tiers[:_MOST]]
    return question("tier", words, RadioButtonsElement(action_id="tier", options=options), optional=optional)


def _needs(tier: Tier) -> str:
    count = f"{tier.factors} kind{'s' if tier.factors != 1 else ''} of proof"
    approval = " and a manager's approval" if tier.approval else ""
    return f"Needs {count}{approval}."
