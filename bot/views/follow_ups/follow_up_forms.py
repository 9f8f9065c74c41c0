"""The forms of follow-ups: all of an escalation with one to add, and one to change."""

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from slack_sdk.models.blocks import DatePickerElement, StaticSelectElement, UrlInputElement, UserSelectElement

from bot.policy.model.rules import Policy
from bot.policy.record.ending import CorrectiveActionFacts, FollowUpState
from bot.policy.record.escalation import FIX_OWNER, EscalationFacts
from bot.policy.time.durations import Duration
from bot.ports.workspace import Block, View
from bot.views.follow_ups import follow_up_lines
from bot.views.kit import ids, labels
from bot.views.kit.form_values import date_of, option_of, person_of, text_of
from bot.views.kit.parts import button, context, modal, option, question, section, text_input
from bot.views.kit.text import has_slack_id, plain

# More than anybody notes, and less than Slack takes.
_SHOWN: Final = 40
TERM: Final = Duration.parse("5bd")
_WHAT: Final = 1000
_REASON: Final = 500
STATES: Final = {
    FollowUpState.OPEN: "Open",
    FollowUpState.IN_PROGRESS: "In progress",
    FollowUpState.DONE: "Done",
    FollowUpState.DROPPED: "Dropped",
}


def draw(facts: EscalationFacts, policy: Policy, now: datetime, *, may_change: bool = True) -> View:
    """Draw the follow-ups of an escalation, and the fields of another one: of the fix owner, in five business days."""
    blocks = [*_blocks(facts, policy, now, may_change=may_change)]
    return modal(ids.FOLLOW_UPS, "Follow-ups", blocks, submit="Add", metadata=json.dumps({"number": facts.number}))


def _blocks(facts: EscalationFacts, policy: Policy, now: datetime, *, may_change: bool) -> Iterator[Block]:
    today = policy.business.local_day(now)
    yield section(f"{labels.title(facts, policy)} · {facts.key}\n{labels.summary(facts)}")
    settled = [action for action in facts.review.actions if action.state.is_settled]
    known = [*facts.review.unsettled, *settled]
    for action in known[:_SHOWN]:
        value = follow_up_lines.value_of(facts.number, action.id)
        change = button("Change", ids.PRESS_FOLLOW_UP_HERE, value) if may_change else None
        yield section(f"• {follow_up_lines.line(action, today)}", accessory=change)
    if len(known) > _SHOWN:
        yield context(f"{len(known) - _SHOWN} more.")
    due_on = policy.business.local_day(policy.business.add(now, TERM))
    yield question("what", "What will you do?", text_input("what", limit=_WHAT, multiline=True))
    yield from _who_and_when(facts.holder(FIX_OWNER), due_on)
    yield _link(None)


def edit(facts: EscalationFacts, policy: Policy, action: CorrectiveActionFacts) -> View:
    """Draw the form that changes one follow-up."""
    states = [option(state.value, words) for state, words in STATES.items()]
    chosen = next(one for one in states if one.value == action.state.value)
    blocks = [
        section(f"{labels.title(facts, policy)} · {facts.key}\n{follow_up_lines.what(action)}"),
        question(
            "state",
            "State",
            StaticSelectElement(
                action_id="state", placeholder=plain("Choose", 150), options=states, initial_option=chosen
            ),
        ),
        *_who_and_when(action.owner, action.due_on),
        question(
            "reason",
            "Why, if the date moves or it's dropped",
            text_input("reason", limit=_REASON, initial=action.reason),
            optional=True,
        ),
        _link(action.url),
    ]
    metadata = json.dumps({"number": facts.number, "follow_up": action.id})
    return modal(ids.FOLLOW_UP, "Follow-up", blocks, submit="Save", metadata=metadata)


def _who_and_when(owner: str | None, due_on: date | None) -> Iterator[Block]:
    known = owner if owner is not None and has_slack_id(owner) else None
    yield question("owner", "Owner", UserSelectElement(action_id="owner", initial_user=known))
    at = due_on.isoformat() if due_on else None
    yield question("due", "Due date", DatePickerElement(action_id="due", initial_date=at))


def _link(url: str | None) -> Block:
    field = UrlInputElement(action_id="url", initial_value=url)
    return question("url", "Link to its issue", field, optional=True)


def action_of(view: Mapping[str, Any]) -> CorrectiveActionFacts | None:
    """Return the follow-up to add; None if a part is missing."""
    what, owner, due_on = text_of(view, "what"), person_of(view, "owner"), date_of(view, "due")
    if not what or owner is None or due_on is None:
        return None
    return CorrectiveActionFacts(what, owner, due_on, url=text_of(view, "url") or None)


def state_of(view: Mapping[str, Any]) -> FollowUpState | None:
    """Return the chosen state."""
    chosen = option_of(view, "state")
    return FollowUpState(chosen) if chosen is not None else None


def follow_up_of(view: Mapping[str, Any]) -> int:
    """Return which follow-up a form is about."""
    return int(json.loads(view["private_metadata"])["follow_up"])
