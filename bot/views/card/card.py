"""The live card: pinned in the channel, edited in place, with everything that matters."""

from collections.abc import Iterator
from datetime import datetime

from slack_sdk.models.blocks import InteractiveElement

from bot.policy.decide.account_programme import Programme, ProgrammeMembership
from bot.policy.decide.lifecycle import Move, moves
from bot.policy.model.rules import Policy
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts, InviteState, Status
from bot.ports.workspace import Block, Message
from bot.views.channel import channel_messages
from bot.views.closing import exit_criteria
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, fields, header, paragraphs, quote, section
from bot.views.kit.text import escape, link, moment, person
from bot.views.levels import level_card
from bot.views.patterns.enterprise import enterprise
from bot.views.programmes import programme_card
from bot.views.verification.verification_message import on_the_card
from bot.views.watch import watch_messages

# Slack refuses a message with more than fifty. The status of one escalation has a block before the card's.
_MOST_BLOCKS = 49
_MORE = frozenset({Move.CHANGE_LEVEL, Move.ASSIGN, Move.REVIEW, Move.WAIVE, Move.WITHDRAW})


def draw(
    facts: EscalationFacts, policy: Policy, now: datetime, around: Programme | ProgrammeMembership | None = None
) -> Message:
    """Draw the card as of `now`. `around` are a programme's related records, or the programme of an issue."""
    blocks = list(_blocks(facts, policy, now, around))
    if len(blocks) > _MOST_BLOCKS:
        # Many texts of the greatest length, each of several blocks. The buttons and the last line are kept.
        cut = context("The texts are too long to show all of them here.")
        blocks = [*blocks[: _MOST_BLOCKS - 3], cut, *blocks[-2:]]
    return Message(text=_text(facts, policy, now), blocks=tuple(blocks))


def _text(facts: EscalationFacts, policy: Policy, now: datetime) -> str:
    return (
        f"{labels.plain_title(facts, policy)}: {labels.summary(facts)}. {labels.status(facts)}. "
        f"{labels.owners(facts)}. Next customer update: {labels.next_customer_update(facts, policy, now)}."
    )


def _blocks(
    facts: EscalationFacts, policy: Policy, now: datetime, around: Programme | ProgrammeMembership | None
) -> Iterator[Block]:
    level = policy.level(facts.level)
    yield header(f"{level.emoji} {level.label} · {facts.account.name}")
    yield from paragraphs(_what(facts))
    if isinstance(around, ProgrammeMembership):
        yield programme_card.belongs(around)
    yield from channel_messages.on_the_card(facts)
    yield from level_card.draw(facts, policy)
    special = enterprise(facts, policy) if facts.is_live else None
    if special is not None:
        yield context(special)
    yield fields(
        [
            ("Status", labels.status(facts)),
            *([("Programme", labels.programme(facts, policy))] if facts.is_programme else []),
            ("Next customer update", labels.next_customer_update(facts, policy, now)),
            ("Response", labels.clock(facts.response, policy, now, done="acknowledged")),
            ("Resolution", labels.clock(facts.resolution, policy, now, done="mitigated")),
            ("Fix owner", labels.owner(facts, FIX_OWNER)),
            ("Relationship owner", labels.owner(facts, RELATIONSHIP_OWNER)),
            *watch_messages.on_the_card(facts, policy),
        ]
    )
    gate = on_the_card(facts, policy)
    if gate is not None:
        yield section(gate)
    if isinstance(around, Programme):
        yield from programme_card.draw(around, facts, policy)
    if facts.exit is not None:
        yield from paragraphs(exit_criteria.on_the_card(facts.exit))
    yield from _ending(facts)
    absent = [invitee for invitee in facts.invitees if invitee.state is InviteState.FAILED]
    if absent:
        named = "; ".join(f"{person(who.person)}: {escape(who.reason or 'refused')}" for who in absent)
        yield context(f":warning: Not in this channel: {named}.")
    controls = _controls(facts)
    if controls:
        yield actions(*controls, block_id=f"card-{facts.number}")
    yield context(*_footer(facts))


def _what(facts: EscalationFacts) -> str:
    words = [f"*{labels.summary(facts)}*", *([" · ".join(marks)] if (marks := labels.marks(facts)) else [])]
    if facts.description:
        words.append(quote(escape(facts.description)))
    return "\n".join(words)


def _ending(facts: EscalationFacts) -> Iterator[Block]:
    """Yield how it was settled, as far as it was."""
    said: list[str] = []
    if facts.fixed and facts.status in (Status.RESOLVED, Status.CLOSED):
        said.append(f"*What was fixed:* {escape(facts.fixed)}")
    if facts.cause and facts.status in (Status.RESOLVED, Status.CLOSED):
        said.append(f"*Cause:* {escape(facts.cause)}")
    if facts.confirmation is not None:
        how = f" ({escape(facts.confirmation.how)})" if facts.confirmation.how else ""
        said.append(f"*Confirmed by the customer:* {escape(facts.confirmation.by)}{how}")
    if facts.waiver is not None:
        said.append(f"*Confirmation waived* by {person(facts.waiver.by)}: {escape(facts.waiver.reason)}")
    if facts.review.url:
        finished = f", finished {facts.review.finished_on:%d %b %Y}" if facts.review.finished_on else ""
        said.append(f"*Review:* {link(facts.review.url, 'open it')}{finished}")
    said += [
        f"• {escape(action.what, 200)}: {person(action.owner)}, by {action.due_on:%d %b %Y}"
        for action in facts.review.actions[:10]
    ]
    if facts.withdrawal is not None:
        said.append(f"*Withdrawn:* {escape(facts.withdrawal.reason)}")
    if said:
        yield from paragraphs("\n".join(said))


def _controls(facts: EscalationFacts) -> list[InteractiveElement]:
    possible, value = moves(facts), str(facts.number)
    shown: list[InteractiveElement] = []
    for move, words, action_id in (
        (Move.ACKNOWLEDGE, "Acknowledge", ids.PRESS_ACKNOWLEDGE),
        (Move.UPDATE, "Post an update", ids.PRESS_UPDATE),
        (Move.MITIGATE, "Mitigated…", ids.PRESS_MITIGATE),
        (Move.RESOLVE, "Resolve…", ids.PRESS_RESOLVE),
        (Move.CLOSE, "Close…", ids.PRESS_CLOSE),
        (Move.REOPEN, "Reopen…", ids.PRESS_REOPEN),
    ):
        if move in possible:
            shown.append(button(words, action_id, value, style="primary" if move is Move.ACKNOWLEDGE else None))
    return [*shown, button("More…", ids.PRESS_MORE, value)] if possible & _MORE else shown


def _footer(facts: EscalationFacts) -> Iterator[str]:
    yield f"{facts.key} · declared by {person(facts.declared_by)} {moment(facts.declared_at)}"
    manager = facts.holder(MANAGER)
    if manager:
        yield f"Manager: {person(manager)}"
    if facts.permalink:
        yield link(facts.permalink, "where it was reported")
    if facts.crm_url:
        yield link(facts.crm_url, "customer record")
    if facts.previous_channel_id:
        yield f"Earlier channel: {labels.before(facts)}"
