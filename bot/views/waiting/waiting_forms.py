"""The forms of waiting for the customer, and of their follow-up."""

import json
from datetime import datetime

from bot.policy.decide.waiting import is_overdue, update_due_after_follow_up, wait_until
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, View
from bot.views.kit import ids, labels
from bot.views.kit.parts import context, modal, question, section, text_input
from bot.views.kit.text import escape, moment, person
from bot.views.waiting.waiting_messages import paused

_LINE = 300
SAID = 1000
_LONGEST_LINK = 1_000


def wait(facts: EscalationFacts, policy: Policy, now: datetime) -> View:
    """Draw the form that begins a wait; while somebody waits, the one that ends it."""
    if facts.waiting is not None:
        return _resume(facts, policy)
    until = moment(wait_until(facts, policy, now), str(policy.zone))
    blocks = [
        _about(facts, policy),
        question("reason", "What do they have to do?", text_input("reason", limit=_LINE)),
        context(f"Until {until} at the latest.{paused(tuple(policy.waiting_on_customer.pauses))}"),
    ]
    return modal(ids.WAIT, "Waiting on customer", blocks, submit="Wait", metadata=_of(facts))


def _resume(facts: EscalationFacts, policy: Policy) -> View:
    found = facts.waiting
    if found is None:
        raise LookupError(f"{facts.key} doesn't wait")
    zone = str(policy.zone)
    said = f"{person(found.by)} has waited since {moment(found.since, zone)}: {escape(found.reason, _LINE)}"
    blocks = [_about(facts, policy), section(said), context(f"Until {moment(found.until, zone)} at the latest.")]
    return modal(ids.RESUME, "Waiting on customer", blocks, submit="Stop waiting", metadata=_of(facts))


def followed_up(
    facts: EscalationFacts,
    policy: Policy,
    now: datetime,
    said: str = "",
    link: str | None = None,
    *,
    is_owner: bool = False,
) -> View:
    """Draw the form that notes a follow-up; `said` and `link` are the message it was noted on.

    `is_owner` is true for the customer owner, who isn't told what they note.
    """
    due_at = update_due_after_follow_up(facts, policy, now)
    is_late = is_overdue(due_at, now)
    then = labels.update_owed(due_at, policy, is_overdue=is_late) if due_at else "No update is due."
    told = "" if is_owner else " We tell the customer owner."
    blocks = [
        _about(facts, policy),
        question(
            "said", "What did they say?", text_input("said", initial=said, limit=SAID, multiline=True), optional=True
        ),
        context(f"{then}{told}"),
    ]
    kept = link if link is not None and fits(link) else None
    metadata = json.dumps({"number": facts.number, "link": kept})
    return modal(ids.FOLLOWED_UP, "Customer followed up", blocks, submit="Note it", metadata=metadata)


def fits(link: str) -> bool:
    """Return True if a link can be kept with a form, which holds 3,000 characters. Slack's own links are shorter."""
    return len(json.dumps(link)) <= _LONGEST_LINK


def _about(facts: EscalationFacts, policy: Policy) -> Block:
    return section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")


def _of(facts: EscalationFacts) -> str:
    return json.dumps({"number": facts.number})
