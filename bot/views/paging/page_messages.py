"""A page as a direct message: what is wrong, how to stop it, and who is next. When handled, it is one line."""

from datetime import datetime, timedelta

from slack_sdk.models.blocks import ButtonElement

from bot.policy.decide import ladder
from bot.policy.decide.ladder import PAGE_EVERY, NextPaged
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import (
    FIX_OWNER,
    PAGE_ACKNOWLEDGED,
    PAGE_DECLINED,
    EscalationFacts,
    PageCause,
    PageFacts,
    PageReason,
    Status,
    role_name,
)
from bot.ports.workspace import Message
from bot.views.kit import ids, labels, outstanding
from bot.views.kit.parts import actions, button, context, section
from bot.views.kit.text import all_of, escape, length, moment, person


def draw(
    page: PageFacts,
    facts: EscalationFacts,
    policy: Policy,
    *,
    late: timedelta | None,
    now: datetime,
    following: NextPaged | None,
) -> Message:
    """Draw a page's message: ringing, passed on, or handled.

    `late` is the delay of its first message, if any; `following` is who is paged next, if anybody is left.
    """
    if not page.ended:
        return _ringing(page, facts, policy, late, _then(page, facts, policy, now, following))
    is_over = all(other.ended for other in facts.pages if other.alarm == page.alarm)
    return _handled(page, facts, policy) if is_over else _passed_on(page, facts, policy)


def replaced() -> Message:
    """Draw what is left of a message that a later one has replaced, where Slack doesn't delete it."""
    words = "There's a newer page about this."
    return Message(words, (section(words),))


def further(page: PageFacts, facts: EscalationFacts, policy: Policy) -> ButtonElement | None:
    """Return the button that pages a rung that is only paged on request."""
    step = ladder.on_request(ladder.alarm_of(facts, page).above(facts, policy))
    if step is None:
        return None
    return button(f"Page the {step.rung.title}", ids.PRESS_PAGE_FURTHER, f"{facts.number}:{page.id}:{step.rung.key}")


def take_over(facts: EscalationFacts) -> Message:
    """Draw the question to somebody who has acknowledged in the place of the fix owner."""
    return _asking_to_take_over(f"You acknowledged {facts.key}.", facts)


def acknowledged(facts: EscalationFacts, *, asks: bool) -> Message:
    """Draw the answer to a typed acknowledgement, with the question to take over if it `asks`."""
    said = f"You acknowledged {facts.key} for {escape(facts.account.name)}."
    return _asking_to_take_over(said, facts) if asks else Message(said)


def taken(facts: EscalationFacts) -> str:
    """Return, in place of that question, that its reader owns the fix now. It names no customer, as the question."""
    return f"You're the fix owner of {facts.key} now: {labels.where(facts)}."


def left(facts: EscalationFacts) -> str:
    """Return, in place of that question, that its reader acknowledged and doesn't own the fix."""
    owner = person(facts.holder(FIX_OWNER) or facts.declared_by)
    return f"You acknowledged {facts.key} in {labels.where(facts)}. {owner} stays fix owner."


def _asking_to_take_over(said: str, facts: EscalationFacts) -> Message:
    owner = person(facts.holder(FIX_OWNER) or facts.declared_by)
    text = f"{said} Take over as fix owner from {owner}?"
    value = str(facts.number)
    return Message(
        text,
        (
            section(text),
            actions(
                button("Take over", ids.PRESS_TAKE_OVER, value, style="primary"),
                button("No, just acknowledge", ids.PRESS_LEAVE_OWNER, value),
            ),
        ),
    )


def paged_again(page: PageFacts, ended_at: datetime, facts: EscalationFacts, policy: Policy) -> str:
    """Return who is paged again, and when, after the ladder of a page ended unanswered."""
    alarm = ladder.alarm_of(facts, page)
    first, *others = alarm.pages
    at = moment(alarm.restarts_at(facts, policy, ended_at), str(policy.zone))
    then = ", then the others" if {other.person for other in others} - {first.person} else ""
    return f"We page the {escape(role_name(first.role))} again {at}{then}."


