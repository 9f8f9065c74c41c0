"""The live card: pinned in the channel, edited in place, within five texts and eight controls."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

from slack_sdk.models.blocks import InteractiveElement

from bot.policy.decide.account_programme import Programme, ProgrammeMembership
from bot.policy.decide.card_counts import CardCounts, Tally
from bot.policy.decide.dropped_clocks import was_dropped
from bot.policy.decide.lifecycle import Move, moves
from bot.policy.model.facts import AccountFacts
from bot.policy.model.rules import Policy
from bot.policy.record.channel import InviteState
from bot.policy.record.ending import Review
from bot.policy.record.escalation import FIX_OWNER, MANAGER, RELATIONSHIP_OWNER, EscalationFacts, Status
from bot.policy.record.reviews import ReviewState
from bot.policy.record.sla import ClockFacts
from bot.ports.workspace import Block, Message
from bot.views.card import more_menu
from bot.views.card.next_update import next_update
from bot.views.channel import channel_messages
from bot.views.closing import exit_criteria
from bot.views.follow_ups import follow_up_lines
from bot.views.intake import intake_message
from bot.views.kit import ids, labels
from bot.views.kit.parts import actions, button, context, fields, header, quote, section
from bot.views.kit.text import day, ended, escape, link, moment, person
from bot.views.levels import level_card
from bot.views.paging import paging_card
from bot.views.patterns import case_review
from bot.views.programmes import programme_card
from bot.views.sending import on_the_card as sending_card
from bot.views.teams import team_routes
from bot.views.verification.verification_message import on_the_card
from bot.views.waiting import waiting_messages
from bot.views.watch import watch_messages

_NO_COUNTS: Final = CardCounts()
# The card is read at a glance. Texts are whole in *Edit summary or account* and in the channel's messages.
_DESCRIPTION: Final = 500
_WORDS: Final = 400
_REASON: Final = 200
# The follow-ups on the card; the form has all of them.
_FOLLOW_UPS: Final = 5
# The rule's key helps the policy's owner; `escalate simulate` and the timeline have it.


def draw(
    facts: EscalationFacts,
    policy: Policy,
    now: datetime,
    around: Programme | ProgrammeMembership | None = None,
    counts: CardCounts = _NO_COUNTS,
    hidden: Collection[Move] = (),
) -> Message:
    """Draw the card as of `now`. `around` are a programme's related records, or the programme of an issue.

    `hidden` are moves that aren't offered, on a copy for one person who may not make them.
    """
    blocks = tuple(_blocks(facts, policy, now, around, counts, hidden))
    return Message(text=_text(facts, policy, now), blocks=blocks)


def _text(facts: EscalationFacts, policy: Policy, now: datetime) -> str:
    return (
        f"{labels.plain_title(facts, policy)}: {ended(labels.summary(facts))} {labels.status(facts)}. "
        f"{labels.owners(facts)}. Next customer update: {labels.next_customer_update(facts, policy, now)}."
    )


def _blocks(
    facts: EscalationFacts,
    policy: Policy,
    now: datetime,
    around: Programme | ProgrammeMembership | None,
    counts: CardCounts,
    hidden: Collection[Move],
) -> Iterator[Block]:
    yield header(labels.heading(facts, policy))
    yield section(_what(facts))
    yield from channel_messages.on_the_card(facts)
    update = next_update(facts, policy, now, counts.promises)
    # Three times: acknowledge, the next update, resolve.
    yield fields(
        [
            ("Status", labels.status(facts)),
            *_promised(facts, "Acknowledge", _clock(facts.response, facts, policy, now, _acknowledged(facts))),
            ("Customer owner", labels.owner(facts, RELATIONSHIP_OWNER)),
            (update.name, update.value),
            ("Fix owner", labels.owner(facts, FIX_OWNER)),
            *_promised(facts, "Resolve", _clock(facts.resolution, facts, policy, now, "Impact stopped")),
            *([("Programme", labels.programme(facts, policy))] if facts.is_programme else []),
            *watch_messages.on_the_card(facts, policy),
        ]
    )
    notes = [*_notes(facts, policy, around)]
    if isinstance(around, Programme):
        notes.insert(0, programme_card.words(around, facts, policy, now))
    if notes:
        yield section("\n".join(notes))
    controls, forms = _controls(facts, now, hidden), _forms(facts, counts)
    if controls:
        yield actions(*controls, block_id=f"card-{facts.number}-steps")
    if isinstance(around, Programme):
        yield from programme_card.controls(facts)
    menu = more_menu.select(facts, policy, hidden)
    if menu is not None:
        forms.append(menu)
    if forms:
        # Another id at each drawing: Slack then forgets what was chosen in the menu, so it can be chosen again.
        yield actions(*forms, block_id=f"card-{facts.number}-{int(now.timestamp())}")
    yield context("\n".join(_small(facts, policy, update.other)))


def _acknowledged(facts: EscalationFacts) -> str:
    """Return what the first acknowledgement is called: of a reopened one, nobody has acknowledged that it is back."""
    return "First acknowledged" if facts.awaits_acknowledgement else "Acknowledged"


def _clock(clock: ClockFacts, facts: EscalationFacts, policy: Policy, now: datetime, done: str) -> str:
    """Return a clock's state; one that only a withdrawal has stopped was never met."""
    return labels.NOT_NEEDED if was_dropped(clock, facts) else labels.clock(clock, policy, now, done=done)


