"""Direct messages about roles that are offered, and to owners whom a manager reminds."""

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts, role_name
from bot.policy.record.notices.people import OfferEndedNotice, OwnerRemindedNotice, PeopleNotice, RoleOfferedNotice
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, section, text_message
from bot.views.kit.text import moment, person
from bot.views.people import nudges, role_cards


def draw(told: PeopleNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw one notice."""
    match told:
        case RoleOfferedNotice():
            return _offered(told, facts, policy, direct_to)
        case OwnerRemindedNotice():
            return nudges.draw(told, facts, policy, direct_to)
        case OfferEndedNotice():
            why = "didn't answer" if told.why == "lapsed" else "can't"
            owner = facts.holder(told.role) or facts.declared_by
            named = labels.numbered(facts, direct_to=direct_to)
            stays = f"{person(owner)} stays {role_name(told.role)} of {named}."
            return text_message(f":bust_in_silhouette: {person(told.person)} {why}. {stays}")


def _offered(told: RoleOfferedNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    owner = facts.holder(told.role) or facts.declared_by
    named = labels.numbered(facts, direct_to=direct_to)
    asked = f"{person(told.by)} asked you to be {role_name(told.role)} of {named}"
    if not facts.is_live:
        return text_message(f":bust_in_silhouette: {asked}. It's {labels.status_words(facts).lower()}.")
    if told.role not in {offer.role for offer in facts.handovers}:
        now = "You are now" if owner == direct_to else f"It's {person(owner)} now"
        return text_message(f":bust_in_silhouette: {asked}. {now}.")
    text = f":bust_in_silhouette: {person(told.by)} asks you to be {role_name(told.role)} of {named}."
    value = f"{facts.number}:{told.role}"
    answers = actions(
        button("Accept", ids.PRESS_ACCEPT_ROLE, value, style="primary"),
        button("I can't", ids.PRESS_DECLINE_ROLE, value),
    )
    until = f"Until you accept, it's {person(owner)}. The offer ends {moment(told.expires_at, str(policy.zone))}."
    card = [section(role_cards.words(told.role))] if told.role in role_cards.CARDS else []
    return Message(text, (section(text), context(until), *card, answers))
