"""Record which version of a programme's plan the customer was told, and compare it with the current plan."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from bot.database import action_items
from bot.database.change import Change
from bot.database.transaction import Transaction
from bot.models.customer_text import CustomerText
from bot.models.programme import Proposal
from bot.policy.decide import plan_texts
from bot.policy.decide.plan_texts import PlanSnapshot, PlanWords, snapshot
from bot.policy.model.facts import ACCOUNT
from bot.policy.record.action_items import ActionState
from bot.policy.record.customer_texts import TOLD
from bot.services.programmes import proposals

# Earlier ones have been overtaken.
_KEPT: Final = 10


def words_of(change: Change) -> PlanWords:
    """Return what a text for the customer can say of the plan; nothing for an escalation that is no programme."""
    if change.row.kind != ACCOUNT or not change.row.has_begun:
        return PlanWords()
    proposal = proposals.written(change)
    now = _now(change.tx, proposal)
    items = action_items.of_programme(change.tx, change.row.id)
    names = change.people.names(change.tx, {item.owner for item in items})
    owners = {item.id: names[item.owner] for item in items if item.owner in names}
    told = told_of(change.tx, proposal)
    account = change.facts.account
    changes = plan_texts.changes(told, now, account) if told is not None else ()
    return PlanWords(
        criteria=now.criteria or None,
        plan=plan_texts.in_lines(now, owners, account),
        changes="\n".join(f"- {line}" for line in changes) or None,
    )


def changes_since(tx: Transaction, proposal: Proposal) -> int | None:
    """Return in how many things the plan has changed since the customer was told; None if they weren't told."""
    told = told_of(tx, proposal)
    return len(plan_texts.changes(told, _now(tx, proposal))) if told is not None else None


def note(change: Change, update: int, *, replaces: int | None, is_about_plan: bool) -> None:
    """Note the plan that the text of an update tells. A draft about it that is written anew is about it, too."""
    if change.row.kind != ACCOUNT:
        return
    proposal = proposals.written(change)
    is_rewritten = replaces is not None and any(one["update"] == replaces for one in proposal.plan_texts)
    if is_about_plan or is_rewritten:
        stored = {"update": update, **_stored(_now(change.tx, proposal))}
        proposal.plan_texts = [*proposal.plan_texts, stored][-_KEPT:]


def told_of(tx: Transaction, proposal: Proposal) -> PlanSnapshot | None:
    """Return the plan as the customer was told it last; None if no text about it has reached them."""
    updates = [one["update"] for one in proposal.plan_texts]
    if not updates:
        return None
    arrived = select(CustomerText.update_id).where(CustomerText.update_id.in_(updates), CustomerText.state.in_(TOLD))
    told = set(tx.session.scalars(arrived))
    return next((_read(one) for one in reversed(proposal.plan_texts) if one["update"] in told), None)


def _now(tx: Transaction, proposal: Proposal) -> PlanSnapshot:
    items = action_items.of_programme(tx, proposal.escalation_id)
    return snapshot(proposal.success_criteria, proposal.remediation(), items)


def _stored(plan: PlanSnapshot) -> dict[str, Any]:
    return {
        "criteria": plan.criteria,
        "words": plan.words,
        "due_on": plan.due_on.isoformat() if plan.due_on is not None else None,
        "items": [
            {"id": number, "what": what, "due_on": due_on.isoformat(), "state": state.value}
            for number, (what, due_on, state) in plan.items.items()
        ],
    }


def _read(stored: Mapping[str, Any]) -> PlanSnapshot:
    return PlanSnapshot(
        criteria=stored["criteria"],
        words=stored["words"],
        due_on=date.fromisoformat(stored["due_on"]) if stored["due_on"] else None,
        items={
            one["id"]: (one["what"], date.fromisoformat(one["due_on"]), ActionState(one["state"]))
            for one in stored["items"]
        },
    )
