"""Channel messages about who gets the pages."""

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.on_call import HolderAway, HolderBack, OnCallAnnouncement, PagesMoved
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts, role_name
from bot.ports.workspace import Message
from bot.views.kit.parts import text_message
from bot.views.kit.text import moment, person


def draw(told: OnCallAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw one announcement."""
    match told:
        case PagesMoved():
            why = "is on call now and gets the pages" if told.role == FIX_OWNER else "gets the pages now"
            stays = "" if told.owner == told.person else f" {person(told.owner)} stays {role_name(told.role)}."
            return text_message(f":arrows_counterclockwise: {person(told.person)} {why}.{stays}")
        case HolderAway():
            until = f" until {moment(told.until, str(policy.zone))}" if told.until else ""
            covers = f"{person(told.stand_in)} gets the pages." if told.stand_in else "No one stands in."
            return text_message(f":palm_tree: {person(told.person)} is away{until}. {covers}")
        case HolderBack():
            return text_message(f":wave: {person(told.person)} is back and gets the pages again.")
