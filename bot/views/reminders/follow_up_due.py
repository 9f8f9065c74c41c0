"""Follow-ups to do: what their owner reads, or who stands in for them."""

from typing import Final

from bot.policy.model.rules import Policy
from bot.policy.plan.reminders.follow_up_due import FollowUpDueNotice
from bot.policy.record.ending import CorrectiveActionFacts
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Block, Message
from bot.views.follow_ups import follow_up_lines
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, section
from bot.views.kit.text import person, times

# The most that one message lists; the form lists all.
_SHOWN: Final = 4


def draw(notice: FollowUpDueNotice, facts: EscalationFacts, policy: Policy, direct_to: str | None) -> Message:
    """Draw it from what is left to do."""
    del policy
    named = labels.numbered(facts, direct_to=direct_to)
    mine = [action for action in facts.review.unsettled if action.owner == notice.owner]
    if not mine:
        text = f":dart: No follow-ups left for {_whom(notice, direct_to)} on {named}."
        return Message(text, (section(text),))
    if len(mine) == 1:
        standing = follow_up_lines.standing(mine[0], notice.on)
        text = f":dart: {_whose(notice, direct_to)} follow-up for {named}, {standing}: {follow_up_lines.what(mine[0])}"
        return Message(text, (section(text), actions(*follow_up_lines.buttons(facts.number, mine[0]))))
    late = sum(action.due_on < notice.on for action in mine)
    count = f"{times(len(mine), 'follow-up')} for {named}{f', *{late} overdue*' if late else ''}"
    text = f":dart: {_whose(notice, direct_to)} {count}."
    shown = [block for action in mine[:_SHOWN] for block in _entry(facts, action, notice)]
    show = button(f"{len(mine) - _SHOWN} more", ids.PRESS_FOLLOW_UPS, str(facts.number))
    more = [actions(show)] if len(mine) > _SHOWN else []
    return Message(text, (section(text), *shown, *more))


def _entry(facts: EscalationFacts, action: CorrectiveActionFacts, notice: FollowUpDueNotice) -> tuple[Block, Block]:
    words = f"{follow_up_lines.what(action)}, {follow_up_lines.standing(action, notice.on)}"
    # Slack tells equal buttons apart by their blocks.
    return section(words), actions(*follow_up_lines.buttons(facts.number, action), block_id=f"follow-up-{action.id}")


def _whose(notice: FollowUpDueNotice, direct_to: str | None) -> str:
    return "Your" if direct_to == notice.owner else f"{person(notice.owner)}'s"


def _whom(notice: FollowUpDueNotice, direct_to: str | None) -> str:
    return "you" if direct_to == notice.owner else person(notice.owner)
