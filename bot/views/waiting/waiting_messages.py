"""Messages about waiting for the customer and about their follow-up, and the line on the card."""

from slack_sdk.models.blocks import ButtonElement

from bot.policy.model.rules import Policy
from bot.policy.model.waiting import Pausable
from bot.policy.plan.offers import Offer, is_owed, offered
from bot.policy.record.announcements.waiting import CustomerFollowedUp, WaitBegan, WaitingAnnouncement, WaitOver
from bot.policy.record.escalation import RELATIONSHIP_OWNER, EscalationFacts
from bot.policy.record.notices.waiting import FollowedUpNotice
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import asking, button, text_message
from bot.views.kit.text import ended, escape, link, moment, person

_SHOWN = 200
_PAUSED = {
    Pausable.RESOLUTION.value: "the resolution clock",
    Pausable.CUSTOMER_UPDATES.value: "customer updates",
    Pausable.INTERNAL_UPDATES.value: "internal updates",
}


def draw(told: WaitingAnnouncement, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw one announcement."""
    match told:
        case WaitBegan():
            return _began(told, facts, policy)
        case WaitOver():
            return _over(told, facts)
        case CustomerFollowedUp():
            return _followed_up(told, facts, policy)


def draw_notice(notice: FollowedUpNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw what the customer owner gets directly."""
    named = labels.numbered(facts, direct_to=direct_to)
    text = f":speech_balloon: The customer followed up on {named}.{_words(notice.said)}"
    if notice.due is None:
        return text_message(f"{text} Answer them, or reopen it.")
    if not is_owed(notice.due, facts):
        return text_message(text)
    then = labels.update_owed(notice.due, policy, is_overdue=bool(notice.is_overdue))
    return asking(text, then, button("Post update", ids.PRESS_UPDATE, str(facts.number), style="primary"))


def resume(number: int) -> ButtonElement:
    """Return the button that ends a wait."""
    return button("Stop waiting", ids.PRESS_RESUME, str(number))


def on_the_card(facts: EscalationFacts, policy: Policy) -> str | None:
    """Return the card's line about a wait; None if nobody waits."""
    wait = facts.waiting
    if wait is None:
        return None
    until = moment(wait.until, str(policy.zone))
    return f":hourglass_flowing_sand: *Waiting on the customer* until {until}: {escape(wait.reason, _SHOWN)}"


def paused(names: tuple[str, ...]) -> str:
    """Return what pauses, as a sentence; empty if nothing does."""
    known = [_PAUSED[name] for name in names if name in _PAUSED]
    if not known:
        return ""
    words = " and ".join([", ".join(known[:-1]), known[-1]] if len(known) > 1 else known)
    return f" {words[:1].upper()}{words[1:]} {'pause' if len(known) > 1 or words.endswith('s') else 'pauses'}."


def _began(told: WaitBegan, facts: EscalationFacts, policy: Policy) -> Message:
    what = f"{person(told.by)} is waiting on the customer: {ended(escape(told.reason))}"
    if Offer.STOP_WAITING not in (offered(told, facts, told.until, told.until) or ()):
        return text_message(
            f":hourglass_flowing_sand: {person(told.by)} waited on the customer: {ended(escape(told.reason))}"
        )
    text = f":hourglass_flowing_sand: {what}{paused(told.paused)}"
    then = f"Until {moment(told.until, str(policy.zone))} at the latest, or the next customer update."
    return asking(text, then, resume(facts.number))


def _over(told: WaitOver, facts: EscalationFacts) -> Message:
    if told.by is not None:
        return text_message(f":arrow_forward: {person(told.by)} stopped waiting on the customer.")
    owner = person(facts.holder(RELATIONSHIP_OWNER) or facts.declared_by)
    return text_message(f":arrow_forward: The customer hasn't answered, so we stopped waiting. {owner}, call them.")


def _followed_up(told: CustomerFollowedUp, facts: EscalationFacts, policy: Policy) -> Message:
    where = f" {link(told.permalink, 'Read it')}." if told.permalink else ""
    text = f":speech_balloon: The customer followed up, noted by {person(told.by)}.{_words(told.said)}{where}"
    if told.due is None:
        return text_message(f"{text} {person(told.owner)}, answer them, or reopen it.")
    if told.is_overdue or not is_owed(told.due, facts):
        return text_message(text)  # the channel has its own line about an update that is overdue
    owed = labels.update_owed(told.due, policy)
    then = f"{person(told.owner)}, {owed[:1].lower()}{owed[1:]}"
    return asking(text, then, button("Post update", ids.PRESS_UPDATE, str(facts.number), style="primary"))


def _words(said: str) -> str:
    return f"\n>{escape(' '.join(said.split()), 300)}\n" if said.strip() else ""