def _promised(facts: EscalationFacts, name: str, clock: str) -> list[tuple[str, str]]:
    """Return a clock; none for a programme without it, which shows only what it promises."""
    return [] if facts.is_programme and clock == labels.NO_TARGET else [(name, clock)]


def _what(facts: EscalationFacts) -> str:
    words = [f"*{labels.summary(facts)}*", *([" · ".join(marks)] if (marks := labels.marks(facts)) else [])]
    if facts.description:
        words.append(quote(escape(facts.description, _DESCRIPTION)))
    return "\n".join(words)


def _notes(facts: EscalationFacts, policy: Policy, around: Programme | ProgrammeMembership | None) -> Iterator[str]:
    """Yield what else is true now, a line each: what waits, what must not be done yet, how it was settled."""
    yield from level_card.draw(facts, policy)
    if isinstance(around, ProgrammeMembership):
        yield programme_card.belongs(around)
    yield from filter(None, (on_the_card(facts, policy), case_review.on_the_card(facts, policy)))
    yield from filter(None, [waiting_messages.on_the_card(facts, policy)])
    yield from paging_card.on_the_card(facts, policy)
    yield from team_routes.on_the_card(facts, policy)
    yield from sending_card.on_the_card(facts, policy)
    if facts.exit is not None:
        yield exit_criteria.on_the_card(facts.exit, _WORDS)
    yield from _ending(facts)
    absent = [invitee for invitee in facts.invitees if invitee.state is InviteState.FAILED]
    if absent:
        named = "; ".join(f"{person(who.person)}: {escape(who.reason or 'refused')}" for who in absent)
        yield f":warning: Not in this channel: {named}."


def _ending(facts: EscalationFacts) -> Iterator[str]:
    """Yield how it was settled, as far as it was."""
    if facts.fixed and facts.status in (Status.RESOLVED, Status.CLOSED):
        yield f"*What was fixed:* {escape(facts.fixed, _WORDS)}"
    if facts.cause and facts.status in (Status.RESOLVED, Status.CLOSED):
        yield f"*Cause:* {escape(facts.cause, _WORDS)}"
    if facts.confirmation is not None:
        how = f" ({escape(facts.confirmation.how, _REASON)})" if facts.confirmation.how else ""
        yield f"*Confirmed by the customer:* {escape(facts.confirmation.by, _REASON)}{how}"
    if facts.waiver is not None:
        yield f"*Confirmation waived* by {person(facts.waiver.by)}: {escape(facts.waiver.reason, _REASON)}"
    if facts.rating is not None:
        words = f": {escape(facts.rating.words, _REASON)}" if facts.rating.words else ""
        yield f"*Customer's rating:* {facts.rating.of_five} of 5{words}"
    if facts.review.address:
        yield f"*Review:* {link(facts.review.address, 'open it')}{_reviewed(facts.review)}"
    yield from _follow_ups(facts)
    if facts.withdrawal is not None:
        yield f"*Withdrawn:* {escape(facts.withdrawal.reason, _WORDS)}"


def _follow_ups(facts: EscalationFacts) -> Iterator[str]:
    """Yield how many follow-ups are done, and the first of those that aren't."""
    standing = facts.review.standing
    if not standing:
        return
    left = facts.review.unsettled
    yield f"*Follow-ups:* {len(standing) - len(left)} of {len(standing)} done"
    for action in left[:_FOLLOW_UPS]:
        yield f"• {follow_up_lines.line(action)}"


