"""Channel messages about pages and acknowledging."""

from bot.policy.decide import ladder
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.paging import (
    Acknowledged,
    LadderEnded,
    PageHeldUp,
    PageUndeliverable,
    PagingAnnouncement,
    RungEmpty,
)
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts, role_name
from bot.ports.workspace import Block, Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, section, text_message
from bot.views.kit.text import escape, person
from bot.views.paging import page_messages


def draw(told: PagingAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw one announcement."""
    match told:
        case Acknowledged():
            return _acknowledged(told, facts, policy)
        case PageUndeliverable():
            return _page_undeliverable(told, facts, policy)
        case PageHeldUp():
            return _page_held_up(told, facts, policy)
        case LadderEnded():
            return _ladder_ended(told, facts, policy)
        case RungEmpty():
            return _rung_empty(told, facts, policy)


def _acknowledged(told: Acknowledged, facts: EscalationFacts, policy: Policy) -> Message:
    who = person(told.by)
    taken = " and is now the fix owner" if told.took_over else ""
    text = f":raising_hand: {who} has acknowledged this{taken}. {labels.promise(facts, policy)}"
    blocks: list[Block] = [section(text)]
    if facts.last_customer_update_at is None:
        relationship = person(facts.holder(RELATIONSHIP_OWNER) or facts.declared_by)
        blocks.append(
            context(f"{relationship}: tell the customer what we understand, the level, and when they hear next.")
        )
        blocks.append(actions(button("Write the first update", ids.PRESS_UPDATE, str(facts.number))))
    return Message(text, tuple(blocks))


def _page_undeliverable(told: PageUndeliverable, facts: EscalationFacts, policy: Policy) -> Message:
    role = role_name(told.role)
    then = "Others are being paged too." if told.others else "The next in line is being paged instead."
    return text_message(
        f":warning: I could not page {person(told.person)} ({role}): {escape(told.why)}. {then}",
        "Whoever takes it, press Acknowledge; whoever can be reached should hold the role (More → Owners).",
    )


def _page_held_up(told: PageHeldUp, facts: EscalationFacts, policy: Policy) -> Message:
    role = role_name(told.role)
    return text_message(
        f":warning: Slack doesn't take my page to {person(told.person)} ({role}): {escape(told.why)}. I keep trying.",
        "If you can reach them another way, please do. `escalate doctor` shows what is held up.",
    )


def _ladder_ended(told: LadderEnded, facts: EscalationFacts, policy: Policy) -> Message:
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    heard = told.person
    last = f"The last one paged was {person(heard)}." if heard else "No page has reached anybody."
    page = next((page for page in facts.pages if page.id == told.page), None)
    rests = ladder.alarm_of(facts, page).exhausted_at if page is not None else None
    again = f" {page_messages.again_from_the_top(rests, facts, policy)}" if rests is not None else ""
    text = (
        f":rotating_light: Nobody has answered the pages for {facts.key}, and the ladder ends here. "
        f"{last}{again} {fixer}, please say in this channel who has it."
    )
    blocks = [section(text)]
    if page is not None and (further := page_messages.further(page, facts, policy)):
        blocks.append(actions(further))
    return Message(text, tuple(blocks))


def _rung_empty(told: RungEmpty, facts: EscalationFacts, policy: Policy) -> Message:
    return text_message(
        f":warning: {escape(told.title)} cannot be paged: nobody is named for it, or they were paged already."
    )
