"""The web pages of a page's link: what it is about, and what was done. Plain words: no markup, no mentions."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import PAGE_ACKNOWLEDGED, PAGE_DECLINED, EscalationFacts, PageFacts, Status
from bot.ports.links import WebPage
from bot.views.kit import labels, outstanding
from bot.views.kit.text import unescape

ACKNOWLEDGE: Final = "acknowledge"
DECLINE: Final = "decline"


def asks(page: PageFacts, facts: EscalationFacts, policy: Policy, names: Mapping[str, str]) -> WebPage:
    """Draw the question of a page that rings or was passed on, or the state of one that is over."""
    if page.ended:
        found = stands(page, facts, policy, names)
        return replace(found, buttons=[_take(facts)]) if can_still_take(page, facts) else found
    buttons = [_take(facts)]
    if page.exhausted_at is None:
        buttons.append(("I can't", DECLINE))
    if facts.is_acknowledged:
        late = outstanding.sentence(facts)
        return WebPage("Are you on it?", (*_about(facts, policy), *([late] if late else [])), tuple(buttons))
    return WebPage("Acknowledge this page?", _about(facts, policy), tuple(buttons))


def _take(facts: EscalationFacts) -> tuple[str, str]:
    return (outstanding.ON_IT if facts.is_acknowledged else "Acknowledge", ACKNOWLEDGE)


def can_still_take(page: PageFacts, facts: EscalationFacts) -> bool:
    """Return True if a page was passed on and somebody else is being paged in its place: its person may answer too."""
    others = [other for other in facts.pages if other.alarm == page.alarm]
    is_answered = any(other.ended_why == PAGE_ACKNOWLEDGED for other in others) or _acknowledged_since(page, facts)
    return page.ended and facts.is_live and not is_answered and any(not other.ended for other in others)


def _acknowledged_since(page: PageFacts, facts: EscalationFacts) -> bool:
    """Return True if the escalation was acknowledged after a page was passed on: nobody waits for its person."""
    return facts.acknowledged_at is not None and page.ended_at is not None and page.ended_at <= facts.acknowledged_at


def acknowledged(page: PageFacts, facts: EscalationFacts, policy: Policy) -> WebPage:
    """Draw that the page is answered."""
    was_before = facts.acknowledged_at and page.ended_at and facts.acknowledged_at < page.ended_at
    title = "You're on it" if was_before else "You acknowledged this"
    return WebPage(
        title,
        (*_about(facts, policy), "We've stopped paging. Continue in its channel in Slack."),
    )


def declined(page: PageFacts, facts: EscalationFacts, policy: Policy, names: Mapping[str, str]) -> WebPage:
    """Draw that the page was passed on, and to whom."""
    others = [other.person for other in facts.pages if other.alarm == page.alarm and not other.ended]
    following = [_name(other, names) for other in dict.fromkeys(others) if other != page.person]
    then = f"We paged {', '.join(following)}." if following else "There's no one else to page."
    return WebPage("You passed this on", (*_about(facts, policy), then))


def stands(page: PageFacts, facts: EscalationFacts, policy: Policy, names: Mapping[str, str]) -> WebPage:
    """Draw the state of a page that needs no answer by this link any more."""
    siblings = [other for other in facts.pages if other.alarm == page.alarm]
    by = next((other.acknowledged_by for other in reversed(siblings) if other.ended_why == PAGE_ACKNOWLEDGED), None)
    if by is None and _acknowledged_since(page, facts):
        by = facts.acknowledged_by
    if by is not None:
        return WebPage("Already handled", (*_about(facts, policy), f"Acknowledged by {_name(by, names)}."))
    if not facts.is_live:
        return WebPage("Already handled", (*_about(facts, policy), f"Status: {labels.status_words(facts).lower()}."))
    if page.ended_why == PAGE_DECLINED:
        return declined(page, facts, policy, names)
    if any(not other.ended for other in siblings):
        return WebPage("This page went to the next person", (*_about(facts, policy), "You can still take it."))
    return WebPage("Nothing to do any more", (*_about(facts, policy), _why_over(facts)))


def used(page: PageFacts, facts: EscalationFacts, policy: Policy, names: Mapping[str, str]) -> WebPage:
    """Draw the state of a page that rings again after its link was used."""
    if page.ended:
        return stands(page, facts, policy, names)
    about = (*_about(facts, policy), "Use the link in the newest message, or press Acknowledge in Slack.")
    return WebPage("You've used this link already", about)


def expired() -> WebPage:
    """Draw what to do instead of using a link that has expired."""
    return WebPage(
        "This link has expired",
        ("Links work for a day. Use the one in the newest message, or press Acknowledge in Slack.",),
        status=HTTPStatus.GONE,
    )


def _about(facts: EscalationFacts, policy: Policy) -> tuple[str, ...]:
    """Return one line that says which escalation it is. A confidential one is named by its number only."""
    if facts.is_private:
        return (f"{facts.key} · {labels.level_name(facts, policy)} · confidential",)
    return (unescape(labels.plain_title(facts, policy)), unescape(labels.summary(facts, 150)))


def _why_over(facts: EscalationFacts) -> str:
    return "The update was posted." if facts.status is Status.OPEN else f"Status: {labels.stage(facts.status)}."


def _name(identity: str, names: Mapping[str, str]) -> str:
    return names.get(identity) or (identity if "@" in identity else "a colleague")
