"""The plan of a programme: its success criteria, the cause it answers, and the customer's agreement to both."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.database.change import Change
from bot.errors import FormError
from bot.models.programme import Proposal
from bot.policy.decide.account_programme import Plan
from bot.policy.model.verification import masked
from bot.policy.record.announcements.programmes import CriteriaAgreed, PlanAgreed, ProgrammePlanned, WrittenPlan
from bot.policy.record.payloads import fields_of
from bot.services.programmes import proposals


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """A plan as it was entered; without one it is removed.

    `customer` is who agreed to the criteria for the customer, and how; `plan_customer` the same for the plan, on a day.
    `looked_for_by` looks for a cause that isn't known.
    """

    plan: Plan | None
    success_criteria: str
    customer: str | None = None
    cause: str | None = None
    looked_for_by: str | None = None
    plan_customer: str | None = None
    plan_agreed_on: date | None = None


def store(change: Change, said: PlanRequest, *, by: str) -> None:
    """Store what was entered, and announce what is new. Raises FormError."""
    proposal = proposals.written(change)
    before, after = _as_recorded(proposal), {"plan": _recorded(said.plan), "success_criteria": said.success_criteria}
    cause_before = (proposal.cause, proposal.cause_looked_for_by)
    cause = masked(said.cause) if said.cause else None
    found = (cause, None if cause else said.looked_for_by)
    _require_agreement(change, said, by)
    _require_colleagues(change, said, proposal)
    _require_a_day_to_come(change, said.plan, proposal.plan_due_on, by)
    _agree(change, proposal, said.success_criteria, masked(said.customer) if said.customer else None, by=by)
    if found != cause_before and (said.plan is not None or cause):
        proposal.cause, proposal.cause_looked_for_by = found
        was, became = ({"cause": words, "person": person} for words, person in (cause_before, found))
        change.record("cause of the programme", by=by, before=was, after=became)
    else:
        found = cause_before
    if before != after:
        _write(proposal, said)
        change.record("programme planned", by=by, before=before, after=after)
    is_new = {name for name, value in after.items() if value and value != before[name]}
    if is_new or found != cause_before or before != after:
        change.announce(
            ProgrammePlanned(
                by=by,
                criteria=said.success_criteria,
                plan=_written(said.plan) if "plan" in is_new else None,
                success_criteria=said.success_criteria if "success_criteria" in is_new else None,
                cause=found[0] if found != cause_before else None,
                looked_for_by=found[1] if found != cause_before else None,
            )
        )
    _agree_to_plan(change, proposal, said, is_changed=before["plan"] != after["plan"], by=by)


def _require_agreement(change: Change, said: PlanRequest, by: str) -> None:
    """Raise FormError for an agreement to a plan that there isn't, or without the day, or of a day to come."""
    if said.plan_customer is None:
        return
    zone = change.people.zone(change.tx, by) or change.policy.zone
    if said.plan is None:
        raise FormError("plan_customer", "Write the plan first.")
    if said.plan_agreed_on is None:
        raise FormError("plan_agreed_on", "Choose the day they agreed.")
    if said.plan_agreed_on > change.tx.now.astimezone(zone).date():
        raise FormError("plan_agreed_on", "That day hasn't come yet.")


def _require_colleagues(change: Change, said: PlanRequest, before: Proposal) -> None:
    """Raise FormError for a new plan owner, or somebody new who looks for the cause, who can't act here."""
    if said.plan is not None and said.plan.owner != before.plan_owner:
        change.people.must_be_able(change.tx, said.plan.owner, "plan_owner")
    if said.looked_for_by is not None and said.looked_for_by != before.cause_looked_for_by:
        change.people.must_be_able(change.tx, said.looked_for_by, "plan_looks")


def _require_a_day_to_come(change: Change, plan: Plan | None, before: date | None, by: str) -> None:
    """Raise FormError for a new due date that has passed where the person is."""
    zone = change.people.zone(change.tx, by) or change.policy.zone
    due_on = plan.due_on if plan is not None else None
    if due_on is not None and due_on != before and due_on < change.tx.now.astimezone(zone).date():
        raise FormError("plan_due", "That day has passed. Choose a later one.")


def _agree(change: Change, proposal: Proposal, criteria: str, customer: str | None, *, by: str) -> None:
    """Note the customer's agreement to the success criteria; what they agreed to before doesn't hold for new ones."""
    before = proposal.agreed_customer
    if customer == before and criteria == proposal.success_criteria:
        return
    if customer is not None and customer != before and criteria:
        proposal.agreed_customer, proposal.agreed_noted_by, proposal.agreed_at = customer, by, change.tx.now
        change.record("criteria agreed", by=by, before={"customer": before}, after={"customer": customer})
        change.announce(CriteriaAgreed(by=by, customer=customer))
    elif before is not None:
        proposal.agreed_customer = proposal.agreed_noted_by = proposal.agreed_at = None
        change.record("criteria no longer agreed", by=by, before={"customer": before})


def _agree_to_plan(change: Change, proposal: Proposal, said: PlanRequest, *, is_changed: bool, by: str) -> None:
    """Note the customer's agreement to the plan; what they agreed to before doesn't hold for another one."""
    before = (proposal.plan_customer, proposal.plan_agreed_on)
    customer = masked(said.plan_customer) if said.plan_customer else None
    now = (customer, said.plan_agreed_on if customer is not None else None)
    if now == before and not is_changed:
        return
    if customer is not None and now != before:
        proposal.plan_customer, proposal.plan_agreed_on, proposal.plan_agreed_noted_by = customer, now[1], by
        after = {"customer": customer, "at": now[1].isoformat() if now[1] is not None else None}
        change.record("plan agreed", by=by, before={"customer": before[0]}, after=after)
        if now[1] is not None:
            change.announce(PlanAgreed(by=by, customer=customer, on=now[1]))
    elif before[0] is not None:
        proposal.plan_customer = proposal.plan_agreed_on = proposal.plan_agreed_noted_by = None
        change.record("plan no longer agreed", by=by, before={"customer": before[0]})


def _write(proposal: Proposal, said: PlanRequest) -> None:
    plan = said.plan
    proposal.success_criteria, proposal.plan = said.success_criteria, plan.words if plan else ""
    proposal.plan_owner, proposal.plan_due_on = (plan.owner, plan.due_on) if plan else (None, None)
    proposal.plan_url = plan.url if plan else None


def _as_recorded(proposal: Proposal) -> dict[str, Any]:
    return {"plan": _recorded(proposal.remediation()), "success_criteria": proposal.success_criteria}


def _written(plan: Plan | None) -> WrittenPlan | None:
    """Return a plan as the announcement has it."""
    if plan is None:
        return None
    return WrittenPlan(words=plan.words, owner=plan.owner, due_on=plan.due_on, url=plan.url)


def _recorded(plan: Plan | None) -> dict[str, Any] | None:
    """Return a plan as the timeline keeps it."""
    return None if plan is None else fields_of(_written(plan))
