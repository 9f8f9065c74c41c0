"""The outcome of the answers: one bold line below the severity, and the details behind "More options"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.policy.decide.evaluation import Decision
from bot.policy.decide.routing import BY_DEFAULT, NOBODY_NAMED
from bot.policy.excerpts import Excerpt
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts, Holder, role_name
from bot.ports.workspace import Block
from bot.views.kit.parts import context, section
from bot.views.kit.text import escape, near_moment, person, with_days, without_keys

# The facts of a rule, as the policy words them, and the same about the account by name.
_ABOUT_THE_ACCOUNT = (
    (re.compile(r"the tier is (\w+)"), "{it} is {0}"),
    (re.compile(r"the plan is (\w+)"), "{it} is on the {0} plan"),
    (re.compile(r"health (\d+) is (?:below|at most) \d+"), "{its} health is {0}"),
    (re.compile(r"the renewal is\b"), "{its} renewal is"),
    (re.compile(r"the account's\b"), "{its}"),
    (re.compile(r"the account (is|has)\b"), "{it} {0}"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The result of the answers so far, `at` the time it was worked out."""

    decision: Decision
    holders: tuple[Holder, ...]
    invited: tuple[str, ...]
    others: Excerpt[tuple[EscalationFacts, Policy]]
    at: datetime


def line(explanation: Explanation, policy: Policy, account: str | None) -> Block:
    """Draw the outcome: the severity and why, who acknowledges it and why they do, and by when."""
    return section(f"*{_level(explanation.decision, policy, account)} {_acknowledges(explanation, policy)}*")


def _level(decision: Decision, policy: Policy, account: str | None) -> str:
    label = escape(policy.level(decision.level).label)
    if decision.level == decision.chosen:
        return f"{label}."
    if not decision.moved_by:
        return f"This becomes {label}."
    facts = about_the_account(" and ".join(decision.moved_by), account)
    return f"{with_days(escape(facts[:1].upper() + facts[1:]))}, so this becomes {label}."


def about_the_account(facts: str, account: str | None) -> str:
    """Return the facts of a rule with the account's name: "the tier is strategic" is "Acme is strategic"."""
    it = account or "the account"
    its, said = f"{it}'s", []
    for fact in facts.split(" and "):
        found = next(((shape.match(fact), words) for shape, words in _ABOUT_THE_ACCOUNT if shape.match(fact)), None)
        if found is None or found[0] is None:
            said.append(fact)
        else:
            said.append(found[1].format(*found[0].groups(), it=it, its=its) + fact[found[0].end() :])
            it, its = "it", "its"
    return " and ".join(said)


def _acknowledges(explanation: Explanation, policy: Policy) -> str:
    holder = next(holder for holder in explanation.holders if holder.role == FIX_OWNER)
    due_at, fixer = explanation.decision.due.response, person(holder.person)
    if due_at is None:
        return f"{fixer} owns the fix{_chosen(holder)}; no deadline to acknowledge."
    return f"{fixer} acknowledges by {near_moment(due_at, explanation.at, str(policy.zone))}{_chosen(holder)}."


def _chosen(holder: Holder) -> str:
    """Return why it goes to somebody: for which product area, or that none is known."""
    if holder.how == BY_DEFAULT:
        return " (no product area)"
    return f" ({escape(holder.how)})" if holder.how != NOBODY_NAMED else ""


def explained(explanation: Explanation, policy: Policy) -> Block:
    """Draw why, when the customer hears from us, and who joins the channel."""
    return context("\n".join(_details(explanation, policy)))


def _details(explanation: Explanation, policy: Policy) -> Iterator[str]:
    decision = explanation.decision
    if decision.due.customer_update is not None:
        yield f"Customer update due {near_moment(decision.due.customer_update, explanation.at, str(policy.zone))}"
    joining = [f"{person(who)} ({_as_what(who, explanation)})" for who in explanation.invited]
    if joining:
        yield f"Joins: {', '.join(joining)}"
    yield from (f"• {with_days(escape(without_keys(sentence)))}" for sentence in decision.trace)


def _as_what(who: str, explanation: Explanation) -> str:
    """Return the roles of somebody, and how they were found."""
    mine = [(role_name(holder.role), escape(holder.how)) for holder in explanation.holders if holder.person == who]
    # "manager of the customer owner" says the role itself.
    roles = [how if how.startswith(role) else f"{role}, {how}" for role, how in mine]
    return "; ".join(roles) or "you, the reporter"
