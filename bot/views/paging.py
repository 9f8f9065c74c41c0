"""A page, as a direct message: what is wrong, why it rings here, how to make it stop."""

from datetime import timedelta

from bot.policy.escalation import EscalationFacts, PageCause, PageFacts, role_name
from bot.policy.rules import Policy
from bot.policy.timers import PAGE_EVERY, PAGE_SENDS
from bot.ports.workspace import Message
from bot.views import ids, standing
from bot.views.parts import actions, button, context, section
from bot.views.text import length, moment, person

_WHY = {
    PageCause.OPENING: "you are the {role} of an escalation at the highest level",
    PageCause.RESPONSE_BREACH: "nobody has acknowledged it in time",
    PageCause.RESOLUTION_BREACH: "it is past its time to resolve",
    PageCause.MISSED_UPDATE: "the customer or the team was promised an update that has not come",
}


def draw(page: PageFacts, facts: EscalationFacts, policy: Policy, *, late: timedelta | None) -> Message:
    """Draw a message of a page: ringing, or over."""
    return _over(page, facts, policy) if page.ended else _ringing(page, facts, policy, late)


def _ringing(page: PageFacts, facts: EscalationFacts, policy: Policy, late: timedelta | None) -> Message:
    why = _WHY[page.cause].format(role=role_name(page.role))
    marked = f" (This page is {length(late)} late.)" if late else ""
    text = (
        f":pager: {standing.plain_title(facts, policy)}: {standing.summary(facts, 150)} — "
        f"you are paged because {why}.{marked}"
    )
    again = f"It rings every {length(PAGE_EVERY)} until you answer"
    left = PAGE_SENDS - page.sends
    then = (
        f"{again}; after {left} more it goes to the next person."
        if left
        else "The next person is paged after this one."
    )
    blocks = (
        section(
            f":pager: *You are paged* because {why}.{marked}\n"
            f"{standing.title(facts, policy)} in {standing.where(facts)}\n{standing.summary(facts)}"
        ),
        actions(
            button("Acknowledge", ids.PRESS_ACKNOWLEDGE_PAGE, f"{facts.number}:{page.id}", style="primary"),
            *([button("Post an update", ids.PRESS_UPDATE, str(facts.number))] if _wants_update(page) else []),
        ),
        context(f"Since {moment(page.due_at, str(policy.zone))}. {then}"),
    )
    return Message(text, blocks)


def _wants_update(page: PageFacts) -> bool:
    return page.cause is PageCause.MISSED_UPDATE


def _over(page: PageFacts, facts: EscalationFacts, policy: Policy) -> Message:
    if page.ended_why == "acknowledged" and page.acknowledged_by:
        end = f"Answered by {person(page.acknowledged_by)}."
    elif page.ended_why == "passed on":
        end = "Nobody answered; it went to the next person."
    else:
        end = "Over: what it was about has been settled."
    text = f":pager: {standing.plain_title(facts, policy)}. {end}"
    where = f"{standing.title(facts, policy)} in {standing.where(facts)}"
    return Message(text, (section(f":pager: ~You are paged~ {where}\n{end}"),))
