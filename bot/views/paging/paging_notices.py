"""Messages about paging: to people who are told or brought in without a page, and of the end of the ladder."""

from bot.policy.decide import ladder
from bot.policy.model.rules import Policy
from bot.policy.record.announcements.paging import LadderEnded
from bot.policy.record.escalation import (
    FIX_OWNER,
    RELATIONSHIP_OWNER,
    ROLE_NAMES,
    EscalationFacts,
    PageFacts,
    Status,
    role_name,
)
from bot.policy.record.notices.paging import BroughtInNotice, LadderEndedNotice, PagingNotice, ToldNotice
from bot.ports.workspace import Message
from bot.views.kit import ids, labels, outstanding
from bot.views.kit.parts import asking, button, text_message
from bot.views.kit.text import escape, length, person
from bot.views.paging import page_messages


def draw(notice: PagingNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw one of them."""
    match notice:
        case BroughtInNotice():
            return _brought_in(notice, facts, policy, direct_to)
        case LadderEndedNotice():
            return ladder_ended(notice, facts, policy)
        case ToldNotice():
            return _told(notice, facts, policy, direct_to)


def _over(facts: EscalationFacts, direct_to: str | None) -> Message:
    """Draw what is left of either once nobody has to act."""
    named = labels.numbered(facts, direct_to=direct_to)
    return text_message(f":white_check_mark: {named}: {labels.status_words(facts).lower()}.")


def _brought_in(notice: BroughtInNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the person who is brought in."""
    if facts.status in (Status.RESOLVED, Status.CLOSED):
        return _over(facts, direct_to)
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    named = labels.numbered(facts, direct_to=direct_to)
    text = (
        f":hourglass: {named} isn't resolved after {length(notice.after)}. "
        f"You're brought in as {escape(role_label(notice.role, policy))}."
    )
    return asking(text, f"{fixer} owns the fix. Ask what's in the way.")


def _told(notice: ToldNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it for the holder of a role."""
    if facts.status in (Status.RESOLVED, Status.CLOSED):
        return _over(facts, direct_to)
    level = escape(policy.level(notice.level).label)
    account = f"{escape(facts.account.name)} ({labels.where(facts)})"
    opened = "New" if facts.reopened_at is None else "Reopened"
    what = f"{account} is now {level}" if notice.is_upgrade else f"{opened} {level}: {account}"
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    text = f":bell: {what}. You're the {escape(role_label(notice.role, policy))}."
    return asking(text, f"{labels.summary(facts, 150)} · {fixer} owns the fix.")


def ladder_ended(told: LadderEnded | LadderEndedNotice, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw it for the channel. When the ladder starts over, or someone responds, its first line is left."""
    fixer = person(facts.holder(FIX_OWNER) or facts.declared_by)
    last = f" (last: {person(told.person)})" if told.person else ""
    page = next((page for page in facts.pages if page.id == told.page), None)
    rests = ladder.alarm_of(facts, page).exhausted_at if page is not None else None
    again = f" {page_messages.paged_again(page, rests, facts, policy)}" if page and rests is not None else ""
    late = outstanding.sentence(facts) if rests is not None else None
    if late is not None:
        update = button("Post update", ids.PRESS_UPDATE, str(facts.number), style="primary")
        buttons = [update] if outstanding.wants_update(facts) else []
        asked = person(facts.holder(RELATIONSHIP_OWNER) or facts.declared_by) if buttons else fixer
        text = f":rotating_light: {late[:-1]}{last}."
        request = outstanding.request(facts)
        return asking(text, f"{asked}, {request[:1].lower()}{request[1:]}{again}", *buttons)
    text = _unanswered(page, facts, last)
    further = page_messages.further(page, facts, policy) if page is not None else None
    return asking(text, f"{fixer}, who's on this?{again}", *([further] if further else []))


def _unanswered(page: PageFacts | None, facts: EscalationFacts, last: str) -> str:
    """Return that nobody responded: before somebody acknowledged, or to the pages after that."""
    mine = [other for other in facts.pages if page and (other.alarm, other.round) == (page.alarm, page.round)]
    ended_at = max((other.exhausted_at for other in mine if other.exhausted_at is not None), default=None)
    if facts.acknowledged_at is None or ended_at is None:
        return f":rotating_light: No one responded to any page{last}."
    if ended_at > facts.acknowledged_at:
        return f":rotating_light: No one took the pages for {facts.key} after it was acknowledged{last}."
    by = person(facts.acknowledged_by or facts.declared_by)
    return f":rotating_light: No one responded to any page{last} until {by} acknowledged."


def role_label(role: str, policy: Policy) -> str:
    """Return the name of a role: our own word for those that every policy has, else the policy's."""
    if role in ROLE_NAMES:
        return role_name(role)
    return next((slot.label for slot in policy.slots if slot.key == role), role_name(role))
