"""Channel messages about pages and acknowledging."""

from bot.policy.model.rules import Policy
from bot.policy.record.announcements.paging import (
    Acknowledged,
    EscalatedNow,
    LadderEnded,
    PageHeldUp,
    PageUndeliverable,
    PageUnreached,
    PagingAnnouncement,
    RungEmpty,
    StillUnresolved,
)
from bot.policy.record.escalation import EscalationFacts, role_name
from bot.ports.workspace import Message
from bot.views.kit import labels, outstanding
from bot.views.kit.parts import quote, section, text_message
from bot.views.kit.text import all_of, escape, person
from bot.views.paging import paging_notices, route_words, unresolved_messages


def draw(told: PagingAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw one announcement."""
    match told:
        case Acknowledged():
            return _acknowledged(told, facts, policy)
        case PageUndeliverable():
            return _page_undeliverable(told, facts, policy)
        case PageHeldUp():
            return _page_held_up(told, facts, policy)
        case PageUnreached():
            return _page_unreached(told, facts)
        case EscalatedNow():
            return _escalated_now(told)
        case LadderEnded():
            return paging_notices.ladder_ended(told, facts, policy)
        case RungEmpty():
            return _rung_empty(told, facts, policy)
        case StillUnresolved():
            return unresolved_messages.in_channel(told, facts, policy)


def _acknowledged(told: Acknowledged, facts: EscalationFacts, policy: Policy) -> Message:
    who = person(told.by)
    if told.name is not None and told.via is not None:
        said = f"{escape(told.name)} acknowledged {who}'s page in {escape(told.via)}."
    else:
        said = f"{who} acknowledged in {escape(told.via)}." if told.via is not None else f"{who} acknowledged."
    if told.is_overdue:
        return text_message(f":raising_hand: {said}")  # the channel has its own line about the update
    text = f":raising_hand: {said} {labels.promise(facts, policy)}"
    if facts.last_customer_update_at is None and facts.customer_update_due_at is not None:
        return text_message(text, "Tell the customer what we know and when they'll hear from us next.")
    return text_message(text)


def _page_undeliverable(told: PageUndeliverable, facts: EscalationFacts, policy: Policy) -> Message:
    role = role_name(told.role)
    then = "Others were paged too." if told.others else "We went on to the next person."
    return text_message(
        f":warning: Couldn't page {person(told.person)} ({role}): {escape(told.why)}. {then}",
        _ask(facts),
    )


def _page_held_up(told: PageHeldUp, facts: EscalationFacts, policy: Policy) -> Message:
    role = role_name(told.role)
    return text_message(
        f":warning: Slack didn't deliver the page to {person(told.person)} ({role}): {escape(told.why)}. We "
        "keep trying.",
        "Reach them another way. `escalate doctor` shows what's stuck.",
    )


def _page_unreached(told: PageUnreached, facts: EscalationFacts) -> Message:
    tried = all_of(route_words.name(route) for route in told.routes)
    then = (
        f"We paged {all_of(person(who) for who in told.others)} too." if told.others else "There's no one else to page."
    )
    return text_message(
        f":rotating_light: Couldn't reach {person(told.person)} ({role_name(told.role)}) by {tried}. {then}",
        f"We keep trying. {_ask(facts)}",
    )


def _ask(facts: EscalationFacts) -> str:
    """Return what those in the channel can do: the card has *Acknowledge* until it's acknowledged."""
    return outstanding.request(facts) if facts.is_acknowledged else "Can you take it? Press Acknowledge on the card."


def _escalated_now(told: EscalatedNow) -> Message:
    text = f":pager: {person(told.by)} escalated. We paged {person(told.person)} ({escape(told.title)})."
    return Message(text, (section(text), section(quote(escape(told.note, 300))))) if told.note else text_message(text)


def _rung_empty(told: RungEmpty, facts: EscalationFacts, policy: Policy) -> Message:
    return text_message(f":warning: No one new to page as {escape(told.title)}.")
