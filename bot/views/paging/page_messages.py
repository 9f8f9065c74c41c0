"""A page as a direct message: what is wrong, why this person, how to stop it, and who is next."""

from datetime import datetime, timedelta

from slack_sdk.models.blocks import ButtonElement

from bot.policy.decide import ladder
from bot.policy.decide.ladder import PAGE_EVERY, PAGE_SENDS
from bot.policy.model.rules import Policy
from bot.policy.plan.schedule import next_round_at
from bot.policy.record.escalation import EscalationFacts, PageCause, PageFacts, role_name
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, section
from bot.views.kit.text import escape, length, moment, person

_WHY = {
    PageCause.OPENING: "you are the {role} of an escalation at the highest level",
    PageCause.RESPONSE_BREACH: "nobody has acknowledged it in time",
    PageCause.RESOLUTION_BREACH: "it is past its time to resolve",
    PageCause.MISSED_UPDATE: "the customer or the team was promised an update that has not come",
}
_END = "the ladder ends, and an hour later it starts again from the top"
WHY_ONWARD = {**_WHY, PageCause.OPENING: "it is an escalation at the highest level, and somebody has to take it"}


def draw(page: PageFacts, facts: EscalationFacts, policy: Policy, *, late: timedelta | None, now: datetime) -> Message:
    """Draw a page's message: ringing or over. `late` is the delay of its first message, if it was late."""
    return _over(page, facts, policy) if page.ended else _ringing(page, facts, policy, late, now)


def further(page: PageFacts, facts: EscalationFacts, policy: Policy) -> ButtonElement | None:
    """Return the button that pages a rung that is only paged on request."""
    turn = ladder.on_request(ladder.alarm_of(facts, page).above(facts, policy))
    if turn is None:
        return None
    return button(f"Page the {turn.rung.title}", ids.PRESS_PAGE_FURTHER, f"{facts.number}:{page.id}:{turn.rung.key}")


def _ringing(page: PageFacts, facts: EscalationFacts, policy: Policy, late: timedelta | None, now: datetime) -> Message:
    why = _why(page)
    handed_on = page.followed or page.asked_by
    marked = f" (This page is {length(late)} late.)" if late and not handed_on else ""
    text = (
        f":pager: {labels.plain_title(facts, policy)}: {labels.summary(facts, 150)} — "
        f"you are paged because {why}.{marked}"
    )
    asked = further(page, facts, policy)
    blocks = (
        section(
            f":pager: *You are paged* because {why}.{marked}\n"
            f"{labels.title(facts, policy)} in {labels.where(facts)}\n{labels.summary(facts)}"
        ),
        actions(
            button("Acknowledge", ids.PRESS_ACKNOWLEDGE_PAGE, f"{facts.number}:{page.id}", style="primary"),
            *([button("Post an update", ids.PRESS_UPDATE, str(facts.number))] if _wants_update(page) else []),
            *([asked] if asked else []),
        ),
        context(f"Since {moment(page.due_at, str(policy.zone))}. {_then(page, facts, policy, now)}"),
    )
    return Message(text, blocks)


def _why(page: PageFacts) -> str:
    """Return why this person is paged: an earlier rung did not answer, or someone asked."""
    if page.asked_by:
        return f"{person(page.asked_by)} asks for you: {WHY_ONWARD[page.cause]}"
    if page.followed:
        return f"{person(page.followed)} has not answered: {WHY_ONWARD[page.cause]}"
    return _WHY[page.cause].format(role=role_name(page.role))


def _then(page: PageFacts, facts: EscalationFacts, policy: Policy, now: datetime) -> str:
    """Return how long it rings, and who is next."""
    alarm = ladder.alarm_of(facts, page)
    if page.exhausted_at is not None:
        return f"Nobody has answered. {again_from_the_top(page.exhausted_at, facts, policy)}"
    at = moment(alarm.climbs_at(facts, policy, if_sent_at=now) or now, str(policy.zone))
    stage = next(ladder.stages(alarm.above(facts, policy)), ())
    titles = " and ".join(escape(turn.rung.title) for turn in stage)
    rings = f"It rings every {length(PAGE_EVERY)}, {PAGE_SENDS} times at most, until you answer."
    return f"{rings} If nobody has by {at}, {f'it goes to: {titles}' if titles else _END}."


def again_from_the_top(exhausted_at: datetime, facts: EscalationFacts, policy: Policy) -> str:
    """Return when the ladder restarts."""
    at = moment(next_round_at(facts, policy, exhausted_at), str(policy.zone))
    return f"I start again from the top {at}, until somebody does."


def _wants_update(page: PageFacts) -> bool:
    return page.cause is PageCause.MISSED_UPDATE


def _over(page: PageFacts, facts: EscalationFacts, policy: Policy) -> Message:
    if page.ended_why == "acknowledged" and page.acknowledged_by:
        end = f"Answered by {person(page.acknowledged_by)}."
    elif page.ended_why == "passed on":
        end = _passed_on(page, facts)
    else:
        end = "Over: what it was about has been settled."
    text = f":pager: {labels.plain_title(facts, policy)}. {end}"
    where = f"{labels.title(facts, policy)} in {labels.where(facts)}"
    return Message(text, (section(f":pager: ~You are paged~ {where}\n{end}"),))


def _passed_on(page: PageFacts, facts: EscalationFacts) -> str:
    same = [other for other in facts.pages if (other.cause, other.due_at) == (page.cause, page.due_at)]
    went_on = any(other.sent_at == page.ended_at for other in same)
    return "Nobody answered; it went to the next person." if went_on else "Nobody answered, and the ladder has ended."
