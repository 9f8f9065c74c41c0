"""The answer of `escalate policy simulate`, drawn for Slack."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.policy.decide.checklists import label_of
from bot.policy.decide.handling import handling
from bot.policy.model.facts import Issue
from bot.policy.model.levels import ChecklistNeed
from bot.policy.model.rules import Policy
from bot.policy.preview.simulation import CLOCKS, NEEDS, SimulationQuestion, readable
from bot.ports.workspace import Block
from bot.views.kit.parts import context, divider, fields, header, section
from bot.views.kit.text import escape, moment

SimulationAnswer = Mapping[str, Any]
_CAUSES_SHOWN = 3
_ON_THE_LIST = (ChecklistNeed.REQUIRED, ChecklistNeed.IF_NEEDED)


def draw(asked: SimulationQuestion, answer: SimulationAnswer) -> list[Block]:
    """Draw the answer of a simulation: the level and why, what is due when, who is involved, what is to be done."""
    policy = asked.policy
    level = policy.level(answer["level"])
    return [
        header(f"{level.emoji} {level.label}"),
        section("\n".join([escape(level.definition), "", *_reasons(answer)])),
        *_known(asked),
        fields([(CLOCKS[clock], _due(at, policy)) for clock, at in answer["due"].items()]),
        section("\n".join(_people(asked, answer))),
        section("\n".join([*_duties(policy, answer), *_patterns(asked, answer)])),
        divider(),
    ]


def _reasons(answer: SimulationAnswer) -> Iterator[str]:
    reasons = [f"• {escape(reason)}" for reason in answer["trace"]]
    return iter(reasons or ["• As chosen: no policy rule applies."])


def _known(asked: SimulationQuestion) -> Iterator[Block]:
    """Yield the known facts about the chosen customer, which counted."""
    account = asked.account
    if account.name:
        facts = {"tier": account.tier, "plan": account.plan, "health": account.health, "renewal": account.renewal_on}
        known = [f"{name} {escape(str(value))}" for name, value in facts.items() if value is not None]
        known += ["VIP"] if account.vip else []
        known += ["dedicated CSM"] if account.dedicated_csm else []
        known += [*_escalated(asked)]
        yield context(f"*{escape(account.name)}*: {', '.join(known) or 'nothing known'}")


def _escalated(asked: SimulationQuestion) -> Iterator[str]:
    """Yield how often it was escalated lately, which rules and patterns use."""
    repeats = asked.policy.patterns.repeats
    days = repeats.within_days if repeats is not None else 30
    count = asked.past.history.declared_within(days, asked.today)
    if count:
        yield f"escalated {'once' if count == 1 else f'{count} times'} in {days} days"


def _due(at: str | None, policy: Policy) -> str:
    """Return a due time in each reader's zone and, as in the terminal, in its calendar's zone."""
    if at is None:
        return readable(at, policy)
    return f"{moment(datetime.fromisoformat(at), str(policy.zone))}\n_{readable(at, policy)}_"


def _people(asked: SimulationQuestion, answer: SimulationAnswer) -> Iterator[str]:
    policy = asked.policy
    for role, how in answer["roles"].items():
        yield f"*{escape(policy.slot(role).label)}*: {escape(how)}"
    paged = ", ".join(escape(policy.slot(role).label) for role in answer["page"])
    yield f"*Paged at once*: {paged or 'no one'}"
    for step in answer["if_unresolved"].values():
        at = moment(datetime.fromisoformat(step["at"]), str(policy.zone))
        yield f"*Brought in if impact hasn't stopped by {at}*: {escape(policy.slot(step['role']).label)}"
    handled = handling(policy, Issue(category=asked.category, triggers=asked.triggers))
    if handled.team is not None:
        yield f"*Team*: {escape(policy.team(handled.team).name)}"
    if handled.copies:
        yield f"*Copied*: {', '.join(escape(policy.team(team).name) for team in handled.copies)}"
    if handled.verification is not None:
        yield f"*Identity check*: {escape(handled.verification)}"


def _duties(policy: Policy, answer: SimulationAnswer) -> Iterator[str]:
    yield f"*Visibility*: {answer['visibility']}"
    yield f"*Watched after resolution*: {answer['monitor_days']} days"
    level = policy.level(answer["level"])
    labels = {item.key: label_of(item, level) for item in policy.checklist}
    for need in _ON_THE_LIST:
        items = [escape(labels[item]) for item, found in answer["checklist"].items() if found == need]
        if items:
            yield f"*Checklist, {NEEDS[need]}*: {'; '.join(items)}"


def _patterns(asked: SimulationQuestion, answer: SimulationAnswer) -> Iterator[str]:
    """Yield what the account's history would cause."""
    repeats = asked.policy.patterns.repeats
    if repeats is not None and asked.opens_case_review():
        yield f"*Case review*: opened after {repeats.count} escalations in {repeats.within_days} days"
    for cause in asked.causes_again(answer["level"])[:_CAUSES_SHOWN]:
        yield f"*If the cause is “{escape(cause)}” again*: we suggest a policy change"
