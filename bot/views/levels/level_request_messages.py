"""A level request for those who may answer it: what is asked, why, what each answer does; afterwards the answer."""

from bot.policy.model.rules import Policy
from bot.policy.record.escalation import EscalationFacts
from bot.policy.record.level_requests import LevelRequestFacts, LevelRequestKind
from bot.policy.record.notices.levels import LevelRequestAnsweredNotice
from bot.ports.workspace import Message
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, asking, button, context, paragraphs, quote
from bot.views.kit.text import escape, moment, person


def draw(request: LevelRequestFacts, facts: EscalationFacts, policy: Policy, *, again: bool) -> Message:
    """Draw the message. `again` marks the one reminder."""
    text = f"{':hourglass: Still waiting for your answer: ' if again else ''}{_asked(request, facts, policy)}"
    said = paragraphs(f"{text}\n{quote(escape(request.reason))}")
    if not request.is_pending:
        return Message(text, (*said, context(_answer(request, policy))))
    value = f"{facts.number}:{request.id}"
    controls = actions(
        button("Approve", ids.PRESS_APPROVE_LEVEL, value, style="primary"),
        button("Decline…", ids.PRESS_DECLINE_LEVEL, value),
        block_id=f"request-{request.id}",
    )
    return Message(text, (*said, context(_consequence(request, facts, policy)), controls))


def draw_answer(
    notice: LevelRequestAnsweredNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None
) -> Message:
    """Draw the message to the person who asked."""
    level, who = escape(policy.level(notice.level).label), person(notice.by)
    named = labels.named(facts, direct_to=direct_to)
    if notice.granted:
        text = f":white_check_mark: {who} approved {level} for {named}."
        return asking(text, "The change is in effect.")
    text = f":no_entry_sign: {who} declined {level} for {named}: {escape(notice.answer or '')}"
    return asking(text, "Nothing changes.")


def _asked(request: LevelRequestFacts, facts: EscalationFacts, policy: Policy) -> str:
    wanted = policy.level(request.level)
    where = f"{escape(facts.account.name)} ({labels.where(facts)})"
    if request.kind is LevelRequestKind.OVERRIDE:
        return f"{wanted.emoji} {person(request.by)} asks for *{escape(wanted.label)}* for {where}."
    if request.level == facts.level:
        return f":chart_with_upwards_trend: Account data of {where} improved. Allow more time?"
    return f":chart_with_upwards_trend: Account data of {where} improved. Lower to *{escape(wanted.label)}*?"


def _consequence(request: LevelRequestFacts, facts: EscalationFacts, policy: Policy) -> str:
    now = escape(policy.level(facts.level).label)
    if request.kind is LevelRequestKind.DOWNGRADE:
        return f"Stays {now} unless you approve. Your answer is posted in the channel."
    return f"Now {now}. Your answer is posted in the channel."


def _answer(request: LevelRequestFacts, policy: Policy) -> str:
    if request.answered_by is None or request.answered_at is None:
        return "No answer needed: this is settled."
    who, when = person(request.answered_by), moment(request.answered_at, str(policy.zone))
    if request.granted:
        return f":white_check_mark: Approved by {who}, {when}."
    return f":no_entry_sign: Declined by {who}, {when}: {escape(request.answer or '')}"
