"""Messages about action items: what the channel reads when one is added, changed or has another owner."""

from typing import assert_never

from bot.policy.record.action_items import ActionState
from bot.policy.record.announcements.programmes import ItemAdded, ItemChanged, ItemsHandedOn
from bot.policy.record.escalation import EscalationFacts
from bot.ports.workspace import Message
from bot.views.kit import ids
from bot.views.kit.parts import actions, button, text_message
from bot.views.kit.text import day, escape, person

_WHAT = 300


def draw(told: ItemAdded | ItemChanged | ItemsHandedOn, facts: EscalationFacts) -> Message:
    """Draw one message; with a button if the customer knows the plan as it was before."""
    message = _drawn(told)
    if isinstance(told, ItemsHandedOn) or not told.is_news:
        return message
    tell = button("Tell the customer", ids.PRESS_TELL_PLAN, str(facts.number))
    return Message(message.text, (*message.blocks, actions(tell)))


def _drawn(told: ItemAdded | ItemChanged | ItemsHandedOn) -> Message:
    match told:
        case ItemAdded():
            what = escape(told.item, _WHAT)
            text = f":pushpin: {person(told.by)} added an action item: {what}. {_owned(told.owner, told.by)}"
            return text_message(f"{text}, by {day(told.due_on)}.")
        case ItemChanged():
            return _changed(told)
        case ItemsHandedOn():
            many = "their action item" if told.count == 1 else f"their {told.count} action items"
            who = person(told.before)
            return text_message(f":pushpin: {who} can't act here any more. {person(told.owner)} owns {many} now.")
    assert_never(told)


def _changed(told: ItemChanged) -> Message:
    what, by = escape(told.item, _WHAT), person(told.by)
    match told.state:
        case ActionState.DONE:
            return text_message(f":white_check_mark: {by} finished an action item: {what}.")
        case ActionState.DROPPED:
            reason = escape(told.reason or "", _WHAT)
            return text_message(f":no_entry_sign: {by} dropped an action item: {what}.", reason)
    doing = "It's in progress. " if told.state is ActionState.IN_PROGRESS else ""
    text = f":pushpin: {by} changed an action item: {what}. {doing}{_owned(told.owner, told.by)}"
    return text_message(f"{text}, by {day(told.due_on)}.")


def _owned(owner: str, by: str) -> str:
    return "They own it" if owner == by else f"{person(owner)} owns it"
