"""A page outside Slack: in a mail, a text message, a push message, PagerDuty. Plain words, the shortest first.

A confidential escalation is named by its number only: these messages are shown on locked screens.
"""

from bot.policy.model.categories import Team
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts, PageCause, PageFacts, role_name
from bot.ports.mailer import Mail
from bot.ports.pager import OutsideRing
from bot.views.kit import labels, outstanding
from bot.views.kit.text import clip, one_line

_TITLE = 120
_CONFIDENTIAL = ("It's confidential: details are in its channel.",)


def key_of(page: PageFacts, facts: EscalationFacts) -> str:
    """Return the key of a page's alarm outside."""
    return f"ESC-{facts.number}/page-{page.id}"


def draw(page: PageFacts, facts: EscalationFacts, policy: Policy, link: str | None, *, name: str) -> OutsideRing:
    """Draw one ring: what is wrong, who is meant (by `name`), and how to answer."""
    return OutsideRing(
        key=key_of(page, facts),
        title=clip(f"{_what(facts, policy)}: {_why(page, facts)}", _TITLE),
        lines=_lines(page, facts, name),
        link=link,
        is_top=policy.is_top(facts.level),
    )


def team_key(team: str, facts: EscalationFacts) -> str:
    """Return the key of a team's alarm outside."""
    return f"ESC-{facts.number}/team-{team}"


def for_team(team: Team, facts: EscalationFacts, policy: Policy, *, name: str) -> OutsideRing:
    """Draw the ring of who is on call for a team (by `name`), or leads it. A confidential one names no customer."""
    role = f"For {one_line(name)}, of {one_line(team.name)}."
    lines = _CONFIDENTIAL if facts.is_private else (clip(one_line(facts.summary), 300),)
    return OutsideRing(
        key=team_key(team.key, facts),
        title=clip(f"{_what(facts, policy)}: {one_line(team.name)}, we need you", _TITLE),
        lines=(*lines, role, "Press We're on it in Slack."),
        is_top=policy.is_top(facts.level),
    )


def team_mail(ring: OutsideRing, address: str, message_id: str) -> Mail:
    """Write the ring of a team as a mail."""
    text = "\n\n".join([ring.title, *ring.lines])
    key = message_id.replace("/", ".")
    return Mail(recipient=address, subject=f"Page: {ring.title}", text=f"{text}\n", message_id=key)


def mail(ring: OutsideRing, page: PageFacts, facts: EscalationFacts, address: str) -> Mail:
    """Write a ring as a mail."""
    how = _how(ring.link, facts)
    text = "\n\n".join([ring.title, *ring.lines, how])
    return Mail(
        recipient=address,
        subject=f"Page: {ring.title}",
        text=f"{text}\n",
        message_id=f"{ring.key}-{page.asked}".replace("/", "."),
        thread=(f"{ring.key}-1".replace("/", "."),) if page.asked > 1 else (),
    )


def _what(facts: EscalationFacts, policy: Policy) -> str:
    level = labels.level_of(facts, policy).label
    return f"{facts.key} {level}" if facts.is_private else f"{facts.key} {level} {one_line(facts.account.name)}"


def _how(link: str | None, facts: EscalationFacts) -> str:
    """Return how to answer: once it's acknowledged, by doing what is late, or by saying that you are on it."""
    if not facts.is_acknowledged:
        return f"Acknowledge, or say that you can't:\n{link}" if link else "Press Acknowledge in Slack."
    if link:
        return f"Say that you're on it, or that you can't:\n{link}"
    return f"Press {'Post update' if outstanding.wants_update(facts) else outstanding.ON_IT} in Slack."


def _why(page: PageFacts, facts: EscalationFacts) -> str:
    causes = {reason.cause for reason in facts.page_reasons} or {page.cause}
    if (late := outstanding.short(facts)) is not None and not page.asked_by:
        return f"acknowledged, but {late}"
    if page.followed or page.asked_by:
        return "can you take it?"
    if PageCause.OPENING in causes:
        return "acknowledge it"
    if PageCause.RESPONSE_BREACH in causes:
        return "wasn't acknowledged in time"
    if PageCause.RESOLUTION_BREACH in causes:
        return "missed its resolution target"
    return "an update is overdue"


def _lines(page: PageFacts, facts: EscalationFacts, name: str) -> tuple[str, ...]:
    role = f"For {one_line(name)}, {role_name(page.role)}."
    if facts.is_private:
        return (role, *_CONFIDENTIAL)
    return (clip(one_line(facts.summary), 300), role)
