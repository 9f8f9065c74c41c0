"""Causes: the question in the resolve form, and the message when one, a level or a category recurs."""

from collections.abc import Sequence

from slack_sdk.models.blocks import ExternalDataSelectElement, Option

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import MANAGER, EscalationFacts
from bot.policy.record.notices.patterns import EarlierCase, RecurringNotice, SameCauseNotice
from bot.ports.workspace import Block, Message
from bot.views.kit import ids
from bot.views.kit.parts import context, option, question, section
from bot.views.kit.text import channel, clip, escape, link, one_line, person, plain, times

_LIMIT = 75


def ask(known: str | None, *, is_required: bool = False, hint: str | None = None) -> Block:
    """Draw the question."""
    return question(
        ids.CAUSE,
        "What caused it?",
        ExternalDataSelectElement(
            action_id=ids.CAUSE,
            placeholder=plain("For example: expired certificate", 150),
            initial_option=_option(known) if known else None,
            min_query_length=0,
        ),
        hint=hint or "Helps us spot repeat causes.",
        optional=not is_required,
    )


def offer(typed: str, known: Sequence[str]) -> list[Option]:
    """Return the options: recent causes, and the typed text if it is none of them."""
    words = clip(one_line(typed), _LIMIT)
    is_new = bool(words) and words.casefold() not in {cause.casefold() for cause in known}
    return [_option(cause) for cause in [*([words] if is_new else []), *known]]


def again(told: SameCauseNotice | RecurringNotice, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the channel's message that a level recurs, with the same cause or in the same category."""
    text = f":bulb: {_what(told, policy)}"
    manager = person(facts.holder(MANAGER) or facts.declared_by)
    if told.decides is not None:
        decides = person(told.decides)
        then = f"{decides} decides whether the policy or its routing changes. It's a follow-up of theirs."
    else:
        owns = f"{escape(policy.owner)} owns the policy {escape(policy.title)}."
        then = f"{manager}, what should change in the policy or its routing? {owns}"
    return Message(text, (section(f"{text}\n{_links(told)}"), context(then)))


def directly(notice: SameCauseNotice | RecurringNotice, facts: EscalationFacts, policy: Policy) -> Message:
    """Draw the message to those who can change the policy."""
    text = f":bulb: {_what(notice, policy)}"
    then = f"What should change in the policy “{escape(policy.title)}”, or in its routing?"
    here = f"\n• {facts.key} {channel(facts.channel_id)}" if facts.channel_id else f"\n• {facts.key}"
    return Message(text, (section(f"{text}\n{_links(notice)}{here}"), context(then)))


def _what(notice: SameCauseNotice | RecurringNotice, policy: Policy) -> str:
    kind = escape(policy.level(notice.level).label)
    if isinstance(notice, SameCauseNotice):
        kind += f" with the cause “{escape(notice.cause)}”"
    elif notice.category is not None:
        kind += f" in the category “{escape(notice.category)}”"
    count = notice.count or len(notice.earlier) + notice.hidden + 1
    return f"{kind} happened {times(count, 'time')} in {times(notice.days, 'day')}."


def _links(notice: SameCauseNotice | RecurringNotice) -> str:
    left_out = [f"ESC-{number}" for number in notice.left_out]
    lines = [_line(one) for one in [one for one in notice.earlier if one.key not in left_out][-10:]]
    hidden = notice.hidden + len(left_out)
    return "\n".join([*lines, *([f"• {hidden} more, confidential"] if hidden else [])])


def _line(one: EarlierCase) -> str:
    said = f"• {one.key} {channel(one.channel)}" if one.channel else f"• {one.key}"
    return f"{said} · {link(one.review, 'review')}" if one.review else said


def _option(cause: str) -> Option:
    return option(clip(cause, _LIMIT), cause)
