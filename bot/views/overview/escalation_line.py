"""One escalation in one line, with the button for its next step: the same in the list, on Home and in the digest."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from slack_sdk.models.blocks import ButtonElement

from bot.policy.decide.lifecycle import Move, moves
from bot.policy.model.rules import Policy
from bot.policy.plan.attention import needs, takes_part
from bot.policy.plan.due_steps import OpenStep, OpenStepKind, due_steps
from bot.policy.record.channel import ChannelTrouble
from bot.policy.record.escalation import FIX_OWNER, RELATIONSHIP_OWNER, EscalationFacts, Status
from bot.views.kit import ids, labels
from bot.views.kit.parts import button
from bot.views.kit.text import length, link, near_moment, person

_SUMMARY = 80
# The words and the button of each next step.
STEPS: Final = {
    Move.ACKNOWLEDGE: ("Acknowledge", ids.PRESS_ACKNOWLEDGE),
    Move.CLOSE: ("Close", ids.PRESS_CLOSE),
    Move.UPDATE: ("Post update", ids.PRESS_UPDATE),
}


def line(facts: EscalationFacts, policy: Policy, now: datetime, workspace_url: str, *, is_below: bool = False) -> str:
    """Return an escalation in one line: level, account, key, status, what is overdue or due next.

    Below its customer's name it doesn't repeat that.
    """
    head = _head(facts, policy, workspace_url, is_below=is_below)
    return " · ".join([*head, *_due(facts, policy, now), *labels.marks(facts)])


def line_with_owners(
    facts: EscalationFacts, policy: Policy, now: datetime, workspace_url: str, *, is_below: bool = False
) -> str:
    """Return an escalation in one line as `line` does, with its owners at the end."""
    return f"{line(facts, policy, now, workspace_url, is_below=is_below)} · {_owners(facts)}"


def in_full(
    facts: EscalationFacts, policy: Policy, now: datetime, workspace_url: str, *, is_below: bool = False
) -> str:
    """Return an escalation that needs its reader in two lines: the second has the summary and the owners."""
    first = line(facts, policy, now, workspace_url, is_below=is_below)
    return f"{first}\n{labels.summary(facts, _SUMMARY)} · {_owners(facts)}"


def _due(facts: EscalationFacts, policy: Policy, now: datetime) -> Sequence[str]:
    """Return what is overdue for longest, and how much else is; otherwise what is due next, if anything is.

    The status before it says that it isn't acknowledged, so that step isn't named again. What is due has a time and not
    how long it is until then: an old list or digest would say that it was due, and not that it is overdue. By how long
    something is overdue is as of `now`.
    """
    zone = str(policy.zone)
    if facts.is_proposed:
        return [f"accepted {near_moment(facts.accept_at, now, zone)} if no one answers"] if facts.accept_at else []
    steps = due_steps(facts, policy)
    late = [step for step in steps if step.at <= now]
    if late:
        also = f", {len(late) - 1} more overdue" if len(late) > 1 else ""
        return [f":exclamation: *{_named(late[0])}{_by(late[0], now)}*{also}"]
    return [f"{_named(step)}due {near_moment(step.at, now, zone)}" for step in steps[:1]]


def _named(step: OpenStep) -> str:
    return "" if step.due is OpenStepKind.ACKNOWLEDGE else f"{step.due} "


def overdue_by(step: OpenStep, now: datetime) -> str:
    """Return what is overdue and by how long, for places without dates that follow the reader."""
    return f"{step.due} {_by(step, now)}"


def _by(step: OpenStep, now: datetime) -> str:
    return f"overdue by {length(max(now - step.at, timedelta(minutes=1)))}"


def step(facts: EscalationFacts, policy: Policy, own: Collection[str], now: datetime) -> ButtonElement | None:
    """Return the button for the next step; None for somebody (by their identities) who only reads."""
    value = str(facts.number)
    if facts.is_proposed:
        answers = needs(facts, policy, own, now)
        return button("Accept or decline…", ids.PRESS_ANSWER, value) if answers else None
    if not takes_part(facts, own):
        return None
    return _step(facts)


def next_move(facts: EscalationFacts) -> Move | None:
    """Return the next step of an escalation that was accepted; None if nothing is to do."""
    possible = moves(facts)
    if Move.ACKNOWLEDGE in possible:
        return Move.ACKNOWLEDGE
    if facts.status is Status.RESOLVED and Move.CLOSE in possible:
        return Move.CLOSE
    return Move.UPDATE if Move.UPDATE in possible else None


def _step(facts: EscalationFacts) -> ButtonElement | None:
    step = next_move(facts)
    return button(*STEPS[step], str(facts.number)) if step is not None else None


def _head(facts: EscalationFacts, policy: Policy, workspace_url: str, *, is_below: bool) -> tuple[str, ...]:
    """Return level and account, the key as a link to the channel, the status, and what is wrong with the channel.

    Of one that waits on the customer it says so.
    """
    lock = " :lock:" if facts.is_private else ""
    is_there = facts.channel_id is not None and facts.channel_trouble is not ChannelTrouble.DELETED
    key = link(f"{workspace_url}archives/{facts.channel_id}", facts.key) if is_there else facts.key
    is_lost = facts.channel_archived_at is not None or facts.channel_trouble is not None
    place = (labels.where(facts),) if is_lost else ()
    title = labels.title_alone(facts, policy) if is_below else labels.title(facts, policy)
    return (f"{title}{lock}", key, labels.status_words(facts), *labels.waits(facts), *place)


def _owners(facts: EscalationFacts) -> str:
    """Return the fix owner and the customer owner; of a proposal, who proposes it."""
    if facts.is_proposed:
        return f"by {person(facts.declared_by)}"
    held = dict.fromkeys(facts.holder(role) or facts.declared_by for role in (FIX_OWNER, RELATIONSHIP_OWNER))
    return ", ".join(person(who) for who in held)
