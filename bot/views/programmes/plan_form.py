"""The form of a programme's plan: action items, success criteria, cause, plan, and the customer's agreement."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import DatePickerElement, UrlInputElement, UserSelectElement

from bot.policy.decide.account_programme import Programme
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, MANAGER, EscalationFacts
from bot.ports.workspace import Block, View
from bot.views.kit import ids, labels
from bot.views.kit.parts import modal, question, section, text_input
from bot.views.kit.text import has_slack_id
from bot.views.programmes import item_form

_LINE: Final = 300


def draw(facts: EscalationFacts, policy: Policy, programme: Programme, now: datetime) -> View:
    """Draw the form for the plan and the success criteria."""
    kind, found = policy.kind(facts.kind), programme.plan
    manager = facts.holder(MANAGER) or facts.declared_by
    # A user picker can't preselect somebody known only by e-mail.
    owner = found.owner if found else None if "@" in manager else manager
    blocks = [
        section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}"),
        *item_form.listed(programme.items, facts, policy, now),
        question(
            "success_criteria",
            "Success criteria",
            text_input("success_criteria", initial=programme.success_criteria, multiline=True),
            hint=kind.exit_criteria,
            optional=True,
        ),
        question(
            "customer",
            "Who agreed for the customer, and how?",
            text_input("customer", initial=programme.agreed.customer if programme.agreed else None, limit=_LINE),
            hint="Leave empty until they have. New criteria need a new agreement.",
            optional=True,
        ),
        *_cause(facts, programme),
        question(
            "plan",
            "Remediation plan",
            text_input(
                "plan",
                initial=found.words if found else "",
                multiline=True,
                placeholder="One step per line: what, who, when",
            ),
            hint="Steps towards the success criteria.",
            optional=True,
        ),
        question(
            "plan_owner",
            "Plan owner",
            UserSelectElement(action_id="plan_owner", initial_user=owner),
            optional=True,
        ),
        question(
            "plan_due",
            "Due date",
            DatePickerElement(action_id="plan_due", initial_date=found.due_on.isoformat() if found else None),
            optional=True,
        ),
        question(
            "plan_url",
            "Ticket link",
            UrlInputElement(action_id="plan_url", initial_value=found.url if found else None),
            hint="Keep the plan there too, for the engineers.",
            optional=True,
        ),
        *_plan_agreement(programme),
    ]
    metadata = json.dumps({"number": facts.number})
    return modal(ids.PLAN, "Plan and criteria", blocks, submit="Save", metadata=metadata)


def _cause(facts: EscalationFacts, programme: Programme) -> Iterator[Block]:
    """Ask for the cause before the plan, or for who looks for it."""
    found = programme.cause
    words = found.words if found is not None else facts.cause
    yield question("plan_cause", "Cause", text_input("plan_cause", initial=words, limit=_LINE), optional=True)
    looking = (found.looked_for_by if found is not None else None) or facts.holder(FIX_OWNER)
    known = looking if looking is not None and has_slack_id(looking) else None
    picker = UserSelectElement(action_id="plan_looks", initial_user=known)
    yield question("plan_looks", "Not known yet: who looks for it?", picker, optional=True)


def _plan_agreement(programme: Programme) -> Iterator[Block]:
    """Ask whether the customer agreed to the plan."""
    agreed = programme.plan_agreed
    words = text_input("plan_customer", initial=agreed.customer if agreed is not None else None, limit=_LINE)
    asked = "Who agreed to the plan for the customer, and how?"
    yield question("plan_customer", asked, words, hint="A plan that changes needs a new agreement.", optional=True)
    day = DatePickerElement(action_id="plan_agreed_on", initial_date=agreed.on.isoformat() if agreed else None)
    yield question("plan_agreed_on", "When did they agree?", day, optional=True)
