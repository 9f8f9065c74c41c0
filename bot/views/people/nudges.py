"""A manager's reminder to an owner, and the answer to the manager."""

from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.plan.due_steps import OpenStepKind
from bot.policy.plan.nudges import AGAIN_AFTER, Nudge, NudgeEnd
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.notices.people import OwnerRemindedNotice
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, section
from bot.views.kit.text import ago, escape, moment, person

_BUTTONS: Final = {
    OpenStepKind.ACKNOWLEDGE: ("Acknowledge", ids.PRESS_ACKNOWLEDGE),
    OpenStepKind.RESOLVE: ("Resolve", ids.PRESS_RESOLVE),
    OpenStepKind.CUSTOMER_UPDATE: ("Post update", ids.PRESS_UPDATE),
    OpenStepKind.INTERNAL_UPDATE: ("Post update", ids.PRESS_UPDATE),
    OpenStepKind.REVIEW: ("Review", ids.PRESS_REVIEW),
}


def draw(told: OwnerRemindedNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw the reminder, with the button for the step it asks for."""
    named = labels.numbered(facts, direct_to=direct_to)
    what = f"{escape(told.step)} due {moment(told.due, str(policy.zone))}"
    text = f":wave: {person(told.by)} reminds you of {named}: {what}."
    found = _BUTTONS[OpenStepKind(told.step)] if told.step in set(OpenStepKind) else None
    if found is None:
        return Message(text, (section(text),))
    return Message(text, (section(text), actions(button(*found, str(facts.number), style="primary"))))


def taken(facts: EscalationFacts) -> str:
    """Return that its reader owns the fix of an escalation now."""
    return f"You're the fix owner of {labels.numbered(facts, direct_to=None)} now."


def said(nudge: Nudge, policy: Policy) -> str:
    """Return what came of it, for who asked."""
    key, who = nudge.facts.key, person(nudge.person) if nudge.person else ""
    match nudge.end:
        case NudgeEnd.SENT:
            return f"{who} gets a reminder of {key} ({escape(nudge.facts.account.name)})."
        case NudgeEnd.TOO_SOON:
            again = moment(nudge.last_at + AGAIN_AFTER, str(policy.zone)) if nudge.last_at else ""
            when = ago(nudge.last_at, str(policy.zone)) if nudge.last_at else ""
            return f"{person(nudge.last_by or '')} reminded {who} of {key} {when}. You can again {again}."
        case NudgeEnd.PAGED:
            return f"{who} is being paged about {key} now."
        case NudgeEnd.YOURS:
            return f"{key} waits for you."
        case NudgeEnd.NOTHING_LATE:
            return f"Nothing is overdue on {key} now."
        case NudgeEnd.UNREACHABLE:
            return f"{who} can't be reached in Slack. Bring in someone else for {key}."