def _reviewed(review: Review) -> str:
    """Return where a review stands, as the end of its line."""
    if review.state is ReviewState.SIGNED and review.state_by:
        return f", signed off by {person(review.state_by)}"
    if review.state is ReviewState.ASKED:
        return ", waiting for a sign-off"
    if review.state is ReviewState.RETURNED:
        return ", returned"
    return f", finished {day(review.finished_on)}" if review.finished_on else ""


def _next_step(facts: EscalationFacts, now: datetime) -> Move | None:
    """Return the one step that comes next; None for what is closed or only proposed."""
    possible = moves(facts)
    if Move.ACKNOWLEDGE in possible:
        return Move.ACKNOWLEDGE
    due_at = facts.customer_update_due_at
    owes = facts.last_customer_update_at is None or (due_at is not None and due_at <= now)
    if facts.status is Status.OPEN and owes and due_at is not None:
        return Move.UPDATE
    if Move.MITIGATE in possible:
        return Move.MITIGATE
    return next((move for move in (Move.RESOLVE, Move.CLOSE) if move in possible), None)


_BUTTONS: Final = (
    (Move.ACKNOWLEDGE, "Acknowledge", ids.PRESS_ACKNOWLEDGE),
    (Move.UPDATE, "Post update", ids.PRESS_UPDATE),
    (Move.MITIGATE, "Impact stopped", ids.PRESS_MITIGATE),
    (Move.RESOLVE, "Resolve", ids.PRESS_RESOLVE),
    (Move.CLOSE, "Close", ids.PRESS_CLOSE),
    (Move.REOPEN, "Reopen", ids.PRESS_REOPEN),
)


def _controls(facts: EscalationFacts, now: datetime, hidden: Collection[Move]) -> list[InteractiveElement]:
    """Return the main row: the next step first, then what else is possible."""
    possible, first = moves(facts) - set(hidden), _next_step(facts, now)
    return [
        button(words, action_id, str(facts.number), style="primary" if move is first else None)
        for move, words, action_id in sorted(_BUTTONS, key=lambda one: one[0] is not first)
        if move in possible
    ]


def _forms(facts: EscalationFacts, counts: CardCounts) -> list[InteractiveElement]:
    """Return the small row: what opens the playbook, the checklist and the details."""
    if not facts.has_begun:
        return []
    value = str(facts.number)
    shown: list[InteractiveElement] = []
    if facts.category is not None:
        shown.append(button("Playbook", ids.PRESS_PLAYBOOK, value))
    if counts.checklist is not None:
        shown.append(button(_counted("Checklist", counts.checklist), ids.PRESS_CHECKLIST, value))
    if counts.details is not None:
        of_all = intake_message.value(facts, intake_message.ALL)
        shown.append(button(_counted("Details", counts.details), ids.PRESS_FACTS, of_all))
    return shown


def _counted(words: str, tally: Tally) -> str:
    return f"{words} {tally.done}/{tally.of}" if tally.of else words


def _small(facts: EscalationFacts, policy: Policy, other_update: str | None) -> Iterator[str]:
    """Yield the last lines: why this level, the update that isn't due first, and where it comes from."""
    why = level_card.why_in_a_line(facts, policy)
    if why:
        yield why
    if other_update is not None:
        yield f"{other_update[:1].upper()}{other_update[1:]}"
    yield " · ".join(_origin(facts))


def _enterprise(account: AccountFacts) -> str:
    """Return what makes an Enterprise customer: a strategic one is none by its tier."""
    if account.has_enterprise_plan:
        return "Enterprise plan"
    if account.has_enterprise_tier:
        return "Enterprise tier"
    return f"Enterprise service ({'VIP' if account.vip else 'dedicated CSM'})"


def _origin(facts: EscalationFacts) -> Iterator[str]:
    yield f"{facts.key} · declared by {person(facts.declared_by)} {moment(facts.declared_at)}"
    if facts.reported_at is not None:
        yield f"reported {moment(facts.reported_at)}"
    manager = facts.holder(MANAGER)
    if manager:
        yield f"manager {person(manager)}"
    if facts.account.enterprise_mark:
        yield f":star: {_enterprise(facts.account)}"
    if facts.ticket is not None:
        name = facts.ticket.name
        yield f"ticket {link(facts.ticket.url, name)}" if facts.ticket.url else f"ticket {escape(name)}"
    if facts.permalink:
        yield link(facts.permalink, "where it was reported")
    if facts.crm_url:
        yield link(facts.crm_url, "customer record")
    if facts.previous_channel_id:
        yield f"earlier channel: {labels.before(facts)}"
