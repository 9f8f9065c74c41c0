"""Channel messages about who holds which role."""

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.people import Assigned, OfferEnded, PassedOver, PeopleAnnouncement, RoleOffered
from bot.policy.record.escalation import EscalationFacts, role_name, role_title
from bot.ports.workspace import Message
from bot.views.kit.parts import text_message
from bot.views.kit.text import escape, person


def draw(told: PeopleAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw one announcement."""
    match told:
        case Assigned():
            return _assigned(told, facts, policy)
        case PassedOver():
            return _passed_over(told, facts, policy)
        case RoleOffered():
            asked = f"{person(told.by)} asked {person(told.person)} to be {role_name(told.role)}."
            return text_message(f":bust_in_silhouette: {asked} Until they accept, it's {person(told.owner)}.")
        case OfferEnded():
            why = "didn't answer" if told.lapsed else "can't"
            stays = f"{person(told.owner)} stays {role_name(told.role)}."
            return text_message(f":bust_in_silhouette: {person(told.person)} {why}. {stays}")


def _assigned(told: Assigned, facts: EscalationFacts, policy: Policy) -> Message:
    role, who, by = role_name(told.role), person(told.person), person(told.by)
    before = f" from {person(told.before)}" if told.before else ""
    if told.person == told.by:
        return text_message(f":bust_in_silhouette: {by} took over as {role}{before}.")
    return text_message(
        f":bust_in_silhouette: {by} made {who} the {role}{' in place of' if before else ''}{before[5:]}."
    )


def _passed_over(told: PassedOver, facts: EscalationFacts, policy: Policy) -> Message:
    return text_message(
        f":bust_in_silhouette: {person(told.before)} can't be reached ({escape(told.why)}). "
        f"{role_title(told.role)} is now {person(told.person)}, {escape(told.how)}."
    )
