"""The forms after closing: the issue summary, drafted from the record, and what was learned."""

import json
from collections.abc import Iterator, Mapping
from typing import Final

from slack_sdk.models.blocks import RadioButtonsElement

from bot.policy.decide.issue_summary import summary_due_at, summary_owner
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.outcomes import Outcome, SolvedBy
from bot.ports.workspace import View
from bot.views.kit import ids, labels
from bot.views.kit.parts import context, modal, option, question, section, text_input
from bot.views.kit.text import clean, moment, one_line, person, plain_day, plain_moment

_TEXT: Final = 3000
_LINE: Final = 1000
SOLVED_BY: Final = {
    SolvedBy.SPECIALISTS: "The specialist team",
    SolvedBy.FIRST_LEVEL: "First level",
    SolvedBy.CUSTOMER: "The customer",
    SolvedBy.NOBODY: "No one: it went away",
}
YES, NO = "yes", "no"


def summary(facts: EscalationFacts, policy: Policy, names: Mapping[str, str], *, is_mailed: bool) -> View:
    """Draw the form of the issue summary: what was sent last, else a draft."""
    said = facts.issue_summary.text if facts.issue_summary is not None else draft(facts, policy, names)
    blocks = [section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")]
    due_at = summary_due_at(facts, policy)
    if due_at is not None:
        blocks.append(context(f"Due {moment(due_at, str(policy.zone))}, by {person(summary_owner(facts))}."))
    blocks.append(
        question(
            "text",
            "Issue summary",
            text_input("text", initial=said, multiline=True, limit=_TEXT),
            hint="Drafted from the record. Posted in the channel while it's open.",
        )
    )
    if is_mailed:
        to = text_input("to", limit=_LINE, placeholder="vp@example.com, jo@acme.example")
        blocks.append(question("to", "Mail it to", to, hint="Addresses with a comma between them.", optional=True))
    return modal(ids.SUMMARY, "Issue summary", blocks, submit="Send", metadata=_about(facts))


def draft(facts: EscalationFacts, policy: Policy, names: Mapping[str, str]) -> str:
    """Return the summary as the record has it, as plain text: what happened, when, why, and what follows."""
    return "\n\n".join(_parts(facts, policy, names))


def _parts(facts: EscalationFacts, policy: Policy, names: Mapping[str, str]) -> Iterator[str]:
    yield f"{one_line(facts.account.name)}, {facts.key}: {one_line(facts.summary)}"
    zone = str(policy.zone)
    steps = (
        ("Reported", facts.declared_at),
        ("Acknowledged", facts.acknowledged_at),
        ("Impact stopped", facts.mitigated_at),
        ("Resolved", facts.resolved_at),
        ("Closed", facts.closure.at if facts.closure else None),
    )
    yield "\n".join(f"{what}: {plain_moment(at, zone)}" for what, at in steps if at is not None)
    if facts.fixed:
        yield f"What was fixed: {clean(facts.fixed)}"
    if facts.cause:
        yield f"Root cause: {one_line(facts.cause)}"
    if facts.closure is not None and clean(facts.closure.summary) != clean(facts.fixed or ""):
        yield clean(facts.closure.summary)
    if facts.review.standing:
        actions = (
            f"- {one_line(one.what)}: {one_line(names.get(one.owner, one.owner))}, by {plain_day(one.due_on)}"
            for one in facts.review.standing
        )
        yield "\n".join(["Follow-ups", *actions])
    if facts.confirmation is not None:
        yield f"Confirmed by the customer: {one_line(facts.confirmation.by)}"


def learned(facts: EscalationFacts, policy: Policy, noted: Outcome | None) -> View:
    """Draw the short form of what was learned."""
    by = [option(word, words) for word, words in SOLVED_BY.items()]
    could = [option(YES, "Yes"), option(NO, "No")]
    chosen = next((one for one in by if noted and one.value == noted.solved_by), None)
    answer = could[0 if noted.first_level_could else 1] if noted else None
    blocks = [
        section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}"),
        question(
            "solved_by",
            "Who solved it?",
            RadioButtonsElement(action_id="solved_by", options=by, initial_option=chosen),
        ),
        question(
            "first_level",
            "Could first level have solved it?",
            RadioButtonsElement(action_id="first_level", options=could, initial_option=answer),
        ),
        question(
            "to_try",
            "Was it unnecessary? What would you try first?",
            text_input("to_try", initial=noted.to_try if noted else None, multiline=True, limit=_LINE),
            hint="Escalating is not a failure. This is for the next one.",
            optional=True,
        ),
    ]
    return modal(ids.LEARNED, "What we learned", blocks, submit="Save", metadata=_about(facts))


def _about(facts: EscalationFacts) -> str:
    return json.dumps({"number": facts.number})