def _ringing(page: PageFacts, facts: EscalationFacts, policy: Policy, late: timedelta | None, then: str) -> Message:
    lead, rest = _lead(page, facts, policy)
    if late and not (page.followed or page.asked_by):
        lead = f"{lead} Delayed {length(late)}."
    text = f":pager: {labels.plain_title(facts, policy)}: {labels.summary(facts, 150)}. {lead}"
    asked = further(page, facts, policy)
    value = f"{facts.number}:{page.id}"
    update = button("Post update", ids.PRESS_UPDATE, str(facts.number), style=_first(facts))
    take = button("Acknowledge", ids.PRESS_ACKNOWLEDGE_PAGE, value, style="primary")
    on_it = button(outstanding.ON_IT, ids.PRESS_ACKNOWLEDGE_PAGE, value)
    updates = [update] if outstanding.wants_update(facts) else []
    more = "".join(f"\n• {reason}" for reason in rest)
    blocks = (
        section(f":pager: *{lead}*\n{labels.placed(facts, policy)}\n{labels.summary(facts)}{more}"),
        actions(
            *([*updates, on_it] if facts.is_acknowledged else [take]),
            *([button("I can't", ids.PRESS_DECLINE_PAGE, value)] if page.exhausted_at is None else []),
            *([] if facts.is_acknowledged else updates),
            *([asked] if asked else []),
        ),
        context(then),
    )
    return Message(text, blocks)


def _first(facts: EscalationFacts) -> str | None:
    """Return the style of *Post update*: it's the next step once it's acknowledged."""
    return "primary" if facts.is_acknowledged else None


def _lead(page: PageFacts, facts: EscalationFacts, policy: Policy) -> tuple[str, list[str]]:
    """Return the sentence that says why this person is paged, and the other reasons."""
    level = escape(labels.level_name(facts, policy))
    own = PageReason(page.cause, page.due_at)
    reasons = facts.page_reasons or (own,)
    in_lead = (PageCause.OPENING, PageCause.ASKED) if page.asked_by else (PageCause.OPENING,)
    others = [_reason(reason, facts, policy) for reason in reasons if reason.cause not in in_lead]
    if _is_answered(page, facts) and (words := outstanding.sentence(facts)) is not None:
        return f"{words} {outstanding.request(facts)}", others if len(facts.page_reasons) > 1 else []
    if page.asked_by:
        return f"{person(page.asked_by)} asks for you on this {level}.", others
    if page.followed and _starts_over(page, facts):
        return f"No one has responded. Can you take this {level}?", others
    if page.followed:
        before = [other for other in facts.pages if (other.alarm, other.person) == (page.alarm, page.followed)]
        declined = any(other.ended_why == PAGE_DECLINED for other in before)
        said = "can't take it" if declined else "hasn't responded"
        return f"{person(page.followed)} {said}. Can you take this {level}?", others
    if page.cause is PageCause.OPENING:
        return f"{_opening(facts, policy)} You're the {role_name(page.role)}.", others
    mine = next((reason for reason in reasons if reason.cause is page.cause), reasons[0])
    return _reason(mine, facts, policy), [words for words in others if words != _reason(mine, facts, policy)]


def _is_answered(page: PageFacts, facts: EscalationFacts) -> bool:
    """Return True if what a page began with is answered, but something else is late.

    The first page for what is late says when it was due; somebody who is asked for reads who asks.
    """
    if facts.acknowledged_at is None or not facts.page_reasons:
        return False
    causes = {reason.cause for reason in facts.page_reasons}
    if page.asked_by and page.started_at > facts.acknowledged_at:
        return False
    return bool(page.followed) or page.cause not in causes


def _starts_over(page: PageFacts, facts: EscalationFacts) -> bool:
    """Return True if the ladder ended unanswered before this page, which is the first of another round."""
    same = [other for other in facts.pages if (other.alarm, other.round) == (page.alarm, page.round)]
    return page.round > 0 and all(other.started_at >= page.started_at for other in same)


def _opening(facts: EscalationFacts, policy: Policy) -> str:
    word = "New" if facts.reopened_at is None else "Reopened"
    return f"{word} {escape(labels.level_name(facts, policy))}: {escape(facts.account.name)}."


def _reason(reason: PageReason, facts: EscalationFacts, policy: Policy) -> str:
    named, due = f"{facts.key} ({escape(facts.account.name)})", moment(reason.due_at, str(policy.zone))
    match reason.cause:
        case PageCause.OPENING:
            return _opening(facts, policy)
        case PageCause.RESPONSE_BREACH:
            return f"{named} wasn't acknowledged in time: due {due}."
        case PageCause.RESOLUTION_BREACH:
            return f"{named} missed its resolution target: due {due}."
        case PageCause.ASKED:
            return f"Someone asks for help with {named}."
        case PageCause.MISSED_UPDATE:
            return f"An update for {named} is overdue: due {due}."


def _then(page: PageFacts, facts: EscalationFacts, policy: Policy, now: datetime, following: NextPaged | None) -> str:
    """Return how often it rings, and who is next."""
    alarm = ladder.alarm_of(facts, page)
    if page.exhausted_at is not None:
        again = paged_again(page, page.exhausted_at, facts, policy)
        return again if facts.is_acknowledged else f"No one responded. {again}"
    at = moment(alarm.climbs_at(facts, policy, if_sent_at=now) or now, str(policy.zone))
    repeats = f"Repeats every {length(PAGE_EVERY)}."
    if following is None:
        return f"{repeats} You're the last one to page."
    who = person(following.person) if following.person else f"the {escape(following.title)}"
    return f"{repeats} We page {who} {at}."


def _passed_on(page: PageFacts, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the page of somebody it was passed on from. They may still take it."""
    if _ended_before_acknowledging(page, facts):
        by = f"Handled: acknowledged by {person(facts.acknowledged_by or '')}."
        return _one_line(by, facts, policy)
    others = [other for other in facts.pages if other.alarm == page.alarm and other.started_at > page.started_at]
    same = dict.fromkeys(person(other.person) for other in others if other.round == page.round)
    again = next((person(other.person) for other in others if other.round > page.round), None)
    said = "You passed this on" if page.ended_why == PAGE_DECLINED else "You didn't respond"
    next_one = f"paged {all_of(same)}" if same else f"paged {again} again"
    then = f", so we {next_one}." if same or again else "."
    if (late := outstanding.short(facts)) is not None and page.ended_why != PAGE_DECLINED:
        said, then = f"Acknowledged, but {late}", f". We {next_one} too." if same else "."
    text = f":pager: {labels.placed(facts, policy)}. {said}{then}"
    take = _still(page, facts)
    return Message(f":pager: {labels.plain_title(facts, policy)}. {said}{then}", (section(text), actions(take)))


def _still(page: PageFacts, facts: EscalationFacts) -> ButtonElement:
    """Return the button by which somebody may still do what their page asked for."""
    if facts.is_acknowledged and outstanding.wants_update(facts):
        return button("Post update", ids.PRESS_UPDATE, str(facts.number))
    words = outstanding.ON_IT if facts.is_acknowledged else "Acknowledge"
    return button(words, ids.PRESS_ACKNOWLEDGE_PAGE, f"{facts.number}:{page.id}")


def _ended_before_acknowledging(page: PageFacts, facts: EscalationFacts) -> bool:
    return facts.acknowledged_at is not None and page.ended_at is not None and page.ended_at <= facts.acknowledged_at


def _handled(page: PageFacts, facts: EscalationFacts, policy: Policy) -> Message:
    return _one_line(_end(page, facts), facts, policy)


def _one_line(end: str, facts: EscalationFacts, policy: Policy) -> Message:
    text = f":pager: {labels.plain_title(facts, policy)}. {end}"
    where = f"{labels.placed(facts, policy)}"
    return Message(text, (section(f":white_check_mark: {where}. {end}"),))


def _end(page: PageFacts, facts: EscalationFacts) -> str:
    """Return how the alarm of a page ended."""
    ends = [other for other in facts.pages if other.alarm == page.alarm and other.ended_why != PAGE_DECLINED]
    by = next((other.acknowledged_by for other in reversed(ends) if other.acknowledged_by is not None), None)
    if facts.status is not Status.OPEN and ends[-1].ended_why != PAGE_ACKNOWLEDGED:
        return f"Handled: {labels.status_words(facts).lower()}."
    if by is not None and _is_taken_later(ends[-1], facts):
        return f"Handled: {person(by)} is on it."
    return f"Handled: acknowledged by {person(by)}." if by is not None else "Handled: the update was posted."


def _is_taken_later(page: PageFacts, facts: EscalationFacts) -> bool:
    """Return True if somebody answered a page after the escalation was acknowledged: they are on it."""
    if page.ended_why != PAGE_ACKNOWLEDGED or page.ended_at is None or facts.acknowledged_at is None:
        return False
    return page.ended_at > facts.acknowledged_at
